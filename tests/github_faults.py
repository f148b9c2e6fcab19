"""What can go wrong with one request, as values that a test hands to `FakeGitHub.fault`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from github_values import Response
from provider_formats import Json, Object

SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID 0000:0000:0000."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The connection closes without an answer, after the request took effect or before."""

    applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """This answer, whether the request took effect or not."""

    response: Response
    applied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The request takes effect at once; its answer comes after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Twice:
    """The request is delivered twice, and the second delivery is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """Something else happens right before or after the request takes effect: the head moves, a person answers."""

    action: Callable[[], object] = field(repr=False)
    when: Literal["before", "after"] = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated:
    """The request takes effect, and half of its answer arrives."""

    announced: bool = True
    """The Content-Length is that of the whole, and the connection closes; else that of the half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """To the same path of another server."""

    to: str
    status: int = 307


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """The request takes effect or not; its answer, status line and all, comes one byte at a time."""

    every: float
    """Seconds."""
    applied: bool
    after_headers: bool = False
    """The headers come at once, and do not say how long the body is."""
    closed: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set when the other side has closed the connection before the end."""


Fault = Drip | Drop | Answer | Late | Twice | Meanwhile | Truncated | Redirect


def refused(
    status: int, message: str, *errors: Json, headers: Mapping[str, str] | None = None, applied: bool = False
) -> Answer:
    body: Object = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    if errors:
        body["errors"] = list(errors)
    return Answer(response=Response.of(body, status=status, headers=headers), applied=applied)


def bad_gateway(*, applied: bool) -> Answer:
    """A page of HTML, as a proxy writes it."""
    page = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
    return Answer(response=Response(status=502, body=page, content_type="text/html"), applied=applied)


def server_error(*, applied: bool = False) -> Answer:
    return refused(500, "Server Error", applied=applied)


def unprocessable(*errors: str) -> Answer:
    return refused(422, "Unprocessable Entity", *errors)


def too_many(*, retry_after: int | None = None) -> Answer:
    return refused(429, SECONDARY, headers={} if retry_after is None else {"Retry-After": str(retry_after)})


def secondary_limit(*, retry_after: int | None = None) -> Answer:
    return refused(403, SECONDARY, headers={} if retry_after is None else {"Retry-After": str(retry_after)})


def primary_limit(*, reset_in: int = 60) -> Answer:
    """This one request finds the hour's requests used up. `FakeGitHub.rate` is for a limit that stays."""
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + reset_in)}
    return refused(403, "API rate limit exceeded for installation ID 1.", headers=headers)
