"""Where added lines give orders to a reviewer: read as they stand, with their neighbours, and without a disguise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.late import late
from reviewbot.model import Line
from reviewbot.stages.injection.answers import is_prose, ready_answers
from reviewbot.stages.injection.families import FAMILIES
from reviewbot.stages.injection.hints import (
    has_any,
    hinted,
    hints_of_english,
    lines_with,
    near,
    spoken,
    stretches,
    words_of,
)
from reviewbot.stages.injection.ideas import ENGLISH
from reviewbot.stages.injection.language import Tongue
from reviewbot.stages.injection.pieces import follows, pieced
from reviewbot.stages.injection.rules import FORM, WORDS, Family, Rule
from reviewbot.stages.injection.shapes import HINT_WORDS, TEXTS
from reviewbot.stages.injection.signs import signs_in
from reviewbot.stages.injection.standing import STANDING, read_by_models
from reviewbot.stages.injection.text import disguise_marks, disguised, plain

MAX_SEARCHED = 400_000
"""Characters that are held against the rules, of those that have a hint of one; a change with more of them says so."""

_BETWEEN_WORDS = late(r"[\W_]++")
_NOT_SAID = late(r"[^\w.,:;!?]++")
"""What a sentence is the same without."""
_CODE = late(r"[;{}=()]")
_SENTENCE_END = late(r"[.!?。！？][\s\"'*/>)-]*+$")
_ASCII_MARKS = late(r"[\x00-/:-@\[-`{-\x7f’]++")
MAX_FOREIGN = 4_000_000
"""Characters that are held against the signs of other languages, each time one of them has a hint."""
MAX_DISGUISED = 4_000_000
"""Characters of lines that may be disguised which are undressed."""
_BEFORE, _AFTER = 3, 4
"""Lines of prose that are read together with one that has a hint."""


class Hit(Struct, frozen=True, kw_only=True, order=True):
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


class Budget(Struct, kw_only=True):
    main: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_SEARCHED))
    families: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_SEARCHED))
    foreign: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_FOREIGN))
    disguised: _Allowance = field(default_factory=lambda: _Allowance(left=MAX_DISGUISED))

    @property
    def exceeded(self) -> bool:
        return self.main.exceeded or self.families.exceeded or self.foreign.exceeded or self.disguised.exceeded


def in_lines(added: Sequence[Line], path: str, budget: Budget) -> Iterator[Hit]:
    """Lines of a file that are such a text. All are searched as one text first, which most files end with."""
    texts = [plain(line.text) for line in added]
    joined = "\n".join(texts)
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    words = words_of(joined)
    found = [_in_group(texts, group, budget) for group in _groups(added, texts, hinted(joined, starts, words))]
    vocabulary = "\n".join(words)
    for family in FAMILIES:
        groups = _groups(added, texts, near(family, joined, starts, vocabulary))
        found += [_in_family(texts, group, family, budget) for group in groups]
    for tongue, hints in spoken(joined, words):
        lines = lines_with(hints, joined, starts, begins=tongue.spaced)
        if not tongue.spaced:  # "ai" is a hint there too, beside letters of the language
            lines = [at for at in lines if not texts[at].isascii()]
        found += [_in_tongue(texts, group, tongue, budget) for group in _groups(added, texts, lines)]
    if read_by_models(path):
        found += [_standing(texts, group, budget) for group in _groups(added, texts, range(len(texts)))]
    found += _ready(texts, joined, starts, words, prose=is_prose(path))
    yield from (hit for hit in found if hit is not None)
    yield from _undressed(added, words, budget)


def _ready(
    texts: Sequence[str], text: str, starts: Sequence[int], words: frozenset[str], *, prose: bool
) -> Iterator[Hit]:
    for at, weak in ready_answers(texts, text, starts, words, prose=prose):
        yield Hit(weak=weak, at=at, attempt=FORM)


def _undressed(added: Sequence[Line], words: frozenset[str], budget: Budget) -> Iterator[Hit]:
    """Lines that are such a text once a disguise is taken off."""
    for at in _dressed(added, words):
        if (hit := _in_disguise(added[at].text, budget)) is not None:
            yield replace(hit, at=at)
    for at, text in pieced(added):
        if (hit := _in_line(plain(text), budget)) is not None:
            yield replace(hit, at=at)


def _dressed(added: Sequence[Line], words: frozenset[str]) -> list[int]:
    """Indices of the lines that may say more than they seem to, ascending."""
    starts = [0, *accumulate(len(line.text) + 1 for line in added)]
    marks = disguise_marks("\n".join(line.text for line in added), words)
    strange = {at for at, line in enumerate(added) if not line.text.isascii()}
    return sorted(strange.union(bisect_right(starts, mark) - 1 for mark in marks))


def _groups(added: Sequence[Line], texts: Sequence[str], hinted: Sequence[int]) -> Iterator[range]:
    """Lines to be read together: a line of code by itself, lines of prose with their neighbours, no line twice."""

    def continues(at: int) -> bool:
        """Whether the line goes on with the sentence of the one before."""
        if not follows(added, at) or _SENTENCE_END.search(texts[at - 1]):
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


def _in_group(texts: Sequence[str], group: range, budget: Budget) -> Hit | None:
    """Where the first match begins, the strong ones before the weak ones."""
    lines = [budget.main.take(texts[at]) for at in group]
    if not any(lines):
        return None
    words = _in_words(lines)
    hits = [*_matches(WORDS, words, group), *_matches(TEXTS, lines, group)]
    joined, starts = _lined_up(words)
    for at, sign in signs_in(joined, ENGLISH):
        hits.append(Hit(weak=not sign.strong, at=_line_of(at, starts, group), attempt=sign.attempt))
    return min(hits, default=None)


def _in_words(lines: Sequence[str]) -> list[str]:
    return [_BETWEEN_WORDS.sub(" ", line).strip() for line in lines]


def _said(lines: Sequence[str]) -> list[str]:
    return [_NOT_SAID.sub(" ", line).strip() for line in lines]


def _matches(rules: Sequence[Rule], pieces: Sequence[str], group: range) -> Iterator[Hit]:
    """Where each rule matches first in the pieces, one of each line of the group."""
    joined, starts = _lined_up(pieces)
    for rule in rules:
        if (match := rule.pattern.search(joined)) is not None:
            yield Hit(weak=rule.weak, at=_line_of(match.start(), starts, group), attempt=rule.attempt)


def _in_family(texts: Sequence[str], group: range, family: Family, budget: Budget) -> Hit | None:
    lines = [stretches(family, texts[at]) for at in group]
    joined = "\n".join(lines)
    if not (has_any(family.needs, joined) and has_any(family.beside, joined)):
        return None
    lines = [budget.families.take(line) for line in lines]
    hits = [
        *_matches(family.words, _in_words(lines), group),
        *_matches(family.sentences, _said(lines), group),
        *_matches(family.texts, lines, group),
    ]
    return min(hits, default=None)


def _standing(texts: Sequence[str], group: range, budget: Budget) -> Hit | None:
    return min(_matches(STANDING, _said([budget.main.take(texts[at]) for at in group]), group), default=None)


def _in_tongue(texts: Sequence[str], group: range, tongue: Tongue, budget: Budget) -> Hit | None:
    joined, starts = _lined_up([_ASCII_MARKS.sub(" ", budget.foreign.take(texts[at])).strip() for at in group])
    if not joined:
        return None
    hits = (
        Hit(weak=not sign.strong, at=_line_of(at, starts, group), attempt=sign.attempt)
        for at, sign in signs_in(joined, tongue.language)
    )
    return min(hits, default=None)


def _lined_up(pieces: Sequence[str]) -> tuple[str, list[int]]:
    """One text, and where each piece begins in it."""
    return " ".join(pieces), [0, *accumulate(len(piece) + 1 for piece in pieces)]


def _line_of(start: int, starts: Sequence[int], group: range) -> int:
    return group[min(bisect_right(starts, start), len(group)) - 1]


def attempt(text: str, budget: Budget) -> Hit | None:
    """What a text of one line does, in whatever dress; None for nothing."""
    return _in_line(plain(text), budget) or _in_disguise(text, budget)


def _in_line(text: str, budget: Budget) -> Hit | None:
    words = words_of(text)
    hints = hints_of_english(text, words) or HINT_WORDS.intersection(words)
    hit = _in_group([text], range(1), budget) if hints else None
    families = (_in_family([text], range(1), family, budget) for family in FAMILIES)
    answers = _ready([text], text, [0, len(text) + 1], words, prose=True)
    hit = _worst(hit, *families, *answers)
    if hit is not None and not hit.weak:
        return hit
    foreign = (_in_tongue([text], range(1), tongue, budget) for tongue, _ in spoken(text, words))
    return _worst(hit, *foreign)


def _worst(*hits: Hit | None) -> Hit | None:
    return min((hit for hit in hits if hit is not None), default=None)


def _in_disguise(text: str, budget: Budget) -> Hit | None:
    return next((hit for read in disguised(budget.disguised.take(text)) if (hit := _in_line(read, budget))), None)
