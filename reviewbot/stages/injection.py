"""Text of a change that gives orders to whoever reviews it -> findings of our own, without asking a model.

Reviewers are told that the change is data, and what several of them say hides what one was talked into. Still the
attempt itself is worth a person's look, whether or not it worked. What counts as one stands in `injection_rules`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from reviewbot.model import BUILTIN, Anchor, Category, Diff, FileDiff, FileStatus, Finding, Line, LineKind, Severity
from reviewbot.stages.injection_rules import HINTS, SET_ASIDE, TEXTS, WORDS
from reviewbot.stages.injection_text import disguise_marks, disguised, plain
from reviewbot.stages.injection_tongues import TONGUES, Tongue

SEVERITY = Severity.MEDIUM
"""Told, and below the usual `gate.fail_on`: whoever writes about prompts is not stopped, and no stranger stops a team
by quoting an attack."""
MAX_FILES = 10
"""So many files get a finding of their own; one more tells of the others."""
MAX_SEARCHED = 400_000
"""Characters that are held against the rules, of those that have a hint of one; a change with more of them says so."""

_BETWEEN_WORDS = re.compile(r"[\W_]++")
_CODE = re.compile(r"[;{}=()]")
_APART = 60
"""Characters between the words of one sentence in another language."""
_BEFORE, _AFTER = 3, 4
"""Lines of prose that are read together with one that has a hint."""
_NAMED = (FileStatus.ADDED, FileStatus.RENAMED, FileStatus.COPIED)
_ORDERS = tuple(dict.fromkeys(orders for tongue in TONGUES for orders in tongue.orders))


class _Budget(Struct, kw_only=True):
    left: int = MAX_SEARCHED
    exceeded: bool = False

    def take(self, text: str) -> str:
        """As much of the text as may still be searched."""
        taken = text[: self.left]
        self.exceeded = self.exceeded or len(taken) < len(text)
        self.left -= len(taken)
        return taken


def injection_findings(diff: Diff, subjects: Sequence[str]) -> tuple[Finding, ...]:
    """At most one finding for each file, on the first line that is such a text, and one for the commit subjects.

    Added lines, paths and subjects are looked at; a line that the same file loses elsewhere has only moved. Time is in
    proportion to the text. No finding repeats any of the text.
    """
    budget = _Budget()
    findings: list[Finding] = []
    more = 0
    for file in diff.files:
        found = _in_file(file, budget)
        if found is None:
            continue
        if len(findings) < MAX_FILES:
            findings.append(found)
        else:
            more += 1
    if more:
        files = "1 more file" if more == 1 else f"{more:,} more files"
        findings.append(_finding(None, None, f"In {files} of this change text {_what('speaks to a reviewer')}"))
    for number, subject in enumerate(subjects, start=1):
        if (attempt := _attempt(subject, budget)) is not None:
            findings.append(_finding(None, None, f"The subject of commit {number:,} of this change {_what(attempt)}"))
            break
    if budget.exceeded:
        findings.append(_finding(None, None, _TOO_MUCH))
    return tuple(findings)


_TITLE = "Text that gives orders to a model reviewing it"
_TOO_MUCH = (
    "This change has more text about instructions, reviews and models than is looked through for orders to a reviewer,"
    " so the rest of it was not. A person should look at what it is."
)


def _what(attempt: str) -> str:
    return (
        f"reads like an order to a model that reviews it: it {attempt}. Reviewers are told to take a change for data"
        " and to judge such text as part of it; whether one followed it cannot be seen from outside. A person should"
        " look at why it is there."
    )


def _finding(path: str | None, line: Line | None, body: str) -> Finding:
    number = None if line is None else line.new
    return Finding(
        reviewer=BUILTIN,
        anchor=Anchor(
            path=path, start=number, end=number, placed=line is not None, source="" if line is None else line.text
        ),
        severity=SEVERITY,
        category=Category.SECURITY,
        title=_TITLE,
        body=body,
    )


def _in_file(file: FileDiff, budget: _Budget) -> Finding | None:
    """About the file's added lines, else about its name."""
    found = list(_in_lines(_brought(file), budget))
    if found:
        line, attempt = min(found, key=lambda hit: hit[0].new or 0)
        more = len({other.new for other, _ in found}) - 1
        also = "" if not more else f" {more:,} more line{' does' if more == 1 else 's do'} the same."
        return _finding(file.path, line, f"This line {_what(attempt)}{also}")
    in_name = _attempt(file.path, budget) if file.status in _NAMED else None
    return None if in_name is None else _finding(file.path, None, f"The name of this file {_what(in_name)}")


def _brought(file: FileDiff) -> list[Line]:
    """Added lines but those that the file loses elsewhere."""
    lines = [line for hunk in file.hunks for line in hunk.lines]
    gone = {line.text.strip() for line in lines if line.kind is LineKind.REMOVED}
    return [line for line in lines if line.kind is LineKind.ADDED and line.text.strip() not in gone]


def _in_lines(added: Sequence[Line], budget: _Budget) -> Iterator[tuple[Line, str]]:
    """Lines that are such a text. All are searched as one text first, which most files end with."""
    texts = [plain(line.text) for line in added]
    joined = "\n".join(texts)
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    for group in _groups(added, texts, _at(HINTS, joined, starts)):
        if (hit := _in_group(texts, group, budget)) is not None:
            yield added[hit[0]], hit[1]
    for at in _at(_ORDERS, joined, starts):
        if _in_tongues(texts[at]):
            yield added[at], SET_ASIDE
    for at in _dressed(added):
        if (attempt := _in_disguise(added[at].text, budget)) is not None:
            yield added[at], attempt


def _dressed(added: Sequence[Line]) -> list[int]:
    """Indices of the lines that may say more than they seem to, ascending."""
    starts = [0, *accumulate(len(line.text) + 1 for line in added)]
    marks = disguise_marks("\n".join(line.text for line in added))
    strange = {at for at, line in enumerate(added) if not line.text.isascii()}
    return sorted(strange.union(bisect_right(starts, mark) - 1 for mark in marks))


def _at(words: Iterable[str], joined: str, starts: Sequence[int]) -> list[int]:
    """Indices of the lines that hold any of the words, ascending."""
    lines: set[int] = set()
    for word in words:
        found = joined.find(word)
        while found >= 0:
            line = bisect_right(starts, found) - 1
            lines.add(line)
            found = joined.find(word, starts[line + 1])
    return sorted(lines)


def _groups(added: Sequence[Line], texts: Sequence[str], hinted: Sequence[int]) -> Iterator[range]:
    """Lines to be read together: a line of code by itself, lines of prose with their neighbours, no line twice."""

    def continues(at: int) -> bool:
        """Whether the line goes on with the sentence of the one before."""
        follows = (added[at].new or 0) == (added[at - 1].new or 0) + 1
        return follows and not _CODE.search(texts[at - 1]) and not _CODE.search(texts[at])

    end = 0
    for at in hinted:
        if at < end:
            continue
        first, last = at, at
        while first > max(end, at - _BEFORE) and continues(first):
            first -= 1
        while last + 1 < len(texts) and last - at < _AFTER and continues(last + 1):
            last += 1
        end = last + 1
        yield range(first, end)


def _in_group(texts: Sequence[str], group: range, budget: _Budget) -> tuple[int, str] | None:
    """The line where the first match begins, and what it does."""
    lines = [budget.take(texts[at]) for at in group]
    words = [_BETWEEN_WORDS.sub(" ", line).strip() for line in lines]
    best: tuple[int, str] | None = None
    for rules, pieces in ((WORDS, words), (TEXTS, lines)):
        joined = " ".join(pieces)
        starts = [0, *accumulate(len(piece) + 1 for piece in pieces)]
        for rule in rules:
            if (match := rule.pattern.search(joined)) is not None:
                at = group[min(bisect_right(starts, match.start()), len(group)) - 1]
                if best is None or at < best[0]:
                    best = (at, rule.attempt)
    return best


def _attempt(text: str, budget: _Budget) -> str | None:
    """What a text of one line does, in whatever dress; None for nothing."""
    shown = plain(text)
    return _in_line(shown, budget) or (SET_ASIDE if _in_tongues(shown) else _in_disguise(text, budget))


def _in_line(text: str, budget: _Budget) -> str | None:
    hit = _in_group([text], range(1), budget) if _any(HINTS, text) else None
    return None if hit is None else hit[1]


def _in_disguise(text: str, budget: _Budget) -> str | None:
    return next((attempt for read in disguised(text) if (attempt := _in_line(read, budget))), None)


def _in_tongues(text: str) -> bool:
    return any(_speaks(text, tongue) for tongue in TONGUES)


def _speaks(text: str, tongue: Tongue) -> bool:
    for orders in tongue.orders:
        at = text.find(orders)
        if at >= 0:
            around = text[max(0, at - _APART) : at + _APART]
            if _any(tongue.undo, around) and _any(tongue.old, around):
                return True
    return False


def _any(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)
