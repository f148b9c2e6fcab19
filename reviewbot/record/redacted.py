"""What was asked -> the same without secrets: `secrets: off` is for what is sent, not for what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from reviewbot.model import Anchor, Diff, Finding, Side
from reviewbot.posted import Posted
from reviewbot.record.values import Asked
from reviewbot.stages.redact import redact, redact_text

_Place = tuple[str | None, Side, int | None]


def redacted(asked: Asked) -> Asked:
    """Without secrets in any text of it. A path is the same one everywhere, so that the record can be replayed."""
    change = asked.change
    diff = redact(change.diff).diff
    paths = {old.path: new.path for old, new in zip(change.diff.files, diff.files, strict=True)}
    sources = _sources(diff, {paths.get(found.anchor.path or "") for found in asked.own_findings})

    def path(name: str) -> str:
        return paths.get(name) or redact_text(name)

    def own(found: Finding) -> Finding:
        anchor: Anchor = found.anchor
        where = anchor.path and path(anchor.path)
        source = sources.get((where, anchor.side, anchor.start), anchor.source)
        return replace(
            found,
            anchor=replace(anchor, path=where, source=redact_text(source)),
            title=redact_text(found.title),
            body=redact_text(found.body),
        )

    return replace(
        asked,
        change=replace(
            change,
            diff=diff,
            subjects=tuple(map(redact_text, change.subjects)),
            label=redact_text(change.label),
        ),
        chunks=tuple(replace(chunk, paths=tuple(map(path, chunk.paths))) for chunk in asked.chunks),
        skipped=tuple(replace(file, path=path(file.path), reason=redact_text(file.reason)) for file in asked.skipped),
        own_findings=tuple(map(own, asked.own_findings)),
        notes=tuple(map(redact_text, asked.notes)),
        posted=tuple(map(_posted, asked.posted)),
    )


def _sources(diff: Diff, paths: set[str | None]) -> Mapping[_Place, str]:
    """The lines of these files: of a key over several lines, one alone is not known for what it is."""
    return {
        (file.path, side, number): line.text
        for file in diff.files
        if file.path in paths
        for hunk in file.hunks
        for line in hunk.lines
        for side in Side
        if (number := line.number(side)) is not None
    }


def _posted(posted: Posted) -> Posted:
    return replace(
        posted,
        path=posted.path and redact_text(posted.path),
        title=redact_text(posted.title),
        body=redact_text(posted.body),
        declined=posted.declined and redact_text(posted.declined),
    )
