"""What reviewbot asks of GitHub's API, and nothing else: a short list of calls, each with its promise.

Reading is repeated when GitHub is down. Writing is not: whether a write that got no answer took place has to be looked
at first, which is the publisher's business. What a rate limit refused did not take place, so both are repeated once the
limit is over, where that is soon. https://docs.github.com/rest
"""

from __future__ import annotations

import base64
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from reviewbot.config.values import Json
from reviewbot.errors import GitHubError, Refusal
from reviewbot.platforms.github.access import Access, Rights
from reviewbot.platforms.github.answer import UNSAID_WAIT_S, Call, read_answer
from reviewbot.platforms.github.graphql import RESOLVE, THREADS, VIEWER, read_threads, read_viewer
from reviewbot.platforms.github.transport import NoAnswerError, Transport
from reviewbot.posted import CheckRun, InlineComment, PullRequest, Status, Thread
from reviewbot.sanitize.keys import said

PAGE = 100
MOST_ITEMS = 10_000
"""Of one list. What says it has more is an error, not a shorter list."""
_TRIES = 3

Item = dict[str, Json]
Check = Callable[[], object]
"""Called before a write is sent again, because a limit that refused it is over; what it raises ends that."""


class GitHub:
    """One pull request host. Every method raises GitHubError, whose message holds no token."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._transport = Transport(access)
        self._patience_s = {False: access.patience_s, True: access.patience_s}
        """What is left for rate limits: of reading, and of writing."""
        self._ends = math.inf

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

    def files(self, repository: str, number: int) -> list[Item]:
        """The changed files as they are now, 3,000 at most; `patch` is left out where it is large or there is none."""
        return list(self._pages(f"/repos/{_path(repository)}/pulls/{number}/files"))

    def tree(self, repository: str, name: str, *, recursive: bool) -> Item:
        """What is in the tree of a commit, or in a tree; `truncated` when that is more than GitHub lists."""
        return self._get(f"/repos/{_path(repository)}/git/trees/{name}", {"recursive": 1} if recursive else None)

    def blob(self, repository: str, name: str) -> bytes:
        """The content of a file by its id."""
        found = self._get(f"/repos/{_path(repository)}/git/blobs/{name}")
        content = found.get("content")
        if found.get("encoding") != "base64" or not isinstance(content, str):
            raise GitHubError(f"GitHub's answer for the file {name[:10]} is not its content")
        try:
            return base64.b64decode(content)
        except ValueError:
            raise GitHubError(f"GitHub's answer for the file {name[:10]} is not its content") from None

    def content(self, repository: str, path: str, commit: str) -> Json:
        """What a commit has at a path: an object for a file, a list for a folder. A link to a file is that file."""
        return self._call(
            Call(
                verb="GET",
                path=f"/repos/{_path(repository)}/contents/{quote(path, safe='/')}",
                parameters={"ref": commit},
            )
        )

    def permission(self, repository: str, login: str) -> str:
        """`admin`, `write`, `read` or `none`."""
        found = self._get(f"/repos/{_path(repository)}/collaborators/{quote(login, safe='')}/permission")
        return str(found.get("permission"))

    def login(self) -> str | None:
        """Who the token speaks for, as the REST API writes it; None when this server does not tell.

        The token of a job or an app may not ask for `/user` (403); GraphQL tells it. Raises GitHubError when that is
        busy or down.
        """
        try:
            login = self._get("/user").get("login")
        except GitHubError as error:
            if error.refused not in (Refusal.UNPERMITTED, Refusal.FORBIDDEN, Refusal.MISSING):
                raise
        else:
            return login if isinstance(login, str) and login else None
        try:
            return read_viewer(self._query(VIEWER, {}))
        except GitHubError as error:
            if error.temporary and error.status != 200:
                raise
            return None  # a server without it, or one that refuses it

    def rights(self, repository: str) -> Rights:
        """What the repository, as this token sees it, tells of both."""
        found = self._get(f"/repos/{_path(repository)}")
        return Rights(
            private=found.get("private") is True,
            archived=found.get("archived") is True,
            scopes=self._transport.scopes,
        )

    def threads(self, repository: str, number: int) -> list[Thread]:
        """The threads on lines of a pull request, the oldest first."""
        owner, _, name = repository.partition("/")
        found: list[Thread] = []
        after: str | None = None
        while True:
            variables: dict[str, Json] = {"owner": owner, "name": name, "number": number, "after": after}
            page, after = read_threads(self._query(THREADS, variables))
            found += page
            if after is None:
                return found
            if not page or len(found) >= MOST_ITEMS:
                raise GitHubError(f"{repository}#{number} has more threads than are read", refused=Refusal.INVALID)

    def check_runs(self, repository: str, commit: str, name: str) -> list[Item]:
        """The latest check runs of a commit that have this name, a hundred at most."""
        found = self._get(
            f"/repos/{_path(repository)}/commits/{commit}/check-runs", {"check_name": name, "per_page": PAGE}
        )
        runs = found.get("check_runs")
        return [run for run in runs if isinstance(run, dict)] if isinstance(runs, list) else []

    # ------------------------------------------------------------ writing

    def create_review(
        self, repository: str, number: int, *, commit: str, body: str, comments: tuple[InlineComment, ...], check: Check
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
            check,
            not_found=Refusal.UNPERMITTED,
        )

    def create_check_run(self, repository: str, commit: str, name: str, external_id: str, run: CheckRun) -> Item:
        """A check run that is over. `external_id`: what it is found by again."""
        output: dict[str, Json] = {"title": run.title, "summary": run.summary}
        output["annotations"] = [
            {
                "path": one.path,
                "start_line": one.start_line,
                "end_line": one.end_line,
                "annotation_level": one.level,
                "title": one.title,
                "message": one.message,
            }
            for one in run.annotations
        ]
        return self._send(
            "POST",
            f"/repos/{_path(repository)}/check-runs",
            {
                "name": name,
                "head_sha": commit,
                "external_id": external_id,
                "status": "completed",
                "conclusion": run.conclusion,
                "output": output,
            },
            not_found=Refusal.UNPERMITTED,
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

    def create_comment(self, repository: str, number: int, body: str, check: Check) -> Item:
        return self._send(
            "POST",
            f"/repos/{_path(repository)}/issues/{number}/comments",
            {"body": body},
            check,
            not_found=Refusal.UNPERMITTED,
        )

    def edit_comment(self, repository: str, comment: int, body: str, check: Check) -> Item:
        return self._send("PATCH", f"/repos/{_path(repository)}/issues/comments/{comment}", {"body": body}, check)

    def delete_comment(self, repository: str, comment: int) -> None:
        self._send("DELETE", f"/repos/{_path(repository)}/issues/comments/{comment}", None)

    def resolve_thread(self, thread: str) -> None:
        self._query(RESOLVE, {"thread": thread})

    # ------------------------------------------------------------ how

    def _get(self, path: str, parameters: Mapping[str, Json] | None = None) -> Item:
        found = self._call(Call(verb="GET", path=path, parameters=parameters or {}))
        if not isinstance(found, dict):
            raise GitHubError(f"GitHub's answer to {path} is not an object")
        return found

    def _query(self, query: str, variables: dict[str, Json]) -> Json:
        """GraphQL's answer, with its data; asked once. Raises GitHubError for one with errors, whose status is 200."""
        body: Json = {"query": query, "variables": variables}
        found = self._call(Call(verb="POST", path=self._transport.graphql_url, body=body))
        if not isinstance(found, dict) or found.get("errors") or not isinstance(found.get("data"), dict):
            errors = found.get("errors") if isinstance(found, dict) else None
            raise GitHubError(
                f"GitHub's GraphQL did not answer: {said(json.dumps(errors), self._access.token)}", status=200
            )
        return found

    def _pages(self, path: str) -> Iterator[Item]:
        """All of a list. What follows a page is said with it; where it is not, a page that is not full is the last."""
        count, page = 0, 1
        while count < MOST_ITEMS:
            found, has_next = self._answered(Call(verb="GET", path=path, parameters={"per_page": PAGE, "page": page}))
            if not isinstance(found, list):
                raise GitHubError(f"GitHub's answer to {path} is not a list")
            yield from (item for item in found if isinstance(item, dict))
            more = len(found) == PAGE if has_next is None else has_next
            if not more or not found:
                return
            count, page = count + len(found), page + 1
        raise GitHubError(f"{path} has {MOST_ITEMS} entries or more, and so many are not read", refused=Refusal.INVALID)

    def _send(
        self, verb: str, path: str, body: Json, check: Check | None = None, *, not_found: Refusal = Refusal.MISSING
    ) -> Item:
        """`not_found`: UNPERMITTED for a write to the pull request, which has just been read; a comment may be gone."""
        found = self._call(Call(verb=verb, path=path, body=body, not_found=not_found), check)
        if isinstance(found, dict):
            return found
        if verb == "DELETE":
            return {}
        raise GitHubError(f"GitHub's answer to {verb} {path} is not an object", uncertain=True)

    def _call(self, call: Call, check: Check | None = None) -> Json:
        return self._answered(call, check)[0]

    def _answered(self, call: Call, check: Check | None = None) -> tuple[Json, bool | None]:
        """The value, and of a page whether another one follows; None where that is not said."""
        tries, began = 1, time.monotonic()
        while True:
            try:
                return self._attempt(call)
            except GitHubError as error:
                wait = self._wait_s(call, error, began) if tries < _TRIES else None
                if wait is None:
                    raise
            tries += 1
            time.sleep(wait)
            if check is not None:
                check()

    def _attempt(self, call: Call) -> tuple[Json, bool | None]:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise GitHubError(f"no time left for {call.name}")
        try:
            answer = self._transport.send(call, within_s=min(self._access.deadline_s, left))
        except NoAnswerError as error:
            if call.writes and not error.late:
                time.sleep(self._access.settle_s)
            reason = said(str(error), self._access.token)
            raise GitHubError(f"GitHub did not answer {call.name}: {reason}", uncertain=call.writes) from None
        return read_answer(answer, call, token=self._access.token, now=time.time()), answer.has_next

    def _wait_s(self, call: Call, error: GitHubError, began: float) -> float | None:
        """How long to wait before the call is tried again; None when it is not."""
        if time.monotonic() >= self._ends:
            return None
        if error.refused is Refusal.LIMITED:
            asked = UNSAID_WAIT_S if error.retry_after_s is None else error.retry_after_s
            wait = max(asked, self._access.again_s)
            if wait > min(self._patience_s[call.writes], self._ends - time.monotonic()):
                return None
            self._patience_s[call.writes] -= wait
            return wait
        down = error.refused is None and time.monotonic() - began < self._access.deadline_s
        return self._access.again_s if down and not call.writes else None


def read_pull(found: Item, repository: str) -> PullRequest:
    """GitHub's object, from the API or an event. Raises GitHubError when it is none."""
    base, head, user = found.get("base"), found.get("head"), found.get("user")
    labels, number = found.get("labels"), found.get("number")
    if not isinstance(base, dict) or not isinstance(head, dict) or type(number) is not int:  # True is an int
        raise GitHubError("GitHub's answer is no pull request")
    ids = [base.get("sha"), base.get("ref"), head.get("sha")]
    if not all(isinstance(name, str) and name for name in ids):
        raise GitHubError("GitHub's answer is a pull request without its commits")
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
        changed_files=files if isinstance(files := found.get("changed_files"), int) else None,
    )


def _status(found: Item) -> Status:
    if found.get("merged") is True or found.get("merged_at"):
        return Status.MERGED
    return Status.CLOSED if found.get("state") == "closed" else Status.OPEN


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
