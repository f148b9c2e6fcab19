"""What reviewers say who have very many findings, joined to the groups there are.

They speak in turn, who says least first. A finding may join one group of those who spoke before, the one it fits best,
and every member of that group must suit it. So groups never become one, however many findings a later reviewer makes
and whatever it writes, and none of their members ever leaves. How many others a finding is compared with has bounds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from reviewbot.model import Anchor
from reviewbot.stages.merging.similarity import (
    NEVER,
    Vector,
    cosine,
    needed,
    vector,
    vocabulary,
)
from reviewbot.stages.merging.ties import Spoken, fit
from reviewbot.stages.merging.tuning import Tuning
from reviewbot.stages.merging.voices import Voice

_REFRESH = 1.5
"""Words are weighed anew when the findings heard have grown by this factor."""
# Bounds for hostile or enormous input. They keep the work in proportion to the findings; with fewer than about forty in
# a file they change nothing.
_BLOCK = 20
"""Lines whose findings are looked for together."""
_NEIGHBOURS = 12
_CANDIDATES = 40
_TRIES = 4
_FULL = 12
"""Findings of the crowd in one group."""


class Crowd(Spoken):
    """The findings heard so far and the groups they form."""

    def __init__(self, groups: Sequence[Sequence[Voice]], tuning: Tuning) -> None:
        super().__init__([], tuning)
        self._group_of: list[int] = []
        self._members: dict[int, list[int]] = {}
        self._index = _Index()
        self._containing: Counter[str] = Counter()
        for group in groups:
            first = len(self._voices)
            for voice in group:
                self._add(voice, first)
        self._panel = len(self._voices)
        self._weigh()
        for number, voice in enumerate(self._voices):
            self._index.add(number, voice.reading.anchor, self._vector(number))

    def groups(self) -> list[list[Voice]]:
        return [[self._voices[number] for number in group] for group in self._members.values()]

    def hear(self, voices: Sequence[Voice]) -> None:
        """Let one reviewer add all it has to say."""
        first = len(self._voices)
        for voice in voices:
            self._add(voice, len(self._voices))
        if len(self._voices) >= _REFRESH * self._weighed:
            self._weigh()
        tries: Counter[int] = Counter()
        for _, new, other in sorted(self._pairs(first)):
            if tries[new] < _TRIES and not self._join(new, other, first):
                tries[new] += 1

    def _add(self, voice: Voice, group: int) -> None:
        self._members.setdefault(group, []).append(len(self._voices))
        self._group_of.append(group)
        self._voices.append(voice)
        self._containing.update(voice.reading.terms.keys())

    def _weigh(self) -> None:
        self._weighed = len(self._voices)
        self._vocabulary = vocabulary(self._weighed, self._containing)
        self._vectors: dict[int, Vector] = {}

    def _vector(self, number: int) -> Vector:
        if number not in self._vectors:
            self._vectors[number] = vector(self._voices[number].reading, self._vocabulary)
        return self._vectors[number]

    def _pairs(self, first: int) -> Iterator[tuple[float, int, int]]:
        """What the new findings have in common with others, as (how much more than needed, negated; new; other)."""
        for new in range(first, len(self._voices)):
            reading, words = self._voices[new].reading, self._vector(new)
            for other in self._index.near(reading.anchor, words):
                least = needed(reading, self._voices[other].reading, self._tuning)
                if least < NEVER and (similarity := cosine(words, self._vector(other))) >= least:
                    yield least - similarity, new, other
            self._index.add(new, reading.anchor, words)

    def _join(self, new: int, other: int, first: int) -> bool:
        """Make one group of two, unless some of their members do not suit each other."""
        stays, goes = self._group_of[other], self._group_of[new]
        if stays == goes:
            return True
        mine, theirs = self._members[goes], self._members[stays]
        if min(mine) < first and min(theirs) < first:
            return False
        if sum(number >= self._panel for number in chain(mine, theirs)) > _FULL:
            return False
        if not fit(theirs, mine, (other, new), self, self._tuning):
            return False
        for number in mine:
            self._group_of[number] = stays
        theirs += self._members.pop(goes)
        return True

    def similarity(self, one: int, two: int) -> float:
        return cosine(self._vector(one), self._vector(two))


_Holders = defaultdict[str, list[int]]
"""The first findings that contain each term."""


class _Index:
    """Which findings contain a term, by file and line, so that a finding meets its neighbours and not everybody."""

    def __init__(self) -> None:
        self._nearby: defaultdict[tuple[str | None, int], _Holders] = defaultdict(lambda: defaultdict(list))
        self._everywhere: _Holders = defaultdict(list)

    def add(self, voice: int, anchor: Anchor, words: Vector) -> None:
        nearby, everywhere = self._nearby[anchor.path, _block(anchor.start)], self._everywhere
        for term in words:
            if len(holders := nearby[term]) < _NEIGHBOURS:
                holders.append(voice)
            if len(holders := everywhere[term]) <= _NEIGHBOURS:  # one more, which tells that there are too many
                holders.append(voice)

    def near(self, anchor: Anchor, words: Vector) -> list[int]:
        """At most `_CANDIDATES` findings that share a term with this one: telling terms and near lines first."""
        here, last = _block(anchor.start), _block(anchor.end or anchor.start)
        blocks = [-1] if here < 0 else [*range(max(0, here - 1), min(last, here + 2) + 2), -1]
        places = [(anchor.path, block) for block in blocks] + ([] if anchor.path is None else [(None, -1)])
        nearby = [self._nearby[place] for place in places if place in self._nearby]
        found: dict[int, None] = {}
        for term in words:
            for holding in nearby:
                if holders := holding.get(term):
                    found.update(dict.fromkeys(holders))
            everybody = self._everywhere.get(term, [])
            if anchor.path is None or len(everybody) <= _NEIGHBOURS:
                found.update(dict.fromkeys(everybody[:_NEIGHBOURS]))
            if len(found) >= _CANDIDATES:
                break
        return list(found)[:_CANDIDATES]


def _block(line: int | None) -> int:
    return -1 if line is None else line // _BLOCK
