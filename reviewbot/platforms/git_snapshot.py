"""The index and the work tree as trees, written in the temporary repository.

The real index is copied, with its time, so that git can trust what it says about unchanged files; the real repository
is only read. No filter driver runs, because the temporary repository has none, and no submodule is entered.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.errors import GitError
from reviewbot.model import Diff, FileDiff, FileStatus
from reviewbot.platforms.git_command import Git
from reviewbot.platforms.git_compare import BINARY_PROBE, LARGE_BLOB, too_large
from reviewbot.platforms.git_scratch import Scratch
from reviewbot.platforms.git_settings import Settings, read_settings
from reviewbot.stages.diff import decode

_GITLINK = "160000"
_COMPLAINT = re.compile(rb"^(?!warning: |hint: )(.+): (.+)$", re.MULTILINE)
_CLOSED_FOLDER = re.compile(rb"^warning: could not open directory '(.+)': (.+)$", re.MULTILINE)


class Snapshot(Struct, frozen=True, kw_only=True):
    tree: str
    """Its id in the temporary repository. Holds nothing new about the paths in `listed`."""
    listed: tuple[FileDiff, ...]
    """Changed paths whose content is not in the tree, each with its problem, or binary."""

    def complete(self, diff: Diff) -> Diff:
        """The tree's diff with the listed paths in it, sorted by path."""
        told = {file.path: file.status for file in diff.files}
        listed = [
            file if file.status is FileStatus.UNMERGED else replace(file, status=told.get(file.path, file.status))
            for file in self.listed
        ]
        paths = {file.path for file in listed}
        files = [file for file in diff.files if file.path not in paths] + listed
        return Diff(files=tuple(sorted(files, key=lambda file: file.path)))


def staged(scratch: Scratch, head: str | None) -> Snapshot:
    """What `git commit` would record: the index, with unmerged paths left as they are in `head`."""
    _copy_index(scratch)
    unmerged = _settle_unmerged(scratch.git, head)
    return Snapshot(tree=_write_tree(scratch.git), listed=_unmerged_files(unmerged))


def uncommitted(scratch: Scratch, head: str | None) -> Snapshot:
    """What `git add --all` and `git commit` would record, as far as it can be told without running anything."""
    _copy_index(scratch)
    for name in ("exclude", "attributes"):
        _copy(scratch.checkout.common_dir / "info" / name, scratch.git_dir / "info" / name)
    settings = read_settings(scratch.checkout.user)
    root = scratch.checkout.root
    git = scratch.git.using(cwd=root, environ={"GIT_WORK_TREE": str(root)}, config=settings.config)
    unmerged = _settle_unmerged(git, head)
    git.run("update-index", "-q", "--ignore-submodules", "--refresh")
    removed, modified, unseen = _modified(git)
    untracked, listed = _untracked(git)
    candidates = dict.fromkeys(modified, FileStatus.MODIFIED) | dict.fromkeys(untracked, FileStatus.ADDED)
    own = _inside(scratch)
    candidates = {p: s for p, s in candidates.items() if p not in unmerged and not (own and p.startswith(own))}
    left_out = dict(_left_out(git, settings, root, list(candidates)))
    _remove(git, [path for path in removed if path not in unmerged])
    left_out |= dict(_add(git, [path for path in candidates if path not in left_out]))
    (scratch.git_dir / "info" / "attributes").unlink(missing_ok=True)  # they are not for the comparison
    listed += [
        FileDiff(path=decode(path), status=candidates[path], binary=reason is None, problem=reason)
        for path, reason in left_out.items()
    ]
    return Snapshot(tree=_write_tree(git), listed=(*_unmerged_files(unmerged), *unseen, *listed))


# ------------------------------------------------------------ the index


def _copy_index(scratch: Scratch) -> None:
    source = scratch.checkout.git_dir
    for path in (source / "index", *source.glob("sharedindex.*")):
        _copy(path, scratch.git_dir / path.name)


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        return
    target.parent.mkdir(exist_ok=True)
    try:
        shutil.copy2(source, target)  # with its time: git rereads files that were written after the index
    except OSError as exc:
        raise GitError(f"{source} cannot be copied to {target}: {exc.strerror}") from exc


def _settle_unmerged(git: Git, head: str | None) -> frozenset[bytes]:
    """The unmerged paths; in the copied index they become what they are in `head`, so that a tree can be written."""
    stages = [field.partition(b"\t") for field in git.ask("ls-files", "--unmerged", "-z").fields]
    paths = {path: meta.split(b" ")[1] for meta, _, path in stages}
    if paths:
        entries = git.ask("ls-tree", "-r", "-z", "--full-tree", head).fields if head else []
        info = [b"0 %s\t%s" % (b"0" * len(blob), path) for path, blob in paths.items()]
        info += [entry for entry in entries if entry.partition(b"\t")[2] in paths]
        git.ask("update-index", "-z", "--index-info", stdin=b"".join(line + b"\0" for line in info))
    return frozenset(paths)


def _unmerged_files(paths: frozenset[bytes]) -> tuple[FileDiff, ...]:
    problem = "unmerged: its conflicts are not resolved"
    return tuple(FileDiff(path=decode(path), status=FileStatus.UNMERGED, problem=problem) for path in sorted(paths))


def _write_tree(git: Git) -> str:
    """The index as a tree. A partial clone may lack blobs that have not changed."""
    return git.ask("write-tree", "--missing-ok").line


def _remove(git: Git, paths: Sequence[bytes]) -> None:
    if paths:
        git.ask("update-index", "--force-remove", "-z", "--stdin", stdin=b"".join(path + b"\0" for path in paths))


def _add(git: Git, paths: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    """Read files into the index; those that git cannot read, with what it says. One of them makes git stop, so they
    are found by halving."""
    if not paths:
        return
    result = git.run(
        "update-index", "--add", "--remove", "--replace", "--ignore-skip-worktree-entries", "-z", "--stdin",
        stdin=b"".join(path + b"\0" for path in paths),
    )  # fmt: skip
    if result.code == 0:
        return
    if len(paths) == 1:
        yield paths[0], f"git cannot read it: {decode(result.err).partition(chr(10))[0].removeprefix('error: ')}"
        return
    middle = len(paths) // 2
    yield from _add(git, paths[:middle])
    yield from _add(git, paths[middle:])


# ------------------------------------------------------------ the work tree


def _modified(git: Git) -> tuple[list[bytes], list[bytes], list[FileDiff]]:
    """Tracked paths that are gone, those that differ from the index, and those that cannot be looked at.

    A submodule counts by its commit alone: to know more, git would run inside it, under its configuration.
    """
    result = git.ask("diff-files", "--raw", "-z", "--no-renames", "--ignore-submodules=dirty")
    fields = iter(result.fields)
    removed: list[bytes] = []
    modified: list[bytes] = []
    for meta, path in zip(fields, fields, strict=True):
        (removed if meta.endswith(b" D") else modified).append(path)
    unseen = _COMPLAINT.findall(result.err)
    return removed, modified, [_unreadable(path, FileStatus.MODIFIED, reason) for path, reason in unseen]


def _untracked(git: Git) -> tuple[list[bytes], list[FileDiff]]:
    """Files that are not ignored, and the folders that git does not look into."""
    result = git.ask("ls-files", "--others", "--exclude-standard", "-z")
    files = [path for path in result.fields if not path.endswith(b"/")]
    nested = [decode(path.rstrip(b"/")) for path in result.fields if path.endswith(b"/")]
    problem = "it is a git repository of its own, whose files belong to it"
    listed = [FileDiff(path=path, status=FileStatus.ADDED, new_mode=_GITLINK, problem=problem) for path in nested]
    closed = _CLOSED_FOLDER.findall(result.err)
    return files, listed + [_unreadable(path.rstrip(b"/"), FileStatus.ADDED, reason) for path, reason in closed]


def _unreadable(path: bytes, status: FileStatus, reason: bytes) -> FileDiff:
    return FileDiff(path=decode(path), status=status, problem=f"git cannot read it: {decode(reason)}")


def _left_out(git: Git, settings: Settings, root: Path, paths: Sequence[bytes]) -> Iterator[tuple[bytes, str | None]]:
    """Paths that are not handed to git, with the reason; None for a binary file too large to copy."""
    filters = _filters(git, settings, paths)
    for path in paths:
        file = os.path.join(os.fsencode(root), path)  # noqa: PTH118 - a name that is not UTF-8 stays bytes
        try:
            info = os.lstat(file)
        except OSError:
            continue
        if not stat.S_ISREG(info.st_mode):
            continue
        if path in filters:
            yield path, f"its content goes through the filter '{filters[path]}', which is not run here"
        elif not os.access(file, os.R_OK):
            yield path, "git cannot read it: Permission denied"
        elif info.st_size > LARGE_BLOB:
            yield path, None if _is_binary(file) else too_large(info.st_size)


def _filters(git: Git, settings: Settings, paths: Sequence[bytes]) -> Mapping[bytes, str]:
    """The paths whose content a configured filter driver would change."""
    if not settings.filters or not paths:
        return {}
    said = git.ask("check-attr", "-z", "--stdin", "filter", stdin=b"".join(path + b"\0" for path in paths)).fields
    return {path: decode(value) for path, value in zip(said[::3], said[2::3], strict=True) if value in settings.filters}


def _is_binary(file: bytes) -> bool:
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        return b"\0" in os.read(handle, BINARY_PROBE)
    finally:
        os.close(handle)


def _inside(scratch: Scratch) -> bytes:
    """Where the temporary repository is in the work tree, for someone whose folder for temporary files is there."""
    root = scratch.checkout.root
    if not scratch.git_dir.is_relative_to(root):
        return b""
    return os.fsencode(scratch.git_dir.relative_to(root).as_posix()) + b"/"
