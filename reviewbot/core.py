"""The two paragraphs of the program: what will be asked, and what the answers amount to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.ignored import IGNORED_FILE
from reviewbot.config.values import Config
from reviewbot.errors import ReplyError
from reviewbot.model import (
    Change,
    Conclusion,
    Coverage,
    Failed,
    FileResult,
    Finding,
    Job,
    MergedFinding,
    Move,
    Outcome,
    Panelist,
    Plan,
    Prompt,
    Report,
    Reviewed,
    Segment,
    Severity,
    Usage,
    Verdict,
)
from reviewbot.posted import Posted, Sorted
from reviewbot.sanitize import clean_body, clean_title
from reviewbot.stages.agreement import count, report_order
from reviewbot.stages.anchor import place
from reviewbot.stages.budget import in_rounds
from reviewbot.stages.chunk import Rule, split
from reviewbot.stages.decline import decline
from reviewbot.stages.gate import Policy, judge, with_quorum
from reviewbot.stages.hidden_text import hidden_findings
from reviewbot.stages.identity import fingerprint
from reviewbot.stages.injection import injection_findings
from reviewbot.stages.known import compare, gone_entry
from reviewbot.stages.merging import merge
from reviewbot.stages.placement import follow
from reviewbot.stages.prompt import build_system, build_user, render_segment
from reviewbot.stages.redact import Secret, redact, redact_subjects, redact_text, secret_findings
from reviewbot.stages.reply import parse_reply
from reviewbot.stages.results import coverage_of, file_results, limit_notes, reading_notes, reviewer_result, shared
from reviewbot.stages.scope import select


class Prepared(Struct, frozen=True, kw_only=True):
    """A change that may leave the machine, and what was found while making it so."""

    change: Change
    findings: tuple[Finding, ...]
    redactions: int
    brought: tuple[Finding, ...] = ()
    """Those of the findings that are secrets which the change brings: what it takes away, or leaves, is none."""

    def holds_secrets(self, config: Config) -> bool:
        """Whether it brings one that nobody has turned down."""
        declined = {ignored.fingerprint for ignored in config.ignored}
        return any(fingerprint(finding) not in declined for finding in self.brought)


def prepare(change: Change, config: Config) -> Prepared:
    """Take the secrets out of the change, and find what needs no model: each is a finding of our own."""
    secrets: tuple[Secret, ...] = ()
    if config.secrets != "off":
        redacted, (subjects, in_subjects) = redact(change.diff), redact_subjects(change.subjects)
        change = replace(change, diff=redacted.diff, subjects=subjects, label=redact_text(change.label))
        secrets = (*redacted.secrets, *in_subjects)
    found = secret_findings(secrets, change.diff)
    return Prepared(
        change=change,
        brought=tuple(finding for finding in found if finding.severity is Severity.CRITICAL),
        findings=(
            *found,
            *hidden_findings(change.diff, change.subjects),
            *injection_findings(change.diff, change.subjects),
        ),
        redactions=len(secrets),
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
        user = build_user(chunk, delimiter=delimiter)
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
    return Plan(jobs=in_rounds(jobs), chunks=chunks.chunks, skipped=(*scope.skipped, *chunks.skipped))


def _chunk_budget(config: Config, panel: Sequence[Panelist], count_tokens: Callable[[str], int]) -> int:
    """Tokens for the change itself: the smallest input of the panel less what every prompt carries besides."""
    output = {reviewer.name: reviewer.max_output_tokens for reviewer in config.reviewers}
    own = [text.text for text in config.instructions] + [r.brief.text for r in config.reviewers if r.brief]
    own += [rule.instructions for rule in config.paths if rule.instructions]
    besides = 2_500 + sum(count_tokens(text) for text in own)
    rooms = [m.max_input_tokens - output[m.name] - besides for m in panel if m.max_input_tokens is not None]
    return max(_SMALLEST_CHUNK, min([CHUNK_TOKENS, *rooms]))


def read_reply(
    text: str, *, reviewer: str, chunk: int, cut_off: bool, moves: tuple[Move, ...] = ()
) -> Reviewed | ReplyError:
    """An answer as it came, read. `cut_off`: its model stopped at its token limit. `moves`: of the hunks since."""
    try:
        parsed = parse_reply(text, reviewer=reviewer, chunk=chunk)
    except ReplyError as error:
        return error
    return Reviewed(
        reviewer=reviewer,
        chunk=chunk,
        findings=follow(parsed.findings, moves),
        cut_off=cut_off or parsed.cut_off,
        dropped=parsed.dropped,
        reply=text,
        moves=moves,
    )


def conclude(
    change: Change,
    plan: Plan,
    outcomes: Sequence[Outcome],
    config: Config,
    panel: Sequence[Panelist],
    *,
    own_findings: Sequence[Finding] = (),
    posted: Sequence[Posted] = (),
    duration_s: float = 0.0,
    notes: Sequence[str] = (),
) -> Report:
    """Place, merge, count and judge what the reviewers said. `posted`: what earlier runs put on the pull request."""
    show = redact_text if config.secrets != "off" else str
    outcomes = [_cleaned_outcome(outcome, show) for outcome in outcomes]
    said = [finding for o in outcomes if isinstance(o, Reviewed) for finding in shared(o)]
    placed = place([_cleaned(finding, show) for finding in said], change.diff)
    findings = [replace(finding, fingerprint=fingerprint(finding)) for finding in (*own_findings, *placed)]
    coverage = coverage_of(plan, outcomes)
    vendors = {member.name: member.vendor for member in panel}
    holding: dict[str | None, set[int | None]] = {}
    for chunk in plan.chunks:
        for segment in chunk.segments:
            holding.setdefault(segment.file.path, set()).add(chunk.number)
    answered: dict[int | None, tuple[str, ...]] = {c.chunk: c.answered for c in coverage}
    merged = [count(entry, _answered(entry, answered, holding), vendors) for entry in merge(findings)]
    files = file_results(change, plan, coverage, outcomes)
    settled = settle(
        merged,
        coverage,
        posted=posted,
        change=change,
        files=files,
        gaps=[s.path for s in plan.skipped if s.gap],
        config=config,
        panel=panel,
    )
    results = tuple(reviewer_result(member, outcomes) for member in panel)
    return Report(
        change=change,
        files=files,
        reviewers=results,
        findings=settled.findings,
        verdict=settled.verdict,
        usage=sum((r.usage for r in results), Usage()),
        duration_s=duration_s,
        notes=(
            *notes,
            *settled.notes,
            *limit_notes(plan, outcomes),
            *reading_notes(results, outcomes, limited=config.limits.max_cost_usd is not None),
        ),
    )


class Settled(Struct, frozen=True, kw_only=True):
    """What the entries of a run come to."""

    findings: tuple[MergedFinding, ...]
    """In the order of a report, with what was posted and is gone."""
    verdict: Verdict
    notes: tuple[str, ...]


def settle(
    entries: Sequence[MergedFinding],
    coverage: Sequence[Coverage],
    *,
    posted: Sequence[Posted],
    change: Change,
    files: Sequence[FileResult],
    gaps: Sequence[str],
    config: Config,
    panel: Sequence[Panelist],
) -> Settled:
    """Give merged and counted entries their states, and judge them. `gaps`: paths that nobody could be asked about."""
    beside = beside_posted(entries, posted, change, files, config)
    current = decline(beside.entries, [ignored.fingerprint for ignored in config.ignored])
    judgement = judge(
        (*current, *(gone_entry(old) for old in beside.gone)),
        coverage,
        gaps=gaps,
        panel=[member.name for member in panel],
        policy=policy_of(config),
    )
    return Settled(
        findings=tuple(sorted(judgement.findings, key=report_order)),
        verdict=judgement.verdict,
        notes=tuple(_declined_notes(beside.entries, current)),
    )


def _declined_notes(before: Sequence[MergedFinding], after: Sequence[MergedFinding]) -> list[str]:
    """A sentence on what the list of ignored findings turned down."""
    declined = sum(one.state is not two.state for one, two in zip(before, after, strict=True))
    if not declined:
        return []
    return [f"{declined:,} {'finding is' if declined == 1 else 'findings are'} turned down in {IGNORED_FILE}."]


def beside_posted(
    entries: Sequence[MergedFinding],
    posted: Sequence[Posted],
    change: Change,
    files: Sequence[FileResult],
    config: Config,
) -> Sorted:
    """The entries beside what earlier runs posted. A file that no quorum read says nothing about what is gone."""
    read = with_quorum(files, config.gate.quorum)
    whole = all(file.path in read for file in files if file.asked or file.gap)
    return compare(entries, posted, change.diff, reviewed=read, whole=whole)


def excused(report: Report) -> Report:
    """The report of a run to which no key was given on purpose: when nothing blocks it, it is skipped and passes."""
    if report.verdict.conclusion is not Conclusion.INCOMPLETE:
        return report
    reason = "Not reviewed: this run has no model keys (a fork or a bot), and gate.on_missing_keys is pass."
    verdict = replace(report.verdict, conclusion=Conclusion.SKIPPED, reason=reason, fails=False)
    return replace(report, verdict=verdict)


def policy_of(config: Config) -> Policy:
    """What the gate goes by."""
    gate = config.gate
    return Policy(
        fail_on=gate.fail_on,
        min_agreement=gate.min_agreement,
        quorum=gate.quorum,
        fail_incomplete=gate.on_incomplete == "fail",
    )


def _cleaned_outcome(outcome: Outcome, show: Callable[[str], str]) -> Outcome:
    """With what is told of an answer that failed, or of a part of one, as it may be shown."""
    if isinstance(outcome, Failed):
        return replace(outcome, reason=show(outcome.reason))
    return replace(outcome, dropped=tuple(map(show, outcome.dropped))) if outcome.dropped else outcome


def _cleaned(finding: Finding, show: Callable[[str], str]) -> Finding:
    """With the reviewer's own words as they may be shown: a model can know a secret, or read one that was encoded."""
    path, suggestion = finding.anchor.path, finding.suggestion
    together = "\n".join(filter(None, (path, finding.title, finding.body, suggestion)))
    if show(together) != together:  # as hardly ever, and one look takes less than four
        finding = replace(
            finding,
            anchor=replace(finding.anchor, path=None if path is None else show(path)),
            title=show(finding.title),
            body=show(finding.body),
            suggestion=None if suggestion is None else show(suggestion),
        )
    title, body = clean_title(finding.title), clean_body(finding.body)
    if (title, body) != (finding.title, finding.body):  # a secret is whole once what parted it is gone
        title, body = show(title), show(body)
    return replace(finding, title=title, body=body)


def _answered(
    entry: MergedFinding,
    answered: Mapping[int | None, tuple[str, ...]],
    holding: Mapping[str | None, set[int | None]],
) -> set[str]:
    """The reviewers that answered the entry's chunks, given who `answered` each.

    These are the chunks `holding` the file it points at, of several such those that a member was said about.
    """
    asked = {member.chunk for member in entry.members} - {None}
    home = holding.get(entry.lead.anchor.path, set())
    return {name for chunk in asked & home or home or asked for name in answered.get(chunk, ())}
