"""A check run of the verdict, made once."""

from __future__ import annotations

from reviewbot.errors import GitHubError
from reviewbot.posted import CheckRun, PullRequest
from reviewbot.publishing.host import Host

NAME = "reviewbot"


def make_check_run(host: Host, pull: PullRequest, run: CheckRun, *, external_id: str) -> None:
    """Make it for the reviewed head. `external_id` is this run's own. Raises GitHubError.

    Whoever may make check runs may make one of that name, so it is found by its id alone.
    """
    try:
        host.create_check_run(pull.repository, pull.head, NAME, external_id, run)
    except GitHubError as error:
        if not error.uncertain:
            raise
        runs = host.check_runs(pull.repository, pull.head, NAME)
        if all(found.get("external_id") != external_id for found in runs):
            host.create_check_run(pull.repository, pull.head, NAME, external_id, run)
