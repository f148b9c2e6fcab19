"""The hunks of one file section, read by unidiff one section at a time.

unidiff is never shown a path: it refuses or misreads some legal ones, and one such file would take the others with it.
It is never shown text that is not a hunk either: its patterns for headers are not linear on hostile lines, and it drops
what it does not know without a word. The checks before and the count after make its answer all or nothing.
"""

from __future__ import annotations

import re

from unidiff import patch as unidiff
from unidiff.errors import UnidiffParseError

from reviewbot.errors import DiffError
from reviewbot.model import Hunk, Line, LineKind

MAX_FILE_BYTES = 8 * 1024 * 1024
"""A file whose part of the diff is larger is listed and not read."""
MAX_FILE_LINES = 200_000
"""The same in lines, because a line costs memory however short it is."""
MAX_DIFF_LINES = 1_000_000
"""Lines of diff that are read in all; the files behind them are listed and not read."""
MAX_DIFF_BYTES = 40 * 1024 * 1024
"""The same in bytes, because lines may be long. The two bound memory to about 400 MB."""
MAX_FILES = 100_000
"""A diff of more files is refused as a whole."""
MAX_LINE_CHARS = 20_000
"""A file with a longer line in its diff (minified or generated text) is listed and not read."""

_HEADER = "--- a/file\n+++ b/file\n"
_FOREIGN_LINE = re.compile(rb"\n(?:[^ +\-\\@\n\r]|@[^@]|\r[^\n])")
_HUGE_NUMBER = re.compile(rb"(?:^|\n)@@ [-+ ,0-9]*[0-9]{10}")
_MARKER = re.compile(rb"\n\\[^\n]*")
_NO_NEWLINE = b"\n\\ No newline at end of file"
_KINDS = {kind.value: kind for kind in LineKind}


def decode(data: bytes) -> str:
    """Text for people and models; bytes that are not UTF-8 become `\\xNN`, so nothing is lost and nothing fails."""
    return data.decode("utf-8", errors="backslashreplace")


def parse_hunks(body: bytes) -> tuple[Hunk, ...]:
    """Read what stands in one file section from its first `@@ ` line on; nothing in, nothing out.

    Only a line feed ends a line. Takes time linear in the input. Raises DiffError, with a reason that completes
    "this file was not read: ...", for a body over a limit above and for one that is not made of whole hunks.
    """
    if not body:
        return ()
    count = _check_size(body)
    if not body.startswith(b"@@ ") or _FOREIGN_LINE.search(body) or _HUGE_NUMBER.search(body):
        raise DiffError("its part of the diff is not made of hunks")
    text = decode(_MARKER.sub(_NO_NEWLINE, body))  # diff translates this marker, unidiff knows the English one
    try:
        files = unidiff.PatchSet(_HEADER + text)
    except (UnidiffParseError, ValueError) as exc:
        raise DiffError(f"its part of the diff cannot be read ({str(exc).partition(':')[0]})") from None
    if len(files) != 1 or len(files[0]) + sum(map(len, files[0])) != count:
        raise DiffError("its part of the diff holds lines that belong to no hunk")
    return tuple(map(_hunk, files[0]))


def _check_size(section: bytes) -> int:
    """The number of lines in a section. Raises DiffError when it has too many, or too many bytes."""
    if len(section) > MAX_FILE_BYTES:
        raise DiffError(too_many_bytes(len(section)))
    count = section.count(b"\n") + (not section.endswith(b"\n"))
    if count > MAX_FILE_LINES:
        raise DiffError(f"its diff has {count:,} lines; more than {MAX_FILE_LINES:,} are not reviewed")
    return count


def check_files(count: int) -> None:
    """Raises DiffError when a diff has too many files."""
    if count > MAX_FILES:
        raise DiffError(f"more than {MAX_FILES:,} files are changed; give a smaller change")


class Room:
    """What may still be read of one diff. The section that reaches the end of it is read whole."""

    def __init__(self) -> None:
        self._lines = MAX_DIFF_LINES
        self._bytes = MAX_DIFF_BYTES

    def take(self, *, lines: int, size: int) -> None:
        """Count a section that was read."""
        self._lines -= lines
        self._bytes -= size

    @property
    def problem(self) -> str | None:
        """The reason for not reading one more section; None while there is room."""
        if self._lines <= 0:
            return f"the change has more than {MAX_DIFF_LINES:,} lines of diff, and this file comes behind them"
        if self._bytes <= 0:
            limit = MAX_DIFF_BYTES // (1024 * 1024)
            return f"the change has more than {limit} MB of diff, and this file comes behind them"
        return None


def too_many_bytes(size: int) -> str:
    """The reason for not reading a section of `size` bytes."""
    limit = MAX_FILE_BYTES // (1024 * 1024)
    return f"its diff is {size / (1024 * 1024):.1f} MB; more than {limit} MB is not reviewed"


def _hunk(parsed: unidiff.Hunk) -> Hunk:
    if not parsed:
        raise DiffError("a hunk in it has no lines")
    lines: list[Line] = []
    following = [*(line.line_type for line in parsed[1:]), ""]
    for line, next_type in zip(parsed, following, strict=True):
        kind = _KINDS.get(line.line_type)
        if kind is None:  # the marker after a last line, and blank lines behind the hunk
            continue
        text = line.value.removesuffix("\n")
        old, new = line.source_line_no, line.target_line_no
        if len(text) > MAX_LINE_CHARS:
            raise DiffError(f"line {old if new is None else new} is {len(text):,} characters long")
        lines.append(Line(kind=kind, old=old, new=new, text=text, no_newline=next_type == "\\"))
    if len(parsed.section_header) > MAX_LINE_CHARS:
        raise DiffError(f"the heading of a hunk is {len(parsed.section_header):,} characters long")
    return Hunk(
        old_start=parsed.source_start,
        old_count=parsed.source_length,
        new_start=parsed.target_start,
        new_count=parsed.target_length,
        section=parsed.section_header.rstrip("\r"),
        lines=tuple(lines),
    )
