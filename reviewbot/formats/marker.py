"""The hidden last line of what reviewbot posts: what a later run needs to know it again.

It is data of our own only when our own identity posted it; whoever reads markers has to look at the author first.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.config.values import Json
from reviewbot.model import Category, MergedFinding, Severity, Side
from reviewbot.posted import Posted, source_hash

_LINE = re.compile(r"<!-- reviewbot:(finding|summary):1:([A-Za-z0-9_-]{1,60000}) -->")
_WORDS = 600
"""Characters of a body that are kept: enough to compare, so that markers stay small beside what people read."""
_MOST = 200
"""Findings that a summary's marker lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """What the summary remembers of the runs before."""

    round: int
    """How many runs have posted so far."""
    head: str
    """The commit that the last one reviewed."""
    findings: tuple[Posted, ...]
    """Those that no inline comment shows."""


def finding_marker(entry: MergedFinding) -> str:
    """The line for an inline comment."""
    return _line("finding", _finding(posted_as(entry)))


def summary_marker(round_: int, head: str, findings: Sequence[Posted]) -> str:
    """The line for the summary."""
    listed: list[Json] = [_finding(finding) for finding in findings[:_MOST]]
    return _line("summary", {"round": round_, "head": head, "findings": listed})


def posted_as(entry: MergedFinding) -> Posted:
    """What a later run will compare with."""
    lead = entry.lead
    return Posted(
        fingerprint=entry.fingerprint,
        path=lead.anchor.path,
        side=lead.anchor.side,
        category=lead.category,
        severity=entry.severity,
        title=lead.title,
        body=lead.body[:_WORDS],
        reviewers=entry.reviewers,
        of=entry.agreement.of,
        source=source_hash(lead.anchor.source),
    )


def read_finding(body: str) -> Posted | None:
    """The finding that a comment of ours shows; None for any other text."""
    document = _document(body, "finding")
    return None if document is None else _read(document)


def read_summary(body: str) -> Rounds | None:
    """What a summary of ours remembers; None for any other text."""
    document = _document(body, "summary")
    if document is None:
        return None
    listed, number, head = document.get("findings"), document.get("round"), document.get("head")
    if not isinstance(listed, list) or not isinstance(number, int) or not isinstance(head, str):
        return None
    found = [_read(item) for item in listed if isinstance(item, dict)]
    return Rounds(round=max(0, number), head=head, findings=tuple(posted for posted in found if posted))


def without_marker(body: str) -> str:
    """What people read of a text of ours."""
    return body.rpartition("<!-- reviewbot:")[0] or body


def _line(kind: str, document: Json) -> str:
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    return f"<!-- reviewbot:{kind}:1:{base64.urlsafe_b64encode(text).decode().rstrip('=')} -->"


def _document(body: str, kind: str) -> dict[str, Json] | None:
    """What the last line of a text says, if it is a marker of this kind. A quoted marker is no marker."""
    match = _LINE.fullmatch(body.rstrip().rpartition("\n")[2])
    if match is None or match[1] != kind:
        return None
    try:
        document = json.loads(base64.urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _finding(posted: Posted) -> dict[str, Json]:
    return {
        "fingerprint": posted.fingerprint,
        "path": posted.path,
        "side": posted.side.value,
        "category": posted.category.value,
        "severity": posted.severity.value,
        "title": posted.title,
        "body": posted.body,
        "reviewers": list[Json](posted.reviewers),
        "of": posted.of,
        "source": posted.source,
        "fixed": posted.fixed,
    }


def _read(document: dict[str, Json]) -> Posted | None:
    path, reviewers, of = document.get("path"), document.get("reviewers"), document.get("of")
    texts = [document.get(key) for key in ("fingerprint", "title", "body", "source")]
    if not all(isinstance(text, str) for text in texts) or not (path is None or isinstance(path, str)):
        return None
    if not isinstance(reviewers, list) or not isinstance(of, int):
        return None
    try:
        side = Side(str(document.get("side")))
        category, severity = Category(str(document.get("category"))), Severity(str(document.get("severity")))
    except ValueError:
        return None
    fingerprint, title, body, source = map(str, texts)
    return Posted(
        fingerprint=fingerprint,
        path=path,
        side=side,
        category=category,
        severity=severity,
        title=title,
        body=body,
        reviewers=tuple(str(name) for name in reviewers),
        of=of,
        source=source,
        fixed=document.get("fixed") is True,
    )
