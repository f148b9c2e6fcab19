"""A reviewer's words with what may not be shown taken out, and nothing added.

The result is a part of the input, in order, and cleaning it again changes nothing. Wherever it is pasted as GitHub
Flavored Markdown it brings no mention, no reference to an issue, no link, image or address that can be clicked, no
HTML that does anything, no hidden comment, no suggestion block, no half-open fence and no character that is not seen.
Prose, emphasis, lists, code spans, fences and every script stay.

Decisions: the scheme of an address goes and its host and path stay, because the words are the finding and the scheme
is what makes them a link. Commit ids stay: they notify nobody and link only within their own repository. A word in
angle brackets that is no HTML element and has no attribute value (`List<String>`, `<your key>`) stays: it is code or
a placeholder, and it does nothing in any renderer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reviewbot.sanitize.characters import without_escapes, without_unseen
from reviewbot.sanitize.code import OWN_MARKER, Fence, blocks
from reviewbot.sanitize.prose import clean_prose

_PASSES = 12
# What the passes look for begins with one of these.
_TRIGGERS = re.compile(r"[<>\[\]@#&`~\\:.-]")


@lru_cache(maxsize=256)  # an entry's words are those of its lead, and most texts are shown twice in a row
def clean_words(text: str) -> str:
    """Take out what may not be shown; deletion only, idempotent, linear in the length of the text."""
    text = without_escapes(text)
    for _ in range(_PASSES):
        cleaned = _pass(text)
        if cleaned == text:
            return text
        text = cleaned
    return _bluntly(text)


def clean_title(text: str) -> str:
    """A title after `clean_words`, on one line; when nothing is left of it, it says so."""
    return " ".join(clean_words(text).split()) or "(no readable title)"


def clean_body(text: str) -> str:
    """A body after `clean_words`, without blank edges."""
    return clean_words(text).strip()


def _bluntly(text: str) -> str:
    """For text that nests its markup deeper than any reviewer does: none of the characters that markup is made of."""
    return _pass(_TRIGGERS.sub("", text))


def _pass(text: str) -> str:
    """Take out what is seen at first sight. What that brings together is found by the next pass."""
    pieces: list[str] = []
    for block in blocks(without_unseen(text)):
        if isinstance(block, Fence):
            pieces.append(block.opening + block.language)
            if block.lines:
                pieces.append(OWN_MARKER.sub("", "\n".join(block.lines)))
            pieces.append(block.closing)
        else:
            pieces.append(clean_prose(block.text))
    return "\n".join(pieces)
