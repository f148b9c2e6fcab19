"""What happens to entries when one more reviewer speaks: they may grow, and should not lose a member."""

from __future__ import annotations

from collections.abc import Iterator

from groupings import Entries, Grouping
from reviewbench import Judged
from tables import plain
from teams import Team, entries_by_change, random_teams


def one_more_reviewer(judged: Judged, ways: dict[str, Grouping], *, size: int, teams: int, seed: int) -> Iterator[str]:
    """A line for each way of merging: entries of two members or more, and how many of them lose one.

    Every tool that is not in a random team of `size` joins it in turn.
    """
    chosen = random_teams(judged.tools, size, teams, seed)
    for way, grouping in ways.items():
        entries = lost = 0
        for team in chosen:
            before = entries_by_change(judged, team, grouping)
            for tool in judged.tools:
                if tool in team:
                    continue
                after = entries_by_change(judged, _with(team, tool), grouping)
                for one, two in zip(before, after, strict=True):
                    shared, parted = _parted(one, two)
                    entries += shared
                    lost += parted
        share = f"{lost / entries:.1%}" if entries else "none"
        yield f"| {plain(way)} | {size} | {entries:,} | {lost:,} | {share} |"


def _with(team: Team, tool: str) -> Team:
    return tuple(sorted((*team, tool)))


def _parted(before: Entries, after: Entries) -> tuple[int, int]:
    """How many entries of two members or more there were, and how many are no longer in one."""
    now = {claim: number for number, entry in enumerate(after) for claim in entry}
    shared = [entry for entry in before if len(entry) > 1]
    return len(shared), sum(len({now[claim] for claim in entry}) > 1 for entry in shared)
