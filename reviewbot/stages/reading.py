"""A finding -> what a comparison needs of it: its terms, the places that it names, its words.

A text becomes terms: words and the parts of identifiers (`maxRetries` gives "max" and "retries"), cut to their first
letters so that "locks" and "locking" meet. Scripts that write no spaces become pairs of characters.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviewbot.model import Anchor, Category, Finding

STEM = 5
"""Letters that are kept of a word."""
_MAX_CHARS = 2_000

_FILLER = frozenset(
    """
    a an and are as at be been being by can could did do does doing e eg etc for from g had has have having he her his
    how i ie if in into is it its itself may might must of on or our she should so such than that the their them then
    there these they this those to was we were what when where which while who whom whose why will with would you your
    """.split()  # noqa: SIM905 - one word per line would fill a screen
)
# Categories that reviewers seldom take for one another or for the rest, which is about behaviour.
_KINDS = frozenset({Category.PERFORMANCE, Category.TESTS, Category.DOCS, Category.STYLE})

# Scripts written without spaces between words: Thai to Khmer, kana, ideographs.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_UNSPACED}]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W\d_])+|\d+")
_WHOLE = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+")
_CODE_LIKE = re.compile(r"\w*(?:_\w|\d|[a-z][A-Z])\w*|[A-Za-z]")
_QUOTED = re.compile(r"`([^`\n]{1,80})`")
_PLACE = re.compile(
    r"(?:(?<![\w.-])([\w.-]{1,80}):|\b[Ll]ines?\s{1,2}|\bL(?=\d))"
    r"(\d{1,7})(?:\s{0,2}(?:-|–|to|and|through)\s{0,2}L?(\d{1,7}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place that a text names: `app.py:12`, "lines 3 to 5"."""

    file: str | None
    """The last part of a path; None where the text names only the line."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the comparison needs of every finding."""

    reviewer: str
    anchor: Anchor
    kind: Category | None
    """None for a finding about behaviour."""
    terms: Mapping[str, float]
    """How much each term is repeated: 1 for once, and its logarithm more for often."""
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is needed besides to tell apart texts that are nearly equal: their words, each once."""

    title: frozenset[str]
    words: frozenset[str]
    """Those of title and body."""
    names: frozenset[str]
    """Those of `words` that are code: quoted, `snake_case`, `camelCase`, with a digit, or one letter."""
    prose: frozenset[str]
    """Those of `words` that are none."""


def read(finding: Finding) -> Reading:
    """Read a finding for comparison, without its suggestion: that repeats the code around, whatever is wrong there."""
    text = f"{_clean(finding.title)}\n{_clean(finding.body)}"
    places = list(_PLACE.finditer(text))
    return Reading(
        reviewer=finding.reviewer,
        anchor=finding.anchor,
        kind=finding.category if finding.category in _KINDS else None,
        terms={term: 1 + math.log(n) for term, n in terms(_PLACE.sub(" ", text) if places else text).items()},
        named=tuple(Named(file=m[1], start=int(m[2]), end=max(int(m[2]), int(m[3] or 0))) for m in places),
    )


def wording(finding: Finding) -> Wording:
    """Read a finding word by word."""
    title, body = (_PLACE.sub(" ", _clean(text)) for text in (finding.title, finding.body))
    whole = [word.casefold() for word in _WHOLE.findall(f"{title}\n{body}")]
    names = _names(f"{title}\n{body}")
    return Wording(
        title=_words((word.casefold() for word in _WHOLE.findall(title)), names),
        words=_words(whole, names),
        names=names,
        prose=_words((word for word in whole if word not in names), names),
    )


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_MAX_CHARS])[:_MAX_CHARS]


def terms(text: str) -> Counter[str]:
    """Count the terms of a text: see the module's promise."""
    found: Counter[str] = Counter()
    for token in _TOKEN.findall(_CAMEL.sub(" ", text)):
        word = token.casefold()
        if word[0] > "\u0dff" and _RUN.match(word):
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif word not in _FILLER and (len(word) > 1 or not word.isascii() or word.isdigit()):
            found[word[:STEM]] += 1
    return found


def _names(text: str) -> frozenset[str]:
    quoted = {word.casefold() for span in _QUOTED.findall(text) for word in _WHOLE.findall(span)}
    return frozenset(quoted | {word.casefold() for word in _WHOLE.findall(text) if _CODE_LIKE.fullmatch(word)})


def _words(whole: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    """Names as they are, other words cut like terms, filler left out."""
    return frozenset(word if word in names else word[:STEM] for word in whole if word in names or word not in _FILLER)
