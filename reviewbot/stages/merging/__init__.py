"""Findings of all reviewers -> entries: what reports one defect becomes one `MergedFinding`, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.model import Finding, MergedFinding
from reviewbot.stages.merging.crowd import Crowd
from reviewbot.stages.merging.entries import entry_of, with_unique_fingerprints
from reviewbot.stages.merging.panel import groups_of, seats
from reviewbot.stages.merging.tuning import TUNED, Tuning
from reviewbot.stages.merging.voices import Voice, order, voices_by_reviewer

__all__ = ["TUNED", "Tuning", "merge"]


def merge(findings: Sequence[Finding], tuning: Tuning = TUNED) -> tuple[MergedFinding, ...]:
    """Every finding becomes a member of exactly one entry; the result does not depend on their order.

    The same findings give the same entries, also when they are members of entries merged before. One more reviewer
    can tie entries together by what it says, and parts none, unless it ties a member to a finding that clearly reports
    another defect: one finding that names two defects does not make them one. A reviewer with very many findings is
    heard after the others and neither ties nor parts what these say. Two findings of one reviewer share an entry only
    when they say almost the same. Agreement, state and blocking are left for later stages.
    """
    entries = sorted(
        (entry_of(_findings(group)) for group in _groups(findings, tuning)), key=lambda entry: order(entry.lead)
    )
    return tuple(with_unique_fingerprints(entries))


def _groups(findings: Sequence[Finding], tuning: Tuning) -> list[list[Voice]]:
    """Split what is said into groups that report one defect each."""
    by_reviewer = voices_by_reviewer(findings)
    seated = seats(by_reviewer)
    groups = groups_of(by_reviewer[:seated], tuning)
    if seated == len(by_reviewer):
        return groups
    crowd = Crowd(groups, tuning)
    for voices in by_reviewer[seated:]:
        crowd.hear(voices)
    return crowd.groups()


def _findings(group: Sequence[Voice]) -> list[Finding]:
    return [finding for voice in group for finding in voice.findings]
