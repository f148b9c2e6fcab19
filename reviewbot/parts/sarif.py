"""A SARIF file -> a Part: each run is a reviewer, named after its tool.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; section numbers below are its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from reviewbot.model import (
    BUILTIN,
    Anchor,
    Category,
    Finding,
    ReviewerResult,
    ReviewerStatus,
    Severity,
    State,
    Usage,
)
from reviewbot.parts.node import Node
from reviewbot.parts.values import Part, Said
from reviewbot.parts.words import MAX_BODY, MAX_FINDINGS, MAX_PATH, MAX_TITLE, reviewer_name
from reviewbot.sanitize import clean_body, clean_title

_MAX_RUNS = 100
_MAX_RULES = 100_000
_LAST_LINE = 10**9


class _Rules:
    """What the rules of a run say of themselves; some tools keep them in extensions (3.19.23, 3.52)."""

    def __init__(self, tool: Node) -> None:
        self._driver = list(tool.at("driver").items("rules", limit=_MAX_RULES))
        self._extensions = [list(e.items("rules", limit=_MAX_RULES)) for e in tool.items("extensions", limit=_MAX_RUNS)]
        self._by_id: dict[str, Node] = {}
        for rule in [*self._driver, *(rule for rules in self._extensions for rule in rules)]:
            if identity := rule.optional_text("id"):
                self._by_id.setdefault(identity, rule)

    def of(self, result: Node) -> Node | None:
        """The rule of a result, 3.27.5 to 3.27.7: by index where that is the rule it names, else by its id.

        An id may be followed by /part.
        """
        reference = result.at("rule") if result.has("rule") else Node({}, result.where)
        index = result.integer("ruleIndex")
        index = reference.integer("index") if index is None else index
        identity = result.optional_text("ruleId") or reference.optional_text("id")
        component = reference.at("toolComponent").integer("index") if reference.has("toolComponent") else None
        rules = self._driver
        if component is not None:
            rules = self._extensions[component] if 0 <= component < len(self._extensions) else []
        found = rules[index] if index is not None and 0 <= index < len(rules) else None
        if identity is None:
            return found
        names = (identity, identity.rpartition("/")[0])
        if found is not None and found.optional_text("id") in names:
            return found
        return next((self._by_id[name] for name in names if name in self._by_id), None)


class _Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NONE = "none"


_SEVERITIES: Mapping[_Level, Severity] = {
    _Level.ERROR: Severity.HIGH,
    _Level.WARNING: Severity.MEDIUM,
    _Level.NOTE: Severity.LOW,
    _Level.NONE: Severity.LOW,
}
_SCORES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
"""GitHub's reading of `security-severity`
(https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning)."""
_NO_FINDING = frozenset({"pass", "notApplicable"})
_PLACEHOLDER = re.compile(r"\{([0-9]{1,3})\}")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]\([0-9]+\)")
"""3.11.6: a link to one of the result's own places."""


def sarif_part(sarif: Node, name: str) -> Part:
    """Read a SARIF log. Raises InputError for one that breaks the format.

    A run that has no `results`, or says that it failed, is a reviewer that failed, never a clean one. What was
    suppressed outside of the source is a declined finding, and one that is gone since the baseline a fixed one.
    """
    version = sarif.text("version", limit=20)
    if not version.startswith("2."):
        raise sarif.at("version").refuse("only SARIF 2 is read")
    results: dict[str, ReviewerResult] = {}
    said: list[Said] = []
    for run in sarif.items("runs", limit=_MAX_RUNS):
        result, findings = _run(run)
        known = results.get(result.name)
        results[result.name] = result if known is None else _together(known, result)
        said += findings
    if not results:
        raise sarif.at("runs").refuse("has no run, so nobody has reviewed anything")
    return Part(name=name, reviewers=tuple(results.values()), said=tuple(said))


def _together(one: ReviewerResult, two: ReviewerResult) -> ReviewerResult:
    """Two runs of one tool."""
    status = one.status if one.status is two.status else ReviewerStatus.PARTIAL
    return replace(one, status=status, reason=one.reason or two.reason, findings=one.findings + two.findings)


def _run(run: Node) -> tuple[ReviewerResult, list[Said]]:
    driver = run.at("tool").at("driver")
    name = reviewer_name(driver.at("name"))
    if name.casefold() == BUILTIN:
        raise driver.refuse(f"it was made by {BUILTIN}; give its report, which has who said what (--format json)")
    rules = _Rules(run.at("tool"))
    files = [_path(file.at("location")) for file in run.items("artifacts", limit=_MAX_RULES) if file.has("location")]
    said = [
        _result(node, name, rules, files)
        for node in run.items("results", limit=MAX_FINDINGS)
        if node.optional_text("kind") not in _NO_FINDING
    ]
    failed = _failure(run)
    version = driver.optional_text("version", limit=100)
    result = ReviewerResult(
        name=name,
        model=f"{name} {version}" if version else "",
        vendor=driver.optional_text("organization", limit=100) or name,
        status=ReviewerStatus.REVIEWED if failed is None else ReviewerStatus.PARTIAL if said else ReviewerStatus.FAILED,
        reason=failed,
        findings=len(said),
        usage=Usage(cost_usd=None),
    )
    return result, said


def _failure(run: Node) -> str | None:
    """Why a run is no whole review; 3.14.23: without `results` it was not made to find any; 3.20.14 for the rest."""
    if run.at("results").value is None:
        return "its run has no results"
    if any(node.at("executionSuccessful").value is False for node in run.items("invocations", limit=1_000)):
        return "its run says that it failed"
    return None


def _result(node: Node, reviewer: str, rules: _Rules, files: Sequence[str | None]) -> Said:
    rule = rules.of(node)
    message = _message(node.at("message"), rule)
    anchor, quote = _place(node, files)
    title = message.split("\n", 1)[0]
    finding = Finding(
        reviewer=reviewer,
        anchor=anchor,
        severity=_severity(node, rule),
        category=_category(node, rule),
        title=clean_title(title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"),
        body=clean_body(message),
        quote=quote,
        confidence=_confidence(node),
        usage=Usage(cost_usd=None),
    )
    return Said(finding=finding, state=_state(node))


def _message(message: Node, rule: Node | None) -> str:
    """3.11: the text, or the rule's text that it names, with its arguments; else what the rule says of itself."""
    text = message.optional_text("text", limit=MAX_BODY)
    if text is None and rule is not None and (identity := message.optional_text("id")) and rule.has("messageStrings"):
        text = _text_at(rule.at("messageStrings"), identity)
    if text is None and rule is not None:
        text = _text_at(rule, "fullDescription") or _text_at(rule, "shortDescription") or rule.optional_text("name")
    if text is None or not text.strip():
        raise message.refuse("a result needs a message")
    arguments = [item.value if isinstance(item.value, str) else "" for item in message.items("arguments", limit=1_000)]
    if arguments:
        text = _PLACEHOLDER.sub(lambda m: arguments[int(m[1])] if int(m[1]) < len(arguments) else m[0], text)
    return _LINK.sub(r"\1", text).strip()[:MAX_BODY]


def _text_at(node: Node, key: str) -> str | None:
    return node.at(key).optional_text("text", limit=MAX_BODY) if node.has(key) else None


def _place(node: Node, files: Sequence[str | None]) -> tuple[Anchor, str | None]:
    """The first place, and its first line's text where the log has it. 3.29, 3.30. `files`: the run's, by index."""
    first = next(node.items("locations"), None)
    if first is None or not first.has("physicalLocation"):
        return Anchor(path=None), None
    physical = first.at("physicalLocation")
    path = _path(physical.at("artifactLocation"), files) if physical.has("artifactLocation") else None
    if path is None or not physical.has("region"):
        return Anchor(path=path), None
    region = physical.at("region")
    start, end = region.integer("startLine"), region.integer("endLine")
    start = start if start is not None and 1 <= start <= _LAST_LINE else None
    quote = _text_at(region, "snippet")
    lines = [line for line in (quote or "").splitlines() if line.strip()]
    end = end if start is not None and end is not None and start <= end <= _LAST_LINE else start
    return Anchor(path=path, start=start, end=end), lines[0] if lines else None


def _path(artifact: Node, files: Sequence[str | None] = ()) -> str | None:
    """A URI as a path: relative to the repository in what GitHub takes; an absolute one keeps its path."""
    uri = artifact.optional_text("uri", limit=MAX_PATH)
    if not uri:
        index = artifact.integer("index")
        return files[index] if index is not None and 0 <= index < len(files) else None
    try:
        path = urlsplit(uri).path if "://" in uri else uri.partition("#")[0].partition("?")[0]
    except ValueError:
        path = uri
    return unquote(path).removeprefix("./").lstrip("/") or None


def _severity(node: Node, rule: Node | None) -> Severity:
    for holder in (node, rule):
        properties = holder.at("properties") if holder is not None and holder.has("properties") else None
        score = _number(properties.at("security-severity").value) if properties is not None else None
        if score is not None:
            return next((severity for least, severity in _SCORES if score >= least), Severity.LOW)
    default = _Level.WARNING if node.optional_text("kind") in (None, "fail") else _Level.NONE  # 3.27.10
    if default is _Level.WARNING and rule is not None and rule.has("defaultConfiguration"):
        default = rule.at("defaultConfiguration").choice("level", _Level, default)
    return _SEVERITIES[node.choice("level", _Level, default)]


def _category(node: Node, rule: Node | None) -> Category:
    for holder in (node, rule):
        if holder is None or not holder.has("properties"):
            continue
        properties = holder.at("properties")
        if properties.has("security-severity"):
            return Category.SECURITY
        for tag in properties.items("tags", limit=1_000):
            if tag.value in list(Category):
                return Category(tag.value)
    return Category.CORRECTNESS


def _number(value: object) -> float | None:
    """GitHub has scores as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        score = float(value)
    except (ValueError, OverflowError):
        return None
    return score if 0 <= score <= 10 else None


def _confidence(node: Node) -> float | None:
    """3.27.25: `rank` is from 0 to 100, -1 for unknown."""
    rank = node.at("rank").value
    if isinstance(rank, bool) or not isinstance(rank, int | float) or not 0 <= rank <= 100:
        return None
    return rank / 100


def _state(node: Node) -> State:
    """3.27.23: suppressed when one suppression is accepted (the default); 3.27.24 for the baseline.

    One in the source declines nothing: the author of the change may have written it.
    """
    for item in node.items("suppressions", limit=1_000):
        if item.at("kind").value == "external" and item.at("status").value in (None, "accepted"):
            return State.DECLINED
    return State.FIXED if node.at("baselineState").value == "absent" else State.NEW
