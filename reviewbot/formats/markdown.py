"""`--format markdown`: the report as a document to paste into a pull request, a wiki or a job summary.

Everything that came from outside goes through `sanitize.markdown`. GitHub takes 65,536 characters in a comment; the
document stays below that and says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.formats import phrases
from reviewbot.model import Finding, MergedFinding, Report, ReviewerResult, ReviewerStatus
from reviewbot.sanitize import markdown, markdown_cell, markdown_code, markdown_line, markdown_span

LIMIT = 60_000
"""Characters of the whole document."""

_TITLE, _PATH, _REASON, _BODY, _MEMBER = 200, 200, 400, 3_000, 1_500  # characters of one text before escaping
_FRAME = 1_000  # characters kept for the sentences between the parts
_FOLD, _COVERAGE, _NOTES = 8_000, 8_000, 4_000  # characters of these parts
_CODE_LINES = 6
_PATHS_SHOWN = 20


def render_markdown(report: Report) -> str:
    """The report as GitHub Flavored Markdown of at most `LIMIT` characters, ending in a line feed."""
    head = _head(report)
    tail = [*_reviewers(report.reviewers), *_coverage(report), *_notes(report)]
    room = LIMIT - _FRAME - sum(len(part) + 2 for part in (*head, *tail))
    return "\n\n".join([*head, *_findings(report, room), *tail]) + "\n"


def _head(report: Report) -> list[str]:
    subject = markdown_span(_short(phrases.subject(report.change), _PATH))
    reason = markdown_line(_short(phrases.verdict_reason(report), _REASON))
    facts = (phrases.size(report), phrases.coverage(report), phrases.cost_line(report))
    return [
        f"## {report.verdict.conclusion.upper()}",
        reason,
        " ".join([f"{subject}:", *(_sentence(fact) for fact in facts if fact)]),
    ]


def _findings(report: Report, room: int) -> list[str]:
    """The table, then each finding on its own, as many of both as there is room for."""
    if not report.findings:
        return [f"**{phrases.no_findings(report)}**"]
    table = "| | Severity | Agreement | Finding | Place |\n|---:|---|---|---|---|"
    rows = _fitting((_row(number, entry) for number, entry in enumerate(report.findings, 1)), room * 2 // 5)
    table = "\n".join([table, *rows])
    sources = phrases.Sources(report.change.diff)
    told = (_section(number, entry, sources) for number, entry in enumerate(report.findings[: len(rows)], 1))
    sections = _fitting(told, room - len(table), between=2)
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


def _row(number: int, entry: MergedFinding) -> str:
    severity = ", ".join([f"**{entry.severity}**", *phrases.marks(entry)])
    title = markdown_cell(_short(entry.lead.title, _TITLE))
    place = markdown_span(_short(phrases.place(entry.lead.anchor), _PATH), in_table=True)
    return f"| {number} | {severity} | {phrases.agreement(entry)} | {title} | {place} |"


def _section(number: int, entry: MergedFinding, sources: phrases.Sources) -> str:
    parts = [f"### {number}. {markdown_line(_short(entry.lead.title, _TITLE))}", _facts(entry)]
    found = sources.excerpt(entry.lead.anchor, limit=_CODE_LINES)
    if found.lines:
        code = "\n".join(_short(line.kind.value + line.text.removesuffix("\r"), _PATH) for _, line in found.lines)
        parts.append(markdown_code(code, "diff"))
    if found.more:
        parts.append(f"and {phrases.counted(found.more, 'more line')}")
    parts.append(markdown(_short(phrases.body(entry), _BODY)))
    parts += _asides(entry)
    parts += _in_full(entry)
    return "\n\n".join(part for part in parts if part)


def _facts(entry: MergedFinding) -> str:
    place = markdown_span(_short(phrases.place(entry.lead.anchor), _PATH)) or "the change as a whole"
    who = markdown_line(", ".join(entry.reviewers))
    facts = [f"**{entry.severity}**", *phrases.marks(entry), place, entry.lead.category]
    return " · ".join([*facts, f"**{phrases.agreement(entry)}** ({who})"])


def _asides(entry: MergedFinding) -> list[str]:
    asides: list[str] = []
    if dissent := phrases.dissent(entry):
        asides.append(markdown_line(f"{', '.join(dissent)}."))
    if entry.also_at:
        places = [markdown_span(_short(phrases.place(anchor), _PATH)) for anchor in entry.also_at[:_PATHS_SHOWN]]
        more = f" and {hidden} more" if (hidden := len(entry.also_at) - len(places)) else ""
        asides.append(f"Also at {', '.join(places)}{more}.")
    if entry.lead.anchor.note:
        asides.append(markdown_line(_short(entry.lead.anchor.note, _REASON)))
    return asides


def _in_full(entry: MergedFinding) -> list[str]:
    """A fold with the words of the other members and the replacements that are offered."""
    members = [member for member in entry.members if member is not entry.lead]
    said = [_member(member) for member in members]
    if entry.lead.suggestion is not None:
        said.insert(0, _suggestion(entry.lead))
    if not said:
        return []
    summary = "What the others said" if members else "Suggested replacement"
    shown = _fitting(said, _FOLD, between=2)
    more = [f"and {len(said) - len(shown):,} more"] if len(shown) < len(said) else []
    return [f"<details>\n<summary>{summary}</summary>", *shown, *more, "</details>"]


def _member(member: Finding) -> str:
    place = markdown_span(_short(phrases.place(member.said or member.anchor), _PATH))
    who = ", ".join(part for part in (f"**{markdown_line(member.reviewer)}**", member.severity, place) if part)
    words = [f"**{markdown_line(_short(member.title, _TITLE))}**", markdown(_short(member.body, _MEMBER))]
    parts = [who, _quoted("\n\n".join(part for part in words if part))]
    if member.suggestion is not None:
        parts.append(_suggestion(member))
    return "\n\n".join(parts)


def _suggestion(member: Finding) -> str:
    code = markdown_code(_short(member.suggestion or "", _MEMBER))
    return f"{markdown_line(member.reviewer)} suggests:\n\n{code}"


def _reviewers(results: Sequence[ReviewerResult]) -> list[str]:
    head = "| Reviewer | Model | Answer | Time | Tokens in, out | Cost |\n|---|---|---|---:|---:|---:|"
    rows = _fitting([_reviewer(result) for result in results], LIMIT // 5)
    more = [f"and {phrases.counted(len(results) - len(rows), 'more reviewer')}"] if len(rows) < len(results) else []
    return ["### Reviewers", "\n".join([head, *rows]), *more] if results else []


def _reviewer(result: ReviewerResult) -> str:
    usage = result.usage
    asked = result.status is not ReviewerStatus.SKIPPED
    cells = [
        markdown_cell(_short(result.name, _TITLE)),
        markdown_span(_short(result.model, _TITLE), in_table=True),
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
    return f"{outcome}: {markdown_cell(_short(result.reason, _REASON))}" if result.reason else outcome


def _coverage(report: Report) -> list[str]:
    """What was not reviewed and why, gaps first."""
    items: list[str] = []
    for group in phrases.unreviewed(report.files):
        paths = [markdown_span(_short(path, _PATH)) for path in group.paths[:_PATHS_SHOWN]]
        more = f" and {hidden:,} more" if (hidden := len(group.paths) - len(paths)) else ""
        gap = "**gap:** " if group.gap else ""
        items.append(f"- {gap}{', '.join(paths)}{more}: {markdown_line(_short(group.reason, _REASON))}")
    return ["### Not reviewed", _listed(items, _COVERAGE)] if items else []


def _notes(report: Report) -> list[str]:
    notes = [f"- {markdown_line(_short(note, _REASON))}" for note in phrases.notes(report)]
    return ["### Notes", _listed(notes, _NOTES)] if notes else []


def _listed(items: Sequence[str], room: int) -> str:
    shown = _fitting(items, room)
    more = [f"- and {len(items) - len(shown):,} more"] if len(shown) < len(items) else []
    return "\n".join([*shown, *more])


def _fitting(items: Iterable[str], room: int, *, between: int = 1) -> list[str]:
    """The first items that fit together into so many characters."""
    fitting: list[str] = []
    for item in items:
        room -= len(item) + between
        if room < 0:
            break
        fitting.append(item)
    return fitting


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit].rstrip()} […]"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
