"""Characters that a reader cannot see or that act on the screen: taken out, or made visible.

Kept on purpose: an emoji's own variation selector and joiner, the joiners that Arabic and Indic scripts are written
with, and every space that has a width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiner, fillers, Mongolian selectors
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidirectional controls and isolates
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"  # blanks, variation selectors, specials
    "\ud800-\udfff"  # half of a pair: no encoder takes it
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"  # format controls of rare scripts
    "\U000e0000-\U000e0fff"  # tag characters and the selectors behind them
)
"""What goes between the brackets of a pattern that finds any of them."""
_CANDIDATE = re.compile(f"[{UNSEEN}]")

# ECMA-48: control strings (OSC, DCS, SOS, PM, APC) with their terminator, control sequences, then other escapes.
_ESCAPE_SEQUENCE = re.compile(
    "(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*+(?:\x07|\x1b\\\\|\x9c)"
    "|(?:\x1b\\[|\x9b)[0-?]*+[ -/]*+[@-~]"
    "|\x1b[ -/]*+[0-~]"
)

_PRESENTATION = "\ufe0e\ufe0f"
_JOINERS = "\u200c\u200d"
_KEYCAP = "\u20e3"


def without_escapes(text: str) -> str:
    """Take out whole terminal escape sequences, parameters and control strings included."""
    return _ESCAPE_SEQUENCE.sub("", text)


def without_unseen(text: str) -> str:
    """Take out every control but tab and line feed, and every character that shows nothing."""
    return _replace_unseen(text, lambda _: "")


def with_unseen_shown(text: str) -> str:
    """Write them out: a control as `\\x1b`, anything else as `<U+202E>`. Tab and line feed stay."""
    return _replace_unseen(text, _written)


def is_unseen(char: str) -> bool:
    """Whether this one character is a control (but tab and line feed) or shows nothing by itself."""
    return _CANDIDATE.match(char) is not None


def _written(char: str) -> str:
    if char == "\r":
        return "\\r"
    return f"\\x{ord(char):02x}" if ord(char) < 0xA0 else f"<U+{ord(char):04X}>"


def _replace_unseen(text: str, replace: Callable[[str], str]) -> str:
    pieces: list[str] = []
    last = ""  # the last character that stays
    position = 0
    for match in _CANDIDATE.finditer(text):
        at = match.start()
        if at > position:
            pieces.append(text[position:at])
            last = text[at - 1]
        char, following = match[0], text[at + 1 : at + 2]
        if _belongs(char, last, following):
            pieces.append(char)
            last = char
        else:
            pieces.append(replace(char))
        position = at + 1
    pieces.append(text[position:])
    return "".join(pieces)


def _belongs(char: str, before: str, after: str) -> bool:
    """Whether an invisible character is part of how its neighbours are written."""
    if char in _PRESENTATION:
        return _is_pictograph(before) or (after == _KEYCAP and before != "" and before in "0123456789#*")
    if char in _JOINERS and before and after:
        if _joins_letters(before) and _joins_letters(after):
            return True
        return char == "\u200d" and (_is_pictograph(before) or before in _PRESENTATION) and _is_pictograph(after)
    return False


def _is_pictograph(char: str) -> bool:
    return char > "\x7f" and unicodedata.category(char)[0] in "SP" and not is_unseen(char)


def _joins_letters(char: str) -> bool:
    """A letter or mark of Arabic, Syriac, Indic or a related script, where joiners change the letters' shape."""
    return "\u0600" <= char <= "\u0dff" and unicodedata.category(char)[0] in "LM"
