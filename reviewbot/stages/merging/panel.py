"""What reviewers say who each say a usual amount -> groups that report one defect each.

Reviewers are compared two at a time, as if there were no others. A finding of one is paired with a finding of the
other when each is what fits the other best, for a reviewer seldom says one thing twice. So who is paired with whom
between two reviewers does not change when a third one speaks, and the pairs of all reviewers, put together, are the
groups: one more reviewer adds pairs and takes none away. Two groups that a pair ties together become one unless some
of their members clearly report two defects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations, pairwise, product, takewhile
from typing import NamedTuple

from reviewbot.stages.merging.similarity import (
    Vocabulary,
    contradict,
    cosine,
    needed,
    vector,
    vocabulary,
)
from reviewbot.stages.merging.ties import Spoken, belong, is_bridge
from reviewbot.stages.merging.tuning import Tuning
from reviewbot.stages.merging.voices import Voice

_MANY = 20
"""Findings of one reviewer beyond which it is one of the crowd. A usual review of a change has less than ten."""
_SEATS = 20
"""Reviewers of a panel at most: every two of them are compared, finding by finding."""


class _Pair(NamedTuple):
    """Two findings by their numbers; `spare` is by how much they are more alike than needed, negated."""

    spare: float
    one: int
    two: int


def seats(by_reviewer: Sequence[Sequence[Voice]]) -> int:
    """How many of the reviewers, who says least first, make the panel; the rest is the crowd."""
    return sum(1 for _ in takewhile(lambda voices: len(voices) <= _MANY, by_reviewer[:_SEATS]))


def groups_of(panel: Sequence[Sequence[Voice]], tuning: Tuning) -> list[list[Voice]]:
    """Put together what reports one defect."""
    return _Table(panel, tuning).groups()


class _Table(Spoken):
    def __init__(self, panel: Sequence[Sequence[Voice]], tuning: Tuning) -> None:
        super().__init__([voice for voices in panel for voice in voices], tuning)
        self._similar: dict[tuple[int, int], float] = {}
        ends = list(accumulate((len(voices) for voices in panel), initial=0))
        numbers = [range(start, end) for start, end in pairwise(ends)]
        said = [Counter(term for voice in voices for term in voice.reading.terms) for voices in panel]
        pairs: list[_Pair] = []
        for own, counts in zip(numbers, said, strict=True):
            pairs += self._alike(combinations(own, 2), vocabulary(len(own), counts))
        for (mine, here), (theirs, there) in combinations(zip(numbers, said, strict=True), 2):
            alike = self._alike(product(mine, theirs), vocabulary(len(mine) + len(theirs), here + there))
            pairs += _mutual(sorted(alike))
        self._pairs = sorted(pairs)

    def _alike(self, pairs: Iterator[tuple[int, int]], words: Vocabulary) -> Iterator[_Pair]:
        """Those of the pairs that report one defect, when nothing else is looked at."""
        vectors = {}
        for one, two in pairs:
            a, b = self._voices[one], self._voices[two]
            for number, voice in ((one, a), (two, b)):
                if number not in vectors:
                    vectors[number] = vector(voice.reading, words)
            similarity = self._similar[one, two] = cosine(vectors[one], vectors[two])
            least = needed(a.reading, b.reading, self._tuning)
            if similarity >= least and not contradict(a.reading, b.reading, a.wording, b.wording, similarity):
                yield _Pair(least - similarity, one, two)

    def groups(self) -> list[list[Voice]]:
        members = {number: [number] for number in range(len(self._voices))}
        group_of = dict(zip(members, members, strict=True))
        apart: set[tuple[int, int, int, int]] = set()  # groups as they were when they did not belong together
        for _, one, two in self._pairs:
            stays, goes = group_of[one], group_of[two]
            mine, theirs = members[stays], members[goes]
            state = (stays, len(mine), goes, len(theirs))
            if stays == goes or state in apart or is_bridge(mine, theirs, (one, two), self, self._tuning):
                continue
            if belong(mine, theirs, self, self._tuning):
                group_of.update(dict.fromkeys(theirs, stays))
                mine += members.pop(goes)
            else:
                apart.add(state)
        return [[self._voices[number] for number in group] for group in members.values()]

    def similarity(self, one: int, two: int) -> float:
        return self._similar[min(one, two), max(one, two)]


def _mutual(pairs: Sequence[_Pair]) -> Iterator[_Pair]:
    """Of pairs with the best first, those in which each finding is in its best one."""
    best: dict[int, _Pair] = {}
    for pair in pairs:
        best.setdefault(pair.one, pair)
        best.setdefault(pair.two, pair)
    return (pair for pair in pairs if best[pair.one] is pair and best[pair.two] is pair)
