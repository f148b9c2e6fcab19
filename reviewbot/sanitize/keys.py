"""What a server said, fit for a message: one short line, and the key hidden wherever it is repeated. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_uppercase
from unicodedata import normalize
from urllib.parse import quote

_HOLDS_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
_ORDINARY = re.compile(r"[0-9.]+|[A-Za-z./_-]{1,15}|/[^:@]*")
WINDOW = 12
"""Characters of a key (or of an encoding of it) in a row that must not be shown."""
HIDDEN = "[key]"
_LOWER = {ord(letter): letter.lower() for letter in ascii_uppercase}
"""Not `str.lower`, which makes two characters of some."""
_SHORTEST = 6
"""A shorter key is a word like "none", which local servers are content with, and no secret."""


def said(text: str, key: str | None, *, cap: int = 200) -> str:
    """A server's words on one line of at most `cap` printable characters, without the key."""
    shown = hide_key(text[: 20 * cap], key)
    line = " ".join("".join(c if c.isprintable() else " " for c in shown).split())
    return line if len(line) <= cap else line[: cap - 1] + "…"


def hide_key(text: str, key: str | None) -> str:
    """`text` without the key: as it is, in parts, backwards, encoded, with white space, signs or what is not seen in
    between, or in wide letters.

    A key shorter than a window is hidden where it stands whole, or with white space in between.
    """
    if key is None or len(key) < _SHORTEST:
        return text
    spans = sorted(_spans(text, key))
    if not spans:
        return text
    parts, shown = list[str](), 0
    for begin, end in spans:
        if begin > shown or not parts:
            parts += [text[shown:begin], HIDDEN]
        shown = max(shown, end)
    return "".join([*parts, text[shown:]])


def _spans(text: str, key: str) -> Iterator[tuple[int, int]]:
    """Where windows of the key begin and end."""
    for is_kept in (_is_no_space, str.isalnum):
        if is_kept is str.isalnum and sum(map(is_kept, key)) < WINDOW:
            return
        squeezed = _plain("".join(filter(is_kept, text)))
        size, windows = _windows(key, is_kept)
        starts = [start for window in windows for start in _places(squeezed, window)]
        places = [place for place, character in enumerate(text) if is_kept(character)] if starts else []
        yield from ((places[start], places[start + size - 1] + 1) for start in starts)


def _is_no_space(character: str) -> bool:
    return not character.isspace()


def _plain(text: str) -> str:
    """In lower case, wide letters as plain ones. Of the same length."""
    if not text.isascii():
        text = "".join(plain if len(plain := normalize("NFKC", char)) == 1 else char for char in text)
    return text.translate(_LOWER)


def _places(text: str, part: str) -> Iterator[int]:
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def secret_values(environ: Mapping[str, str], *, ordinary: bool = False) -> tuple[str, ...]:
    """Values of the environment that no file and no message may hold, by the names of their variables.

    A number or a word is none (`TOKEN_LIMIT=200000`, `KEYMAP=emacs`), because hiding it would tear every text that has
    it; with `ordinary` it is, for a text that nobody reads by machine.
    """
    values = (value for name, value in environ.items() if _HOLDS_SECRET.search(name) and len(value) >= _SHORTEST)
    return tuple(dict.fromkeys(value for value in values if ordinary or not _ORDINARY.fullmatch(value)))


def hide_secrets(text: str, values: Iterable[str]) -> str:
    """`text` without any of the values, in whatever form `hide_key` knows."""
    for value in values:
        text = hide_key(text, value)
    return text


def _windows(key: str, is_kept: Callable[[str], bool]) -> tuple[int, frozenset[str]]:
    """Every window of every form of the key, in lower case (hex and URL codes come in either)."""
    size = min(WINDOW, len(key))
    forms = ["".join(filter(is_kept, form)).translate(_LOWER) for form in _forms(key)]
    return size, frozenset(form[at : at + size] for form in forms for at in range(len(form) - size + 1))


def _forms(key: str) -> list[str]:
    raw = key.encode()
    forms = [key, key[::-1], raw.hex(), quote(key, safe=""), "".join(f"%{byte:02x}" for byte in raw)]
    # What stands before the key moves it against base64's groups of three bytes, and shares its first characters.
    encoded = [
        encode(b"\0" * before + raw).decode().rstrip("=")[shared:-1]
        for before, shared in ((0, 0), (1, 2), (2, 3))
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    ]
    return forms + encoded
