"""What a configuration file holds before anything is known about its keys: plain values, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from reviewbot.config.values import Json
from reviewbot.errors import ConfigError

MAX_DEPTH = 20
"""Mappings and lists inside each other."""

Path = tuple[str | int, ...]
"""Keys and list positions from the top: ("reviewers", 0, "model")."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
_SHOWN = 60


class Mark(Struct, frozen=True, kw_only=True):
    """A place in a text file, both numbers counted from 1."""

    line: int
    column: int


class Document(Struct, frozen=True, kw_only=True):
    """A configuration file as it was written."""

    file: str
    """How a person names it."""
    value: dict[str, Json]
    marks: Mapping[Path, Mark]
    """Where each entry begins: a mapping's entry at its key, a list's at its value."""

    def place(self, path: Path) -> str:
        """`file:line` of an entry, or of the nearest one around it whose line is known."""
        mark = self.mark(path)
        return f"{self.file}:{mark.line}" if mark else self.file

    def mark(self, path: Path) -> Mark | None:
        """Where an entry begins, or the nearest one around it whose place is known."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path)


def dotted(path: Path) -> str:
    """`reviewers[0].model`. A key that is no plain word is quoted, made visible and cut."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{shown(step)}" if text else shown(step)
    return text


def shown(key: str) -> str:
    """A key as an error message shows it, whatever it holds."""
    if _PLAIN_KEY.fullmatch(key):
        return key
    return f'"{legible(key[:_SHOWN])}{"..." if key[_SHOWN:] else ""}"'


def legible(text: str) -> str:
    """Text on one line of a message, with what cannot be printed written as <U+0009>."""
    return "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in text)


def nearest(word: str, names: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The name that somebody may have meant who wrote `word`. cutoff: how alike they must be, from 0 to 1."""
    from difflib import get_close_matches  # for whoever misspelt something

    return next(iter(get_close_matches(word, list(names), n=1, cutoff=cutoff)), None)


def decode(file: str, data: bytes) -> str:
    """UTF-8 text without a byte order mark. Raises ConfigError for other encodings and for NUL bytes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ConfigError(f"{file}: is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise ConfigError(f"{file}:{line}: is not UTF-8 text (byte 0x{byte:02x}); save it as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(f"{file}:{line}: holds a NUL byte; is it a text file?")
    return text


def unusable(text: str) -> str | None:
    """What is wrong with a text that an escape made impossible to write anywhere; None when nothing is."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        return "a text holds an escape for NUL or for half a character"
    return None


TOO_DEEP = f"more than {MAX_DEPTH} mappings and lists are inside each other"
