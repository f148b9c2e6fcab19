"""Text in pieces on lines that follow each other: of one string, of several, or a word in the comment of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reviewbot.late import late
from reviewbot.model import Line
from reviewbot.stages.injection.text import ends_open, goes_on, stitched

_STITCHED, _AGAIN = 12, 4
"""Lines that are read together, and how many of them once more with those that follow."""
_FEWEST = 3
"""Lines in a row with a short comment or a string of their own that may be one text."""
_WORDS = 3
"""Words of a comment behind code that may be a piece of a text."""
_STRING = late(r"""^[^"'`]{0,80}?[\w\])]\s*(?::\s*[\w<>&' ]{1,30})?:?=>?\s*[furbFRU]{0,2}(["'`])([^"'`]*)\1[;,]?\s*$""")
_ENDS = ('"', "'", "`")


def pieced(added: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """The index of the first line of each such text, and the text."""
    for lines in _runs(added, lambda at: _goes_on(added, at)):
        yield lines[0], stitched(added[at].text for at in lines)
    comments = [_comment(line.text) for line in added]
    for lines in _runs(added, lambda at: comments[at - 1] is not None and comments[at] is not None):
        if len(lines) >= _FEWEST:
            yield lines[0], " ".join(comments[at] or "" for at in lines)
    strings = [_string(line.text) for line in added]
    for lines in _runs(added, lambda at: strings[at - 1] is not None and strings[at] is not None):
        pieces = [strings[at] or "" for at in lines]
        yield lines[0], "".join(pieces)
        yield lines[0], " ".join(pieces)


def _runs(added: Sequence[Line], together: Callable[[int], bool]) -> Iterator[range]:
    """Lines that follow each other and belong together, a line with the one before; long ones in stretches."""
    first = 0
    for at in range(1, len(added) + 1):
        if at < len(added) and together(at) and follows(added, at):
            continue
        if at - first > 1:
            yield from (range(here, min(here + _STITCHED, at)) for here in range(first, at - 1, _STITCHED - _AGAIN))
        first = at


def follows(added: Sequence[Line], at: int) -> bool:
    """Whether the line stands right below the one before in the file."""
    return added[at].new == (added[at - 1].new or 0) + 1


def _goes_on(added: Sequence[Line], at: int) -> bool:
    return ends_open(added[at - 1].text) and goes_on(added[at].text)


def _comment(line: str) -> str | None:
    """The few words of a comment behind code."""
    for mark in (" # ", " // ", " -- "):
        code, found, comment = line.rpartition(mark)
        if found and code.strip() and len(comment.split()) <= _WORDS:
            return comment
    return None


def _string(line: str) -> str | None:
    """What the string is that the line gives a name to and no more."""
    if not line.rstrip(" ;,").endswith(_ENDS):
        return None
    found = _STRING.match(line)
    return None if found is None else found[2]
