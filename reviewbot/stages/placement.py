"""Where a chunk's hunks stand, and what a reviewer said of them when they stood elsewhere -> where that is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.model import Chunk, Finding, Move, Side
from reviewbot.stages.naming import NamedFiles


class Place(Struct, frozen=True, kw_only=True):
    """A hunk without its lines."""

    path: str
    old_start: int
    old_count: int
    new_start: int
    new_count: int


def places(chunk: Chunk) -> tuple[Place, ...]:
    """Where each hunk of the chunk stands, in its order."""
    return tuple(
        Place(
            path=segment.file.path,
            old_start=hunk.old_start,
            old_count=hunk.old_count,
            new_start=hunk.new_start,
            new_count=hunk.new_count,
        )
        for segment in chunk.segments
        for hunk in segment.hunks
    )


def moves_since(then: Sequence[Place], chunk: Chunk) -> tuple[Move, ...] | None:
    """How far each hunk has moved; nothing when none has. None: `then` is not where this chunk can have stood."""
    now = places(chunk)
    if [_fixed(place) for place in then] != [_fixed(place) for place in now]:
        return None
    if tuple(then) == now:
        return ()
    old_paths = [segment.file.old_path for segment in chunk.segments for _ in segment.hunks]
    return tuple(
        Move(
            path=before.path,
            old_path=old_path,
            old_start=before.old_start,
            old_count=before.old_count,
            new_start=before.new_start,
            new_count=before.new_count,
            old_by=after.old_start - before.old_start,
            new_by=after.new_start - before.new_start,
        )
        for before, after, old_path in zip(then, now, old_paths, strict=True)
    )


def follow(findings: Iterable[Finding], moves: Sequence[Move]) -> tuple[Finding, ...]:
    """The findings, each where its hunk has moved to.

    A line in a hunk moves as that hunk does, one between hunks as the nearest of its file and side. What names no
    line, or a file without a hunk on that side, stays. No line moves above the first of its file.
    """
    if not moves:
        return tuple(findings)
    files = _Files(moves)
    return tuple(_follow(finding, files) for finding in findings)


def _fixed(place: Place) -> tuple[str, int, int]:
    return place.path, place.old_count, place.new_count


class _Files:
    """The moves by the names that reviewers use for their files."""

    def __init__(self, moves: Sequence[Move]) -> None:
        self._of_path: dict[str, list[Move]] = {}
        for move in moves:
            self._of_path.setdefault(move.path, []).append(move)
        self._named = NamedFiles(moves)

    def nearest(self, name: str, side: Side, line: int) -> Move | None:
        """The hunk that the line is in, else the one whose edge is nearest; the earlier of two."""
        named = self._named.find(name)
        there = [move for move in self._of_path[named.path] if move.lines(side)] if named else []
        return min(there, key=lambda move: _distance(line, move.lines(side)), default=None)


def _distance(line: int, lines: range) -> int:
    return max(lines.start - line, line - lines[-1], 0)


def _follow(finding: Finding, files: _Files) -> Finding:
    said = finding.anchor
    if said.path is None or said.start is None:
        return finding
    move = files.nearest(said.path, said.side, said.start)
    if move is None:
        return finding
    by = move.by(said.side)
    start = max(1, said.start + by)
    end = None if said.end is None else max(start, said.end + by)
    return replace(finding, anchor=replace(said, start=start, end=end))
