"""`reviewbot hook pre-push` and `reviewbot hook pre-commit`: what git, and the pre-commit framework, run."""

from __future__ import annotations

import os
import sys
import time
from typing import Unpack

import click

from reviewbot.cli.options import SHARED, Shared, current_folder, read_targets, with_options

# What reviews is imported by whoever has something to review: a push that has nothing should not wait for it.

SKIP = "REVIEWBOT_SKIP"
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
    if sys.stdin.isatty():
        raise click.UsageError(
            "git runs this and says on stdin what is pushed; `reviewbot review` reviews what you have,"
            " `reviewbot hook install` makes git run it"
        )
    lines = sys.stdin.buffer.read()
    if not lines.strip():
        return 0
    from reviewbot.pushed import parse_push

    updates = tuple(update for update in parse_push(lines) if update.local is not None)
    if not updates:
        return 0
    from reviewbot.cli.hook_check import check

    return check(updates, remote=remote, url=url, shared=shared, targets=targets, started=started)


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
    url = os.environ.get("PRE_COMMIT_REMOTE_URL", "")
    what = told_by_framework(current_folder(), os.environ)
    return check(what, remote=remote, url=url, shared=shared, targets=targets, started=started)


def _is_skipped() -> bool:
    if os.environ.get(SKIP, "").strip().lower() in _NO:
        return False
    from reviewbot.cli.output import write_stderr

    write_stderr(f"reviewbot: not reviewed, because {SKIP} is set")
    return True
