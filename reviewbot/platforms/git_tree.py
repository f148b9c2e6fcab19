"""Objects of a commit's tree from the temporary repository of a pull request, fetched one by one when they are missing.

Each object is hashed and compared with its id, so that a borrowed object store cannot pass other words off as the base
branch's.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reviewbot.errors import GitError
from reviewbot.object_ids import OBJECT_ID
from reviewbot.platforms.commit_tree import TooLargeError, has_id
from reviewbot.platforms.git_compare import sizes
from reviewbot.platforms.git_remote import GitSizeError, Link

_MAX_TREE_BYTES = 32 * 1024 * 1024
_FETCH_ALLOWANCE = 64 * 1024
"""Bytes that a pack with one object, its index and its marker have at most beyond the object."""


class FetchedObjects(Struct, frozen=True, kw_only=True):
    """TreeObjects. Raises GitError when one cannot be fetched or is damaged."""

    link: Link

    def root(self, commit: str) -> str:
        first = self._object(commit, "commit", _MAX_TREE_BYTES).partition(b"\n")[0]
        tree = first.removeprefix(b"tree ").decode("ascii", "replace")
        if not OBJECT_ID.fullmatch(tree):
            raise GitError(f"the commit {commit} is not written as git writes commits")
        return tree

    def entries(self, tree: str) -> Mapping[bytes, tuple[bytes, str]]:
        content = self._object(tree, "tree", _MAX_TREE_BYTES)
        try:
            return _entries(content, len(tree) // 2)
        except ValueError:
            raise GitError(f"the folder {tree} is not written as git writes folders") from None

    def blob(self, name: str, limit: int) -> bytes:
        return self._object(name, "blob", limit)

    def _object(self, name: str, kind: str, limit: int) -> bytes:
        """The content of an object, which is fetched if it is not here. Raises TooLargeError."""
        git = self.link.git
        size = sizes(git, [name]).get(name)
        if size is None:
            try:
                self.link.fetch_objects([name], max_bytes=limit + _FETCH_ALLOWANCE)
            except GitSizeError:
                raise TooLargeError from None
            size = sizes(git, [name]).get(name)
        if size is None:
            raise GitError(f"{self.link.remote.host} did not send {name}")
        if size > limit:
            raise TooLargeError
        content = git.ask("cat-file", kind, name).out
        if not has_id(name, kind, content):
            raise GitError(
                f"{name} is damaged in the repository whose objects are borrowed; `git fsck` says more there"
            )
        return content


def _entries(tree: bytes, id_bytes: int) -> Mapping[bytes, tuple[bytes, str]]:
    """Mode and id by name. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_tree_objects"""
    entries: dict[bytes, tuple[bytes, str]] = {}
    place = 0
    while place < len(tree):
        end = tree.index(b"\0", place)
        mode, _, name = tree[place:end].partition(b" ")
        place = end + 1 + id_bytes
        if place > len(tree):
            raise ValueError("an id that is cut off")
        entries[name] = (mode, tree[end + 1 : place].hex())
    return entries
