"""Which changed files are reviewed. Everything else is listed with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from reviewbot.config.ignored import IGNORED_FILE
from reviewbot.globs import Globs
from reviewbot.model import Diff, FileDiff, FileStatus, SkippedFile

_SUBMODULE = "160000"


class Scope(Struct, frozen=True, kw_only=True):
    files: tuple[FileDiff, ...]
    """To be reviewed; each has at least one hunk. Sorted by path."""
    skipped: tuple[SkippedFile, ...]


def select(diff: Diff, *, exclude: Sequence[str]) -> Scope:
    """Split the changed files into those to review and those listed with a reason; no path is lost."""
    globs = Globs(exclude)
    files: list[FileDiff] = []
    skipped: list[SkippedFile] = []
    for file in sorted(diff.files, key=lambda f: f.path):
        reason = _nothing_to_review(file, globs)
        if reason is not None:
            skipped.append(SkippedFile(path=file.path, status=file.status, reason=reason, gap=False))
        elif file.problem is not None:
            skipped.append(SkippedFile(path=file.path, status=file.status, reason=file.problem, gap=True))
        else:
            files.append(file)
    return Scope(files=tuple(files), skipped=tuple(skipped))


def _nothing_to_review(file: FileDiff, globs: Globs) -> str | None:
    pattern = globs.matching(file.path)
    if pattern is not None:
        return f"excluded by {pattern}"
    if file.path == IGNORED_FILE:
        return "reviewbot's own list, of findings that were turned down"
    if file.binary:
        return "binary"
    if {mode for mode in (file.old_mode, file.new_mode) if mode} == {_SUBMODULE}:
        return file.problem or "submodule"
    if file.problem is not None or file.hunks:
        return None
    if file.old_mode and file.new_mode and file.old_mode != file.new_mode:
        return f"only its mode changed, {file.old_mode} to {file.new_mode}"
    match file.status:
        case FileStatus.RENAMED:
            return f"renamed from {file.old_path} without a change"
        case FileStatus.COPIED:
            return f"copied from {file.old_path} without a change"
        case FileStatus.ADDED | FileStatus.DELETED:
            return "empty file"
        case _:
            return "no changed lines"
