"""`reviewbot merge`: one report out of what separate runs have found."""

from __future__ import annotations

from typing import Unpack

import click

from reviewbot.cli.job import end_in_job
from reviewbot.cli.options import (
    SHARED,
    Shared,
    open_recorder,
    read_input,
    read_targets,
    surroundings,
    with_options,
)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@with_options(SHARED)
def merge(
    *,
    files: tuple[str, ...],
    **shared: Unpack[Shared],
) -> int:
    """Consolidate findings of separate runs.

    Each FILE (- is stdin) is a report (`--format json`), a reviewer's answer with its name, or SARIF, whose reviewer
    is its tool. One name in several files is one reviewer. No repository, key or model is needed, and no configuration
    is read but one that --config or REVIEWBOT_CONFIG names. A GitHub Actions job gets outputs and a step summary.

    \b
    An answer with its name; path and start_line may be null, an empty list is a clean answer:
    {"reviewer": "opus", "findings": [
      {"path": "src/app.py", "start_line": 41, "end_line": 43,
       "severity": "critical|high|medium|low", "category": "correctness",
       "title": "the defect in one line", "body": "what fails, when, and why"}]}
    """
    targets = read_targets(shared["formats"], shared["output"])

    from reviewbot import after

    recorder = open_recorder(shared["record"])
    request = after.MergeRequest(
        files=tuple(read_input(name) for name in files),
        around=surroundings(shared),
        recorder=recorder,
    )
    return end_in_job(after.merge_files(request), targets, shared, recorder)
