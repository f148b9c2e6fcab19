"""`reviewbot publish`: a report made earlier onto its pull request."""

from __future__ import annotations

from typing import Unpack

import click

from reviewbot.cli.options import (
    CHOOSING,
    SHOWING,
    Chosen,
    read_input,
    read_targets,
    surroundings,
    with_options,
)
from reviewbot.cli.pull import end_on_pull


@click.command()
@click.argument("report", metavar="REPORT")
@click.option("--dry-run", is_flag=True, help="Check it, and print what would be posted; post nothing.")
@with_options((*CHOOSING, *SHOWING))
def publish(
    *,
    report: str,
    dry_run: bool,
    **chosen: Unpack[Chosen],
) -> int:
    """Publish a report made earlier to its pull request.

    REPORT (- is stdin) is what `reviewbot pr --format json` wrote, or what `reviewbot merge` made of such. No model is
    asked and no model key is needed: a job that has the keys and a job that may write can be two. Needs GITHUB_TOKEN.

    The configuration is that of the base branch. The report is checked against the pull request: places, agreement and
    verdict are made anew, and only reviewers of the panel count.
    """
    targets = read_targets(chosen["formats"], chosen["output"])
    brought = read_input(report)

    from reviewbot.pull_report import Publication, publish_made_earlier

    request = Publication(
        report=brought,
        around=surroundings(chosen),
        dry_run=dry_run,
    )
    return end_on_pull(
        lambda: publish_made_earlier(request), targets, chosen, dry_run=dry_run, undone="nothing was posted"
    )
