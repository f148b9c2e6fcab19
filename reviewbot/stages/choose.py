"""Which new findings interrupt a person on a line of the change, and which are left to the summary."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.model import BUILTIN, Anchor, Diff, MergedFinding, Severity, State
from reviewbot.stages.commentable import Commentable

MOST = 30
"""Comments of one review at most, whatever is wanted: GitHub has taken longer ones for abuse, or has not answered.
https://github.com/src-d/lookout/issues/264"""
CALM_FROM = 3
"""From this round on only what blocks is commented on: endless rounds are why people turn a reviewer off."""


class Choosing(Struct, frozen=True, kw_only=True):
    """What a team wants on lines: `publish` of the configuration, and who was asked."""

    min_severity: Severity
    max_inline: int
    solo: Severity | None
    """Severity from which on what one reviewer alone says goes on its line; None for never."""
    alone: bool
    """One reviewer is configured, so that nobody could have agreed."""


class Chosen(Struct, frozen=True, kw_only=True):
    inline: tuple[MergedFinding, ...]
    """On their lines; in the order of the report, at most `max_inline`."""
    outside: tuple[MergedFinding, ...]
    """Worth a comment, and on no line that takes one."""


def choose(
    findings: Sequence[MergedFinding], diff: Diff, choosing: Choosing, *, told: Collection[str], round_: int
) -> Chosen:
    """`told`: fingerprints of known findings whose words a comment or the text of a review has. One of which only the
    summary spoke gets its comment when it becomes worth one, or when there is room. `round_`: how many runs have
    commented on the pull request, this one included.
    """
    lines = Commentable(diff)
    worthy = [
        entry
        for entry in findings
        if not entry.state.closed and entry.fingerprint not in told and _interrupts(entry, choosing, round_)
    ]
    inline: list[MergedFinding] = []
    outside: list[MergedFinding] = []
    for entry in worthy:
        part = lines.part(entry.lead.anchor)
        if part is not None:
            inline.append(_at(entry, part))
        elif entry.state is State.NEW:
            outside.append(entry)
    most = min(choosing.max_inline, MOST)
    return Chosen(inline=tuple(inline[:most]), outside=tuple(outside[:most]))


def _at(entry: MergedFinding, anchor: Anchor) -> MergedFinding:
    """The entry with its comment on the lines of `anchor`, which are some of those that it is about."""
    lead = entry.lead
    if anchor == lead.anchor:
        return entry
    shown = replace(lead, anchor=anchor, said=lead.said or lead.anchor)
    return replace(entry, lead=shown, members=tuple(shown if member is lead else member for member in entry.members))


def _interrupts(entry: MergedFinding, choosing: Choosing, round_: int) -> bool:
    if entry.blocking:
        return True
    if round_ >= CALM_FROM or entry.severity.rank < choosing.min_severity.rank:
        return False
    if choosing.alone or entry.agreement.count != 1 or BUILTIN in entry.reviewers:
        return True
    return choosing.solo is not None and entry.severity.rank >= choosing.solo.rank
