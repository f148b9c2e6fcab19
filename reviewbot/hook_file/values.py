"""What is found around a repository's hooks, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

CONFIG_HOOKS = (2, 54)
"""The first git that runs hooks of its configuration. https://git-scm.com/docs/git-hook/2.54.0"""


class Kind(StrEnum):
    FILE = "file"
    LINK = "symbolic link"
    FOLDER = "folder"
    OTHER = "device"
    MISSING = "missing"


class HookFile(Struct, frozen=True, kw_only=True):
    """One entry of the hooks folder."""

    kind: Kind
    executable: bool
    """git would run it."""
    data: bytes
    """Its content, through a link; empty when it cannot be read, and only the beginning of a very large one."""
    size: int
    """Of the entry itself, in bytes."""
    link: str | None
    """Where a link points, as it says."""
    mode: int
    identity: tuple[int, int]
    """Device and inode of the entry itself."""

    def equals(self, other: HookFile) -> bool:
        """Whether one of the two may go without anything being lost."""
        if self.identity == other.identity:
            return True
        if self.kind is Kind.LINK:
            return other.kind is Kind.LINK and self.link == other.link
        whole = self.kind is other.kind is Kind.FILE and self.size == len(self.data) == other.size
        return whole and (self.mode, self.data) == (other.mode, other.data)


class Setting(Struct, frozen=True, kw_only=True):
    """A value of git's configuration and where it stands."""

    scope: str
    """local, worktree, global, system or command."""
    origin: str
    """The file, or what git says in its place."""
    key: str
    value: str


class Owner(Struct, frozen=True, kw_only=True):
    """A tool that writes the hooks of this repository itself."""

    name: str
    """husky, lefthook or pre-commit."""
    file: Path
    """Where a person tells it what to run."""
    advice: str
    """What to write there."""
    calls_us: bool
    """It is told already."""


class Situation(Struct, frozen=True, kw_only=True):
    """A repository's hooks, as found."""

    folder: Path
    """Where git looks for hooks."""
    folder_kind: Kind
    hooks_path: Setting | None
    """core.hooksPath, where it is set."""
    in_work_tree: bool
    """The folder is part of what is checked out."""
    shared: bool
    """The folder lies outside of the repository, and may serve others."""
    files: Mapping[str, HookFile]
    """The entries that concern us, by their name in the folder."""
    configured: tuple[Setting, ...]
    """Every `hook.reviewbot.*`, in git's order."""
    owner: Owner | None
    version: tuple[int, int]
    """Of git."""

    @property
    def config_hooks(self) -> bool:
        """Whether this git runs hooks of its configuration."""
        return self.version >= CONFIG_HOOKS


class MakeFolder(Struct, frozen=True, kw_only=True):
    """The hooks folder, with those above it."""


class Write(Struct, frozen=True, kw_only=True):
    """This content, executable, in one step, in place of what has the name."""

    name: str
    data: bytes


class Keep(Struct, frozen=True, kw_only=True):
    """A second name for an entry, which keeps its own until something replaces it."""

    name: str
    kept: str


class Restore(Struct, frozen=True, kw_only=True):
    """An entry under its former name, in one step, in place of what has the name."""

    kept: str
    name: str


class Remove(Struct, frozen=True, kw_only=True):
    name: str


class Configure(Struct, frozen=True, kw_only=True):
    """`hook.reviewbot` in the repository's own configuration."""

    command: str


class Unconfigure(Struct, frozen=True, kw_only=True):
    """No `hook.reviewbot` in the repository's own configuration."""


Step = MakeFolder | Write | Keep | Restore | Remove | Configure | Unconfigure


class Plan(Struct, frozen=True, kw_only=True):
    """Steps in an order in which any of them may be the last."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    """What a person is told afterwards."""
