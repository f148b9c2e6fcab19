"""A finding -> a line of the change. Nothing is dropped: what fits no line keeps its file, or no place at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reviewbot.model import Anchor, Diff, FileDiff, Finding, Side
from reviewbot.sanitize.prompt import visible

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
    """Changed files by the names that reviewers use for them."""

    def __init__(self, diff: Diff) -> None:
        self._by_path = {file.path: file for file in diff.files}
        self._by_old_path = {file.old_path: file for file in diff.files if file.old_path}
        self._by_shown = {visible(file.path): file for file in diff.files}
        self._spots: dict[str, _Spots] = {}

    def find(self, name: str) -> FileDiff | None:
        plain = name.strip().removeprefix("./").lstrip("/")
        for candidate in (name, plain, plain[2:] if plain[:2] in ("a/", "b/") else plain):
            for index in (self._by_path, self._by_shown, self._by_old_path):
                if candidate in index:
                    return index[candidate]
        endings = [file for path, file in self._by_path.items() if path.endswith("/" + plain)]
        return endings[0] if len(endings) == 1 else None

    def spots(self, file: FileDiff) -> _Spots:
        if file.path not in self._spots:
            self._spots[file.path] = _Spots(file)
        return self._spots[file.path]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """A line of a hunk that can be pointed at."""

    hunk: int
    last: int
    """The last line number of its hunk on its side."""
    side: Side
    number: int
    text: str


class _Spots:
    """All spots of a file, found by line or by text; a file with many findings is read once."""

    def __init__(self, file: FileDiff) -> None:
        self._at: dict[tuple[Side, int], _Spot] = {}
        self._numbers: dict[Side, list[int]] = {Side.LEFT: [], Side.RIGHT: []}
        self._exact: dict[str, list[_Spot]] = {}
        self._blind: dict[str, list[_Spot]] = {}
        for side in Side:
            for index, hunk in enumerate(file.hunks):
                numbered = [(n, line.text) for line in hunk.lines if (n := line.number(side)) is not None]
                for number, text in numbered:
                    self._add(_Spot(hunk=index, last=numbered[-1][0], side=side, number=number, text=text))

    def _add(self, spot: _Spot) -> None:
        if (spot.side, spot.number) in self._at:  # the two halves of a changed file type number alike
            return
        shown = visible(spot.text.removesuffix("\r"))
        self._at[spot.side, spot.number] = spot
        self._numbers[spot.side].append(spot.number)
        self._exact.setdefault(shown.rstrip(), []).append(spot)
        self._blind.setdefault(_blind(shown), []).append(spot)

    def at(self, side: Side, number: int | None) -> _Spot | None:
        return None if number is None else self._at.get((side, number))

    def quoting(self, quote: str) -> tuple[list[_Spot], list[_Spot]]:
        """Spots whose text is the quote: exactly, and when white space does not count."""
        return self._exact.get(quote.rstrip(), []), self._blind.get(_blind(quote), [])

    def nearest(self, side: Side, number: int) -> _Spot | None:
        """The nearest spot that is close enough to stand for a line outside the change."""
        numbers = self._numbers[side]
        after = bisect_left(numbers, number)
        close = [n for n in numbers[max(after - 1, 0) : after + 1] if abs(n - number) <= _NEAR]
        return self._at[side, min(close, key=lambda n: (abs(n - number), n))] if close else None


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
        return _anchor(said, there, note="the line that the reviewer quoted is not in the change")
    near = spots.nearest(said.side, said.start) if said.start is not None else None
    if near is not None:
        return _anchor(said, near, note=f"the reviewer said line {said.start}, which is outside the change")
    return replace(said, placed=False, source="")


def _quoted(quote: str, spots: _Spots, said: Anchor, there: _Spot | None) -> _Spot | None:
    """The spot that holds the quote, nearest first: in the said hunk, then in the file, exact before blind.

    A line too plain to tell lines apart (`}`) decides only in the said hunk.
    """

    def preference(spot: _Spot) -> tuple[bool, int, int]:
        return spot.side is not said.side, abs(spot.number - (said.start or 0)), spot.number

    found = spots.quoting(quote)
    ladder: list[list[_Spot]] = []
    if there is not None:
        ladder += [[spot for spot in kind if spot.hunk == there.hunk] for kind in found]
    if _telling(quote):
        ladder += found
    for candidates in ladder:
        if candidates:
            return min(candidates, key=preference)
    return None


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
    if said.start == spot.number and said.side is spot.side:
        return None
    place = "no line" if said.start is None else f"line {said.start}"
    return f"the reviewer said {place}; the line that it quoted stands here"


def _first_line(quote: str | None) -> str | None:
    lines = [line for line in (quote or "").split("\n") if line.strip()]
    return lines[0] if lines else None


def _blind(text: str) -> str:
    return "".join(text.split())


def _telling(quote: str) -> bool:
    return sum(character.isalnum() for character in quote) >= 3
