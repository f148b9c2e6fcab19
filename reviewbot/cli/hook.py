"""`reviewbot hook`: the pre-push hook."""

from __future__ import annotations

import click

from reviewbot.cli.lazy import LazyGroup

_COMMANDS = {
    "install": ("reviewbot.cli.hook_install:install", "Review what is pushed from this repository, before it is."),
    "uninstall": ("reviewbot.cli.hook_install:uninstall", "Put everything back as it was."),
    "status": ("reviewbot.cli.hook_install:status", "What is installed, what it calls, what of it does not work."),
    "pre-push": ("reviewbot.cli.hook_run:pre_push", "What git runs: review what is pushed."),
    "pre-commit": ("reviewbot.cli.hook_run:pre_commit", "What the pre-commit framework runs."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def hook() -> None:
    """The native pre-push hook: it chains with what is there, and never overwrites it."""
