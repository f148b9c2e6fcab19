"""`--format rdjson`: the Reviewdog Diagnostic Format, for reviewdog and what understands it.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf; a range without columns means whole lines.
"""

from __future__ import annotations

from reviewbot.config.values import Json
from reviewbot.formats import phrases
from reviewbot.formats.jsontext import json_text
from reviewbot.model import Anchor, MergedFinding, Report, Severity
from reviewbot.sanitize import clean_words

_SEVERITIES = {Severity.CRITICAL: "ERROR", Severity.HIGH: "ERROR", Severity.MEDIUM: "WARNING", Severity.LOW: "INFO"}


def render_rdjson(report: Report) -> str:
    """The findings that are not gone or declined as one DiagnosticResult."""
    diagnostics: list[Json] = [_diagnostic(entry) for entry in report.findings if not entry.state.closed]
    return json_text({"source": {"name": "reviewbot"}, "diagnostics": diagnostics})


def _diagnostic(entry: MergedFinding) -> Json:
    lead = entry.lead
    diagnostic: dict[str, Json] = {
        "message": _message(entry),
        "location": _location(lead.anchor),
        "severity": _SEVERITIES[entry.severity],
        "code": {"value": f"{lead.category}/{entry.severity}"},
    }
    lines = phrases.head_lines(lead.anchor)
    if lead.suggestion is not None and lead.anchor.placed and lines is not None:
        diagnostic["suggestions"] = [{"range": _range(*lines), "text": lead.suggestion}]
    if related := [_location(anchor) for anchor in entry.also_at if anchor.path is not None]:
        diagnostic["related_locations"] = [{"message": "also here", "location": place} for place in related]
    return diagnostic


def _message(entry: MergedFinding) -> str:
    old = f"({removed}) " if (removed := phrases.removed(entry.lead.anchor)) else ""
    title, body = clean_words(entry.lead.title), clean_words(phrases.body(entry))
    who = f"{phrases.agreement(entry)}: {', '.join(entry.reviewers)}"
    return "\n\n".join(part for part in (old + title, body, who) if part)


def _location(anchor: Anchor) -> dict[str, Json]:
    """Of what has no line in the head only the file is named."""
    place: dict[str, Json] = {"path": anchor.path or ""}
    if lines := phrases.head_lines(anchor):
        place["range"] = _range(*lines)
    return place


def _range(first: int, last: int) -> Json:
    return {"start": {"line": first}, "end": {"line": last}}
