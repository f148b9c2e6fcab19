"""`reviewbot hook pre-push` and `reviewbot hook pre-commit`: what git, and the pre-commit framework, run."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Unpack

import click

from reviewbot.cli.options import SHARED, Shared, current_folder, read_targets, with_options

# What reviews is imported by whoever has something to review: a push that has nothing should not wait for it.
if TYPE_CHECKING:
    from reviewbot.pushed import RefUpdate

SKIP = "REVIEWBOT_SKIP"
_STDIN = 0
_USUALLY_S = 2.0
"""git says all at once and closes its end. Whoever does not is waited for until the deadline that is configured."""
_NO = frozenset(("", "0", "false", "no", "off"))


@click.command("pre-push")
@click.argument("remote", default="")
@click.argument("url", default="")
@with_options(SHARED)
def pre_push(*, remote: str, url: str, **shared: Unpack[Shared]) -> int:
    """Review what is pushed. git runs this, with the refs on stdin.

    REMOTE and URL are the arguments that git gives to a pre-push hook. `reviewbot hook install` sets it up.
    """
    started = time.monotonic()
    targets = read_targets(shared["formats"], shared["output"])
    if _is_skipped():
        return 0
    if sys.stdin is not None and sys.stdin.isatty():
        raise click.UsageError(
            "git runs this and says on stdin what is pushed; `reviewbot review` reviews what you have,"
            " `reviewbot hook install` makes git run it"
        )
    said = _Said()
    if said.ended(within_s=_USUALLY_S) and not said.data.strip():
        return 0

    @cache
    def updates() -> tuple[RefUpdate, ...]:
        from reviewbot.pushed import parse_push

        said.ended(within_s=None)
        return tuple(update for update in parse_push(said.data) if update.local is not None)

    if said.ended(within_s=0) and not updates():
        return 0
    from reviewbot.cli.hook_check import check

    return check(updates, remote=remote, url=url, shared=shared, targets=targets, started=started, pushes=True)


@click.command("pre-commit")
@with_options(SHARED)
def pre_commit(**shared: Unpack[Shared]) -> int:
    """Review what is pushed. The pre-commit framework runs this, in its stages pre-push and manual.

    The range comes from PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF. Without them, as in the stage manual, it is what
    `reviewbot review` takes without a range.
    """
    started = time.monotonic()
    targets = read_targets(shared["formats"], shared["output"])
    if _is_skipped():
        return 0
    from reviewbot.cli.hook_check import check
    from reviewbot.outgoing import told_by_framework

    remote = os.environ.get("PRE_COMMIT_REMOTE_NAME", "")
    return check(
        lambda: told_by_framework(current_folder(), os.environ),
        remote=remote,
        url=os.environ.get("PRE_COMMIT_REMOTE_URL", ""),
        shared=shared,
        targets=targets,
        started=started,
        pushes=bool(remote),
    )


class _Said:
    """What git says on stdin, read by a thread: a pipe that nobody closes must not hold the push for good."""

    def __init__(self) -> None:
        self.data = b""
        self._ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def ended(self, *, within_s: float | None) -> bool:
        return self._ended.wait(within_s)

    def _read(self) -> None:
        pieces: list[bytes] = []
        with suppress(OSError):  # closed: nothing is said
            while piece := os.read(_STDIN, 65536):
                pieces.append(piece)
        self.data = b"".join(pieces)
        self._ended.set()


def _is_skipped() -> bool:
    if os.environ.get(SKIP, "").strip().lower() in _NO:
        return False
    from reviewbot.cli.output import write_stderr

    write_stderr(f"reviewbot: not reviewed, because {SKIP} is set")
    return True
