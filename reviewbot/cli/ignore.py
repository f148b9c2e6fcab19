"""`reviewbot ignore`: turn a finding down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reviewbot.cli.options import current_folder, read_input
from reviewbot.cli.output import write_stdout
from reviewbot.sanitize import terminal_line

if TYPE_CHECKING:  # importing it costs time that `--help` should not take
    from reviewbot.declining import Listed


@click.command()
@click.argument("fingerprint")
@click.option("--reason", metavar="TEXT", help="Why the finding is turned down. Required.")
@click.option("--report", metavar="FILE", help="Take path and title from this JSON report, for instance of a CI run.")
@click.option("--title", metavar="TEXT", help="The title of a finding that was not shown here.")
@click.option("--path", metavar="PATH", help="The file of a finding that was not shown here.")
def ignore(*, fingerprint: str, reason: str | None, report: str | None, title: str | None, path: str | None) -> int:
    """Turn a finding down: list it in .reviewbot/ignored.yaml.

    A finding that is listed is shown as declined and blocks nothing. Its path and title are those that the last runs in
    this repository showed, or those of --report. Commit the file: for a pull request the base branch's counts.
    """
    if report is not None and (title is not None or path is not None):
        raise click.UsageError("--report tells title and path; give it, or --title and --path")
    if path is not None and title is None:
        raise click.UsageError("--path is for a finding that was not shown here; give its --title too")

    from reviewbot.declining import Refused, turn_down

    listed = turn_down(
        Refused(
            fingerprint=fingerprint,
            reason=reason,
            cwd=current_folder(),
            environ=dict(os.environ),
            today=datetime.now(UTC).date().isoformat(),
            report=read_input(report) if report is not None else None,
            title=title,
            path=path,
        )
    )
    write_stdout("\n".join(map(terminal_line, _lines(listed, reason or ""))) + "\n")
    return 0


def _lines(listed: Listed, reason: str) -> Iterator[str]:
    from reviewbot.config.ignored import IGNORED_FILE

    finding = listed.finding
    if listed.was_there:
        said_by = f" ({', '.join(filter(None, (finding.who, finding.when)))})" if finding.who or finding.when else ""
        yield f"{finding.fingerprint} is in {IGNORED_FILE} already{said_by}: {finding.reason}"
        same = finding.reason.split() == reason.split()
        yield "Nothing was changed." if same else "Nothing was changed. To give another reason, edit it in the file."
        return
    where = f" ({finding.path})" if finding.path else ""
    yield f"Listed {finding.fingerprint} in {IGNORED_FILE}: {finding.title}{where}"
    if not finding.who:
        yield "It does not say who turned it down: git knows no user.name here."
    yield "Commit the file. It counts here at once, and for pull requests once it is on their base branch."
