"""The answer cache: `ports.AnswerStore` over the SQLite file, and what `reviewbot cache` shows of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from reviewbot.cache.database import FILE, MOST_S, DamagedError, opened, remove, writing
from reviewbot.cache.secret_file import read_or_make_secret
from reviewbot.ports import StoredAnswer

MAX_BYTES = 64 * 1024 * 1024
MAX_AGE_S = 30 * 24 * 3600
"""Since its last use, after which an answer is not given again."""
_ROW = 300
"""Bytes that an answer takes in the file beside its payload, about."""
_LONGEST_PAYLOAD = 4 * 1024 * 1024
_SLACK = 1024 * 1024
_END_OF_TIME = 253_402_300_800
"""The year 10000, which no calendar here goes beyond."""

T = TypeVar("T")


class ModelUse(Struct, frozen=True, kw_only=True):
    """What is kept of one model."""

    model: str
    answers: int
    hits: int
    """How often its answers have been given again."""


class Summary(Struct, frozen=True, kw_only=True):
    """What the cache holds. Times are seconds since the epoch, None without an answer."""

    answers: int
    bytes: int
    """Size of the file."""
    hits: int
    oldest: int | None
    """When the oldest answer was kept."""
    newest: int | None
    last_used: int | None
    models: tuple[ModelUse, ...]


class Cleared(Struct, frozen=True, kw_only=True):
    """What was removed. `answers`: None when nobody could count them, because the file was `damaged`: why."""

    answers: int | None
    bytes: int
    damaged: str | None = None


class AnswerCache:
    """Implements `ports.AnswerStore`. The file is opened for each use and never held between two."""

    def __init__(
        self,
        folder: Path,
        *,
        secret_file: Path | None,
        clock: Callable[[], float] = time.time,
        max_bytes: int = MAX_BYTES,
        most_s: float = MOST_S,
    ) -> None:
        """Touches nothing yet. `secret_file`: of this user, made when needed; `most_s`: of CPU, for one use."""
        self._folder = folder
        self._secret_file = secret_file
        self._clock = clock
        self._max_bytes = max_bytes
        self._most_s = most_s
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, StoredAnswer]:
        since = int(self._clock()) - MAX_AGE_S

        def look(connection: sqlite3.Connection) -> dict[bytes, StoredAnswer]:
            found: dict[bytes, StoredAnswer] = {}
            for key in keys:
                row = connection.execute(
                    "SELECT mac, payload, model FROM answers WHERE key = ? AND used_at >= ?", (key, since)
                ).fetchone()
                if row is not None and isinstance(row[0], bytes) and isinstance(row[1], bytes):
                    found[key] = StoredAnswer(key=key, mac=row[0], payload=row[1], model=str(row[2]))
            return found

        return self._use(look, "read") or {}

    def keep(self, answers: Sequence[StoredAnswer], *, used: Collection[bytes] = ()) -> None:
        now = int(self._clock())
        rows = [
            (a.key, a.mac, a.model, now, now, len(a.payload) + _ROW, a.payload)
            for a in answers
            if len(a.payload) <= _LONGEST_PAYLOAD
        ]

        def write(connection: sqlite3.Connection) -> None:
            with writing(connection):
                connection.executemany(
                    "UPDATE answers SET used_at = ?, hits = hits + 1 WHERE key = ?", [(now, key) for key in used]
                )
                connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, 0, ?, ?)", rows)
                if rows:
                    self._prune(connection, now)

        if rows or used:
            self._use(write, "written")

    def secret(self) -> bytes | None:
        if self._secret_file is None:
            self._note("Answers of reviewers without a key are not kept: this user has no folder for a secret.")
            return None
        try:
            if self._secret_file.parent.resolve().is_relative_to(self._folder.resolve()):
                raise OSError(0, f"{self._secret_file} lies in the cache, which may come from elsewhere")
            return read_or_make_secret(self._secret_file)
        except (OSError, RuntimeError) as error:
            self._note(f"Answers of reviewers without a key are not kept: {reason(error)}.")
            return None

    def summary(self) -> Summary | None:
        """What is kept; None when there is no file. Raises OSError and sqlite3.Error, and mends nothing."""
        path = self._folder / FILE
        if not path.is_symlink() and not path.exists():
            return None
        with self._opened() as connection:
            models = connection.execute(
                "SELECT SUBSTR(CAST(model AS TEXT), 1, 200), COUNT(*), TOTAL(hits) FROM answers"
                " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100"
            ).fetchall()
            oldest, newest, used, count, hits = connection.execute(
                "SELECT MIN(kept_at), MAX(kept_at), MAX(used_at), COUNT(*), TOTAL(hits) FROM answers"
            ).fetchone()
            return Summary(
                answers=count,
                bytes=path.stat().st_size,
                hits=int(hits),
                oldest=_time(oldest),
                newest=_time(newest),
                last_used=_time(used),
                models=tuple(ModelUse(model=str(m), answers=n, hits=int(h)) for m, n, h in models),
            )

    def clear(self) -> Cleared:
        """Empty the cache; a file that is damaged or no file of ours is deleted. Raises OSError, sqlite3.Error."""
        path = self._folder / FILE
        if not path.is_symlink() and not path.exists():
            return Cleared(answers=0, bytes=0)
        size = path.lstat().st_size
        try:
            with self._opened() as connection:
                with writing(connection):
                    count, held = connection.execute(
                        "SELECT COUNT(*), TOTAL(LENGTH(payload) + ?) FROM answers", (_ROW,)
                    ).fetchone()
                    connection.execute("DELETE FROM answers")
                connection.execute("VACUUM")
            return Cleared(answers=count, bytes=int(held))
        except (DamagedError, OSError) as error:
            remove(self._folder)
            return Cleared(answers=None, bytes=size, damaged=reason(error))

    def _prune(self, connection: sqlite3.Connection, now: int) -> None:
        """Delete what is too old, then what was used longest ago until the rest fits."""
        connection.execute("UPDATE answers SET used_at = ? WHERE used_at > ?", (now, now))  # a clock was wrong once
        connection.execute("DELETE FROM answers WHERE used_at < ?", (now - MAX_AGE_S,))
        connection.execute(
            f"DELETE FROM answers WHERE rowid IN (SELECT rowid FROM (SELECT rowid, SUM(LENGTH(payload) + {_ROW}) OVER "  # noqa: S608
            "(ORDER BY used_at DESC, rowid DESC) AS with_newer FROM answers) WHERE with_newer > ?)",
            (self._max_bytes,),
        )

    def _use(self, act: Callable[[sqlite3.Connection], T], done: str) -> T | None:
        """What `act` gives; None with a note when that cannot be. A damaged file is deleted, and made anew once."""
        for _ in range(2):
            try:
                with self._opened() as connection:
                    return act(connection)
            except DamagedError as error:
                self._note(f"The answer cache was damaged and starts anew: {self._folder / FILE}: {error}.")
                try:
                    remove(self._folder)
                except OSError as failure:
                    self._note(f"The damaged answer cache could not be deleted: {reason(failure)}.")
                    break
            except (OSError, sqlite3.Error) as error:
                self._note(f"The answer cache could not be {done}: {reason(error)}.")
                break
        return None

    def _opened(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._folder, largest=4 * self._max_bytes + _SLACK, most_s=self._most_s)

    def _note(self, sentence: str) -> None:
        self._notes[sentence] = None


def reason(error: Exception) -> str:
    """What went wrong, for the end of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)


def _time(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < _END_OF_TIME else None
