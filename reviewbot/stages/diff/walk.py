"""Where one file ends and the next begins in a unified diff of any origin.

Inside a hunk a removed line `-- x` looks like a header, so hunks are followed by the counts in their first lines.
Everywhere else, a line that begins no file is somebody's text and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.model import FileStatus
from reviewbot.stages.diff.names import NULL, header_name, path_of

_FILE_START = re.compile(
    rb"""^(?: diff\ --(?P<diff>git|cc|combined)\s
            | (?P<index>Index:\ )(?=[^\n]*\n=====)
            | (?P<plain>---\ )(?=[^\n]*\n\+\+\+\ [^\n]*\n@@)
            | (?P<binary>Binary\ files\ )(?=[^\n]*\ and\ )(?=[^\n]*\ differ\r?$)
            | (?P<only>Only\ in\ )(?=[^\n]*:\ )
          )""",
    re.MULTILINE | re.VERBOSE,
)
_NEXT_DIFF = re.compile(rb"^diff --", re.MULTILINE)
_HUNK = re.compile(rb"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_COUNTS = {
    ord(" "): (1, 1),
    ord("\n"): (1, 1),
    ord("\r"): (1, 1),
    ord("-"): (1, 0),
    ord("+"): (0, 1),
    ord("\\"): (0, 0),
}
"""How many old and new lines a line of content stands for, by its first byte."""
_COMBINED_HUNK = b"@@@"
_COMBINED = "a combined diff of a merge; give a diff of two versions"
_BROKEN = "a hunk in it does not have the lines that its first line promises"
_NEXT_HUNK = re.compile(rb"(?:\r?\n)*+(?=@@ )")
_GIT_HEADER = re.compile(
    rb"(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to"
    rb"|similarity index|dissimilarity index|index|---|\+\+\+|Binary files|GIT binary patch)(?: (.*))?"
)
_SVN_BINARY = b"Cannot display: file marked as a binary type."
_NO_FILE = re.compile(rb"\t(?:1970-01-01 |1969-12-31 |\(nonexistent\)|\(revision 0\))")
_SIGNATURE = re.compile(rb"-- ?")
_STATUS = {
    (False, False): FileStatus.MODIFIED,
    (True, False): FileStatus.ADDED,
    (False, True): FileStatus.DELETED,
    (True, True): FileStatus.MODIFIED,
}
"""By whether the old and the new file are missing."""


class Section(Struct, frozen=True, kw_only=True):
    """One file's part of the diff, not interpreted yet."""

    git: bytes | None = None
    """What follows `diff --git `, for a section of that kind."""
    fields: Mapping[bytes, bytes] = field(default_factory=dict)
    """git's header lines by their first words ("new file mode", "---")."""
    path: bytes = b""
    """The path; empty for a git section, where it is in the names and fields."""
    status: FileStatus = FileStatus.MODIFIED
    binary: bool = False
    body: bytes = b""
    problem: str | None = None


def sections(data: bytes) -> Iterator[Section]:
    """The files of a diff in its order. Total, and linear in the input."""
    return _Walk(data).sections()


class _Walk:
    """A position in the diff; every method moves it behind what it reads."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.from_git = data.startswith(b"diff --git ") or b"\ndiff --git " in data

    def sections(self) -> Iterator[Section]:
        while start := _FILE_START.search(self.data, self.at):
            self.at = start.start()
            if start["diff"]:
                yield self._git() if start["diff"] == b"git" else self._combined()
            elif start["index"]:
                yield self._index()
            elif start["plain"]:
                yield self._plain()
            elif self.from_git:
                self._skip()  # in git's diffs, what `diff -r` says in a sentence is somebody's text
            else:
                yield self._binary() if start["binary"] else self._only_in()

    # ------------------------------------------------------------ lines

    def _peek(self) -> bytes:
        """The line at the position, without its end."""
        end = self.data.find(b"\n", self.at)
        return self.data[self.at : end if end >= 0 else len(self.data)].removesuffix(b"\r")

    def _skip(self) -> None:
        end = self.data.find(b"\n", self.at)
        self.at = end + 1 if end >= 0 else len(self.data)

    def _line(self) -> bytes:
        line = self._peek()
        self._skip()
        return line

    def _sees(self, prefix: bytes) -> bool:
        return self.data.startswith(prefix, self.at)

    # ------------------------------------------------------------ kinds of sections

    def _git(self) -> Section:
        git = self._line().removeprefix(b"diff --git ")
        fields: dict[bytes, bytes] = {}
        while match := _GIT_HEADER.fullmatch(self._peek()):
            fields.setdefault(match[1], match[2] or b"")
            self._skip()
            if match[1] in (b"Binary files", b"GIT binary patch"):
                break
        binary = b"Binary files" in fields or b"GIT binary patch" in fields
        body, problem = self._hunks()
        return Section(git=git, fields=fields, binary=binary, body=body, problem=problem)

    def _combined(self) -> Section:
        """Up to the next `diff --` line: with the columns of several parents no other line can be told for sure."""
        name = self._line().split(b" ", maxsplit=2)[2]
        following = _NEXT_DIFF.search(self.data, self.at)
        self.at = following.start() if following else len(self.data)
        return Section(path=header_name(name), problem=_COMBINED)

    def _index(self) -> Section:
        """svn and CVS: `Index: path`, a rule of `=`, then `---`, `+++` and hunks, or a note on a binary file."""
        path = self._line().removeprefix(b"Index: ")
        self._skip()
        following = _FILE_START.search(self.data, self.at)
        end = following.start() if following else len(self.data)
        if following and following["plain"] and _SVN_BINARY not in self.data[self.at : end]:
            self.at = end
            return replace(self._plain(), path=path)
        return Section(path=path, binary=_SVN_BINARY in self.data[self.at : end])

    def _plain(self) -> Section:
        old, new = self._line()[4:], self._line()[4:]
        names = header_name(old), header_name(new)
        missing = names[0] == NULL or bool(_NO_FILE.search(old)), names[1] == NULL or bool(_NO_FILE.search(new))
        body, problem = self._hunks()
        return Section(path=path_of(*names), status=_STATUS[missing], body=body, problem=problem)

    def _binary(self) -> Section:
        names = self._line().removeprefix(b"Binary files ").removesuffix(b" differ")
        old, _, new = names.partition(b" and ")
        return Section(path=path_of(old, new), status=_STATUS[old == NULL, new == NULL], binary=True)

    def _only_in(self) -> Section:
        folder, _, name = self._line().removeprefix(b"Only in ").partition(b": ")
        return Section(path=folder + b"/" + name, problem="the diff holds its name only; make it with diff -N")

    # ------------------------------------------------------------ hunks

    def _hunks(self) -> tuple[bytes, str | None]:
        """The lines of the hunks at the position, and the problem with them if it shows here already."""
        if self._sees(_COMBINED_HUNK):
            return b"", _COMBINED
        start = self.at
        while following := _NEXT_HUNK.match(self.data, self.at):
            self.at = following.end()
            if not self._hunk():
                return b"", _BROKEN
        body = self.data[start : self.at]
        return body.replace(b"\r\n", b"\n") if body.partition(b"\n")[0].endswith(b"\r") else body, None

    def _hunk(self) -> bool:
        """Move behind a hunk. False when it has fewer or more lines than it says; then only its first line is passed,
        because the next file's header may have been counted as its content."""
        match = _HUNK.match(self.data, self.at)
        self._skip()
        start = self.at
        if match and self._content(*(1 if count is None else int(count) for count in match.groups())):
            return True
        self.at = start
        return False

    def _content(self, old: int, new: int) -> bool:
        """Move behind the lines of a hunk. The counting goes by bytes and local names: a diff may have 30 million."""
        data, at, size = self.data, self.at, len(self.data)
        while (old > 0 or new > 0) and at < size:
            counts = _COUNTS.get(data[at])
            if counts is None:
                break
            old -= counts[0]
            new -= counts[1]
            at = data.find(b"\n", at) + 1 or size
        self.at = at
        while self._sees(b"\\"):
            self._skip()
        return old == new == 0 and not self._excess()

    def _excess(self) -> bool:
        """Whether content follows a complete hunk directly: then its counts are wrong."""
        if self.data[self.at : self.at + 1] not in (b" ", b"+", b"-") or _SIGNATURE.fullmatch(self._peek()):
            return False
        following = _FILE_START.match(self.data, self.at)
        return not (following and following["plain"])
