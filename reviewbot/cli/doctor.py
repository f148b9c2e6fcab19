"""`reviewbot doctor`: what would stop a review, and what to do."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from reviewbot.cli.options import current_folder
from reviewbot.cli.output import write_stdout
from reviewbot.cli.progress import Silent

if TYPE_CHECKING:  # importing it costs time that `--help` should not take
    from reviewbot.doctor import Check

_LABELS = {"ok": "ok", "warning": "warn", "error": "FAIL", "skipped": "-"}
_INDENT = 18
_WIDTHS = (40, 100)


@click.command()
@click.option("--offline", is_flag=True, help="Ask no model and no server.")
@click.option("--config", "config_path", metavar="FILE", help="Read this configuration file.")
@click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Only these reviewers; repeatable.")
def doctor(*, offline: bool, config_path: str | None, reviewers: tuple[str, ...]) -> int:
    """Look whether a review can run here; what to do stands below each line.

    Each model is asked one tiny question, which costs next to nothing and shows nothing of your code; GitHub is only
    read. In a job about a pull request the configuration is that of its base, which `reviewbot pr` goes by. Exits with
    0 when a review can run, and with 2 when something would stop it.
    """
    from reviewbot.doctor import Checkup, State, check_up
    from reviewbot.sanitize.keys import secret_values

    environ = dict(os.environ)
    hidden = secret_values(environ)
    width = max(_WIDTHS[0], min(shutil.get_terminal_size((80, 24)).columns, _WIDTHS[1]))
    checks: list[Check] = []
    request = Checkup(
        cwd=current_folder(), environ=environ, config_path=config_path, reviewers=reviewers, offline=offline
    )
    for check in check_up(request, _Asking()):
        checks.append(check)
        write_stdout(render(check, width=width, hidden=hidden))
    write_stdout(f"\n{total(checks)}\n")
    return 2 if any(check.state is State.ERROR for check in checks) else 0


class _Asking(Silent):
    """Says that models are asked: until they answer nothing else happens on the screen."""

    def begin(self, questions: Mapping[str, int]) -> None:
        if sys.stderr.isatty():
            with suppress(OSError):
                print(f"asking {', '.join(questions)} ...", file=sys.stderr, flush=True)  # noqa: T201


def render(check: Check, *, width: int, hidden: tuple[str, ...]) -> str:
    """The check in lines of at most `width` characters, where words allow it, without any of the values in `hidden`."""
    from reviewbot.sanitize import not_a_command, terminal, terminal_line
    from reviewbot.sanitize.keys import hide_secrets

    head = f"{_LABELS[check.state]:<5} {terminal_line(check.subject):<11} "
    text = check.said if check.fix is None else f"{check.said}\nfix: {check.fix}"
    lines: list[str] = []
    for line in terminal(hide_secrets(text, hidden)).split("\n"):
        lines += textwrap.wrap(
            line,
            width,
            initial_indent=" " * _INDENT if lines else head,
            subsequent_indent=" " * _INDENT,
            break_on_hyphens=False,
            break_long_words=False,
        )
    return not_a_command("\n".join(lines)) + "\n"


def total(checks: Sequence[Check]) -> str:
    """What they come to, in a line."""
    from reviewbot.doctor import State

    states = [check.state for check in checks]
    if State.ERROR in states:
        said = "A review would fail: see FAIL above."
    elif any(check.idle for check in checks):
        said = "Nothing is reviewed in this job, and it passes."
    elif any(check.subject == "panel" and check.state is State.SKIPPED for check in checks):
        said = "Nothing stands in the way of a review; who is asked was not looked at."
    else:
        said = "A review can run."
    warnings = states.count(State.WARNING)
    return f"{said} {warnings} warning{'' if warnings == 1 else 's'}." if warnings else said
