"""Characters of a text that show nothing, or that change the order in which it is shown, where they are not natural.

Natural is what a script or an emoji is written with: joiners between letters of Arabic or Indic scripts, zero-width
spaces between Thai words, a mark of direction beside Hebrew, the selector of an emoji, the tags of a flag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from reviewbot.late import compiled, late
from reviewbot.model import Severity
from reviewbot.sanitize.characters import UNSEEN


class Kind(Enum):
    """What hidden characters do; the worst first, as members are declared."""

    TAG = ("tag characters", Severity.CRITICAL)
    ORDER = ("bidirectional control characters", Severity.HIGH)
    SELECTOR = ("variation selectors that select nothing", Severity.HIGH)
    FILLER = ("letters that show nothing", Severity.HIGH)
    ZERO_WIDTH = ("zero-width characters", Severity.MEDIUM)
    CONTROL = ("control characters", Severity.MEDIUM)
    UNSEEN = ("invisible characters", Severity.MEDIUM)
    SOFT_HYPHEN = ("soft hyphens", Severity.LOW)

    def __init__(self, title: str, severity: Severity) -> None:
        self.title = title
        self.severity = severity


class Run(Struct, frozen=True, kw_only=True):
    """Hidden characters that follow each other, and of which kind the worst is."""

    start: int
    """Index of the first one."""
    text: str
    kind: Kind


_RUN = late(f"[{UNSEEN}]+")
_LONGEST_NATURAL = 8
"""The tags of a flag are six or seven; no script writes more hidden characters in a row."""
_ORDER = "\u202a-\u202e\u2066-\u2069"
_MARKS = "\u200e\u200f\u061c"
_KINDS = (
    (Kind.TAG, "\U000e0000-\U000e007f"),
    (Kind.ORDER, _ORDER),
    (Kind.SELECTOR, "\ufe00-\ufe0f\U000e0080-\U000e0fff"),
    (Kind.FILLER, "\u115f\u1160\u3164\uffa0"),
    (Kind.ZERO_WIDTH, f"\u200b-\u200d{_MARKS}\u2060\ufeff"),
    (Kind.CONTROL, "\x00-\x1f\x7f-\x9f"),
    (Kind.SOFT_HYPHEN, "\u00ad"),
    (Kind.UNSEEN, UNSEEN),
)
_SELECTOR = late("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_OF_KIND = tuple((kind, late(f"[{members}]")) for kind, members in _KINDS)

# ---------------------------------------------------------------- scripts

_RIGHT_TO_LEFT = late(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_JOINED = (  # their letters change shape beside a joiner
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1c4f\ua840-\ua8ff\ua980-\ua9df"
    "\uaa00-\uaadf\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010fff\U00011000-\U000119ff]"
)
_UNSPACED = "[\u0e01-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u9fff\ua980-\ua9df]"
"""Words are not divided by blanks, so that an invisible space says where a line may end."""
_HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_MONGOLIAN = "[\u1800-\u18af]"
_JAMO = "[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"
_BLANK = "\u2800"
"""The pattern of Braille without a dot."""
_BRAILLE = late("[\u2801-\u28ff]")
_HEBREW = "[\u0590-\u05ff]"
_FLAG = "\U0001f3f4"
_TAGS_OF_A_FLAG = late(
    "(?:"
    + "|".join("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("gbeng", "gbsct", "gbwls"))
    + ")\U000e007f"
)
"""The regions that have a flag in emoji: other tags behind a flag spell whatever one likes."""
_CODE = late(r"""["'`/\\*#;{}()<>\[\]=&|$]""")
"""Signs whose place in the order of a line has a meaning for a compiler."""
_QUOTES = "\"'`"
_QUOTE = late(f"[{_QUOTES}]")
_IN_ASCII = late(f"[A-Za-z0-9_][{_MARKS}]+[A-Za-z0-9_]")
_NEAR = 60
"""Characters around a hidden one in which it may belong to something."""
_OPENS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}


def hidden_runs(text: str, *, begins_file: bool = False) -> Iterator[Run]:
    """Every run of hidden characters in a line that is not natural there. Linear in the length of the text.

    `begins_file`: a byte order mark in front of it says how the file is encoded.
    """
    order_is_natural: bool | None = None
    for found in _RUN.finditer(text):
        start, end = found.span()
        if begins_file and start == 0 and text[0] == "\ufeff":
            start += 1
        if start == end:
            continue
        hidden = text[start:end]
        kind = kind_of(hidden)
        if kind is Kind.ORDER:
            if order_is_natural is None:
                order_is_natural = _order_is_natural(text)
            if order_is_natural:
                continue
        elif len(hidden) <= _LONGEST_NATURAL and _is_natural(text, start, end, kind):
            continue
        if kind is Kind.SELECTOR and len(hidden) == 1 and hidden < "\U000e0000":
            kind = Kind.UNSEEN  # what an emoji leaves behind that was taken out
        yield Run(start=start, text=hidden, kind=kind)


@lru_cache(maxsize=1024)
def kind_of(hidden: str) -> Kind:
    """The worst kind among these hidden characters."""
    return kinds_in(hidden)[0]


def kinds_in(text: str) -> list[Kind]:
    """Every kind of hidden character that a text has, natural or not, the worst first."""
    return [kind for kind, pattern in _OF_KIND if pattern.search(text)]


def _is_natural(text: str, start: int, end: int, kind: Kind) -> bool:
    """Whether text[start:end], hidden characters and no controls of order, is how its neighbours are written."""
    if kind is Kind.TAG:
        return text[start - 1 : start] == _FLAG and _TAGS_OF_A_FLAG.fullmatch(text, start, end) is not None
    if kind is Kind.CONTROL:
        # A form feed divides pages of source, and a carriage return ends lines.
        return all(text[at] == "\x0c" or (text[at] == "\r" and at == len(text) - 1) for at in range(start, end))
    if kind is Kind.SELECTOR and any(_SELECTOR.match(text, at) for at in range(start + 1, end)):
        return False
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return all(
        _is_beside_right_to_left(text, at)
        if text[at] in _MARKS
        else _belongs(text[at], before, after)
        or (text[at] == _BLANK and _BRAILLE.search(text, max(0, at - _NEAR), at + _NEAR) is not None)
        for at in range(start, end)
    )


@lru_cache(maxsize=4096)
def _belongs(char: str, before: str, after: str) -> bool:
    """`before` and `after` are what can be seen around the run in which it is."""
    if char == "\u200b":
        return _either(_UNSPACED, before, after) or _either(_JOINED, before, after)
    if char == "\u200c":
        return _either(_JOINED, before, after)
    if char == "\u200d":
        return _either(_JOINED, before, after) or (_may_be_emoji(before) and _may_be_emoji(after))
    if "\ufe00" <= char <= "\ufe0f":
        return _may_be_selected(before)
    if "\U000e0100" <= char <= "\U000e01ef":
        return _is(_HAN, before)
    if char in "\u115f\u1160":
        return _either(_JAMO, before, after)
    if char == "\u034f":
        return _is(_HEBREW, before)
    if "\u180b" <= char <= "\u180f":
        return _is(_MONGOLIAN, before)
    return char in "\u17b4\u17b5" and _either(_UNSPACED, before, after)


def _is(script: str, char: str) -> bool:
    return compiled(script).match(char) is not None


def _either(script: str, before: str, after: str) -> bool:
    return _is(script, before) or _is(script, after)


def _may_be_emoji(char: str) -> bool:
    return char > "\x7f" and unicodedata.category(char)[0] in "SP"


def _may_be_selected(char: str) -> bool:
    """An emoji, a sign of mathematics, an ideograph; of ASCII what has a form as an emoji or a slashed form."""
    return char in tuple("0123456789#*") if char <= "\x7f" else not char.isspace() and _RUN.match(char) is None


def _is_beside_right_to_left(text: str, at: int) -> bool:
    """Whether the words around it, up to a quote on either side, hold a letter that is written to the left.

    Within a word of ASCII a mark orders nothing, whatever stands elsewhere in the line.
    """
    if _IN_ASCII.match(text, max(0, at - 1)):
        return False
    first, last = max(0, at - _NEAR), at + _NEAR
    begin = max(text.rfind(quote, first, at) for quote in _QUOTES)
    end = _QUOTE.search(text, at, last)
    return _RIGHT_TO_LEFT.search(text, max(first, begin), end.start() if end else last) is not None


def _order_is_natural(text: str) -> bool:
    """Whether what is embedded is prose in a line of Arabic, Hebrew or the like, and ends where it should.

    An override is never natural, nor is an embedding that holds signs of code: these are what a compiler reads in
    another order than a person. https://trojansource.codes
    """
    if not _RIGHT_TO_LEFT.search(text):
        return False
    expected: list[str] = []
    began = 0
    for found in re.finditer(f"[{_ORDER}]", text):
        if closing := _OPENS.get(found[0]):
            began = began if expected else found.end()
            expected.append(closing)
        elif not expected or expected.pop() != found[0] or (not expected and _CODE.search(text, began, found.start())):
            return False
    return not expected
