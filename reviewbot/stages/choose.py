"""Which new findings interrupt a person on a line of the change, and which are left to the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.model import BUILTIN, Diff, MergedFinding, Severity, State
from reviewbot.stages.commentable import Commentable

CALM_FROM = 3
"""From this round on only what blocks is commented on: endless rounds are why people turn a reviewer off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What a team wants on lines: `publish` of the configuration, and who was asked."""

    min_severity: Severity
    max_inline: int
    solo: Severity | None
    """Severity from which on what one reviewer alone says goes on its line; None for never."""
    alone: bool
    """One reviewer is configured, so that nobody could have agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    inline: tuple[MergedFinding, ...]
    """On their lines; in the order of the report, at most `max_inline`."""
    outside: tuple[MergedFinding, ...]
    """Worth a comment, and on no line that takes one."""


def choose(findings: Sequence[MergedFinding], diff: Diff, choosing: Choosing, *, round_: int) -> Chosen:
    """`round_`: how many runs have commented on the pull request, this one included."""
    lines = Commentable(diff)
    worthy = [entry for entry in findings if entry.state is State.NEW and _interrupts(entry, choosing, round_)]
    inline = [entry for entry in worthy if lines.takes(entry.lead.anchor)]
    outside = [entry for entry in worthy if not lines.takes(entry.lead.anchor)]
    return Chosen(inline=tuple(inline[: choosing.max_inline]), outside=tuple(outside[: choosing.max_inline]))


def _interrupts(entry: MergedFinding, choosing: Choosing, round_: int) -> bool:
    if entry.blocking:
        return True
    if round_ >= CALM_FROM or entry.severity.rank < choosing.min_severity.rank:
        return False
    if choosing.alone or entry.agreement.count != 1 or BUILTIN in entry.reviewers:
        return True
    return choosing.solo is not None and entry.severity.rank >= choosing.solo.rank
