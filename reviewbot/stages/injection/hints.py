"""Which lines may give orders to a reviewer at all: most have no word of one, and that is seen at little cost.

The words of a text are made out once. What they hold decides which hints are looked for in the text itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from reviewbot.late import compiled, late
from reviewbot.stages.injection.language import SHORT, Tongue
from reviewbot.stages.injection.rules import Family
from reviewbot.stages.injection.shapes import HINT_WORDS, HINTS
from reviewbot.stages.injection.tongues import TONGUES

_WORD = late(r"[^\W\d_]++")
_LETTERS = str.maketrans({code: " " for code in range(128) if not chr(code).isalpha()})


@cache
def _within_word(hint: str) -> str:
    """The longest part that is within one word."""
    return max((piece[0] for piece in re.finditer("[a-z]*", hint)), key=len)


_PIECES = tuple((hint, _within_word(hint)) for hint in HINTS)
"""The hints, and of each the longest part that is within one word."""
_OF_TONGUES = frozenset(hint for tongue in TONGUES if tongue.spaced for hint in tongue.hints)
_WHOLE = frozenset(hint for hint in _OF_TONGUES if len(hint) <= SHORT)
_LENGTHS = sorted({len(hint) for hint in _OF_TONGUES - _WHOLE})
_BEGINNINGS = frozenset(hint[: _LENGTHS[0]] for hint in _OF_TONGUES - _WHOLE)

_STRETCH = 400
"""Characters before and behind a needed word."""
_BESIDE = 2
"""Lines between two words that belong together, at most."""


def words_of(text: str) -> frozenset[str]:
    """The different words of a text in lower case: letters in a row."""
    if text.isascii():  # a fifth of the work
        return frozenset(text.translate(_LETTERS).split())
    return frozenset(_WORD.findall(text))


def hints_of_english(text: str, words: frozenset[str]) -> list[str]:
    """What a text of these words has that a rule or sign in English needs, but for hints that are whole words."""
    vocabulary = "\n".join(words)
    return [hint for hint, piece in _PIECES if piece in vocabulary and hint in text]


def hinted(text: str, starts: Sequence[int], words: frozenset[str]) -> list[int]:
    """Indices of the lines of a text that have a hint of an order in English, ascending."""
    lines = set(lines_with(hints_of_english(text, words), text, starts))
    if not HINT_WORDS.isdisjoint(words):
        found = re.finditer(rf"(?<![^\W_])(?:{'|'.join(HINT_WORDS)})(?![^\W_])", text)
        lines.update(bisect_right(starts, match.start()) - 1 for match in found)
    return sorted(lines)


def near(family: Family, text: str, starts: Sequence[int], vocabulary: str) -> list[int]:
    """Indices of the lines of a text that may hold a match of the family, ascending.

    vocabulary: the words of the text, a line each.
    """
    beside = [hint for hint in family.beside if _within_word(hint) in vocabulary]
    if not beside:
        return []
    needed = [hint for hint in family.needs if _within_word(hint) in vocabulary]
    last = len(starts) - 1
    return [
        at
        for at in lines_with(needed, text, starts)
        if has_any(beside, text[starts[max(at - _BESIDE, 0)] : starts[min(at + _BESIDE + 1, last)]])
    ]


def stretches(family: Family, line: str) -> str:
    """Of a long line what stands near the needed words of a family, for no match is longer than that."""
    if len(line) <= 2 * _STRETCH:
        return line
    kept: list[str] = []
    end = 0
    for at in sorted(match.start() for match in compiled("|".join(map(re.escape, family.needs))).finditer(line)):
        if at + _STRETCH > end:
            kept.append(line[max(at - _STRETCH, end) : at + _STRETCH])
            end = at + _STRETCH
    return "".join(kept)


def has_any(hints: Iterable[str], text: str) -> bool:
    for hint in hints:  # noqa: SIM110 - a third of the time that any() takes
        if hint in text:
            return True
    return False


def spoken(text: str, words: frozenset[str]) -> Iterator[tuple[Tongue, list[str]]]:
    """The other languages that have a hint in a text of these words, and their hints there."""
    found = set(words & _WHOLE)
    for word in words:
        if word[: _LENGTHS[0]] in _BEGINNINGS:
            found.update(_OF_TONGUES.intersection(word[:length] for length in _LENGTHS))
    if not text.isascii():
        found.update(hint for tongue in TONGUES if not tongue.spaced for hint in tongue.hints if hint in text)
    for tongue in TONGUES if found else ():
        if hints := [hint for hint in tongue.hints if hint in found]:
            yield tongue, hints


def lines_with(hints: Iterable[str], text: str, starts: Sequence[int], *, begins: bool = False) -> list[int]:
    """Indices of the lines that hold any hint, ascending. begins: it begins a word or, a short one, is one."""
    lines: set[int] = set()
    for hint in hints:
        whole = begins and len(hint) <= SHORT
        found = text.find(hint)
        while found >= 0:
            end = found + len(hint)
            if (begins and text[found - 1 : found].isalpha()) or (whole and text[end : end + 1].isalpha()):
                found = text.find(hint, found + 1)
                continue
            line = bisect_right(starts, found) - 1
            lines.add(line)
            found = text.find(hint, starts[line + 1])
    return sorted(lines)
