"""The two paragraphs of the program: what will be asked, and what the answers amount to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.config.values import Config
from reviewbot.model import (
    BUILTIN,
    Agreement,
    Change,
    Failed,
    FileResult,
    Finding,
    Job,
    MergedFinding,
    Outcome,
    Plan,
    Prompt,
    Report,
    Reviewed,
    ReviewerResult,
    ReviewerStatus,
    Segment,
    SkippedFile,
    Usage,
)
from reviewbot.sanitize import clean_words
from reviewbot.stages.anchor import place
from reviewbot.stages.chunk import Rule, split
from reviewbot.stages.gate import Coverage, Policy, judge
from reviewbot.stages.merge import merge
from reviewbot.stages.prompt import build_system, build_user, render_segment
from reviewbot.stages.redact import redact, redact_text, secret_findings
from reviewbot.stages.scope import select


@dataclass(frozen=True, slots=True, kw_only=True)
class Panelist:
    """What the plan and the report need to know of a configured reviewer."""

    name: str
    model: str
    vendor: str
    max_input_tokens: int | None
    """None when nobody told; then a cautious budget holds."""
    skipped: str | None = None
    """Why it is not asked, when it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A change that may leave the machine, and what was found while making it so."""

    change: Change
    findings: tuple[Finding, ...]
    redactions: int


def prepare(change: Change, config: Config) -> Prepared:
    """Take the secrets out of the change, each becoming a finding of our own."""
    if config.secrets == "off":
        return Prepared(change=change, findings=(), redactions=0)
    redacted = redact(change.diff)
    subjects = tuple(redact_text(subject) for subject in change.subjects)
    return Prepared(
        change=replace(change, diff=redacted.diff, subjects=subjects),
        findings=secret_findings(redacted.secrets, redacted.diff),
        redactions=len(redacted.secrets),
    )


CHUNK_TOKENS = 32_000
"""Attention thins out over long inputs, so a chunk stays under this even where a model would take more."""
_SMALLEST_CHUNK = 1_000


def make_plan(
    change: Change,
    config: Config,
    panel: Sequence[Panelist],
    *,
    delimiter: str,
    count_tokens: Callable[[str], int],
) -> Plan:
    """Decide which files are reviewed, in which chunks, by whom, with which words.

    All reviewers of a chunk get the same chunk, so that agreement and quorum compare like with like; the budget is
    that of the smallest model.
    """
    scope = select(change.diff, exclude=config.exclude)
    rules = [Rule(match=p.match, instructions=p.instructions, reviewers=p.reviewers) for p in config.paths]

    def size(segment: Segment) -> int:
        return count_tokens(render_segment(segment))

    chunks = split(
        scope.files,
        panel=[p.name for p in panel],
        rules=rules,
        budget=_chunk_budget(config, panel, count_tokens),
        size=size,
    )
    systems = {
        reviewer.name: build_system(brief=reviewer.brief, instructions=config.instructions)
        for reviewer in config.reviewers
    }
    fixed = {name: count_tokens(system) for name, system in systems.items()}
    jobs: list[Job] = []
    for chunk in chunks.chunks:
        user = build_user(chunk, subjects=change.subjects, delimiter=delimiter)
        tokens = count_tokens(user)
        jobs.extend(
            Job(
                reviewer=member.name,
                chunk=chunk.number,
                prompt=Prompt(system=systems[member.name], user=user),
                tokens=fixed[member.name] + tokens,
            )
            for member in panel
            if member.name in chunk.reviewers and member.skipped is None
        )
    return Plan(jobs=tuple(jobs), chunks=chunks.chunks, skipped=(*scope.skipped, *chunks.skipped))


def _chunk_budget(config: Config, panel: Sequence[Panelist], count_tokens: Callable[[str], int]) -> int:
    """Tokens for the change itself: the smallest input of the panel less what every prompt carries besides."""
    output = {reviewer.name: reviewer.max_output_tokens for reviewer in config.reviewers}
    own = [text.text for text in config.instructions] + [r.brief.text for r in config.reviewers if r.brief]
    own += [rule.instructions for rule in config.paths if rule.instructions]
    besides = 2_500 + sum(count_tokens(text) for text in own)
    rooms = [m.max_input_tokens - output[m.name] - besides for m in panel if m.max_input_tokens is not None]
    return max(_SMALLEST_CHUNK, min([CHUNK_TOKENS, *rooms]))


def conclude(
    change: Change,
    plan: Plan,
    outcomes: Sequence[Outcome],
    config: Config,
    panel: Sequence[Panelist],
    *,
    own_findings: Sequence[Finding] = (),
    duration_s: float = 0.0,
    notes: Sequence[str] = (),
) -> Report:
    """Place, merge, count and judge what the reviewers said."""
    said = [finding for o in outcomes if isinstance(o, Reviewed) for finding in o.findings]
    placed = place([_cleaned(finding) for finding in said], change.diff)
    coverage = _coverage(plan, outcomes)
    holding: dict[str | None, set[int | None]] = {}
    for chunk in plan.chunks:
        for segment in chunk.segments:
            holding.setdefault(segment.file.path, set()).add(chunk.number)
    merged = [_agreed(entry, coverage, panel, holding) for entry in merge([*own_findings, *placed])]
    judgement = judge(
        merged,
        coverage,
        gaps=[s.path for s in plan.skipped if s.gap],
        panel=[p.name for p in panel],
        policy=Policy(
            fail_on=config.gate.fail_on,
            min_agreement=config.gate.min_agreement,
            quorum=config.gate.quorum,
            fail_incomplete=config.gate.on_incomplete == "fail",
        ),
    )
    results = tuple(_result(member, outcomes) for member in panel)
    return Report(
        change=change,
        files=_files(change, plan, coverage, outcomes),
        reviewers=results,
        findings=tuple(sorted(judgement.findings, key=_order)),
        verdict=judgement.verdict,
        usage=sum((r.usage for r in results), Usage()),
        duration_s=duration_s,
        notes=(*notes, *_notes(results, outcomes, config)),
    )


def _cleaned(finding: Finding) -> Finding:
    """The reviewer's own words without what may not be shown; when nothing is left of them, say so."""
    title = clean_words(finding.title).strip() or "(no readable title)"
    return replace(finding, title=" ".join(title.split()), body=clean_words(finding.body).strip())


def _coverage(plan: Plan, outcomes: Sequence[Outcome]) -> tuple[Coverage, ...]:
    whole = {(o.reviewer, o.chunk) for o in outcomes if isinstance(o, Reviewed) and not o.cut_off}
    return tuple(
        Coverage(
            chunk=chunk.number,
            configured=chunk.reviewers,
            answered=tuple(name for name in chunk.reviewers if (name, chunk.number) in whole),
        )
        for chunk in plan.chunks
    )


def _agreed(
    entry: MergedFinding,
    coverage: Sequence[Coverage],
    panel: Sequence[Panelist],
    holding: Mapping[str | None, set[int | None]],
) -> MergedFinding:
    """Count who backs the entry, of those that answered its chunks; a backer always counts as one that answered.

    Its chunks are those `holding` the file it points at, of several such those that a member was said about.
    """
    vendors = {member.name: member.vendor for member in panel}
    backers = {name for name in entry.reviewers if name != BUILTIN}
    asked = {member.chunk for member in entry.members} - {None}
    home = holding.get(entry.lead.anchor.path, set())
    chunks = asked & home or home or asked
    answered = {name for c in coverage if c.chunk in chunks for name in c.answered}
    return replace(
        entry,
        agreement=Agreement(
            count=len(backers),
            of=len(answered | backers),
            vendors=len({vendors.get(name, name) for name in backers}),
        ),
    )


def _order(entry: MergedFinding) -> tuple[object, ...]:
    anchor = entry.lead.anchor
    return (
        not entry.blocking,
        -entry.severity.rank,
        -entry.agreement.count,
        anchor.path is None,
        anchor.path or "",
        anchor.start or 0,
        entry.fingerprint,
    )


def _result(member: Panelist, outcomes: Sequence[Outcome]) -> ReviewerResult:
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
    )


def _files(
    change: Change, plan: Plan, coverage: Sequence[Coverage], outcomes: Sequence[Outcome]
) -> tuple[FileResult, ...]:
    """Every changed path once: reviewed when each chunk that holds a part of it has an answer."""
    skipped: Mapping[str, SkippedFile] = {s.path: s for s in plan.skipped}
    answered = {c.chunk: bool(c.answered) for c in coverage}
    partly = {o.chunk for o in outcomes if isinstance(o, Reviewed)}
    partial: set[str] = set()
    parts: dict[str, list[bool]] = {}
    for chunk in plan.chunks:
        for segment in chunk.segments:
            parts.setdefault(segment.file.path, []).append(answered[chunk.number])
            if chunk.number in partly:
                partial.add(segment.file.path)
    results: list[FileResult] = []
    for file in sorted(change.diff.files, key=lambda f: f.path):
        listed = skipped.get(file.path)
        if listed is not None:
            results.append(
                FileResult(path=file.path, status=file.status, reviewed=False, reason=listed.reason, gap=listed.gap)
            )
            continue
        got = parts[file.path]
        reason = None
        if not all(got):
            reason = f"{got.count(False)} of {len(got)} parts unanswered" if any(got) else "no reviewer answered"
            reason = "only answers that were cut off" if not any(got) and file.path in partial else reason
        results.append(
            FileResult(path=file.path, status=file.status, reviewed=all(got), reason=reason, gap=not all(got))
        )
    return tuple(results)


def _notes(results: Sequence[ReviewerResult], outcomes: Sequence[Outcome], config: Config) -> list[str]:
    notes: list[str] = []
    if len(results) == 1:
        notes.append("One reviewer is configured, so agreement means nothing.")
    for result in results:
        unpriced = result.usage.cost_usd is None
        if unpriced and config.limits.max_cost_usd is not None:
            notes.append(f"The price of {result.model} is not known: limits.max_cost_usd cannot stop {result.name}.")
        dropped = sum(o.dropped for o in outcomes if isinstance(o, Reviewed) and o.reviewer == result.name)
        if dropped:
            entries = "1 entry" if dropped == 1 else f"{dropped} entries"
            notes.append(f"{entries} of {result.name}'s answer could not be read as a finding.")
    return notes
