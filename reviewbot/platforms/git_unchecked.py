"""The ranges that were pushed without a review, kept in the repository's git folder until a review has read them.

A file for each, so that two pushes at once cannot undo each other's, written under another name and then renamed, so
that one that is killed leaves it whole or not at all. What cannot be read as such a file is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from reviewbot.object_ids import OBJECT_ID
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.whole_file import write_whole
from reviewbot.pushed import NewCommits

_LARGEST = 64 * 1024
_MOST_REFS = 20
"""Names of a range's refs that are kept: they tell where it goes on, and any of them will do."""
_MOST = 100
"""More of them say that nobody reviews here, and looking at each takes time."""

_LONGEST_PUSH_S = 3600.0
"""A push that is still on its way has not moved the refs that tell whether it arrived."""


class Unchecked(Struct, frozen=True):
    folder: Path

    @classmethod
    def of(cls, checkout: Checkout) -> Unchecked:
        """Work trees of one repository share it."""
        return cls(checkout.common_dir / "reviewbot" / "unchecked")

    def read(self) -> tuple[NewCommits, ...]:
        """What was pushed, to whichever remote, the oldest first."""
        try:
            paths = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        except OSError:
            return ()
        found = [_read(path) for path in paths[-_MOST:]]
        return tuple(new for new in found if new is not None)

    def keep(self, ranges: Iterable[NewCommits]) -> None:
        """Raises OSError when one cannot be kept. The clock's thread may do it while the run does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for new in ranges:
            path = self._path(new)
            text = json.dumps({"remote": new.remote, "refs": new.refs[:_MOST_REFS], "base": new.base, "head": new.head})
            write_whole(path, f"{text}\n".encode(), part=f"{path.stem}.{os.getpid()}.{threading.get_ident()}.part")

    def forget_old(self, ranges: Iterable[NewCommits]) -> None:
        """Those that were kept long enough ago for their push to have ended."""
        now = time.time()
        for new in ranges:
            with suppress(OSError):
                if now - self._path(new).stat().st_mtime > _LONGEST_PUSH_S:
                    self._path(new).unlink()

    def forget(self, ranges: Iterable[NewCommits]) -> None:
        """Those that are not kept are passed over."""
        for new in ranges:
            with suppress(OSError):
                self._path(new).unlink(missing_ok=True)

    def _path(self, new: NewCommits) -> Path:
        identity = json.dumps([new.remote, new.base, new.head])
        return self.folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.json"


def _read(path: Path) -> NewCommits | None:
    try:
        if path.stat().st_size > _LARGEST:
            return None
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    match value:
        case {"remote": str(remote), "refs": [*refs], "base": None | str() as base, "head": str(head)}:
            names = tuple(ref for ref in refs if isinstance(ref, str))
            if all(OBJECT_ID.fullmatch(each) for each in (base or head, head)):
                return NewCommits(remote=remote, refs=names, base=base, head=head)
    return None
