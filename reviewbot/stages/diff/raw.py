"""What `git diff-tree -r --raw -z --patch --full-index` prints, as a Diff.

Paths, modes and status come from the raw part alone, where each is delimited by NUL: in the patch a legal path can look
like a header. The patch is cut at the lines that begin a section (a line of content begins with a space, `+`, `-`
or `\\`), and the sections are paired with the raw entries by their order, which the object ids then confirm.
https://git-scm.com/docs/git-diff-tree#_raw_output_format
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.errors import DiffError
from reviewbot.model import Diff, FileDiff, FileStatus
from reviewbot.stages.diff.hunks import (
    MAX_FILE_BYTES,
    Room,
    check_files,
    decode,
    parse_hunks,
    too_many_bytes,
)

_META = re.compile(rb":(\d{6}) (\d{6}) ([0-9a-f]{4,64}) ([0-9a-f]{4,64}) ([A-Z])(\d*)")
_SECTION = re.compile(rb"\n(?=diff --git |\* Unmerged path )")
_LOOK_BEHIND = len(b"\n* Unmerged path ")
_BODY = re.compile(rb"^@@ ", re.MULTILINE)
_INDEX = re.compile(rb"^index ([0-9a-f]+)\.\.([0-9a-f]+)", re.MULTILINE)
_BINARY = re.compile(rb"^(?:Binary files .* differ|GIT binary patch)$", re.MULTILINE)
_NO_MODE = b"000000"
_STATUS = {
    b"A": FileStatus.ADDED,
    b"M": FileStatus.MODIFIED,
    b"D": FileStatus.DELETED,
    b"R": FileStatus.RENAMED,
    b"C": FileStatus.COPIED,
    b"T": FileStatus.TYPE_CHANGED,
    b"U": FileStatus.UNMERGED,
}


def parse_raw_patch(data: bytes | Iterable[bytes]) -> Diff:
    """Read git's answer, whole or as it arrives in pieces of any size.

    One FileDiff for each raw entry, in git's order; one that cannot be read, or is past a limit, has its `problem` set
    and no hunks. Stops taking pieces once MAX_DIFF_LINES or MAX_DIFF_BYTES are read. Raises DiffError when the bytes
    are not such an answer, end too early, or list more than MAX_FILES files. Linear in the input.
    """
    pieces = filter(None, _cut(data) if isinstance(data, bytes) else data)
    entries, rest = _raw_part(pieces)
    sections = _sections(rest, pieces)
    files: list[FileDiff] = []
    room = Room()
    for entry in entries:
        if room.problem is not None:
            files.append(entry.file(problem=room.problem))
            continue
        own = [section for section in _take(sections, entry.sections) if not section.unmerged]
        files.append(_file(entry, own))
        for section in own:
            if section.whole:
                room.take(lines=section.data.count(b"\n"), size=section.size)
    if room.problem is None and any(not section.unmerged for section in sections):
        raise DiffError("git's patch has more files than its list")
    times = Counter(file.path for file in files)
    return Diff(files=tuple(file if times[file.path] == 1 else _ambiguous(file) for file in files))


def _ambiguous(file: FileDiff) -> FileDiff:
    """Two names that are different bytes can be the same text, if somebody means it."""
    return replace(file, hunks=(), binary=False, problem="its name cannot be told from that of another file")


class _Entry(Struct, frozen=True, kw_only=True):
    path: bytes
    old_path: bytes | None
    status: bytes
    old_mode: bytes
    new_mode: bytes
    old_id: bytes
    new_id: bytes

    @property
    def sections(self) -> int:
        """How many sections of the patch belong to it: a type change is a deletion and an addition."""
        return {b"U": 0, b"T": 2}.get(self.status, 1)

    def file(self, *, binary: bool = False, parts: Iterable[bytes] = (), problem: str | None = None) -> FileDiff:
        """The file with the hunks of its `parts`, or with the problem of reading them."""
        status = _STATUS.get(self.status)
        if status is FileStatus.UNMERGED:
            problem = "unmerged: its conflicts are not resolved"
        elif status is None:
            problem = f"git calls its status {self.status.decode()}, which is not known here"
        try:
            hunks = () if problem else tuple(hunk for part in parts for hunk in parse_hunks(part))
        except DiffError as exc:
            hunks, problem = (), str(exc)
        return FileDiff(
            path=decode(self.path),
            status=status or FileStatus.MODIFIED,
            old_path=None if self.old_path is None else decode(self.old_path),
            old_mode=_mode(self.old_mode),
            new_mode=_mode(self.new_mode),
            binary=binary and not problem,
            hunks=hunks,
            problem=problem,
        )


class _Section(Struct, frozen=True, kw_only=True):
    """A file's part of the patch. `data` holds only its beginning when `size` is over the limit."""

    data: bytes
    size: int

    @property
    def unmerged(self) -> bool:
        return self.data.startswith(b"* ")

    @property
    def whole(self) -> bool:
        return self.size <= MAX_FILE_BYTES


def _cut(data: bytes, size: int = 1024 * 1024) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _mode(mode: bytes) -> str | None:
    return None if mode == _NO_MODE else mode.decode("ascii")


def _file(entry: _Entry, sections: list[_Section]) -> FileDiff:
    if len(sections) != entry.sections:
        raise DiffError("git's patch has fewer files than its list")
    bodies: list[bytes] = []
    binary: list[bool] = []
    for section in sections:
        if not section.whole:
            return entry.file(problem=too_many_bytes(section.size))
        if not section.data.startswith(b"diff --git "):
            raise DiffError("git's patch does not begin with a file")
        start = _BODY.search(section.data)
        header = section.data[: start.start()] if start else section.data
        if not _ids_agree(entry, header):
            return entry.file(problem="git's patch and its list of files do not agree on it")
        bodies.append(section.data[start.start() :] if start else b"")
        binary.append(_BINARY.search(header) is not None)
    if entry.status in b"MRC" and entry.old_id != entry.new_id and not any(bodies) and not all(binary):
        return entry.file(problem="git's patch shows nothing of its content")
    return entry.file(binary=bool(binary) and all(binary), parts=bodies)


def _ids_agree(entry: _Entry, header: bytes) -> bool:
    """Whether the section is about the entry's blobs; either half of a type change has one of the two."""
    ids = _INDEX.search(header)
    if ids is None:  # a mode change, an exact rename or copy
        return True
    pairs = zip(ids.groups(), (entry.old_id, entry.new_id), strict=True)
    return all(told.startswith(listed) or (entry.status == b"T" and not told.strip(b"0")) for told, listed in pairs)


def _take(sections: Iterator[_Section], count: int) -> Iterator[_Section]:
    """The next `count` sections; lines about unmerged paths do not count."""
    while count > 0:
        section = next(sections, None)
        if section is None:
            return
        count -= not section.unmerged
        yield section


def _raw_part(pieces: Iterator[bytes]) -> tuple[list[_Entry], bytes]:
    """The entries, and what was taken of the patch behind them."""
    fields = _Fields(pieces)
    entries: list[_Entry] = []
    while field := fields.take():
        meta = _META.fullmatch(field)
        if meta is None:
            raise DiffError("git's list of changed files cannot be read")
        old_mode, new_mode, old_id, new_id, status, _ = meta.groups()
        old_path = fields.take() if status in b"RC" else None
        path = fields.take()
        if not path or old_path == b"":
            raise DiffError("git's list of changed files ends in the middle")
        check_files(len(entries) + 1)
        entries.append(
            _Entry(
                path=path,
                old_path=old_path,
                status=status,
                old_mode=old_mode,
                new_mode=new_mode,
                old_id=old_id,
                new_id=new_id,
            )
        )
    return entries, fields.rest()


class _Fields:
    """The fields in front of NUL bytes, taken one by one from bytes that arrive in pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""
        self._at = 0

    def take(self) -> bytes:
        """The next field; empty at the end. Raises DiffError for one without its NUL."""
        parts: list[bytes] = []
        while (end := self._held.find(b"\0", self._at)) < 0:
            parts.append(self._held[self._at :])
            self._held, self._at = next(self._pieces, b""), 0
            if not self._held:
                if any(parts):
                    raise DiffError("git's list of changed files ends in the middle")
                return b""
        parts.append(self._held[self._at : end])
        self._at = end + 1
        return b"".join(parts)

    def rest(self) -> bytes:
        return self._held[self._at :]


def _sections(held: bytes, pieces: Iterator[bytes]) -> Iterator[_Section]:
    """Cut the patch. Never holds more than one section's limit and one piece."""
    buffer = bytearray(held)
    start, searched, dropped = 0, 0, 0
    while True:
        while cut := _SECTION.search(buffer, searched):
            yield _Section(data=bytes(buffer[start : cut.end()]), size=dropped + cut.end() - start)
            start = searched = cut.end()
            dropped = 0
        piece = next(pieces, b"")
        if not piece:
            break
        del buffer[:start]
        if len(buffer) > MAX_FILE_BYTES + _LOOK_BEHIND:
            excess = len(buffer) - MAX_FILE_BYTES - _LOOK_BEHIND
            del buffer[MAX_FILE_BYTES : MAX_FILE_BYTES + excess]
            dropped += excess
        start, searched = 0, max(0, len(buffer) - _LOOK_BEHIND)
        buffer += piece
    if len(buffer) > start:
        yield _Section(data=bytes(buffer[start:]), size=dropped + len(buffer) - start)
