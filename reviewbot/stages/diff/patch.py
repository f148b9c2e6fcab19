"""A unified diff that a person brings along, as a Diff: from git, `diff -u`, svn, hg or a mail."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from reviewbot.errors import DiffError
from reviewbot.model import Diff, FileDiff, FileStatus
from reviewbot.stages.diff.hunks import Room, check_files, decode, parse_hunks
from reviewbot.stages.diff.names import NULL, git_names, header_name, path_of, whole_name
from reviewbot.stages.diff.walk import Section, sections

_INDEX_MODE = re.compile(rb"[0-9a-f]+\.\.[0-9a-f]+ ([0-7]{6})")
_MODE = re.compile(rb"[0-7]{6}")
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}


def parse_patch(data: bytes) -> Diff:
    """Read a unified diff; blank input is an empty Diff.

    Prefixes (a/ b/ and other single ones), times behind a tab and C-quoting are taken off the paths; text between the
    files is passed over. A file that cannot be read is listed with its `problem`; so is one that stands in the diff
    more than once, as in a series of patches, because its line numbers would mean different versions. A diff whose
    own lines end in CR LF is read as if they ended in LF. Raises DiffError for text that holds no diff at all, and for
    more than MAX_FILES files. Linear in the input.
    """
    data = _without_bom(data)
    if not data or data.isspace():
        return Diff(files=())
    files = _join_type_changes(_files(data))
    if not files:
        colours = "; it holds terminal colours, make it with --no-color" if b"\x1b[" in data else ""
        raise DiffError(
            "this text is not a unified diff: no line in it begins a file (`diff --git`, or `---` with `+++`)" + colours
        )
    times = Counter(file.path for file in files)
    first = {file.path: file for file in reversed(files)}
    return Diff(files=tuple(_once(first[path], count) for path, count in times.items()))


def _without_bom(data: bytes) -> bytes:
    """UTF-8 without its mark; UTF-16 is what PowerShell's `>` writes."""
    for bom, encoding in _BOMS.items():
        if data.startswith(bom):
            return data.decode(encoding, errors="replace").encode("utf-8", errors="backslashreplace")
    return data


def _files(data: bytes) -> Iterator[FileDiff]:
    room = Room()
    for number, section in enumerate(sections(data), start=1):
        check_files(number)
        file = _file(section, no_room=room.problem)
        if file.problem is None:
            room.take(lines=section.body.count(b"\n"), size=len(section.body))
        yield file


def _join_type_changes(files: Iterable[FileDiff]) -> list[FileDiff]:
    """git shows a file that became a symlink as a deletion and an addition of one path, one behind the other."""
    joined: list[FileDiff] = []
    for file in files:
        last = joined[-1] if joined else None
        pair = last is not None and last.path == file.path and last.problem is None is file.problem
        if pair and last and (last.status, file.status) == (FileStatus.DELETED, FileStatus.ADDED):
            joined[-1] = replace(
                file,
                status=FileStatus.TYPE_CHANGED,
                old_mode=last.old_mode,
                binary=last.binary and file.binary,
                hunks=last.hunks + file.hunks,
            )
        else:
            joined.append(file)
    return joined


def _once(file: FileDiff, times: int) -> FileDiff:
    if times == 1:
        return file
    problem = f"it stands {times} times in this diff; give one diff from the first version to the last"
    return replace(file, hunks=(), binary=False, problem=problem)


def _file(section: Section, *, no_room: str | None) -> FileDiff:
    path, old_path, status = _identity(section)
    problem = section.problem or (no_room if section.body else None)
    try:
        hunks = () if problem else parse_hunks(section.body)
    except DiffError as exc:
        hunks, problem = (), str(exc)
    fields = section.fields
    shared = _INDEX_MODE.fullmatch(fields.get(b"index", b""))
    default = shared[1] if shared else b""
    return FileDiff(
        path=decode(path),
        status=status,
        old_path=None if old_path is None else decode(old_path),
        old_mode=_mode(fields.get(b"deleted file mode") or fields.get(b"old mode") or default),
        new_mode=_mode(fields.get(b"new file mode") or fields.get(b"new mode") or default),
        binary=section.binary and problem is None,
        hunks=hunks,
        problem=problem,
    )


def _identity(section: Section) -> tuple[bytes, bytes | None, FileStatus]:
    """Path, old path and status."""
    if section.git is None:
        return section.path, None, section.status
    fields = section.fields
    for kind, status in ((b"rename", FileStatus.RENAMED), (b"copy", FileStatus.COPIED)):
        if kind + b" from" in fields and kind + b" to" in fields:
            return whole_name(fields[kind + b" to"]), whole_name(fields[kind + b" from"]), status
    told = git_names(section.git)
    old, new = header_name(fields.get(b"---", b"")), header_name(fields.get(b"+++", b""))
    path = path_of(*told) if told else path_of(old, new) or section.git
    if b"new file mode" in fields or old == NULL:
        return path, None, FileStatus.ADDED
    if b"deleted file mode" in fields or new == NULL:
        return path, None, FileStatus.DELETED
    return path, None, FileStatus.MODIFIED


def _mode(mode: bytes) -> str | None:
    return mode.decode("ascii") if _MODE.fullmatch(mode) else None
