from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from values import finding

from reviewbot.model import BUILTIN, Anchor, Finding, MergedFinding, Severity, Side
from reviewbot.stages.merge import merge
from reviewbot.stages.similarity import gap

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


def members(entries: tuple[MergedFinding, ...]) -> list[Finding]:
    return [member for entry in entries for member in entry.members]


@unhurried
@given(panels, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(findings: list[Finding], random: object) -> None:
    shuffled = sorted(findings, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert merge(shuffled) == merge(findings)


@unhurried
@given(panels)
def test_every_finding_is_a_member_of_exactly_one_entry(findings: list[Finding]) -> None:
    assert Counter(members(merge(findings))) == Counter(findings)


@unhurried
@given(panels)
def test_merging_what_was_merged_changes_nothing(findings: list[Finding]) -> None:
    entries = merge(findings)
    assert merge(members(entries)) == entries


@unhurried
@given(panels)
def test_an_entry_stands_for_its_members(findings: list[Finding]) -> None:
    for entry in merge(findings):
        assert entry.lead in entry.members
        assert entry.severity.rank == max(member.severity.rank for member in entry.members)
        assert set(entry.also_at) <= {member.anchor for member in entry.members}
        assert not any(gap(entry.lead.anchor, anchor) == 0 for anchor in entry.also_at)


@unhurried
@given(panels)
def test_every_place_of_a_member_is_shown(findings: list[Finding]) -> None:
    for entry in merge(findings):
        shown = [entry.lead.anchor, *entry.also_at]
        for anchor in (member.anchor for member in entry.members):
            here = [place for place in shown if place.path == anchor.path]
            assert here or anchor.path is None
            assert anchor.start is None or anchor.path is None or any(gap(place, anchor) == 0 for place in here)


@unhurried
@given(panels)
def test_fingerprints_of_a_run_differ(findings: list[Finding]) -> None:
    fingerprints = [entry.fingerprint for entry in merge(findings)]
    assert len(set(fingerprints)) == len(fingerprints)


@unhurried
@given(panels)
def test_one_reviewer_shares_an_entry_with_itself_at_one_place_only(findings: list[Finding]) -> None:
    for entry in merge(findings):
        for one in entry.members:
            for two in entry.members:
                if one.reviewer == two.reviewer and one is not two:
                    assert one.reviewer != BUILTIN
                    nowhere = one.anchor.start is None and two.anchor.start is None
                    assert gap(one.anchor, two.anchor) == 0 or (nowhere and one.anchor.path == two.anchor.path)


@unhurried
@given(findings_of(["gemini", "gpt", BUILTIN], most=8), findings_of(["zeta"], least=9, most=14))
def test_who_says_most_neither_joins_nor_parts_the_others(others: list[Finding], loud: list[Finding]) -> None:
    alone = merge(others)
    without = Counter(frozenset(Counter(entry.members).items()) for entry in alone)
    kept = [[m for m in entry.members if m.reviewer != "zeta"] for entry in merge([*others, *loud])]
    assert Counter(frozenset(Counter(own).items()) for own in kept if own) == without


@unhurried
@given(findings_of(["gemini", "gpt", BUILTIN], most=8), findings_of(["zeta"], least=9, most=14))
def test_who_says_most_lowers_no_severity(others: list[Finding], loud: list[Finding]) -> None:
    all_entries = merge([*others, *loud])
    for entry in merge(others):
        assert any(
            Counter(entry.members) <= Counter(now.members) and now.severity.rank >= entry.severity.rank
            for now in all_entries
        )
