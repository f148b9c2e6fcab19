"""What a push shows: a line when it may go on, the findings and the ways on when it is stopped."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from reports import SAMPLES, blocking, clean, incomplete, many, sample_change
from rich.cells import cell_len

from reviewbot.formats.push_line import passed_line, unchecked, unchecked_line
from reviewbot.formats.push_screen import MOST_SHOWN, render_stop
from reviewbot.model import Report


def screen(report: Report, *, width: int = 80, warned: bool = False) -> str:
    return render_stop(report, width=width, color=False, warned=warned)


def words(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- a line


@pytest.mark.parametrize("name", SAMPLES)
def test_a_line_is_one_line_without_control_characters(name: str) -> None:
    for line in (passed_line(SAMPLES[name]()), unchecked_line(SAMPLES[name](), remembered=True)):
        assert re.search("[\x00-\x1f\x7f-\x9f]", line) is None


def test_a_clean_push_says_who_answered_about_how_much() -> None:
    line = passed_line(clean())
    assert line.startswith("reviewbot: ")
    assert ": PASS, no findings" in line


def test_what_does_not_block_is_counted_with_the_command_that_shows_it() -> None:
    report = blocking()
    quiet = tuple(replace(entry, blocking=False) for entry in report.findings)
    change = replace(sample_change(), base="a" * 40, head="b" * 40)
    line = passed_line(replace(report, change=change, findings=quiet))
    assert "none of which blocks (`reviewbot review aaaaaaaaaaaa..bbbbbbbbbbbb` shows all)" in line
    rootless = passed_line(replace(report, change=replace(change, base=None), findings=quiet))
    assert "reviewbot review" not in rootless


def test_what_was_not_reviewed_is_named_with_the_reason_and_what_becomes_of_it() -> None:
    report = incomplete()
    gap = next(file.path for file in report.files if file.gap)
    line = unchecked_line(report, remembered=True)
    assert line.startswith("UNCHECKED ")
    assert gap in line
    assert report.verdict.reason.rstrip(".") in line
    assert line.endswith("The next push reviews it too.")
    assert not unchecked_line(report, remembered=False).endswith("too.")


def test_a_long_reason_is_cut_and_stays_a_line() -> None:
    line = unchecked("x", "because\n" * 500, remembered=True)
    assert "\n" not in line
    assert len(line) < 700


# ---------------------------------------------------------------- a screen


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_line_fits_but_a_command_that_has_to_be_whole(name: str, width: int) -> None:
    text = screen(SAMPLES[name](), width=width)
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text) is None
    for line in text.split("\n"):
        assert line == line.rstrip()
        assert cell_len(line) <= width + 1 or "reviewbot ignore " in line


def test_a_finding_that_stops_the_push_has_its_place_its_backers_and_its_command() -> None:
    report = blocking()
    text = screen(report)
    stopping = [entry for entry in report.findings if entry.blocking]
    assert stopping
    for entry in stopping:
        anchor = entry.lead.anchor
        assert f"{anchor.path}:{anchor.start}" in text
        assert f'reviewbot ignore {entry.fingerprint} --reason "..."' in text
        assert words(entry.lead.title) in words(text)
    for way in ("fix", "ignore", "go past", "`git push --no-verify`", "`REVIEWBOT_SKIP=1 git push`"):
        assert way in words(text)


def test_what_does_not_stop_the_push_is_counted_only() -> None:
    report = blocking()
    others = [entry for entry in report.findings if not entry.blocking and not entry.state.closed]
    text = screen(report)
    for entry in others:
        assert f"reviewbot ignore {entry.fingerprint} " not in text
    assert ("none of which blocks" in text) is bool(others)


def test_of_very_many_findings_the_first_are_shown_and_the_rest_is_counted() -> None:
    report = many()
    flood = tuple(replace(report.findings[0], blocking=True) for _ in range(MOST_SHOWN + 7))
    text = screen(replace(report, findings=flood))
    assert text.count("reviewbot ignore ") == MOST_SHOWN
    assert "7 more findings block" in text


def test_a_hook_that_only_warns_says_that_the_push_goes_on_and_offers_no_way_past() -> None:
    text = screen(blocking(), warned=True)
    assert "The push goes on, because hook.mode is warn." in text
    assert "--no-verify" not in text


def test_a_review_that_is_not_whole_can_be_tried_again() -> None:
    text = screen(incomplete())
    assert "try again" in text
    assert "reviewbot ignore" not in text
