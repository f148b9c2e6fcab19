"""findings + who answered + policy -> PASS, BLOCK or INCOMPLETE, with one sentence of reason."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.model import BUILTIN, Conclusion, Coverage, FileResult, MergedFinding, Severity, Verdict

_NAMED = 3
"""How many files a reason names."""


class Policy(Struct, frozen=True, kw_only=True):
    fail_on: Severity | None
    min_agreement: int
    quorum: int | None
    """None: half of the reviewers of a chunk, rounded up."""
    fail_incomplete: bool


class Judgement(Struct, frozen=True, kw_only=True):
    findings: tuple[MergedFinding, ...]
    """The same findings, in the same order, with `blocking` set."""
    verdict: Verdict


def judge(
    findings: Sequence[MergedFinding],
    coverage: Sequence[Coverage],
    *,
    gaps: Sequence[str],
    panel: Sequence[str],
    policy: Policy,
) -> Judgement:
    """Decide. `gaps` are paths that should have been reviewed and were not.

    A finding blocks at or above `fail_on` when enough reviewers back it: `min_agreement`, but never more than are
    configured for its chunks. An outage does not lower that number. Declined and fixed findings never block.
    BLOCK wins over INCOMPLETE, and INCOMPLETE over PASS.
    """
    configured = {c.chunk: c.configured for c in coverage}
    judged = tuple(replace(f, blocking=_blocks(f, configured, panel, policy)) for f in findings)
    applied = _needed(panel, policy)
    blocking = [f for f in judged if f.blocking]
    missing = _missing(coverage, gaps, policy)
    if blocking:
        besides = "" if missing is None else f" The review is not whole: {missing}"
        conclusion, reason = Conclusion.BLOCK, _block_reason(blocking, policy) + besides
    elif missing is not None:
        conclusion, reason = Conclusion.INCOMPLETE, missing
    else:
        conclusion, reason = Conclusion.PASS, _pass_reason(judged, coverage, applied, policy)
    fails = conclusion is Conclusion.BLOCK or (conclusion is Conclusion.INCOMPLETE and policy.fail_incomplete)
    return Judgement(
        findings=judged,
        verdict=Verdict(
            conclusion=conclusion, reason=reason, fail_on=policy.fail_on, min_agreement=applied, fails=fails
        ),
    )


def quorum_of(configured: Sequence[str], quorum: int | None) -> int:
    """How many reviewers have to answer a chunk: never more than are configured for it, and never none."""
    half = math.ceil(len(configured) / 2)
    return max(1, half if quorum is None else min(quorum, len(configured)))


def with_quorum(files: Sequence[FileResult], quorum: int | None) -> frozenset[str]:
    """Paths of files all of which enough reviewers read."""
    return frozenset(file.path for file in files if file.asked and len(file.answered) >= quorum_of(file.asked, quorum))


def _needed(panel: Sequence[str], policy: Policy) -> int:
    return max(1, min(policy.min_agreement, len(panel)))


def _blocks(
    finding: MergedFinding, configured: dict[int, tuple[str, ...]], panel: Sequence[str], policy: Policy
) -> bool:
    if policy.fail_on is None or finding.severity.rank < policy.fail_on.rank:
        return False
    if finding.state.closed:
        return False
    own = any(m.reviewer == BUILTIN and m.severity.rank >= policy.fail_on.rank for m in finding.members)
    # The chunk with the fewest reviewers decides: a member that was said elsewhere, too, makes nothing weaker.
    panels: list[Sequence[str]] = [configured[m.chunk] for m in finding.members if m.chunk in configured]
    return own or _backers(finding) >= min(_needed(asked, policy) for asked in panels or [panel])


def _backers(finding: MergedFinding) -> int:
    return sum(name != BUILTIN for name in finding.reviewers)


def _missing(coverage: Sequence[Coverage], gaps: Sequence[str], policy: Policy) -> str | None:
    short = [c for c in coverage if len(c.answered) < quorum_of(c.configured, policy.quorum)]
    reasons: list[str] = []
    if short:
        worst = min(short, key=lambda c: len(c.answered))
        answered = f"{len(worst.answered)} of {len(worst.configured)} reviewers answered"
        where = "" if len(coverage) == 1 else f" {len(short)} of {len(coverage)} chunks"
        reasons.append(f"{answered}{where}, gate.quorum is {quorum_of(worst.configured, policy.quorum)}")
    if gaps:
        more = f" and {len(gaps) - _NAMED} more" if len(gaps) > _NAMED else ""
        reasons.append(f"{_count(len(gaps), 'file')} not reviewed: {', '.join(gaps[:_NAMED])}{more}")
    return "; ".join(reasons) + "." if reasons else None


def _block_reason(blocking: Sequence[MergedFinding], policy: Policy) -> str:
    own = sum(BUILTIN in f.reviewers for f in blocking)
    backed = len(blocking) - own
    needed = min((_backers(f) for f in blocking if BUILTIN not in f.reviewers), default=1)
    parts: list[str] = []
    if backed:
        by = "" if needed == 1 else f", backed by at least {needed} reviewers"
        parts.append(f"{_count(backed, 'finding')} of severity {policy.fail_on} or higher{by}")
    if own:
        parts.append(f"{_count(own, 'finding')} of reviewbot's own checks")
    return ", and ".join(parts) + "."


def _pass_reason(findings: Sequence[MergedFinding], coverage: Sequence[Coverage], needed: int, policy: Policy) -> str:
    if not coverage and not findings:
        return "There was nothing to review."
    by = "" if needed == 1 else f" that {needed} reviewers back"
    told = f"No finding of severity {policy.fail_on} or higher{by}."
    told = "gate.fail_on is never." if policy.fail_on is None else told
    return (told if findings else "No findings.") + _absent(coverage)


def _absent(coverage: Sequence[Coverage]) -> str:
    """A sentence when the quorum was met and yet somebody did not answer: fewer could agree than were meant to."""
    least = min(coverage, key=lambda c: len(c.answered) - len(c.configured), default=None)
    if least is None or len(least.answered) == len(least.configured):
        return ""
    where = "" if len(coverage) == 1 else " about some of it"
    return f" Only {len(least.answered)} of {len(least.configured)} reviewers answered{where}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
