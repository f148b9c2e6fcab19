"""Text as a model reads it, whatever it is dressed up as: invisible and look-alike characters, encodings, spacing.

A language model reads base64, text backwards or Cyrillic letters that look Latin nearly as well as plain words.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from reviewbot.sanitize.characters import UNSEEN

_MAX_DECODED = 4_000
"""Characters of one encoded stretch that are looked at."""

_UNSEEN = re.compile(f"[{UNSEEN}]")
_TAG = re.compile("[\U000e0020-\U000e007e]")
_ALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһӏνοαρτυικηβАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdqwhlvoaptuiknbABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look Latin."""
_LEET = str.maketrans("0134579@$", "oieastgas")
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")

# One of these is in every text worth undressing, written as the disguise writes it.
_TELLING = ("instruct", "prompt", "reviewer", "findings")
_TELLING_ROT13 = tuple(word.translate(_ROT13) for word in _TELLING)
_TELLING_BACK = tuple(word[::-1] for word in _TELLING)

_SPACED = (
    re.compile(r" [^\W_] [^\W_] [^\W_] [^\W_] [^\W_] "),
    re.compile(r"[.\-_*][^\W_][.\-_*][^\W_][.\-_*][^\W_]"),
)
_BY_BLANK = re.compile(r"(?<![^\W_])([^\W_]) (?=[^\W_](?![^\W_]))")
_BY_MARK = re.compile(r"(?<![^\W_])([^\W_])[.\-_*](?=[^\W_](?![^\W_]))")

_LONG = 24
"""Characters of the shortest word that may be base64 or hexadecimal for something worth saying."""
_LONG_WORD = re.compile(rf"[A-Za-z0-9+/]{{{_LONG},}}+")
_ENCODED = {
    "base64": re.compile(rf"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{{{_LONG},}}+={{0,2}}"),
    "escapes": re.compile(r"\\(?:x|u00)[0-9A-Fa-f]{2}(?:\\(?:x|u00)[0-9A-Fa-f]{2}){7,}+"),
    "entities": re.compile(r"&\#(?:[0-9]{2,3}|x[0-9A-Fa-f]{2});(?:&\#(?:[0-9]{2,3}|x[0-9A-Fa-f]{2});){7,}+"),
    "percent": re.compile(r"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2}){7,}+"),
}
_ESCAPE = re.compile(r"\\(?:x|u00)([0-9A-Fa-f]{2})")


def plain(line: str) -> str:
    """Lower case, without what is not seen, and with compatibility forms (𝐛𝐨𝐥𝐝, ｆｕｌｌ) as their letters."""
    if line.isascii():
        return line.lower()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", line)).lower()


def disguise_marks(text: str) -> Iterator[int]:
    """Where in a text of many lines something may be disguised; for most texts nowhere. Cheap."""
    ascii_text = text.encode("ascii", "replace").decode("ascii")  # of the same length
    lower = ascii_text.lower()
    for word in (*_TELLING_ROT13, *_TELLING_BACK):
        yield from _starts(word, lower)
    read = lower.translate(_LEET)
    for word in _TELLING:
        if read.count(word) > lower.count(word):
            yield from set(_starts(word, read)).difference(_starts(word, lower))
    for pattern in (_LONG_WORD, *_SPACED, _ENCODED["escapes"], _ENCODED["entities"], _ENCODED["percent"]):
        yield from (match.start() for match in pattern.finditer(ascii_text))


def _starts(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def disguised(line: str) -> Iterator[str]:
    """What the line says when a disguise is taken off, in lower case; nothing for most lines."""
    if not line.isascii():
        if tags := _TAG.findall(line):
            yield "".join(chr(ord(tag) - 0xE0000) for tag in tags).lower()
        seen = _UNSEEN.sub("", line)
        if (latin := seen.translate(_ALIKE)) != seen:
            yield latin.lower()
    lower = line.lower()
    if any(word in lower for word in _TELLING_ROT13):
        yield lower.translate(_ROT13)
    if any(word in lower for word in _TELLING_BACK):
        yield lower[::-1]
    if _tells_more(read := lower.translate(_LEET), lower):
        yield read
    if any(pattern.search(lower) for pattern in _SPACED):
        yield _BY_BLANK.sub(r"\1", lower)
        yield _BY_MARK.sub(r"\1", lower)
    for kind, pattern in _ENCODED.items():
        for match in pattern.finditer(line):
            if decoded := _decoded(kind, match[0]):
                yield decoded.lower()


def _tells_more(read: str, written: str) -> bool:
    return any(read.count(word) > written.count(word) for word in _TELLING)


def _decoded(kind: str, text: str) -> str | None:
    """Text that it stands for; None when it stands for anything else."""
    try:
        data = _DECODERS[kind](text[:_MAX_DECODED])
        read = data.decode("utf-8")
    except (ValueError, binascii.Error):
        return None
    return read if " " in read and read.replace("\n", " ").isprintable() else None


def _base64(text: str) -> bytes:
    if re.fullmatch(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", text):
        return bytes.fromhex(text)
    whole = text.rstrip("=")
    return base64.b64decode(whole[: len(whole) // 4 * 4] if len(whole) % 4 == 1 else whole + "=" * (-len(whole) % 4))


_DECODERS: dict[str, Callable[[str], bytes]] = {
    "base64": _base64,
    "escapes": lambda text: bytes(int(found[1], 16) for found in _ESCAPE.finditer(text)),
    "entities": lambda text: html.unescape(text).encode(),
    "percent": unquote_to_bytes,
}
