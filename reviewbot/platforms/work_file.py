"""One file of a work tree, replaced whole."""

from __future__ import annotations

from pathlib import Path

from reviewbot.errors import UsageError
from reviewbot.platforms.whole_file import write_whole


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
    if place.parent.exists() and not place.parent.is_dir():
        raise UsageError(f"{name} cannot be written: {place.parent} is not a folder")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        before = place.stat().st_mode & 0o777 if place.exists() else None
        keep_mode = None if before is None else lambda _: before
        write_whole(place, data, part=f".{place.name}.part", then_mode=keep_mode)
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {error.strerror}") from None
