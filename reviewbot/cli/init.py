"""`reviewbot init`: the first files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.cli.options import current_folder
from reviewbot.cli.output import write_stdout
from reviewbot.sanitize import terminal

if TYPE_CHECKING:  # importing it costs time that `--help` should not take
    from reviewbot.scaffold import Start


@click.command()
@click.option("--check", is_flag=True, help="Say what would be written; write nothing.")
def init(*, check: bool) -> int:
    """Write a commented .reviewbot.yaml and a workflow that reviews pull requests.

    The reviewers are those whose keys are set here, or three vendors through OPENROUTER_API_KEY. Nothing that is there
    is changed, and nothing is asked.
    """
    from reviewbot.scaffold import carry_out_start, plan_start

    cwd = current_folder()
    start = plan_start(cwd, dict(os.environ))
    if not check:
        carry_out_start(start)
    write_stdout(terminal("\n".join(_lines(start, cwd, check=check))) + "\n")
    return 0


def _lines(start: Start, cwd: Path, *, check: bool) -> Iterator[str]:
    from reviewbot.platforms.github.workflow import secret_name

    yield from _files(start, cwd, check=check)
    if not start.texts:
        yield "Nothing is left to write. `reviewbot doctor` looks whether a review can run."
        return
    yield from _panel(start)
    if check:
        return
    yield ""
    yield "Next:"
    for name in start.unset:
        where = "    a key from https://openrouter.ai/keys" if name == "OPENROUTER_API_KEY" else ""
        yield f"  export {name}=...{where}"
    yield "  reviewbot doctor                 do the models answer?"
    yield "  reviewbot review                 review your branch"
    yield "  reviewbot hook install           review what you push, before it is pushed"
    if start.workflow is None and not start.key_names:
        yield "For pull requests, commit what was written."
    elif start.workflow is None:
        yield "For pull requests, commit what was written, and add on GitHub, under"
        yield "Settings > Secrets and variables > Actions, the secrets"
        yield from (f"  {secret_name(name)}" for name in start.key_names)


def _files(start: Start, cwd: Path, *, check: bool) -> Iterator[str]:
    if start.texts and not start.root.samefile(cwd):
        yield f"In {os.path.relpath(start.root, cwd.resolve())}, the top of the work tree:"
    wrote = "Would write" if check else "Wrote"
    for path in start.texts:
        yield f"{wrote} {path}"
    for path in filter(None, (start.config, start.workflow)):
        yield f"{path} is there already, and stays as it is."


def _panel(start: Start) -> Iterator[str]:
    if start.config is None:
        yield f"Reviewers: {', '.join(start.reviewers)}."
    if start.guessed:
        yield "No key of a model is set here, so they are asked through OPENROUTER_API_KEY, one"
        yield "key for three vendors. For other reviewers change the file."
    if start.workflow is None and start.on_this_machine:
        yield f"Asked on this machine, which a runner of GitHub's is not: {', '.join(start.on_this_machine)}."
        yield "In the workflow, name a runner of your own (`runs-on:`), or only reviewers that"
        yield "answer there (`with: {reviewers: NAME}`)."
