"""Code Review Bench -> its sections of the report, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from baselines import OF_PLACES, OF_WORDS, TFIDF
from groupings import PRODUCT, Entries, Grouping, product
from one_more import one_more_reviewer
from resampling import Draws, Measures, difference, draws, mean, measure
from reviewbench import Judged
from scoring import AWAY, F1, RECALL, backed_rates, pair_rates, pairs_of
from tables import Results, cell, compared, few, plain, table
from teams import (
    TEAMS,
    Team,
    backed_by,
    entries_by_change,
    level_name,
    levels,
    mean_of,
    present,
    random_teams,
    results,
)

SIZES = (3, 5, 8)
"""Of random teams."""

WAYS: Mapping[str, Grouping] = {PRODUCT: product(), **OF_WORDS}
_BEST: Mapping[str, Grouping] = {way: WAYS[way] for way in (PRODUCT, TFIDF)}

_Entries = Mapping[str, Sequence[Entries]]
"""By way of merging: for each change what is shown as one."""


def bench_report(
    name: str, judged: Judged, all_judges: Sequence[Judged], *, teams: int, rounds: int, seed: int
) -> Iterator[str]:
    """Full tables for what one judge saw, with `teams` random teams of each size, and a short one for all judges."""
    fixed, notes = present(TEAMS, judged.tools)
    yield from bench_heading(name, judged, notes)
    drawn = draws(len(judged.changes), rounds=rounds, seed=seed)
    entries = {team: _entries(judged, team, WAYS) for team in fixed}
    yield from _pairs(judged, entries, drawn)
    yield from _random(judged, teams, drawn, seed)
    yield from _one_more(judged, teams, seed)
    if fixed:
        yield from _judges(all_judges, fixed, rounds, seed)
        yield from _teams(judged, entries, drawn)


def bench_heading(name: str, judged: Judged, notes: Sequence[str]) -> Iterator[str]:
    changes = judged.changes
    findings = sum(len(claims) for change in changes for claims in change.by_tool.values())
    yield f"# {plain(name)}: Code Review Bench, judged by {plain(judged.judge)}"
    yield ""
    yield (
        f"{findings} findings of {len(judged.tools)} tools; {sum(change.known for change in changes)} known defects of "
        f"{len(changes)} changes.{few(len(changes))}"
    )
    yield f"Findings have no place here, so these are not measured: {', '.join(OF_PLACES)}."
    if not any(change.severities for change in changes):
        yield "There are no golden comments with a severity, so recall by severity is left out."
    yield from map(plain, notes)
    yield ""


def _entries(judged: Judged, team: Team, ways: Mapping[str, Grouping]) -> _Entries:
    return {way: entries_by_change(judged, team, grouping) for way, grouping in ways.items()}


def _pairs(judged: Judged, entries: Mapping[Team, _Entries], drawn: Draws) -> Iterator[str]:
    """Pairs of findings of two tools that both matched known defects."""
    everybody = _entries(judged, judged.tools, WAYS)
    of_all: Results = {(way,): _pair_measures(everybody[way], drawn) for way in WAYS}
    for heading, rows in (
        (f"mean over {len(entries)} teams", mean_of([_pair_results(of, drawn) for of in entries.values()])),
        (f"all {len(judged.tools)} tools at once", of_all),
    ):
        if rows:
            yield f"## Pairs of findings of two tools, both of known defects: {heading}"
            yield ""
            yield from compared(("pairs",), rows)


def _pair_results(entries: _Entries, drawn: Draws) -> Results:
    return {(way,): _pair_measures(entries[way], drawn) for way in entries}


def _pair_measures(entries: Sequence[Entries], drawn: Draws) -> Measures:
    return measure([pairs_of(of_change, across=True) for of_change in entries], pair_rates, drawn)


def _teams(judged: Judged, entries: Mapping[Team, _Entries], drawn: Draws) -> Iterator[str]:
    both = {team: results(judged, team, by_way, drawn) for team, by_way in entries.items()}
    measures = {team: of for team, (of, _) in both.items()}
    severe = {team: of for team, (_, of) in both.items()}
    yield from _tables(
        judged, f"mean over {len(both)} teams", mean_of([*measures.values()]), mean_of([*severe.values()])
    )
    for team in both:
        yield from _tables(judged, plain(" + ".join(team)), measures[team], severe[team])


def _tables(judged: Judged, heading: str, measures: Results, severe: Results) -> Iterator[str]:
    yield f"## What so many of a team back: {heading}"
    yield ""
    yield from compared(("entries", "backed by"), measures)
    if any(change.severities for change in judged.changes):
        yield from compared(("known defects", "backed by"), severe)


def _random(judged: Judged, teams: int, drawn: Draws, seed: int) -> Iterator[str]:
    rows: dict[tuple[str, ...], Measures] = {}
    for size in SIZES if teams else ():
        drawn_teams = random_teams(judged.tools, size, teams, seed)
        if not drawn_teams:
            yield f"There are fewer than {size} tools, so no teams of {size}."
            yield ""
        for way, grouping in _BEST.items() if drawn_teams else ():
            of_teams = [_two_back(judged, entries_by_change(judged, team, grouping), drawn) for team in drawn_teams]
            rows[way, f"{len(drawn_teams)} of {size}"] = mean(of_teams)
    if rows:
        yield f"## What two of a team back: mean over random teams (seed {seed})"
        yield ""
        yield from compared(("entries", "teams"), rows)


def _one_more(judged: Judged, teams: int, seed: int) -> Iterator[str]:
    sizes = [size for size in SIZES[:2] if teams and size < len(judged.tools)]
    if sizes:
        yield "## One more reviewer: entries of random teams that lose a member"
        yield ""
        yield "| entries | team of | entries of two findings or more | that lose one | share |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        for size in sizes:
            yield from one_more_reviewer(judged, dict(_BEST), size=size, teams=min(teams, 10), seed=seed)
        yield ""


def _two_back(judged: Judged, entries: Sequence[Entries], drawn: Draws) -> Measures:
    measures = measure(backed_by(judged, entries, 2)[0], backed_rates, drawn)
    return {name: measures[name] for name in (F1, RECALL, AWAY)}


def _judges(all_judges: Sequence[Judged], fixed: Sequence[Team], rounds: int, seed: int) -> Iterator[str]:
    head = ("judge", "backed by", "F1 product", f"F1 {TFIDF}", "F1 difference", f"{AWAY} product", f"{AWAY} {TFIDF}")
    rows: list[tuple[str, ...]] = []
    for judged in all_judges:
        drawn = draws(len(judged.changes), rounds=rounds, seed=seed)
        teams, _ = present(fixed, judged.tools)
        of_teams = mean_of([results(judged, team, _entries(judged, team, _BEST), drawn)[0] for team in teams])
        for level in map(level_name, levels(max(teams, key=len, default=()))):
            ours, theirs = of_teams[PRODUCT, level], of_teams[TFIDF, level]
            rows.append(
                (
                    judged.judge,
                    level,
                    *(cell(of[F1], F1) for of in (ours, theirs)),
                    cell(difference(ours[F1], theirs[F1]), F1, signed=True),
                    *(cell(of[AWAY], AWAY) for of in (ours, theirs)),
                )
            )
    yield f"## By judge: what so many of a team back, mean over {len(fixed)} teams"
    yield ""
    yield from table(head, rows)
    yield ""
