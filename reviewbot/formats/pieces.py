"""Pieces of Markdown that the report, the summary and the comments on a pull request share.

Everything that came from outside goes through `sanitize.markdown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.formats import phrases
from reviewbot.model import Finding, MergedFinding, Report, ReviewerResult, ReviewerStatus
from reviewbot.sanitize import markdown, markdown_cell, markdown_code, markdown_line, markdown_span

_TITLE, _PATH, _REASON, _BODY, _MEMBER = 200, 200, 400, 3_000, 1_500  # characters of one text before escaping
_FOLD, _COVERAGE, _NOTES, _REVIEWERS = 8_000, 8_000, 4_000, 12_000  # characters of these parts
_CODE_LINES = 6
_PATHS_SHOWN = 20


def table_row(number: int, entry: MergedFinding) -> str:
    severity = ", ".join([f"**{entry.severity}**", *phrases.marks(entry)])
    title = markdown_cell(short(entry.lead.title, _TITLE))
    place = markdown_span(short(phrases.place(entry.lead.anchor), _PATH), in_table=True)
    return f"| {number} | {severity} | {phrases.agreement(entry)} | {title} | {place} |"


def section(number: int, entry: MergedFinding, sources: phrases.Sources) -> str:
    parts = [f"### {number}. {markdown_line(short(entry.lead.title, _TITLE))}", facts(entry)]
    found = sources.excerpt(entry.lead.anchor, limit=_CODE_LINES)
    if found.lines:
        code = "\n".join(short(line.kind.value + line.text.removesuffix("\r"), _PATH) for _, line in found.lines)
        parts.append(markdown_code(code, "diff"))
    if found.more:
        parts.append(f"and {phrases.counted(found.more, 'more line')}")
    parts.append(markdown(short(phrases.body(entry), _BODY)))
    parts += asides(entry)
    parts += _in_full(entry)
    return "\n\n".join(part for part in parts if part)


def facts(entry: MergedFinding) -> str:
    place = markdown_span(short(phrases.place(entry.lead.anchor), _PATH)) or "the change as a whole"
    who = markdown_line(", ".join(entry.reviewers))
    told = [f"**{entry.severity}**", *phrases.marks(entry), place, entry.lead.category]
    return " · ".join([*told, f"**{phrases.agreement(entry)}** ({who})"])


def asides(entry: MergedFinding) -> list[str]:
    said: list[str] = []
    if dissent := phrases.dissent(entry):
        said.append(markdown_line(f"{', '.join(dissent)}."))
    if entry.also_at:
        places = [markdown_span(short(phrases.place(anchor), _PATH)) for anchor in entry.also_at[:_PATHS_SHOWN]]
        more = f" and {hidden} more" if (hidden := len(entry.also_at) - len(places)) else ""
        said.append(f"Also at {', '.join(places)}{more}.")
    if entry.lead.anchor.note:
        said.append(markdown_line(short(entry.lead.anchor.note, _REASON)))
    return said


def _in_full(entry: MergedFinding) -> list[str]:
    """A fold with the words of the other members and the replacements that are offered."""
    members = [member for member in entry.members if member is not entry.lead]
    said = [member_words(member) for member in members]
    if entry.lead.suggestion is not None:
        said.insert(0, _suggestion(entry.lead))
    if not said:
        return []
    summary = "What the others said" if members else "Suggested replacement"
    shown = fitting(said, _FOLD, between=2)
    more = [f"and {len(said) - len(shown):,} more"] if len(shown) < len(said) else []
    return [f"<details>\n<summary>{summary}</summary>", *shown, *more, "</details>"]


def member_words(member: Finding) -> str:
    place = markdown_span(short(phrases.place(member.said or member.anchor), _PATH))
    who = ", ".join(part for part in (f"**{markdown_line(member.reviewer)}**", member.severity, place) if part)
    words = [f"**{markdown_line(short(member.title, _TITLE))}**", markdown(short(member.body, _MEMBER))]
    parts = [who, quoted("\n\n".join(part for part in words if part))]
    if member.suggestion is not None:
        parts.append(_suggestion(member))
    return "\n\n".join(parts)


def _suggestion(member: Finding) -> str:
    code = markdown_code(short(member.suggestion or "", _MEMBER))
    return f"{markdown_line(member.reviewer)} suggests:\n\n{code}"


def reviewers_table(results: Sequence[ReviewerResult]) -> list[str]:
    head = "| Reviewer | Model | Answer | Time | Tokens in, out | Cost |\n|---|---|---|---:|---:|---:|"
    rows = fitting([_reviewer(result) for result in results], _REVIEWERS)
    more = [f"and {phrases.counted(len(results) - len(rows), 'more reviewer')}"] if len(rows) < len(results) else []
    return ["\n".join([head, *rows]), *more] if results else []


def _reviewer(result: ReviewerResult) -> str:
    usage = result.usage
    asked = result.status is not ReviewerStatus.SKIPPED
    cells = [
        markdown_cell(short(result.name, _TITLE)),
        markdown_span(short(result.model, _TITLE), in_table=True),
        _answer(result),
        phrases.seconds(result.duration_s) if asked else "",
        f"{usage.input_tokens:,}, {usage.output_tokens:,}" if usage.input_tokens else "",
        phrases.cost_of(result),
    ]
    return f"| {' | '.join(cells)} |"


def _answer(result: ReviewerResult) -> str:
    found = phrases.counted(result.findings, "finding") if result.findings else "no findings"
    if result.status is ReviewerStatus.REVIEWED:
        return f"{found}, from the cache" if result.cached else found
    outcome = f"**{result.status}**" + (f", {found}" if result.status is ReviewerStatus.PARTIAL else "")
    return f"{outcome}: {markdown_cell(short(result.reason, _REASON))}" if result.reason else outcome


def not_reviewed(report: Report) -> list[str]:
    """What was not reviewed and why, gaps first."""
    items: list[str] = []
    for group in phrases.unreviewed(report.files):
        paths = [markdown_span(short(path, _PATH)) for path in group.paths[:_PATHS_SHOWN]]
        more = f" and {hidden:,} more" if (hidden := len(group.paths) - len(paths)) else ""
        gap = "**gap:** " if group.gap else ""
        items.append(f"- {gap}{', '.join(paths)}{more}: {markdown_line(short(group.reason, _REASON))}")
    return ["### Not reviewed", _listed(items, _COVERAGE)] if items else []


def notes_list(report: Report) -> list[str]:
    notes = [f"- {markdown_line(short(note, _REASON))}" for note in phrases.notes(report)]
    return ["### Notes", _listed(notes, _NOTES)] if notes else []


def _listed(items: Sequence[str], room: int) -> str:
    shown = fitting(items, room)
    more = [f"- and {len(items) - len(shown):,} more"] if len(shown) < len(items) else []
    return "\n".join([*shown, *more])


def fitting(items: Iterable[str], room: int, *, between: int = 1) -> list[str]:
    """The first items that fit together into so many characters."""
    fitting: list[str] = []
    for item in items:
        room -= len(item) + between
        if room < 0:
            break
        fitting.append(item)
    return fitting


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit].rstrip()} […]"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
