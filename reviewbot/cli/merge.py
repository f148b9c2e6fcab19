"""`reviewbot merge`: one report out of what separate runs have found."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from reviewbot.cli.options import (
    SHARED,
    Shared,
    current_folder,
    open_recorder,
    read_overrides,
    read_targets,
    with_options,
)
from reviewbot.cli.output import exit_code, write_report

if TYPE_CHECKING:
    from reviewbot.parts.values import NamedBytes


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
    is read but one that --config or REVIEWBOT_CONFIG names.

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
        files=tuple(_read(name) for name in files),
        cwd=current_folder(),
        environ=dict(os.environ),
        config_path=shared["config_path"],
        overrides=read_overrides(shared["fail_on"], shared["min_agreement"], shared["reviewers"]),
        recorder=recorder,
    )
    report = after.merge_files(request)
    write_report(
        report,
        targets,
        color=shared["color"],
        verbose=shared["verbose"],
        problem=recorder.problem if recorder else None,
    )
    return exit_code(report.verdict)


def _read(name: str) -> NamedBytes:
    """A file, up to a byte more than is read of one: what is larger is refused by its size."""
    from reviewbot.parts.node import MAX_BYTES
    from reviewbot.parts.values import NamedBytes

    try:
        if name == "-":
            return NamedBytes(name="stdin", data=sys.stdin.buffer.read(MAX_BYTES + 1))
        with Path(name).open("rb") as file:
            return NamedBytes(name=name, data=file.read(MAX_BYTES + 1))
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        raise click.UsageError(f"{name!r} is no name of a file") from None
