"""Names that look as if they were written in Latin letters and hold letters of another script."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from unicodedata import normalize

from msgspec import Struct

from reviewbot.late import late
from reviewbot.stages.code_words import code_of

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
_JOINED = (
    "\u017f\u2160-\u217f\ufb00-\ufb06"  # a long s, Roman numerals, ligatures
    "\u210a-\u2112\u211b\u211c\u2124\u2128\u212c\u212d\u212f-\u2131\u2133\u2134\u2139"  # letters as signs
)
"""Read as plain letters by the same compilers, and natural in prose and in formulas."""
_ELL = "\u2113"
"""Stands for a length in many a name."""
_WEAK = dict(
    # Greek letters that are the signs of formulas, and Cyrillic ones that look like capitals made small.
    zip("\u03b1\u03b3\u03b9\u03ba\u03bd\u03c1\u03c3\u03c4\u03c5\u03c7\u03c9", "ayikvpotuxw", strict=True),
    **dict(zip("\u0432\u043a\u043c\u043d\u0442", "bkmht", strict=True)),
)
"""What looks like a Latin letter only at a glance: it counts where a name of the change is meant."""
_DRAWN = "".join(_LATIN)
_SUSPECT = late(f"[{_DRAWN}{_FANCY}{_JOINED}{_ELL}{''.join(_WEAK)}]")
_FOREIGN = "\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff"
_UNMISTAKABLE = late(f"(?![{_DRAWN}])[{_FOREIGN}]")
"""A letter of these scripts that looks like no Latin one: what has it is a word of its language."""
_OTHER = late(f"(?![{_DRAWN}{''.join(_WEAK)}])[{_FOREIGN}]")
"""The same, not even at a glance."""
_ALL_DRAWN = late(f"[{_DRAWN}]+")
_ALL_STRONG = late(f"[{_DRAWN}{_FANCY}]+")
_ALL_DRAWN_OR_WEAK = late(f"[{_DRAWN}{''.join(_WEAK)}{_ELL}]+")
_ALL_NORMAL = late(f"[{_FANCY}{_JOINED}]+")
_IS_JOINED = late(f"[{_JOINED}]")
_ALL_WIDE = late("[\uff21-\uff3a\uff41-\uff5a]+")
_GREEK = late("[\u0370-\u03ff]")
# An escape or a format in front of a word is no part of it: "\nСлово", "%dс", "\u0441лово".
_NAME = late(r"(?:\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|%[0-9.]*[A-Za-z])|(?P<name>\w+)")
_BEFORE_CODE = late(r"[(\[]|\.\w|->|\s?:?=")
_AFTER_CODE = (".", "$", "@", "->")
"""Beside these a word is a name of code, and no prose in a string."""
_BETWEEN_RANGES = late(r"-\w\w-")
"""The end of one range of letters and the beginning of the next, in a pattern: no name."""
_PARTS = late(r"[^\W\d_]+")
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


def lookalikes(text: str, *, path: str = "", used: Collection[str] = ()) -> Iterator[Lookalike]:
    """Every name of a line that could be taken for a Latin one, in order. Linear in the length of the text.

    One that mixes Latin letters with lookalikes and nothing else; one that reads like a name in `used`, which are names
    of the change; and in code one that is made of lookalikes alone, unless another name there belongs to their script.
    What is code is known by the ending of `path` and, also in a string or a document, by what stands beside the name.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return
    code = code_of(text, path)
    is_foreign = _UNMISTAKABLE.search(text) is not None
    is_foreign_code = code is not None and _UNMISTAKABLE.search(code) is not None
    for start, word in _words(text):
        in_code = code is not None and code[start] == text[start]
        beside_code = word.letters >= _SHORTEST_WORD and _is_code(text, start, start + len(word.name))
        if (
            word.is_mixed
            or (in_code and word.is_one_to_a_compiler)
            or (word.read in used and word.is_taken_for_another and (in_code or word.latin or not is_foreign))
            or (word.is_drawn and in_code and not is_foreign_code and not word.is_sign)
            or (word.is_drawn and beside_code and not is_foreign)
        ):
            yield Lookalike(start=start, name=word.name, places=word.places, looks_like=word.read)


def readings(text: str) -> Iterator[str]:
    """How the names of a line read that are to be looked for in the change."""
    if not text.isascii() and _SUSPECT.search(text):
        yield from (word.read for _, word in _words(text) if word.is_taken_for_another)


def _words(text: str) -> Iterator[tuple[int, _Word]]:
    for found in _NAME.finditer(text):
        name = found["name"] or ""
        if name.isascii() or _OTHER.search(name) or _BETWEEN_RANGES.match(text, found.start() - 1):
            continue
        letters = [(at, char) for at, char in enumerate(name) if char.isalpha() or _IS_JOINED.match(char)]
        others = [(at, char) for at, char in letters if not char.isascii()]
        if others and all(_SUSPECT.match(char) for _, char in others):
            yield (
                found.start("name"),
                _Word(name=name, letters=len(letters), places=tuple(at for at, _ in others)),
            )


class _Word(Struct, frozen=True, kw_only=True):
    """A name all of whose letters are Latin or may be taken for Latin ones."""

    name: str
    letters: int
    places: tuple[int, ...]
    """Indices of the letters that are not."""

    @property
    def latin(self) -> int:
        return self.letters - len(self.places)

    @property
    def others(self) -> str:
        return "".join(self.name[at] for at in self.places)

    @property
    def read(self) -> str:
        return normalize("NFKC", "".join(_LATIN.get(char) or _WEAK.get(char, char) for char in self.name))

    @property
    def is_drawn(self) -> bool:
        """All of it is of another script and drawn like Latin."""
        return self.latin == 0 and _ALL_DRAWN.fullmatch(self.others) is not None

    @property
    def is_mixed(self) -> bool:
        if not _ALL_STRONG.fullmatch(self.others):
            return False
        return self.latin >= (1 if any(char in _LATIN for char in self.others) else _SHORTEST_REST)

    @property
    def is_one_to_a_compiler(self) -> bool:
        """It becomes a Latin name when it is normalised, and is no sign of a formula."""
        least = _SHORTEST_REST if _ALL_WIDE.fullmatch(self.others) else _SHORTEST_WORD
        return self.letters >= least and _ALL_NORMAL.fullmatch(self.others) is not None

    @property
    def is_taken_for_another(self) -> bool:
        """Whether it is looked for among the names of the change: a sign of a formula stands beside few letters."""
        return (
            len(self.read) >= _SHORTEST_WORD
            and (self.is_drawn or (self.latin > 0 and _ALL_DRAWN_OR_WEAK.fullmatch(self.others) is not None))
            and all(
                sum(char.isascii() for char in part) >= _SHORTEST_REST
                for part in _PARTS.findall(self.name)
                if not _WEAK.keys().isdisjoint(part)
            )
        )

    @property
    def is_sign(self) -> bool:
        """A single Greek letter, as formulas have it."""
        return self.letters == 1 and _GREEK.match(self.others) is not None


def _is_code(text: str, start: int, end: int) -> bool:
    return _BEFORE_CODE.match(text, end) is not None or text.endswith(_AFTER_CODE, 0, start)
