"""A finding -> a line of the change. Nothing is dropped: what fits no line keeps its file, or no place at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.model import Anchor, Diff, FileDiff, Finding, Side
from reviewbot.sanitize.prompt import visible
from reviewbot.stages.naming import NamedFiles

_NEAR = 10
"""A finding this many lines outside a hunk is shown at the hunk's nearest line; farther away, at the file."""


def place(findings: Iterable[Finding], diff: Diff) -> tuple[Finding, ...]:
    """Each finding with its anchor on lines of one hunk where that can be found, and `said` as the reviewer put it.

    When line and quote agree, or there is no quote, the line stands. Else the quote decides: the said hunk before
    the others of the file, exact before whitespace-blind, the nearest first. Else the nearest line of a hunk
    close by, with a note; else the file, else nothing, with `placed` False.
    """
    files = _Files(diff)
    return tuple(
        replace(finding, anchor=_place(finding, files), said=finding.said or finding.anchor) for finding in findings
    )


class _Files:
    """Changed files by the names that reviewers use for them, each with its spots."""

    def __init__(self, diff: Diff) -> None:
        self._named = NamedFiles(diff.files)
        self._spots: dict[str, _Spots] = {}

    def find(self, name: str) -> FileDiff | None:
        return self._named.find(name)

    def spots(self, file: FileDiff) -> _Spots:
        if file.path not in self._spots:
            self._spots[file.path] = _Spots(file)
        return self._spots[file.path]


class _Spot(Struct, frozen=True, kw_only=True):
    """A line of a hunk that can be pointed at."""

    first: int
    last: int
    """The first and the last line number of its hunk on its side."""
    side: Side
    number: int
    text: str


_Numbers = dict[tuple[str, Side], list[int]]
"""Lines by their text, ascending."""


class _Spots:
    """All spots of a file, found by line or by text; a file with many findings is read once.

    By text only when a quote asks for it: most findings name the line that they quote.
    """

    def __init__(self, file: FileDiff) -> None:
        self._hunks: dict[Side, list[tuple[int, int]]] = {}
        self._texts: dict[Side, dict[int, tuple[int, str]]] = {}
        for side in Side:
            hunks = self._hunks[side] = []
            texts = self._texts[side] = {}
            for hunk in file.hunks:
                numbered = [(n, line.text) for line in hunk.lines if (n := line.number(side)) is not None]
                if numbered:
                    hunks.append((numbered[0][0], numbered[-1][0]))
                for number, text in numbered:  # the two halves of a changed file type number alike: the first stands
                    texts.setdefault(number, (len(hunks) - 1, text))

    @cached_property
    def _numbers(self) -> dict[Side, list[int]]:
        return {side: sorted(texts) for side, texts in self._texts.items()}

    @cached_property
    def _by_text(self) -> tuple[_Numbers, _Numbers]:
        """Exactly, and when white space does not count."""
        exact: _Numbers = {}
        blind: _Numbers = {}
        for side, numbers in self._numbers.items():
            for number in numbers:
                shown = visible(self._texts[side][number][1].removesuffix("\r"))
                exact.setdefault((shown.rstrip(), side), []).append(number)
                blind.setdefault((_blind(shown), side), []).append(number)
        return exact, blind

    def at(self, side: Side, number: int | None) -> _Spot | None:
        if number is None or number not in self._texts[side]:
            return None
        hunk, text = self._texts[side][number]
        first, last = self._hunks[side][hunk]
        return _Spot(first=first, last=last, side=side, number=number, text=text)

    def quoting(self, quote: str, near: int, side: Side, hunk: _Spot | None) -> _Spot | None:
        """The spot nearest to line `near` whose text is the quote: exactly, else when white space does not count.

        Only in the hunk of the spot `hunk`, where that is given, and on its side.
        """
        for index, text in zip(self._by_text, (quote.rstrip(), _blind(quote)), strict=True):
            for on in (side,) if hunk is not None else (side, _other(side)):
                numbers = index.get((text, on), [])
                start = 0 if hunk is None else bisect_left(numbers, hunk.first)
                end = len(numbers) if hunk is None else bisect_right(numbers, hunk.last)
                number = _nearest(numbers, near, start, end)
                if number is not None:
                    return self.at(on, number)
        return None

    def nearest(self, side: Side, number: int) -> _Spot | None:
        """The nearest spot that is close enough to stand for a line outside the change."""
        numbers = self._numbers[side]
        found = _nearest(numbers, number, 0, len(numbers))
        return self.at(side, found) if found is not None and abs(found - number) <= _NEAR else None


def _nearest(numbers: Sequence[int], wanted: int, start: int, end: int) -> int | None:
    """Of numbers[start:end], which ascend, the one nearest to `wanted`; the smaller of two."""
    if start >= end:
        return None
    after = bisect_left(numbers, wanted, start, end)
    return min(numbers[max(after - 1, start) : min(after + 1, end)], key=lambda number: abs(number - wanted))


def _other(side: Side) -> Side:
    return Side.LEFT if side is Side.RIGHT else Side.RIGHT


def _place(finding: Finding, files: _Files) -> Anchor:
    said = finding.anchor
    file = files.find(said.path) if said.path else None
    if file is None:
        return replace(said, placed=False, source="")
    said = replace(said, path=file.path)
    spots = files.spots(file)
    there = spots.at(said.side, said.start)
    quote = _first_line(finding.quote)
    if there is not None and (quote is None or _blind(visible(there.text)) == _blind(quote)):
        return _anchor(said, there)
    if quote is not None:
        quoted = _quoted(quote, spots, said, there)
        if quoted is not None:
            return _anchor(said, quoted, note=_moved(said, quoted))
    if there is not None:
        return _anchor(said, there, note=_UNQUOTED)
    near = spots.nearest(said.side, said.start) if said.start is not None else None
    if near is not None:
        return _anchor(said, near, note=_outside(said))
    return replace(said, placed=False, source="")


def _quoted(quote: str, spots: _Spots, said: Anchor, there: _Spot | None) -> _Spot | None:
    """The spot that holds the quote, nearest first: in the said hunk, then in the file, exact before blind.

    A line too plain to tell lines apart (`}`) decides only in the said hunk.
    """

    near = said.start or 0
    if there is not None and (found := spots.quoting(quote, near, said.side, there)) is not None:
        return found
    return spots.quoting(quote, near, said.side, None) if _telling(quote) else None


def _anchor(said: Anchor, spot: _Spot, note: str | None = None) -> Anchor:
    """The range from `spot` on, as long as the said one, but never past the last line of its hunk."""
    length = said.end - said.start if said.start is not None and said.end is not None else 0
    return Anchor(
        path=said.path,
        side=spot.side,
        start=spot.number,
        end=max(spot.number, min(spot.number + max(length, 0), spot.last)),
        placed=True,
        source=spot.text,
        note=note,
    )


def _moved(said: Anchor, spot: _Spot) -> str | None:
    return None if said.start == spot.number and said.side is spot.side else _elsewhere(said)


_UNQUOTED = "the line that the reviewer quoted is not in the change"


def _outside(said: Anchor) -> str:
    return f"the reviewer said line {said.start}, which is outside the change"


def _elsewhere(said: Anchor) -> str:
    place = "no line" if said.start is None else f"line {said.start}"
    return f"the reviewer said {place}; the line that it quoted stands here"


def notes_on(said: Anchor) -> frozenset[str]:
    """All that this stage can note about a place that a reviewer named."""
    return frozenset({_UNQUOTED, _outside(said), _elsewhere(said)})


def _first_line(quote: str | None) -> str | None:
    lines = [line for line in (quote or "").split("\n") if line.strip()]
    return lines[0] if lines else None


def _blind(text: str) -> str:
    return "".join(text.split())


def _telling(quote: str) -> bool:
    return sum(character.isalnum() for character in quote) >= 3
