"""Report -> what stands on a pull request: one review with comments on lines, one summary that is edited in place.

A body may have 65,536 characters (https://docs.github.com/rest/pulls/reviews); everything here stays below that, so
that the hidden line at its end is never cut off. Each finding is remembered by what shows it: its comment, the text of
the review, or the summary.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec.structs import replace

from reviewbot.formats import phrases
from reviewbot.formats.marker import (
    Kind,
    Rounds,
    finding_marker,
    memory,
    posted_as,
    read_finding,
    read_memory,
    without_marker,
)
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
from reviewbot.model import Anchor, Conclusion, Diff, MergedFinding, Report, Side, State
from reviewbot.posted import InlineComment, Posted, ReviewDraft
from reviewbot.sanitize import markdown, markdown_code, markdown_line

LIMIT = 44_000
"""Characters of one body, its hidden line not counted."""
_TITLE, _BODY, _REASON, _FOLD, _PROMPT = 200, 3_000, 400, 8_000, 2_000
_OUTSIDE = 20_000
_PLACEHOLDER = "[REDACTED:"
"""What stands for a secret in the lines that we have; nobody's file is to get it."""
_ENDED = (
    "**This summary is no longer kept**: `publish.summary` is `never`. "
    "What is found stands in reviews, and the verdict is the job's."
)
SummaryState = Literal["kept", "ended", "none"]
"""What becomes of the summary: it says all there is to say, it says that it is no longer kept, or there is none."""


def draft_review(
    report: Report,
    inline: Sequence[MergedFinding],
    outside: Sequence[MergedFinding],
    *,
    commented: Collection[str],
    told: Collection[str],
    carried: Sequence[Posted],
    unrepeated: int = 0,
    round_: int,
    summary: SummaryState,
) -> ReviewDraft:
    """`inline` go on their lines, `outside` into the text of the review; the summary has all findings of the report.

    `commented`: fingerprints of the findings that a comment of an earlier run shows; `told`: of those that the text of
    an earlier review has. `carried`: what earlier runs posted, what nobody repeats and what only the summary remembers.
    `unrepeated`: how many there are of these and of those that a comment shows.
    """
    on_lines = {*commented, *(entry.fingerprint for entry in inline)}
    sections = _told_outside(report, outside)
    outside = outside[: len(sections)]
    in_texts = {*told, *(entry.fingerprint for entry in outside)}
    shown = on_lines | in_texts
    now = Rounds(round=round_, head=report.change.head or "", findings=())
    standing = [entry for entry in report.findings if entry.state is not State.FIXED]
    if summary != "kept":
        standing = [entry for entry in standing if entry.state is not State.NEW or entry.fingerprint in shown]
    kept = [entry for entry in standing if entry.fingerprint not in on_lines]
    listed = (*(replace(posted_as(entry), told=entry.fingerprint in in_texts) for entry in kept), *carried)
    remembered = memory("summary", replace(now, findings=listed))
    texts = {"kept": _summary(report, shown, remembered.forgotten, unrepeated), "ended": _ENDED, "none": ""}
    return ReviewDraft(
        body=_review_body(report, inline, outside, sections, now, elsewhere=summary == "kept"),
        comments=tuple(_comment(entry, report.change.diff) for entry in inline),
        summary=f"{texts[summary]}\n\n{remembered.line}" if texts[summary] else "",
    )


def without_lines(draft: ReviewDraft, refused: Sequence[InlineComment]) -> ReviewDraft:
    """The draft for a platform that refuses some of its comments: they are told in the text of the review.

    What fits no more is counted, and told by a later run.
    """
    heading = f"{without_marker(draft.body).rstrip()}\n\n## On no line that takes a comment"
    texts = [f"**{markdown_line(f'{c.path}:{c.line}')}**\n\n{without_marker(c.body).rstrip()}" for c in refused]
    told = fitting(texts, LIMIT - len(heading), between=2)
    more = len(refused) - len(told)
    parts = [heading, *told, *([f"and {phrases.counted(more, 'more finding')}, for length"] if more else [])]
    read = [posted for comment in refused[: len(told)] if (posted := read_finding(comment.body))]
    found = [replace(posted, told=True) for posted in read]
    return ReviewDraft(
        body=_remembering("\n\n".join(parts), "review", read_memory(draft.body, "review"), found),
        comments=tuple(comment for comment in draft.comments if comment not in refused),
        summary=_remembering(without_marker(draft.summary), "summary", read_memory(draft.summary, "summary"), found),
    )


def _remembering(text: str, kind: Kind, rounds: Rounds | None, more: Sequence[Posted]) -> str:
    """A text of ours with findings that it did not remember before."""
    if rounds is None:
        return text
    return f"{text.rstrip()}\n\n{memory(kind, replace(rounds, findings=(*rounds.findings, *more))).line}"


def _told_outside(report: Report, outside: Sequence[MergedFinding]) -> list[str]:
    sources = phrases.Sources(report.change.diff)
    return fitting((section(n, entry, sources) for n, entry in enumerate(outside, 1)), _OUTSIDE, between=2)


def _review_body(
    report: Report,
    inline: Sequence[MergedFinding],
    outside: Sequence[MergedFinding],
    told: Sequence[str],
    now: Rounds,
    *,
    elsewhere: bool,
) -> str:
    """A sentence above the comments, and what fits no line; empty when there is nothing to say.

    `elsewhere`: a summary says what this does not.
    """
    if not inline and not outside:
        return ""
    now_told = (*inline, *outside)
    new = sum(entry.state is State.NEW for entry in report.findings)
    more = new - sum(entry.state is State.NEW for entry in now_told)
    noun = "new finding" if all(entry.state is State.NEW for entry in now_told) else "finding"
    where = "in the summary" if elsewhere else "in the report of the job"
    besides = f" {phrases.counted(more, 'more finding')} {where}." if more else ""
    found = phrases.counted(len(now_told), noun)
    parts = [f"**{report.verdict.conclusion.upper()}** · {found}.{besides}"]
    if told:
        parts += ["## On no line of this change", *told]
    remembered = tuple(replace(posted_as(entry), told=True) for entry in outside)
    parts.append(memory("review", replace(now, findings=remembered)).line)
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
    now, wanted = _lines_at(anchor, diff), text.removesuffix("\n").split("\n")
    if now is None or now == wanted or any(_PLACEHOLDER in line for line in (*now, *wanted)):
        return ""
    fence = markdown_code("\n".join(wanted)).split("\n")
    if fence[1:-1] != wanted:  # what may not be shown as it is may not be taken over as it is not
        return ""
    return "\n".join([f"{fence[0]}suggestion", *fence[1:]])


def _lines_at(anchor: Anchor, diff: Diff) -> list[str] | None:
    """The lines that an anchor covers; None when they cannot be replaced: CR LF, an end without a line feed, or removed
    lines between them."""
    count = (anchor.end or anchor.start or 0) - (anchor.start or 0) + 1
    found = [line for _, line in phrases.Sources(diff).excerpt(anchor, limit=count).lines]
    texts = [line.text for line in found]
    if len(texts) != count or any("\r" in text for text in texts) or any(line.no_newline for line in found):
        return None
    return None if _spans_removed(anchor, diff) else texts


def _spans_removed(anchor: Anchor, diff: Diff) -> bool:
    for hunk in (hunk for file in diff.files if file.path == anchor.path for hunk in file.hunks):
        numbers = [line.number(Side.RIGHT) for line in hunk.lines]
        if anchor.start in numbers and (anchor.end or anchor.start) in numbers:
            return None in numbers[numbers.index(anchor.start) : numbers.index(anchor.end or anchor.start)]
    return False


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


def _summary(report: Report, shown: set[str], forgotten: int, unrepeated: int) -> str:
    """`shown`: fingerprints of what stands elsewhere in full; `forgotten`: findings that its marker cannot hold."""
    reason = markdown_line(short(phrases.verdict_reason(report), _REASON))
    facts = (phrases.size(report), phrases.coverage(report), phrases.cost_line(report))
    head = [
        f"## {report.verdict.conclusion.upper()}",
        reason,
        " ".join(sentence(fact) for fact in facts if fact),
    ]
    tail = [*not_reviewed(report), *notes_list(report)]
    if unrepeated:
        verb = "is" if unrepeated == 1 else "are"
        tail.append(f"{phrases.counted(unrepeated, 'earlier finding')} {verb} not repeated, and not known to be gone.")
    if report.verdict.conclusion is Conclusion.PASS and not report.findings and not forgotten:
        line = " ".join(sentence(fact) for fact in (phrases.no_findings(report).rstrip("."), *facts) if fact)
        return "\n\n".join([f"**PASS** · {line}", *tail])
    tail = [*_folded("Reviewers", reviewers_table(report.reviewers)), *tail]
    if forgotten:
        counted = phrases.counted(forgotten, "finding")
        tail.append(f"**No room to remember {counted}**, the least severe; a later run may tell them as new.")
    room = LIMIT - sum(len(part) + 2 for part in (*head, *tail))
    return "\n\n".join([*head, *_listed(report, shown, room), *tail])


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
    rest = [(n, e) for n, e in enumerate(report.findings, 1) if e.fingerprint not in shown and not e.state.closed]
    told = fitting((section(n, entry, sources) for n, entry in rest), min(_OUTSIDE, room // 2), between=2)
    if more := len(rest) - len(told):
        told.append(f"and {phrases.counted(more, 'more finding')}, for length; the table has them")
    if rest:
        parts += _folded(f"{phrases.counted(len(rest), 'finding')} without a comment", told)
    return parts


def _folded(title: str, parts: Sequence[str]) -> list[str]:
    return [f"<details>\n<summary>{title}</summary>", *parts, "</details>"] if parts else []
