"""`--format markdown`: the report as a document to paste into a pull request, a wiki or a job summary.

Everything that came from outside goes through `sanitize.markdown`. GitHub takes 65,536 characters in a comment; the
document stays below that and says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.formats import phrases
from reviewbot.formats.pieces import (
    fitting,
    not_reviewed,
    notes_list,
    reviewers_table,
    section,
    sentence,
    short,
    table_row,
)
from reviewbot.model import MergedFinding, Report
from reviewbot.sanitize import markdown_line, markdown_span

LIMIT = 60_000
"""Characters of the whole document."""

_PATH, _REASON = 200, 400  # characters of one text before escaping
_FRAME = 1_000  # characters kept for the sentences between the parts


def render_markdown(report: Report) -> str:
    """The report as GitHub Flavored Markdown of at most `LIMIT` characters, ending in a line feed."""
    head = _head(report)
    reviewers = reviewers_table(report.reviewers)
    tail = [*(["### Reviewers", *reviewers] if reviewers else []), *not_reviewed(report), *notes_list(report)]
    room = LIMIT - _FRAME - sum(len(part) + 2 for part in (*head, *tail))
    return "\n\n".join([*head, *_findings(report, room), *tail]) + "\n"


def _head(report: Report) -> list[str]:
    subject = markdown_span(short(phrases.subject(report.change), _PATH))
    reason = markdown_line(short(phrases.verdict_reason(report), _REASON))
    facts = (phrases.size(report), phrases.coverage(report), phrases.cost_line(report))
    return [
        f"## {report.verdict.conclusion.upper()}",
        reason,
        " ".join([f"{subject}:", *(sentence(fact) for fact in facts if fact)]),
    ]


def _findings(report: Report, room: int) -> list[str]:
    """The table, then each finding on its own, as many of both as there is room for."""
    if not report.findings:
        return [f"**{phrases.no_findings(report)}**"]
    table = "| | Severity | Agreement | Finding | Place |\n|---:|---|---|---|---|"
    rows = fitting((table_row(number, entry) for number, entry in enumerate(report.findings, 1)), room * 2 // 5)
    table = "\n".join([table, *rows])
    sources = phrases.Sources(report.change.diff)
    told = (section(number, entry, sources) for number, entry in enumerate(report.findings[: len(rows)], 1))
    sections = fitting(told, room - len(table), between=2)
    parts = [table]
    if unlisted := report.findings[len(rows) :]:
        parts.append(_left_out(unlisted, "not listed"))
    parts += sections
    if untold := report.findings[len(sections) : len(rows)]:
        parts.append(_left_out(untold, "listed above without their details"))
    return parts


def _left_out(entries: Sequence[MergedFinding], how: str) -> str:
    number = phrases.counted(len(entries), "more finding")
    return f"**{number} {'is' if len(entries) == 1 else 'are'} {how}, for length** ({phrases.by_severity(entries)})."
