"""Where code begins and ends in Markdown text: fences and code spans, read narrowly.

What counts as code here is code for every reader of GitHub Flavored Markdown; what some reader might not take as
code does not count. https://github.github.com/gfm/#fenced-code-blocks, https://github.github.com/gfm/#code-spans
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from msgspec import Struct

from reviewbot.late import late

_FENCE = late(r"[ \t]*(?P<run>`{3,}|~{3,})(?P<info>.*)")
_RUN = late("`+")
_OPENING = late(r"\\[!-/:-@\[-`{-~]?|`+")  # an escape of one punctuation character, or a run
_LANGUAGE = late(r"[A-Za-z0-9_+#.-]{1,24}")
# Languages for which GitHub runs a renderer, or which it turns into a button.
_ACTIVE_LANGUAGES = frozenset({"geojson", "math", "mermaid", "stl", "suggestion", "topojson"})

# How reviewbot's own hidden marker begins. A reader of a comment's source that looks for it may not know what is code.
OWN_MARKER = re.compile(r"(?i)<(?=!--\s*reviewbot)")


class Prose(Struct, frozen=True, kw_only=True):
    """Lines outside fences, joined by line feeds."""

    text: str


class Fence(Struct, frozen=True, kw_only=True):
    """A closed fence, with its opening and closing run of backticks or tildes."""

    opening: str
    closing: str
    language: str
    """The first word of the info string when it is a language's name, else empty."""
    lines: tuple[str, ...]


Block = Prose | Fence


class Span(Struct, frozen=True, kw_only=True):
    """A code span within one line: `start` and `end` bound it with its backticks, `width` of them on each side."""

    start: int
    end: int
    width: int


def blocks(text: str) -> Iterator[Block]:
    """Split into prose and closed fences. The line that opens a fence without an end is left out."""
    lines = text.split("\n")
    marks = [_fence_mark(line) for line in lines]
    closable = _longest_close_after(marks)
    prose: list[str] = []
    at = 0
    while at < len(lines):
        mark = marks[at]
        if mark is None:
            prose.append(lines[at])
            at += 1
            continue
        run, info = mark
        if closable[at + 1][run[0]] < len(run):
            at += 1
            continue
        end = next(i for i in range(at + 1, len(lines)) if _closes(marks[i], run))
        if prose:
            yield Prose(text="\n".join(prose))
            prose = []
        yield Fence(
            opening=run,
            closing=lines[end].strip(" \t"),
            language=fence_language(info),
            lines=tuple(lines[at + 1 : end]),
        )
        at = end + 1
    if prose:
        yield Prose(text="\n".join(prose))


def fence_language(info: str) -> str:
    """The language that an info string names, or nothing: no other words and none that a platform acts on."""
    words = info.split()
    if not words or not _LANGUAGE.fullmatch(words[0]) or words[0].lower() in _ACTIVE_LANGUAGES:
        return ""
    return words[0]


def spans(line: str) -> tuple[list[Span], list[tuple[int, int]]]:
    """Code spans of one line of prose, and (start, end) of each run of backticks that has no partner in it."""
    by_width: dict[int, list[int]] = {}
    for run in _RUN.finditer(line):
        by_width.setdefault(run.end() - run.start(), []).append(run.start())
    found: list[Span] = []
    alone: list[tuple[int, int]] = []
    position = 0
    while (opening := _OPENING.search(line, position)) is not None:
        start = opening.start()
        if opening[0].startswith("\\"):
            position = opening.end()
            continue
        width = opening.end() - start
        partners = by_width.get(width, [])
        index = bisect_left(partners, start + width)
        if index == len(partners):
            alone.append((start, start + width))
            position = start + width
        else:
            position = partners[index] + width
            found.append(Span(start=start, end=position, width=width))
    return found, alone


def _fence_mark(line: str) -> tuple[str, str] | None:
    match = _FENCE.fullmatch(line)
    if match is None or (match["run"][0] == "`" and "`" in match["info"]):
        return None
    return match["run"], match["info"].strip(" \t")


def _closes(mark: tuple[str, str] | None, run: str) -> bool:
    return mark is not None and not mark[1] and mark[0][0] == run[0] and len(mark[0]) >= len(run)


def _longest_close_after(marks: list[tuple[str, str] | None]) -> list[dict[str, int]]:
    """For each line, the longest closing run from that line on, so that a fence without an end costs no search."""
    longest = {"`": 0, "~": 0}
    after = [longest]
    for mark in reversed(marks):
        if mark is not None and not mark[1] and len(mark[0]) > longest[mark[0][0]]:
            longest = {**longest, mark[0][0]: len(mark[0])}
        after.append(longest)
    return after[::-1]
