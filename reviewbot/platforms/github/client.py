"""What reviewbot asks of GitHub's API, and nothing else: a short list of calls, each with its promise.

Reading is repeated a few times when GitHub is busy. Writing never is: whether a write that got no answer took place has
to be looked at first, which is the publisher's business. https://docs.github.com/rest
"""

from __future__ import annotations

import json
import math
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import quote

import requests
from github import Auth, Github, GithubException, GithubRetry
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester

from reviewbot.config.values import Json, NetworkConfig
from reviewbot.errors import GitHubError
from reviewbot.platforms.github.graphql import RESOLVE, THREADS, VIEWER, address, read_threads, read_viewer
from reviewbot.posted import InlineComment, PullRequest, Status, Thread
from reviewbot.sanitize.keys import said

PAGE = 100
_MOST_PAGES = 30
_READ_TRIES = 3
_SECONDS = 30
_WRITE_SECONDS = 60
_LONGEST_WAIT = 60
_DEADLINE = 150
"""Seconds for one call in all, waiting for a rate limit included."""

Item = dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the API is and what opens it."""

    api_url: str
    token: str = field(repr=False)
    graphql_url: str | None = None
    """None: it follows from `api_url`."""
    network: NetworkConfig


class GitHub:
    """One pull request host. Every method raises GitHubError, whose message holds no token."""

    def __init__(self, access: Access) -> None:
        self._token = access.token
        self._ends = math.inf
        self._reading = _requester(access, retry=_patience(), seconds=_SECONDS)
        self._writing = _requester(access, retry=None, seconds=_WRITE_SECONDS)
        self._graphql_url = address(access.graphql_url, self._reading.graphql_url)

    def finish_within(self, seconds: float) -> None:
        """From now on all calls together take at most so long: those that come later raise GitHubError."""
        self._ends = time.monotonic() + seconds

    # ------------------------------------------------------------ reading

    def pull(self, repository: str, number: int) -> PullRequest:
        """The pull request as it is now."""
        found = self._get(f"/repos/{_path(repository)}/pulls/{number}")
        return read_pull(found, repository)

    def merge_base(self, repository: str, base: str, head: str) -> str:
        """The commit that base and head have in common."""
        found = self._get(f"/repos/{_path(repository)}/compare/{base}...{head}", {"per_page": 1})
        commit = found.get("merge_base_commit")
        sha = commit.get("sha") if isinstance(commit, dict) else None
        if not isinstance(sha, str):
            raise GitHubError(f"GitHub named no common commit of {base[:10]} and {head[:10]}")
        return sha

    def review_comments(self, repository: str, number: int) -> list[Item]:
        """Comments on lines, the oldest first."""
        return list(self._pages(f"/repos/{_path(repository)}/pulls/{number}/comments"))

    def issue_comments(self, repository: str, number: int) -> list[Item]:
        """Comments on the whole, the oldest first."""
        return list(self._pages(f"/repos/{_path(repository)}/issues/{number}/comments"))

    def reviews(self, repository: str, number: int) -> list[Item]:
        return list(self._pages(f"/repos/{_path(repository)}/pulls/{number}/reviews"))

    def permission(self, repository: str, login: str) -> str:
        """`admin`, `write`, `read` or `none`."""
        found = self._get(f"/repos/{_path(repository)}/collaborators/{quote(login, safe='')}/permission")
        return str(found.get("permission"))

    def login(self) -> str | None:
        """Who the token speaks for, as the REST API writes it; None when that cannot be found out.

        The token of a job or an app may not ask for `/user` (403); GraphQL tells it.
        """
        try:
            login = self._get("/user").get("login")
        except GitHubError as error:
            if error.status not in (403, 404):
                raise
        else:
            return login if isinstance(login, str) and login else None
        with suppress(GitHubError):  # a server without it, or one that refuses it, leaves us nameless
            return read_viewer(self._query(VIEWER, {}))
        return None

    def threads(self, repository: str, number: int) -> list[Thread]:
        """The threads on lines of a pull request, the oldest first."""
        owner, _, name = repository.partition("/")
        found: list[Thread] = []
        after: str | None = None
        for _page in range(_MOST_PAGES):
            variables: dict[str, Json] = {"owner": owner, "name": name, "number": number, "after": after}
            page, after = read_threads(self._query(THREADS, variables))
            found += page
            if after is None:
                break
        return found

    # ------------------------------------------------------------ writing

    def create_review(
        self, repository: str, number: int, *, commit: str, body: str, comments: tuple[InlineComment, ...]
    ) -> Item:
        """Post one submitted review. GitHub refuses it whole (422) for one comment that is on no line of its hunks."""
        return self._send(
            "POST",
            f"/repos/{_path(repository)}/pulls/{number}/reviews",
            {
                "commit_id": commit,
                "body": body,
                "event": "COMMENT",
                "comments": [_comment(comment) for comment in comments],
            },
        )

    def delete_pending_review(self, repository: str, number: int, review: int) -> None:
        """Only a review that was never submitted can be deleted."""
        self._send("DELETE", f"/repos/{_path(repository)}/pulls/{number}/reviews/{review}", None)

    def delete_review_comment(self, repository: str, comment: int) -> None:
        self._send("DELETE", f"/repos/{_path(repository)}/pulls/comments/{comment}", None)

    def reply(self, repository: str, number: int, comment: int, body: str) -> Item:
        return self._send(
            "POST", f"/repos/{_path(repository)}/pulls/{number}/comments/{comment}/replies", {"body": body}
        )

    def create_comment(self, repository: str, number: int, body: str) -> Item:
        return self._send("POST", f"/repos/{_path(repository)}/issues/{number}/comments", {"body": body})

    def edit_comment(self, repository: str, comment: int, body: str) -> Item:
        return self._send("PATCH", f"/repos/{_path(repository)}/issues/comments/{comment}", {"body": body})

    def delete_comment(self, repository: str, comment: int) -> None:
        self._send("DELETE", f"/repos/{_path(repository)}/issues/comments/{comment}", None)

    def resolve_thread(self, thread: str) -> None:
        self._query(RESOLVE, {"thread": thread})

    # ------------------------------------------------------------ how

    def _get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Item:
        found = self._call(self._reading, "GET", path, parameters=dict(parameters or {}))
        if not isinstance(found, dict):
            raise GitHubError(f"GitHub's answer to {path} is not an object")
        return found

    def _query(self, query: str, variables: dict[str, Json]) -> Json:
        """GraphQL's answer, with its data; asked once. Raises GitHubError for one with errors, whose status is 200."""
        found = self._call(
            self._reading, "POST", self._graphql_url, input={"query": query, "variables": dict(variables)}
        )
        if not isinstance(found, dict) or found.get("errors") or not isinstance(found.get("data"), dict):
            errors = found.get("errors") if isinstance(found, dict) else None
            raise GitHubError(f"GitHub's GraphQL did not answer: {said(json.dumps(errors), self._token)}")
        return found

    def _pages(self, path: str) -> Iterator[Item]:
        for page in range(1, _MOST_PAGES + 1):
            found = self._call(self._reading, "GET", path, parameters={"per_page": PAGE, "page": page})
            if not isinstance(found, list):
                raise GitHubError(f"GitHub's answer to {path} is not a list")
            yield from (item for item in found if isinstance(item, dict))
            if len(found) < PAGE:
                return

    def _send(self, verb: str, path: str, body: Json) -> Item:
        found = self._call(self._writing, verb, path, input=body)
        return found if isinstance(found, dict) else {}

    def _call(self, requester: Requester, verb: str, path: str, **arguments: Any) -> Json:
        def answered() -> Json:
            found: Json
            _, found = requester.requestJsonAndCheck(verb, path, **arguments)
            return found

        left = min(_DEADLINE, self._ends - time.monotonic())
        if left <= 0:
            raise GitHubError(f"there was no time left for {verb} {path}")
        try:
            found = _within(left, answered)
        except GithubException as error:
            self._refused(verb, path, error)
        except (requests.exceptions.RequestException, RuntimeError, OSError, ValueError) as error:
            # RuntimeError is what PyGithub makes of a redirect to another host.
            reason = said(str(error), self._token)
            raise GitHubError(f"GitHub did not answer {verb} {path}: {reason}", uncertain=verb != "GET") from None
        return found

    def _refused(self, verb: str, path: str, error: GithubException) -> NoReturn:
        data = error.data if isinstance(error.data, dict) else {"message": str(error.data or "")}
        told = " ".join([str(data.get("message", "")), *_details(data)]).strip()
        raise GitHubError(
            f"GitHub answered {error.status} to {verb} {path}: {said(told or 'no reason given', self._token)}",
            status=error.status,
            uncertain=verb != "GET" and error.status >= 500,
        ) from None


def read_pull(found: Item, repository: str) -> PullRequest:
    """GitHub's object, from the API or an event. Raises GitHubError when it is none."""
    base, head, user = found.get("base"), found.get("head"), found.get("user")
    labels, number = found.get("labels"), found.get("number")
    if not isinstance(base, dict) or not isinstance(head, dict) or not isinstance(number, int):
        raise GitHubError("GitHub's answer is no pull request")
    home = head.get("repo")
    return PullRequest(
        repository=repository,
        number=number,
        title=str(found.get("title") or ""),
        base=str(base.get("sha")),
        base_ref=str(base.get("ref")),
        head=str(head.get("sha")),
        head_repository=str(home.get("full_name")) if isinstance(home, dict) else None,
        draft=found.get("draft") is True,
        author=str(user.get("login")) if isinstance(user, dict) else "",
        labels=tuple(str(label.get("name")) for label in labels or () if isinstance(label, dict))
        if isinstance(labels, list)
        else (),
        status=_status(found),
        review_comments=comments if isinstance(comments := found.get("review_comments"), int) else None,
    )


def _status(found: Item) -> Status:
    if found.get("merged") is True or found.get("merged_at"):
        return Status.MERGED
    return Status.CLOSED if found.get("state") == "closed" else Status.OPEN


def _within(seconds: float, call: Callable[[], Json]) -> Json:
    """The call's result, or TimeoutError: the timeout of a request is one of each read, which a slow drip never meets.

    The thread is left behind, and ends with the process.
    """
    result: queue.SimpleQueue[tuple[Json, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            result.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - carried over to the caller, which raises it
            result.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        found, error = result.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no whole answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return found


def _details(data: Mapping[str, Any]) -> list[str]:
    errors = data.get("errors")
    if not isinstance(errors, list):
        return []
    return [error if isinstance(error, str) else json.dumps(error, ensure_ascii=False) for error in errors[:5]]


def _comment(comment: InlineComment) -> dict[str, Json]:
    placed: dict[str, Json] = {
        "path": comment.path,
        "side": comment.side.value,
        "line": comment.line,
        "body": comment.body,
    }
    if comment.start_line is not None:
        placed["start_line"] = comment.start_line
        placed["start_side"] = comment.side.value
    return placed


def _path(repository: str) -> str:
    return quote(repository, safe="/")


def _patience() -> GithubRetry:
    return GithubRetry(
        total=_READ_TRIES - 1,
        secondary_rate_wait=_LONGEST_WAIT,
        max_rate_limit_wait=_LONGEST_WAIT,
        allowed_methods=["GET"],
    )


def _requester(access: Access, *, retry: GithubRetry | None, seconds: int) -> Requester:
    def isolate(session: requests.Session) -> None:
        """No proxy, .netrc or certificate bundle of the environment: they would see the token, or replace it."""
        session.trust_env = access.network.trust_env
        if access.network.ca_bundle is not None:
            session.verify = access.network.ca_bundle

    class Http(HTTPRequestsConnectionClass):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            isolate(self.session)

    class Https(HTTPSRequestsConnectionClass):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            isolate(self.session)

    Requester.injectConnectionClasses(Http, Https)
    github = Github(
        auth=Auth.Token(access.token),
        base_url=access.api_url,
        timeout=seconds,
        retry=retry,
        per_page=PAGE,
        seconds_between_requests=0,
        seconds_between_writes=0,
        lazy=True,
    )
    return github.requester
