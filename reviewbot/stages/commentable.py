"""On which lines of a change GitHub takes a comment: those of its own hunks, which have three unchanged lines around.

A whole review is refused for one line outside of them, and a range has to lie within one hunk.
https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from reviewbot.model import Anchor, Diff, Hunk, LineKind, Side
from reviewbot.posted import InlineComment

CONTEXT = 3
"""Unchanged lines that GitHub shows around a changed one; ours may be more."""


class Commentable:
    """The lines of a change that may be commented on."""

    def __init__(self, diff: Diff) -> None:
        self._hunk_of: dict[tuple[str, Side, int], int] = {}
        number = 0
        for file in diff.files:
            for hunk in file.hunks:
                for lines in _shown(hunk):
                    number += 1
                    for side, line in lines:
                        self._hunk_of[file.path, side, line] = number

    def takes(self, anchor: Anchor) -> bool:
        """Whether the whole of an anchor lies within one of GitHub's hunks."""
        if not anchor.placed or anchor.path is None or anchor.start is None:
            return False
        lines = range(anchor.start, (anchor.end or anchor.start) + 1)
        hunks = {self._hunk_of.get((anchor.path, anchor.side, line)) for line in lines}
        return len(hunks) == 1 and None not in hunks

    def part(self, anchor: Anchor) -> Anchor | None:
        """The anchor, or the first of its lines that lie in one hunk: a range may begin or end in lines that only we
        show. None when it has no such line."""
        if not anchor.placed or anchor.path is None or anchor.start is None or self.takes(anchor):
            return anchor if self.takes(anchor) else None
        lines = range(anchor.start, (anchor.end or anchor.start) + 1)
        hunks = [(line, self._hunk_of.get((anchor.path, anchor.side, line))) for line in lines]
        first = next((hunk for _, hunk in hunks if hunk is not None), None)
        kept = [line for line, hunk in hunks if hunk is not None and hunk == first]
        return replace(anchor, start=kept[0], end=kept[-1]) if kept else None

    def takes_comment(self, comment: InlineComment) -> bool:
        """The same for a comment that has been drafted."""
        start = comment.line if comment.start_line is None else comment.start_line
        return self.takes(Anchor(path=comment.path, side=comment.side, start=start, end=comment.line, placed=True))


def _shown(hunk: Hunk) -> Iterator[list[tuple[Side, int]]]:
    """The parts of a hunk that GitHub shows as hunks of their own, each with its line numbers by side."""
    changed = [at for at, line in enumerate(hunk.lines) if line.kind is not LineKind.CONTEXT]
    near = {n for at in changed for n in range(at - CONTEXT, at + CONTEXT + 1)}
    part: list[tuple[Side, int]] = []
    for at, line in enumerate(hunk.lines):
        if at in near:
            part += [(side, number) for side in Side if (number := line.number(side)) is not None]
        elif part:
            yield part
            part = []
    if part:
        yield part
