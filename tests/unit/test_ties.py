from __future__ import annotations

from collections.abc import Mapping

import pytest

from reviewbot.stages.merging.ties import fit
from reviewbot.stages.merging.tuning import Tuning

TUNING = Tuning(bridge=0.5, groups=0.8)


class Known:
    """Similarities by pair, 0 for the others; every pair needs as much."""

    def __init__(
        self, similar: Mapping[tuple[int, int], float], contrary: tuple[int, int] = (-1, -1), needed: float = 0.3
    ) -> None:
        self._similar = similar
        self._contrary = contrary
        self._needed = needed

    def similarity(self, one: int, two: int) -> float:
        return self._similar.get((min(one, two), max(one, two)), 0.0)

    def threshold(self, one: int, two: int) -> float:
        assert one != two
        return self._needed

    def contrary(self, one: int, two: int) -> bool:
        return (min(one, two), max(one, two)) == self._contrary


def test_two_findings_that_are_a_pair_fit() -> None:
    assert fit([1], [2], (1, 2), Known({(1, 2): 0.3}), TUNING)


@pytest.mark.parametrize(("third", "fits"), [(0.24, False), (0.25, True), (0.26, True)])
def test_a_bridge_is_what_resembles_two_that_have_less_in_common_than_half_of_what_is_expected(
    third: float, fits: bool
) -> None:
    known = Known({(1, 2): 0.5, (2, 3): 1.0, (1, 3): third})
    assert fit([1, 2], [3], (2, 3), known, TUNING) is fits
    assert fit([3], [1, 2], (3, 2), known, TUNING) is fits


@pytest.mark.parametrize(("others", "fits"), [(0.249, False), (0.25, True), (0.26, True)])
def test_two_groups_have_to_be_alike_on_the_whole(others: float, fits: bool) -> None:
    known = Known({(1, 2): 0.4, (3, 4): 0.4, (1, 3): 0.25, (1, 4): others, (2, 3): others, (2, 4): others}, needed=0.5)
    assert fit([1, 2], [3, 4], (1, 3), known, Tuning(bridge=0.5, groups=0.5)) is fits


def test_a_single_finding_joins_a_group_by_one_pair() -> None:
    known = Known({(1, 2): 0.4, (1, 3): 0.3, (2, 3): 0.1})
    assert fit([1, 2], [3], (1, 3), known, TUNING)


def test_members_that_report_two_defects_keep_their_groups_apart() -> None:
    alike = {(1, 2): 0.9, (1, 3): 0.9, (2, 3): 0.9}
    assert fit([1, 2], [3], (1, 3), Known(alike), TUNING)
    assert not fit([1, 2], [3], (1, 3), Known(alike, contrary=(2, 3)), TUNING)
