"""From what happened on the wire to a `CallError` that a person can act on.

Client libraries report a missing key as a server error and garbage as status 500, so their errors decide nothing here.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from reviewbot.ports import CallError
from reviewbot.reviewers.transport import Exchange
from reviewbot.sanitize.keys import said

_READ = 64 * 1024
"""Bytes of a body that are looked at to explain a failure."""
_RETRYABLE = frozenset({408, 409, 429})
_DOWN = frozenset({401, 402, 403, 404})
_HOPELESS = re.compile(
    r"api[ _]key (?:not valid|invalid)|invalid[ _]api[ _]key|invalid x-api-key|insufficient[ _]quota"
    r"|exceeded your current quota|credit balance|not a valid model|model_not_found",
    re.IGNORECASE,
)
"""In a 400 or 429: no other call with this key and model can do better."""
_ABOUT_SCHEMA = re.compile(
    r"response_?format|json_?schema|structured|output_config|output_format|schema|grammar|\btool", re.IGNORECASE
)


def failure(exchange: Exchange, error: BaseException, *, host: str, key: str | None) -> CallError:
    """Why a call brought nothing. `error` is what the client library raised; it is read only when nothing was sent."""
    status = exchange.status
    if exchange.refused is not None:
        refused = said(exchange.refused, key)
        return CallError(f"{host} {refused}" if status else refused)
    if exchange.untrusted:
        return CallError(f"{host}: its certificate is not trusted; see network.ca_bundle", down=True)
    if exchange.broken is not None:
        return CallError(f"{host}: {exchange.broken}", retryable=True)
    if status is None:
        words = str(error).partition(" To drop these")[0]  # advice on litellm's own settings follows
        shown = said(words if words.startswith("litellm.") else f"{type(error).__name__}: {words}", key)
        return CallError(f"litellm did not send the call: {shown}", down=True)
    if status >= 400:
        return _refused_call(exchange, status, host, key)
    return _garbage(exchange, host, key)


def about_schema(exchange: Exchange, error: CallError) -> bool:
    """Whether a call failed because this model (or litellm for it) takes no JSON schema for its answer."""
    if not exchange.sent:
        return bool(_ABOUT_SCHEMA.search(error.reason))
    return exchange.status in (400, 404, 422) and bool(_ABOUT_SCHEMA.search(_text(exchange)))


def _refused_call(exchange: Exchange, status: int, host: str, key: str | None) -> CallError:
    words = said(_server_message(exchange), key)
    hopeless = status in _DOWN or (status in (400, 429) and bool(_HOPELESS.search(_text(exchange))))
    return CallError(
        f"{status} from {host}" + (f": {words}" if words else ""),
        retryable=not hopeless and (status in _RETRYABLE or status >= 500),
        retry_after=_retry_after(exchange),
        down=hopeless,
    )


def _garbage(exchange: Exchange, host: str, key: str | None) -> CallError:
    """A success by its status that is no answer."""
    text, status = _text(exchange).strip(), exchange.status
    if not text:
        return CallError(f"{host} answered {status} with an empty body")
    if "html" in exchange.headers.get("content-type", "") or text.startswith("<"):
        return CallError(f"{host} answered {status} with a web page; check api_base")
    if text.startswith("{") and (words := said(_server_message(exchange), key)):
        return CallError(f"{host} answered {status} with an error: {words}")
    shown = said(text, key, cap=80)
    return CallError(f"{host} answered {status} with something that no chat model answers ({shown}); check api_base")


def _text(exchange: Exchange) -> str:
    return exchange.body[:_READ].decode(errors="replace")


def _server_message(exchange: Exchange) -> str:
    """The message in a provider's error; nothing when it sent a page or something unreadable."""
    text = _text(exchange)
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return "" if text.lstrip()[:1] in ("<", "{", "[") else text
    for _ in range(4):
        match value:
            case str():
                return value
            case [first, *_]:
                value = first
            case {"error": (dict() | str() | list()) as inner} if inner:
                value = inner
            case {"message": (dict() | str()) as inner} | {"detail": (dict() | str() | list()) as inner}:
                value = inner
            case _:
                return ""
    return ""


def _retry_after(exchange: Exchange) -> float | None:
    """Seconds, from Retry-After as a number or a date (RFC 9110, 10.2.3), or the milliseconds that OpenAI sends."""
    precise = exchange.headers.get("retry-after-ms")
    if precise is not None and (milliseconds := _number(precise)) is not None:
        return milliseconds / 1000
    value = exchange.headers.get("retry-after")
    if value is None:
        return None
    seconds = _number(value)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
        date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        return max(0.0, (date - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None
