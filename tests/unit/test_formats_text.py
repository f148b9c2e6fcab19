from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from reports import (
    HOSTILE,
    SAMPLES,
    answers,
    blocking,
    clean,
    entry,
    hostile,
    incomplete,
    many,
    nobody_answered,
    placed,
    report,
    sample_change,
    single_reviewer,
    verdict,
)
from rich.cells import cell_len
from values import change, file, finding, hunk

from reviewbot.formats.phrases import Sources
from reviewbot.formats.text import render_text
from reviewbot.model import BUILTIN, Anchor, Conclusion, Report, ReviewerStatus, Severity, State, Usage


def screen(shown: Report, *, width: int = 80, verbose: bool = False) -> str:
    return render_text(shown, width=width, color=False, verbose=verbose)


def paragraph(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- every report


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_line_fits_and_none_ends_in_blanks(name: str, width: int) -> None:
    text = screen(SAMPLES[name](), width=width, verbose=True)

    assert text.endswith("\n")
    for line in text.split("\n"):
        assert line == line.rstrip()
        assert cell_len(line) <= width + 1  # a backslash may stand before what would be a workflow command


@pytest.mark.parametrize("name", SAMPLES)
def test_without_colour_there_is_no_control_byte_but_line_feeds(name: str) -> None:
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", screen(SAMPLES[name](), verbose=True)) is None


@pytest.mark.parametrize("name", SAMPLES)
def test_colour_changes_no_word(name: str) -> None:
    shown = SAMPLES[name]()

    colored = render_text(shown, width=80, color=True)

    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == screen(shown)
    assert "\x1b[" in colored


@pytest.mark.parametrize("name", SAMPLES)
def test_an_output_without_unicode_gets_ascii_alone(name: str) -> None:
    assert render_text(SAMPLES[name](), width=80, color=True, ascii_only=True).isascii()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_verdict_stands_last(name: str) -> None:
    shown = SAMPLES[name]()

    last = screen(shown).rstrip().split("\n\n")[-1]

    assert last.startswith(shown.verdict.conclusion.upper())


@pytest.mark.requirement("R35")
@pytest.mark.parametrize("verbose", [False, True])
def test_nothing_from_outside_acts_on_a_terminal_or_a_ci_log(verbose: bool) -> None:
    for width in (40, 61, 80, 120):
        text = screen(hostile(), width=width, verbose=verbose)
        assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
        assert "##[" not in text
        assert not {"\u202e", "\u200b", "\ud83d"} & set(text)


def test_the_environment_does_not_change_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_text(blocking(), width=80, color=True)
    for name, value in {"NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    assert render_text(blocking(), width=80, color=True) == before


# ---------------------------------------------------------------- quiet reports


def test_a_clean_change_takes_a_few_lines() -> None:
    text = screen(clean())

    assert text.count("\n") <= 10
    assert "No findings.\n" in text
    assert "3 of 3 answered: codex, gemini, opus" in text
    assert "3 of 3 files reviewed" in text


def test_an_empty_change_has_nothing_to_review() -> None:
    empty = replace(sample_change(), diff=replace(sample_change().diff, files=()))

    text = screen(report(of_change=empty, files=(), reviewers=(), judged=verdict(reason="Nothing to review.")))

    assert "Nothing to review.\n" in text
    assert "No findings" not in text


def test_a_change_that_nobody_reviewed_does_not_look_clean() -> None:
    text = screen(nobody_answered())

    assert "No reviewer answered.\n" in text
    assert "No findings." not in text
    assert paragraph(text).count("503 from the provider, three times") == 3
    assert "The policy lets it pass." in paragraph(text)


def test_an_incomplete_review_without_findings_does_not_look_clean() -> None:
    text = screen(replace(incomplete(), findings=()))

    assert "No findings in what was reviewed.\n" in text
    assert "No findings.\n" not in text


# ---------------------------------------------------------------- findings


def test_a_finding_says_how_bad_where_what_and_who_backs_it() -> None:
    text = screen(report(entry(placed("opus", "src/auth/session.py", 41), placed("codex", "src/auth/session.py", 41))))

    assert "src/auth/session.py\n\n  HIGH      the total is never reset\n" in text
    assert "            src/auth/session.py:41 · correctness · 2 of 3 (codex, opus)\n" in text
    assert "            41 + │ if token == stored:\n" in text
    assert "            The second call adds to the total of the first.\n" in text


def test_a_blocking_finding_is_marked_in_words() -> None:
    shown = entry(placed("opus", "a.py", 1), blocking=True, state=State.KNOWN)

    assert "\n  HIGH      the total is never reset\n  blocks    a.py:1" in screen(report(shown))
    assert "\n  known     " in screen(report(replace(shown, blocking=False)))


def test_a_removed_line_is_shown_as_removed() -> None:
    shown = entry(placed("opus", "src/auth/store.py", 113, end=115))
    left = replace(shown, lead=replace(shown.lead, anchor=replace(shown.lead.anchor, side=shown.lead.anchor.side.LEFT)))

    assert "113 - │ async with self.lock:" in screen(report(left))
    assert "src/auth/store.py:113-115 (old)" in screen(report(left))


def test_only_the_first_lines_of_a_long_range_are_shown() -> None:
    text = screen(report(entry(placed("opus", "src/auth/session.py", 39, 45))))

    assert re.findall(r"(\d+) [ +-] │", text) == ["39", "40", "41"]
    assert "│ … 4 more lines" in text


def test_lines_of_a_range_over_two_hunks_stand_in_the_order_of_their_numbers() -> None:
    later, sooner = hunk(" seven\n-eight\n+new eight", old=7, new=7), hunk(" three\n+four", old=3, new=3)
    sources = Sources(change(file("a.py", later, sooner)).diff)
    found = sources.excerpt(Anchor(path="a.py", start=1, end=8, placed=True), limit=3)
    assert [(number, line.text) for number, line in found.lines] == [(3, "three"), (4, "four"), (7, "seven")]
    assert found.more == 1
    assert sources.excerpt(Anchor(path="a.py", start=8, end=2, placed=True), limit=3).lines == ()
    assert sources.excerpt(Anchor(path="b.py", start=3, placed=True), limit=3).lines == ()


def test_a_long_line_of_code_is_cut_with_an_ellipsis() -> None:
    text = screen(report(entry(placed("opus", "src/users/query.py", 2))), width=60)

    assert re.search(r"2 \+ │ return db\.execute\(.*…\n", text)


def test_a_finding_that_is_not_on_a_line_of_the_change_stands_apart() -> None:
    text = screen(report(entry(finding("opus", "other.py", 12)), entry(finding("codex", None, None, title="a wish"))))

    first, second = text.index("Not on a line of the change\n"), text.index("About the change as a whole\n")
    assert first < text.index("other.py:12 · correctness · 1 of 3 (opus)") < second
    assert second < text.index("a wish\n            correctness · 1 of 3 (codex)")


def test_files_stand_in_the_order_of_their_worst_findings() -> None:
    text = screen(
        report(entry(placed("opus", "z.py", 1)), entry(placed("opus", "a.py", 1)), entry(placed("opus", "z.py", 9)))
    )

    assert [line for line in text.split("\n") if line in ("a.py", "z.py")] == ["z.py", "a.py"]


def test_other_opinions_take_one_line_unless_all_is_asked_for() -> None:
    shown = report(
        entry(
            placed("opus", "a.py", 1),
            placed("gemini", "a.py", 2, severity=Severity.LOW, title="other words", body="quite other ones"),
            also_at=(Anchor(path="b.py", start=7, end=7), Anchor(path="c.py", start=8, end=9)),
        )
    )

    text, full = screen(shown), screen(shown, verbose=True)

    assert "            gemini says low\n            also at b.py:7, c.py:8-9\n" in text
    assert "other words" not in text
    assert "            gemini: low, a.py:2\n            other words\n            quite other ones\n" in full


def test_reviewers_that_agree_on_the_severity_are_not_repeated() -> None:
    assert " says " not in screen(report(entry(placed("opus", "a.py", 1), placed("codex", "a.py", 1))))


def test_a_suggestion_is_shown_when_all_is_asked_for() -> None:
    shown = report(entry(replace(placed("opus", "a.py", 1), suggestion="x = 1\nif x:\n    y()\n")))

    assert "suggests:\n              x = 1\n              if x:\n                  y()\n" in screen(shown, verbose=True)
    assert "suggests:" not in screen(shown)


def test_what_the_built_in_reviewer_says_has_no_agreement() -> None:
    assert "built-in check (reviewbot)" in screen(report(entry(placed(BUILTIN, "a.py", 1))))


def test_lists_in_a_body_keep_their_indentation_when_wrapped() -> None:
    body = "Steps:\n- " + "word " * 20 + "\n  1. " + "inner " * 20

    text = screen(report(entry(placed("opus", "a.py", 1, body=body))), width=60)

    assert "            - word word word" in text
    assert "\n              word word" in text
    assert "              1. inner inner" in text
    assert "\n                 inner inner" in text


def test_a_body_in_cjk_fits_the_screen() -> None:
    text = screen(report(entry(placed("opus", "a.py", 1, body="値が空のとき例外になります。" * 12))), width=60)

    assert max(cell_len(line) for line in text.split("\n")) <= 60
    assert "".join(text.split()).count("例外") == 12


# ---------------------------------------------------------------- the foot


def test_the_panel_tells_who_answered_and_who_did_not() -> None:
    text = paragraph(screen(incomplete()))

    assert "partial, no findings 1.9 s cost unknown openai/gpt-5.2-codex, 900 tokens in (640 cached), 8,000 out" in text
    assert "its answer was cut off at max_output_tokens" in text
    assert "failed 2 min 0 s gemini/gemini-3-pro-preview: no answer within 120 s" in text
    assert "opus 1 finding 2.5 s $0.0041 anthropic/claude-opus-4-6" in text
    assert "skipped mistral/mistral-large-latest: MISTRAL_API_KEY is not set" in text


def test_what_nobody_was_asked_has_no_cost_and_what_failed_has() -> None:
    silent = answers(status=ReviewerStatus.SKIPPED, reason="OPUS_KEY is not set", duration_s=0.0, usage=Usage())
    assert "Cost" not in screen(report(reviewers=(silent,)))
    assert "Cost" not in screen(report(reviewers=()))
    assert "Cost" in screen(report(reviewers=(silent, answers(name="gpt", status=ReviewerStatus.FAILED))))


def test_an_unknown_cost_is_never_zero() -> None:
    unknown = report(reviewers=(answers(usage=Usage(input_tokens=10, output_tokens=1, cost_usd=None)),))

    assert "cost unknown for opus, 10 tokens in, 1 out" in screen(unknown)
    assert "$0.00" not in screen(unknown)
    assert "cost unknown, $0.0041 without codex" in paragraph(screen(incomplete()))


def test_a_gap_is_named_and_the_rest_is_counted() -> None:
    text = paragraph(screen(incomplete()))

    assert "2 of 24 files reviewed gap: data/dump.sql (too large for every reviewer)" in text
    assert "vendor/lib11.js and 8 more (excluded by vendor/**; -v lists them)" in text
    assert "vendor/lib19.js (excluded by vendor/**)" in paragraph(screen(incomplete(), verbose=True))


def test_every_gap_is_listed_however_many_there_are() -> None:
    shown = many(left_out=100)
    gaps = tuple(replace(file, gap=not file.reviewed) for file in shown.files)

    text = screen(replace(shown, files=gaps))

    assert len(set(re.findall(r"third_party/\d+/", text))) == 100


def test_one_reviewer_is_told_that_agreement_means_nothing() -> None:
    note = "There is one reviewer, so agreement means nothing."

    assert screen(single_reviewer()).count(note) == 1
    assert screen(replace(single_reviewer(), notes=())).count(note) == 1
    assert note not in screen(blocking())


def test_the_tally_counts_by_severity() -> None:
    assert "Findings    1 critical, 2 high, 1 medium, 2 low (2 blocking, 1 declined)\n" in screen(blocking())


@pytest.mark.parametrize("conclusion", Conclusion)
def test_each_verdict_is_a_word_of_its_own(conclusion: Conclusion) -> None:
    text = screen(report(judged=verdict(conclusion, "Because.", fails=True)))

    assert text.endswith(f"\n{conclusion.upper():<12}Because.\n")


def test_a_long_hostile_reason_stays_beside_the_gutter() -> None:
    text = screen(report(judged=verdict(Conclusion.BLOCK, HOSTILE, fails=True)))

    verdict_lines = text[text.index("\nBLOCK") + 1 :].rstrip("\n").split("\n")
    assert all(line.startswith(" " * 12) for line in verdict_lines[1:])
