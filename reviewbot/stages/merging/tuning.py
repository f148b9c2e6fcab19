"""The thresholds of merging, chosen on labelled findings; `benchmarks/consolidation.py` tells what they yield."""

from __future__ import annotations

from msgspec import Struct


class Tuning(Struct, frozen=True, kw_only=True):
    """How alike two findings must be to be one entry: cosines of their weighted terms, 0 to 1.

    A defect merged away counted for more than a duplicate left. `far_lines`, `other_file` and `other_kind` are
    judgement: the labelled findings fit other values as well.
    """

    words_alone: float = 0.21
    """From here on two texts report one defect when a line or a path is missing."""
    same_lines: float = 0.22
    """The same on shared lines. Texts about the same lines name the same code, whatever they say of it, so that shared
    lines buy no lower threshold."""
    far_lines: float = 0.40
    """The same for lines `REACH` or more apart; in between it rises evenly."""
    other_file: float = 0.50
    """The same for two files, as when one reviewer points at the definition and another at the call."""
    other_kind: float = 0.15
    """Added when one finding is about behaviour and the other about speed, tests, documents or style, or so."""
    own: float = 0.45
    """The same for two findings of one reviewer: it seldom says one thing twice."""
    bridge: float = 0.60
    """What two findings that a third ties together must have in common, as a share of what is to be expected of texts
    that resemble the third that much: the product of the two similarities. Less tells that the third speaks of two
    defects, one of which is the first's and one the second's."""
    groups: float = 0.80
    """What all pairs of two groups must reach on the whole, as a share of their thresholds: one pair alone does not
    make one of two groups that several reviewers back already."""


TUNED = Tuning()
