"""`reviewbot config`: what holds, and what may be written."""

from __future__ import annotations

import os
from pathlib import Path

import click

from reviewbot.cli.options import CHOOSING, read_overrides, with_options
from reviewbot.cli.output import write_stdout
from reviewbot.errors import UsageError


@click.group()
def config() -> None:
    """Show the effective configuration or its JSON Schema."""


@config.command()
@with_options(CHOOSING)
def show(*, config_path: str | None, reviewers: tuple[str, ...], fail_on: str | None, min_agreement: int | None) -> int:
    """The configuration that a review here would use, with the origin of every value."""
    from reviewbot.config.load import WorkTree, load_config
    from reviewbot.config.show import render_config
    from reviewbot.platforms.git import GitRepository

    environ = dict(os.environ)
    try:
        root = GitRepository.discover(Path.cwd(), environ).root
    except UsageError:
        root = Path.cwd()  # outside a repository a review of --diff reads its configuration here
    loaded = load_config(
        WorkTree(root),
        explicit=config_path,
        cwd=Path.cwd(),
        environ=environ,
        overrides=read_overrides(fail_on, min_agreement, reviewers),
    )
    write_stdout(render_config(loaded))
    return 0


@config.command()
def schema() -> int:
    """The JSON Schema of `.reviewbot.yaml`, for editors and checks."""
    from reviewbot.config.schema import schema_text

    write_stdout(schema_text())
    return 0
