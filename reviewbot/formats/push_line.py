"""What a push that may go on shows: one line. Light, for a push whose answers are all known."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.formats import phrases
from reviewbot.model import BUILTIN, Conclusion, MergedFinding, Report, ReviewerStatus
from reviewbot.sanitize import terminal_line

_ID_SHOWN = 12
_REASON_SHOWN = 160
_LINE_SHOWN = 600
_PATHS_SHOWN = 3


def passed_line(report: Report) -> str:
    """One line for a push that may go on after its review."""
    verdict, label = report.verdict, terminal_line(phrases.subject(report.change))
    if verdict.conclusion is Conclusion.SKIPPED:
        return f"reviewbot: {label}: not reviewed: {terminal_line(verdict.reason)}"
    open_ones = [entry for entry in report.findings if not entry.state.closed]
    declined = len(report.findings) - len(open_ones)
    told = phrases.no_findings(report).rstrip(".").lower()
    if open_ones:
        command = shown_by(report)
        told = not_blocking(open_ones) + (f" (`{command}` shows all)" if command else "")
    if declined:
        told += f", {declined:,} declined"
    return f"reviewbot: {label}: PASS, {told}{_asked(report)}"


def unchecked_line(report: Report, *, remembered: bool) -> str:
    """One line for what may go on and was not reviewed. It begins with UNCHECKED."""
    paths = [file.path for file in report.files if file.gap]
    what = f"{_named(paths)} not reviewed" if paths else "not reviewed by enough reviewers"
    reasons = [report.verdict.reason.rstrip("."), *failures(report)]
    return unchecked(phrases.subject(report.change), f"{what}: {'; '.join(reasons)}", remembered=remembered)


def unchecked(label: str, why: str, *, remembered: bool) -> str:
    """The same for what has no report."""
    then = " The next push reviews it too." if remembered else ""
    return f"UNCHECKED {terminal_line(label)}: {terminal_line(_shortened(why, _LINE_SHOWN)).rstrip('.')}.{then}"


def stopped_line(label: str, why: str) -> str:
    """One line for what is stopped because it could not be reviewed."""
    text = terminal_line(_shortened(why, _LINE_SHOWN)).rstrip(".")
    return f"reviewbot: {terminal_line(label)}: INCOMPLETE, nothing reviewed: {text}; hook.on_incomplete is fail."


def not_blocking(entries: Sequence[MergedFinding]) -> str:
    """`1 medium, which does not block`."""
    return phrases.by_severity(entries) + (", which does not block" if len(entries) == 1 else ", none of which blocks")


def _asked(report: Report) -> str:
    """` (3 of 3 reviewers, 2 files)`; empty when nobody was to be asked."""
    panel = [result for result in report.reviewers if result.name != BUILTIN]
    answered = sum(result.status is ReviewerStatus.REVIEWED for result in panel)
    if not any(file.asked for file in report.files):
        return ""
    asked = [result for result in panel if result.status is not ReviewerStatus.SKIPPED]
    cached = ", from the cache" if asked and all(result.cached for result in asked) else ""
    reviewers, files = phrases.counted(len(panel), "reviewer"), phrases.counted(len(report.files), "file")
    return f" ({answered} of {reviewers}, {files}{cached})"


def failures(report: Report) -> list[str]:
    """Who did not answer, and why."""
    silent = (ReviewerStatus.FAILED, ReviewerStatus.PARTIAL, ReviewerStatus.SKIPPED)
    return [
        f"{result.name}: {_shortened(result.reason or result.status, _REASON_SHOWN)}"
        for result in report.reviewers
        if result.status in silent and result.reason
    ]


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - _PATHS_SHOWN
    rest = f" and {phrases.counted(more, 'more file')}" if more > 0 else ""
    return ", ".join(paths[:_PATHS_SHOWN]) + rest


def _shortened(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 3] + "..."


def shown_by(report: Report) -> str:
    """The command that shows the whole report, whose answers are in the cache; empty where a range cannot say it."""
    base, head = report.change.base, report.change.head
    return f"reviewbot review {base[:_ID_SHOWN]}..{head[:_ID_SHOWN]}" if base and head else ""
