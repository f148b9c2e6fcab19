"""GitHub's rules for writing: who may, and which reviews, replies, comments and check runs it takes.

The wordings are GitHub's, as seen in public threads; where none was found, the rule's docstring says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from github_diff import Diff, FileDiff, Side
from github_state import Pull, Repository
from github_values import IssueComment, Placed, Review, ReviewComment, Token
from provider_formats import Json, Object, objects

MAX_BODY = 65_536
"""Characters of a comment's or a review's body. https://github.com/peter-evans/create-or-update-comment/issues/181"""
MAX_CHECK_TEXT = 65_535
MAX_ANNOTATIONS = 50
EVENTS: Mapping[str, Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED"]] = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}
ONE_PENDING = "User can only have one pending review per pull request"
NOT_IN_DIFF = (
    "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank"
)


class RefusedError(Exception):
    """What GitHub answers instead of doing it."""

    def __init__(self, status: int, message: str, *, errors: Json = None, headers: Mapping[str, str] | None = None):
        super().__init__(f"{status} {message}")
        self.status = status
        self.headers = headers or {}
        self.body: Object = {
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": str(status),
        }
        if errors is not None:
            self.body["errors"] = errors


def not_found() -> RefusedError:
    return RefusedError(404, "Not Found")


def unprocessable(*errors: str) -> RefusedError:
    return RefusedError(422, HTTPStatus.UNPROCESSABLE_ENTITY.phrase, errors=list(errors))


def failed(resource: str, code: str, field: str, message: str) -> RefusedError:
    entry: Object = {"resource": resource, "code": code, "field": field, "message": message}
    return RefusedError(422, "Validation Failed", errors=[entry])


# ---------------------------------------------------------------- who may


def check_may_write(token: Token | None, *permissions: str) -> Token:
    """One of an app's permissions is enough. Users may do what their role allows, which other rules look at."""
    if token is None:
        raise RefusedError(401, "Requires authentication")
    if token.reads_only or (token.app and not token.may_write.intersection(permissions)):
        kind = "integration" if token.app else "personal access token"
        raise RefusedError(403, f"Resource not accessible by {kind}")
    return token


def may_moderate(token: Token, repo: Repository) -> bool:
    """Change what others said."""
    return token.app or repo.role(token.login) in ("write", "maintain", "admin")


def may_resolve(token: Token, pull: Pull) -> bool:
    """An app needs contents:write beside pull-requests:write (github/gh-aw#35726); a user has to be the author or have
    write access."""
    if token.reads_only:
        return False
    if token.app:
        return token.may_write >= {"contents", "pull_requests"}
    return token.login == pull.author.login or may_moderate(token, pull.repo)


def check_author(token: Token, item: IssueComment | Review | ReviewComment, repo: Repository) -> None:
    if item.user.login != token.login and not may_moderate(token, repo):
        raise RefusedError(403, "Must have admin rights to Repository.")


# ---------------------------------------------------------------- texts


def text(payload: Object, name: str, *, default: str | None = None) -> str:
    """A text of the payload; without a default it has to be there."""
    if name not in payload:
        if default is None:
            raise RefusedError(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return default
    value = payload[name]
    if not isinstance(value, str):
        shown = "nil" if value is None else str(value)
        raise RefusedError(422, f"Invalid request.\n\nFor 'properties/{name}', {shown} is not a string.")
    return value


def number(payload: Object, name: str) -> int | None:
    value = payload.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise RefusedError(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is not an integer.")


def comment_body(payload: Object, resource: str) -> str:
    """The body of an issue comment or a reply, or of an edit of one."""
    body = text(payload, "body")
    if not body.strip():
        raise failed(resource, "unprocessable", "data", "Body can't be blank")
    if len(body) > MAX_BODY:
        raise failed(resource, "unprocessable", "data", f"Body is too long (maximum is {MAX_BODY} characters)")
    return body


# ---------------------------------------------------------------- reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    state: Literal["PENDING", "APPROVED", "CHANGES_REQUESTED", "COMMENTED"]
    body: str
    commit_id: str
    comments: tuple[Placed, ...]


def check_review(pull: Pull, token: Token, payload: Object) -> NewReview:
    """All or nothing: one bad comment refuses the review, and the answer does not say which comment it was."""
    body, event = text(payload, "body", default=""), payload.get("event")
    if event is not None and event not in EVENTS:
        raise RefusedError(
            422, f"Invalid request.\n\nFor 'properties/event', {event} is not a member of {list(EVENTS)}."
        )
    commit_id = text(payload, "commit_id", default=pull.head_sha)
    if commit_id not in pull.commits():
        # The exact words are not known; these are built like GraphQL's "Start commit oid is not part of ...".
        raise unprocessable("Commit oid is not part of the pull request")
    if any(review.id in pull.pending and review.user.login == token.login for review in pull.reviews):
        raise unprocessable(ONE_PENDING)
    entries = payload.get("comments") or []
    if event is not None:
        _check_event(str(event), body, pull, token, comments=bool(entries))
    if len(body) > MAX_BODY:
        raise unprocessable(f"Body is too long (maximum is {MAX_BODY} characters)")
    if not isinstance(entries, list) or len(objects(entries)) != len(entries):
        raise RefusedError(422, "Invalid request.\n\nFor 'properties/comments', the value is not an array of objects.")
    diff = pull.diff(commit_id)
    return NewReview(
        state=EVENTS[str(event)] if event is not None else "PENDING",
        body=body,
        commit_id=commit_id,
        comments=tuple(_placed(diff, entry) for entry in objects(entries)),
    )


def _check_event(event: str, body: str, pull: Pull, token: Token, *, comments: bool) -> None:
    own = token.login == pull.author.login
    if event == "APPROVE" and token.app and not pull.repo.actions_may_approve:
        raise unprocessable("GitHub Actions is not permitted to approve pull requests.")
    if event == "APPROVE" and own:
        raise unprocessable("Can not approve your own pull request")
    if event == "REQUEST_CHANGES" and own:
        raise unprocessable("Can not request changes on your own pull request")
    if not body.strip() and (event == "REQUEST_CHANGES" or (event == "COMMENT" and not comments)):
        raise unprocessable("Body can't be blank")


def _placed(diff: Diff, entry: Object) -> Placed:
    """A comment of a review, in one hunk of the diff, lines of context included."""
    path, body = text(entry, "path"), text(entry, "body")
    if not body.strip():
        raise unprocessable("Pull request review comment body can't be blank")
    if len(body) > MAX_BODY:
        raise unprocessable(f"Pull request review comment body is too long (maximum is {MAX_BODY} characters)")
    if (file := diff.file(path)) is None:
        raise unprocessable("Path could not be resolved")
    line, side = number(entry, "line"), _side(entry, "side") or "RIGHT"
    if line is None or file.hunk(side, line) is None:
        raise unprocessable(NOT_IN_DIFF)
    start, start_side = number(entry, "start_line"), _side(entry, "start_side")
    if start is None:
        return Placed(path=path, body=body, line=line, side=side)
    _check_range(file, start, start_side or side, line, side)
    return Placed(path=path, body=body, line=line, side=side, start_line=start, start_side=start_side or side)


def _side(entry: Object, name: str) -> Side | None:
    match entry.get(name):
        case None:
            return None
        case "LEFT":
            return "LEFT"
        case "RIGHT":
            return "RIGHT"
        case other:
            raise RefusedError(
                422, f"Invalid request.\n\nFor 'properties/{name}', {other} is not a member of LEFT, RIGHT."
            )


def _check_range(file: FileDiff, start: int, start_side: Side, line: int, side: Side) -> None:
    """The lines of one side are compared by their numbers, those of two sides by their places in the hunk."""
    hunk = file.hunk(side, line)
    assert hunk is not None
    if start_side == side and start >= line:
        raise unprocessable("Pull request review thread start line must precede the end line.")
    first, last = hunk.index(start_side, start), hunk.index(side, line)
    if first is None:
        raise unprocessable("Pull request review thread start line must be part of the same hunk as the line.")
    if last is None or first >= last:
        raise unprocessable("Pull request review thread start line must precede the end line.")


def check_reply(pull: Pull, token: Token, to: int, payload: Object) -> str:
    """The reply's body. Only the first comment of a thread can be replied to."""
    first = next((comment for comment in pull.seen(token.login) if comment.id == to), None)
    if first is None:
        raise not_found()
    if first.in_reply_to is not None:
        # The exact words are not known.
        raise unprocessable("Replies to replies are not supported")
    if any(review.id in pull.pending and review.user.login == token.login for review in pull.reviews):
        message = "user_id can only have one pending review per pull request"
        raise failed("PullRequestReview", "custom", "user_id", message)
    return comment_body(payload, "PullRequestReviewComment")


def check_review_body(payload: Object) -> str:
    """The new body of a review that exists."""
    body = text(payload, "body")
    if not body.strip():
        raise unprocessable("Body can't be blank")
    if len(body) > MAX_BODY:
        raise unprocessable(f"Body is too long (maximum is {MAX_BODY} characters)")
    return body


# ---------------------------------------------------------------- check runs

CONCLUSIONS = ("action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out")
ANNOTATION = ("path", "start_line", "end_line", "annotation_level", "message")


def check_check_run(token: Token, payload: Object) -> None:
    """Only apps make check runs."""
    if not token.app:
        raise RefusedError(403, "You must authenticate via a GitHub App.")
    text(payload, "name")
    text(payload, "head_sha")
    conclusion = payload.get("conclusion")
    if conclusion not in (None, *CONCLUSIONS) or (payload.get("status") == "completed" and conclusion is None):
        raise RefusedError(422, f"Invalid request.\n\nFor 'properties/conclusion', {conclusion} is not a conclusion.")
    output = payload.get("output")
    if not isinstance(output, dict):
        return
    for name in ("summary", "text"):
        if len(text(output, name, default=None if name == "summary" else "")) > MAX_CHECK_TEXT:
            raise failed("CheckRun", "invalid", name, f"{name} exceeds a maximum of {MAX_CHECK_TEXT} characters")
    text(output, "title")
    annotations = objects(output.get("annotations", []))
    if len(annotations) > MAX_ANNOTATIONS:
        raise RefusedError(
            422, f"Invalid request.\n\nNo more than {MAX_ANNOTATIONS} items are allowed; {len(annotations)}."
        )
    for annotation in annotations:
        if missing := [name for name in ANNOTATION if name not in annotation]:
            raise RefusedError(422, f'Invalid request.\n\n"{missing[0]}" wasn\'t supplied.')
