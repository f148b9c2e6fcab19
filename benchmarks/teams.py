"""Teams of reviewers out of the tools of Code Review Bench, and what they back."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import combinations

from groupings import Entries, Grouping, entries_of
from resampling import Draws, Measures, mean, measure
from reviewbench import Judged
from scoring import Backed, Severe, backed, backed_rates, severe_rates
from tables import Results

Team = tuple[str, ...]

TEAMS: tuple[Team, ...] = (
    ("claude", "gemini", "copilot"),
    ("bugbot", "greptile", "augment"),
    ("claude", "bugbot", "coderabbit"),
)
MOST = 4
"""Reviewers whose agreement is still looked at."""


def present(teams: Sequence[Team], tools: Sequence[str]) -> tuple[list[Team], list[str]]:
    """The teams without the tools that are not there, if two are left; and one line about each of both."""
    kept = [tuple(tool for tool in team if tool in tools) for team in teams]
    missing = sorted({tool for team in teams for tool in team} - set(tools))
    notes = [f"Not in the data, and skipped: {', '.join(missing)}."] if missing else []
    short = [" + ".join(team) for team, left in zip(teams, kept, strict=True) if len(left) < 2]
    notes += [f"Fewer than two tools left, and skipped: {'; '.join(short)}."] if short else []
    return list(dict.fromkeys(team for team in kept if len(team) >= 2)), notes


def random_teams(tools: Sequence[str], size: int, count: int, seed: int) -> list[Team]:
    """At most `count` different teams, sorted; none where there are fewer tools."""
    if math.comb(len(tools), size) <= count:
        return list(combinations(tools, size))
    chance = random.Random(f"{seed} {size}")
    teams: set[Team] = set()
    while len(teams) < count:
        teams.add(tuple(sorted(chance.sample(tools, size))))
    return sorted(teams)


def entries_by_change(judged: Judged, team: Team, grouping: Grouping) -> list[Entries]:
    return [entries_of(change.said_by(team), grouping) for change in judged.changes]


def backed_by(judged: Judged, entries: Sequence[Entries], level: int) -> tuple[list[Backed], list[Severe]]:
    """What `level` or more back, a row for each change."""
    counted = [
        backed(of_change, level, change.known, change.severities)
        for change, of_change in zip(judged.changes, entries, strict=True)
    ]
    return [one for one, _ in counted], [severe for _, severe in counted]


def levels(team: Team) -> list[int]:
    return list(range(1, min(MOST, len(team)) + 1))


def results(
    judged: Judged, team: Team, by_way: Mapping[str, Sequence[Entries]], drawn: Draws
) -> tuple[dict[tuple[str, ...], Measures], dict[tuple[str, ...], Measures]]:
    """By way of merging and level: the measures, and recall by severity."""
    measures: dict[tuple[str, ...], Measures] = {}
    severe: dict[tuple[str, ...], Measures] = {}
    for level in levels(team):
        for way, entries in by_way.items():
            key = (way, level_name(level))
            rows, by_severity = backed_by(judged, entries, level)
            measures[key] = measure(rows, backed_rates, drawn)
            severe[key] = measure(by_severity, severe_rates, drawn)
    return measures, severe


def level_name(level: int) -> str:
    return f">= {level}"


def mean_of(teams: Sequence[Results]) -> Results:
    """Row by row, the mean over the teams that have the row."""
    keys = dict.fromkeys(key for team in sorted(teams, key=len, reverse=True) for key in team)
    return {key: mean([team[key] for team in teams if key in team]) for key in keys}
