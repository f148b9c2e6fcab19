"""A SARIF file -> a Part: each run is a reviewer, named after its tool.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; section numbers below are its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

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
_Rules = Mapping[str | int, Node]


def sarif_part(sarif: Node, name: str) -> Part:
    """Read a SARIF log. Raises InputError for one that breaks the format.

    A run that has no `results`, or says that it failed, is a reviewer that failed, never a clean one. A suppressed
    result is a declined finding, and one that is gone since the baseline a fixed one.
    """
    version = sarif.text("version", limit=20)
    if not version.startswith("2."):
        raise sarif.at("version").refuse("only SARIF 2 is read")
    results: dict[str, ReviewerResult] = {}
    said: list[Said] = []
    for run in sarif.items("runs", limit=_MAX_RUNS):
        result, findings = _run(run)
        if result.name in results:
            raise run.refuse(f"a second run of {result.name}; give each in a file of its own")
        results[result.name] = result
        said += findings
    if not results:
        raise sarif.at("runs").refuse("has no run, so nobody has reviewed anything")
    return Part(name=name, reviewers=tuple(results.values()), said=tuple(said))


def _run(run: Node) -> tuple[ReviewerResult, list[Said]]:
    driver = run.at("tool").at("driver")
    name = reviewer_name(driver.at("name"))
    if name.casefold() == BUILTIN:
        raise driver.refuse(f"it was made by {BUILTIN}; give its report, which has who said what (--format json)")
    rules = _rules(driver)
    said = [
        _result(node, name, rules)
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


def _rules(driver: Node) -> _Rules:
    """By id and by position."""
    rules: dict[str | int, Node] = {}
    for number, rule in enumerate(driver.items("rules", limit=_MAX_RULES)):
        rules[number] = rule
        identity = rule.optional_text("id")
        if identity is not None:
            rules.setdefault(identity, rule)
    return rules


def _result(node: Node, reviewer: str, rules: _Rules) -> Said:
    rule = _rule_of(node, rules)
    message = _message(node.at("message"), rule)
    anchor, quote = _place(node)
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


def _rule_of(node: Node, rules: _Rules) -> Node | None:
    """3.27.5 to 3.27.7: by index, by the rule object, by id; an id may be followed by /part."""
    index = node.integer("ruleIndex")
    identity = node.optional_text("ruleId")
    if node.has("rule"):
        rule = node.at("rule")
        index = rule.integer("index") if index is None else index
        identity = identity or rule.optional_text("id")
    if index is not None and index in rules:
        return rules[index]
    if identity is None:
        return None
    return rules.get(identity) or rules.get(identity.rpartition("/")[0])


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
    return text.strip()[:MAX_BODY]


def _text_at(node: Node, key: str) -> str | None:
    return node.at(key).optional_text("text", limit=MAX_BODY) if node.has(key) else None


def _place(node: Node) -> tuple[Anchor, str | None]:
    """The first place, and the text of its first line where the log has it. 3.29, 3.30."""
    first = next(node.items("locations"), None)
    if first is None or not first.has("physicalLocation"):
        return Anchor(path=None), None
    physical = first.at("physicalLocation")
    path = _path(physical.at("artifactLocation")) if physical.has("artifactLocation") else None
    if path is None or not physical.has("region"):
        return Anchor(path=path), None
    region = physical.at("region")
    start = region.line("startLine")
    end = region.line("endLine")
    quote = _text_at(region, "snippet")
    lines = [line for line in (quote or "").splitlines() if line.strip()]
    end = end if start is not None and end is not None and end >= start else start
    return Anchor(path=path, start=start, end=end), lines[0] if lines else None


def _path(artifact: Node) -> str | None:
    """A URI as a path: relative to the repository in what GitHub takes; an absolute one keeps its path."""
    uri = artifact.optional_text("uri", limit=MAX_PATH)
    if not uri:
        return None
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
    default = _Level.WARNING
    if rule is not None and rule.has("defaultConfiguration"):
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
    """3.27.23: suppressed when one suppression is accepted (the default); 3.27.24 for the baseline."""
    suppressions = [item.at("status").value for item in node.items("suppressions", limit=1_000)]
    if any(status in (None, "accepted") for status in suppressions):
        return State.DECLINED
    return State.FIXED if node.at("baselineState").value == "absent" else State.NEW
