"""Files that nobody else has a hand in: made for this user alone, or refused."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_KNOWS_OWNERS = hasattr(os, "geteuid")


class NotOursError(OSError):
    """A folder or file that is there and that somebody else may have made or may change."""

    def __init__(self, message: str) -> None:
        super().__init__(0, message)


def own_folder(folder: Path) -> None:
    """Make the folder, for this user alone, or look whether one that is there will do. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if _is_foreign(found) or (_KNOWS_OWNERS and found.st_mode & _OTHERS_WRITE):
        raise NotOursError(f"others than this user may write to {folder}")


def own_file(path: Path) -> int:
    """The size in bytes of a file that is this user's alone, made empty when there is none. Raises OSError."""
    # A link could make us write where its maker may not.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    check_own(path)
    handle = os.open(path, flags, 0o600)
    try:
        found = os.fstat(handle)
        _check(path, found)
        if _KNOWS_OWNERS and stat.S_IMODE(found.st_mode) != 0o600:
            os.fchmod(handle, 0o600)  # it came out of an archive
        return found.st_size
    finally:
        os.close(handle)


def check_own(path: Path) -> None:
    """Raises OSError unless the path is free or a regular file of this user's."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    _check(path, found)


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotOursError(f"{path} is not a regular file")
    if _is_foreign(found):
        raise NotOursError(f"{path} belongs to another user")


def _is_foreign(found: os.stat_result) -> bool:
    return _KNOWS_OWNERS and found.st_uid != os.geteuid()
