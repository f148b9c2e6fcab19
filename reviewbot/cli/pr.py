"""`reviewbot pr`: a pull request on GitHub."""

from __future__ import annotations

import sys
from typing import Unpack

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
from reviewbot.cli.output import use_color
from reviewbot.cli.progress import watch
from reviewbot.cli.pull import end_on_pull


@click.command()
@click.argument("pull_request", metavar="[PR]", required=False)
@click.option("--dry-run", is_flag=True, help="Review, and print what would be posted; post nothing.")
@with_options(SHARED)
def pr(
    *,
    pull_request: str | None,
    dry_run: bool,
    **shared: Unpack[Shared],
) -> int:
    """Review a GitHub pull request and publish the review on it.

    PR is owner/name#7 or its address; in a GitHub Actions job it is found from the event. Needs GITHUB_TOKEN. The
    configuration is that of the base branch.
    """
    targets = read_targets(shared["formats"], shared["output"])

    from reviewbot.pull import PullRequestReview, review_pull_request

    recorder = open_recorder(shared["record"])
    around = surroundings(shared)
    request = PullRequestReview(
        named=pull_request,
        around=around,
        recorder=recorder,
        memory=open_memory(around.cwd, no_cache=shared["no_cache"]),
        dry_run=dry_run,
    )
    progress = watch(quiet=shared["quiet"], color=use_color(shared["color"], sys.stderr))
    return end_on_pull(
        lambda: review_pull_request(request, progress),
        targets,
        shared,
        dry_run=dry_run,
        undone="nothing was reviewed",
        recorder=recorder,
    )
