"""`reviewbot review`: a local change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from reviewbot.cli.options import (
    SHARED,
    Shared,
    open_memory,
    open_recorder,
    read_targets,
    surroundings,
    with_options,
)
from reviewbot.cli.output import exit_code, use_color, write_proposal, write_report
from reviewbot.cli.progress import watch

if TYPE_CHECKING:  # importing it costs time that `--help` should not take
    from reviewbot import app


@click.command()
@click.argument("range_", metavar="[RANGE]", required=False)
@click.option("--staged", is_flag=True, help="Review what is staged.")
@click.option("--uncommitted", is_flag=True, help="Review the work tree against HEAD, untracked files included.")
@click.option("--diff", metavar="FILE", help="Review a unified diff; - reads stdin. Needs no repository.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent where; send nothing.")
@with_options(SHARED)
def review(
    *,
    range_: str | None,
    staged: bool,
    uncommitted: bool,
    diff: str | None,
    dry_run: bool,
    **shared: Unpack[Shared],
) -> int:
    """Review a local change.

    RANGE is BASE..HEAD or BASE...HEAD, always read as merge-base..head. Without it: from the merge-base with the
    remote's default branch (else main or master) to HEAD.
    """
    if sum([range_ is not None, staged, uncommitted, diff is not None]) > 1:
        raise click.UsageError("give one of RANGE, --staged, --uncommitted and --diff")
    if shared["record"] is not None and dry_run:
        raise click.UsageError("--record keeps the answers, and --dry-run asks for none; give one of them")
    targets = read_targets(shared["formats"], shared["output"])

    from reviewbot import app

    source: app.Source
    if diff is not None:
        source = _read_patch(diff)
    elif staged:
        source = app.Staged()
    elif uncommitted:
        source = app.Uncommitted()
    else:
        source = app.Range(spec=range_)
    recorder = open_recorder(shared["record"])
    around = surroundings(shared)
    request = app.Request(
        source=source,
        around=around,
        recorder=recorder,
        memory=open_memory(around.cwd, no_cache=shared["no_cache"]),
    )
    if dry_run:
        write_proposal(app.propose(request), targets)
        return 0
    report = app.review(request, watch(quiet=shared["quiet"], color=use_color(shared["color"], sys.stderr)))
    write_report(
        report,
        targets,
        color=shared["color"],
        verbose=shared["verbose"],
        problem=recorder.problem if recorder else None,
    )
    return exit_code(report.verdict)


def _read_patch(name: str) -> app.Patch:
    from reviewbot import app

    try:
        if name == "-":
            return app.Patch(data=sys.stdin.buffer.read(), name="stdin")
        return app.Patch(data=Path(name).read_bytes(), name=name)
    except OSError as error:
        raise click.UsageError(f"--diff {name}: {error.strerror}") from None
