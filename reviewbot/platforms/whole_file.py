"""A file that appears under its name when it is whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def write_whole(
    path: Path, data: bytes, *, part: str, mode: int = 0o666, then_mode: Callable[[int], int] | None = None
) -> None:
    """Write a file; what had its name is gone in the same moment, and stays when this fails. Raises OSError.

    part: its name until it is whole, beside it; one that is there is of a run that was killed. mode: less the umask.
    then_mode: the mode that it has then -> the one that it shall have.
    """
    made = path.with_name(part)
    made.unlink(missing_ok=True)
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if then_mode is not None:
            made.chmod(then_mode(made.stat().st_mode))
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
