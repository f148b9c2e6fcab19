"""The HTTP of the fake GitHub: requests as they come, and answers as a fault lets them go."""

from __future__ import annotations

import base64
import binascii
import contextlib
import socket
import socketserver
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qsl, quote, unquote

from github_faults import Answer, Drip, Drop, Fault, Late, Meanwhile, Redirect, Truncated, Twice
from github_values import Response


@dataclass(slots=True, kw_only=True)
class Recorded:
    """One request as it came, and what became of it. Header names are lower-case."""

    method: str
    template: str
    """Method and path with places for what varies; of GraphQL, "POST /graphql" and the operation's root field."""
    path: str
    raw_query: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float
    """`time.monotonic()` of its arrival."""
    status: int | None = None
    """None until it is answered, and for ever when it never is."""
    applied: int = 0
    """How often it was carried out, also when that ended in a refusal."""

    @property
    def target(self) -> str:
        """Path and query."""
        return quote(self.path) + (f"?{self.raw_query}" if self.raw_query else "")

    @property
    def token(self) -> str | None:
        """What the Authorization header bears: of Basic, the password."""
        kind, _, rest = self.headers.get("authorization", "").strip().partition(" ")
        if kind.lower() != "basic":
            return rest.strip() or None
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return rest


class Owner(Protocol):
    """Who decides what a request gets."""

    requests: list[Recorded]
    connections: int
    crashes: list[str]
    stopped: threading.Event

    def template(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> str: ...
    def take_fault(self, template: str) -> Fault | None: ...
    def apply(self, request: Recorded) -> Response: ...


class Server(socketserver.ThreadingTCPServer):
    owner: Owner
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error here; anything else is the server's, or that of a test's own action."""
        if not isinstance(sys.exception(), OSError):
            self.owner.crashes.append(traceback.format_exc())


class Connection(socketserver.StreamRequestHandler):
    server: Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        owner = self.server.owner
        owner.connections += 1
        with contextlib.suppress(OSError):
            while (request := self._read()) is not None:
                owner.requests.append(request)
                if not self._serve(owner, request):
                    return

    def _read(self) -> Recorded | None:
        start = self.rfile.readline(65_536).decode("latin-1").split()
        if len(start) != 3:
            return None
        headers = dict[str, str]()
        while line := self.rfile.readline(65_536).decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._chunks() if "transfer-encoding" in headers else self._sized(headers)
        target, _, raw_query = start[1].partition("?")
        query = dict(parse_qsl(raw_query, keep_blank_values=True))
        path = unquote(target)
        return Recorded(
            method=start[0],
            template=self.server.owner.template(start[0], path, query, body),
            path=path,
            raw_query=raw_query,
            query=query,
            headers=headers,
            body=body,
            at=time.monotonic(),
        )

    def _sized(self, headers: Mapping[str, str]) -> bytes:
        return self.rfile.read(int(headers.get("content-length", "0")))

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _serve(self, owner: Owner, request: Recorded) -> bool:
        """Answer as the script says. True when the connection can serve another request."""
        fault = owner.take_fault(request.template)
        if isinstance(fault, Drop | Answer) and fault.applied:
            owner.apply(request)
        match fault:
            case Drop():
                return False
            case Answer(response=response):
                return self._whole(request, response)
            case Drip() as drip:
                return self._drip(owner, request, drip)
            case Late(seconds=seconds):
                response = owner.apply(request)
                return not owner.stopped.wait(seconds) and self._whole(request, response)
            case Twice():
                owner.apply(request)
                return self._whole(request, owner.apply(request))
            case Meanwhile(action=action, when="before"):
                action()
                return self._whole(request, owner.apply(request))
            case Meanwhile(action=action):
                response = owner.apply(request)
                action()
                return self._whole(request, response)
            case Truncated(announced=announced):
                return self._half(request, owner.apply(request), announced=announced)
            case Redirect(to=to, status=status):
                return self._whole(request, Response(status=status, headers={"Location": to + request.target}))
            case None:
                return self._whole(request, owner.apply(request))

    def _drip(self, owner: Owner, request: Recorded, drip: Drip) -> bool:
        response = owner.apply(request) if drip.applied else Response.of({})
        data = self._bytes(request, response)
        if drip.after_headers:
            headers, _, data = data.partition(b"\r\n\r\n")
            self._send(headers.replace(b"Content-Length", b"X-Length") + b"\r\n\r\n")
        for byte in data:
            if owner.stopped.wait(drip.every):
                return False
            try:
                self._send(bytes([byte]))
            except OSError:
                drip.closed.set()
                return False
        return True

    def _half(self, request: Recorded, response: Response, *, announced: bool) -> bool:
        half = replace(response, body=response.body[: len(response.body) // 2])
        self._whole(request, half, length=len(response.body) if announced else None)
        return not announced

    def _whole(self, request: Recorded, response: Response, *, length: int | None = None) -> bool:
        self._send(self._bytes(request, response, length=length))
        return request.headers.get("connection", "").lower() != "close"

    def _bytes(self, request: Recorded, response: Response, *, length: int | None = None) -> bytes:
        request.status = response.status
        fields = {
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body) if length is None else length),
            **response.headers,
        }
        known = response.status in HTTPStatus._value2member_map_
        phrase = HTTPStatus(response.status).phrase if known else "Scripted"
        lines = [f"HTTP/1.1 {response.status} {phrase}", *(f"{name}: {value}" for name, value in fields.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + response.body

    def _send(self, data: bytes) -> None:
        connection = self.request
        assert isinstance(connection, socket.socket)
        connection.sendall(data)
