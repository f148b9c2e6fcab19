"""`reviewbot hook install`, `uninstall` and `status`."""

from __future__ import annotations

import os

import click

from reviewbot.cli.options import current_folder
from reviewbot.cli.output import write_stderr, write_stdout
from reviewbot.sanitize import terminal


@click.command()
def install() -> int:
    """Review what is pushed from this repository, before it is.

    The hook calls this very reviewbot by its path. A pre-push hook that is there is kept and runs first; where husky or
    lefthook write the hooks, it is said what to tell them. A second time changes nothing, or renews what is old.
    """
    from reviewbot.hook_setup import Tool, install_hook

    told = _tell(install_hook(current_folder(), dict(os.environ), Tool.of_this_process()))
    _warn_of_what_is_missing()
    return told


@click.command()
def uninstall() -> int:
    """Put everything back as it was, a hook that was there included."""
    from reviewbot.hook_setup import uninstall_hook

    return _tell(uninstall_hook(current_folder(), dict(os.environ)))


@click.command()
def status() -> int:
    """What is installed, what it calls, and what of it does not work. Changes nothing."""
    from reviewbot.hook_setup import status_lines

    return _tell(status_lines(current_folder(), dict(os.environ)))


def _warn_of_what_is_missing() -> None:
    """So that it is not the first push that tells it."""
    from reviewbot.config.overrides import Overrides
    from reviewbot.push import why_unreviewed
    from reviewbot.surroundings import Surroundings

    here = Surroundings(cwd=current_folder(), environ=dict(os.environ), config_path=None, overrides=Overrides())
    missing = why_unreviewed(here)
    if missing is not None:
        write_stderr(terminal(f"reviewbot: as things are, it will stop every push that brings something: {missing}"))


def _tell(lines: tuple[str, ...]) -> int:
    write_stdout("".join(terminal(line) + "\n" for line in lines))
    return 0
