"""Whether two groups of findings are one, when a member of the one and a member of the other report the same defect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product


def fit(
    mine: Sequence[int],
    theirs: Sequence[int],
    tie: tuple[int, int],
    similarity: Callable[[int, int], float],
    contrary: Callable[[int, int], bool],
    bridge: float,
) -> bool:
    """Whether the groups `mine` and `theirs`, tied by a member of each, report one defect.

    Findings are numbers. `contrary` tells whether two findings clearly report two defects; `bridge` is that of
    `Tuning`.
    """
    one, two = tie
    tied = similarity(one, two)
    if any(similarity(a, two) < bridge * similarity(a, one) * tied for a in mine if a != one):
        return False
    if any(similarity(one, b) < bridge * tied * similarity(two, b) for b in theirs if b != two):
        return False
    return not any(contrary(a, b) for a, b in product(mine, theirs))
