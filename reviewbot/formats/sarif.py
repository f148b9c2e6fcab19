"""`--format sarif`: SARIF 2.1.0, as code scanning services and editors read it.

GitHub refuses a whole file for one result without a place, takes 25,000 results and identifies a result by
`primaryLocationLineHash` (https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/
sarif-support-for-code-scanning), so a finding about no file stands at the first file of the change and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from reviewbot.config.values import Json
from reviewbot.formats import phrases
from reviewbot.formats.jsontext import json_text
from reviewbot.model import Anchor, Category, Conclusion, Finding, MergedFinding, Report, Severity, State
from reviewbot.sanitize import clean_words

MOST = 25_000
"""Results of a run."""
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "2.0"}
"""`security-severity`, read as a CVSS score: above 9.0 is critical, from 7.0 high, from 4.0 medium."""
_MEANING = {
    Category.CORRECTNESS: "The code does something else than it should.",
    Category.SECURITY: "The code can be used to do harm.",
    Category.CONCURRENCY: "The code fails when several things happen at once.",
    Category.PERFORMANCE: "The code takes more time, memory or requests than it has to.",
    Category.ERROR_HANDLING: "The code hides a failure or makes it worse.",
    Category.DATA: "Data can be lost or become wrong.",
    Category.API: "Callers of the code break.",
    Category.DESIGN: "The code is built so that the next change is likely to break it.",
    Category.TESTS: "The tests do not show what they claim.",
    Category.DOCS: "What is written about the code is not true.",
    Category.STYLE: "The code is hard to read.",
    Category.PLAN: "The change does something else than was agreed.",
}


def render_sarif(report: Report, *, tool_version: str) -> str:
    """The findings that are not gone as one SARIF run; a declined one is suppressed."""
    shown = [entry for entry in report.findings if entry.state is not State.FIXED]
    rules = sorted({(entry.lead.category, entry.severity) for entry in shown}, key=lambda rule: _rule_id(*rule))
    index = {rule: number for number, rule in enumerate(rules)}
    home = next((file.path for file in report.files), ".")
    sources = phrases.Sources(report.change.diff)
    results = [_result(entry, index[entry.lead.category, entry.severity], home, sources) for entry in shown[:MOST]]
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "reviewbot",
                "version": tool_version,
                "rules": [_rule(category, severity) for category, severity in rules],
            }
        },
        "automationDetails": {"id": "reviewbot/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, left_out=len(shown) - len(results))],
        "results": list[Json](results),
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule_id(category: Category, severity: Severity) -> str:
    return f"{category}/{severity}"


def _rule(category: Category, severity: Severity) -> Json:
    tags: list[Json] = ["security"] if category is Category.SECURITY else [category.value]
    properties: dict[str, Json] = {
        "tags": tags,
        "problem.severity": _LEVELS[severity].replace("note", "recommendation"),
    }
    if category is Category.SECURITY:
        properties["security-severity"] = _SCORES[severity]
    return {
        "id": _rule_id(category, severity),
        "shortDescription": {"text": f"{category} ({severity})"},
        "fullDescription": {"text": _MEANING[category]},
        "help": {"text": f"{_MEANING[category]} What fails, when and why stands in each result."},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": properties,
    }


def _result(entry: MergedFinding, rule: int, home: str, sources: phrases.Sources) -> Json:
    lead = entry.lead
    result: dict[str, Json] = {
        "ruleId": _rule_id(lead.category, entry.severity),
        "ruleIndex": rule,
        "level": _LEVELS[entry.severity],
        "message": {"text": _message(entry)},
        "locations": [_location(lead.anchor, home, sources)],
        "partialFingerprints": {"primaryLocationLineHash": entry.fingerprint, "reviewbot/v1": entry.fingerprint},
        "properties": {
            "severity": entry.severity.value,
            "state": entry.state.value,
            "blocking": entry.blocking,
            "agreement": {"count": entry.agreement.count, "of": entry.agreement.of},
            "reviewers": list[Json](entry.reviewers),
        },
    }
    if entry.also_at:
        related = [anchor for anchor in entry.also_at if anchor.path is not None]
        result["relatedLocations"] = [
            {"id": number, **_location(anchor, home, sources), "message": {"text": "also here"}}
            for number, anchor in enumerate(related, 1)
        ]
    if entry.state is State.DECLINED:
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    if fix := _fix(lead):
        result["fixes"] = [fix]
    return result


def _message(entry: MergedFinding) -> str:
    """Plain text; never empty, which the format forbids."""
    lead = entry.lead
    where = ""
    if lead.anchor.path is None:
        where = "About the change as a whole: "
    elif removed := phrases.removed(lead.anchor):
        where = f"About {removed}: "
    title, body = clean_words(lead.title), clean_words(phrases.body(entry))
    who = f"Reported by {', '.join(entry.reviewers)} ({phrases.agreement(entry)})."
    return "\n\n".join(part for part in (where + title, body, who) if part)


def _location(anchor: Anchor, home: str, sources: phrases.Sources) -> dict[str, Json]:
    """A place in the head; a removed line has none there, so that its file stands for it."""
    place: dict[str, Json] = {"artifactLocation": _artifact(anchor.path or home)}
    lines = phrases.head_lines(anchor)
    if anchor.path is None or lines is None:
        place["region"] = {"startLine": 1}
    else:
        start, end = lines
        region: dict[str, Json] = {"startLine": start, "startColumn": 1, "endLine": end}
        last = sources.excerpt(Anchor(path=anchor.path, start=end, end=end, placed=anchor.placed), limit=1).lines
        if last:
            region["endColumn"] = len(last[0][1].text.removesuffix("\r")) + 1
        place["region"] = region
    return {"physicalLocation": place}


def _artifact(path: str) -> Json:
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/-._~"), "uriBaseId": "%SRCROOT%"}


def _fix(lead: Finding) -> Json:
    anchor = lead.anchor
    lines = phrases.head_lines(anchor)
    if lead.suggestion is None or not anchor.placed or anchor.path is None or lines is None:
        return None
    deleted: Json = {"startLine": lines[0], "startColumn": 1, "endLine": lines[1] + 1, "endColumn": 1}
    text = lead.suggestion if not lead.suggestion or lead.suggestion.endswith("\n") else f"{lead.suggestion}\n"
    replacement: Json = {"deletedRegion": deleted, "insertedContent": {"text": text}}
    return {
        "description": {"text": f"Suggested by {lead.reviewer}"},
        "artifactChanges": [{"artifactLocation": _artifact(anchor.path), "replacements": [replacement]}],
    }


def _invocation(report: Report, *, left_out: int) -> Json:
    """Whether the review was complete, and what it says besides its findings."""
    told = [(_gap(group), "warning") for group in phrases.unreviewed(report.files) if group.gap]
    told += [(f"{name}: {reason}", "warning") for name, reason in _unanswered(report)]
    told += [(note, "note") for note in phrases.notes(report)]
    if left_out:
        told.append((f"{phrases.counted(left_out, 'more finding')} left out: a run holds {MOST:,}", "warning"))
    return {
        "executionSuccessful": report.verdict.conclusion is not Conclusion.INCOMPLETE,
        "exitCodeDescription": f"{report.verdict.conclusion}: {clean_words(phrases.verdict_reason(report))}",
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": clean_words(text)}} for text, level in told
        ],
    }


def _gap(group: phrases.Unreviewed) -> str:
    return f"not reviewed: {_listed(group.paths)}: {group.reason}"


def _unanswered(report: Report) -> Iterable[tuple[str, str]]:
    return ((result.name, result.reason) for result in report.reviewers if result.reason)


def _listed(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:20])
    return shown if len(paths) <= 20 else f"{shown} and {len(paths) - 20:,} more"
