"""Where a repository is: its work tree, its folders, what kind it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from reviewbot.errors import GitError, UsageError
from reviewbot.platforms.git_command import Git, Result, as_user, find_git

_KIND = ("--is-inside-work-tree", "--is-shallow-repository", "--show-object-format=storage")
_PLACES = ("--path-format=absolute", "--git-dir", "--git-common-dir", "--show-toplevel")
_LINES = 6
"""What git answers to both: one line for each but for how a path is written."""
_REFUSALS = ("dubious ownership", "unsafe repository")  # the second until git 2.35.2


class NoRepositoryError(UsageError):
    """There is no repository here."""


class Checkout(Struct, frozen=True, kw_only=True):
    """A repository as seen from one folder of it."""

    git: Git
    """Runs in `root`, where only refs, commits and paths are asked for: nothing that reads content or the index."""
    user: Git
    """Runs in `root` with the caller's own configuration; for `git config` alone."""
    root: Path
    """The top of the work tree; the git folder where there is no work tree."""
    git_dir: Path
    """Of this work tree: holds HEAD and the index."""
    common_dir: Path
    """Of the repository: holds objects and info."""
    bare: bool
    """There is no work tree here."""
    shallow: bool
    object_format: str
    """sha1 or sha256."""

    @property
    def objects(self) -> Path:
        return self.common_dir / "objects"

    @property
    def partial(self) -> bool:
        """Whether objects may be missing because they are still at the remote."""
        return any(self.objects.glob("pack/*.promisor"))


def find_checkout(cwd: Path, environ: Mapping[str, str]) -> Checkout:
    """The repository around `cwd`. Raises UsageError, with what to do, when there is none that can be used."""
    place = cwd.resolve()
    tree = likely_top(place)
    git = find_git(environ, cwd=place, tree=tree)
    git, said = _allowed(git, as_user(git, environ), tree or place)
    lines = said.line.split("\n") if said.code == 0 else []
    kind, places = (lines[:3], lines[3:]) if len(lines) == _LINES else _one_by_one(git)
    inside, shallow, object_format = kind[0] == "true", kind[1] == "true", kind[2]
    git_dir, common_dir, root = map(Path, places)
    if inside and not (tree and root.samefile(tree)):
        raise UsageError(
            f"{git_dir} says that its work tree is {root}, which is not the folder it was found in;"
            " unset core.worktree (`reviewbot review --diff FILE` needs no repository)"
        )
    return Checkout(
        git=git.using(cwd=root),
        user=as_user(git.using(cwd=root), environ),
        root=root,
        git_dir=git_dir,
        common_dir=common_dir,
        bare=not inside,
        shallow=shallow,
        object_format=object_format,
    )


def find_work_tree(cwd: Path, environ: Mapping[str, str]) -> Checkout:
    """The repository around `cwd`, to write a file into its work tree. Raises UsageError when there is none."""
    try:
        checkout = find_checkout(cwd, environ)
    except NoRepositoryError:
        raise UsageError(f"{cwd} is not inside a git repository; change to one, or make one with `git init`") from None
    if checkout.bare:
        raise UsageError(f"{checkout.root} has no work tree to write files into")
    return checkout


def likely_top(place: Path) -> Path | None:
    """The nearest folder around `place`, or it, that has a `.git`: the top of a work tree, as far as it is told
    without git. `place` has its links resolved."""
    return next((folder for folder in (place, *place.parents) if os.path.lexists(folder / ".git")), None)


def _allowed(git: Git, user: Git, tree: Path) -> tuple[Git, Result]:
    """`git`, made to accept a repository of another owner if the user's own configuration accepts it, and what it says
    of the repository."""
    result = git.run("rev-parse", *_KIND, *_PLACES)
    said = result.err.decode("utf-8", errors="backslashreplace")
    if not any(refusal in said for refusal in _REFUSALS):
        return git, result
    if _is_safe(user, tree):
        git = git.using(config={"safe.directory": str(tree)})
        result = git.run("rev-parse", *_KIND, *_PLACES)
        if result.out:
            return git, result
    raise UsageError(
        f"git refuses the repository at {tree} because it belongs to another user; if you trust what is in it, allow it"
        f" with\n\n    git config --global --add safe.directory '{tree}'\n"
    )


def _is_safe(user: Git, tree: Path) -> bool:
    """Whether safe.directory names `tree`, in the configuration that git itself heeds for it.

    https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
    """
    fields = user.run("config", "--null", "--show-scope", "--type=path", "--get-all", "safe.directory").fields
    safe = False
    for scope, value in zip(fields[::2], fields[1::2], strict=True):
        if scope not in (b"system", b"global", b"command"):
            continue
        text = value.decode("utf-8", errors="surrogateescape")
        if not text:
            safe = False  # an empty value forgets those before it
        elif text == "*" or tree == Path(text) or (text.endswith("/*") and tree.is_relative_to(text[:-2])):
            safe = True
    return safe


def _one_by_one(git: Git) -> tuple[list[str], list[str]]:
    """The same where one call does not tell it: without a work tree git ends with an error, and a path may hold a line
    end."""
    kind = _rev_parse(git, *_KIND).line.split("\n")
    asked = ("--git-dir", "--git-common-dir", "--show-toplevel" if kind[0] == "true" else "--git-dir")
    return kind, [_rev_parse(git, "--path-format=absolute", each).line for each in asked]


def _rev_parse(git: Git, *args: str) -> Result:
    result = git.run("rev-parse", *args)
    if result.code == 0:
        return result
    said = result.err.decode("utf-8", errors="backslashreplace").strip()
    if "not a git repository" in said:
        raise NoRepositoryError(
            f"{git.cwd} is not inside a git repository; change to one (`reviewbot review --diff FILE` needs none;"
            " - is stdin)"
        )
    raise GitError(f"git cannot use the repository around {git.cwd}: {said}")
