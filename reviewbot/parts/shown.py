"""Findings by what names them to a person: out of a report, and as a repository keeps those that it was shown."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from reviewbot.config.values import Json
from reviewbot.model import Report
from reviewbot.parts.node import Node, parse_document
from reviewbot.parts.report import report_part
from reviewbot.parts.words import MAX_FINDINGS, MAX_PATH, MAX_TITLE
from reviewbot.sanitize import clean_title

MAX_KEPT = 1_000
"""Findings that a repository keeps, those of the latest runs."""
MAX_KEPT_BYTES = 8 * 1024 * 1024
_FORMAT = 1


class Shown(Struct, frozen=True, kw_only=True):
    """A finding that somebody was shown."""

    fingerprint: str
    path: str | None
    title: str


def shown_in(report: Report) -> tuple[Shown, ...]:
    """The findings of a report, in its order."""
    return tuple(
        Shown(fingerprint=entry.fingerprint, path=entry.lead.anchor.path, title=entry.lead.title)
        for entry in report.findings
    )


def read_shown(data: bytes, name: str) -> tuple[Shown, ...]:
    """The findings of a report that was written as JSON. Raises InputError for anything else."""
    document = parse_document(data, name)
    if "schema_version" not in document.tree():
        raise document.refuse("is no report (--format json)")
    report_part(document, name)
    return tuple(_shown(node) for node in document.items("findings", limit=MAX_FINDINGS) if node.has("fingerprint"))


def read_kept(data: bytes, name: str) -> tuple[Shown, ...]:
    """What `write_kept` wrote. Raises InputError for anything else."""
    document = parse_document(data, name, max_bytes=MAX_KEPT_BYTES)
    if document.integer("format") != _FORMAT:
        raise document.at("format").refuse(f"this version of reviewbot reads format {_FORMAT}")
    return tuple(_shown(node) for node in document.items("findings", limit=MAX_KEPT))


def kept(latest: Iterable[Shown], before: Iterable[Shown]) -> tuple[Shown, ...]:
    """What is kept once `latest` was shown: each fingerprint once, as many as are kept, the latest first."""
    found: dict[str, Shown] = {}
    for one in (*latest, *before):
        found.setdefault(one.fingerprint, one)
    return tuple(found.values())[:MAX_KEPT]


def kept_tree(findings: Iterable[Shown]) -> dict[str, Json]:
    """The findings as JSON for `read_kept`."""
    items: list[Json] = [
        {"fingerprint": one.fingerprint, "path": one.path, "title": one.title[:MAX_TITLE]} for one in findings
    ]
    return {"format": _FORMAT, "findings": items}


def _shown(node: Node) -> Shown:
    return Shown(
        fingerprint=node.text("fingerprint", limit=100),
        path=node.optional_text("path", limit=MAX_PATH),
        title=clean_title(node.text("title", limit=MAX_TITLE)),
    )
