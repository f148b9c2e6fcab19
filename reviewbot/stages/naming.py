"""What reviewers call a changed file -> the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from reviewbot.globs import plain_path
from reviewbot.sanitize.prompt import visible


class HasPath(Protocol):
    """A file, or what stands for one."""

    @property
    def path(self) -> str: ...

    @property
    def old_path(self) -> str | None: ...


File = TypeVar("File", bound=HasPath)


class NamedFiles(Generic[File]):
    """Files by the names that reviewers use for them."""

    def __init__(self, files: Iterable[File]) -> None:
        files = tuple(files)
        self._by_path = {file.path: file for file in files}
        self._by_old_path = {file.old_path: file for file in files if file.old_path}
        self._by_shown = {visible(file.path): file for file in files}
        self._by_last_part: dict[str, list[str]] = {}
        for path in self._by_path:
            self._by_last_part.setdefault(path.rpartition("/")[2], []).append(path)

    def find(self, name: str) -> File | None:
        """The file that is meant: by its path, as it was shown, by its old path, or by how its path alone ends."""
        plain = plain_path(name)
        for candidate in (name, plain, plain[2:] if plain[:2] in ("a/", "b/") else plain):
            for index in (self._by_path, self._by_shown, self._by_old_path):
                if candidate in index:
                    return index[candidate]
        alike = self._by_last_part.get(plain.rpartition("/")[2], [])
        endings = [path for path in alike if path.endswith("/" + plain)]
        return self._by_path[endings[0]] if len(endings) == 1 else None
