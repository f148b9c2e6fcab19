"""Measures -> Markdown tables that line up in a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from groupings import PRODUCT
from resampling import Measures, Series, difference, estimate
from scoring import AWAY, LEFT, PER_CHANGE

from reviewbot.sanitize.characters import with_unseen_shown

Results = Mapping[tuple[str, ...], Measures]
"""By the way of merging and what else tells the rows apart."""

_COUNTS = (AWAY, LEFT, PER_CHANGE)
_FEW = 10


def plain(text: str) -> str:
    """Text of the data on one line, with what would act on a terminal written out."""
    encodable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return with_unseen_shown(" ".join(encodable.split()))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    cells = [[plain(cell).replace("|", "\\|") for cell in row] for row in (head, *rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    for row in cells:
        first, *rest = (
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"| {' | '.join([first, *rest])} |"


def cell(series: Series, name: str, *, signed: bool = False) -> str:
    """The value and its interval; numbers of things get one decimal and shares three."""
    decimals = 1 if name in _COUNTS else 3
    of = estimate(series)
    value, low, high = (_number(number, decimals, signed=signed) for number in (of.value, of.low, of.high))
    return f"{value} [{low}, {high}]"


def _number(value: float, decimals: int, *, signed: bool) -> str:
    if math.isnan(value):
        return "-"
    rounded = round(value, decimals) + 0.0  # never "-0.0"
    return f"{rounded:+.{decimals}f}" if signed and rounded else f"{rounded:.{decimals}f}"


def compared(key: Sequence[str], results: Results, *, base: str = PRODUCT) -> Iterator[str]:
    """Two tables: every row of the results, and how much more `base` has than each other way of merging.

    `key` is the head of the columns that hold the rows' keys.
    """
    names = list(next(iter(results.values())))
    yield from table((*key, *names), [(*row, *(cell(of[name], name) for name in names)) for row, of in results.items()])
    yield ""
    yield from table(
        (f"{base} minus", *key[1:], *names),
        [
            (*row, *(cell(difference(results[base, *row[1:]][name], of[name]), name, signed=True) for name in names))
            for row, of in results.items()
            if row[0] != base
        ],
    )
    yield ""


def few(changes: int) -> str:
    """A word of warning where an interval over so many changes says little."""
    return " So few changes make the intervals coarse." if changes < _FEW else ""
