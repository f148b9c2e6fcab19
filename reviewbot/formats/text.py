"""`--format text`: the report for a terminal, a pipe or a CI log.

Findings stand under their file, the verdict stands last. Everything that came from outside goes through
`sanitize.terminal`; meaning never hangs on colour alone.
"""

from __future__ import annotations

from textwrap import dedent

from rich.cells import cell_len
from rich.text import Text

from reviewbot.formats import phrases
from reviewbot.formats.page import SEVERITY_STYLE, VERDICT_STYLE, Page, beside, columns
from reviewbot.model import LineKind, MergedFinding, Report, ReviewerResult, ReviewerStatus, State
from reviewbot.sanitize import terminal, terminal_line

_CODE_LINES = 3
_PATHS_SHOWN = 12
_CODE_STYLE = {LineKind.ADDED: "green", LineKind.REMOVED: "red", LineKind.CONTEXT: ""}
_UNPLACED = "Not on a line of the change"
_UNCHECKED = "Not known to be on a line of the change"
"""In a merge, where nobody has the lines."""
_EVERYWHERE = "About the change as a whole"


def render_text(report: Report, *, width: int, color: bool, verbose: bool = False, ascii_only: bool = False) -> str:
    """The report on a screen of `width` columns (40 and more are good), ending in a line feed.

    color: with ANSI colours; without, no escape byte at all. verbose: each member's own words and every path.
    ascii_only: for an output that cannot show anything beyond ASCII.
    """
    page = Page.of(width=width, color=color, ascii_only=ascii_only)
    sources = phrases.Sources(report.change.diff)
    lines = [*page.wrapped(_header(report), width=width), Text("")]
    if report.findings:
        for heading, entries in _grouped(report):
            lines += [*page.wrapped(Text(heading, style="bold underline"), width=width), Text("")]
            for entry in entries:
                lines += [*_finding(entry, sources, page, verbose=verbose), Text("")]
        lines += [Text(page.rule * min(width, 100), style="dim"), Text("")]
    else:
        lines += [Text(phrases.no_findings(report), style="bold"), Text("")]
    lines += _footer(report, page, verbose=verbose)
    return page.painted(lines)


def _header(report: Report) -> Text:
    subject = terminal_line(phrases.subject(report.change))
    size = phrases.size(report)
    return Text.assemble((subject, "bold"), "  " if size else "", (size, "dim"))


def _grouped(report: Report) -> list[tuple[str, list[MergedFinding]]]:
    """By file, the file with the first finding first; then what has no line, then what has no file.

    Where the files of the change are not known, no place is known to be wrong.
    """
    trusted = phrases.knows_no_files(report)
    files: dict[str, list[MergedFinding]] = {}
    unplaced: list[MergedFinding] = []
    everywhere: list[MergedFinding] = []
    for entry in report.findings:
        anchor = entry.lead.anchor
        if anchor.path is None:
            everywhere.append(entry)
        elif anchor.placed or trusted:
            files.setdefault(anchor.path, []).append(entry)
        else:
            unplaced.append(entry)
    groups = [(terminal_line(path), entries) for path, entries in files.items()]
    heading = _UNPLACED if report.change.diff.files else _UNCHECKED
    rest = [(heading, unplaced), (_EVERYWHERE, everywhere)]
    return groups + [(heading, entries) for heading, entries in rest if entries]


def _finding(entry: MergedFinding, sources: phrases.Sources, page: Page, *, verbose: bool) -> list[Text]:
    severity = Text.assemble("  ", (entry.severity.upper(), SEVERITY_STYLE[entry.severity]))
    labels = [
        severity,
        *(Text(f"  {mark}", style="bold red" if mark == "blocks" else "dim") for mark in phrases.marks(entry)),
    ]
    lines = page.wrapped(Text(terminal_line(entry.lead.title), style="bold"))
    lines += [_without_end(line, page.dot.rstrip()) for line in page.wrapped(_facts(entry, page))]
    code = _code(entry, sources, page)
    if code:
        lines += [Text(""), *code]
    body = page.words(phrases.body(entry))
    if body:
        lines += [Text(""), *body]
    asides = _asides(entry, page)
    if asides:
        lines += [Text(""), *asides]
    if verbose:
        lines += _in_full(entry, page)
    if verbose or entry.blocking:  # what `reviewbot ignore` asks for, where somebody may be held up
        lines += [Text(""), *page.wrapped(Text(f"fingerprint {terminal_line(entry.fingerprint)}", style="dim"))]
    return beside(labels, lines)


def _facts(entry: MergedFinding, page: Page) -> Text:
    """Where, of what kind, how many back it and who."""
    who = f"{phrases.agreement(entry)} ({terminal_line(', '.join(entry.reviewers))})"
    place = terminal_line(phrases.place(entry.lead.anchor))
    facts = [Text(place, style="cyan")] if place else []
    return Text(page.dot, style="dim").join([*facts, Text(entry.lead.category), Text(who)])


def _without_end(line: Text, mark: str) -> Text:
    if line.plain.endswith(mark):
        line.right_crop(len(mark))
    return line


def _code(entry: MergedFinding, sources: phrases.Sources, page: Page) -> list[Text]:
    """The anchored lines with their numbers, their common indentation taken off."""
    found = sources.excerpt(entry.lead.anchor, limit=_CODE_LINES)
    if not found.lines:
        return []
    texts = dedent("\n".join(terminal_line(line.text.removesuffix("\r")) for _, line in found.lines)).split("\n")
    digits = len(str(found.lines[-1][0]))
    shown: list[Text] = []
    for (number, line), text in zip(found.lines, texts, strict=True):
        head = Text(f"{number:>{digits}} {line.kind.value} {page.bar} ", style="dim")
        code = Text(text, style=_CODE_STYLE[line.kind])
        shown.append(Text.assemble(head, page.trimmed(code, page.room - len(head))))
    if found.more:
        shown.append(
            Text(f"{' ' * digits}   {page.bar} {page.ellipsis} {phrases.counted(found.more, 'more line')}", style="dim")
        )
    return shown


def _asides(entry: MergedFinding, page: Page) -> list[Text]:
    """Other opinions, other places and what was done about the place, one dim line each."""
    asides: list[str] = []
    dissent = phrases.dissent(entry)
    if dissent:
        asides.append(", ".join(dissent))
    if entry.also_at:
        asides.append("also at " + ", ".join(phrases.place(anchor) for anchor in entry.also_at))
    if entry.lead.anchor.note:
        asides.append(entry.lead.anchor.note)
    return [line for aside in asides for line in page.wrapped(Text(terminal_line(aside), style="dim"))]


def _in_full(entry: MergedFinding, page: Page) -> list[Text]:
    """What each reviewer said, in its own words, and the replacements they offer."""
    lines: list[Text] = []
    for member in entry.members:
        is_lead = member is entry.lead
        if is_lead and member.suggestion is None:
            continue
        said = ", ".join(part for part in (member.severity, phrases.place(member.said or member.anchor)) if part)
        lines += [Text(""), *page.wrapped(Text(terminal_line(f"{member.reviewer}: {said}"), style="underline"))]
        if not is_lead:
            lines += page.wrapped(Text(terminal_line(member.title), style="bold"))
            lines += page.words(member.body)
        if member.suggestion is not None:
            lines += [Text("suggests:", style="dim"), *page.code(terminal(member.suggestion.rstrip("\n")))]
    return lines


def _footer(report: Report, page: Page, *, verbose: bool) -> list[Text]:
    rows: list[tuple[str, list[Text]]] = []
    if report.findings:
        rows.append(("Findings", page.wrapped(_tally(report))))
    rows.append(("Reviewers", _reviewers(report, page, verbose=verbose)))
    rows.append(("Coverage", _coverage(report, page, verbose=verbose)))
    if cost := phrases.cost_line(report):
        rows.append(("Cost", page.wrapped(Text(cost))))
    rows += [("Note", page.wrapped(Text(terminal_line(note)))) for note in phrases.notes(report)]
    lines = [line for label, content in rows if content for line in beside([Text(label, style="dim")], content)]
    verdict = report.verdict.conclusion
    label = Text(verdict.upper(), style=VERDICT_STYLE[verdict])
    reason = page.wrapped(Text(terminal_line(phrases.verdict_reason(report)), style="bold"))
    return [*lines, Text(""), *beside([label], reason)]


def _tally(report: Report) -> Text:
    blocking = sum(entry.blocking for entry in report.findings)
    declined = sum(entry.state is State.DECLINED for entry in report.findings)
    said = [f"{blocking} blocking"] if blocking else []
    said += [f"{declined} declined"] if declined else []
    return Text(phrases.by_severity(report.findings) + (f" ({', '.join(said)})" if said else ""))


def _reviewers(report: Report, page: Page, *, verbose: bool) -> list[Text]:
    """One line for a panel that answered without findings, else two lines each."""
    whole = all(result.status is ReviewerStatus.REVIEWED for result in report.reviewers)
    if not report.reviewers:
        return [Text("none")]
    if whole and not report.findings and not verbose:
        names = terminal_line(", ".join(result.name for result in report.reviewers))
        number = len(report.reviewers)
        return page.wrapped(Text(f"{number} of {number} answered: {names}"))
    rows = columns([_reviewer(result) for result in report.reviewers])
    indent = max(cell_len(terminal_line(result.name)) for result in report.reviewers) + 2
    lines: list[Text] = []
    for row, result in zip(rows, report.reviewers, strict=True):
        lines.append(page.trimmed(row, page.room))
        detail = _detail(result)
        if detail:
            lines += [Text(" " * indent) + part for part in page.wrapped(detail, width=page.room - indent)]
    return lines


def _reviewer(result: ReviewerResult) -> list[Text]:
    status = result.status
    found = phrases.counted(result.findings, "finding") if result.findings else "no findings"
    outcome = {
        ReviewerStatus.REVIEWED: Text(found),
        ReviewerStatus.PARTIAL: Text(f"partial, {found}", style="yellow"),
        ReviewerStatus.FAILED: Text("failed", style="bold red"),
        ReviewerStatus.SKIPPED: Text("skipped", style="yellow"),
    }[status]
    asked = status is not ReviewerStatus.SKIPPED and phrases.was_asked(result)
    return [
        Text(terminal_line(result.name), style="bold"),
        outcome,
        Text(phrases.seconds(result.duration_s) if asked else ""),
        Text(phrases.cost_of(result)),
        Text("from the cache" if result.cached else ""),
    ]


def _detail(result: ReviewerResult) -> Text:
    """The model, what it read and wrote, and why there is no whole answer."""
    usage = result.usage
    spent = f", {phrases.tokens(usage)}" if usage.input_tokens or usage.output_tokens else ""
    text = Text((terminal_line(result.model) + spent).removeprefix(", "), style="dim")
    reason = (terminal_line(result.reason or ""), "yellow")
    return Text.assemble(text, ": " if text and result.reason else "", reason)


def _coverage(report: Report, page: Page, *, verbose: bool) -> list[Text]:
    """The count, then what was not reviewed, by reason; every gap, and of the rest as much as is good to read."""
    lines = page.wrapped(Text(phrases.coverage(report)))
    for group in phrases.unreviewed(report.files):
        shown = group.paths if verbose or group.gap else group.paths[:_PATHS_SHOWN]
        hidden = len(group.paths) - len(shown)
        paths = ", ".join(shown) + (f" and {hidden:,} more" if hidden else "")
        why = group.reason + ("; -v lists them" if hidden else "")
        head = Text("gap: ", style="bold yellow") if group.gap else Text("not reviewed: ", style="dim")
        lines += page.wrapped(Text.assemble(head, (terminal_line(f"{paths} ({why})"), "" if group.gap else "dim")))
    return lines
