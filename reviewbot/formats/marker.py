"""The hidden last line of what reviewbot posts: what a later run needs to know it again.

It is data of our own only when our own identity posted it; whoever reads markers has to look at the author first.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Literal, TypeGuard

from msgspec import Struct

from reviewbot.config.values import Json
from reviewbot.model import Category, Conclusion, MergedFinding, Severity, Side
from reviewbot.posted import Posted, source_hash

Kind = Literal["summary", "review"]
_LINE = re.compile(r"<!-- reviewbot:(finding|summary|review):1:([A-Za-z0-9_-]{1,60000}) -->")
SUMMARY_STARTS = (*(f"## {conclusion.upper()}" for conclusion in Conclusion), "**PASS**", "**This summary")
"""How the texts of summaries begin."""
_WORDS = 600
"""Characters of a body that a comment's marker keeps: enough to compare, and small beside what people read."""
_FEWER_WORDS = (400, 200, 100)
"""Characters of a body that a memory of many findings keeps, the fewer the more there are."""
ROOM = 20_000
"""Characters of a memory, of the 65,536 that a comment may have."""
_UNPACKED = 400_000
_MOST = 1_000
"""Findings of a memory."""
_LONGEST: Mapping[str, int] = {"fingerprint": 64, "source": 64, "title": 500, "body": _WORDS, "path": 5_000}
_NAMES, _NAME, _PANEL, _ROUNDS = 100, 200, 1_000, 100_000


class Rounds(Struct, frozen=True, kw_only=True):
    """What the summary, or the text of a review, remembers of the runs so far."""

    round: int
    """How many heads were reviewed so far."""
    head: str
    """The commit that the last run reviewed."""
    findings: tuple[Posted, ...]
    """Those that no inline comment shows."""


class Memory(Struct, frozen=True, kw_only=True):
    line: str
    forgotten: int
    """How many findings found no room in it."""


def finding_marker(entry: MergedFinding) -> str:
    """The line for an inline comment."""
    return _line("finding", _bytes(_finding(posted_as(entry), _WORDS)))


def memory(kind: Kind, rounds: Rounds, *, room: int = ROOM) -> Memory:
    """The line for a summary or the text of a review, in at most `room` characters, of 500 or more.

    Of too many findings fewer words are kept; where that does not do, the most severe are, those that come first.
    """
    found = sorted(rounds.findings, key=lambda posted: -posted.severity.rank)[:_MOST]
    for words in _FEWER_WORDS:
        if line := _packed(kind, rounds, found, words, room):
            return Memory(line=line, forgotten=len(rounds.findings) - len(found))
    fewest = _FEWER_WORDS[-1]
    counts = range(1, len(found) + 1)
    kept = bisect_left(counts, 1, key=lambda n: int(not _packed(kind, rounds, found[:n], fewest, room)))
    line = _packed(kind, rounds, found[:kept], fewest, room)
    return Memory(line=line, forgotten=len(rounds.findings) - kept)


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


def read_memory(body: str, kind: Kind) -> Rounds | None:
    """What a text of ours of this kind remembers; None for any other text."""
    document = _document(body, kind)
    if document is None:
        return None
    listed, number, head = document.get("findings"), document.get("round"), document.get("head")
    if not isinstance(listed, list) or not _is_count(number, _ROUNDS) or not isinstance(head, str) or len(head) > 64:
        return None
    found = [_read(item) for item in listed[:_MOST] if isinstance(item, dict)]
    return Rounds(round=number, head=_clean(head), findings=tuple(posted for posted in found if posted))


def read_summary(body: str) -> Rounds | None:
    """What a summary of ours remembers; None for any other text."""
    return read_memory(body, "summary")


def is_summary(body: str) -> bool:
    """Whether a text is a summary as we write it, and not another one that ends in a copy of its last line."""
    return body.lstrip().startswith(SUMMARY_STARTS) and read_summary(body) is not None


def without_marker(body: str) -> str:
    """What people read of a text of ours."""
    return body.rpartition("<!-- reviewbot:")[0] or body


def _line(kind: str, data: bytes) -> str:
    return f"<!-- reviewbot:{kind}:1:{base64.urlsafe_b64encode(data).decode().rstrip('=')} -->"


def _bytes(document: Json) -> bytes:
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")  # names of files that are not UTF-8


def _packed(kind: Kind, rounds: Rounds, found: Sequence[Posted], words: int, room: int) -> str:
    """The line; empty when it would be too long, or too long to be read again."""
    listed: list[Json] = [_finding(posted, words) for posted in found]
    data = _bytes({"round": rounds.round, "head": rounds.head, "findings": listed})
    line = _line(kind, zlib.compress(data, 9))
    return line if len(line) <= room and len(data) <= _UNPACKED else ""


def _document(body: str, kind: str) -> dict[str, Json] | None:
    """What the last line of a text says, if it is a marker of this kind. A quoted marker is no marker."""
    match = _LINE.fullmatch(body.rstrip().rpartition("\n")[2])
    if match is None or match[1] != kind:
        return None
    try:
        data = base64.urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4))
        document = json.loads((data if kind == "finding" else _unpacked(data)).decode("utf-8", "surrogatepass"))
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _unpacked(data: bytes) -> bytes:
    """Raises ValueError for what would become too large."""
    reader = zlib.decompressobj()
    found = reader.decompress(data, _UNPACKED)
    if not reader.eof:
        raise ValueError("too large, or cut off")
    return found


def _finding(posted: Posted, words: int) -> dict[str, Json]:
    return {
        "fingerprint": posted.fingerprint,
        "path": posted.path,
        "side": posted.side.value,
        "category": posted.category.value,
        "severity": posted.severity.value,
        "title": posted.title[: _LONGEST["title"]],
        "body": posted.body[:words],
        "reviewers": list[Json](posted.reviewers[:_NAMES]),
        "of": posted.of,
        "source": posted.source,
        **({"told": True} if posted.told else {}),
    }


def _read(document: dict[str, Json]) -> Posted | None:
    path, reviewers, of = document.get("path"), document.get("reviewers"), document.get("of")
    texts = {key: document.get(key) for key in ("fingerprint", "title", "body", "source")}
    if not all(isinstance(text, str) and len(text) <= _LONGEST[key] for key, text in texts.items()):
        return None
    if not (path is None or (isinstance(path, str) and _is_path(path))):
        return None
    if not isinstance(reviewers, list) or not _is_count(of, _PANEL) or len(reviewers) > _NAMES:
        return None
    if not all(isinstance(name, str) and len(name) <= _NAME for name in reviewers):
        return None
    try:
        side = Side(str(document.get("side")))
        category, severity = Category(str(document.get("category"))), Severity(str(document.get("severity")))
    except ValueError:
        return None
    fingerprint, title, body, source = (_clean(str(text)) for text in texts.values())
    return Posted(
        fingerprint=fingerprint,
        path=path,
        side=side,
        category=category,
        severity=severity,
        title=title,
        body=body,
        reviewers=tuple(_clean(str(name)) for name in reviewers),
        of=of,
        source=source,
        told=document.get("told") is True,
    )


def _is_count(value: Json, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_path(path: str) -> bool:
    """Whether it can be a file's name, as text or as bytes that are no UTF-8."""
    try:
        return len(path.encode("utf-8", "surrogateescape")) <= _LONGEST["path"]
    except UnicodeEncodeError:
        return False


def _clean(text: str) -> str:
    """Without halves of characters, which nothing can print."""
    return text.encode("utf-8", "replace").decode()
