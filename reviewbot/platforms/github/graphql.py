"""What only GraphQL tells: whom an app's token speaks for. Queries, and the readers of their answers.

https://docs.github.com/graphql/reference
"""

from __future__ import annotations

from urllib.parse import urlsplit

from reviewbot.config.values import Json

VIEWER = "query { viewer { login } }"


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


def under(value: Json, *keys: str) -> Json:
    """What stands under a chain of keys; None where it breaks off."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
