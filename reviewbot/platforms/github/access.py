"""Where GitHub is and what opens it, as the environment says. Nothing is sent from here.

https://docs.github.com/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reviewbot.config.checks import address_problem
from reviewbot.config.values import NetworkConfig
from reviewbot.discreet import Discreet
from reviewbot.errors import UsageError

API_URL, SERVER_URL = "https://api.github.com", "https://github.com"


class Access(Discreet, frozen=True, kw_only=True):
    """Where the API is, what opens it, and how long it may take. All times are in seconds."""

    api_url: str
    """https, or http on loopback."""
    graphql_url: str | None = None
    """None: it follows from `api_url`."""
    token: str
    network: NetworkConfig
    deadline_s: float = 60
    """For one request in all. GitHub ends a request after 10 s itself, so that whether a write took place is decided
    by then. https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts"""
    patience_s: float = 60
    """For rate limits in all, of reading and of writing each."""
    settle_s: float = 2
    """After a write whose connection broke: GitHub may still be at it."""
    again_s: float = 0.5
    """Before a call is tried again, at least."""
    longest: int = 64 * 1024 * 1024
    """In bytes, of one answer, unpacked. A page of a hundred comments of 65,536 characters, four bytes each, has less
    than half of that."""


class Rights(Struct, frozen=True, kw_only=True):
    """What reading a repository tells of a token and of who may write there."""

    private: bool
    archived: bool
    scopes: tuple[str, ...]
    """Of a classic personal token; empty for others, whose permissions no answer tells.
    https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"""


def read_access(environ: Mapping[str, str], network: NetworkConfig) -> Access:
    """Raises UsageError, which shows no value: one may hold a password."""
    token = environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise UsageError(
            "GITHUB_TOKEN is not set; give a token that may read the pull request and write comments on it"
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("GITHUB_TOKEN holds a line break, a blank or another character that no token has")
    return Access(
        api_url=_address(environ, "GITHUB_API_URL", API_URL),
        graphql_url=environ.get("GITHUB_GRAPHQL_URL", "").strip() or None,
        token=token,
        network=network,
    )


def server_url(environ: Mapping[str, str]) -> str:
    """Where repositories and pull requests are, without a slash at its end. Raises UsageError."""
    return _address(environ, "GITHUB_SERVER_URL", SERVER_URL)


def _address(environ: Mapping[str, str], name: str, default: str) -> str:
    """The token is sent there, so it goes over TLS or does not leave the machine."""
    address = environ.get(name, "").strip() or default
    if problem := address_problem(address, example=default, secrets="the token belongs in GITHUB_TOKEN"):
        raise UsageError(f"{name} {problem}")
    return address.rstrip("/")
