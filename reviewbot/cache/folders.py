"""Where answers are kept, and where the secret is that vouches for those of reviewers without a key."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

VARIABLE = "REVIEWBOT_CACHE_DIR"
_NAME = "reviewbot"


class Found(Struct, frozen=True, kw_only=True):
    """A folder that may not exist yet; or None, and why. Without a reason nobody wants it."""

    folder: Path | None
    problem: str | None = None


def cache_folder(environ: Mapping[str, str], *, cwd: Path, platform: str = sys.platform) -> Found:
    """REVIEWBOT_CACHE_DIR, else the user's cache folder. Nothing is kept where that is empty.

    Never one in the work tree around `cwd`: git and the pre-commit framework would take what is written there for work
    of the user's, and a review of the work tree would read it.
    """
    named = environ.get(VARIABLE)
    if named is not None and not named.strip():
        return Found(folder=None)
    if named is not None:
        folder = _absolute(named)
        if folder is None:
            return Found(folder=None, problem=f"{VARIABLE} has to be an absolute path, and is {named!r}")
    else:
        folder = _users(environ, platform, _CACHES)
        if folder is None:
            return Found(folder=None, problem=f"this user has no cache folder; set {VARIABLE} to one")
    if _in_work_tree(folder, cwd):
        return Found(
            folder=None,
            problem=f"{folder} lies in the work tree that is reviewed; set {VARIABLE} to a folder outside of it",
        )
    return Found(folder=folder)


def secret_file(environ: Mapping[str, str], *, platform: str = sys.platform) -> Path | None:
    """In the user's folder for what is to last and is no cache. No variable of ours moves it. None without a folder."""
    folder = _users(environ, platform, _STATES)
    return None if folder is None else folder / "answer-cache-secret"


class _Base(Struct, frozen=True, kw_only=True):
    """A folder of the user's: a variable that may name it, else a path under one that does; and the part for us."""

    variable: str
    home: str
    under_home: tuple[str, ...]
    ours: tuple[str, ...] = (_NAME,)


# https://specifications.freedesktop.org/basedir-spec/latest/ : a relative path in a variable counts as none.
_CACHES = {
    "linux": _Base(variable="XDG_CACHE_HOME", home="HOME", under_home=(".cache",)),
    "darwin": _Base(variable="", home="HOME", under_home=("Library", "Caches")),
    "win32": _Base(variable="LOCALAPPDATA", home="USERPROFILE", under_home=("AppData", "Local"), ours=(_NAME, "Cache")),
}
_STATES = {
    "linux": _Base(variable="XDG_STATE_HOME", home="HOME", under_home=(".local", "state")),
    "darwin": _Base(variable="", home="HOME", under_home=("Library", "Application Support")),
    "win32": _Base(variable="LOCALAPPDATA", home="USERPROFILE", under_home=("AppData", "Local"), ours=(_NAME, "State")),
}


def _users(environ: Mapping[str, str], platform: str, bases: Mapping[str, _Base]) -> Path | None:
    base = bases.get(platform, bases["linux"])
    folder = _absolute(environ.get(base.variable, ""))
    if folder is not None:
        return folder.joinpath(*base.ours)
    home = _absolute(environ.get(base.home, ""))
    return None if home is None else home.joinpath(*base.under_home, *base.ours)


def _absolute(name: str) -> Path | None:
    path = Path(name)
    return path if name and "\0" not in name and path.is_absolute() else None


def _in_work_tree(folder: Path, cwd: Path) -> bool:
    """Whether the folder is in the work tree around `cwd`, apart from git's own folder there."""
    try:
        here, there = cwd.resolve(), folder.resolve()
        top = next((top for top in (here, *here.parents) if (top / ".git").exists()), None)
    except (OSError, RuntimeError):
        return True
    return top is not None and there.is_relative_to(top) and ".git" not in there.relative_to(top).parts
