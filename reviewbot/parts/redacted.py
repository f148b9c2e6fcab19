"""A part whose texts may hold secrets -> the same without them: a model, or another tool, may have repeated some."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from reviewbot.model import Anchor, FileResult, Finding, ReviewerResult
from reviewbot.parts.values import Part
from reviewbot.sanitize import clean_body, clean_title
from reviewbot.stages.redact import redact_text


def redacted(part: Part) -> Part:
    """Without secrets in any text that is shown, paths and names included. A part without one comes to the same.

    Reviewers whose names differ in nothing but a secret are one afterwards, which can only lower an agreement.
    """
    return replace(
        part,
        reviewers=tuple(map(_reviewer, part.reviewers)),
        files=None if part.files is None else tuple(_file(file) for file in part.files),
        said=tuple(replace(said, finding=_finding(said.finding)) for said in part.said),
        skipped=_optional(part.skipped),
        notes=tuple(redact_text(note) for note in part.notes),
        repository=_optional(part.repository),
    )


def _reviewer(row: ReviewerResult) -> ReviewerResult:
    return replace(
        row,
        name=redact_text(row.name),
        model=redact_text(row.model),
        vendor=redact_text(row.vendor),
        reason=_optional(row.reason),
    )


def _file(file: FileResult) -> FileResult:
    return replace(
        file,
        path=redact_text(file.path),
        reason=_optional(file.reason),
        asked=_names(file.asked),
        answered=_names(file.answered),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(redact_text, names)))


def _finding(found: Finding) -> Finding:
    return replace(
        found,
        reviewer=redact_text(found.reviewer),
        anchor=_anchor(found.anchor),
        said=None if found.said is None else _anchor(found.said),
        title=clean_title(redact_text(found.title)),
        body=clean_body(redact_text(found.body)),
        suggestion=_optional(found.suggestion),
    )


def _anchor(anchor: Anchor) -> Anchor:
    return replace(anchor, path=_optional(anchor.path), source=redact_text(anchor.source))


def _optional(text: str | None) -> str | None:
    return None if text is None else redact_text(text)
