"""A report of schema version 1 -> a Part.

What the contract of the format requires is required; keys that reviewbot writes besides make the merge exact and may be
missing: then the place and the fingerprint of the entry are those of its members.
"""

from __future__ import annotations

from msgspec.structs import replace

from reviewbot.model import (
    BUILTIN,
    Anchor,
    Category,
    Conclusion,
    FileResult,
    FileStatus,
    Finding,
    ReviewerResult,
    ReviewerStatus,
    Severity,
    Side,
    State,
    Usage,
)
from reviewbot.parts.node import Node
from reviewbot.parts.values import Part, Said
from reviewbot.parts.words import MAX_BODY, MAX_FINDINGS, MAX_PATH, MAX_TITLE, reviewer_name
from reviewbot.sanitize import clean_body, clean_title

_VERSION = 1
_MAX_FILES = 200_000
_MAX_REVIEWERS = 1_000
_MAX_REASON = 2_000


def report_part(report: Node, name: str) -> Part:
    """Read a report. Raises InputError for one that breaks the format or contradicts itself."""
    version = report.at("schema_version")
    if version.value != _VERSION or isinstance(version.value, bool):
        raise version.refuse(f"this version of reviewbot reads schema version {_VERSION}")
    change, verdict = report.at("change"), report.at("verdict")
    incomplete = verdict.choice("conclusion", Conclusion) is Conclusion.INCOMPLETE
    reviewers = tuple(_reviewer(node) for node in _list(report, "reviewers", _MAX_REVIEWERS))
    names = [reviewer.name for reviewer in reviewers]
    if len(set(names)) < len(names):
        raise report.at("reviewers").refuse("a reviewer stands in it twice")
    panel = tuple(names)
    finished = tuple(reviewer.name for reviewer in reviewers if reviewer.status is ReviewerStatus.REVIEWED)
    files = tuple(
        _file(node, incomplete=incomplete, panel=panel, finished=finished)
        for node in _list(change, "files", _MAX_FILES)
    )
    has_read = any(r.status in (ReviewerStatus.REVIEWED, ReviewerStatus.PARTIAL) for r in reviewers)
    return Part(
        name=name,
        reviewers=reviewers,
        said=tuple(
            said for node in _list(report, "findings", MAX_FINDINGS) for said in _entry(node, {*names, BUILTIN})
        ),
        files=None if has_read and not files else files,  # a merge of answers, which do not tell
        base=change.optional_text("base", limit=100),
        head=change.optional_text("head", limit=100),
        repository=change.optional_text("repository", limit=300),
        pull_request=change.integer("pull_request"),
        duration_s=report.at("usage").amount("duration_s") or 0.0,
        skipped=verdict.text("reason", limit=_MAX_REASON)
        if verdict.choice("conclusion", Conclusion) is Conclusion.SKIPPED
        else None,
        notes=report.names("notes"),
    )


def _list(node: Node, key: str, limit: int) -> list[Node]:
    if node.at(key).value is None:
        raise node.at(key).refuse("is missing")
    return list(node.items(key, limit=limit))


def _file(node: Node, *, incomplete: bool, panel: tuple[str, ...], finished: tuple[str, ...]) -> FileResult:
    """A file; a report that does not say who was to read it has put it to its whole `panel`."""
    reviewed = node.flag("reviewed", default=False)
    told = node.has("asked") or not reviewed
    return FileResult(
        path=node.text("path", limit=MAX_PATH),
        status=node.choice("status", FileStatus, FileStatus.MODIFIED),
        reviewed=reviewed,
        reason=node.optional_text("reason", limit=_MAX_REASON),
        # Without the key it cannot be told from a file that nobody wanted reviewed, but for the verdict.
        gap=not reviewed and node.flag("gap", default=incomplete),
        asked=node.names("asked") if told else panel,
        answered=node.names("answered") if told else finished,
    )


def _reviewer(node: Node) -> ReviewerResult:
    name = reviewer_name(node.at("name"))
    if name == BUILTIN:
        raise node.refuse(f"{BUILTIN} is the built-in reviewer and not of the panel")
    return ReviewerResult(
        name=name,
        model=node.optional_text("model", limit=300) or "",
        vendor=node.optional_text("vendor", limit=100) or name,
        status=node.choice("status", ReviewerStatus),
        reason=node.optional_text("reason", limit=_MAX_REASON),
        findings=node.integer("findings") or 0,
        duration_s=node.amount("duration_s") or 0.0,
        usage=_usage(node),
        cached=node.flag("cached", default=False),
    )


def _usage(node: Node) -> Usage:
    return Usage(
        input_tokens=int(node.amount("input_tokens") or 0),
        output_tokens=int(node.amount("output_tokens") or 0),
        cached_tokens=int(node.amount("cached_tokens") or 0),
        cost_usd=node.amount("cost_usd"),
    )


def _entry(node: Node, names: set[str]) -> list[Said]:
    state = node.choice("state", State, State.NEW)
    anchor = replace(
        _place(node), placed=node.flag("placed", default=False), note=node.optional_text("note", limit=_MAX_REASON)
    )
    fingerprint = node.optional_text("fingerprint", limit=100)
    members = list(node.items("members", limit=MAX_FINDINGS))
    if not members:
        raise node.at("members").refuse("an entry has at least one member")
    known = None if state is State.FIXED else names  # who reported what is gone need not have been asked again
    return [Said(finding=_member(member, anchor, fingerprint, known), state=state) for member in members]


def _member(node: Node, entry: Anchor, fingerprint: str | None, names: set[str] | None) -> Finding:
    name = reviewer_name(node.at("reviewer"))
    if names is not None and name not in names:
        raise node.at("reviewer").refuse(f"{name!r} is none of the report's reviewers")
    said = _place(node)
    if node.has("anchor"):
        found = node.at("anchor")
        anchor = replace(_place(found), placed=found.flag("placed", default=False))
        anchor = replace(anchor, note=entry.note) if _same_place(anchor, entry) else anchor
    else:
        anchor = entry if said.path in (None, entry.path) and entry.placed else said
        anchor = replace(anchor, start=said.start, end=said.end) if said.start is not None else anchor
    confidence = node.amount("confidence")
    return Finding(
        reviewer=name,
        anchor=anchor,
        said=said,
        severity=node.choice("severity", Severity),
        category=node.choice("category", Category, Category.CORRECTNESS),
        title=clean_title(node.text("title", limit=MAX_TITLE)),
        body=clean_body(node.optional_text("body", limit=MAX_BODY) or ""),
        suggestion=node.optional_text("suggestion", limit=MAX_BODY),
        confidence=confidence if confidence is not None and confidence <= 1 else None,
        fingerprint=node.optional_text("fingerprint", limit=100) or fingerprint,
        usage=_usage(node.at("usage")) if node.has("usage") else Usage(cost_usd=None),
    )


def _same_place(one: Anchor, other: Anchor) -> bool:
    return (one.path, one.side, one.start, one.end) == (other.path, other.side, other.start, other.end)


def _place(node: Node) -> Anchor:
    start, end = node.line("start_line"), node.line("end_line")
    if start is not None and end is not None and end < start:
        raise node.at("end_line").refuse("comes before start_line")
    return Anchor(
        path=node.optional_text("path", limit=MAX_PATH),
        side=node.choice("side", Side, Side.RIGHT),
        start=start,
        end=start if end is None else end,
    )
