"""Findings -> groups that are taken to report one defect each, as the product does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labelled import Claims
from msgspec.structs import replace

from reviewbot.model import Finding
from reviewbot.stages.merging import TUNED, Tuning, merge

Groups = Sequence[Sequence[int]]
"""Positions of findings, each once."""
Grouping = Callable[[Sequence[Finding]], Groups]
Entries = Sequence[Claims]
"""What is shown as one, each claim once."""

PRODUCT = "product"


def product(tuning: Tuning = TUNED) -> Grouping:
    """The way of `merge`."""

    def grouping(findings: Sequence[Finding]) -> Groups:
        # The number finds a member again: findings may be equal in all else.
        entries = merge([replace(finding, chunk=number) for number, finding in enumerate(findings)], tuning)
        return [[member.chunk for member in entry.members if member.chunk is not None] for entry in entries]

    return grouping


def entries_of(claims: Claims, grouping: Grouping) -> Entries:
    """The claims of a pool in groups.

    :raises ValueError: when the grouping loses a finding or shows one twice.
    """
    groups = grouping([claim.finding for claim in claims])
    if sorted(number for group in groups for number in group) != list(range(len(claims))):
        raise ValueError("the groups do not hold the findings, each once")
    return [[claims[number] for number in group] for group in groups]
