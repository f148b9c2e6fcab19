"""How sure a number is: the same computed anew for many draws of the changes.

The first draw takes every change once; the others draw as many changes as there are, with replacement. A series holds a
number for each draw. Two ways of merging are compared draw by draw, so that both are always measured on the same
changes.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import mul

from scoring import Rates

Draws = Sequence[Sequence[int]]
"""For each draw, how often each change is in it."""
Series = Sequence[float]
Measures = dict[str, Series]
"""By the name of the measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    value: float
    """On the changes as they are."""
    low: float
    high: float
    """The middle 95% of the draws; not a number where no draw gives one."""


def draws(changes: int, *, rounds: int, seed: int) -> Draws:
    """The changes as they are, then `rounds` draws."""
    chance = random.Random(seed)
    drawn: list[list[int]] = [[1] * changes]
    for _ in range(rounds):
        times = Counter(chance.choices(range(changes), k=changes))
        drawn.append([times[change] for change in range(changes)])
    return drawn


def measure(counts: Sequence[Sequence[int]], rates: Callable[..., Rates], drawn: Draws) -> Measures:
    """Rates of the sums over each draw. `counts` has a row for each change; `rates` takes the sums of its columns."""
    columns = list(zip(*counts, strict=True))
    series: defaultdict[str, list[float]] = defaultdict(list)
    for times in drawn:
        for name, rate in rates(*(sum(map(mul, times, column)) for column in columns)).items():
            series[name].append(rate)
    return dict(series)


def mean(of: Sequence[Measures]) -> Measures:
    """The plain mean, draw by draw, of measures of the same names."""
    return {
        name: [math.fsum(values) / len(of) for values in zip(*(measures[name] for measures in of), strict=True)]
        for name in of[0]
    }


def difference(one: Series, two: Series) -> Series:
    """How much more the one is, draw by draw."""
    return [a - b for a, b in zip(one, two, strict=True)]


def estimate(series: Series) -> Estimate:
    drawn = sorted(value for value in series[1:] if not math.isnan(value))
    if not drawn:
        return Estimate(value=series[0], low=math.nan, high=math.nan)
    cut = int(len(drawn) * 0.025)
    return Estimate(value=series[0], low=drawn[cut], high=drawn[-1 - cut])
