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
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from reviewbot.late import compiled, late
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

# Scripts written without spaces between words: Thai to Khmer, kana, ideographs. What names them takes long to compile,
# and most texts need none of it.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUN = f"[{_UNSPACED}]"
_CAMEL = late(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = rf"[{_UNSPACED}]+|[^\W\d_{_UNSPACED}]+|\d+"
_PIECE = rf"[\w{_UNSPACED}]+"
"""What no token reaches beyond."""
# Most texts are ASCII, where blanks for all but words make the same cuts and take a fifth of the time.
_WORDS_ONLY = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
_WHOLE = rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+"
_CODE_LIKE = late(r"\w*(?:_\w|\d|[a-z][A-Z])\w*|[A-Za-z]")
_QUOTED = late(r"`([^`\n]{1,80})`")
_DUTY = late(r"\b(?:must|should|shall|needs? to|ha(?:s|ve) to)\s(not\s|never\s)?(?:be\s)?(\w{1,40})")
_ORDER = late(r"\W?(do not\s|don't\s|never\s|avoid\s)?(\w{0,40})")
_PLACE = late(
    r"(?:(?<![\w.-])([\w.-]{1,80}+):|\b[Ll]ines?\s{1,2}|\bL(?=\d))"
    r"(\d{1,7})(?:\s{0,2}(?:-|–|to|and|through)\s{0,2}L?(\d{1,7}))?"
)
_MAYBE_PLACE = late(r"(?::|ines?\s{1,2}|L)\d")
"""Stands in every `_PLACE`, and is much faster to look for."""
_PLACE_BEFORE, _PLACE_AFTER = 90, 40
"""More characters than a place can have before and after that."""
# Texts of one run share most of their words, so what a word amounts to is kept. Longer ones are rarely met again.
_KEPT_WORDS = 16_384
_LONGEST_KEPT = 40


class Named(Struct, frozen=True, kw_only=True):
    """A place that a text names: `app.py:12`, "lines 3 to 5"."""

    file: str | None
    """The last part of a path; None where the text names only the line."""
    start: int
    end: int


class Reading(Struct, frozen=True, kw_only=True):
    """What the comparison needs of every finding."""

    reviewer: str
    anchor: Anchor
    kind: Category | None
    """None for a finding about behaviour."""
    terms: Mapping[str, float]
    """How much each term is repeated: 1 for once, and its logarithm more for often. Sorted by the term."""
    named: tuple[Named, ...]


class Wording(Struct, frozen=True, kw_only=True):
    """What is needed besides to tell apart texts that are nearly equal: their words, each once."""

    title: frozenset[str]
    words: frozenset[str]
    """Those of title and body."""
    names: frozenset[str]
    """Those of `words` that are code: quoted, `snake_case`, `camelCase`, with a digit, or one letter."""
    prose: frozenset[str]
    """Those of `words` that are none."""
    subject: str | None
    """The one name that the text quotes; None when it quotes none or several."""
    advice: tuple[str, bool]
    """What the title tells to do, by its verb, and whether it tells not to."""


def read(finding: Finding) -> Reading:
    """Read a finding for comparison, without its suggestion: that repeats the code around, whatever is wrong there."""
    text = (
        _clean(finding.body)
        if _opens(finding.title, finding.body)
        else f"{_clean(finding.title)}\n{_clean(finding.body)}"
    )
    places = _places(text)
    counted = terms(_without(places, text))
    return Reading(
        reviewer=finding.reviewer,
        anchor=finding.anchor,
        kind=finding.category if finding.category in _KINDS else None,
        terms={term: 1.0 if (n := counted[term]) == 1 else 1 + math.log(n) for term in sorted(counted)},
        named=tuple(Named(file=m[1], start=int(m[2]), end=max(int(m[2]), int(m[3] or 0))) for m in places),
    )


def wording(finding: Finding) -> Wording:
    """Read a finding word by word."""
    title, body = (_without(_places(text), text) for text in (_clean(finding.title), _clean(finding.body)))
    in_title, in_body = set(_pieces(title, _WHOLE)), set(_pieces(body, _WHOLE))
    words = [_word(word) for word in in_title | in_body]
    quoted = [span for text in (title, body) for span in _QUOTED.findall(text)]
    subjects = {" ".join(_word(word).folded for word in _pieces(span, _WHOLE)) for span in quoted}
    names = {_word(word).folded for span in quoted for word in _pieces(span, _WHOLE)}
    names.update(word.folded for word in words if word.code_like)
    prose = frozenset(word.stem for word in words if word.folded not in names and word.stem)
    return Wording(
        title=frozenset(w.folded if w.folded in names else w.stem for w in map(_word, in_title)) - {""},
        words=prose | names,
        names=frozenset(names),
        prose=prose,
        subject=subjects.pop() if len(subjects) == 1 else None,
        advice=_advice(finding.title[:_MAX_CHARS].casefold()),
    )


def _advice(title: str) -> tuple[str, bool]:
    """See Wording. "X must not be Y" and "Do not Y" tell not to; "Y is wrong" and "Y" are taken for "Do Y"."""
    match = _DUTY.search(title) or next(_ORDER.finditer(title))  # which also fits no word at all
    return match[2], match[1] is not None


def _opens(title: str, body: str) -> bool:
    """Whether a title is but the start of the text, as where a tool gives one text only: that repeats no word."""
    return body.startswith(title.rstrip(" .…"))


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_MAX_CHARS])[:_MAX_CHARS]


def _places(text: str) -> list[re.Match[str]]:
    ends = [hint.end() for hint in _MAYBE_PLACE.finditer(text)]
    if not ends:
        return []
    return list(_PLACE.finditer(text, ends[0] - _PLACE_BEFORE, ends[-1] + _PLACE_AFTER))


def _without(places: Iterable[re.Match[str]], text: str) -> str:
    """The text with a blank for each of the places."""
    parts: list[str] = []
    at = 0
    for place in places:
        parts.append(text[at : place.start()])
        at = place.end()
    return " ".join([*parts, text[at:]])


def terms(text: str) -> Counter[str]:
    """Count the terms of a text: see the module's promise."""
    pieces = _pieces(text, _PIECE)
    of_piece = _kept_terms if max(map(len, pieces), default=0) <= _LONGEST_KEPT else _terms
    return Counter(chain.from_iterable(map(of_piece, pieces)))


def _pieces(text: str, expression: str) -> list[str]:
    return text.translate(_WORDS_ONLY).split() if text.isascii() else compiled(expression).findall(text)


def _terms(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for token in compiled(_TOKEN).findall(_CAMEL.sub(" ", text)):
        word = token.casefold()
        if word[0] > "\u0dff" and compiled(_RUN).match(word):
            found += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif word not in _FILLER and (len(word) > 1 or not word.isascii() or word.isdigit()):
            found.append(word[:STEM])
    return tuple(found)


_kept_terms = lru_cache(maxsize=_KEPT_WORDS)(_terms)


class _Word(NamedTuple):
    folded: str
    """In lower case and without underscores: `getUser` and `get_user` are one name."""
    stem: str
    """Empty for filler."""
    code_like: bool


@lru_cache(maxsize=_KEPT_WORDS)
def _word(word: str) -> _Word:
    folded = word.casefold().replace("_", "") or word
    stem = "" if folded in _FILLER else folded[:STEM]
    return _Word(folded=folded, stem=stem, code_like=_CODE_LIKE.fullmatch(word) is not None)
