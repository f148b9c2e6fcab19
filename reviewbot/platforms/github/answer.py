"""What an answer of GitHub's API means: a value, or a refusal and its kind. Pure.

https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct, field

from reviewbot.config.values import Json
from reviewbot.errors import GitHubError, Refusal
from reviewbot.sanitize.keys import said

UNSAID_WAIT_S = 60
"""Where GitHub does not say how long.
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit"""
RETRY_AFTER, REMAINING, RESET = "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"
LINK = "link"
_LIMITED = (
    "rate limit",
    "abuse detection",
    "submitted too quickly",
    "please retry your request again later",
    "please wait a few minutes before you try again",
)
_UNPERMITTED = "resource not accessible by"
_DAY_S = 86_400


class Call(Struct, frozen=True, kw_only=True):
    """One request. `path` begins with a slash and holds no query, or is the whole address of the GraphQL API."""

    verb: str
    path: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    body: Json = None
    not_found: Refusal = Refusal.MISSING
    """What 404 means here."""

    @property
    def writes(self) -> bool:
        return self.verb != "GET"

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.verb} {self.path}"


class Answer(Struct, frozen=True, kw_only=True):
    """As it came. `numbers` are the headers RETRY_AFTER, REMAINING and RESET, where each is there and a number."""

    status: int
    numbers: Mapping[str, int]
    has_next: bool | None
    """Of one page, whether another one follows; None where that is not said.
    https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api"""
    text: str


def read_answer(answer: Answer, call: Call, *, token: str, now: float) -> Json:
    """The value that a call was answered with; None for an empty answer. `now`: seconds since 1970.

    Raises GitHubError.
    """
    try:
        value: Json = json.loads(answer.text) if answer.text else None
    except (ValueError, RecursionError):
        if answer.status < 300:
            raise GitHubError(
                f"GitHub's answer to {call.name} cannot be read", status=answer.status, uncertain=call.writes
            ) from None
        value = None
    if answer.status < 300:
        return value
    if answer.status < 400:
        raise GitHubError(
            f"GitHub redirects {call.name} to another address ({answer.status}), which is not followed; was the"
            " repository renamed?",
            status=answer.status,
            refused=Refusal.INVALID,
        )
    raise _error(answer, value, call, token=token, now=now)


def _error(answer: Answer, value: Json, call: Call, *, token: str, now: float) -> GitHubError:
    told = " ".join(_reasons(value))
    refused = call.not_found if answer.status in (404, 410) else _refusal(answer, told.lower())
    message = f"GitHub answered {answer.status} to {call.name}: {said(told, token) or 'no reason given'}"
    wait = None
    if refused is Refusal.LIMITED:
        wait = _wait_s(answer, now)
        message = f"{message}; {_until(wait, now)}"
    return GitHubError(
        message,
        status=answer.status,
        refused=refused,
        uncertain=call.writes and refused is None,
        retry_after_s=wait,
    )


def _refusal(answer: Answer, told: str) -> Refusal | None:
    if answer.status >= 500:
        return None
    if answer.status == 401:
        return Refusal.UNAUTHORIZED
    if answer.status == 403 and _UNPERMITTED in told:
        return Refusal.UNPERMITTED
    if answer.status == 429 or any(words in told for words in _LIMITED):
        return Refusal.LIMITED
    if answer.status != 403:
        return Refusal.INVALID
    limited = RETRY_AFTER in answer.numbers or answer.numbers.get(REMAINING) == 0
    return Refusal.LIMITED if limited else Refusal.FORBIDDEN


def _wait_s(answer: Answer, now: float) -> float | None:
    """How long GitHub asks to wait: the header that says it, else the end of a limit that is used up."""
    if RETRY_AFTER in answer.numbers:
        return answer.numbers[RETRY_AFTER]
    if answer.numbers.get(REMAINING) == 0 and RESET in answer.numbers:
        # One second more: when in that second it ends is not said.
        return max(answer.numbers[RESET] + 1 - now, 0)
    return None


def _until(wait: float | None, now: float) -> str:
    if wait is None or wait > _DAY_S:
        return "when the limit ends is not said"
    return f"the limit ends at {datetime.fromtimestamp(now + wait, UTC):%H:%M:%S} UTC"


def _reasons(value: Json) -> list[str]:
    """The message and the first errors of an answer, whatever shape they have."""
    if not isinstance(value, dict):
        return []
    message, errors = value.get("message"), value.get("errors")
    details = errors[:5] if isinstance(errors, list) else []
    return [
        *([message] if isinstance(message, str) else []),
        *(error if isinstance(error, str) else json.dumps(error, ensure_ascii=False) for error in details),
    ]
