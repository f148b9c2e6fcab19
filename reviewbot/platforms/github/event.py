"""What a job is about: a pull request, or nothing that can be reviewed.

https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from reviewbot.errors import UsageError
from reviewbot.platforms.actions import read_event

_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)#([0-9]{1,9})")
_ADDRESS = re.compile(r"https?://([^/\s]+)/([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)/pull/([0-9]{1,9})(?:[/?#].*)?")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.{1,2}\Z)[A-Za-z0-9._-]+")
REVIEW_COMMAND = "/reviewbot review"
_INPUTS = ("number", "pull_request", "pull-request", "pr", "pr_number")
IGNORE_COMMAND = "/reviewbot ignore"


class PullTarget(Struct, frozen=True, kw_only=True):
    """A pull request by its number."""

    repository: str
    number: int
    commander: str | None = None
    """Who asked for the review in a comment; None when nobody did."""


class NothingToDo(Struct, frozen=True, kw_only=True):
    """The event is none that a model is asked for. `reason` is a sentence for a person."""

    reason: str


def numbered(repository: str, number: int) -> PullTarget:
    """A pull request by what a report says of it. Raises UsageError for what cannot be one."""
    if not _REPOSITORY.fullmatch(repository) or not 0 < number < 10**9:
        raise UsageError("there is no such pull request")
    return PullTarget(repository=repository, number=number)


def named(word: str, server_url: str) -> PullTarget:
    """`owner/name#7` or the address of a pull request on this server. Raises UsageError."""
    by_name, by_address = _NAMED.fullmatch(word), _ADDRESS.fullmatch(word)
    if by_address is not None and by_address[1].lower() != (server := urlsplit(server_url).netloc.lower()):
        raise UsageError(f"{word!r} is not on {server}; for another server set GITHUB_SERVER_URL and GITHUB_API_URL")
    repository, number = by_name.groups() if by_name else by_address.groups()[1:] if by_address else ("", "0")
    if int(number) < 1:
        raise UsageError(f"{word!r} names no pull request; give owner/name#7 or its address")
    return PullTarget(repository=repository, number=int(number))


def from_event(environ: Mapping[str, str]) -> PullTarget | NothingToDo:
    """What the job's event is about. Raises UsageError outside of GitHub Actions and for events without one."""
    name, event = environ.get("GITHUB_EVENT_NAME", ""), read_event(environ)
    repository = environ.get("GITHUB_REPOSITORY", "")
    if not name or not _REPOSITORY.fullmatch(repository):
        raise UsageError("no pull request: name one (owner/name#7), or run in a GitHub Actions job for one")
    match name:
        case "merge_group":
            return NothingToDo(reason="A merge queue asks no model: its changes were reviewed on their pull requests.")
        case "issue_comment":
            return _commented(event, repository)
        case "workflow_dispatch":
            return PullTarget(
                repository=repository,
                number=_number(_object(event, "inputs"), *_INPUTS),
            )
        case "pull_request" | "pull_request_target":
            return _changed(event, repository)
        case "pull_request_review" | "pull_request_review_comment":
            return NothingToDo(
                reason=f"The event {name} asks for no review: it changes nothing. Comment {REVIEW_COMMAND} on the pull"
                " request for one."
            )
        case _:
            raise UsageError(f"the event {name} is about no pull request; name one: owner/name#7")


def _changed(event: Mapping[str, object], repository: str) -> PullTarget | NothingToDo:
    """Every action on an open pull request is reviewed, also one that changes nothing to review.

    The job's result stands beside the head, so that a run that passed for a new title or an assignee would turn a
    failed check into a passed one.
    """
    number = _number(event, "number")
    if _object(event, "pull_request").get("state") == "closed" or event.get("action") == "closed":
        return NothingToDo(reason=f"{repository}#{number} is closed.")
    return PullTarget(repository=repository, number=number)


def _commented(event: Mapping[str, object], repository: str) -> PullTarget | NothingToDo:
    issue, comment = _object(event, "issue"), _object(event, "comment")
    if not isinstance(issue.get("pull_request"), dict):
        return NothingToDo(reason="The comment is on an issue, not on a pull request.")
    if event.get("action") != "created":
        return NothingToDo(reason="The comment is no new one, so it asks for nothing.")
    author, number = _object(comment, "user"), _number(issue, "number")
    login = author.get("login")
    if not isinstance(login, str) or not login:
        return NothingToDo(reason="The comment's author has no account any more, so it asks for nothing.")
    if author.get("type") == "Bot" or login.endswith("[bot]"):
        return NothingToDo(reason=f"{login} is a bot, so its comment asks for nothing.")
    words = str(comment.get("body") or "").strip().partition("\n")[0].split()
    if words[:2] == IGNORE_COMMAND.split():
        return NothingToDo(
            reason=f"{IGNORE_COMMAND} stands on the whole pull request; write it, with a reason, in reply to the"
            " comment that shows the finding."
        )
    if words != REVIEW_COMMAND.split():
        return NothingToDo(reason=f"The comment's first line is not {REVIEW_COMMAND}, so it asks for nothing.")
    if issue.get("state") == "closed":
        return NothingToDo(reason=f"{repository}#{number} is closed.")
    return PullTarget(repository=repository, number=number, commander=login)


def _object(values: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}


def _number(values: Mapping[str, object], *keys: str) -> int:
    for key in keys:
        text = str(values.get(key) or "").removeprefix("#")
        if re.fullmatch("[0-9]{1,9}", text) and int(text) > 0:
            return int(text)
    raise UsageError(f"the event holds no number of a pull request under {' or '.join(keys)}")
