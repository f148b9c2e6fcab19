"""One request to GitHub's API and its answer. PyGithub is imported here and nowhere else.

Nothing is repeated and no redirect is followed. When the time for a request is over its connection is closed, so that
nothing of it is under way from here when the caller hears of that.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests
import urllib3
from github import Auth, Github
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.answer import LINK, REMAINING, RESET, RETRY_AFTER, Answer, Call
from reviewbot.platforms.github.graphql import address

_CHUNK = 64 * 1024
_NUMBERS = (RETRY_AFTER, REMAINING, RESET)
_SCOPES = "x-oauth-scopes"
_SCOPE_LIST = re.compile(r"[a-z_]+(:[a-z_]+)?(, [a-z_]+(:[a-z_]+)?){0,60}")
_CONNECT_S = 10
_CLOSE_AGAIN_S = 0.05

for _name in ("github", "urllib3"):  # what they have to say is in the errors that they raise
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


class NoAnswerError(Exception):
    """No answer came, or none that can be used. `late`: because the time was over."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


class Transport:
    def __init__(self, access: Access) -> None:
        self.scopes: tuple[str, ...] = ()
        """Of a classic personal token, by the last answer that told them."""
        self._sockets: list[socket.socket] = []
        self._requester = _requester(access, self._sockets)
        self.graphql_url = address(access.graphql_url, self._requester.graphql_url)

    def send(self, call: Call, *, within_s: float) -> Answer:
        """Send one request. Raises NoAnswerError, whose message can hold the token."""
        late = threading.Event()
        too_late = f"no whole answer within {within_s:.3g} s"
        try:
            with self._until_late(late, within_s):
                status, headers, text = self._requester.requestJson(
                    call.verb, call.path, dict(call.parameters), None, call.body
                )
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise NoAnswerError(too_late if late.is_set() else _reason(error), late=late.is_set()) from None
        if late.is_set():  # an answer without a length ends like a whole one when its connection is closed
            raise NoAnswerError(too_late, late=True)
        if scopes := headers.get(_SCOPES):
            self.scopes = tuple(scopes.split(", "))
        link = headers.get(LINK)
        return Answer(
            status=status,
            numbers={name: int(headers[name]) for name in _NUMBERS if name in headers},
            has_next=None if link is None else 'rel="next"' in link,
            text=text,
        )

    @contextmanager
    def _until_late(self, late: threading.Event, within_s: float) -> Iterator[None]:
        """Close the connection when the time is over: the timeout of a read starts anew with every byte."""
        over = threading.Event()

        def watch() -> None:
            if over.wait(within_s):
                return
            late.set()
            while not over.wait(_CLOSE_AGAIN_S):  # it may be about to open another one
                for handle in tuple(self._sockets):
                    with suppress(OSError):
                        handle.shutdown(socket.SHUT_RDWR)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
            self._requester.close()
            while self._sockets:
                self._sockets.pop().close()


def _reason(error: BaseException) -> str:
    """What the innermost error says: the libraries wrap around it how often they tried, and where."""
    wrapped = (*error.args, getattr(error, "reason", None), error.__cause__)
    inner = next((each for each in wrapped if isinstance(each, BaseException)), None)
    return _reason(inner) if inner else str(error)


class _Response(RequestsResponse):
    """An answer read whole, with the few headers that matter here: none that PyGithub would act on, but keep."""

    def __init__(self, response: requests.Response, longest: int) -> None:
        super().__init__(response)
        body = bytearray()
        for part in response.iter_content(_CHUNK):
            body += part
            if len(body) > longest:
                raise requests.exceptions.ContentDecodingError(f"an answer of more than {longest} bytes")
        self._text = body.decode("utf-8", "replace")
        named = {name: response.headers.get(name, "") for name in _NUMBERS}
        kept = {
            name: value for name, value in named.items() if value.isascii() and value.isdigit() and len(value) <= 12
        }
        scopes = response.headers.get(_SCOPES, "")
        if _SCOPE_LIST.fullmatch(scopes):
            kept[_SCOPES] = scopes
        if LINK in response.headers:
            kept[LINK] = response.headers[LINK]
        self.headers = requests.structures.CaseInsensitiveDict(kept)

    def read(self) -> str:
        return self._text


def _requester(access: Access, sockets: list[socket.socket]) -> Requester:
    """`sockets` gets another handle of each connection that is opened. The connection's own is out of reach during the
    TLS handshake, and once the headers of an answer without a length have come."""

    def kept(opened: socket.socket) -> socket.socket:
        sockets.append(opened.dup())
        return opened

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return kept(super()._new_conn())

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return kept(super()._new_conn())

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Tls

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
            super().init_poolmanager(*arguments, **named)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

        def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
            manager = super().proxy_manager_for(*arguments, **named)
            manager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
            return manager

    def answer(connection: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass) -> _Response:
        host = f"[{connection.host}]" if ":" in connection.host else connection.host
        with requests.Session() as session:
            # No proxy, .netrc or certificate bundle of the environment: they would see the token, or replace it.
            session.trust_env = access.network.trust_env
            session.auth = Requester.noopAuth
            session.mount(f"{connection.protocol}://", Adapter())
            return _Response(
                session.request(
                    connection.verb,
                    f"{connection.protocol}://{host}:{connection.port}{connection.url}",
                    headers=connection.headers,
                    data=connection.input,
                    timeout=(_CONNECT_S, access.deadline_s + 1),  # the watch comes first
                    verify=access.network.ca_bundle or True,
                    allow_redirects=False,
                    stream=True,
                ),
                access.longest,
            )

    class Http(HTTPRequestsConnectionClass):
        getresponse = answer

    class Https(HTTPSRequestsConnectionClass):
        getresponse = answer

    Requester.injectConnectionClasses(Http, Https)
    try:
        github = Github(
            auth=Auth.Token(access.token),
            base_url=access.api_url,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
        )
    finally:
        Requester.resetConnectionClasses()  # they are the whole process's, and read when a client is made
    return github.requester
