"""Text of a change that gives orders to whoever reviews it -> findings of our own, without asking a model.

Reviewers are told that the change is data, and what several of them say hides what one was talked into. Still the
attempt itself is worth a person's look, whether or not it worked. What counts as one stands in
`injection_rules`, `injection_shapes`, `injection_ideas` and `injection_tongues`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct, field

from reviewbot.late import late
from reviewbot.model import BUILTIN, Anchor, Category, Diff, FileDiff, FileStatus, Finding, Line, LineKind, Severity
from reviewbot.stages.injection_hints import hinted, hints_of_english, lines_with, spoken, words_of
from reviewbot.stages.injection_ideas import ENGLISH
from reviewbot.stages.injection_language import Tongue
from reviewbot.stages.injection_rules import WORDS
from reviewbot.stages.injection_shapes import HINT_WORDS, TEXTS
from reviewbot.stages.injection_signs import signs_in
from reviewbot.stages.injection_text import disguise_marks, disguised, ends_open, goes_on, plain, stitched

STRONG = Severity.MEDIUM
"""Told, and below the usual `gate.fail_on`: whoever writes about prompts is not stopped, and no stranger stops a team
by quoting an attack."""
WEAK = Severity.LOW
"""What people say to each other as well, now and then."""
MAX_FILES = 10
"""So many files get a finding of their own; one more tells of the others."""
MAX_SEARCHED = 400_000
"""Characters that are held against the rules, of those that have a hint of one; a change with more of them says so."""

_BETWEEN_WORDS = late(r"[\W_]++")
_CODE = late(r"[;{}=()]")
_SENTENCE_END = late(r"[.!?。！？][\s\"'*/>)-]*+$")
_ASCII_MARKS = late(r"[\x00-/:-@\[-`{-\x7f’]++")
MAX_FOREIGN = 4_000_000
"""Characters that are held against the signs of other languages, each time one of them has a hint."""
MAX_DISGUISED = 4_000_000
"""Characters of lines that may be disguised which are undressed."""
_BEFORE, _AFTER = 3, 4
"""Lines of prose that are read together with one that has a hint."""
_STITCHED, _AGAIN = 12, 4
"""Lines of one string that are read together, and how many of them once more with those that follow."""
_NAMED = (FileStatus.ADDED, FileStatus.RENAMED, FileStatus.COPIED)


class _Hit(Struct, frozen=True, kw_only=True, order=True):
    """A text that gives orders: whether people say such a thing too, the index of its first line, what it does."""

    weak: bool
    at: int
    attempt: str


class _Allowance(Struct, kw_only=True):
    left: int
    exceeded: bool = False

    def take(self, text: str) -> str:
        """As much of the text as may still be searched."""
        taken = text[: self.left]
        self.exceeded = self.exceeded or len(taken) < len(text)
        self.left -= len(taken)
        return taken


class _Budget(Struct, kw_only=True):
    main: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_SEARCHED))
    foreign: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_FOREIGN))

    disguised: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_DISGUISED))

    @property
    def exceeded(self) -> bool:
        return self.main.exceeded or self.foreign.exceeded or self.disguised.exceeded


def injection_findings(diff: Diff, subjects: Sequence[str]) -> tuple[Finding, ...]:
    """At most one finding for each file, on the first line that is such a text, and one for the commit subjects.

    Added lines, paths and subjects are looked at; a line that the same file loses elsewhere has only moved. Time is in
    proportion to the text. No finding repeats any of the text.
    """
    budget = _Budget()
    findings: list[Finding] = []
    more, weak = 0, True
    for file in diff.files:
        found = _in_file(file, budget)
        if found is None:
            continue
        if len(findings) < MAX_FILES:
            findings.append(found)
        else:
            more += 1
            weak = weak and found.severity is WEAK
    if more:
        files = "1 more file" if more == 1 else f"{more:,} more files"
        findings.append(
            _finding(None, None, f"In {files} of this change text {_what('speaks to a reviewer')}", weak=weak)
        )
    for number, subject in enumerate(subjects, start=1):
        if (hit := _attempt(subject, budget)) is not None:
            body = f"The subject of commit {number:,} of this change {_what(hit.attempt)}"
            findings.append(_finding(None, None, body, weak=hit.weak))
            break
    if budget.exceeded:
        findings.append(_finding(None, None, _TOO_MUCH, weak=False))
    return tuple(findings)


_TITLE = "Text that gives orders to a model reviewing it"
_TOO_MUCH = (
    "This change has more text about instructions, reviews and models, or in codes, than is looked through for orders"
    " to a reviewer, so the rest of it was not. A person should look at what it is."
)


def _what(attempt: str) -> str:
    return (
        f"reads like an order to a model that reviews it: it {attempt}. Reviewers are told to take a change for data"
        " and to judge such text as part of it; whether one followed it cannot be seen from outside. A person should"
        " look at why it is there."
    )


def _finding(path: str | None, line: Line | None, body: str, *, weak: bool) -> Finding:
    number = None if line is None else line.new
    return Finding(
        reviewer=BUILTIN,
        anchor=Anchor(
            path=path, start=number, end=number, placed=line is not None, source="" if line is None else line.text
        ),
        severity=WEAK if weak else STRONG,
        category=Category.SECURITY,
        title=_TITLE,
        body=body,
    )


def _in_file(file: FileDiff, budget: _Budget) -> Finding | None:
    """About the file's added lines, else about its name."""
    added = _brought(file)
    if hits := sorted(_in_lines(added, budget)):
        first = hits[0]
        more = len({hit.at for hit in hits}) - 1
        also = "" if not more else f" {more:,} more line{' does' if more == 1 else 's do'} the same."
        return _finding(file.path, added[first.at], f"This line {_what(first.attempt)}{also}", weak=first.weak)
    in_name = _attempt(file.path, budget) if file.status in _NAMED else None
    if in_name is None:
        return None
    return _finding(file.path, None, f"The name of this file {_what(in_name.attempt)}", weak=in_name.weak)


def _brought(file: FileDiff) -> list[Line]:
    """Added lines but those that the file loses elsewhere."""
    lines = [line for hunk in file.hunks for line in hunk.lines]
    gone = {line.text.strip() for line in lines if line.kind is LineKind.REMOVED}
    return [line for line in lines if line.kind is LineKind.ADDED and line.text.strip() not in gone]


def _in_lines(added: Sequence[Line], budget: _Budget) -> Iterator[_Hit]:
    """Lines that are such a text. All are searched as one text first, which most files end with."""
    texts = [plain(line.text) for line in added]
    joined = "\n".join(texts)
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    words = words_of(joined)
    for group in _groups(added, texts, hinted(joined, starts, words)):
        if (hit := _in_group(texts, group, budget)) is not None:
            yield hit
    for tongue, hints in spoken(joined, words):
        lines = lines_with(hints, joined, starts, begins=tongue.spaced)
        if not tongue.spaced:  # "ai" is a hint there too, beside letters of the language
            lines = [at for at in lines if not texts[at].isascii()]
        for group in _groups(added, texts, lines):
            if (hit := _in_tongue(texts, group, tongue, budget)) is not None:
                yield hit
    for at in _dressed(added):
        if (hit := _in_disguise(added[at].text, budget)) is not None:
            yield _Hit(at=at, weak=hit.weak, attempt=hit.attempt)
    for strings in _pieced(added):
        if (hit := _in_line(plain(stitched(added[at].text for at in strings)), budget)) is not None:
            yield _Hit(at=strings[0], weak=hit.weak, attempt=hit.attempt)


def _pieced(added: Sequence[Line]) -> Iterator[range]:
    """Lines whose strings are one string, as far as the quotes tell; long ones in stretches that share some lines."""
    first = 0
    for at in range(1, len(added) + 1):
        follows = at < len(added) and _follows(added, at)
        if follows and ends_open(added[at - 1].text) and goes_on(added[at].text):
            continue
        if at - first > 1:
            yield from (range(here, min(here + _STITCHED, at)) for here in range(first, at - 1, _STITCHED - _AGAIN))
        first = at


def _follows(added: Sequence[Line], at: int) -> bool:
    """Whether the line stands right below the one before in the file."""
    return added[at].new == (added[at - 1].new or 0) + 1


def _dressed(added: Sequence[Line]) -> list[int]:
    """Indices of the lines that may say more than they seem to, ascending."""
    starts = [0, *accumulate(len(line.text) + 1 for line in added)]
    marks = disguise_marks("\n".join(line.text for line in added))
    strange = {at for at, line in enumerate(added) if not line.text.isascii()}
    return sorted(strange.union(bisect_right(starts, mark) - 1 for mark in marks))


def _groups(added: Sequence[Line], texts: Sequence[str], hinted: Sequence[int]) -> Iterator[range]:
    """Lines to be read together: a line of code by itself, lines of prose with their neighbours, no line twice."""

    def continues(at: int) -> bool:
        """Whether the line goes on with the sentence of the one before."""
        if not _follows(added, at) or _SENTENCE_END.search(texts[at - 1]):
            return False
        return not _CODE.search(texts[at - 1]) and not _CODE.search(texts[at])

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


def _in_group(texts: Sequence[str], group: range, budget: _Budget) -> _Hit | None:
    """Where the first match begins, the strong ones before the weak ones."""
    lines = [budget.main.take(texts[at]) for at in group]
    if not any(lines):
        return None
    words = [_BETWEEN_WORDS.sub(" ", line).strip() for line in lines]
    hits: list[_Hit] = []
    for rules, pieces in ((WORDS, words), (TEXTS, lines)):
        joined, starts = _lined_up(pieces)
        hits += (
            _Hit(weak=rule.weak, at=_line_of(match.start(), starts, group), attempt=rule.attempt)
            for rule in rules
            if (match := rule.pattern.search(joined)) is not None
        )
    joined, starts = _lined_up(words)
    for at, sign in signs_in(joined, ENGLISH):
        hits.append(_Hit(weak=not sign.strong, at=_line_of(at, starts, group), attempt=sign.attempt))
    return min(hits, default=None)


def _in_tongue(texts: Sequence[str], group: range, tongue: Tongue, budget: _Budget) -> _Hit | None:
    joined, starts = _lined_up([_ASCII_MARKS.sub(" ", budget.foreign.take(texts[at])).strip() for at in group])
    if not joined:
        return None
    hits = (
        _Hit(weak=not sign.strong, at=_line_of(at, starts, group), attempt=sign.attempt)
        for at, sign in signs_in(joined, tongue.language)
    )
    return min(hits, default=None)


def _lined_up(pieces: Sequence[str]) -> tuple[str, list[int]]:
    """One text, and where each piece begins in it."""
    return " ".join(pieces), [0, *accumulate(len(piece) + 1 for piece in pieces)]


def _line_of(start: int, starts: Sequence[int], group: range) -> int:
    return group[min(bisect_right(starts, start), len(group)) - 1]


def _attempt(text: str, budget: _Budget) -> _Hit | None:
    """What a text of one line does, in whatever dress; None for nothing."""
    return _in_line(plain(text), budget) or _in_disguise(text, budget)


def _in_line(text: str, budget: _Budget) -> _Hit | None:
    words = words_of(text)
    hints = hints_of_english(text, words) or HINT_WORDS.intersection(words)
    hit = _in_group([text], range(1), budget) if hints else None
    if hit is not None and not hit.weak:
        return hit
    foreign = (_in_tongue([text], range(1), tongue, budget) for tongue, _ in spoken(text, words))
    return min((found for found in (hit, *foreign) if found is not None), default=None)


def _in_disguise(text: str, budget: _Budget) -> _Hit | None:
    return next((hit for read in disguised(budget.disguised.take(text)) if (hit := _in_line(read, budget))), None)
