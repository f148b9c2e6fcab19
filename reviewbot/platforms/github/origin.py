"""What the event of a job says about a report that was brought to it: which pull request it can be about.

A report is written where the reviewed code may have had a say. So what the platform itself tells of the run that made
it stands against what it claims.
https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_run
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reviewbot.errors import UsageError
from reviewbot.platforms.actions import read_event


class Origin(Struct, frozen=True, kw_only=True):
    """None: the event does not tell."""

    repository: str | None = None
    """`owner/name`."""
    number: int | None = None
    head: str | None = None
    head_repository: str | None = None
    """Where the branch of the pull request lives."""


def read_origin(environ: Mapping[str, str]) -> Origin:
    """What holds in this job; nothing outside of one. Raises UsageError for an event that lacks what it should tell."""
    repository = environ.get("GITHUB_REPOSITORY") or None
    if environ.get("GITHUB_ACTIONS") == "true" and repository is None:
        raise UsageError(
            "GITHUB_REPOSITORY is not set, so that nobody can tell whether the report is of this repository"
        )
    event = read_event(environ)
    match environ.get("GITHUB_EVENT_NAME", ""):
        case "workflow_run":
            return _made_by(event, repository)
        case "pull_request" | "pull_request_target" | "pull_request_review" | "pull_request_review_comment":
            return Origin(repository=repository, number=_number(event.get("pull_request")))
        case "issue_comment":
            return Origin(repository=repository, number=_number(event.get("issue")))
        case _:
            return Origin(repository=repository)


def _made_by(event: Mapping[str, object], repository: str | None) -> Origin:
    run = event.get("workflow_run")
    run = run if isinstance(run, dict) else {}
    home = run.get("head_repository")
    head, name = run.get("head_sha"), home.get("full_name") if isinstance(home, dict) else None
    if not isinstance(head, str) or not isinstance(name, str) or not head or not name:
        raise UsageError("the event does not tell of which commit and repository the run was that made the report")
    return Origin(repository=repository, head=head, head_repository=name)


def _number(about: object) -> int:
    number = about.get("number") if isinstance(about, dict) else None
    if not isinstance(number, int):
        raise UsageError("the event holds no number of a pull request")
    return number
