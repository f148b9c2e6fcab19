"""Text as a model reads it, whatever it is dressed up as: invisible and look-alike characters, encodings, spacing.

A language model reads base64, text backwards or Cyrillic letters that look Latin nearly as well as plain words.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from reviewbot.late import late
from reviewbot.sanitize.characters import UNSEEN

_MAX_DECODED = 4_000
"""Characters of one encoded stretch that are looked at."""

_UNSEEN = late(f"[{UNSEEN}]")
_TAG = late("[\U000e0020-\U000e007e]")
_ALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһӏνοαρτυικηβАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdqwhlvoaptuiknbABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look Latin."""
_LEET = str.maketrans("0134579@$", "oieastgas")
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")

# One of these is in every text worth undressing, written as the disguise writes it.
_TELLING = (
    "instruct",
    "prompt",
    "reviewer",
    "finding",
    "ignore",
    "approve",
    "report",
    "vulnerab",
    "severity",
    "verdict",
)
_TELLING_ROT13 = tuple(word.translate(_ROT13) for word in _TELLING)
_TELLING_BACK = tuple(word[::-1] for word in _TELLING)

_SPACED = late(r"(?<![^\W_])[^\W\d_](?:(?: {1,4}|[.\-_*])[^\W\d_](?![^\W_])){5,}+")
"""Letters one by one, whatever stands between them."""
_SHORT_SPACED = late(r"(?<![^\W_])[^\W\d_](?:(?: {1,4}|[.\-_*])[^\W\d_](?![^\W_])){2,}+")
"""The words beside such a text may be short."""
_MAYBE_SPACED = late(" a {1,4}a {1,4}a {1,4}a ")
"""What is in such a text, with the letters and what stands between them as `_KINDS` has it."""
_KINDS = str.maketrans(
    {code: "a" if chr(code).isalpha() else " " if chr(code) in " .-_*" else "x" for code in range(128)}
)
_WORD_END = late(" {2,}")

_LONG = 24
"""Characters of the shortest word that may be base64 or hexadecimal for something worth saying."""
_LONG_WORD = "a" * _LONG
"""In a text whose signs of such words are all this one."""
_SAME = str.maketrans({code: "a" if chr(code).isalnum() or chr(code) in "+/_" else " " for code in range(128)})
_BASE64 = late(rf"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{{{_LONG},}}+={{0,2}}")
_AFTER_CODE = r"\b[),; ]{1,3}(?:[+.&]{1,2} ?)?(?:ch[ra]r?\()?"
_NUMBERS = late(
    rf"[0-9](?<!\w[0-9])(?:(?<=0)x[2-7][0-9a-fA-F]|(?<!0)[0-9]{{1,2}}){_AFTER_CODE}"
    rf"(?:\b(?:0x[2-7][0-9a-fA-F]|[1-9][0-9]{{1,2}}){_AFTER_CODE}){{10,}}+[0-9a-fx]{{0,4}}"
)
"""Codes of characters in a row. The first is written so that only digits are looked at."""
_BITS = late(r"(?<![01])[01]{8}(?:[ ,_]{0,2}[01]{8}){11,}(?![01])")
"""Letters in binary digits."""
_BIT = late("[01]{8}")
_BITS_OF_LETTERS = ("01100", "01101", "01110")
_BASE32 = late("[A-Z2-7]+")
_CHARACTER = late("0x[0-9a-fA-F]{2}|[0-9]{2,3}")
_ESCAPE = late(r"\\(?:x|u00)([0-9A-Fa-f]{2})|\\u\{0{0,4}([0-9A-Fa-f]{2})\}|\\([0-7]{3})")
_WRITTEN_OUT = late(
    r"\\(?:x[2-7]|u00[2-7]|u\{0{0,4}[2-7]|[01][0-7])[0-9A-Fa-f]|&\#(?:[0-9]{2,3}|x[0-9A-Fa-f]{2});|%[2-7][0-9A-Fa-f]"
)
"""A character that a language, HTML or an address writes otherwise, of those that words are made of."""
_PIECES = late(r"""["'`] ?(?:\+|\.{1,2}|&|~|<<|\|\|)? ?[furFUR]?["'`]""")
"""Where one string ends and the next goes on."""
_PARTED = late(r"""["'`] ?(?:\+|\.{1,2}|&|~|<<|\|\|) ?["'`]""")
_HUMP = late("(?<=[a-z0-9])(?=[A-Z])")
_TOGETHER = late(
    "(ignore|disregard|forget|approve|report|output|return|findings|issues|instructions|prompts?|previous|prior|above"
    "|system|reviewer|review|nothing|without|please|should|must|this|that|all|and|the|any|your|change|pull|request)"
)
"""Words that part a text which has no space."""

_BREAKS = late(r"(?<!\\)\\++[nrt]")  # begun nowhere else in a row of backslashes, which may be long and lead nowhere
_MARKED = late("([A-Za-z])[\u0300-\u036f]+")
_BARRED = str.maketrans("łŁ", "lL")
"""For Unicode a letter of its own, not one with a mark."""


_LETTERS = late("[a-z]++")


def _misspelt(word: str) -> Iterator[str]:
    """The word with two letters next to each other swapped, one left out, or one twice."""
    for at in range(1, len(word)):
        yield word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        yield word[:at] + word[at - 1 :]
        yield word[:at] + word[at + 1 :]


_SPELT = ("ignore", "disregard", "previous", "instructions", "prompt", "approve", "reviewer", "findings")
TYPOS = {wrong: word for word in _SPELT for wrong in _misspelt(word) if wrong not in _SPELT and wrong not in word + "s"}
"""Words of an order with a slip of the hand, and what they are meant for."""


def plain(line: str) -> str:
    """Lower case, line breaks that are written out as blanks, without what is not seen, Latin letters without accents,
    and compatibility forms (𝐛𝐨𝐥𝐝, ｆｕｌｌ) as their letters."""
    if "\\" in line:
        line = _BREAKS.sub("  ", line)
    if line.isascii():
        return line.lower()
    apart = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", line).translate(_BARRED))
    return _UNSEEN.sub("", unicodedata.normalize("NFC", apart)).lower()


def disguise_marks(text: str, words: frozenset[str] = frozenset()) -> Iterator[int]:
    """Where in a text of many lines and these words something may be disguised; for most texts nowhere. Cheap."""
    ascii_text = text.encode("ascii", "replace").decode("ascii")  # of the same length
    lower = ascii_text.lower()
    for word in (*_TELLING_ROT13, *_TELLING_BACK, *(TYPOS.keys() & words)):
        yield from _starts(word, lower)
    read = lower.translate(_LEET)
    for word in _TELLING:
        if read.count(word) > lower.count(word):
            yield from set(_starts(word, read)).difference(_starts(word, lower))
    yield from _long_words(ascii_text.translate(_SAME))
    for pattern in (_WRITTEN_OUT, _NUMBERS, _PARTED):
        yield from (match.start() for match in pattern.finditer(ascii_text))
    if any(bits in ascii_text for bits in _BITS_OF_LETTERS):
        yield from (match.start() for match in _BITS.finditer(ascii_text))
    if _MAYBE_SPACED.search(ascii_text.translate(_KINDS)):
        yield from (match.start() for match in _SPACED.finditer(ascii_text))


def _long_words(text: str) -> Iterator[int]:
    at = text.find(_LONG_WORD)
    while at >= 0:
        yield at
        end = text.find(" ", at)
        at = text.find(_LONG_WORD, end) if end >= 0 else -1


def _starts(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def ends_open(line: str) -> bool:
    """Whether the line ends with a string that the next line may go on with."""
    return line.rstrip(" \t\\+.&").endswith(_QUOTES)


def goes_on(line: str) -> bool:
    """Whether the line begins with a string."""
    return line.lstrip(" \t+.&fruFRU").startswith(_QUOTES)


_QUOTES = ('"', "'", "`")


def stitched(lines: Iterable[str]) -> str:
    """Strings that are one, as one."""
    return _PIECES.sub("", " ".join(line.strip(" \t\\") for line in lines))


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
    if _SPACED.search(lower):
        yield _SHORT_SPACED.sub(_joined, lower)
    if misspelt := TYPOS.keys() & set(_LETTERS.findall(lower)):
        yield re.sub(rf"\b(?:{'|'.join(misspelt)})\b", lambda found: TYPOS[found[0]], lower)
    if _PARTED.search(line):
        yield plain(stitched((line,)))
    yield from _decoded(line)


def _joined(found: re.Match[str]) -> str:
    """Letters one by one as words, where the space between words is wider; else as one word, parted where it can be."""
    words = [re.sub(r"[ .\-_*]", "", word) for word in _WORD_END.split(found[0])]
    return " ".join(words) if len(words) > 1 else _TOGETHER.sub(r" \1 ", words[0])


def _tells_more(read: str, written: str) -> bool:
    return any(read.count(word) > written.count(word) for word in _TELLING)


def _decoded(line: str) -> Iterator[str]:
    if _WRITTEN_OUT.search(line):
        yield plain(unquote(html.unescape(_ESCAPE.sub(_written, line))))
    for numbers in _NUMBERS.finditer(line):
        codes = (int(found, 16 if found.startswith("0x") else 10) for found in _CHARACTER.findall(numbers[0]))
        yield "".join(chr(code) for code in codes if code < 0x7F).lower()
    if any(bits in line for bits in _BITS_OF_LETTERS):
        for bits in _BITS.finditer(line):
            yield "".join(chr(int(bit, 2)) for bit in _BIT.findall(bits[0])).lower()
    for match in _BASE64.finditer(line):
        if match[0].isalpha() and _HUMP.search(match[0]):
            yield _HUMP.sub(" ", match[0]).lower()
        if match[0].islower():
            yield _TOGETHER.sub(r" \1 ", match[0])
        if (decoded := _from_base64(match[0])) is not None:
            yield decoded
            if not _BASE64.search(decoded):
                yield from disguised(decoded)


def _written(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16) if found[1] or found[2] else int(found[3], 8))


def _from_base64(text: str, *, deeper: bool = True) -> str | None:
    """The text that it, or base32 or hexadecimal in it, stands for; None when it stands for anything else.

    deeper: whether it may be encoded twice.
    """
    text = text[:_MAX_DECODED].rstrip("=")
    try:
        if re.fullmatch(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", text):
            data = bytes.fromhex(text)
        elif _BASE32.fullmatch(text) and len(text) % 8 not in (1, 3, 6):
            data = base64.b32decode(text + "=" * (-len(text) % 8))
        else:
            cut = len(text) // 4 * 4 if len(text) % 4 == 1 else len(text)
            data = base64.b64decode(text[:cut] + "=" * (-cut % 4))
        read = data.decode("utf-8")
    except (ValueError, binascii.Error):
        return None
    if deeper and _BASE64.fullmatch(read):
        return _from_base64(read, deeper=False)
    return plain(read) if " " in read and read.replace("\n", " ").isprintable() else None
