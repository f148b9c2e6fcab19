"""The files of a commit, read from git objects: configuration and briefs as the base branch has them.

No path is ever opened on disk. Each object is hashed and compared with its id, so that a borrowed object store cannot
pass other words off as the base branch's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewbot.config.load import MAX_FILE_BYTES
from reviewbot.errors import ConfigError, GitError
from reviewbot.platforms.git_compare import sizes
from reviewbot.platforms.git_remote import GitSizeError, Link

_MAX_LINKS = 5
_MAX_TREE_BYTES = 32 * 1024 * 1024
_FETCH_ALLOWANCE = 64 * 1024
"""Bytes that a pack with one object, its index and its marker have at most beyond the object."""
_FOLDER, _LINK, _SUBMODULE = b"40000", b"120000", b"160000"


class _TooLargeError(Exception):
    """An object has more bytes than are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitTree:
    """The files of one commit. A TextReader; a file that is missing in the temporary repository is fetched."""

    commit: str
    link: Link
    root: Path | None = None
    """The top of a work tree: a path inside it that a person names is read from the commit. None: there is none."""

    def read(self, path: str) -> bytes | None:
        """See TextReader. Files over MAX_FILE_BYTES and all that are not regular files are refused.

        A symbolic link is followed inside the tree, never out of it. Raises ConfigError, which names the path; GitError
        when an object cannot be fetched.
        """
        try:
            mode, name = self._find(path)
        except FileNotFoundError:
            return None
        except _TooLargeError:
            raise ConfigError(f"{path}: lies in a folder too large to be read, or its link is no path") from None
        if mode == _SUBMODULE:
            raise ConfigError(f"{path}: is a submodule")
        if mode == _FOLDER:
            raise ConfigError(f"{path}: is not a regular file")
        try:
            return self._object(name, "blob", MAX_FILE_BYTES)
        except _TooLargeError:
            raise ConfigError(f"{path}: is larger than {MAX_FILE_BYTES // 1024} KiB") from None

    def _find(self, path: str) -> tuple[bytes, str]:
        """Mode and id of what `path` leads to. Raises FileNotFoundError when it leads nowhere."""
        ahead = _steps(os.fsencode(path), path)
        folders = [self._root_tree()]
        mode, name, links = _FOLDER, folders[0], 0
        while ahead:
            step = ahead.pop()
            if step == b"..":
                if len(folders) == 1:
                    raise ConfigError(f"{path}: leads out of the repository")
                folders.pop()
                mode, name = _FOLDER, folders[-1]
                continue
            mode, name = self._entry(folders[-1], step)
            if mode == _LINK:
                links += 1
                if links > _MAX_LINKS:
                    raise ConfigError(f"{path}: leads through more than {_MAX_LINKS} symbolic links")
                ahead += _steps(self._object(name, "blob", 4096), path)
                mode, name = _FOLDER, folders[-1]
            elif mode == _FOLDER:
                folders.append(name)
            elif ahead and mode == _SUBMODULE:
                raise ConfigError(f"{path}: lies in a submodule")
            elif ahead:
                raise FileNotFoundError
        return mode, name

    def _root_tree(self) -> str:
        first = self._object(self.commit, "commit", _MAX_TREE_BYTES).partition(b"\n")[0]
        return first.removeprefix(b"tree ").decode("ascii")

    def _entry(self, tree: str, step: bytes) -> tuple[bytes, str]:
        content = self._object(tree, "tree", _MAX_TREE_BYTES)
        try:
            found = _entries(content, len(tree) // 2).get(step)
        except ValueError:
            raise GitError(f"the folder {tree} is not written as git writes folders") from None
        if found is None:
            raise FileNotFoundError
        return found

    def _object(self, name: str, kind: str, limit: int) -> bytes:
        """The content of an object, which is fetched if it is not here. Raises _TooLargeError."""
        git = self.link.git
        size = sizes(git, [name]).get(name)
        if size is None:
            try:
                self.link.fetch_objects([name], max_bytes=limit + _FETCH_ALLOWANCE)
            except GitSizeError:
                raise _TooLargeError from None
            size = sizes(git, [name]).get(name)
        if size is None:
            raise GitError(f"{self.link.remote.host} did not send {name}")
        if size > limit:
            raise _TooLargeError
        content = git.ask("cat-file", kind, name).out
        digest = hashlib.new("sha1" if len(name) == 40 else "sha256", usedforsecurity=False)
        digest.update(b"%s %d\0" % (kind.encode("ascii"), len(content)))
        digest.update(content)
        if digest.hexdigest() != name:
            raise GitError(
                f"{name} is damaged in the repository whose objects are borrowed; `git fsck` says more there"
            )
        return content


def _steps(path: bytes, shown: str) -> list[bytes]:
    """The names in a path, the last one first. Raises ConfigError for a path from the top of the file system."""
    if path.startswith(b"/"):
        raise ConfigError(f"{shown}: leads out of the repository")
    if b"\0" in path or not path:
        raise ConfigError(f"{shown}: cannot be read: not a usable path")
    return [step for step in reversed(path.split(b"/")) if step not in (b"", b".")]


def _entries(tree: bytes, id_bytes: int) -> Mapping[bytes, tuple[bytes, str]]:
    """Mode and id by name. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_tree_objects"""
    entries: dict[bytes, tuple[bytes, str]] = {}
    place = 0
    while place < len(tree):
        end = tree.index(b"\0", place)
        mode, _, name = tree[place:end].partition(b" ")
        place = end + 1 + id_bytes
        entries[name] = (mode, tree[end + 1 : place].hex())
    return entries
