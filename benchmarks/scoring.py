"""Entries whose claims report known defects -> counts that add up over changes, and the rates of such sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from groupings import Entries
from labelled import Claims

from reviewbot.model import Severity

Rates = Mapping[str, float]
"""By the name of the measure. Not a number where there is nothing to take a share of."""

PRECISION, RECALL, F1 = "precision", "recall", "F1"
AWAY, LEFT, PER_CHANGE = "merged away", "duplicates left", "entries per change"


class Pairs(NamedTuple):
    """Of two claims that both report known defects: the same one, if they have a defect in common."""

    together: int = 0
    """Pairs of one defect in one entry."""
    wrong: int = 0
    """Pairs of two defects in one entry."""
    missed: int = 0
    """Pairs of one defect in two entries."""
    away: int = 0
    """Defects merged away: of the n known defects of an entry, n - 1."""
    left: int = 0
    """Duplicates left: of the n entries that report a defect, n - 1."""
    entries: int = 0
    changes: int = 1


class Backed(NamedTuple):
    """Of the entries of a change that so many reviewers back: `level` or more."""

    earned: int = 0
    """Known defects found, when an entry earns one at most."""
    shown: int = 0
    known: int = 0
    """Known defects of the change."""
    away: int = 0
    """Of the n known defects of an entry that is shown, n - 1."""
    changes: int = 1


class Severe(NamedTuple):
    """Of the same entries, known defects by severity: earned, and in all."""

    critical: int
    high: int
    medium: int
    low: int
    all_critical: int
    all_high: int
    all_medium: int
    all_low: int


# ---------------------------------------------------------------- counts


def pairs_of(entries: Entries, *, across: bool) -> Pairs:
    """Count pairs of claims; with `across` only those of two reviewers. Claims without a known defect are left out."""
    labelled = [(number, claim) for number, entry in enumerate(entries) for claim in entry if claim.defects]
    pairs: Counter[tuple[bool, bool]] = Counter()
    for (here, a), (there, b) in combinations(labelled, 2):
        if not across or a.finding.reviewer != b.finding.reviewer:
            pairs[here == there, not a.defects.isdisjoint(b.defects)] += 1
    shown = {(number, defect) for number, claim in labelled for defect in claim.defects}
    return Pairs(
        together=pairs[True, True],
        wrong=pairs[True, False],
        missed=pairs[False, True],
        away=len(shown) - len({number for number, _ in shown}),
        left=len(shown) - len({defect for _, defect in shown}),
        entries=len(entries),
    )


def add(counts: Iterable[Pairs]) -> Pairs:
    """Those of the pools of one change."""
    *sums, _ = map(sum, zip(*counts, strict=True))
    return Pairs(*sums)


def backed(entries: Entries, level: int, known: int, severities: Mapping[str, Severity]) -> tuple[Backed, Severe]:
    """Count what `level` reviewers or more back in one change with so many known defects."""
    shown = [defects_of(entry) for entry in entries if len({claim.finding.reviewer for claim in entry}) >= level]
    found = earned(shown, severities)
    by_severity = Counter(severities[defect] for defect in found if defect in severities)
    in_all = Counter(severities.values())
    return (
        Backed(
            earned=len(found),
            shown=len(shown),
            known=known,
            away=sum(max(0, len(defects) - 1) for defects in shown),
        ),
        Severe(*(by_severity[severity] for severity in Severity), *(in_all[severity] for severity in Severity)),
    )


def defects_of(entry: Claims) -> frozenset[str]:
    return frozenset[str]().union(*(claim.defects for claim in entry))


def earned(entries: Sequence[frozenset[str]], severities: Mapping[str, Severity]) -> set[str]:
    """A largest set of defects that entries can earn, when each entry earns one at most; of those a most severe one.

    Defects ask in turn, the most severe first, and one that has an entry may move to another one but never loses it
    for good. So how many of each severity are earned does not depend on the order of the rest.
    """
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, defects in enumerate(entries):
        for defect in defects:
            holders[defect].append(number)
    owner: dict[int, str] = {}

    def settle(defect: str, asked: set[int]) -> bool:
        for entry in holders[defect]:
            if entry not in asked:
                asked.add(entry)
                if entry not in owner or settle(owner[entry], asked):
                    owner[entry] = defect
                    return True
        return False

    for defect in sorted(holders, key=lambda name: (-severities[name].rank if name in severities else 1, name)):
        settle(defect, set())
    return set(owner.values())


# ---------------------------------------------------------------- rates


def pair_rates(together: int, wrong: int, missed: int, away: int, left: int, entries: int, changes: int) -> Rates:
    """Of sums of `Pairs`. Precision and recall are 1 where there was nothing to get wrong."""
    precision = together / (together + wrong) if together + wrong else 1.0
    recall = together / (together + missed) if together + missed else 1.0
    return {
        PRECISION: precision,
        RECALL: recall,
        F1: 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        AWAY: away,
        LEFT: left,
        PER_CHANGE: entries / changes,
    }


def backed_rates(earned: int, shown: int, known: int, away: int, changes: int) -> Rates:
    """Of sums of `Backed`. Precision is 0 where nothing is shown."""
    return {
        PRECISION: earned / shown if shown else 0.0,
        RECALL: earned / known if known else 0.0,
        F1: 2 * earned / (shown + known) if earned else 0.0,
        PER_CHANGE: shown / changes,
        AWAY: away,
    }


def severe_rates(*counts: int) -> Rates:
    """Recall by severity, of sums of `Severe`."""
    kinds = len(Severity)
    return {
        f"recall of {severity}": found / in_all if in_all else float("nan")
        for severity, found, in_all in zip(Severity, counts[:kinds], counts[kinds:], strict=True)
    }
