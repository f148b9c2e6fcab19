"""A report that somebody brought, held against the pull request that it names -> the report that is published. Pure.

Nothing of it is believed that can be known otherwise. The change, its files, who reads which of them, the gate and what
reviewbot finds itself are those of the pull request and of its base's configuration. What is left to the report is what
only reviewers can say: who of the panel answered about which file, and with which words about which lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from reviewbot.config.values import Config
from reviewbot.core import Prepared, excused, settle
from reviewbot.errors import InputError
from reviewbot.model import (
    BUILTIN,
    ONE_REVIEWER,
    Anchor,
    Diff,
    FileResult,
    Finding,
    Panelist,
    Plan,
    Report,
    ReviewerResult,
    ReviewerStatus,
    SkippedFile,
    State,
    Usage,
)
from reviewbot.parts.redacted import redacted
from reviewbot.parts.values import Part
from reviewbot.parts.words import MAX_FINDINGS
from reviewbot.posted import Posted
from reviewbot.stages.agreement import count
from reviewbot.stages.anchor import notes_on, place
from reviewbot.stages.groups import group
from reviewbot.stages.identity import fingerprint
from reviewbot.stages.merging import merge
from reviewbot.stages.redact import redact_text

_ANSWERED = (ReviewerStatus.REVIEWED, ReviewerStatus.PARTIAL)
_MAX_NOTES, _MAX_NOTE = 20, 400
_NAMED, _MAX_NAME = 5, 40
_ABSENT = "the report has no answer of it"


def vet(
    part: Part,
    prepared: Prepared,
    plan: Plan,
    config: Config,
    panel: Sequence[Panelist],
    *,
    posted: Sequence[Posted],
    notes: Sequence[str],
    may_lack_keys: bool,
) -> Report:
    """What the report comes to on this change. `panel`: whose answers count; `posted`: what earlier runs posted.

    Left out are its verdict, states, agreement and fingerprints, the findings of `reviewbot` itself, which are made
    anew, and those of anybody who is not of the panel or did not answer, of which a note tells. A file was read by
    those of whom the report says so and who were to read it; one that the report does not list, by nobody.

    `may_lack_keys`: a report that was skipped is what it says. Raises InputError for more than MAX_FINDINGS findings.
    """
    if len(part.said) > MAX_FINDINGS:
        raise InputError(f"{part.name}: has more than {MAX_FINDINGS:,} findings")
    part = replace(part, notes=tuple(note[: 2 * _MAX_NOTE] for note in part.notes[:_MAX_NOTES]))
    if config.secrets != "off":
        part = redacted(part)
    change = prepared.change
    members = {member.name for member in panel}
    rows = {row.name: row for row in part.reviewers if row.name in members}
    heard = {name for name, row in rows.items() if row.status in _ANSWERED}
    files = _files(change.diff, plan, part, heard)
    groups = group(files)
    said = _said(part, heard, change.diff)
    vendors = {member.name: member.vendor for member in panel}
    findings = [
        replace(finding, fingerprint=fingerprint(finding), chunk=groups.of(finding.anchor.path))
        for finding in (*prepared.findings, *said)
    ]
    settled = settle(
        [count(entry, groups.answered(entry.lead.anchor.path), vendors) for entry in merge(findings)],
        groups.coverage,
        posted=posted,
        change=change,
        files=files,
        gaps=[file.path for file in files if file.gap and not file.asked],
        config=config,
        panel=panel,
    )
    spoken = Counter(finding.reviewer for finding in said)
    results = tuple(_result(member, rows.get(member.name), files, spoken[member.name]) for member in panel)
    own = (*notes, *settled.notes, *([ONE_REVIEWER] if len(panel) == 1 else []))
    report = Report(
        change=change,
        files=files,
        reviewers=results,
        findings=settled.findings,
        verdict=settled.verdict,
        usage=sum((result.usage for result in results), Usage()),
        duration_s=part.duration_s,
        notes=(*own, *_left_out(part, heard), *_told(part, own)),
    )
    return excused(report) if may_lack_keys and part.skipped is not None and not heard else report


# ---------------------------------------------------------------- files and reviewers


def _files(diff: Diff, plan: Plan, part: Part, heard: Collection[str]) -> tuple[FileResult, ...]:
    """Every changed path once: asked about as it is planned, answered as the report tells."""
    rows = {row.path: row for row in part.files or ()}
    skipped = {skipped.path: skipped for skipped in plan.skipped}
    asked = {segment.file.path: chunk.reviewers for chunk in plan.chunks for segment in chunk.segments}
    return tuple(
        _skipped(skipped[file.path])
        if file.path in skipped
        else _read(FileResult(path=file.path, status=file.status, reviewed=False), asked[file.path], rows, heard)
        for file in sorted(diff.files, key=lambda file: file.path)
    )


def _skipped(file: SkippedFile) -> FileResult:
    return FileResult(path=file.path, status=file.status, reviewed=False, reason=file.reason, gap=file.gap)


def _read(file: FileResult, asked: tuple[str, ...], rows: dict[str, FileResult], heard: Collection[str]) -> FileResult:
    row = rows.get(file.path)
    answered = tuple(name for name in asked if row is not None and name in row.answered and name in heard)
    reason = "the report does not list it" if row is None else row.reason or "no reviewer answered"
    return replace(
        file,
        reviewed=bool(answered),
        reason=None if answered else reason,
        gap=not answered,
        asked=asked,
        answered=answered,
    )


def _result(member: Panelist, row: ReviewerResult | None, files: Iterable[FileResult], findings: int) -> ReviewerResult:
    """A row of the report under the model and the vendor that the configuration names."""
    if row is None:
        row = ReviewerResult(
            name=member.name, model="", vendor="", status=ReviewerStatus.SKIPPED, reason=_ABSENT, usage=Usage()
        )
    asked = [file for file in files if member.name in file.asked]
    missing = sum(member.name not in file.answered for file in asked)
    status, reason = row.status, row.reason
    if status is ReviewerStatus.REVIEWED and missing:
        status, reason = ReviewerStatus.PARTIAL, f"{_ABSENT} about {missing:,} of {len(asked):,} files"
    return replace(row, model=member.model, vendor=member.vendor, status=status, reason=reason, findings=findings)


# ---------------------------------------------------------------- findings and words


def _said(part: Part, heard: Collection[str], diff: Diff) -> list[Finding]:
    """What the panel said, on the lines of this change."""
    told = [said.finding for said in part.said if said.state is not State.FIXED and said.finding.reviewer in heard]
    bare = [replace(finding, fingerprint=None, anchor=replace(finding.anchor, note=None)) for finding in told]
    return [_noted(now, before.anchor) for before, now in zip(told, place(bare, diff), strict=True)]


def _noted(finding: Finding, before: Anchor) -> Finding:
    """With what the first placing noted, when that is one of the things that can be noted."""
    anchor, said = finding.anchor, finding.said
    if anchor.note is not None or said is None or before.note not in notes_on(said):
        return finding
    return replace(finding, anchor=replace(anchor, note=before.note))


# ---------------------------------------------------------------- notes


def _left_out(part: Part, heard: Collection[str]) -> list[str]:
    """A sentence on those who are not listened to."""
    strangers = Counter(
        said.finding.reviewer
        for said in part.said
        if said.state is not State.FIXED and said.finding.reviewer not in {*heard, BUILTIN}
    )
    for row in part.reviewers:
        if row.status in _ANSWERED and row.name not in heard:
            strangers.setdefault(row.name, 0)
    if not strangers:
        return []
    names = sorted(strangers)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    number = strangers.total()
    found = f"{number:,} finding{'' if number == 1 else 's'}"
    who = ", ".join(f'"{redact_text(name)[:_MAX_NAME]}"' for name in names[:_NAMED]) + more
    return [f"Left out of the report: {found} of {who}, of whom it has no answer or who are not of the panel."]


def _told(part: Part, own: Collection[str]) -> list[str]:
    """Its notes, as what they are: words of the report. What is noted here anyway is not repeated."""
    told = [note for note in part.notes[:_MAX_NOTES] if note not in own and note != ONE_REVIEWER]
    return [f"The report says: {note[:_MAX_NOTE]}" for note in told]
