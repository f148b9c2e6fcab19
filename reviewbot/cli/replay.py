"""`reviewbot replay`: a recorded run, from its answers on."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from reviewbot.cli.options import GATE, SHOWING, Shown, read_overrides, read_targets, with_options
from reviewbot.cli.output import exit_code, write_report


@click.command()
@click.argument("folder", metavar="DIR")
@with_options([*GATE, *SHOWING])
def replay(
    *,
    folder: str,
    **shown: Unpack[Shown],
) -> int:
    """Re-run everything after the model calls on a run that `--record DIR` has kept.

    Its answers are read, placed, merged and judged anew; no model is asked, and no repository, key or configuration is
    needed. The exit code is that of the verdict. A record is a few files of JSON (the change, the answers, the
    configuration; of a merge: its files) without keys and with secrets replaced: what a bug report needs. It holds your
    code: read it before you pass it on.
    """
    targets = read_targets(shown["formats"], shown["output"])

    from reviewbot import after

    report = after.replay(Path(folder), read_overrides(shown["fail_on"], shown["min_agreement"], ()))
    write_report(report, targets, color=shown["color"], verbose=shown["verbose"])
    return exit_code(report.verdict)
