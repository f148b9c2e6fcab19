"""Names that look as if they were written in Latin letters and hold letters of another script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from msgspec import Struct

# By script: what is drawn like a Latin letter in most fonts, each with that letter. After the confusables of Unicode
# (https://www.unicode.org/Public/security/latest/confusables.txt), without what formulas are written with: of the small
# Greek letters only omicron.
_PAIRS = (
    # Cyrillic
    *("\u0430a", "\u0435e", "\u043eo", "\u0440p", "\u0441c", "\u0443y", "\u0445x", "\u0455s", "\u0456i"),
    *("\u0457i", "\u0458j", "\u04bbh", "\u0501d", "\u051bq", "\u051dw", "\u04cfl", "\u0475v", "\u04bde"),
    *("\u0410A", "\u0412B", "\u0415E", "\u041aK", "\u041cM", "\u041dH", "\u041eO", "\u0420P", "\u0421C"),
    *("\u0422T", "\u0423Y", "\u0425X", "\u0405S", "\u0406I", "\u0407I", "\u0408J", "\u050cG", "\u051aQ"),
    *("\u051cW", "\u04c0I", "\u04aeY", "\u0474V"),
    # Greek
    *("\u03bfo", "\u0391A", "\u0392B", "\u0395E", "\u0396Z", "\u0397H", "\u0399I", "\u039aK", "\u039cM"),
    *("\u039dN", "\u039fO", "\u03a1P", "\u03a4T", "\u03a5Y", "\u03a7X", "\u03f2c", "\u03f3j", "\u03f9C"),
    *("\u037fJ",),
    # Armenian
    *("\u0585o", "\u057du", "\u0570h", "\u0578n", "\u0566q", "\u0575j", "\u0581g", "\u0555O", "\u054dU"),
    *("\u054fS", "\u053cL"),
    # Cherokee
    *("\u13a0D", "\u13a1R", "\u13a2T", "\u13a5I", "\u13aaA", "\u13abJ", "\u13acE", "\u13b3W", "\u13b7M"),
    *("\u13bbH", "\u13c0G", "\u13c3Z", "\u13d4W", "\u13d9V", "\u13daS", "\u13deL", "\u13dfC", "\u13e2P"),
    *("\u13e6K", "\u13f4B"),
    "\u212aK",  # the sign of Kelvin, which a compiler may read as the letter
)
_LATIN = {pair[0]: pair[1] for pair in _PAIRS}
_FANCY = "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d6a3"
"""Full-width and mathematical letters, which a compiler that normalises names reads as plain ones."""
_SUSPECT = re.compile(f"[{''.join(_LATIN)}{_FANCY}]")
_UNMISTAKABLE = re.compile(f"(?![{''.join(_LATIN)}])[\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff]")
"""A letter of these scripts that looks like no Latin one: what has it is a word of its language."""
# An escape or a format in front of a word is no part of it: "\nСлово", "%dс", "\u0441лово".
_NAME = re.compile(r"(?:\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|%[0-9.]*[A-Za-z])|(?P<name>\w+)")
_BEFORE_CODE = re.compile(r"[(\[]|\.\w|->|\s?:?=")
_AFTER_CODE = re.compile(r"[.$@>]")
"""Beside these a word is a name of code, and no prose in a string."""
_BETWEEN_RANGES = re.compile(r"-\w\w-")
"""The end of one range of letters and the beginning of the next, in a pattern: no name."""
_SHORTEST_WORD = 3
"""Letters of a name that is made of nothing but lookalikes: shorter ones are words of several languages."""


_SHORTEST_REST = 2
"""Latin letters beside a full-width or mathematical one: a single one is a formula."""


class Lookalike(Struct, frozen=True, kw_only=True):
    """A name in which letters of another script stand for Latin ones."""

    start: int
    """Index of its first character."""
    name: str
    places: tuple[int, ...]
    """Indices, in the name, of the letters that are not Latin."""
    looks_like: str
    """The name as it is read."""


def lookalikes(text: str) -> Iterator[Lookalike]:
    """Every name of a line that could be taken for a Latin one, in order. Linear in the length of the text.

    One that mixes Latin letters with lookalikes and nothing else; or a name of code that is made of lookalikes alone,
    in a line in which no word belongs to another script.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return
    is_foreign = _UNMISTAKABLE.search(text) is not None
    for found in _NAME.finditer(text):
        name = found["name"] or ""
        if name.isascii() or _UNMISTAKABLE.search(name) or _BETWEEN_RANGES.match(text, found.start() - 1):
            continue
        letters = [(at, char) for at, char in enumerate(name) if char.isalpha()]
        places = tuple(at for at, char in letters if _SUSPECT.match(char))
        plain = sum(char.isascii() for _, char in letters)
        drawn = sum(char in _LATIN for _, char in letters)
        if plain + len(places) < len(letters):
            continue
        if plain:
            is_meant = plain >= (1 if drawn else _SHORTEST_REST)
        else:
            is_meant = drawn == len(letters) >= _SHORTEST_WORD and not is_foreign and _is_code(text, *found.span())
        if is_meant:
            read = normalize("NFKC", "".join(_LATIN.get(char, char) for char in name))
            yield Lookalike(start=found.start("name"), name=name, places=places, looks_like=read)


def _is_code(text: str, start: int, end: int) -> bool:
    return _BEFORE_CODE.match(text, end) is not None or _AFTER_CODE.match(text, start - 1) is not None
