"""The files of a commit, as a reader for the configuration: briefs and settings as the base branch has them.

No path is ever opened on disk. Where the objects come from is the business of the `TreeObjects` behind.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from reviewbot.config.load import MAX_FILE_BYTES
from reviewbot.errors import ConfigError

FOLDER, LINK, SUBMODULE = b"40000", b"120000", b"160000"
"""Modes as git writes them into a tree."""
_MAX_LINKS = 5
_MAX_LINK_BYTES = 4096


class TooLargeError(Exception):
    """An object has more bytes than are read."""


class TreeObjects(Protocol):
    """Objects of a repository by their ids. Each method raises TooLargeError, and ReviewbotError for what it cannot
    have."""

    def root(self, commit: str) -> str:
        """The id of a commit's tree."""
        ...

    def entries(self, tree: str) -> Mapping[bytes, tuple[bytes, str]]:
        """Mode and id by name of what is in one folder."""
        ...

    def blob(self, name: str, limit: int) -> bytes:
        """A file's content, whose hash is `name`; TooLargeError when it has more than `limit` bytes."""
        ...


class CommitTree(Struct, frozen=True, kw_only=True):
    """The files of one commit. A TextReader."""

    commit: str
    objects: TreeObjects
    root: Path | None = None
    """The top of a work tree: a path inside it that a person names is read from the commit. None: there is none."""
    _folders: dict[str, Mapping[bytes, tuple[bytes, str]]] = {}
    """By their ids; that of the commit stands for its tree."""

    def read(self, path: str) -> bytes | None:
        """See TextReader. Files over MAX_FILE_BYTES and all that are not regular files are refused.

        A symbolic link is followed inside the tree, never out of it. Raises ConfigError, which names the path;
        an object cannot be had.
        """
        try:
            mode, name = self._find(path)
        except FileNotFoundError:
            return None
        except TooLargeError:
            raise ConfigError(f"{path}: lies in a folder too large to be read, or its link is no path") from None
        if mode == SUBMODULE:
            raise ConfigError(f"{path}: is a submodule")
        if mode == FOLDER:
            raise ConfigError(f"{path}: is not a regular file")
        try:
            return self.objects.blob(name, MAX_FILE_BYTES)
        except TooLargeError:
            raise ConfigError(f"{path}: is larger than {MAX_FILE_BYTES // 1024} KiB") from None

    def _find(self, path: str) -> tuple[bytes, str]:
        """Mode and id of what `path` leads to. Raises FileNotFoundError when it leads nowhere."""
        ahead = _steps(os.fsencode(path), path)
        folders = [self.commit]
        mode, name, links = FOLDER, folders[0], 0
        while ahead:
            step = ahead.pop()
            if step == b"..":
                if len(folders) == 1:
                    raise ConfigError(f"{path}: leads out of the repository")
                folders.pop()
                mode, name = FOLDER, folders[-1]
                continue
            mode, name = self._entry(folders[-1], step)
            if mode == LINK:
                links += 1
                if links > _MAX_LINKS:
                    raise ConfigError(f"{path}: leads through more than {_MAX_LINKS} symbolic links")
                ahead += _steps(self.objects.blob(name, _MAX_LINK_BYTES), path)
                mode, name = FOLDER, folders[-1]
            elif mode == FOLDER:
                folders.append(name)
            elif ahead and mode == SUBMODULE:
                raise ConfigError(f"{path}: lies in a submodule")
            elif ahead:
                raise FileNotFoundError
        return mode, name

    def folder(self, name: str) -> Mapping[bytes, tuple[bytes, str]]:
        """What is in a folder, which is read once; the commit's name stands for its top. Raises as TreeObjects do."""
        if name not in self._folders:
            tree = self.objects.root(name) if name == self.commit else name
            self._folders[name] = self.objects.entries(tree)
        return self._folders[name]

    def _entry(self, folder: str, step: bytes) -> tuple[bytes, str]:
        found = self.folder(folder).get(step)
        if found is None:
            raise FileNotFoundError
        return found


def has_id(name: str, kind: str, content: bytes) -> bool:
    """Whether `name` is the id of an object of this kind ("blob", "tree", "commit") and content.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage
    """
    digest = hashlib.new("sha1" if len(name) == 40 else "sha256", usedforsecurity=False)
    digest.update(b"%s %d\0" % (kind.encode("ascii"), len(content)))
    digest.update(content)
    return digest.hexdigest() == name


def _steps(path: bytes, shown: str) -> list[bytes]:
    """The names in a path, the last one first. Raises ConfigError for a path from the top of the file system."""
    if path.startswith(b"/"):
        raise ConfigError(f"{shown}: leads out of the repository")
    if b"\0" in path or not path:
        raise ConfigError(f"{shown}: cannot be read: not a usable path")
    return [step for step in reversed(path.split(b"/")) if step not in (b"", b".")]
