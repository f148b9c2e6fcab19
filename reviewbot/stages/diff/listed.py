"""The changed files as GitHub's API lists them, beside the trees of both commits, as a Diff.

A listed file comes with its hunks and without a header, so its path, status and modes are taken from the list and the
trees, never from a text. The list ends at 3,000 files and leaves out patches that are binary, large or hidden by an
attribute; what the trees show to have changed and the list does not show is a file with a `problem`. So a list that is
cut short, or is of another head, never looks like a whole diff.
https://docs.github.com/rest/pulls/pulls#list-pull-requests-files
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from reviewbot.errors import DiffError
from reviewbot.model import Diff, FileDiff, FileStatus, Hunk, LineKind
from reviewbot.stages.diff.hunks import Room, check_files, parse_hunks

NOT_SHOWN = "GitHub's API does not show its changes: it is large or binary, or an attribute hides it"
NOT_LISTED = "GitHub's API does not list it: it lists 3,000 files of a pull request at most"
IN_PART = "GitHub's API shows a part of its changes only"
TWICE = "GitHub's API lists its name more than once"
_SUBMODULE = "160000"
_STATUS = {
    "added": FileStatus.ADDED,
    "removed": FileStatus.DELETED,
    "modified": FileStatus.MODIFIED,
    "renamed": FileStatus.RENAMED,
    "copied": FileStatus.COPIED,
    "changed": FileStatus.TYPE_CHANGED,
}
_MOVES = (FileStatus.RENAMED, FileStatus.COPIED)


class Listed(Struct, frozen=True, kw_only=True):
    """One entry of the list."""

    path: str
    old_path: str | None
    """Where it came from, for a rename or copy."""
    status: str
    """GitHub's word."""
    blob: str
    """The id of its content in the head; of any meaning for a removed file."""
    additions: int
    deletions: int
    patch: str | None
    """Hunks without a header; None or empty where nothing is shown."""


class Content(Struct, frozen=True, kw_only=True):
    """What a tree has at a path."""

    mode: str
    """Six octal digits."""
    id: str
    size: int | None
    """Bytes; None for a submodule."""


Tree = Mapping[str, Content]
"""By path, all that is in a commit but its folders."""


def hidden(files: Sequence[Listed], before: Tree, after: Tree) -> list[tuple[Listed, tuple[Content, ...]]]:
    """The listed files whose content has changed and is not shown, with their contents, the head's first: whether
    they are binary only these can tell."""
    found: list[tuple[Listed, tuple[Content, ...]]] = []
    for file in files:
        old, new = _sides(file, before, after)
        if not file.patch and not _same(old, new) and not _is_submodule(old, new):
            found.append((file, tuple(side for side in (new, old) if side and side.mode != _SUBMODULE)))
    return found


def from_list(files: Sequence[Listed], before: Tree, after: Tree, *, binary: Collection[str]) -> Diff:
    """The Diff between two trees, with the hunks that the list has. `binary`: paths whose content was seen to be so.

    Each path at which the trees differ is in it, with a `problem` when its hunks are not all there. Raises DiffError
    when the list is not about these trees, and for more than MAX_FILES files.
    """
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    check_files(len(changed))
    room = Room()
    times = Counter(file.path for file in files)
    shown: dict[str, FileDiff] = {}
    for file in files:
        if file.path not in changed:
            raise DiffError(f"{file.path} is listed, and is the same in both commits")
        if times[file.path] > 1:
            shown[file.path] = _told(file.path, before, after, problem=TWICE)
        else:
            shown[file.path] = _listed(file, before, after, room, is_binary=file.path in binary)
    moved = {file.old_path for file in shown.values() if file.status is FileStatus.RENAMED} - after.keys()
    rest = [_unlisted(path, before, after) for path in changed - shown.keys() - moved]
    return Diff(files=tuple(sorted((*shown.values(), *rest), key=lambda file: file.path)))


def list_alone(files: Sequence[Listed], count: int) -> Diff:
    """The Diff as the list has it, where nothing can be laid beside it. `count`: how many files are changed.

    What has no hunks is told as not shown, as it may be large, binary or hidden. Raises DiffError when the list does
    not have them all, or one of them twice.
    """
    check_files(count)
    paths = {file.path for file in files}
    if len(files) != count or len(paths) != count:
        raise DiffError(f"{len(paths):,} of {count:,} files are listed")
    room = Room()
    return Diff(files=tuple(sorted((_alone(file, room) for file in files), key=lambda file: file.path)))


def _alone(file: Listed, room: Room) -> FileDiff:
    status = _STATUS.get(file.status)
    if status is None:
        raise DiffError(f"the status of {file.path} is {file.status!r}, which is not known here")
    old = file.old_path if status in _MOVES else None
    if not file.patch:
        only_moved = status in _MOVES and file.additions == file.deletions == 0
        problem = None if only_moved else NOT_SHOWN
        return FileDiff(path=file.path, status=status, old_path=old, problem=problem)
    hunks, problem = _shown(file, room)
    return FileDiff(path=file.path, status=status, old_path=old, hunks=hunks, problem=problem)


def hunks_of(patch: str) -> tuple[Hunk, ...]:
    """The hunks of one listed file. Raises DiffError; see `parse_hunks`."""
    return parse_hunks(patch.encode("utf-8", "backslashreplace"))


def shown(patches: Mapping[str, str]) -> Diff:
    """The hunks that GitHub shows of each path, for what depends on these alone; of an empty patch there are none."""
    hunks = {path: _seen(patch) for path, patch in patches.items()}
    return Diff(files=tuple(FileDiff(path=path, status=FileStatus.MODIFIED, hunks=hunks[path]) for path in hunks))


def _seen(patch: str) -> tuple[Hunk, ...]:
    try:
        return hunks_of(patch)
    except DiffError:
        return ()


def _listed(file: Listed, before: Tree, after: Tree, room: Room, *, is_binary: bool) -> FileDiff:
    status = _STATUS.get(file.status)
    old, new = _sides(file, before, after)
    if status is None:
        raise DiffError(f"the status of {file.path} is {file.status!r}, which is not known here")
    if (new is None) != (status is FileStatus.DELETED) or (new is not None and new.id != file.blob):
        raise DiffError(f"what is listed of {file.path} is of another head")
    if (old is None) != (status is FileStatus.ADDED):
        raise DiffError(f"what is listed of {file.path} is of another base")
    hunks, problem = ((), None) if is_binary else _read(file, old, new, room)
    return FileDiff(
        path=file.path,
        status=status,
        old_path=file.old_path if status in _MOVES else None,
        old_mode=_mode(old),
        new_mode=_mode(new),
        binary=is_binary,
        hunks=hunks,
        problem=problem,
    )


def _read(file: Listed, old: Content | None, new: Content | None, room: Room) -> tuple[tuple[Hunk, ...], str | None]:
    """The hunks, or why they are not all there."""
    if not file.patch:
        return (), None if _same(old, new) or _is_submodule(old, new) else NOT_SHOWN
    return _shown(file, room)


def _shown(file: Listed, room: Room) -> tuple[tuple[Hunk, ...], str | None]:
    """The hunks of its patch, or why they are not all there."""
    if room.problem is not None:
        return (), room.problem
    patch = file.patch or ""
    try:
        hunks = hunks_of(patch)
    except DiffError as exc:
        return (), str(exc)
    room.take(lines=patch.count("\n") + 1, size=len(patch))
    kinds = Counter(line.kind for hunk in hunks for line in hunk.lines)
    if (kinds[LineKind.ADDED], kinds[LineKind.REMOVED]) != (file.additions, file.deletions):
        return (), IN_PART
    return hunks, None


def _unlisted(path: str, before: Tree, after: Tree) -> FileDiff:
    old, new = before.get(path), after.get(path)
    nothing = _is_submodule(old, new) or _same(old, new)
    return _told(path, before, after, problem=None if nothing else NOT_LISTED)


def _told(path: str, before: Tree, after: Tree, *, problem: str | None) -> FileDiff:
    """A file as the trees have it."""
    old, new = before.get(path), after.get(path)
    status = FileStatus.MODIFIED if old and new else FileStatus.ADDED if new else FileStatus.DELETED
    return FileDiff(path=path, status=status, old_mode=_mode(old), new_mode=_mode(new), problem=problem)


def _sides(file: Listed, before: Tree, after: Tree) -> tuple[Content | None, Content | None]:
    source = file.old_path if _STATUS.get(file.status) in _MOVES else None
    return before.get(source or file.path), after.get(file.path)


def _same(old: Content | None, new: Content | None) -> bool:
    """Whether there is no content that could differ: the same on both sides, or an empty file on the only one."""
    if old is None or new is None:
        one = old or new
        return one is None or one.size == 0
    return old.id == new.id


def _mode(content: Content | None) -> str | None:
    return content.mode if content else None


def _is_submodule(old: Content | None, new: Content | None) -> bool:
    return {side.mode for side in (old, new) if side} == {_SUBMODULE}
