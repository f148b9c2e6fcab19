"""A change cut into chunks that fit a reviewer's input; nothing is lost, and chunks stay stable across pushes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.globs import Globs
from reviewbot.model import Chunk, FileDiff, Hunk, LineKind, Segment, SkippedFile

# A chunk may end at a path whose hash says so once it is this full, so that where chunks end depends on the paths
# and not on how long the files before them are: a file that grows then moves few ends, not all that follow.
_EARLIEST_END = 0.25
_END_ONE_IN = 4


class Rule(Struct, frozen=True, kw_only=True):
    """What the configuration says of the paths that match."""

    match: str
    instructions: str | None
    reviewers: tuple[str, ...] | None


class Chunks(Struct, frozen=True, kw_only=True):
    chunks: tuple[Chunk, ...]
    skipped: tuple[SkippedFile, ...]
    """Files for which the rules leave no reviewer."""


def split(
    files: Sequence[FileDiff],
    *,
    panel: Sequence[str],
    rules: Sequence[Rule],
    budget: int,
    size: Callable[[Segment], int],
) -> Chunks:
    """Pack `files` (sorted by path) into chunks of at most `budget`, in the unit that `size` counts.

    Files with the same reviewers share chunks; without a panel there are chunks too, for nobody. A file over the
    budget is cut between hunks, and a hunk over the budget between lines; only a single line that is over it makes a
    chunk larger than the budget.
    """
    globs = [(rule, Globs([rule.match])) for rule in rules]
    groups: dict[tuple[str, ...], list[Segment]] = {}
    rules_of: dict[str, tuple[Rule, ...]] = {}
    skipped: list[SkippedFile] = []
    for file in files:
        matched = tuple(rule for rule, glob in globs if glob.matching(file.path))
        names = _reviewers(panel, matched)
        if panel and not names:
            reason = "the reviewers that `paths` names for it are not in this run"
            skipped.append(SkippedFile(path=file.path, status=file.status, reason=reason, gap=True))
            continue
        rules_of[file.path] = matched
        groups.setdefault(names, []).append(Segment(file=file, hunks=file.hunks))
    chunks: list[Chunk] = []
    for names, segments in groups.items():
        for packed in _pack(segments, budget, size):
            matched = tuple(rule for rule in rules if any(rule in rules_of[s.file.path] for s in packed))
            chunks.append(
                Chunk(
                    number=len(chunks) + 1,
                    segments=packed,
                    reviewers=names,
                    instructions=tuple(f"For {r.match}: {r.instructions}" for r in matched if r.instructions),
                )
            )
    return Chunks(chunks=tuple(chunks), skipped=tuple(skipped))


def _reviewers(panel: Sequence[str], rules: Sequence[Rule]) -> tuple[str, ...]:
    """The panel, or what the rules that name reviewers leave of it; several such rules add up."""
    named = [rule.reviewers for rule in rules if rule.reviewers is not None]
    if not named:
        return tuple(panel)
    return tuple(name for name in panel if any(name in names for names in named))


def _pack(segments: Sequence[Segment], budget: int, size: Callable[[Segment], int]) -> list[tuple[Segment, ...]]:
    sizes = [size(segment) for segment in segments]
    if sum(sizes) <= budget:
        return [tuple(segments)]
    packed: list[tuple[Segment, ...]] = []
    current: list[Segment] = []
    used = 0
    for segment, needed in zip(segments, sizes, strict=True):
        full = used + needed > budget or (used >= budget * _EARLIEST_END and _may_end_before(segment.file.path))
        if current and full:
            packed.append(tuple(current))
            current, used = [], 0
        if needed > budget:
            packed.extend((part,) for part in _cut(segment, budget, size))
        else:
            current.append(segment)
            used += needed
    if current:
        packed.append(tuple(current))
    return packed


def _may_end_before(path: str) -> bool:
    return hashlib.sha256(path.encode()).digest()[0] % _END_ONE_IN == 0


def _cut(segment: Segment, budget: int, size: Callable[[Segment], int]) -> list[Segment]:
    """One file over the budget, as several segments of neighbouring hunks."""

    def measure(hunk: Hunk) -> int:
        return size(Segment(file=segment.file, hunks=(hunk,)))

    parts: list[Segment] = []
    current: list[Hunk] = []
    used = 0
    for hunk in segment.hunks:
        for piece, needed in _pieces(hunk, measure(hunk), budget, measure):
            if current and used + needed > budget:
                parts.append(Segment(file=segment.file, hunks=tuple(current)))
                current, used = [], 0
            current.append(piece)
            used += needed
    parts.append(Segment(file=segment.file, hunks=tuple(current)))
    return parts


def _pieces(hunk: Hunk, needed: int, budget: int, measure: Callable[[Hunk], int]) -> Iterator[tuple[Hunk, int]]:
    """A hunk and its size; over the budget, pieces that keep within it, cut where halving again and again would cut.

    How often to halve follows from the size, so that a long hunk is not measured once for every halving.
    """
    if needed <= budget or len(hunk.lines) < 2:
        yield hunk, needed
        return
    number = min(2 ** math.ceil(math.log2(needed / budget)), len(hunk.lines))
    for piece in _slices(hunk, number):
        yield from _pieces(piece, measure(piece), budget, measure)


def _slices(hunk: Hunk, number: int) -> Iterator[Hunk]:
    """So many hunks with the same number of lines each, as far as that goes."""
    old, new = hunk.old_start, hunk.new_start
    for start, end in pairwise(len(hunk.lines) * part // number for part in range(number + 1)):
        lines = hunk.lines[start:end]
        piece = replace(
            hunk,
            old_start=old,
            new_start=new,
            old_count=sum(line.kind is not LineKind.ADDED for line in lines),
            new_count=sum(line.kind is not LineKind.REMOVED for line in lines),
            lines=lines,
        )
        yield piece
        old, new = old + piece.old_count, new + piece.new_count
