"""One entry of a reviewer's answer -> a finding, or ReplyError. Each entry is judged on its own."""

from __future__ import annotations

import re

from reviewbot.config.values import Json
from reviewbot.errors import ReplyError
from reviewbot.model import Anchor, Category, Finding, Severity, Side

_MAX_TITLE = 200
_MAX_BODY = 8_000
_MAX_PATH = 4_096
_MAX_LINE_NUMBER = 10_000_000

_SEVERITIES = {
    Severity.CRITICAL: "critical blocker blocking severe fatal p0 s0 sev0",
    Severity.HIGH: "high major error important serious p1 s1 sev1",
    Severity.MEDIUM: "medium moderate normal warning warn p2 s2 sev2",
    Severity.LOW: "low minor nit nitpick trivial info informational note suggestion p3 p4 s3 sev3",
}
_CATEGORIES = {
    Category.CORRECTNESS: "correctness bug bugs logic defect functional functionality regression possible-bug",
    Category.SECURITY: "security vulnerability vuln auth privacy injection",
    Category.CONCURRENCY: "concurrency race race-condition threading thread-safety deadlock async",
    Category.PERFORMANCE: "performance perf efficiency speed memory scalability resource-leak",
    Category.ERROR_HANDLING: "error-handling error errors exception exceptions exception-handling robustness",
    Category.DATA: "data data-loss data-integrity database migration",
    Category.API: "api compatibility breaking-change interface contract",
    Category.DESIGN: "design architecture maintainability complexity refactoring refactor code-quality",
    Category.TESTS: "tests test testing coverage",
    Category.DOCS: "docs doc documentation comment comments",
    Category.STYLE: "style formatting naming lint readability",
    Category.PLAN: "plan scope requirement requirements",
}
_SEVERITY_NAMES = {name: severity for severity, names in _SEVERITIES.items() for name in names.split()}
_CATEGORY_NAMES = {name: category for category, names in _CATEGORIES.items() for name in names.split()}
_NUMBER = re.compile(r"[+-]?[0-9]{1,11}")


class Duplicate(dict[str, Json]):
    """An object in which a key stands twice: which of the two was meant cannot be known."""


def read_finding(entry: Json, *, reviewer: str, chunk: int | None, placeless: bool = False) -> Finding:
    """One entry of an answer. Raises ReplyError, or ValueError for numbers that cannot be used.

    placeless: its path and its line may be null or missing, as in answers that come from elsewhere.
    """
    if not isinstance(entry, dict):
        raise ReplyError("an entry of `findings` is not an object")
    if isinstance(entry, Duplicate):
        raise ReplyError("a key stands twice in a finding")
    nowhere = placeless and entry.get("path") is None
    path = None if nowhere else _text(entry, "path", _MAX_PATH)
    start = _line(entry, "start_line", required=not placeless or entry.get("start_line") is not None)
    end = _line(entry, "end_line", required=False) or start
    if start is not None and end is not None and end < start:
        end = start
    return Finding(
        reviewer=reviewer,
        anchor=Anchor(path=path, side=_side(entry), start=start, end=end),
        severity=_severity(entry),
        category=_category(entry),
        title=" ".join(_text(entry, "title", _MAX_TITLE).split()),
        body=_text(entry, "body", _MAX_BODY),
        quote=_optional(entry, "quote"),
        suggestion=_optional(entry, "suggestion"),
        confidence=_confidence(entry),
        chunk=chunk,
    )


def _text(entry: dict[str, Json], key: str, limit: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ReplyError(f"a finding has no `{key}`")
    value = _encodable(value.strip())
    return value if len(value) <= limit else value[: limit - 1] + "…"


def _optional(entry: dict[str, Json], key: str) -> str | None:
    value = entry.get(key)
    return _encodable(value)[:_MAX_BODY] if isinstance(value, str) and value.strip() else None


def _encodable(text: str) -> str:
    """JSON can spell half of a surrogate pair, which nothing can write out again."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _line(entry: dict[str, Json], key: str, *, required: bool) -> int | None:
    """A line number; None when it is there but can point nowhere (0, negative, absurd)."""
    value = entry.get(key)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        if required:
            raise ReplyError(f"a finding has no `{key}` that is a number")
        return None
    return value if 1 <= value <= _MAX_LINE_NUMBER else None


def _side(entry: dict[str, Json]) -> Side:
    value = entry.get("side")
    return Side.LEFT if isinstance(value, str) and value.strip().upper() in ("LEFT", "OLD", "BASE") else Side.RIGHT


def _severity(entry: dict[str, Json]) -> Severity:
    name = entry.get("severity")
    severity = _SEVERITY_NAMES.get(_plain(name)) if isinstance(name, str) else None
    if name is None:
        raise ReplyError("a finding has no `severity`")
    if severity is None:
        raise ReplyError(f"the severity {short(str(name))!r} is not one of {', '.join(Severity)}")
    return severity


def _category(entry: dict[str, Json]) -> Category:
    name = entry.get("category")
    return _CATEGORY_NAMES.get(_plain(name), Category.CORRECTNESS) if isinstance(name, str) else Category.CORRECTNESS


def _confidence(entry: dict[str, Json]) -> float | None:
    value = entry.get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "-", name.strip().lower())


def short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
