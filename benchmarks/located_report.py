"""Findings with places -> their section of the report, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from baselines import OF_PLACES, OF_WORDS
from groupings import PRODUCT, Grouping, entries_of, product
from labelled import Change
from resampling import draws, measure
from scoring import Pairs, add, pair_rates, pairs_of
from tables import compared, few, plain, table

WAYS: Mapping[str, Grouping] = {PRODUCT: product(), **OF_WORDS, **OF_PLACES}


def located_report(name: str, changes: Sequence[Change], *, rounds: int, seed: int) -> Iterator[str]:
    yield from located_heading(name, changes)
    drawn = draws(len(changes), rounds=rounds, seed=seed)
    yield from compared(("pairs",), {(way,): measure(counts(changes, WAYS[way]), pair_rates, drawn) for way in WAYS})
    yield "Each pool by itself, merged by the product:"
    yield ""
    yield from _pools(changes)
    yield ""


def located_heading(name: str, changes: Sequence[Change]) -> Iterator[str]:
    pools = [pool for change in changes for pool in change.pools]
    defects = sum(len({defect for claim in pool.claims for defect in claim.defects}) for pool in pools)
    yield f"# {plain(name)}: findings with places"
    yield ""
    yield (
        f"{sum(len(pool.claims) for pool in pools)} findings of {defects} defects in {len(pools)} pools of "
        f"{len(changes)} changes.{few(len(changes))}"
    )
    yield ""


def counts(changes: Sequence[Change], grouping: Grouping) -> list[Pairs]:
    """For each change, all its pools together."""
    return [
        add(pairs_of(entries_of(pool.claims, grouping), across=False) for pool in change.pools) for change in changes
    ]


def _pools(changes: Sequence[Change]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = []
    for change in changes:
        for pool in change.pools:
            score = pairs_of(entries_of(pool.claims, WAYS[PRODUCT]), across=False)
            precision, recall, f1, *_ = pair_rates(*score).values()
            shares = (f"{share:.3f}" for share in (precision, recall, f1))
            numbers = (str(number) for number in (score.away, score.left, len(pool.claims), score.entries))
            rows.append((f"{pool.name}: {change.name}", *shares, *numbers))
    head = ("pool", "precision", "recall", "F1", "merged away", "duplicates left", "findings", "entries")
    return table(head, rows)
