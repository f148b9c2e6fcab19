"""Carries out what was decided about a repository's hooks: each step whole or not at all, one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import assert_never

from reviewbot.errors import UsageError
from reviewbot.hook_file.script import PRE_PUSH
from reviewbot.hook_file.values import (
    Configure,
    Keep,
    MakeFolder,
    Plan,
    Remove,
    Restore,
    Step,
    Unconfigure,
    Write,
)
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.whole_file import write_whole

_SECTION = "hook.reviewbot"
_PART = ".reviewbot-hook.part"


@contextmanager
def alone_in(*folders: Path) -> Iterator[None]:
    """No other process of ours changes hooks meanwhile, where the system can tell. A killed one holds nothing."""
    with ExitStack() as stack:
        for folder in folders:
            _hold(folder, stack)
        yield


def _hold(folder: Path, stack: ExitStack) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    with suppress(OSError):  # not there yet, or a file system without locks
        handle = os.open(folder, os.O_RDONLY)
        stack.callback(os.close, handle)
        fcntl.flock(handle, fcntl.LOCK_EX)


def carry_out(plan: Plan, checkout: Checkout, folder: Path) -> None:
    """The steps, in their order. Raises UsageError or GitError; what was done until then stays, and is in order."""
    with suppress(OSError):
        (folder / _PART).unlink()  # of one that was killed
    for step in plan.steps:
        try:
            _carry_out(step, checkout, folder)
        except OSError as error:
            raise UsageError(f"{error.filename or folder} cannot be changed: {error.strerror}") from None


def _carry_out(step: Step, checkout: Checkout, folder: Path) -> None:
    match step:
        case MakeFolder():
            folder.mkdir(parents=True, exist_ok=True)
        case Write():
            name = folder / step.name
            write_whole(name, step.data, part=_PART, mode=0o777, then_mode=lambda mode: mode | 0o700)
        case Keep():
            _keep(folder / step.name, folder / step.kept)
        case Restore():
            (folder / step.kept).replace(folder / step.name)
        case Remove():
            (folder / step.name).unlink()
        case Configure():
            # The event last: git refuses every push when there is one without a command.
            checkout.user.ask("config", "--local", "--replace-all", f"{_SECTION}.command", step.command)
            checkout.user.ask("config", "--local", "--replace-all", f"{_SECTION}.event", PRE_PUSH)
        case Unconfigure():
            checkout.user.ask("config", "--local", "--remove-section", _SECTION)
        case _:
            assert_never(step)


def _keep(path: Path, kept: Path) -> None:
    """A second name first, so that there is a hook at every moment; where that cannot be, another name."""
    try:
        os.link(path, kept, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without hard links
        if os.path.lexists(kept):
            raise
        path.rename(kept)
