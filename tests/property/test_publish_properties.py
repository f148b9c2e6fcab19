"""Whatever stands in a report that is brought to a pull request: it is refused, or what is posted only says it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from gfm import acting
from hostile_text import ATTACKS, FRAGMENTS
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from reports import PANEL, SAMPLES, sample_change
from values import config

from reviewbot.core import make_plan, prepare
from reviewbot.errors import InputError
from reviewbot.formats.json import render_json
from reviewbot.formats.review_draft import draft_review
from reviewbot.formats.text import render_text
from reviewbot.model import Conclusion, Panelist, Severity
from reviewbot.parts.read import read_report
from reviewbot.posted import ReviewDraft
from reviewbot.stages.choose import Choosing, choose
from reviewbot.vetting import vet

CONFIG = config(*(name for name, _, _ in PANEL))
MEMBERS = [Panelist(name=name, model=model, vendor=vendor, max_input_tokens=None) for name, model, vendor in PANEL]
PREPARED = prepare(sample_change(), CONFIG)
PLAN = make_plan(PREPARED.change, CONFIG, MEMBERS, delimiter="===", count_tokens=len)
REPORT = json.loads(render_json(SAMPLES["blocking"](), tool_version="1"))
WORDS = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join) | st.sampled_from(sorted(ATTACKS.values()))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.sampled_from([-1, 0, 10**30, 1.5, 1e308, "x", "\x00", "\ud800", "9" * 30]), WORDS
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)


def places(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if place:
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*place, key))


PLACES = list(places(REPORT))
TEXTS = [place for place in PLACES if place[-1] in ("title", "body", "suggestion", "reason", "path", "note")]


def posted(document: object) -> tuple[ReviewDraft, Conclusion]:
    """What would be posted of it. Raises InputError."""
    part = read_report(json.dumps(document).encode(), "r.json")
    report = vet(part, PREPARED, PLAN, CONFIG, MEMBERS, posted=(), notes=(), may_lack_keys=False)
    assert render_json(report, tool_version="1")
    assert render_text(report, width=80, color=False, verbose=True).encode()
    choosing = Choosing(min_severity=Severity.LOW, max_inline=10, solo=Severity.LOW, alone=False)
    chosen = choose(report.findings, report.change.diff, choosing, told=(), round_=1)
    draft = draft_review(
        report, chosen.inline, chosen.outside, commented=(), told=(), carried=(), round_=1, summary="kept"
    )
    return draft, report.verdict.conclusion


def assert_only_says(draft: ReviewDraft) -> None:
    for body in (draft.body, draft.summary, *(comment.body for comment in draft.comments)):
        shown = body.rpartition("<!-- reviewbot:")[0]
        acts = [act for act in acting(shown) if act[0] != "html_block" and act[1] != "suggestion"]
        assert acts == []
        assert len(body) <= 65_536


def changed(document: Any, place: tuple[str | int, ...], value: object) -> Any:
    changed = copy.deepcopy(document)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return changed


@pytest.mark.requirement("R47")
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_a_report_with_anything_anywhere_is_refused_or_posted_cleanly(
    place: tuple[str | int, ...], value: object
) -> None:
    try:
        draft, _ = posted(changed(REPORT, place, value))
    except InputError:
        return
    assert_only_says(draft)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(words=WORDS)
@example(words="`" * 70_000)
@example(words="@a " * 30_000)
def test_every_text_of_a_report_only_says_what_it_says(words: str) -> None:
    document = REPORT
    for place in TEXTS:
        document = changed(document, place, words)
    document = changed(document, ("notes",), [words, f"x {words}"])
    try:
        draft, _ = posted(document)
    except InputError:
        return
    assert_only_says(draft)


@pytest.mark.requirement("R47")
@pytest.mark.parametrize("claimed", ["pass", "skipped", "incomplete"])
def test_no_verdict_of_a_report_turns_what_blocks_away(claimed: str) -> None:
    assert posted(REPORT)[1] is Conclusion.BLOCK
    document = changed(REPORT, ("verdict",), {**REPORT["verdict"], "conclusion": claimed, "fail_on": "never"})
    for entry in document["findings"]:
        entry.update(blocking=False, state="declined", agreement={"count": 0, "of": 99, "vendors": 0})
    assert posted(document)[1] is Conclusion.BLOCK
