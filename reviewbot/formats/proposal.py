"""What would be sent where, for `--dry-run`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec import Struct

from reviewbot.model import Change, Job, Limit, Plan
from reviewbot.sanitize import terminal_line


class Recipient(Struct, frozen=True, kw_only=True):
    """One reviewer and what would go to it. `cost_usd` is None when the price is not known."""

    name: str
    model: str
    host: str
    questions: int
    tokens: int
    cost_usd: float | None
    missing: str | None
    """Why it could not be asked now."""


def render_proposal_json(
    change: Change,
    plan: Plan,
    recipients: Sequence[Recipient],
    redactions: int,
    left_out: Sequence[Job],
    notes: Sequence[str],
) -> str:
    """The proposal as one JSON object. `left_out`: what the budget would not allow."""
    value = {
        "change": {"label": change.label, "base": change.base, "head": change.head},
        "chunks": [
            {
                "number": chunk.number,
                "files": [segment.file.path for segment in chunk.segments],
                "reviewers": list(chunk.reviewers),
                "tokens": max((job.tokens for job in plan.jobs if job.chunk == chunk.number), default=0),
            }
            for chunk in plan.chunks
        ],
        "not_reviewed": [{"path": s.path, "reason": s.reason, "gap": s.gap} for s in plan.skipped],
        "redactions": redactions,
        "left_out": [{"reviewer": job.reviewer, "chunk": job.chunk} for job in left_out],
        "reviewers": [
            {
                "name": r.name,
                "model": r.model,
                "host": r.host,
                "questions": r.questions,
                "input_tokens": r.tokens,
                "cost_usd": r.cost_usd,
                "missing": r.missing,
            }
            for r in recipients
        ],
        "notes": list(notes),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def render_proposal(
    change: Change,
    plan: Plan,
    recipients: Sequence[Recipient],
    redactions: int,
    left_out: Sequence[Job],
    notes: Sequence[str],
) -> str:
    """The proposal as a screen of text. `left_out`: what the budget would not allow."""
    lines = [f"Dry run: nothing is sent. This would be, for {terminal_line(change.label)}:", ""]
    for chunk in plan.chunks:
        tokens = max((job.tokens for job in plan.jobs if job.chunk == chunk.number), default=0)
        size = f", about {tokens:,} tokens with instructions" if tokens else ""
        lines.append(f"chunk {chunk.number}{size}")
        lines += [
            f"  {terminal_line(segment.file.path)}{_part(segment.hunks, segment.file.hunks)}"
            for segment in chunk.segments
        ]
    if not plan.chunks:
        lines.append("no file holds anything to review")
    if plan.skipped:
        lines += ["", "not sent"]
        lines += [f"  {terminal_line(s.path)}: {terminal_line(s.reason)}" for s in plan.skipped]
    found = "none found" if not redactions else f"{redactions} replaced by placeholders"
    lines += ["", f"secrets: {found}", "", "to"]
    if not recipients:
        lines.append("  nobody: no key is set and no configuration names reviewers")
    for r in recipients:
        cost = "cost unknown" if r.cost_usd is None else f"about ${r.cost_usd:.4f}"
        times = f"{r.questions} question{'' if r.questions == 1 else 's'}"
        missing = f"; could not be asked now: {r.missing}" if r.missing else ""
        lines.append(
            terminal_line(f"  {r.name}: {r.model} at {r.host}, {times}, about {r.tokens:,} tokens, {cost}{missing}")
        )
    known = [r.cost_usd for r in recipients if r.cost_usd is not None]
    if known:
        unknown = " plus what is unknown" if len(known) < len(recipients) else ""
        lines += ["", f"in all about ${sum(known):.4f}{unknown}"]
    if left_out:
        lines += ["", f"{Limit.COST} would leave out {len(left_out)} of {len(plan.jobs)} questions"]
        for name in dict.fromkeys(job.reviewer for job in left_out):
            numbers = sorted(job.chunk for job in left_out if job.reviewer == name)
            lines.append(terminal_line(f"  {name}: chunk{'s' if len(numbers) > 1 else ''} {_runs(numbers)}"))
    if notes:
        lines += ["", *(terminal_line(f"note: {note}") for note in notes)]
    return "\n".join(lines) + "\n"


def _part(hunks: Sequence[object], all_hunks: Sequence[object]) -> str:
    return "" if hunks == all_hunks else f" (part: {len(hunks)} of {len(all_hunks)} hunks)"


def _runs(numbers: Sequence[int]) -> str:
    """`1, 3-5`, of numbers that ascend."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        first, last = runs.pop() if runs and runs[-1][1] == number - 1 else (number, number)
        runs.append((first, max(last, number)))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
