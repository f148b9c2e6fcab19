"""What a push that is stopped shows in the terminal: the findings that stop it, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from reviewbot.formats import phrases
from reviewbot.formats.page import SEVERITY_STYLE, VERDICT_STYLE, Page, beside
from reviewbot.formats.push_line import failures, not_blocking, shown_by
from reviewbot.model import MergedFinding, Report
from reviewbot.sanitize import terminal_line

MOST_SHOWN = 30
"""Findings; who is stopped by more begins with the first."""
_WAYS = (
    ("fix", "what is said, commit, and push again"),
    ("ignore", "a finding that is none: the command below it, then commit .reviewbot/ignored.yaml"),
    ("go past", "`git push --no-verify`, or `REVIEWBOT_SKIP=1 git push`, for this once"),
)
_WAYS_WITHOUT_FINDINGS = (("try again", "by pushing again; what was answered is not asked again"), _WAYS[2])


def render_stop(
    report: Report, *, width: int, color: bool, ascii_only: bool = False, warned: bool = False, ways: bool = True
) -> str:
    """The screen of a push that is stopped, or that would be: `warned`. `ways`: it ends in how to go on."""
    page = Page.of(width=width, color=color, ascii_only=ascii_only)
    blocking = [entry for entry in report.findings if entry.blocking]
    head = Text.assemble(
        ("reviewbot: ", "dim"),
        (terminal_line(phrases.subject(report.change)), "bold"),
        "  ",
        (phrases.size(report), "dim"),
    )
    lines = [*page.wrapped(head, width=width), Text("")]
    for entry in blocking[:MOST_SHOWN]:
        lines += [*_finding(entry, page), Text("")]
    lines += _besides(report, blocking, page)
    conclusion = report.verdict.conclusion
    lines += beside(
        [Text(conclusion.upper(), style=VERDICT_STYLE[conclusion])],
        page.wrapped(Text(terminal_line(report.verdict.reason), style="bold")),
    )
    end = _ways(page, found=bool(blocking), warned=warned) if ways else []
    return page.painted([*lines, Text(""), *end])


def _finding(entry: MergedFinding, page: Page) -> list[Text]:
    place = terminal_line(phrases.place(entry.lead.anchor)) or "the change as a whole"
    who = f"{phrases.agreement(entry)} ({terminal_line(', '.join(entry.reviewers))})"
    marks = [] if entry.lead.anchor.placed else [Text("not on a line of the change", style="yellow")]
    said = [Text(place, style="cyan"), Text(entry.lead.category), Text(who), *marks]
    facts = Text(page.dot, style="dim").join(said)
    lines = page.wrapped(Text(terminal_line(entry.lead.title), style="bold"))
    lines += page.wrapped(facts)
    body = page.words(phrases.body(entry))
    lines += [Text(""), *body] if body else []
    command = f'reviewbot ignore {terminal_line(entry.fingerprint)} --reason "..."'
    lines += [Text(""), Text(command)]
    return beside([Text.assemble("  ", (entry.severity.upper(), SEVERITY_STYLE[entry.severity]))], lines)


def _besides(report: Report, blocking: Sequence[MergedFinding], page: Page) -> list[Text]:
    """What else there is to know, a line each."""
    said: list[str] = []
    if len(blocking) > MOST_SHOWN:
        said.append(f"{len(blocking) - MOST_SHOWN:,} more findings block.")
    rest = [entry for entry in report.findings if not entry.blocking and not entry.state.closed]
    if rest:
        said.append(f"Besides, {not_blocking(rest)}.")
    declined = sum(entry.state.closed for entry in report.findings)
    if declined:
        said.append(f"{phrases.counted(declined, 'finding')} declined.")
    command = shown_by(report)
    if command and (rest or len(blocking) > MOST_SHOWN):
        said.append(f"All of it: {command}")
    said += [f"{failure}." for failure in failures(report)]
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
