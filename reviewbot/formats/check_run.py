"""Report -> a check run: the verdict beside the other checks of a commit, with annotations on lines of its files.

https://docs.github.com/rest/checks/runs#create-a-check-run
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.formats import phrases
from reviewbot.formats.remark import MESSAGE, TITLE, remark
from reviewbot.model import Conclusion, Report, Severity
from reviewbot.posted import Annotation, CheckRun
from reviewbot.sanitize import terminal_line

MOST = 50
"""Annotations that one request may bring."""
_SUMMARY = 60_000
"""Characters; it may have 65,535."""


def check_run(report: Report, page: str) -> CheckRun:
    """What blocks is a failure, the rest warnings and notices; `page` is the summary, which has all."""
    current = [entry for entry in report.findings if not entry.state.closed]
    verdict = report.verdict
    return CheckRun(
        conclusion=_conclusion(report),
        title=f"{verdict.conclusion.upper()}: {phrases.counted(len(current), 'finding')}",
        summary=_cut(page),
        annotations=tuple(_annotations(report))[:MOST],
    )


def _conclusion(report: Report) -> str:
    match report.verdict.conclusion:
        case Conclusion.PASS:
            return "success"
        case Conclusion.SKIPPED:
            return "skipped"
        case _:
            return "failure" if report.verdict.fails else "neutral"


def _annotations(report: Report) -> Iterator[Annotation]:
    for entry in report.findings:
        anchor = entry.lead.anchor
        lines = phrases.head_lines(anchor)
        if entry.state.closed or anchor.path is None or lines is None or not anchor.placed:
            continue
        level = "notice" if entry.severity is Severity.LOW else "warning"
        title, message = remark(entry)
        yield Annotation(
            path=anchor.path,
            start_line=lines[0],
            end_line=lines[1],
            level="failure" if entry.blocking else level,
            title=terminal_line(title)[:TITLE],
            message=message[:MESSAGE],
        )


def _cut(text: str) -> str:
    """Before the heading that is nearest to the limit, so that nothing is left open."""
    if len(text) <= _SUMMARY:
        return text
    whole = text[:_SUMMARY].rpartition("\n\n#")[0]
    return f"{whole}\n\nand more, in the report"
