"""Report -> what stands on a pull request: one review with comments on lines, one summary that is edited in place.

A body may have 65,536 characters (https://docs.github.com/rest/pulls/reviews); everything here stays below that, so
that the hidden line at its end is never cut off.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reviewbot.formats import phrases
from reviewbot.formats.marker import finding_marker, posted_as, summary_marker
from reviewbot.formats.pieces import (
    asides,
    fitting,
    member_words,
    not_reviewed,
    notes_list,
    reviewers_table,
    section,
    sentence,
    short,
    table_row,
)
from reviewbot.model import Anchor, Diff, MergedFinding, Report, Side, State
from reviewbot.posted import InlineComment, Posted, ReviewDraft
from reviewbot.sanitize import markdown, markdown_code, markdown_line

LIMIT = 60_000
"""Characters of one body, its hidden line not counted."""
_MARKER = 4_000
_TITLE, _BODY, _REASON, _FOLD, _PROMPT = 200, 3_000, 400, 8_000, 2_000
_OUTSIDE = 20_000


def draft_review(
    report: Report,
    inline: Sequence[MergedFinding],
    outside: Sequence[MergedFinding],
    *,
    commented: Collection[str],
    round_: int,
    summary: bool,
) -> ReviewDraft:
    """`inline` go on their lines, `outside` into the text of the review; the summary has all findings of the report.

    `commented`: fingerprints of the findings that a comment of an earlier run shows.
    """
    on_lines = {*commented, *(entry.fingerprint for entry in inline)}
    shown = {*on_lines, *(entry.fingerprint for entry in outside)}
    return ReviewDraft(
        body=_review_body(report, inline, outside),
        comments=tuple(_comment(entry, report.change.diff) for entry in inline),
        summary=_summary(report, shown, on_lines, round_) if summary else "",
        summary_without_comments=_summary(report, shown, {*commented}, round_) if summary else "",
    )


def _review_body(report: Report, inline: Sequence[MergedFinding], outside: Sequence[MergedFinding]) -> str:
    """A sentence above the comments, and what fits no line; empty when there is nothing to say."""
    if not inline and not outside:
        return ""
    new = sum(entry.state is State.NEW for entry in report.findings)
    more = new - len(inline) - len(outside)
    besides = f" {phrases.counted(more, 'more finding')} in the summary." if more else ""
    found = phrases.counted(len(inline) + len(outside), "new finding")
    parts = [f"**{report.verdict.conclusion.upper()}** · {found}.{besides}"]
    if outside:
        sources = phrases.Sources(report.change.diff)
        told = fitting((section(n, entry, sources) for n, entry in enumerate(outside, 1)), _OUTSIDE, between=2)
        parts += ["## On no line of this change", *told]
        if len(told) < len(outside):
            parts.append(f"and {phrases.counted(len(outside) - len(told), 'more finding')}, for length")
    return "\n\n".join(parts)


# ---------------------------------------------------------------- a comment


def _comment(entry: MergedFinding, diff: Diff) -> InlineComment:
    anchor = entry.lead.anchor
    if anchor.path is None or anchor.start is None:
        raise AssertionError("a comment needs a line")
    end = anchor.end or anchor.start
    return InlineComment(
        path=anchor.path,
        side=anchor.side,
        line=end,
        start_line=anchor.start if anchor.start < end else None,
        body=comment_body(entry, diff),
    )


def comment_body(entry: MergedFinding, diff: Diff) -> str:
    """What fails and when, who says so, what they said, and a hidden last line for the next run."""
    lead = entry.lead
    who = markdown_line(", ".join(entry.reviewers))
    parts = [
        " · ".join([f"**{entry.severity}**", *_marks(entry), lead.category, f"**{phrases.agreement(entry)}** ({who})"]),
        f"**{markdown_line(short(lead.title, _TITLE))}**",
        markdown(short(phrases.body(entry), _BODY)),
        *asides(entry),
        _suggestion(entry, diff),
        *_said(entry),
        *_prompt(entry),
        finding_marker(entry),
    ]
    return "\n\n".join(part for part in parts if part)


def _marks(entry: MergedFinding) -> list[str]:
    return ["blocks"] if entry.blocking else []


def _suggestion(entry: MergedFinding, diff: Diff) -> str:
    """A replacement that can be taken over as it is, where it replaces just the lines that the comment is on.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/
    incorporating-feedback-in-your-pull-request
    """
    lead = entry.lead
    text, anchor = lead.suggestion, lead.anchor
    if text is None or anchor.side is Side.LEFT or anchor.note is not None or "\0" in text or "\r" in text:
        return ""
    if lead.said is not None and (lead.said.start, lead.said.end) != (anchor.start, anchor.end):
        return ""
    now = _lines_at(anchor, diff)
    if now is None or now == text.removesuffix("\n").split("\n"):
        return ""
    fence = markdown_code(text.removesuffix("\n"))
    opening, _, rest = fence.partition("\n")
    return f"{opening}suggestion\n{rest}"


def _lines_at(anchor: Anchor, diff: Diff) -> list[str] | None:
    """The lines that an anchor covers; None when they cannot be replaced: CR LF, or an end without a line feed."""
    count = (anchor.end or anchor.start or 0) - (anchor.start or 0) + 1
    found = [line for _, line in phrases.Sources(diff).excerpt(anchor, limit=count).lines]
    texts = [line.text for line in found]
    if len(texts) != count or any("\r" in text for text in texts) or any(line.no_newline for line in found):
        return None
    return texts


def _said(entry: MergedFinding) -> list[str]:
    members = phrases.others(entry)
    if not members:
        return []
    words = fitting([member_words(member) for member in members], _FOLD, between=2)
    more = [f"and {len(members) - len(words):,} more"] if len(words) < len(members) else []
    return ["<details>\n<summary>What the others said</summary>", *words, *more, "</details>"]


def _prompt(entry: MergedFinding) -> list[str]:
    """Words to paste for an agent that is to fix it: the finding as a claim to be checked, not as an order."""
    lead = entry.lead
    text = (
        f"{phrases.place(lead.anchor)}: {lead.title}\n\n{short(phrases.body(entry), _PROMPT)}\n\n"
        "Check whether this is so. If it is, fix it with the smallest change and add a test that fails without it."
    )
    return ["<details>\n<summary>Prompt for a coding agent</summary>", markdown_code(text), "</details>"]


# ---------------------------------------------------------------- the summary


def _summary(report: Report, shown: set[str], on_lines: set[str], round_: int) -> str:
    """`shown`: fingerprints of what stands elsewhere in full; `on_lines`: those of them that a comment remembers."""
    reason = markdown_line(short(phrases.verdict_reason(report), _REASON))
    facts = (phrases.size(report), phrases.coverage(report), phrases.cost_line(report))
    head = [
        f"## {report.verdict.conclusion.upper()}",
        reason,
        " ".join(sentence(fact) for fact in facts if fact),
    ]
    tail = [*_folded("Reviewers", reviewers_table(report.reviewers)), *not_reviewed(report), *notes_list(report)]
    room = LIMIT - sum(len(part) + 2 for part in (*head, *tail))
    listed = [posted_as(entry) for entry in report.findings if entry.state is not State.FIXED]
    kept = [posted for posted in listed if posted.fingerprint not in on_lines]
    return "\n\n".join([*head, *_listed(report, shown, room), *tail, _remembered(report, kept, round_)])


def _remembered(report: Report, kept: list[Posted], round_: int) -> str:
    """The hidden line; of very many findings the first, so that it never outgrows the comment."""
    line = summary_marker(round_, report.change.head or "", kept)
    while len(line) > _MARKER and kept:
        kept = kept[: len(kept) // 2]
        line = summary_marker(round_, report.change.head or "", kept)
    return line


def _listed(report: Report, shown: set[str], room: int) -> list[str]:
    """The table of all findings, and the words of those that are on no line."""
    if not report.findings:
        return [f"**{phrases.no_findings(report)}**"]
    head = "| | Severity | Agreement | Finding | Place |\n|---:|---|---|---|---|"
    rows = fitting((table_row(n, entry) for n, entry in enumerate(report.findings, 1)), room * 2 // 5)
    parts = ["\n".join([head, *rows])]
    if more := len(report.findings) - len(rows):
        parts.append(f"**{phrases.counted(more, 'more finding')} not listed, for length.**")
    sources = phrases.Sources(report.change.diff)
    rest = [(n, e) for n, e in enumerate(report.findings, 1) if e.fingerprint not in shown and e.state is State.NEW]
    told = fitting((section(n, entry, sources) for n, entry in rest), min(_OUTSIDE, room // 2), between=2)
    if told:
        parts += _folded(f"{phrases.counted(len(rest), 'new finding')} without a comment", told)
    return parts


def _folded(title: str, parts: Sequence[str]) -> list[str]:
    return [f"<details>\n<summary>{title}</summary>", *parts, "</details>"] if parts else []
