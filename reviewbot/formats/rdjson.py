"""`--format rdjson`: the Reviewdog Diagnostic Format, for reviewdog and what understands it.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf; a range without columns means whole lines.
"""

from __future__ import annotations

from reviewbot.config.values import Json
from reviewbot.formats import phrases
from reviewbot.formats.jsontext import json_text
from reviewbot.model import Anchor, MergedFinding, Report, Severity, Side, State
from reviewbot.sanitize import clean_words

_SEVERITIES = {Severity.CRITICAL: "ERROR", Severity.HIGH: "ERROR", Severity.MEDIUM: "WARNING", Severity.LOW: "INFO"}
_GONE = (State.FIXED, State.DECLINED)


def render_rdjson(report: Report) -> str:
    """The findings that are not gone or declined as one DiagnosticResult."""
    diagnostics: list[Json] = [_diagnostic(entry) for entry in report.findings if entry.state not in _GONE]
    return json_text({"source": {"name": "reviewbot"}, "diagnostics": diagnostics})


def _diagnostic(entry: MergedFinding) -> Json:
    lead = entry.lead
    diagnostic: dict[str, Json] = {
        "message": _message(entry),
        "location": _location(lead.anchor),
        "severity": _SEVERITIES[entry.severity],
        "code": {"value": f"{lead.category}/{entry.severity}"},
    }
    in_head = lead.anchor.placed and lead.anchor.side is Side.RIGHT and lead.anchor.start is not None
    if lead.suggestion is not None and in_head:
        diagnostic["suggestions"] = [{"range": _range(lead.anchor), "text": lead.suggestion}]
    if related := [_location(anchor) for anchor in entry.also_at if anchor.path is not None]:
        diagnostic["related_locations"] = [{"message": "also here", "location": place} for place in related]
    return diagnostic


def _message(entry: MergedFinding) -> str:
    anchor = entry.lead.anchor
    removed = f"(removed line {anchor.start}) " if anchor.side is Side.LEFT and anchor.start is not None else ""
    title, body = clean_words(entry.lead.title), clean_words(phrases.body(entry))
    who = f"{phrases.agreement(entry)}: {', '.join(entry.reviewers)}"
    return "\n\n".join(part for part in (removed + title, body, who) if part)


def _location(anchor: Anchor) -> dict[str, Json]:
    """Removed lines have no number in the head, so that only their file is named."""
    place: dict[str, Json] = {"path": anchor.path or ""}
    if anchor.start is not None and anchor.side is Side.RIGHT:
        place["range"] = _range(anchor)
    return place


def _range(anchor: Anchor) -> Json:
    return {"start": {"line": anchor.start}, "end": {"line": anchor.end or anchor.start}}
