from __future__ import annotations

import pytest
from msgspec.structs import replace
from reports import SESSION, entry, placed, sample_change
from values import change, config, file, hunk

from reviewbot.core import prepare
from reviewbot.formats.marker import posted_as
from reviewbot.model import Category, Diff, Finding, MergedFinding, State
from reviewbot.posted import Posted, Sorted, source_hash
from reviewbot.stages.identity import fingerprint
from reviewbot.stages.known import compare

PATH, SOURCE = "src/auth/session.py", "    if token == stored:"
TIMING = "Tokens are compared with ==, which stops at the first byte that differs, so a caller can time replies."
AGAIN = "`==` takes longer the more bytes of the token are right. Timing replies recovers the token byte by byte."
NONE = "`stored` is None for an expired key, and then no token is accepted and the user is logged out for ever."
DIFF = sample_change().diff
FILES = [f.path for f in DIFF.files]


def said(
    body: str,
    *,
    title: str = "",
    category: Category = Category.SECURITY,
    source: str = SOURCE,
    reviewer: str = "opus",
    line: int = 40,
) -> Finding:
    found = placed(reviewer, PATH, line, category=category, title=title, body=body)
    return replace(found, anchor=replace(found.anchor, source=source))


def told(*members: Finding) -> MergedFinding:
    return entry(*members, fingerprint=fingerprint(members[0]))


def before(finding: Finding, **changes: object) -> Posted:
    return replace(posted_as(told(finding)), **{"comment": 7, "line": 40, **changes})


def states(*entries: MergedFinding, posted: list[Posted], diff: Diff = DIFF) -> list[State]:
    return [found.state for found in compared(*entries, posted=posted, diff=diff).entries]


def compared(*entries: MergedFinding, posted: list[Posted], diff: Diff = DIFF) -> Sorted:
    return compare(entries, posted, diff, reviewed=[f.path for f in diff.files], whole=True)


def test_the_same_words_on_the_same_line_are_known() -> None:
    assert states(told(said(TIMING)), posted=[before(said(TIMING))]) == [State.KNOWN]


def test_other_words_for_it_on_a_line_that_moved_are_known() -> None:
    assert states(told(said(AGAIN, line=90)), posted=[before(said(TIMING))]) == [State.KNOWN]


@pytest.mark.parametrize(
    "now",
    [
        said(NONE),
        said(AGAIN, category=Category.PERFORMANCE),
        said(AGAIN, source="    return None"),
        said("Missing null guard on user", title="Missing null guard on user"),
    ],
)
def test_another_text_category_or_line_is_new(now: Finding) -> None:
    assert states(told(now), posted=[before(said(TIMING))]) == [State.NEW]


def test_nearly_equal_words_about_another_thing_are_new() -> None:
    one, two = said("", title="Missing null guard on `user`"), said("", title="Missing null guard on `account`")
    assert states(told(two), posted=[before(one)]) == [State.NEW]


def test_any_member_may_be_the_one_that_was_posted() -> None:
    assert states(told(said(NONE), said(AGAIN, reviewer="gpt")), posted=[before(said(TIMING))]) == [State.KNOWN]


def test_what_was_posted_is_one_finding_at_most() -> None:
    close, closer = told(said(AGAIN)), told(said(TIMING))
    assert states(close, closer, posted=[before(said(TIMING))]) == [State.NEW, State.KNOWN]
    assert states(close, closer, posted=[before(said(TIMING)), before(said(TIMING))]) == [State.KNOWN, State.KNOWN]


def test_a_number_that_told_equal_fingerprints_apart_is_no_difference() -> None:
    old = replace(before(said(TIMING)), fingerprint=f"{fingerprint(said(TIMING))}-2")
    assert states(told(said(TIMING)), posted=[old]) == [State.KNOWN]


def test_what_a_person_turned_down_stays_so_in_other_words() -> None:
    old = before(said(TIMING), declined="ann resolved it")
    found = compared(told(said(AGAIN)), posted=[old])
    assert [e.state for e in found.entries] == [State.DECLINED]
    assert found.posted == {found.entries[0].fingerprint: old}
    assert found.gone == ()


def test_it_tells_what_each_known_finding_was_posted_as() -> None:
    old = before(said(TIMING))
    found = compared(told(said(AGAIN)), told(said(NONE)), posted=[old])
    assert found.posted == {found.entries[0].fingerprint: old}


TWICE = change(file(PATH, hunk(f"+{SOURCE}\n+        return 1\n+\n+\n+{SOURCE}", old=0, new=1))).diff


@pytest.mark.parametrize(
    ("stands_at", "line", "state"),
    [(1, 1, State.KNOWN), (1, 5, State.NEW), (2, 5, State.KNOWN), (None, 5, State.KNOWN)],
)
def test_of_equal_lines_a_comment_is_about_the_one_that_it_stands_at(
    stands_at: int | None, line: int, state: State
) -> None:
    old = replace(before(said(TIMING)), line=stands_at, declined=None)
    assert states(told(said(AGAIN, line=line)), posted=[old], diff=TWICE) == [state]


# ---------------------------------------------------------------- gone


CHANGED = replace(SESSION, lines=tuple(line for line in SESSION.lines if line.text != SOURCE))


def test_a_posted_finding_whose_line_is_no_longer_there_is_gone() -> None:
    diff = change(file(PATH, CHANGED)).diff
    old = before(said(TIMING))
    assert compared(posted=[old], diff=diff).gone == (old,)


def test_what_somebody_repeats_at_a_changed_line_is_not_gone() -> None:
    diff = change(file(PATH, CHANGED)).diff
    again = told(said(TIMING, source="    if token == stored:  # sum"))
    assert compared(again, posted=[before(said(TIMING))], diff=diff).gone == ()
    another = told(said(NONE, source="    if token == stored:  # sum"))
    assert len(compared(another, posted=[before(said(TIMING))], diff=diff).gone) == 1


def test_a_line_that_only_moved_or_is_indented_anew_is_not_gone() -> None:
    moved = hunk(f"+\n+\n+  {SOURCE}\n+        return self.user", old=0, new=1)
    assert compared(posted=[before(said(TIMING))], diff=change(file(PATH, moved)).diff).gone == ()


def test_a_file_that_is_no_longer_changed_takes_its_findings_along() -> None:
    old = before(said(TIMING))
    assert compared(posted=[old], diff=change(file("other.py", SESSION)).diff).gone == (old,)


def test_nothing_is_gone_from_a_file_that_was_not_reviewed() -> None:
    diff = change(file(PATH, CHANGED)).diff
    assert compare([], [before(said(TIMING))], diff, reviewed=[], whole=False).gone == ()


def test_a_file_that_is_no_longer_changed_takes_nothing_along_when_not_all_was_reviewed() -> None:
    diff, old = change(file("other.py", SESSION)).diff, before(said(TIMING))
    assert compare([], [old], diff, reviewed=["other.py"], whole=False).gone == ()


def test_what_was_called_fixed_is_new_when_it_comes_back() -> None:
    old = before(said(TIMING), fixed=True)
    found = compared(told(said(AGAIN)), posted=[old])
    assert ([e.state for e in found.entries], found.posted) == ([State.NEW], {})
    again = before(said(AGAIN))
    assert compared(told(said(TIMING)), posted=[old, again]).posted == {fingerprint(said(TIMING)): again}


def test_what_a_person_turned_down_stays_so_after_it_was_called_fixed() -> None:
    old = before(said(TIMING), fixed=True, declined="ann: no")
    assert states(told(said(AGAIN)), posted=[old]) == [State.DECLINED]


def test_what_only_a_summary_shows_is_carried_along_until_it_is_gone() -> None:
    listed, commented = before(said(NONE), comment=None), before(said(TIMING))
    found = compared(posted=[listed, commented])
    assert (found.carried, found.gone) == ((listed,), ())
    assert compared(told(said(NONE)), posted=[listed]).carried == ()
    gone = compared(posted=[listed], diff=change(file(PATH, CHANGED)).diff)
    assert (gone.carried, gone.gone) == ((), (listed,))


@pytest.mark.parametrize("changes", [{"fixed": True}, {"declined": "ann: no"}, {"source": ""}, {"path": None}])
def test_what_is_over_or_has_no_line_is_not_gone_again(changes: dict[str, object]) -> None:
    diff = change(file(PATH, CHANGED)).diff
    assert compared(posted=[before(said(TIMING), **changes)], diff=diff).gone == ()


def test_what_is_repeated_is_not_gone() -> None:
    diff = change(file(PATH, CHANGED)).diff
    assert compared(told(said(AGAIN)), posted=[before(said(TIMING))], diff=diff).gone == ()


def test_what_we_found_ourselves_in_a_title_is_gone_when_it_is_not_found_again() -> None:
    bad = change(subjects=["fix \u202e it"])
    own = replace(prepare(bad, config()).findings[0], chunk=None)
    old = before(own, line=None)
    assert old.source == ""
    assert states(told(own), posted=[old]) == [State.KNOWN]
    assert compared(posted=[old]).gone == (old,)
    assert compared(posted=[before(replace(own, reviewer="opus"), line=None)]).gone == ()


def test_a_hash_of_a_line_does_not_mind_its_spacing() -> None:
    assert source_hash("  a  ==\tb ") == source_hash("a == b") != source_hash("a != b")
    assert source_hash("  ") == ""


def test_what_nobody_repeats_and_is_not_gone_is_counted_whoever_shows_it() -> None:
    old = before(said(TIMING))
    assert compared(posted=[old, replace(old, comment=None)]).unrepeated == 2
    assert compared(told(said(AGAIN)), posted=[old]).unrepeated == 0
    assert compared(posted=[old], diff=change(file(PATH, CHANGED)).diff).unrepeated == 0
