"""The findings that the last runs in a repository showed, in its git folder: `reviewbot ignore` looks them up there.

Losing them costs nobody more than a flag, so nothing here is a failure: what cannot be read is forgotten, and what
cannot be written is not kept.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reviewbot.errors import InputError
from reviewbot.model import Report
from reviewbot.parts.shown import MAX_KEPT_BYTES, Shown, kept, kept_tree, read_kept, shown_in
from reviewbot.platforms.whole_file import write_whole

if sys.platform != "win32":
    import fcntl

_FOLDER, _FILE, _LOCK = "reviewbot", "findings.json", "findings.lock"
_PATIENCE_S = 2.0
_PAUSE_S = 0.01


def remember(git_folder: Path, report: Report) -> None:
    """Keep what a run showed. `git_folder` is that of the repository, which its work trees share. Raises nothing."""
    findings = shown_in(report)
    if not findings:
        return
    with suppress(OSError), alone(git_folder) as is_alone:
        before = recall(git_folder)
        after = kept(findings, before)
        if is_alone and after != before:
            text = json.dumps(kept_tree(after), ensure_ascii=False) + "\n"
            data = text.encode("utf-8", "backslashreplace")
            write_whole(_folder(git_folder) / _FILE, data, part=f"{_FILE}.part", mode=0o600)


def recall(git_folder: Path) -> tuple[Shown, ...]:
    """What is kept, the latest first; nothing when that cannot be read."""
    path = git_folder / _FOLDER / _FILE
    try:
        with path.open("rb") as file:
            return read_kept(file.read(MAX_KEPT_BYTES + 1), str(path))
    except (OSError, InputError):
        return ()


@contextmanager
def alone(git_folder: Path) -> Iterator[bool]:
    """Hold what one process at a time may, and tell whether it is held; the system lets go of it when we end.

    Where the system has no such locks it counts as held: a file is replaced whole even so.
    """
    handle = None
    try:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        with suppress(OSError):
            handle = os.open(_folder(git_folder) / _LOCK, flags, 0o600)
        yield handle is not None and _locked(handle)
    finally:
        if handle is not None:
            os.close(handle)


def _folder(git_folder: Path) -> Path:
    """Raises OSError where it can be neither found nor made, or is somewhere else."""
    folder = git_folder / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink():
        raise NotADirectoryError(f"{folder} is a symbolic link")
    return folder


def _locked(handle: int) -> bool:
    if sys.platform == "win32":
        return True
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(_PAUSE_S)
        except OSError:  # a file system without locks
            return True
        else:
            return True
