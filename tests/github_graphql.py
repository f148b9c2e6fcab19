"""As much of the GraphQL API as threads need: `reviewThreads` of a pull request, and `resolveReviewThread`; and
`viewer`, which every token may ask for.

Bots have other logins here than in the REST API: `github-actions` instead of `github-actions[bot]`
(https://github.com/DataDog/rshell/pull/227).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from github_query import Field, Operation, QueryError, parse
from github_rules import may_resolve
from github_state import Pull, Repository, Site
from github_values import GHOST, ReviewComment, Thread, Token, User, node_id
from provider_formats import Json, Object

MAX_FIRST = 100
Arguments = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Node:
    type: str
    fields: Mapping[str, Callable[[Arguments], object]]


class DeniedError(Exception):
    """An error beside the data: its type and message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def root_field(body: bytes) -> str:
    """What an operation is about, for its template; empty when it cannot be read."""
    with contextlib.suppress(ValueError, QueryError):
        payload = json.loads(body)
        return parse(payload["query"]).fields[0].name if isinstance(payload, dict) and "query" in payload else ""
    return ""


def answer(site: Site, payload: Object, token: Token) -> tuple[Object, bool]:
    """The answer, whose status is always 200, and whether everything in it is known to this server."""
    try:
        operation = parse(str(payload.get("query")))
        given = payload.get("variables")
        variables = {**operation.defaults, **(given if isinstance(given, dict) else {})}
        top = Node("Mutation", _mutations(site, token)) if operation.mutation else Node("Query", _query(site, token))
        return _run(top, operation, variables), True
    except QueryError as problem:
        return {"errors": [{"message": str(problem)}]}, False


def _run(top: Node, operation: Operation, variables: Mapping[str, Json]) -> Object:
    data, errors = Object(), list[Json]()
    for field in operation.fields:
        try:
            data |= _selected(top, [field], variables)
        except DeniedError as denied:
            data[field.alias] = None
            errors.append({"type": denied.kind, "path": [field.alias], "message": str(denied)})
    return {"data": data, **({"errors": errors} if errors else {})}


def _selected(node: Node, fields: Sequence[Field], variables: Mapping[str, Json]) -> Object:
    out = Object()
    for field in fields:
        if field.name == "...":
            if field.alias in (node.type, "Actor", "Node"):
                out |= _selected(node, field.fields, variables)
        elif field.name == "__typename":
            out[field.alias] = node.type
        elif field.name not in node.fields:
            raise QueryError(f"Field '{field.name}' doesn't exist on type '{node.type}'")
        else:
            out[field.alias] = _value(node.fields[field.name](field.given(variables)), field, variables)
    return out


def _value(value: object, field: Field, variables: Mapping[str, Json]) -> Json:
    match value:
        case Node():
            if not field.fields:
                raise QueryError(f"Field must have selections (field '{field.name}' returns {value.type})")
            return _selected(value, field.fields, variables)
        case list():
            return [_value(item, field, variables) for item in value]
        case None | bool() | int() | str():
            if field.fields and value is not None:
                raise QueryError(f"Selections can't be made on scalars (field '{field.name}')")
            return value
    raise AssertionError(value)


# ---------------------------------------------------------------- what there is


def _query(site: Site, token: Token) -> Mapping[str, Callable[[Arguments], object]]:
    def repository(given: Arguments) -> Node:
        name = f"{given.get('owner')}/{given.get('name')}"
        repo = site.repos.get(name)
        if repo is None or (repo.private and not token.app and repo.role(token.login) == "none"):
            raise DeniedError("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
        return _repository(repo, token)

    return {"repository": repository, "viewer": lambda _: _user(site.world.user(token.login), "User")}


def _repository(repo: Repository, token: Token) -> Node:
    def pull(given: Arguments) -> Node:
        number = given.get("number")
        found = repo.pulls.get(number) if isinstance(number, int) else None
        if found is None:
            raise DeniedError("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return _pull(found, token)

    return Node(
        "Repository",
        {
            "id": lambda _: node_id("R", repo.id),
            "nameWithOwner": lambda _: repo.name,
            "pullRequest": pull,
        },
    )


def _pull(pull: Pull, token: Token) -> Node:
    def threads(given: Arguments) -> Node:
        nodes = [_thread(thread, pull, token) for thread in pull.threads(token.login)]
        return _connection("PullRequestReviewThread", "reviewThreads", nodes, given)

    return Node(
        "PullRequest",
        {
            "id": lambda _: node_id("PR", pull.id),
            "number": lambda _: pull.number,
            "headRefOid": lambda _: pull.head_sha,
            "baseRefOid": lambda _: pull.base_sha,
            "reviewThreads": threads,
        },
    )


def _thread(thread: Thread, pull: Pull, token: Token) -> Node:
    first = thread.comments[0]
    by = pull.world.user(thread.resolved_by) if thread.resolved_by else None
    hidden = pull.pending

    def comments(given: Arguments) -> Node:
        nodes = [_comment(comment, pending=comment.review_id in hidden) for comment in thread.comments]
        return _connection("PullRequestReviewComment", "comments", nodes, given)

    return Node(
        "PullRequestReviewThread",
        {
            "id": lambda _: thread.id,
            "isResolved": lambda _: by is not None,
            "isOutdated": lambda _: thread.outdated,
            "isCollapsed": lambda _: by is not None or thread.outdated,
            "viewerCanResolve": lambda _: by is None and may_resolve(token, pull),
            "viewerCanUnresolve": lambda _: by is not None and may_resolve(token, pull),
            "resolvedBy": lambda _: _user(by, "User") if by else None,
            "path": lambda _: first.path,
            "line": lambda _: first.line,
            "originalLine": lambda _: first.original_line,
            "startLine": lambda _: first.start_line,
            "originalStartLine": lambda _: first.original_start_line,
            "diffSide": lambda _: first.side,
            "startDiffSide": lambda _: first.start_side,
            "subjectType": lambda _: "FILE" if first.original_line is None else "LINE",
            "comments": comments,
        },
    )


def _comment(comment: ReviewComment, *, pending: bool) -> Node:
    return Node(
        "PullRequestReviewComment",
        {
            "id": lambda _: node_id("PRRC", comment.id),
            "databaseId": lambda _: comment.id,
            "fullDatabaseId": lambda _: str(comment.id),
            "author": lambda _: None if comment.user.login == GHOST else _user(comment.user, comment.user.kind),
            "body": lambda _: comment.body,
            "path": lambda _: comment.path,
            "line": lambda _: comment.line,
            "originalLine": lambda _: comment.original_line,
            "outdated": lambda _: comment.line is None and comment.original_line is not None,
            "createdAt": lambda _: comment.created_at,
            "updatedAt": lambda _: comment.updated_at,
            "state": lambda _: "PENDING" if pending else "SUBMITTED",
        },
    )


def _user(user: User, kind: str) -> Node:
    return Node(kind, {"login": lambda _: user.login.removesuffix("[bot]")})


def _connection(kind: str, name: str, nodes: Sequence[Node], given: Arguments) -> Node:
    """A page. The cursor is the number of nodes before it."""
    first, after = given.get("first"), given.get("after")
    if not isinstance(first, int):
        raise QueryError(f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.")
    if not 0 < first <= MAX_FIRST:
        raise QueryError(
            f"Requesting {first} records on the `{name}` connection exceeds the `first` limit of {MAX_FIRST} records."
        )
    start = int(after.removeprefix("cursor:")) if isinstance(after, str) else 0
    page = list(nodes[start : start + first])
    end = start + len(page)
    info: dict[str, Callable[[Arguments], object]] = {
        "hasNextPage": lambda _: end < len(nodes),
        "hasPreviousPage": lambda _: start > 0,
        "startCursor": lambda _: f"cursor:{start}" if page else None,
        "endCursor": lambda _: f"cursor:{end}" if page else None,
    }
    return Node(
        f"{kind}Connection",
        {"nodes": lambda _: page, "pageInfo": lambda _: Node("PageInfo", info), "totalCount": lambda _: len(nodes)},
    )


def _mutations(site: Site, token: Token) -> Mapping[str, Callable[[Arguments], object]]:
    def resolve(given: Arguments) -> Node:
        wanted = given.get("input")
        thread_id = wanted.get("threadId") if isinstance(wanted, dict) else None
        for repo in site.repos.values():
            for pull in repo.pulls.values():
                for thread in pull.threads(token.login):
                    if thread.id == thread_id:
                        return _resolve(thread, pull, token)
        raise DeniedError("NOT_FOUND", f"Could not resolve to a node with the global id of '{thread_id}'")

    return {"resolveReviewThread": resolve}


def _resolve(thread: Thread, pull: Pull, token: Token) -> Node:
    if not may_resolve(token, pull):
        kind = "integration" if token.app else "personal access token"
        raise DeniedError("FORBIDDEN", f"Resource not accessible by {kind}")
    first = thread.comments[0].id
    pull.resolve(first, token.login)
    after = next(one for one in pull.threads(token.login) if one.comments[0].id == first)
    node = _thread(after, pull, token)
    return Node("ResolveReviewThreadPayload", {"thread": lambda _: node, "clientMutationId": lambda _: None})
