"""The SQLite file: opened with distrust, for it may have come out of an archive that somebody else could write.

Everything in it is data until a seal vouches for it (stages/kept_answer.py); here it is only kept from doing harm:
its schema has to be ours to the letter, so nothing in it runs, and no statement may take long.
https://sqlite.org/security.html
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from reviewbot.cache.own_file import check_own, own_file, own_folder

FILE = "answers-1.sqlite3"
"""With the number of its schema: another version of reviewbot that keeps its answers differently has its own."""
_BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a file while it writes it."""

_SUPER_JOURNAL = bytes.fromhex("d9d505f920a163d7")
"""The last bytes of a journal that names another one."""

_SCHEMA = {
    "answers": "CREATE TABLE answers (key BLOB PRIMARY KEY, mac BLOB, model TEXT, kept_at INTEGER, used_at INTEGER, "
    "hits INTEGER, size INTEGER, payload BLOB)",
    "answers_by_use": "CREATE INDEX answers_by_use ON answers (used_at, size)",
}
_BUSY_S = 2.0
"""How long another process may hold the file before this one does without."""
MOST_S = 5.0
"""Of CPU time, for one use of the file: one can be made so that a short question takes for ever. Waiting for a busy
machine or another process is not the file's fault and does not count."""
_STEPS = 20_000
"""How often that is looked at, in steps of SQLite's machine: a thousand times a second, about."""
_LONGEST_VALUE = 16 * 1024 * 1024


class DamagedError(Exception):
    """The file is none of ours, or not whole."""


@contextmanager
def opened(folder: Path, *, largest: int, most_s: float) -> Iterator[sqlite3.Connection]:
    """The database, made where there is none. `largest`: bytes that a file of ours never has; `most_s`: of CPU time.

    Raises DamagedError for a file that cannot be used and may be deleted, OSError for a folder or a file that must
    not be used, sqlite3.OperationalError where another process is in the way or the disk is full; also out of what is
    done with it.
    """
    own_folder(folder)
    path = folder / FILE
    for end in _BESIDE:
        _check_beside(path.with_name(path.name + end), largest)
    if own_file(path) > largest:
        raise DamagedError("it is larger than it may become")
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as connection:
            _restrain(connection, most_s)
            _check_schema(connection)
            yield connection
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise DamagedError("it takes too long to read") from None
        raise
    except (sqlite3.Error, OverflowError, ValueError) as error:  # the latter two of numbers that nobody wrote here
        raise DamagedError(str(error)) from None


def _check_beside(path: Path, largest: int) -> None:
    """A journal may name another file, which SQLite opens and deletes when it rolls back: ours never do.

    https://www.sqlite.org/fileformat.html#the_rollback_journal (the super-journal's name ends the file)
    """
    check_own(path)
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - len(_SUPER_JOURNAL)))
            end = file.read()
    except FileNotFoundError:
        return
    if size > largest or end == _SUPER_JOURNAL:
        raise DamagedError(f"{path.name} beside it is none of ours")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that others wait for, undone when something in it fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def remove(folder: Path) -> None:
    """Delete the file and what lies beside it; a link goes, and not what it leads to. Raises OSError."""
    path = folder / FILE
    for end in ("", *_BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _restrain(connection: sqlite3.Connection, most_s: float) -> None:
    end = time.thread_time() + most_s
    connection.set_progress_handler(lambda: time.thread_time() > end, _STEPS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {setting}")


def _check_schema(connection: sqlite3.Connection) -> None:
    if not _found(connection):
        with writing(connection):
            if not _found(connection):  # another process may have been first
                for statement in _SCHEMA.values():
                    connection.execute(statement)
    if _found(connection) != _SCHEMA:
        raise DamagedError("it holds other tables than ours")


def _found(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL LIMIT 10")
    return {str(name): str(statement) for name, statement in rows}
