from __future__ import annotations

import pytest
from msgspec.structs import replace
from reports import entry, placed
from values import change, file, finding, hunk

from reviewbot.model import BUILTIN, Anchor, Diff, MergedFinding, Severity, Side, State
from reviewbot.stages.choose import CALM_FROM, MOST, Choosing, choose
from reviewbot.stages.commentable import Commentable

LONG = hunk(
    "\n".join(
        [*(f" line {n}" for n in range(1, 11)), "+added", *(f" line {n}" for n in range(11, 26)), "-removed", " end"]
    ),
    old=1,
    new=1,
)
DIFF: Diff = change(file("a.py", LONG)).diff
WANTED = Choosing(min_severity=Severity.MEDIUM, max_inline=10, solo=Severity.HIGH, alone=False)


def at(start: int, end: int | None = None, *, side: Side = Side.RIGHT, is_placed: bool = True) -> Anchor:
    return Anchor(path="a.py", side=side, start=start, end=end or start, placed=is_placed)


# ---------------------------------------------------------------- lines that take a comment


@pytest.mark.parametrize("line", range(8, 15))
def test_three_lines_around_a_change_take_a_comment(line: int) -> None:
    assert Commentable(DIFF).takes(at(line))


@pytest.mark.parametrize("line", [1, 7, 15, 20, 23, 400])
def test_lines_that_only_our_hunk_shows_take_none(line: int) -> None:
    assert not Commentable(DIFF).takes(at(line))


def test_a_removed_line_takes_one_on_the_left_and_an_added_one_on_the_right() -> None:
    lines = Commentable(DIFF)
    assert lines.takes(at(26, side=Side.LEFT))
    assert lines.takes(at(11))
    assert lines.takes(at(25, 26, side=Side.LEFT))


def test_a_range_has_to_lie_within_one_hunk_of_theirs() -> None:
    lines = Commentable(DIFF)
    assert lines.takes(at(8, 14))
    assert not lines.takes(at(8, 15))
    assert not lines.takes(at(14, 24))


def test_six_unchanged_lines_between_two_changes_are_one_hunk_and_seven_are_two() -> None:
    def two(gap: int) -> Commentable:
        text = "\n".join(["+a", *(f" {n}" for n in range(gap)), "+b"])
        return Commentable(change(file("a.py", hunk(text, old=1, new=1))).diff)

    assert two(6).takes(at(1, 8))
    assert not two(7).takes(at(1, 9))
    assert two(7).takes(at(1, 4))


def test_what_is_not_placed_takes_none() -> None:
    lines = Commentable(DIFF)
    assert not lines.takes(at(11, is_placed=False))
    assert not lines.takes(Anchor(path="a.py", placed=True))
    assert not lines.takes(Anchor(path="b.py", start=11, end=11, placed=True))


# ---------------------------------------------------------------- what interrupts


def found(*reviewers: str, severity: Severity = Severity.HIGH, line: int = 11, **changes: object) -> MergedFinding:
    members = [placed(name, "a.py", line, severity=severity, title=f"t{line}") for name in reviewers]
    return replace(entry(*members, fingerprint=f"{line}{severity}{len(reviewers)}"), **changes)


def inline(
    *entries: MergedFinding, wanted: Choosing = WANTED, told: tuple[str, ...] = (), round_: int = 1
) -> list[MergedFinding]:
    return [*choose(entries, DIFF, wanted, told=told, round_=round_).inline]


def test_what_two_say_goes_on_its_line_from_the_least_severity_up() -> None:
    medium, low = found("opus", "gpt", severity=Severity.MEDIUM), found("opus", "gpt", severity=Severity.LOW)
    assert inline(medium, low) == [medium]


def test_what_one_says_alone_has_to_be_more_severe() -> None:
    high, medium = found("opus"), found("opus", severity=Severity.MEDIUM)
    assert inline(high, medium) == [high]
    assert inline(high, medium, wanted=replace(WANTED, solo=None)) == []
    assert inline(high, medium, wanted=replace(WANTED, alone=True)) == [high, medium]


@pytest.mark.parametrize("state", [State.FIXED, State.DECLINED])
def test_what_is_closed_is_not_said_again(state: State) -> None:
    assert inline(found("opus", "gpt", state=state)) == []


def test_what_was_told_is_not_said_again_and_what_only_the_summary_had_gets_its_comment() -> None:
    known = found("opus", "gpt", state=State.KNOWN)
    assert inline(known, told=(known.fingerprint,)) == []
    assert inline(known) == [known]


def test_a_range_that_begins_or_ends_in_lines_that_only_we_show_is_said_on_the_others() -> None:
    lines = Commentable(DIFF)
    assert (lines.takes(at(8, 15)), lines.part(at(8, 15)), lines.part(at(8, 14))) == (False, at(8, 14), at(8, 14))
    assert (lines.part(at(1, 9)), lines.part(at(15, 20)), lines.part(at(11, is_placed=False))) == (at(8, 9), None, None)


@pytest.mark.requirement("R39")
def test_no_more_than_thirty_comments_are_made_whatever_is_wanted() -> None:
    many = [replace(found("opus", "gpt"), fingerprint=str(number)) for number in range(MOST + 1)]
    assert len(inline(*many, wanted=replace(WANTED, max_inline=200))) == MOST


def test_the_built_in_reviewer_needs_nobody_else() -> None:
    secret = found(BUILTIN, severity=Severity.MEDIUM)
    assert inline(secret) == [secret]


def test_what_blocks_is_always_said() -> None:
    blocking = found("opus", severity=Severity.LOW, blocking=True)
    assert inline(blocking, round_=9) == [blocking]


def test_from_the_third_round_on_only_what_blocks_is_said() -> None:
    two, blocking = found("opus", "gpt"), found("opus", "gpt", blocking=True, line=12)
    assert inline(two, blocking, round_=CALM_FROM - 1) == [two, blocking]
    assert inline(two, blocking, round_=CALM_FROM) == [blocking]


def test_the_first_ones_of_too_many_are_kept() -> None:
    lines = [found("opus", "gpt", line=line) for line in (8, 9, 10)]
    assert inline(*lines, wanted=replace(WANTED, max_inline=2)) == lines[:2]
    assert inline(*lines, wanted=replace(WANTED, max_inline=0)) == []


def test_what_fits_no_line_is_said_outside() -> None:
    far, nowhere = found("opus", "gpt", line=20), entry(finding("opus", None, None), finding("gpt", None, None))
    chosen = choose([far, nowhere], DIFF, WANTED, told=(), round_=1)
    assert (chosen.inline, chosen.outside) == ((), (far, nowhere))
