"""What a push shows in the terminal: a line when it may go on, the findings and the ways on when it is stopped."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from reviewbot.formats import phrases
from reviewbot.formats.page import Page, beside
from reviewbot.model import BUILTIN, Conclusion, MergedFinding, Report, ReviewerStatus, Severity
from reviewbot.sanitize import terminal_line

MOST_SHOWN = 30
"""Findings; who is stopped by more begins with the first."""
_ID_SHOWN = 12
_REASON_SHOWN = 160
_PATHS_SHOWN = 3
_STYLE = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "bold cyan",
}
_WAYS = (
    ("fix", "what is said, commit, and push again"),
    ("ignore", "a finding that is none: the command below it, then commit .reviewbot/ignored.yaml"),
    ("go past", "reviewbot this once: `git push --no-verify`, or `REVIEWBOT_SKIP=1 git push`"),
)
_WAYS_WITHOUT_FINDINGS = (("try again", "by pushing again; what was answered is not asked again"), _WAYS[2])


def passed_line(report: Report) -> str:
    """One line for a push that may go on after its review."""
    verdict, label = report.verdict, terminal_line(phrases.subject(report.change))
    if verdict.conclusion is Conclusion.SKIPPED:
        return f"reviewbot: {label}: not reviewed: {terminal_line(verdict.reason)}"
    open_ones = [entry for entry in report.findings if not entry.state.closed]
    declined = len(report.findings) - len(open_ones)
    told = phrases.no_findings(report).rstrip(".").lower()
    if open_ones:
        told = f"{phrases.by_severity(open_ones)}, none of which blocks{_again(report)}"
    if declined:
        told += f", {declined:,} declined"
    return f"reviewbot: {label}: PASS, {told}{_asked(report)}"


def unchecked_line(report: Report, *, remembered: bool) -> str:
    """One line for what may go on and was not reviewed. It begins with UNCHECKED."""
    paths = [file.path for file in report.files if file.gap]
    what = _named(paths) or "the change"
    reasons = [report.verdict.reason.rstrip("."), *_failures(report)]
    return unchecked(
        phrases.subject(report.change), f"{what} not reviewed: {'; '.join(reasons)}", remembered=remembered
    )


def unchecked(label: str, why: str, *, remembered: bool) -> str:
    """The same for what has no report."""
    then = " The next push reviews it too." if remembered else ""
    return f"UNCHECKED {terminal_line(label)}: {terminal_line(_shortened(why, 600)).rstrip('.')}.{then}"


def render_stop(report: Report, *, width: int, color: bool, ascii_only: bool = False, warned: bool = False) -> str:
    """The screen of a push that is stopped, or that would be: `warned`."""
    page = Page.of(width=width, color=color, ascii_only=ascii_only)
    blocking = [entry for entry in report.findings if entry.blocking]
    head = Text.assemble((terminal_line(phrases.subject(report.change)), "bold"), "  ", (phrases.size(report), "dim"))
    lines = [*page.wrapped(head, width=width), Text("")]
    for entry in blocking[:MOST_SHOWN]:
        lines += [*_finding(entry, page), Text("")]
    lines += _besides(report, blocking, page)
    conclusion = report.verdict.conclusion
    style = "bold red" if conclusion is Conclusion.BLOCK else "bold yellow"
    lines += beside(
        [Text(conclusion.upper(), style=style)],
        page.wrapped(Text(terminal_line(report.verdict.reason), style="bold")),
    )
    return page.painted([*lines, Text(""), *_ways(page, found=bool(blocking), warned=warned)])


def _finding(entry: MergedFinding, page: Page) -> list[Text]:
    place = terminal_line(phrases.place(entry.lead.anchor)) or "the change as a whole"
    who = f"{phrases.agreement(entry)} ({terminal_line(', '.join(entry.reviewers))})"
    facts = Text(page.dot, style="dim").join([Text(place, style="cyan"), Text(entry.lead.category), Text(who)])
    lines = page.wrapped(Text(terminal_line(entry.lead.title), style="bold"))
    lines += page.wrapped(facts)
    body = page.words(phrases.body(entry))
    lines += [Text(""), *body] if body else []
    command = f'reviewbot ignore {terminal_line(entry.fingerprint)} --reason "..."'
    lines += [Text(""), Text(command, style="dim")]
    return beside([Text.assemble("  ", (entry.severity.upper(), _STYLE[entry.severity]))], lines)


def _besides(report: Report, blocking: Sequence[MergedFinding], page: Page) -> list[Text]:
    """What else there is to know, a line each."""
    said: list[str] = []
    if len(blocking) > MOST_SHOWN:
        said.append(f"{len(blocking) - MOST_SHOWN:,} more findings block{_again(report)}.")
    rest = [entry for entry in report.findings if not entry.blocking and not entry.state.closed]
    if rest:
        said.append(f"Besides, {phrases.by_severity(rest)}, none of which blocks{_again(report)}.")
    declined = sum(entry.state.closed for entry in report.findings)
    if declined:
        said.append(f"{phrases.counted(declined, 'finding')} declined.")
    said += [f"{failure}." for failure in _failures(report)]
    lines = [line for text in said for line in page.wrapped(Text(terminal_line(text), style="dim"))]
    return [*beside([Text("Note", style="dim")], lines), Text("")] if lines else []


def _ways(page: Page, *, found: bool, warned: bool) -> list[Text]:
    if warned:
        return page.wrapped(Text("The push goes on, because hook.mode is warn."))
    rows = _WAYS if found else _WAYS_WITHOUT_FINDINGS
    lines = [Text("How to go on", style="bold underline")]
    for name, text in rows:
        lines += beside([Text(f"  {name}", style="bold")], page.wrapped(Text(text)))
    return lines


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


def _failures(report: Report) -> list[str]:
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


def _again(report: Report) -> str:
    """The command that shows the whole report, whose answers are in the cache; empty where a range cannot say it."""
    base, head = report.change.base, report.change.head
    return f" (`reviewbot review {base[:_ID_SHOWN]}..{head[:_ID_SHOWN]}` shows all)" if base and head else ""
