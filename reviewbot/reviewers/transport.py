"""The HTTP transport under every model call: one origin, plain bytes, a cap, and no redirects.

Client libraries follow redirects with the key, inflate what they are sent and read it to its end. Here a call may
talk to its endpoint's origin alone, and what comes back is refused once it is encoded, redirected or too large.
What happened on the wire is kept in an `Exchange`, because client libraries turn all of it into the same few errors.
"""

from __future__ import annotations

import functools
import json
import os
import socket
import ssl
import urllib.request
from urllib.parse import urlsplit

import certifi
import httpx
from msgspec import Struct, field

from reviewbot.config.values import NetworkConfig
from reviewbot.errors import ConfigError

BODY_CAP = 4 * 1024 * 1024
"""Bytes of one response's body. An answer of the largest models is a tenth of it."""
_DEPTH_CAP = 64
"""Levels of objects and lists in a response; providers use about ten."""
_PARTS_CAP = 2_000
"""Objects and lists in a response; providers use dozens. litellm takes minutes and gigabytes for a million."""
_REDIRECTS = frozenset({300, 301, 302, 303, 305, 307, 308})

Origin = tuple[str, str, int]
"""Scheme, host, port."""


class Exchange(Struct, kw_only=True):
    """What one call did on the wire, whatever the client library made of it."""

    sent: bool = False
    """One request was let out. False after a call: nothing was sent, or it went around this transport."""
    status: int | None = None
    """Of the response, once its headers are here."""
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    body: bytes = b""
    """All of it, or nothing when it was refused or broke off."""
    refused: str | None = None
    """Why the response (or the request) was refused unread."""
    broken: str | None = None
    """How the connection failed."""
    untrusted: bool = False
    """The connection failed because the server's certificate is not trusted."""


class RefusedError(httpx.TransportError):
    """Something that this transport does not let through."""


class BrokenError(httpx.TransportError):
    """A connection that failed. Not one of httpx's own errors: at those litellm repeats the request by itself."""


class CappedTransport(httpx.AsyncBaseTransport):
    """Lets one request to `origin` out over `inner`, and back what may be an answer: a success that is a JSON object.

    Everything else ends here as an error with the facts in `exchange`, so that no client library spends its time on
    it: litellm takes seconds over some garbage, with the event loop waiting, and writes what a refusal echoes into
    its own errors. Closing leaves `inner` open.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, origin: Origin, exchange: Exchange, cap: int = BODY_CAP
    ) -> None:
        self._inner = inner
        self._origin = origin
        self._exchange = exchange
        self._cap = cap

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = self._exchange
        target = origin_of(str(request.url))
        if target != self._origin:
            exchange.refused = f"a request to {target[1]} was not let out: this reviewer's host is {self._origin[1]}"
            raise RefusedError(exchange.refused)
        if exchange.sent:
            raise RefusedError("a client library may not repeat a request by itself")
        exchange.sent = True
        request.headers["Accept-Encoding"] = "identity"
        try:
            response = await self._inner.handle_async_request(request)
        except (httpx.TransportError, OSError) as error:
            raise _broken(exchange, error) from None
        exchange.status, exchange.headers = response.status_code, response.headers
        exchange.refused = _problem(response, self._cap)
        try:
            if exchange.refused is None:
                await self._read(response)
        finally:
            await response.aclose()
        if exchange.refused is not None:
            raise RefusedError(exchange.refused)
        if not response.is_success or not is_object(exchange.body):
            raise RefusedError(f"status {response.status_code} without an answer")
        return httpx.Response(response.status_code, headers=response.headers, content=exchange.body)

    async def _read(self, response: httpx.Response) -> None:
        """The body into the exchange; or `refused`, as soon as it is larger than the cap."""
        parts, size = list[bytes](), 0
        try:
            async for part in response.aiter_raw():
                size += len(part)
                if size > self._cap:
                    self._exchange.refused = _too_large(self._cap)
                    return
                parts.append(part)
        except (httpx.TransportError, OSError) as error:
            raise _broken(self._exchange, error) from None
        self._exchange.body = b"".join(parts)


def is_object(body: bytes) -> bool:
    """Whether a body is one JSON object, neither deeper nor with more parts than any answer has."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    level, seen = [value], 0
    for _ in range(_DEPTH_CAP):
        level = [inner for outer in level for inner in _parts(outer)]
        seen += len(level)
        if not level or seen > _PARTS_CAP:
            break
    return isinstance(value, dict) and not level


def _parts(value: object) -> list[object]:
    match value:
        case dict():
            return [inner for inner in value.values() if isinstance(inner, dict | list)]
        case list():
            return [inner for inner in value if isinstance(inner, dict | list)]
        case _:
            return []


def _problem(response: httpx.Response, cap: int) -> str | None:
    """Why a response is refused before its body is read."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    length = response.headers.get("content-length", "0")
    if response.status_code in _REDIRECTS:
        target = _host(response.headers.get("location", ""))
        return f"answered with a redirect ({response.status_code}) to {target}, and redirects are not followed"
    if encoding not in ("", "identity"):
        return f"answered with Content-Encoding {encoding[:40]!r}, which was not asked for"
    if length.isdecimal() and int(length[:20]) > cap:
        return _too_large(cap)
    return None


def _host(location: str) -> str:
    try:
        return urlsplit(location).hostname or "itself"
    except ValueError:
        return "nowhere"


def _too_large(cap: int) -> str:
    return f"answered with more than {cap // (1024 * 1024)} MB"


def _broken(exchange: Exchange, error: Exception) -> BrokenError:
    exchange.untrusted = _caused_by(error, ssl.SSLCertVerificationError)
    match error:
        case httpx.ConnectError() if _caused_by(error, socket.gaierror):
            exchange.broken = "its name could not be resolved"
        case httpx.ConnectError():
            exchange.broken = "could not connect"
        case httpx.ConnectTimeout():
            exchange.broken = "could not connect in time"
        case httpx.TimeoutException():
            exchange.broken = "nothing came back in time"
        case _:
            exchange.broken = "the connection broke"
    return BrokenError(exchange.broken)


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        if isinstance(error, kind):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def origin_of(url: str) -> Origin:
    """Scheme, host and port that a URL is served from."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)


def open_pool(api_base: str, network: NetworkConfig) -> httpx.AsyncHTTPTransport:
    """Connections to one endpoint, kept alive between its calls. Raises ConfigError for an unreadable CA bundle.

    Proxies and SSL_CERT_FILE of the environment count only with `network.trust_env`.
    """
    scheme, host, _ = origin_of(api_base)
    context = _context(_bundle(network)) if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncHTTPTransport(
        verify=context,
        trust_env=False,
        retries=0,
        proxy=_proxy(scheme, host) if network.trust_env else None,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=30),
    )


def _bundle(network: NetworkConfig) -> str:
    if network.ca_bundle is not None:
        return network.ca_bundle
    return (os.environ.get("SSL_CERT_FILE") if network.trust_env else None) or certifi.where()


@functools.lru_cache(maxsize=4)
def _context(cafile: str) -> ssl.SSLContext:
    """One context per bundle: reading the certificates takes 50-100 ms, as long as many small calls do.

    Not `ssl.create_default_context`, which writes session keys to a file that the environment names.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=cafile)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"network.ca_bundle: {cafile} cannot be read as certificates: {error}") from None
    return context


def _proxy(scheme: str, host: str) -> str | None:
    proxies = urllib.request.getproxies()
    if urllib.request.proxy_bypass(host):
        return None
    return proxies.get(scheme) or proxies.get("all")
