"""What every output says in the same words: agreement, places, costs, counts, excerpts. Nothing is escaped here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from reviewbot.model import (
    BUILTIN,
    ONE_REVIEWER,
    Anchor,
    Change,
    Conclusion,
    Diff,
    FileDiff,
    FileResult,
    Finding,
    Line,
    LineKind,
    MergedFinding,
    Report,
    ReviewerResult,
    ReviewerStatus,
    Severity,
    Side,
    Usage,
)

_ID_SHOWN = 10


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`, `1,200 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def subject(change: Change) -> str:
    """What was reviewed, as a person names it."""
    if change.repository is not None and change.pull_request is not None:
        return f"{change.repository}#{change.pull_request}"
    if change.label:
        return change.label
    if change.base is not None and change.head is not None:
        return f"{change.base[:_ID_SHOWN]}..{change.head[:_ID_SHOWN]}"
    return "the change"


def size(report: Report) -> str:
    """`3 files, +31 -7`; without the lines, or empty, where a report merged from others does not know them."""
    diff = report.change.diff
    if not diff.files and (report.files or knows_no_files(report)):
        return counted(len(report.files), "file") if report.files else ""
    kinds = [line.kind for file in diff.files for hunk in file.hunks for line in hunk.lines]
    added, removed = kinds.count(LineKind.ADDED), kinds.count(LineKind.REMOVED)
    return f"{counted(len(diff.files), 'file')}, +{added:,} -{removed:,}"


def agreement(entry: MergedFinding) -> str:
    """`2 of 3`; what only the built-in reviewer says needs no agreement and has none."""
    if entry.reviewers == (BUILTIN,):
        return "built-in check"
    return f"{entry.agreement.count} of {entry.agreement.of}"


def place(anchor: Anchor) -> str:
    """`a.py:3`, `a.py:3-5`, `a.py:3 (old)` for a line that the change removes; empty without a path."""
    if anchor.path is None:
        return ""
    if anchor.start is None:
        return anchor.path
    end = f"-{anchor.end}" if anchor.end is not None and anchor.end != anchor.start else ""
    old = " (old)" if anchor.side is Side.LEFT else ""
    return f"{anchor.path}:{anchor.start}{end}{old}"


def head_lines(anchor: Anchor) -> tuple[int, int] | None:
    """The first and the last line in the head; None without a line, and for removed ones: they have no number there."""
    if anchor.start is None or anchor.side is Side.LEFT:
        return None
    return anchor.start, anchor.end or anchor.start


def removed(anchor: Anchor) -> str:
    """`removed line 3`; empty for a line of the head."""
    return f"removed line {anchor.start}" if anchor.start is not None and anchor.side is Side.LEFT else ""


def dissent(entry: MergedFinding) -> list[str]:
    """`gemini says medium` for each reviewer that sees another severity than the entry's."""
    said = {(member.reviewer, member.severity) for member in entry.members if member.severity is not entry.severity}
    return [f"{reviewer} says {severity}" for reviewer, severity in sorted(said)]


def body(entry: MergedFinding) -> str:
    """What the entry says besides its title; tools that say one line have it in both."""
    return "" if entry.lead.body == entry.lead.title else entry.lead.body


def others(entry: MergedFinding) -> list[Finding]:
    """The members whose words are not the entry's own."""
    return [member for member in entry.members if member is not entry.lead]


def marks(entry: MergedFinding) -> list[str]:
    """What sets it apart from a plain new finding."""
    words = ["blocks"] if entry.blocking else []
    return words if entry.state == "new" else [*words, str(entry.state)]


def by_severity(findings: Iterable[MergedFinding]) -> str:
    """`1 critical, 3 high`."""
    severities = [entry.severity for entry in findings]
    return ", ".join(f"{severities.count(severity)} {severity}" for severity in Severity if severity in severities)


# ---------------------------------------------------------------- code


class Excerpt(Struct, frozen=True, kw_only=True):
    """The anchored lines as the change has them, and how many more there are."""

    lines: tuple[tuple[int, Line], ...]
    """(number on the anchor's side, line)."""
    more: int


class Sources:
    """The lines of a change, for excerpts. Each file is read once, however many findings it has."""

    def __init__(self, diff: Diff) -> None:
        self._files: dict[str, list[FileDiff]] = {}
        for file in diff.files:
            self._files.setdefault(file.path, []).append(file)
        self._numbered: dict[tuple[str, Side], list[tuple[int, Line]]] = {}

    def excerpt(self, anchor: Anchor, *, limit: int) -> Excerpt:
        """The first `limit` lines that the anchor covers; none when it is not placed."""
        if not anchor.placed or anchor.path is None or anchor.start is None:
            return Excerpt(lines=(), more=0)
        numbered = self._of(anchor.path, anchor.side)
        last = anchor.start if anchor.end is None else anchor.end
        start = bisect_left(numbered, anchor.start, key=_number)
        end = max(start, bisect_right(numbered, last, key=_number))
        shown = numbered[start : min(end, start + limit)]
        return Excerpt(lines=tuple(shown), more=end - start - len(shown))

    def _of(self, path: str, side: Side) -> list[tuple[int, Line]]:
        if (path, side) not in self._numbered:
            hunks = (hunk for file in self._files.get(path, []) for hunk in file.hunks)
            lines = [(number, line) for h in hunks for line in h.lines if (number := line.number(side)) is not None]
            self._numbered[path, side] = sorted(lines, key=_number)
        return self._numbered[path, side]


def _number(numbered: tuple[int, Line]) -> int:
    return numbered[0]


# ---------------------------------------------------------------- money and time


def dollars(amount: float | None) -> str:
    """`$0.0123`, `$1.50`, `cost unknown`; what is not known is never zero."""
    if amount is None:
        return "cost unknown"
    if 0 < amount < 0.0001:
        return "<$0.0001"
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}"


def cost_of(result: ReviewerResult) -> str:
    """What one reviewer cost; empty when it was asked nothing or spent nothing."""
    usage = result.usage
    idle = usage.cost_usd == 0 and not usage.input_tokens and not usage.output_tokens
    told = was_asked(result) and not idle and result.status is not ReviewerStatus.SKIPPED
    return dollars(usage.cost_usd) if told else ""


def was_asked(result: ReviewerResult) -> bool:
    """Whether it is known what asking it took; of an answer that came from elsewhere it is not."""
    usage = result.usage
    return bool(result.duration_s or usage.input_tokens or usage.output_tokens or usage.cost_usd)


def total_cost(report: Report) -> str:
    """The run's cost; when a price is missing, whose it is and what the others come to."""
    unknown = [result.name for result in report.reviewers if result.usage.cost_usd is None and was_asked(result)]
    known = sum(result.usage.cost_usd or 0.0 for result in report.reviewers)
    if report.usage.cost_usd is not None or not unknown:
        return dollars(known if report.usage.cost_usd is None else report.usage.cost_usd)
    rest = f", {dollars(known)} without" if known else " for"
    return f"{dollars(None)}{rest} {', '.join(unknown)}"


def seconds(duration: float) -> str:
    """`0.4 s`, `12 s`, `2 min 5 s`."""
    if duration < 9.95:
        return f"{duration:.1f} s"
    whole = round(duration)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


def cost_line(report: Report) -> str:
    """`$0.0123 ($0.0041 a finding), 2,700 tokens in, 240 out, 2.4 s`; empty when nobody was asked."""
    usage = report.usage
    if not usage.cost_usd and all(result.status is ReviewerStatus.SKIPPED for result in report.reviewers):
        return ""
    if report.reviewers and not any(was_asked(result) for result in report.reviewers) and usage.cost_usd is None:
        return "not known: these answers came without it"
    number = sum(entry.reviewers != (BUILTIN,) for entry in report.findings)
    each = f" ({dollars(usage.cost_usd / number)} a finding)" if usage.cost_usd and number > 1 else ""
    parts = [total_cost(report) + each]
    if usage.input_tokens or usage.output_tokens:
        parts.append(tokens(usage))
    return ", ".join([*parts, seconds(report.duration_s)])


def tokens(usage: Usage) -> str:
    """`900 tokens in (640 cached), 80 out`."""
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"


# ---------------------------------------------------------------- who answered, what was covered


def answered(reviewers: Sequence[ReviewerResult]) -> list[ReviewerResult]:
    """Those whose findings count, whole or in part."""
    return [r for r in reviewers if r.status in (ReviewerStatus.REVIEWED, ReviewerStatus.PARTIAL)]


def knows_no_files(report: Report) -> bool:
    """Whether somebody has reviewed a change whose files nobody has told: answers of other runs do not."""
    return not report.files and bool(answered(report.reviewers))


def coverage(report: Report) -> str:
    """`12 of 14 files reviewed`."""
    if knows_no_files(report):
        return "which files were reviewed is not known"
    reviewed = sum(file.reviewed for file in report.files)
    return f"{reviewed:,} of {counted(len(report.files), 'file')} reviewed"


class Unreviewed(Struct, frozen=True, kw_only=True):
    """Paths that were not reviewed for one reason. A gap should have been reviewed."""

    reason: str
    gap: bool
    paths: tuple[str, ...]


def unreviewed(files: Sequence[FileResult]) -> list[Unreviewed]:
    """The paths by reason, gaps first, otherwise in the order of the files."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for file in files:
        if not file.reviewed:
            groups.setdefault((file.gap, file.reason or "no reason given"), []).append(file.path)
    ordered = sorted(groups.items(), key=lambda group: not group[0][0])
    return [Unreviewed(reason=reason, gap=gap, paths=tuple(paths)) for (gap, reason), paths in ordered]


def no_findings(report: Report) -> str:
    """What an empty list of findings means: a clean review, or none."""
    if knows_no_files(report):
        return "No findings."
    if not report.files:
        return "Nothing to review."
    if not any(file.reviewed for file in report.files):
        asked = any(result.status is ReviewerStatus.FAILED for result in report.reviewers)
        return "No reviewer answered." if asked else "Nothing was reviewed."
    if report.verdict.conclusion is Conclusion.INCOMPLETE:
        return "No findings in what was reviewed."
    return "No findings."


def verdict_reason(report: Report) -> str:
    """The verdict's sentence, with a warning where the policy lets an incomplete review pass."""
    verdict = report.verdict
    lenient = verdict.conclusion is Conclusion.INCOMPLETE and not verdict.fails
    return f"{verdict.reason} The policy lets it pass." if lenient else verdict.reason


def notes(report: Report) -> tuple[str, ...]:
    """The report's notes, and with a panel of one that agreement means nothing."""
    panel = [result for result in report.reviewers if result.name != BUILTIN]
    if len(panel) == 1 and ONE_REVIEWER not in report.notes:
        return (ONE_REVIEWER, *report.notes)
    return report.notes
