"""What tuning yields on changes that had no part in it.

For each change, the value that does best on all other changes is taken, and merges the change that was left out. The
sums over changes that come out were measured on nothing that they were tuned on. Of values that do equally well the one
nearest to the middle of them is taken, since it is the least likely to sit on an edge by chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product as combined
from typing import TypeVar

from baselines import OF_WORDS, TFIDF
from bench_report import bench_heading
from groupings import product
from labelled import Change
from located_report import counts, located_heading
from msgspec.structs import replace
from resampling import draws, measure
from reviewbench import Judged
from scoring import Backed, Pairs, backed_rates, pair_rates
from tables import compared, table
from teams import TEAMS, backed_by, entries_by_change, mean_of, present

from reviewbot.stages.merging import TUNED, Tuning

Axes = Mapping[str, Sequence[float]]
"""Field of `Tuning` -> the values to choose from, in their order."""
Point = tuple[int, ...]
"""Which value of each axis."""
Row = TypeVar("Row")

BENCH: Axes = {"words_alone": tuple(n / 100 for n in range(12, 31, 2)), "own": (0.35, 0.45, 0.55)}
LOCATED: Axes = {"same_lines": tuple(n / 100 for n in range(18, 35, 2))}
AWAY_COUNTS = 3
"""Duplicates left that weigh as much as a defect merged away."""
_DIGITS = 12
"""Of a criterion: values that differ only by rounding are tied."""
_CHOSEN = "product, tuned on the other changes"
_SHIPPED = "product as shipped"


def choose(rows: Mapping[Point, Sequence[Row]], criterion: Callable[[Sequence[Row]], float]) -> list[Point]:
    """For each change the point that is best on all others. `rows` has a row for each change; more is better."""
    changes = range(len(next(iter(rows.values()))))
    return [
        _best({at: [row for n, row in enumerate(of) if n != out] for at, of in rows.items()}, criterion)
        for out in changes
    ]


def _best(rows: Mapping[Point, Sequence[Row]], criterion: Callable[[Sequence[Row]], float]) -> Point:
    values = {at: round(criterion(of), _DIGITS) for at, of in rows.items()}
    best = max(values.values())
    return nearest_to_the_middle([at for at, value in values.items() if value == best])


def left_out(rows: Mapping[Point, Sequence[Row]], chosen: Sequence[Point]) -> list[Row]:
    """Each change as the point merges it that was chosen for it."""
    return [rows[at][change] for change, at in enumerate(chosen)]


def nearest_to_the_middle(points: Sequence[Point]) -> Point:
    """The point with the fewest steps to the mean of all, as the crow flies; of equally near ones the lowest."""
    sums = [sum(axis) for axis in zip(*points, strict=True)]
    return min(points, key=lambda at: (sum((len(points) * x - s) ** 2 for x, s in zip(at, sums, strict=True)), at))


def grid(axes: Axes) -> dict[Point, Tuning]:
    """Every combination of values, and everything else as shipped."""
    return {
        at: replace(TUNED, **{name: axes[name][n] for name, n in zip(axes, at, strict=True)})
        for at in combined(*(range(len(values)) for values in axes.values()))
    }


# ---------------------------------------------------------------- findings with places


def fewest_mistakes(rows: Sequence[Pairs]) -> float:
    """Duplicates left and, `AWAY_COUNTS` times, defects merged away; negated."""
    return -sum(row.left + AWAY_COUNTS * row.away for row in rows)


def validate_located(name: str, changes: Sequence[Change], *, rounds: int, seed: int) -> Iterator[str]:
    yield from located_heading(name, changes)
    if len(changes) < 2:
        yield "Cross-validation needs two changes."
        return
    rows = {at: counts(changes, product(tuning)) for at, tuning in grid(LOCATED).items()}
    chosen = choose(rows, fewest_mistakes)
    drawn = draws(len(changes), rounds=rounds, seed=seed)
    ways = {
        _CHOSEN: left_out(rows, chosen),
        _SHIPPED: counts(changes, product()),
        TFIDF: counts(changes, OF_WORDS[TFIDF]),
    }
    yield from _caption(f"fewest duplicates left + {AWAY_COUNTS} x defects merged away")
    yield from compared(("pairs",), {(way,): measure(of, pair_rates, drawn) for way, of in ways.items()}, base=_CHOSEN)
    yield from _choices(LOCATED, chosen)


# ---------------------------------------------------------------- Code Review Bench


def best_backed(rows: Sequence[Sequence[Backed]]) -> float:
    """Mean over teams of the F1 in which every defect merged away takes back one earned. A row has each team's."""
    scores: list[float] = []
    for team in zip(*rows, strict=True):
        shown_and_known = sum(row.shown + row.known for row in team)
        scores.append(2 * sum(row.earned - row.away for row in team) / shown_and_known if shown_and_known else 0.0)
    return math.fsum(scores) / len(scores)


def validate_bench(name: str, judged: Judged, *, rounds: int, seed: int) -> Iterator[str]:
    teams, notes = present(TEAMS, judged.tools)
    yield from bench_heading(name, judged, notes)
    if len(judged.changes) < 2 or not teams:
        yield f"Cross-validation needs two changes, and two tools of one of {len(TEAMS)} teams."
        return

    def two_back(of_team: int, tuning: Tuning) -> list[Backed]:
        return backed_by(judged, entries_by_change(judged, teams[of_team], product(tuning)), 2)[0]

    numbers = range(len(teams))
    by_team = {at: [two_back(team, tuning) for team in numbers] for at, tuning in grid(BENCH).items()}
    chosen = choose({at: list(zip(*of, strict=True)) for at, of in by_team.items()}, best_backed)
    drawn = draws(len(judged.changes), rounds=rounds, seed=seed)
    ways = {
        _CHOSEN: [left_out({at: of[team] for at, of in by_team.items()}, chosen) for team in numbers],
        _SHIPPED: [two_back(team, TUNED) for team in numbers],
        TFIDF: [backed_by(judged, entries_by_change(judged, team, OF_WORDS[TFIDF]), 2)[0] for team in teams],
    }
    yield from _caption("highest F1 of what two back, every defect merged away taking back one earned")
    yield from compared(
        (f"two back, mean over {len(teams)} teams",),
        mean_of([{(way,): measure(of[team], backed_rates, drawn) for way, of in ways.items()} for team in numbers]),
        base=_CHOSEN,
    )
    yield from _choices(BENCH, chosen)


# ---------------------------------------------------------------- both


def _caption(criterion: str) -> Iterator[str]:
    yield f"Chosen for each change on the others: {criterion}."
    yield "What is shipped was chosen on labelled findings, which may be these; then its row flatters it."
    yield ""


def _choices(axes: Axes, chosen: Sequence[Point]) -> Iterator[str]:
    """How often each value was chosen."""
    times = Counter(chosen)
    rows = [
        (*(f"{axes[name][n]:.2f}" for name, n in zip(axes, at, strict=True)), str(times[at])) for at in sorted(times)
    ]
    shipped = tuple(f"{getattr(TUNED, name):.2f}" for name in axes)
    yield from table((*axes, "chosen for so many changes"), [*rows, (*shipped, "shipped")])
    yield ""
