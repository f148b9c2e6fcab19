"""File names as diffs write them: quoted like C strings, with prefixes, with a time behind a tab."""

from __future__ import annotations

import re

NULL = b"/dev/null"

_LONGEST = 65_536
"""Bytes; what is longer is no name, and is not worth the memory of unquoting it."""
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*+)"', re.DOTALL)  # possessive: no memory per character
_STANDARD_PREFIX = re.compile(rb"^[abciow12]/(?=.)", re.DOTALL)


def header_name(text: bytes) -> bytes:
    """The name behind `--- ` or `+++ `, its prefix kept, the time behind a tab cut off."""
    quoted = _QUOTED.match(text)
    return _unquote(quoted) if quoted else text.partition(b"\t")[0]


def whole_name(text: bytes) -> bytes:
    """The name behind `rename from ` and its like, which reaches to the end of the line."""
    quoted = _QUOTED.fullmatch(text)
    return _unquote(quoted) if quoted else text


def git_names(text: bytes) -> tuple[bytes, bytes] | None:
    """Both names behind `diff --git `, prefixes kept; None when they cannot be told apart.

    git writes different names there for a rename or copy only, and then says both again on lines of their own.
    """
    if quoted := _QUOTED.match(text):
        return _unquote(quoted), whole_name(text[quoted.end() + 1 :])
    if text.endswith(b'"') and b' "' in text:
        left, _, right = text.partition(b' "')
        return left, whole_name(b'"' + right)
    middle = len(text) // 2
    left, right = text[:middle], text[middle + 1 :]
    if text[middle : middle + 1] == b" " and (left == right or _without_first(left) == _without_first(right)):
        return left, right
    return None


def path_of(old: bytes, new: bytes) -> bytes:
    """The path that two names with their prefixes are about.

    Names that differ in their first component alone (`a/x b/x`, `old/x new/x`) mean the rest, equal ones (no prefixes)
    the whole, others the new name. Where one side is /dev/null, a prefix that git writes is taken off the other.
    """
    if NULL in (old, new):
        return _STANDARD_PREFIX.sub(b"", old if new == NULL else new, count=1)
    rest = _without_first(new)
    differ = old != new and rest and (rest == _without_first(old) or (old[:2], new[:2]) == (b"a/", b"b/"))
    return rest if differ else new


def _without_first(name: bytes) -> bytes:
    return name.partition(b"/")[2]


def _unquote(quoted: re.Match[bytes]) -> bytes:
    if len(quoted.group()) > _LONGEST:
        return quoted.group()
    return _ESCAPE.sub(_unescape, quoted.group(1))


def _unescape(escape: re.Match[bytes]) -> bytes:
    code = escape.group(1)
    return bytes((int(code, 8),)) if len(code) == 3 else _LETTERS.get(code, code)
