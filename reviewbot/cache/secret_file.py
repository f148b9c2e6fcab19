"""A random secret of this user, made once. It lies apart from the cache, so that no cache can bring its own along."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from reviewbot.cache.own_file import NotOursError, check_own, own_folder

_SIZE = 32


def read_or_make_secret(path: Path) -> bytes:
    """The secret in `path`. Of several processes that make it at once, one wins, and all get its. Raises OSError."""
    own_folder(path.parent)
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    made = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_SIZE))
            file.flush()
            os.fsync(handle)
        with suppress(FileExistsError):
            _name(made, path)
    finally:
        made.unlink(missing_ok=True)
    return _read(path)


def _name(made: Path, path: Path) -> None:
    """Give it its name: whole, and never in place of another. Raises FileExistsError."""
    if os.name == "nt":
        made.rename(path)
    else:
        os.link(made, path)


def _read(path: Path) -> bytes:
    check_own(path)
    with path.open("rb") as file:
        data = file.read(_SIZE + 1)
    if len(data) != _SIZE:
        raise NotOursError(f"{path} is damaged; delete it, and a new one is made")
    return data
