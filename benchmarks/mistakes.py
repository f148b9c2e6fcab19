"""The worst mistakes of the product, with the texts, for a person to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groupings import Entries, entries_of, product
from labelled import Change, Claim
from reviewbench import Judged
from scoring import defects_of
from tables import plain
from teams import TEAMS, entries_by_change, present


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    size: int
    """Defects that merging hides, or duplicates that it leaves."""
    what: str
    parts: tuple[tuple[str, tuple[Claim, ...]], ...]
    """What is to be told apart or should be together: a name, and claims."""


def mistakes(where: str, entries: Entries) -> Iterator[Mistake]:
    """Entries that merge several defects, and defects that stay in several entries. A finding that reports several
    defects by itself is no mistake of merging."""
    for entry in entries:
        defects = defects_of(entry)
        hidden = len(defects) - max(len(claim.defects) for claim in entry)
        if hidden > 0:
            told = [(f"defect: {name}", tuple(c for c in entry if name in c.defects)) for name in sorted(defects)]
            yield Mistake(size=hidden, what=f"{where}: an entry merges {len(defects)} defects", parts=tuple(told))
    holding: defaultdict[str, list[tuple[Claim, ...]]] = defaultdict(list)
    for entry in entries:
        for name in defects_of(entry):
            holding[name].append(tuple(entry))
    for name, of_defect in sorted(holding.items()):
        if len(of_defect) > 1:
            told = [(f"entry {number}", entry) for number, entry in enumerate(of_defect, start=1)]
            what = f"{where}: a defect stays in {len(of_defect)} entries: {name}"
            yield Mistake(size=len(of_defect) - 1, what=what, parts=tuple(told))


def located_mistakes(changes: Sequence[Change], count: int) -> Iterator[str]:
    grouping = product()
    yield from _worst(
        [
            mistake
            for change in changes
            for pool in change.pools
            for mistake in mistakes(f"{change.name}, {pool.name}", entries_of(pool.claims, grouping))
        ],
        count,
    )


def bench_mistakes(judged: Judged, count: int) -> Iterator[str]:
    """Those of the fixed teams."""
    teams, _ = present(TEAMS, judged.tools)
    grouping = product()
    yield from _worst(
        [
            mistake
            for team in teams
            for change, entries in zip(judged.changes, entries_by_change(judged, team, grouping), strict=True)
            for mistake in mistakes(f"{change.name}, {' + '.join(team)}", entries)
        ],
        count,
    )


def _worst(found: Sequence[Mistake], count: int) -> Iterator[str]:
    yield f"## The worst {min(count, len(found))} of {len(found)} mistakes"
    yield ""
    for number, mistake in enumerate(sorted(found, key=lambda mistake: -mistake.size)[:count], start=1):
        yield f"{number}. {plain(mistake.what)}"
        for name, claims in mistake.parts:
            yield f"    - {plain(name)}"
            yield from (f"        - {_said(claim)}" for claim in claims)
        yield ""


def _said(claim: Claim) -> str:
    finding = claim.finding
    anchor = finding.anchor
    place = "" if anchor.path is None else f", {anchor.path}:{anchor.start or ''}-{anchor.end or ''}"
    title = f"{finding.title} / " if finding.title and not finding.body.startswith(finding.title) else ""
    return plain(f"{finding.reviewer}{place}: {title}{finding.body}")
