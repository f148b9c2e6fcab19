"""What only GraphQL tells: whom an app's token speaks for, and which threads are resolved. Queries, and their readers.

https://docs.github.com/graphql/reference
"""

from __future__ import annotations

from urllib.parse import urlsplit

from reviewbot.config.values import Json
from reviewbot.errors import GitHubError
from reviewbot.posted import Thread

VIEWER = "query { viewer { login } }"
THREADS = """
query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved viewerCanResolve
          resolvedBy { login }
          comments(first: 1) { nodes { fullDatabaseId } }
        }
      }
    }
  }
}
"""
RESOLVE = """
mutation ($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}
"""
"""An app needs contents:write for it. https://github.com/orgs/community/discussions/44650"""


def address(told: str | None, derived: str) -> str:
    """GITHUB_GRAPHQL_URL where it is beside the API, whose host alone gets the token; else what follows from that.

    PyGithub refuses any other path of an enterprise server than those below `/api/`.
    """
    if told is None or urlsplit(told)[:2] != urlsplit(derived)[:2]:
        return derived
    beside = urlsplit(derived).path == "/graphql" or urlsplit(told).path.startswith("/api/")
    return told if beside else derived


def read_viewer(answer: Json) -> str | None:
    """The login of an app, as the REST API writes it: GraphQL may leave the end `[bot]` off."""
    login = under(answer, "data", "viewer", "login")
    return f"{login.removesuffix('[bot]')}[bot]" if isinstance(login, str) and login else None


def read_threads(answer: Json) -> tuple[list[Thread], str | None]:
    """A page of threads, and where the next one begins. Raises GitHubError when it is none."""
    page = under(answer, "data", "repository", "pullRequest", "reviewThreads")
    nodes = under(page, "nodes")
    if not isinstance(nodes, list):
        raise GitHubError("GitHub's answer holds no threads")
    cursor = under(page, "pageInfo", "endCursor") if under(page, "pageInfo", "hasNextPage") is True else None
    return [thread for node in nodes if (thread := _thread(node))], cursor if isinstance(cursor, str) else None


def _thread(node: Json) -> Thread | None:
    name, comments, by = under(node, "id"), under(node, "comments", "nodes"), under(node, "resolvedBy", "login")
    first = under(comments[0], "fullDatabaseId") if isinstance(comments, list) and comments else None
    if not isinstance(name, str) or not str(first).isdecimal():
        return None
    return Thread(
        id=name,
        comment=int(str(first)),
        is_resolved=under(node, "isResolved") is True,
        resolved_by=by if isinstance(by, str) else None,
        may_resolve=under(node, "viewerCanResolve") is True,
    )


def under(value: Json, *keys: str) -> Json:
    """What stands under a chain of keys; None where it breaks off."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
