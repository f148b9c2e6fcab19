"""Private keys in text form (PEM, OpenSSH, OpenPGP, PuTTY), whole or cut, over several lines or inside one string."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby

from msgspec import Struct

from reviewbot.late import late
from reviewbot.stages.secrets.values import is_filled_in

_MARKER = late(
    r"-{4,5} ?(?:(?P<begin>BEGIN)|END) (?P<what>[A-Z0-9 ]{1,60})-{4,5}|(?P<putty>Private-Lines: [0-9]{1,4})(?![0-9])"
)
_MOST = 40_000
"""Characters of the longest key, generously: 16384-bit RSA takes 13,000 before it is indented and quoted."""

# A key is read in pieces, divided by line ends or by what stands for one inside a string. Around a piece there may
# be indentation, comment leaders, quotes, and what joins strings; `//` and `+` may also begin base64.
_BREAK = late(r"\n|(?:\\{1,4}r)?\\{1,4}n|\\{1,4}u000[aA]|(?:%0[dD])?%0[aA]")
_LEFT = r"(?:[\s\"'`#*;>|,.()\[\]{}&_%!\\]|[bru@](?=[\"'])|(?://|--|[-+])(?=[\s\"'`]|\Z))*+"
_RIGHT = r"(?:[\s\"'`#*;>|,.()\[\]{}&_%!\\]|\+(?=\s|\Z))*+\Z"
_BODY = late(
    rf"{_LEFT}(?P<body>[A-Za-z0-9+/]{{16,}}+={{0,2}}(?:[ \t]++[A-Za-z0-9+/]++={{0,2}})*+|=?[A-Za-z0-9+/]++={{0,2}})"
    + _RIGHT
)
_AROUND = late(rf"{_LEFT}(?:(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|Subject): .*)?\Z")
_MOST_AROUND = 6
"""Headers and blank lines in a row, with what is left of the line of the marker."""
_DER = ("MI", "MC", "ME", "MH", "b3Bl", "lQ")
"""How a key begins in base64: an ASN.1 sequence, "openssh-key", an OpenPGP secret-key packet."""

_Span = tuple[int, int]


class KeyPart(Struct, frozen=True, kw_only=True):
    """The characters start..end of one line that belong to a key."""

    line: int
    start: int
    end: int


def find_private_keys(lines: Sequence[str], *, inside: bool) -> tuple[tuple[KeyPart, ...], ...]:
    """Every private key in neighbouring lines of one side of a file; one part for each line that holds some of it.

    Its first or its last lines may be missing. `inside`: the lines may begin in the middle of a key. A marker alone
    is no key, nor is a placeholder between two markers: code that looks for keys is left as it is.
    """
    text = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    return tuple(tuple(_by_line(key, starts)) for key in _keys(text, inside=inside))


def _keys(text: str, *, inside: bool) -> Iterator[list[_Span]]:
    """The spans of each key: its body between two markers, and those of the two that belong to it."""
    opened: list[_Span] | None = [] if inside else None
    at = 0
    for marker in (*_MARKER.finditer(text), None):
        end = marker.start() if marker else len(text)
        begins, ends = _edges(marker)
        body = _first_lines(text, at, end) if opened is not None else []
        if ends:
            body += _last_lines(text, at, end)
        if body:
            yield [*(opened or ()), *body, *([marker.span()] if marker and ends else ())]
        opened = [marker.span()] if marker and begins else None
        at = marker.end() if marker else end


def _edges(marker: re.Match[str] | None) -> tuple[bool, bool]:
    """Whether a private key begins here, whether one ends here."""
    if marker is None or not (marker["putty"] or "PRIVATE KEY" in marker["what"]):
        return False, False
    begins = bool(marker["putty"] or marker["begin"])
    return begins, not begins


def _first_lines(text: str, start: int, end: int) -> list[_Span]:
    """The body that begins at `start`: full lines and perhaps a short one, after headers."""
    found: list[_Span] = []
    around = 0
    for left, right in _pieces(text, start, min(end, start + _MOST)):
        body = _BODY.match(text, left, right)
        if body and _is_key_material(body["body"]):
            found.append(body.span("body"))
            around = 0
        elif body and found:
            return [*found, body.span("body")]
        elif around == _MOST_AROUND or not _AROUND.match(text, left, right):
            break
        else:
            around += 1
    return found


def _last_lines(text: str, start: int, end: int) -> list[_Span]:
    """The body that ends at `end`: perhaps a short line and a checksum, full lines before them."""
    found: list[_Span] = []
    full = False
    around = 0
    for left, right in reversed(list(_pieces(text, max(start, end - _MOST), end))):
        body = _BODY.match(text, left, right)
        if body and (_is_key_material(body["body"]) or (not full and len(found) < 2)):
            found.append(body.span("body"))
            full = full or _is_key_material(body["body"])
            around = 0
        elif body or around == _MOST_AROUND or not _AROUND.match(text, left, right):
            break
        else:
            around += 1
    return found if full else []


def _pieces(text: str, start: int, end: int) -> Iterator[_Span]:
    for divider in _BREAK.finditer(text, start, end):
        yield start, divider.start()
        start = divider.end()
    yield start, end


def _is_key_material(body: str) -> bool:
    """Full lines have 64 characters or more; less is enough where it cannot be a word of code."""
    return is_filled_in(body) and (
        len(body) >= 32
        or (len(body) >= 16 and any(sign in "0123456789+/=" for sign in body))
        or (len(body) >= 12 and body.startswith(_DER))
    )


def _by_line(spans: Iterable[_Span], starts: Sequence[int]) -> Iterator[KeyPart]:
    """One part for each line, from the first of its spans to the end of the last."""
    placed = sorted((bisect_right(starts, start) - 1, start, end) for start, end in spans)
    for line, group in groupby(placed, key=lambda span: span[0]):
        parts = list(group)
        yield KeyPart(line=line, start=parts[0][1] - starts[line], end=max(end for _, _, end in parts) - starts[line])
