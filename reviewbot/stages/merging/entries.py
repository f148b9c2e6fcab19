"""Findings that report one defect -> the entry that shows it: who speaks for it, how severe it is, where else it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from reviewbot.model import Anchor, Finding, MergedFinding
from reviewbot.stages.identity import fingerprint
from reviewbot.stages.merging.similarity import DRIFT, gap
from reviewbot.stages.merging.voices import order

_SENSIBLE_BODY = 1_200


def entry_of(group: Iterable[Finding]) -> MergedFinding:
    members = tuple(sorted(group, key=lambda member: (member.reviewer, order(member))))
    lead = _lead(members)
    return MergedFinding(
        lead=lead,
        members=members,
        severity=max((member.severity for member in members), key=lambda severity: severity.rank),
        fingerprint=fingerprint(lead),
        also_at=_also_at(lead, members),
    )


def _lead(members: Iterable[Finding]) -> Finding:
    """The member whose words and place stand for the entry.

    One that can be shown at a line, so that the entry is seen where it belongs; then one that says more than its title;
    then the most severe, so that the text says why the entry is as severe as it is; then the fullest, which most often
    names the situation that fails (beyond some length more is not better); then the first by name, so that the choice
    is the same every time.
    """
    return min(
        members,
        key=lambda member: (
            not member.anchor.placed,
            member.anchor.start is None,
            member.body.strip() in ("", member.title),
            -member.severity.rank,
            -min(len(member.body), _SENSIBLE_BODY),
            member.reviewer,
            order(member),
        ),
    )


def _also_at(lead: Finding, members: Iterable[Finding]) -> tuple[Anchor, ...]:
    """Places of members beyond a few lines of the lead's and of those listed before; the lead's file goes first."""
    listed = [lead.anchor]
    home = lead.anchor.path
    for member in sorted(members, key=lambda member: (member.anchor.path != home, order(member))):
        anchor = member.anchor
        if anchor.path is None or (anchor.start is None and any(other.path == anchor.path for other in listed)):
            continue
        if not any((lines := gap(anchor, other)) is not None and lines <= DRIFT for other in listed):
            listed.append(anchor)
    return tuple(listed[1:])


def with_unique_fingerprints(entries: Iterable[MergedFinding]) -> Iterator[MergedFinding]:
    """Number the entries of one run whose fingerprints are equal, in their order: the second ends in "-2"."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.fingerprint] += 1
        number = seen[entry.fingerprint]
        yield entry if number == 1 else replace(entry, fingerprint=f"{entry.fingerprint}-{number}")
