"""What became of each reviewer, of each file, and of the limits: outcomes -> the rows of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from reviewbot.model import (
    ONE_REVIEWER,
    Change,
    Coverage,
    Failed,
    FileResult,
    Finding,
    Limit,
    Outcome,
    Panelist,
    Plan,
    Reviewed,
    ReviewerResult,
    ReviewerStatus,
    Usage,
)

_FILES_NAMED = 5


def coverage_of(plan: Plan, outcomes: Iterable[Outcome]) -> tuple[Coverage, ...]:
    """Who answered each chunk, whole."""
    whole = {(o.reviewer, o.chunk) for o in outcomes if isinstance(o, Reviewed) and not o.cut_off}
    return tuple(
        Coverage(
            chunk=chunk.number,
            configured=chunk.reviewers,
            answered=tuple(name for name in chunk.reviewers if (name, chunk.number) in whole),
        )
        for chunk in plan.chunks
    )


def shared(outcome: Reviewed) -> list[Finding]:
    """The findings of an answer, each with an even share of what the answer cost; the shares add up to it."""
    usage, number = outcome.usage, len(outcome.findings)

    def part(tokens: int, position: int) -> int:
        return tokens // number + (position < tokens % number)

    return [
        replace(
            finding,
            usage=Usage(
                input_tokens=part(usage.input_tokens, position),
                output_tokens=part(usage.output_tokens, position),
                cached_tokens=part(usage.cached_tokens, position),
                cost_usd=None if usage.cost_usd is None else usage.cost_usd / number,
            ),
        )
        for position, finding in enumerate(outcome.findings)
    ]


def reviewer_result(member: Panelist, outcomes: Sequence[Outcome]) -> ReviewerResult:
    """One reviewer over all its chunks."""
    mine = [o for o in outcomes if o.reviewer == member.name]
    failed = [o for o in mine if isinstance(o, Failed)]
    reviewed = [o for o in mine if isinstance(o, Reviewed)]
    cut_off = [o for o in reviewed if o.cut_off]
    status, reason = ReviewerStatus.REVIEWED, None
    if member.skipped is not None:
        status, reason = ReviewerStatus.SKIPPED, member.skipped
    elif not mine:
        status, reason = ReviewerStatus.SKIPPED, "there was nothing to ask"
    elif not reviewed:
        status, reason = ReviewerStatus.FAILED, failed[0].reason
    elif failed:
        status, reason = ReviewerStatus.PARTIAL, f"{len(failed)} of {len(mine)} chunks failed: {failed[0].reason}"
    elif cut_off:
        status, reason = ReviewerStatus.PARTIAL, "its answer was cut off at max_output_tokens"
    return ReviewerResult(
        name=member.name,
        model=member.model,
        vendor=member.vendor,
        status=status,
        reason=reason,
        findings=sum(len(o.findings) for o in reviewed),
        duration_s=max((o.duration_s for o in mine), default=0.0),
        usage=sum((o.usage for o in mine), Usage()),
        cached=bool(mine) and all(isinstance(o, Reviewed) and o.cached for o in mine),
    )


def file_results(
    change: Change, plan: Plan, coverage: Sequence[Coverage], outcomes: Sequence[Outcome]
) -> tuple[FileResult, ...]:
    """Every changed path once: reviewed when each chunk that holds a part of it has an answer."""
    skipped = {s.path: s for s in plan.skipped}
    covered = {c.chunk: c for c in coverage}
    partly = {o.chunk for o in outcomes if isinstance(o, Reviewed)}
    unasked = _unasked(outcomes)
    chunks_of: dict[str, list[int]] = {}
    for chunk in plan.chunks:
        for segment in chunk.segments:
            chunks_of.setdefault(segment.file.path, []).append(chunk.number)
    results: list[FileResult] = []
    for file in sorted(change.diff.files, key=lambda f: f.path):
        listed = skipped.get(file.path)
        if listed is not None:
            results.append(
                FileResult(path=file.path, status=file.status, reviewed=False, reason=listed.reason, gap=listed.gap)
            )
            continue
        parts = [covered[number] for number in chunks_of[file.path]]
        asked = parts[0].configured  # the rules for paths give all parts of a file the same reviewers
        missing = [part.chunk for part in parts if not part.answered]
        results.append(
            FileResult(
                path=file.path,
                status=file.status,
                reviewed=not missing,
                reason=_gap_reason(missing, len(parts), partly, unasked) if missing else None,
                gap=bool(missing),
                asked=asked,
                answered=tuple(name for name in asked if all(name in part.answered for part in parts)),
            )
        )
    return tuple(results)


def _unasked(outcomes: Iterable[Outcome]) -> Mapping[int, Limit]:
    """Chunks about which nobody was asked because of one limit."""
    causes: dict[int, set[Limit | None]] = {}
    for outcome in outcomes:
        causes.setdefault(outcome.chunk, set()).add(outcome.left_out if isinstance(outcome, Failed) else None)
    return {chunk: limit for chunk, (limit, *others) in causes.items() if limit is not None and not others}


def _gap_reason(missing: Sequence[int], parts: int, partly: set[int], unasked: Mapping[int, Limit]) -> str:
    limits = {unasked.get(chunk) for chunk in missing}
    limit = limits.pop() if len(limits) == 1 else None
    if limit is not None:
        which = (
            "nobody was asked" if len(missing) == parts else f"nobody was asked about {len(missing)} of {parts} parts"
        )
        return f"{which}: {limit} was reached"
    if len(missing) < parts:
        return f"{len(missing)} of {parts} parts unanswered"
    return "only answers that were cut off" if partly.intersection(missing) else "no reviewer answered"


def limit_notes(plan: Plan, outcomes: Iterable[Outcome]) -> list[str]:
    """What each limit left out, by reviewer and file."""
    files = {chunk.number: [segment.file.path for segment in chunk.segments] for chunk in plan.chunks}
    out: dict[Limit, dict[str, dict[str, None]]] = {}
    number = dict.fromkeys(Limit, 0)
    for outcome in outcomes:
        if isinstance(outcome, Failed) and outcome.left_out is not None:
            number[outcome.left_out] += 1
            paths = out.setdefault(outcome.left_out, {}).setdefault(outcome.reviewer, {})
            paths.update(dict.fromkeys(files.get(outcome.chunk, [])))
    return [
        f"{limit} was reached: {number[limit]} question{'' if number[limit] == 1 else 's'} not asked: "
        + "; ".join(f"{name} about {_named(list(paths))}" for name, paths in sorted(reviewers.items()))
        + "."
        for limit, reviewers in out.items()
    ]


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - _FILES_NAMED
    return ", ".join(paths[:_FILES_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _is_unpriced(outcome: Outcome) -> bool:
    """Whether an answer came and nobody knows what it cost."""
    usage = outcome.usage
    return usage.cost_usd is None and (isinstance(outcome, Reviewed) or usage.input_tokens > 0)


def reading_notes(results: Sequence[ReviewerResult], outcomes: Sequence[Outcome], *, limited: bool) -> list[str]:
    """What a person should know of the panel and its answers. `limited`: there is a limit to what the run may cost."""
    dropped: dict[str, list[str]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Reviewed):
            dropped.setdefault(outcome.reviewer, []).extend(outcome.dropped)
    notes: list[str] = []
    if len(results) == 1:
        notes.append(ONE_REVIEWER)
    for result in results:
        mine = [o for o in outcomes if o.reviewer == result.name]
        if result.usage.cost_usd is None and limited:
            notes.append(
                f"The price of {result.model} is not known: {Limit.COST} cannot stop {result.name}."
                if any(_is_unpriced(o) for o in mine)
                else f"What {result.name} cost is not known: a call was ended before its provider could tell."
            )
        known = sum(isinstance(o, Reviewed) and o.cached for o in mine)
        if 0 < known < len(mine):
            notes.append(f"{known} of {len(mine)} answers of {result.name} came from the cache.")
        if reasons := dropped.get(result.name):
            entries = "1 entry" if len(reasons) == 1 else f"{len(reasons)} entries"
            why = "; ".join(dict.fromkeys(reasons[:_FILES_NAMED]))
            notes.append(f"{entries} of {result.name}'s answer could not be read as a finding: {why}.")
    return notes
