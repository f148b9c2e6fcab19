from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from values import finding

from reviewbot.model import BUILTIN, Anchor, Finding, MergedFinding, Severity, Side
from reviewbot.stages.merging import merge
from reviewbot.stages.merging.similarity import DRIFT, gap

claims = st.sampled_from(
    [
        "Two threads update the counter without the lock",
        "Updates of the counter are lost, the lock is not held",
        "`parse_limit` returns None for an empty text, see line 3",
        "None from `parse_limit` raises TypeError at a.py:90 and b.py:3",
        "Missing null guard on user",
        "Redundant null guard on account",
        "未登录时 user 为空",
        "Файл не закрыт",
        "?!",
        "",
    ]
)
extras = st.sampled_from(["", "b", "`hit_count`", "12", "increase the timeout", "without the lock", "user 为空"])
sentences = st.builds(lambda claim, *more: " ".join([claim, *more]), claims, extras, extras)
places = st.sampled_from(
    [
        Anchor(path="a.py", start=3, end=3),
        Anchor(path="a.py", start=3, end=5, placed=True, source="return x"),
        Anchor(path="a.py", start=4, end=4, side=Side.LEFT),
        Anchor(path="a.py", start=7, end=7, placed=True, source="return x"),
        Anchor(path="a.py", start=90, end=95),
        Anchor(path="a.py", start=1, end=400),
        Anchor(path="a.py"),
        Anchor(path="lib/b.py", start=3, end=3),
        Anchor(path=None),
    ]
)


def findings_of(names: list[str], *, least: int = 0, most: int = 8) -> st.SearchStrategy[list[Finding]]:
    one = st.builds(
        lambda name, anchor, title, body, severity: Finding(
            reviewer=name,
            anchor=anchor,
            severity=severity,
            category=finding().category,
            title=title,
            body=body,
        ),
        st.sampled_from(names),
        places,
        claims,
        sentences,
        st.sampled_from(Severity),
    )
    return st.lists(one, min_size=least, max_size=most)


panels = findings_of(["gemini", "gpt", "opus", BUILTIN])


unhurried = settings(deadline=None)


def near(a: Anchor, b: Anchor) -> bool:
    lines = gap(a, b)
    return lines is not None and lines <= DRIFT


def members(entries: tuple[MergedFinding, ...]) -> list[Finding]:
    return [member for entry in entries for member in entry.members]


@pytest.mark.requirement("R24")
@unhurried
@given(panels, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(findings: list[Finding], random: object) -> None:
    shuffled = sorted(findings, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert merge(shuffled) == merge(findings)


@pytest.mark.requirement("R24")
@unhurried
@given(panels)
def test_every_finding_is_a_member_of_exactly_one_entry(findings: list[Finding]) -> None:
    assert Counter(members(merge(findings))) == Counter(findings)


@pytest.mark.requirement("R24")
@unhurried
@given(panels)
def test_merging_what_was_merged_changes_nothing(findings: list[Finding]) -> None:
    entries = merge(findings)
    assert merge(members(entries)) == entries


@pytest.mark.requirement("R24")
@unhurried
@given(panels)
def test_an_entry_stands_for_its_members(findings: list[Finding]) -> None:
    for entry in merge(findings):
        assert entry.lead in entry.members
        assert entry.severity.rank == max(member.severity.rank for member in entry.members)
        assert set(entry.also_at) <= {member.anchor for member in entry.members}
        assert not any(near(entry.lead.anchor, anchor) for anchor in entry.also_at)


@unhurried
@given(panels)
def test_every_place_of_a_member_is_shown(findings: list[Finding]) -> None:
    for entry in merge(findings):
        shown = [entry.lead.anchor, *entry.also_at]
        for anchor in (member.anchor for member in entry.members):
            here = [place for place in shown if place.path == anchor.path]
            assert here or anchor.path is None
            assert anchor.start is None or anchor.path is None or any(near(place, anchor) for place in here)


@unhurried
@given(panels)
def test_fingerprints_of_a_run_differ(findings: list[Finding]) -> None:
    fingerprints = [entry.fingerprint for entry in merge(findings)]
    assert len(set(fingerprints)) == len(fingerprints)


# ---------------------------------------------------------------- one more reviewer


def kept(before: list[Finding], more: list[Finding]) -> bool:
    """Whether every entry of `before` lives on in one of all, with all its members and at least its severity."""
    after = merge([*before, *more])
    return all(
        any(
            Counter(entry.members) <= Counter(now.members) and now.severity.rank >= entry.severity.rank for now in after
        )
        for entry in merge(before)
    )


@pytest.mark.requirement("R24", "R28")
@unhurried
@given(panels, st.lists(sentences, min_size=21, max_size=40, unique=True), st.data())
def test_who_says_very_much_neither_joins_nor_parts_the_others(
    others: list[Finding], texts: list[str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["aaa", "zeta"]))
    loud = [
        replace(finding(name, title=f"{text} {number}", body=text), anchor=data.draw(places))
        for number, text in enumerate(texts)
    ]
    without = Counter(frozenset(Counter(entry.members).items()) for entry in merge(others))
    rest = [[m for m in entry.members if m.reviewer != name] for entry in merge([*others, *loud])]
    assert Counter(frozenset(Counter(own).items()) for own in rest if own) == without
    assert kept(others, loud)


# Each defect as reviewers tell it, and the line that they point at.
DEFECTS = [
    (
        10,
        "Two threads increment `hit_count` without holding the lock, so updates of the counter get lost.",
        "The increment of `hit_count` is not atomic: threads that run it at once lose updates, hold the lock.",
        "Lost updates: `hit_count` is incremented outside the lock while other threads increment it as well.",
    ),
    (
        30,
        "`parse_limit` returns None for an empty text, and comparing None with an int raises TypeError.",
        "An empty text makes `parse_limit` fall through and return None; the comparison then raises TypeError.",
        "For empty input `parse_limit` gives None instead of a number, so the caller fails with a TypeError.",
    ),
    (
        50,
        "The file handle opened by `read_rows` is never closed, so handles leak until the process ends.",
        "`read_rows` leaks the file handle: nothing closes the opened file when an exception is raised.",
        "Nobody closes the file that `read_rows` opens; a long running process runs out of file handles.",
    ),
    (
        70,
        "`user_id` from the request is put into the SQL string of `load_orders`, which allows injection.",
        "SQL injection: `load_orders` formats the request's `user_id` into the query instead of binding it.",
        "The query in `load_orders` is built from `user_id` of the request without escaping: SQL injection.",
    ),
    (
        90,
        "The retry loop sleeps in seconds although `backoff_ms` is in milliseconds, so a retry waits for hours.",
        "`backoff_ms` is passed to sleep, which wants seconds: each retry waits a thousand times too long.",
        "Units are mixed up in the retry: sleep takes seconds and `backoff_ms` holds milliseconds.",
    ),
]


@st.composite
def reviews(draw: st.DrawFn) -> list[Finding]:
    """What up to five reviewers say of some of the defects, a line more or less beside them, or without a line."""
    said: list[Finding] = []
    for name in draw(st.lists(st.sampled_from(["a", "gemini", "gpt", "opus", "z"]), unique=True, min_size=2)):
        for line, *tellings in draw(st.lists(st.sampled_from(DEFECTS), unique_by=lambda defect: defect[0])):
            text = draw(st.sampled_from(tellings))
            where = draw(st.sampled_from([line, line + 1, line + 2, None]))
            said.append(
                finding(name, start=where, title=" ".join(text.split()[:7]), body=text, severity=draw(severities))
            )
    return said


severities = st.sampled_from(Severity)


@pytest.mark.requirement("R28")
@unhurried
@given(reviews())
def test_one_more_reviewer_parts_no_entry_and_lowers_no_severity(findings: list[Finding]) -> None:
    for name in sorted({said.reviewer for said in findings}):
        others = [said for said in findings if said.reviewer != name]
        assert kept(others, [said for said in findings if said.reviewer == name])


@pytest.mark.requirement("R24")
@unhurried
@given(reviews())
def test_different_defects_stay_apart_however_many_report_them(findings: list[Finding]) -> None:
    lines = {text: line for line, *tellings in DEFECTS for text in tellings}
    for entry in merge(findings):
        assert len({lines[member.body] for member in entry.members}) == 1


def test_all_that_is_told_of_a_defect_becomes_one_entry() -> None:
    everything = [
        finding(name, start=line, title="", body=text)
        for line, *tellings in DEFECTS
        for name, text in zip(("opus", "gpt", "gemini"), tellings, strict=True)
    ]
    assert [len(entry.members) for entry in merge(everything)] == [3] * len(DEFECTS)
