"""Whether two groups of findings are one, when a member of the one and a member of the other report the same defect."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import product
from typing import Protocol

from reviewbot.stages.merging.similarity import contradict, threshold
from reviewbot.stages.merging.tuning import Tuning
from reviewbot.stages.merging.voices import Voice


class Comparison(Protocol):
    """What is known of any two findings, by their numbers."""

    def similarity(self, one: int, two: int) -> float:
        """How alike their texts are."""
        ...

    def threshold(self, one: int, two: int) -> float:
        """How alike they would have to be, were they said by two reviewers."""
        ...

    def contrary(self, one: int, two: int) -> bool:
        """Whether they clearly report two defects."""
        ...


class Spoken(ABC):
    """A Comparison of voices, which are numbered as they stand in the list. What their words are worth is left open."""

    def __init__(self, voices: list[Voice], tuning: Tuning) -> None:
        self._voices = voices
        self._tuning = tuning

    @abstractmethod
    def similarity(self, one: int, two: int) -> float:
        """See Comparison."""

    def threshold(self, one: int, two: int) -> float:
        """See Comparison."""
        return threshold(self._voices[one].reading, self._voices[two].reading, self._tuning)

    def contrary(self, one: int, two: int) -> bool:
        """See Comparison."""
        a, b = self._voices[one], self._voices[two]
        return contradict(a.reading, b.reading, a.wording, b.wording, self.similarity(one, two))


def is_bridge(
    mine: Sequence[int], theirs: Sequence[int], tie: tuple[int, int], known: Comparison, tuning: Tuning
) -> bool:
    """Whether one of the two findings that tie the groups `mine` and `theirs` together speaks of two defects."""
    one, two = tie
    tied = known.similarity(one, two)
    bridge = tuning.bridge * tied
    return any(known.similarity(a, two) < bridge * known.similarity(a, one) for a in mine if a != one) or any(
        known.similarity(one, b) < bridge * known.similarity(two, b) for b in theirs if b != two
    )


def belong(mine: Sequence[int], theirs: Sequence[int], known: Comparison, tuning: Tuning) -> bool:
    """Whether the members of two groups may be in one entry, whichever of them tie the groups together."""
    pairs = list(product(mine, theirs))
    if min(len(mine), len(theirs)) > 1:
        alike = sum(known.similarity(a, b) for a, b in pairs)
        if alike < tuning.groups * sum(known.threshold(a, b) for a, b in pairs):
            return False
    return not any(known.contrary(a, b) for a, b in pairs)


def fit(mine: Sequence[int], theirs: Sequence[int], tie: tuple[int, int], known: Comparison, tuning: Tuning) -> bool:
    """Whether the groups `mine` and `theirs`, tied by a member of each, report one defect."""
    return not is_bridge(mine, theirs, tie, known, tuning) and belong(mine, theirs, known, tuning)
