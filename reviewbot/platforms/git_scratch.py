"""A temporary repository in which two trees are compared.

It borrows the objects of the real one and nothing else: no configuration, no attributes, no filters.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from reviewbot.errors import GitError, UsageError
from reviewbot.model import Diff
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import Git, GitCommandError
from reviewbot.platforms.git_compare import LARGE_BLOB, compare

_CONFIG = {
    "core.bigFileThreshold": str(LARGE_BLOB),
    "core.commitGraph": "false",  # a borrowed one says which tree a commit has, and nobody checks that
    "core.looseCompression": "0",
}


class Scratch(Struct, frozen=True, kw_only=True):
    git: Git
    """Runs in the temporary repository."""
    checkout: Checkout
    """The real one."""

    @property
    def git_dir(self) -> Path:
        return self.git.cwd

    def empty_tree(self) -> str:
        return self.git.ask("hash-object", "-w", "-t", "tree", "--stdin").line

    def diff(self, base: str, head: str, *, context_lines: int, fetch: str) -> Diff:
        """Compare two trees or commits, given by their ids.

        `fetch` is the command that brings the objects which a partial clone may lack. Raises UsageError naming it, or
        GitError.
        """
        try:
            return compare(self.git, base, head, context_lines=context_lines)
        except GitCommandError:
            if not self.checkout.partial:
                raise
            raise UsageError(
                "this is a partial clone, and some versions of the changed files are still at the remote, which"
                f" reviewbot does not contact; bring them with `{fetch}`"
            ) from None


@contextmanager
def scratch(checkout: Checkout) -> Iterator[Scratch]:
    """A Scratch for the time of a `with` block."""
    with temporary_folder() as folder:
        git = make_repository(
            checkout.git, folder, object_format=checkout.object_format, borrowed=object_folders(checkout)
        )
        yield Scratch(git=git, checkout=checkout)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """An empty folder for the time of a `with` block. Raises GitError when none can be made."""
    try:
        temporary = tempfile.TemporaryDirectory(prefix="reviewbot-")
    except OSError as exc:
        raise GitError(
            f"no temporary folder can be made ({exc.strerror}); set TMPDIR to one that can be written"
        ) from exc
    with temporary as folder:
        yield Path(folder).resolve()


def make_repository(git: Git, folder: Path, *, object_format: str, borrowed: Sequence[Path]) -> Git:
    """git in a new bare repository in `folder` that finds the objects of the `borrowed` object folders too."""
    git = git.using(cwd=folder, config=_CONFIG)
    git.ask(
        "init", "--quiet", "--bare", "--template=", "--initial-branch=main",
        f"--object-format={object_format}", str(folder),
    )  # fmt: skip
    alternates = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(map(_quoted, borrowed))} if borrowed else {}
    return git.using(environ={**alternates, "GIT_DIR": str(folder)})


def object_folders(checkout: Checkout) -> list[Path]:
    """The repository's objects, and those it borrows by a relative path, which git heeds in the first place only."""
    try:
        lines = checkout.objects.joinpath("info", "alternates").read_bytes().split(b"\n")
    except OSError:
        lines = []
    borrowed = [Path(os.fsdecode(line)) for line in lines if line and not line.startswith((b"#", b'"'))]
    return [checkout.objects, *(checkout.objects / path for path in borrowed if not path.is_absolute())]


def _quoted(folder: Path) -> str:
    """As git reads a path that may hold the list's separator. https://git-scm.com/docs/git#Documentation/git.txt"""
    escaped = str(folder).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
