"""`--format json`, schema version 1: the report for scripts. `report.schema.json` beside this file describes it."""

from __future__ import annotations

import json
import math
from importlib.resources import files

from reviewbot.config.values import Json
from reviewbot.formats.jsontext import json_text
from reviewbot.model import Anchor, FileResult, Finding, MergedFinding, Report, ReviewerResult, Usage, Verdict
from reviewbot.sanitize import clean_words

SCHEMA_VERSION = 1


def render_json(report: Report, *, tool_version: str) -> str:
    """The report as indented JSON that ends in a line feed, always valid UTF-8, keys in the documented order.

    Seconds have three decimals, dollars six; a cost that is not known is null. Titles and bodies are the reviewers'
    words after `clean_words`; everything else is as it was, with U+FFFD for what no encoder takes.
    """
    document: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "reviewbot", "version": tool_version},
        "change": {
            "repository": report.change.repository,
            "pull_request": report.change.pull_request,
            "base": report.change.base,
            "head": report.change.head,
            "files": [_file(file) for file in report.files],
        },
        "reviewers": [_reviewer(result) for result in report.reviewers],
        "findings": [_finding(entry) for entry in report.findings],
        "verdict": _verdict(report.verdict),
        "usage": {**_usage(report.usage), "duration_s": _rounded(report.duration_s, 3)},
        "notes": list(report.notes),
    }
    return json_text(document)


def load_report_schema() -> dict[str, Json]:
    """The JSON Schema (2020-12) of what `render_json` writes: strict on these keys, open to more."""
    schema: dict[str, Json] = json.loads((files("reviewbot.formats") / "report.schema.json").read_text("utf-8"))
    return schema


def _file(file: FileResult) -> Json:
    return {
        "path": file.path,
        "status": file.status.value,
        "reviewed": file.reviewed,
        "reason": file.reason,
        "gap": file.gap,
        "asked": list(file.asked),
        "answered": list(file.answered),
    }


def _reviewer(result: ReviewerResult) -> Json:
    return {
        "name": result.name,
        "model": result.model,
        "vendor": result.vendor,
        "status": result.status.value,
        "reason": result.reason,
        "findings": result.findings,
        "duration_s": _rounded(result.duration_s, 3),
        "input_tokens": result.usage.input_tokens,
        "output_tokens": result.usage.output_tokens,
        "cached_tokens": result.usage.cached_tokens,
        "cached": result.cached,
        "cost_usd": _rounded(result.usage.cost_usd, 6),
    }


def _finding(entry: MergedFinding) -> Json:
    lead = entry.lead
    return {
        "fingerprint": entry.fingerprint,
        "state": entry.state.value,
        "path": lead.anchor.path,
        "side": lead.anchor.side.value,
        "start_line": lead.anchor.start,
        "end_line": lead.anchor.end,
        "placed": lead.anchor.placed,
        "note": lead.anchor.note,
        "also_at": [_place(anchor) for anchor in entry.also_at],
        "severity": entry.severity.value,
        "category": lead.category.value,
        "title": clean_words(lead.title),
        "body": clean_words(lead.body),
        "suggestion": lead.suggestion,
        "agreement": {
            "count": entry.agreement.count,
            "of": entry.agreement.of,
            "vendors": entry.agreement.vendors,
        },
        "reviewers": list(entry.reviewers),
        "usage": _usage(entry.usage),
        "blocking": entry.blocking,
        "members": [_member(member) for member in entry.members],
    }


def _place(anchor: Anchor) -> dict[str, Json]:
    return {
        "path": anchor.path,
        "side": anchor.side.value,
        "start_line": anchor.start,
        "end_line": anchor.end,
    }


def _member(member: Finding) -> Json:
    """What this reviewer said, at the place where it said it."""
    said = member.said or member.anchor
    return {
        "reviewer": member.reviewer,
        "path": said.path,
        "side": said.side.value,
        "start_line": said.start,
        "end_line": said.end,
        "severity": member.severity.value,
        "category": member.category.value,
        "title": clean_words(member.title),
        "body": clean_words(member.body),
        "suggestion": member.suggestion,
        "confidence": _rounded(member.confidence, 6),
        "anchor": {**_place(member.anchor), "placed": member.anchor.placed},
        "fingerprint": member.fingerprint,
        "usage": _usage(member.usage),
    }


def _usage(usage: Usage) -> dict[str, Json]:
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": _rounded(usage.cost_usd, 6),
    }


def _verdict(verdict: Verdict) -> Json:
    return {
        "conclusion": verdict.conclusion.value,
        "reason": verdict.reason,
        "fail_on": "never" if verdict.fail_on is None else verdict.fail_on.value,
        "min_agreement": verdict.min_agreement,
        "fails": verdict.fails,
    }


def _rounded(number: float | None, decimals: int) -> float | None:
    return None if number is None or not math.isfinite(number) else round(number, decimals)
