"""New files in a work tree: all of them, whole, or none. What is there is never written to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from reviewbot.errors import UsageError


def check_new(root: Path, names: Iterable[str]) -> None:
    """Raises UsageError when one of these files, relative to `root`, is there, would lie outside of it, or has no
    folder that can be written to."""
    top = root.resolve()
    for name in names:
        path = root / name
        if os.path.lexists(path):
            raise UsageError(f"{name} is there already, and is not overwritten")
        try:
            inside = path.parent.resolve().is_relative_to(top)
        except (OSError, RuntimeError):  # links that lead in a circle
            inside = False
        if not inside:
            raise UsageError(f"{name} is not written: a symbolic link on its way leads out of the repository")
        folder = next(each for each in path.parents if os.path.lexists(each))
        shown = "the top of the work tree" if folder == root else folder.relative_to(root).as_posix()
        if not folder.is_dir():
            raise UsageError(f"{name} cannot be written: {shown} is there, and is no folder")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise UsageError(f"{name} cannot be written: nothing may be written to {shown}")


def write_new(root: Path, texts: Mapping[str, str]) -> None:
    """Write the files, by their names relative to `root`. Raises UsageError, and nothing is left behind then."""
    check_new(root, texts)
    made: list[Path] = []
    whole = False
    try:
        for name, text in texts.items():
            try:
                _make_folder((root / name).parent, made)
                _create(root / name, text)
            except OSError as error:
                raise UsageError(f"{name} cannot be written: {error.strerror}") from None
            made.append(root / name)
        whole = True
    finally:  # also when a signal ends it
        for path in [] if whole else reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


def _make_folder(folder: Path, made: list[Path]) -> None:
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _create(path: Path, text: str) -> None:
    """A file appears under its name when it is whole. Raises FileExistsError when one has come there meanwhile."""
    part = path.with_name(f".reviewbot.{os.getpid()}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _move(part, path)
    finally:
        part.unlink(missing_ok=True)


def _move(part: Path, path: Path) -> None:
    """Linking, unlike renaming, never replaces a file."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise
        part.rename(path)
