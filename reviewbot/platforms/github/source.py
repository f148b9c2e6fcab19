"""The change and the base's files of a pull request from GitHub's API alone, for where git cannot bring them.

Everything is tied to the commits that the review is of, by the ids of their trees and files. Of a repository whose
trees the API does not list whole, as of one with more than 100,000 files, its list of changed files is all there is:
then the head and the number of files are compared. Hunks have GitHub's three unchanged lines around a change.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from reviewbot.config.load import MAX_FILE_BYTES, TextReader
from reviewbot.config.values import Json
from reviewbot.errors import ConfigError, DiffError, GitHubError, Refusal
from reviewbot.model import Diff
from reviewbot.platforms.commit_tree import CommitTree, TooLargeError, has_id
from reviewbot.platforms.git_compare import BINARY_PROBE
from reviewbot.posted import PullRequest
from reviewbot.stages.diff import Content, Listed, Tree, from_list, hidden, list_alone

MAX_LOOKED_AT = 50
"""Files without a patch whose content is fetched to see whether they are binary; the rest is listed as not reviewed."""
MAX_LOOK_BYTES = 1024 * 1024
"""A larger one is not fetched for that."""

Item = Mapping[str, Json]


class Reader(Protocol):
    """What is asked of the API. Every method raises GitHubError."""

    def pull(self, repository: str, number: int) -> PullRequest: ...

    def files(self, repository: str, number: int) -> Sequence[Item]: ...

    def tree(self, repository: str, name: str, *, recursive: bool) -> Item: ...

    def blob(self, repository: str, name: str) -> bytes: ...

    def content(self, repository: str, path: str, commit: str) -> Json: ...


class ApiSource(Struct, frozen=True, kw_only=True):
    """A pull request as it was when it was read: `pull.head` and `merge_base` are the commits under review."""

    reader: Reader
    pull: PullRequest
    merge_base: str

    def tree(self, *, root: Path | None = None) -> TextReader:
        """The files of the base's tip. See CommitTree."""
        objects = ApiObjects(reader=self.reader, repository=self.pull.repository)
        tree = CommitTree(commit=self.pull.base, objects=objects, root=root)
        try:
            tree.folder(self.pull.base)
        except GitHubError as error:
            if error.refused is not Refusal.MISSING:
                raise
            return Contents(reader=self.reader, repository=self.pull.repository, commit=self.pull.base, root=root)
        except TooLargeError:
            pass  # told where something is looked for in it
        return tree

    def diff(self) -> Diff:
        """merge base..head; each changed path is in it, with a `problem` where GitHub does not show its changes.

        Raises GitHubError, for one when the pull request has moved on from these commits.
        """
        before, after = self._all(self.merge_base), self._all(self.pull.head)
        files = [_listed(item) for item in self.reader.files(self.pull.repository, self.pull.number)]
        try:
            if before is None or after is None:
                return list_alone(files, self._count())
            return from_list(files, before, after, binary=self._binary(files, before, after))
        except DiffError as error:
            name = f"{self.pull.repository}#{self.pull.number}"
            raise GitHubError(
                f"GitHub's list of the files of {name} is not of {self.pull.head[:10]}: {error}"
            ) from None

    def _count(self) -> int:
        """How many files the pull request changes, where it is still the one under review."""
        now = self.reader.pull(self.pull.repository, self.pull.number)
        if now.head != self.pull.head or now.base_ref != self.pull.base_ref:
            raise DiffError("it has moved on")
        if now.changed_files is None:
            raise DiffError("how many files it changes is not told")
        return now.changed_files

    def _all(self, commit: str) -> Tree | None:
        """None where the API does not list all."""
        try:
            found = self.reader.tree(self.pull.repository, commit, recursive=True)
        except GitHubError as error:
            if error.refused is Refusal.MISSING:
                return None
            raise
        if found.get("truncated") is not False:
            return None
        tree: dict[str, Content] = {}
        for item in _items(found):
            if item.get("type") == "tree":
                continue
            path = _text(item, "path")
            if path in tree:
                raise GitHubError(f"the name {path!r} is that of two files, as GitHub's API tells them")
            size = item.get("size")
            tree[path] = Content(
                mode=_text(item, "mode"), id=_text(item, "sha"), size=size if isinstance(size, int) else None
            )
        return tree

    def _binary(self, files: Sequence[Listed], before: Tree, after: Tree) -> set[str]:
        """Of the files whose changes are not shown, those that hold a NUL early."""
        return {
            file.path
            for file, contents in hidden(files, before, after)[:MAX_LOOKED_AT]
            if any(self._is_binary(content) for content in contents)
        }

    def _is_binary(self, content: Content) -> bool:
        if content.size is None or content.size > MAX_LOOK_BYTES:
            return False
        return b"\0" in self.reader.blob(self.pull.repository, content.id)[:BINARY_PROBE]


class Contents(Struct, frozen=True, kw_only=True):
    """The files of one commit, path by path. A TextReader. The API follows links, and leaves no repository."""

    reader: Reader
    repository: str
    commit: str
    root: Path | None

    def read(self, path: str) -> bytes | None:
        """See TextReader. Raises GitHubError besides."""
        try:
            found = self.reader.content(self.repository, path, self.commit)
        except GitHubError as error:
            if error.refused is Refusal.MISSING:
                return None
            raise
        if not isinstance(found, dict) or found.get("type") != "file":
            raise ConfigError(f"{path}: is not a regular file")
        if _number(found, "size") > MAX_FILE_BYTES:
            raise ConfigError(f"{path}: is larger than {MAX_FILE_BYTES // 1024} KiB")
        try:
            content = base64.b64decode(_text(found, "content"))
        except ValueError:
            raise GitHubError(f"GitHub's answer for {path} is not its content") from None
        if not has_id(_text(found, "sha"), "blob", content):
            raise GitHubError(f"what GitHub's API gives as {path} is another file")
        return content


class ApiObjects(Struct, frozen=True, kw_only=True):
    """TreeObjects. Raises GitHubError."""

    reader: Reader
    repository: str
    _sizes: dict[str, int] = {}

    def root(self, commit: str) -> str:
        """The commit itself, whose name stands for its tree there."""
        return commit

    def entries(self, tree: str) -> Mapping[bytes, tuple[bytes, str]]:
        found = self.reader.tree(self.repository, tree, recursive=False)
        if found.get("truncated") is not False:
            raise TooLargeError
        return dict(map(self._entry, _items(found)))

    def _entry(self, item: Item) -> tuple[bytes, tuple[bytes, str]]:
        name, size = _text(item, "sha"), item.get("size")
        if isinstance(size, int):
            self._sizes[name] = size
        mode = _text(item, "mode").lstrip("0")
        return _text(item, "path").encode("utf-8", "surrogatepass"), (mode.encode("ascii", "replace"), name)

    def blob(self, name: str, limit: int) -> bytes:
        if self._sizes.get(name, 0) > limit:
            raise TooLargeError
        content = self.reader.blob(self.repository, name)
        if len(content) > limit:
            raise TooLargeError
        if not has_id(name, "blob", content):
            raise GitHubError(f"what GitHub's API gives as the file {name[:10]} is another one")
        return content


def _listed(item: Item) -> Listed:
    previous, patch = item.get("previous_filename"), item.get("patch")
    return Listed(
        path=_text(item, "filename"),
        old_path=previous if isinstance(previous, str) else None,
        status=_text(item, "status"),
        blob=str(item.get("sha")),
        additions=_number(item, "additions"),
        deletions=_number(item, "deletions"),
        patch=patch if isinstance(patch, str) else None,
    )


def _items(found: Item) -> list[dict[str, Json]]:
    items = found.get("tree")
    entries = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if not isinstance(items, list) or len(entries) < len(items):
        raise GitHubError("GitHub's answer is no tree")
    return entries


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise GitHubError(f"GitHub's list of files has an entry without its {name}")
    return value


def _number(item: Item, name: str) -> int:
    value = item.get(name)
    if not isinstance(value, int):
        raise GitHubError(f"GitHub's list of files has an entry without its {name}")
    return value
