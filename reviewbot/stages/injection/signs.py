"""Ideas that stand close together in an order to a reviewer, whatever the words: who is spoken to, an order, an answer.

A sentence that is worded anew has none of the phrases of `rules`, but it still has to say who is meant and
what that one is to do. So ideas are looked for by all their words, and a sign is several of them within a stretch of
text. One idea alone is what code and documents say every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from reviewbot.late import compiled


class Sign(Struct, frozen=True, kw_only=True):
    attempt: str
    """What the text does, to follow "it": fixed words of ours, nothing of the text."""
    strong: bool
    """Whether hardly anybody says so to people."""
    ideas: tuple[str, ...]
    within: int
    """Characters from the beginning of the first idea to the end of the last."""
    ordered: bool = False
    """Whether the ideas have to come in this order."""


class Language(Struct, frozen=True, kw_only=True):
    """The words of each idea, as patterns, and the signs that are made of them."""

    ideas: Mapping[str, str]
    signs: tuple[Sign, ...]


class _Place(Struct, frozen=True, kw_only=True):
    start: int
    end: int


def signs_in(text: str, language: Language) -> Iterator[tuple[int, Sign]]:
    """Where each sign is first in the text. Time is in proportion to the text: each idea is looked for once at most."""
    places: dict[str, list[_Place]] = {}
    for sign in language.signs:
        for idea in sign.ideas:
            if idea not in places:
                places[idea] = _places(language.ideas[idea], text)
            if not places[idea]:
                break
        else:
            at = (_in_order if sign.ordered else _close)([places[idea] for idea in sign.ideas], sign.within)
            if at is not None:
                yield at, sign


def _places(source: str, text: str) -> list[_Place]:
    """Matches of an idea. What its group `not` takes is none, and nothing else is read from there."""
    pattern = compiled(source)
    unless = "not" in pattern.groupindex
    return [_Place(start=m.start(), end=m.end()) for m in pattern.finditer(text) if not unless or m["not"] is None]


def _close(ideas: list[list[_Place]], within: int) -> int | None:
    """Where the first stretch begins that has one place of each idea."""
    places = sorted((place.start, place.end, idea) for idea, found in enumerate(ideas) for place in found)
    last = [-1] * len(ideas)
    for start, end, idea in places:
        last[idea] = start
        first = min(last)
        if first >= 0 and end - first <= within:
            return first
    return None


def _in_order(ideas: list[list[_Place]], within: int) -> int | None:
    """The same for places that follow each other without sharing a character."""
    chains = [(place.start, place.end) for place in ideas[0]]
    for found in ideas[1:]:
        longer: list[tuple[int, int]] = []
        at, begin = 0, -1
        for place in found:
            while at < len(chains) and chains[at][1] <= place.start:
                begin = chains[at][0]
                at += 1
            if begin >= 0 and place.end - begin <= within:
                longer.append((begin, place.end))
        chains = longer
    return chains[0][0] if chains else None


def words(*stems: str) -> str:
    """A pattern for whole words, each given as a pattern."""
    return rf"\b(?:{'|'.join(stems)})\b"
