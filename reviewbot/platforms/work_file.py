"""One file of a work tree, replaced whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from reviewbot.errors import UsageError


def find_place(root: Path, name: str, *, git_folder: Path) -> Path:
    """Where the file `name` of the work tree `root` lies, links followed; it need not be there.

    Raises UsageError when that is outside of the work tree, in the git folder, or behind a link that leads nowhere.
    """
    path = root / name
    try:
        place = path.resolve()
        inside = place.is_relative_to(root.resolve()) and not place.is_relative_to(git_folder.resolve())
    except (OSError, RuntimeError):  # links that lead in a circle
        inside = False
        place = path
    if not inside:
        raise UsageError(f"{name} is not written: a symbolic link on its way leads out of the work tree")
    if path.is_symlink() and not place.exists():
        raise UsageError(f"{name} is not written: it is a symbolic link to {place}, which is not there")
    return place


def replace_file(place: Path, data: bytes, *, name: str) -> None:
    """Write the file and, where it is missing, its folder. Raises UsageError, and the file is as it was then."""
    part = place.with_name(f".{place.name}.part")
    if place.parent.exists() and not place.parent.is_dir():
        raise UsageError(f"{name} cannot be written: {place.parent} is not a folder")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        mode = place.stat().st_mode & 0o777 if place.exists() else None
        part.unlink(missing_ok=True)  # of a run that was killed
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(place)
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
