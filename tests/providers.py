"""Model providers on 127.0.0.1 that keep the real rules, and every way in which real ones misbehave.

One server speaks all formats of `provider_formats`; the path of a request tells which. A script decides what each
request gets::

    with FakeProviders(findings_reply([...])) as providers:
        providers.base_url("anthropic")          # for `api_base`, also in another process
        providers.requests[0].prompt             # every text that the model would have read
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from provider_formats import FORMATS, Json, Object, Said, kind_of, texts

MIB = 1024 * 1024


# ---------------------------------------------------------------- what a request gets


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A refusal in the provider's own error format."""

    status: int
    message: str = "no"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """These bytes as they are, whatever the format says."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hang:
    """The request is read and never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """One byte of the headers, or of the body, at a time, for ever."""

    part: Literal["headers", "body"]
    every_s: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Huge:
    """A body without end, as far as a careless client is concerned."""

    size: int = 600 * MIB
    announced: bool = True
    """With a Content-Length; else chunked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFlood:
    """One header after the other."""

    size: int = 64 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class GzipBomb:
    """A small body that claims gzip and grows to `size` bytes."""

    size: int = 600 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    to: str
    status: int = 307


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The connection ends early."""

    when: Literal["before", "in headers", "in body"] = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed:
    """`reply` after so many seconds."""

    seconds: float
    reply: Reply


Reply = Said | Status | Raw | Hang | Drip | Huge | HeaderFlood | GzipBomb | Redirect | Close | Delayed


def findings_reply(
    findings: Sequence[Mapping[str, Json]], *, input_tokens: int = 900, output_tokens: int = 80, cached_tokens: int = 0
) -> Said:
    """An answer in the agreed format: `{"findings": [...]}`."""
    return Said(
        text=json.dumps({"findings": [dict(finding) for finding in findings]}),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_tokens=cached_tokens,
    )


def text_reply(text: str) -> Said:
    return Said(text=text)


# ---------------------------------------------------------------- what was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One request as it came. Header names are lower-case."""

    kind: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Object:
        """The body as an object; empty when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def model(self) -> str:
        """The model's name, which Gemini has in the path."""
        if self.kind == "gemini":
            return self.path.rpartition("/models/")[2].partition(":")[0]
        return str(self.json.get("model", ""))

    @property
    def prompt(self) -> str:
        """All texts that the model would read, joined by line feeds."""
        return "\n".join(texts(self.json))


Script = Callable[[Recorded], Reply]


def by_model(replies: Mapping[str, Reply | Sequence[Reply]]) -> Script:
    """Replies by model name, one after the other; the last one again and again. Unknown models get a 404."""
    lock, asked = threading.Lock(), dict[str, int]()

    def script(request: Recorded) -> Reply:
        listed = replies.get(request.model)
        if listed is None:
            return Status(status=404, message=f"model {request.model!r} not found")
        if not isinstance(listed, Sequence):
            return listed
        with lock:
            number = asked.get(request.model, 0)
            asked[request.model] = number + 1
        return listed[min(number, len(listed) - 1)]

    return script


# ---------------------------------------------------------------- the server


class FakeProviders:
    """A context manager around the server. `requests` grows as requests come, rejected ones included."""

    def __init__(self, script: Script | Reply, *, key: str | None = None) -> None:
        """`key`: the one key that is accepted; None accepts any that is not empty."""
        self.script: Script = script if callable(script) else lambda request: script
        self.key = key
        self.requests: list[Recorded] = []
        self.sent = 0
        """Bytes of replies that left the server."""
        self.connections = 0
        """Opened by whomever, also when nothing came over them."""
        self.stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        port = self._server.server_address[1]
        assert isinstance(port, int)
        return port

    def base_url(self, kind: str) -> str:
        """The `api_base` under which litellm finds this server for a kind of provider."""
        paths = {"openai": "/v1", "responses": "/v1", "gemini": "/v1beta", "cohere": "/v2/chat"}
        return f"http://127.0.0.1:{self.port}{paths.get(kind, '')}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply_to(self, request: Recorded) -> Reply:
        """What a request gets: a refusal when it breaks the provider's rules, else what the script says."""
        form = FORMATS[request.kind]
        key = form.key(request.headers)
        if key is None or (key == "" and request.kind != "ollama"):
            return Status(status=form.no_key_status, message="No API key was provided.")
        if self.key is not None and key not in ("", self.key):
            if request.kind == "gemini":
                return Status(status=400, message="API key not valid. Please pass a valid API key.")
            return Status(status=401, message=f"Incorrect API key provided: {key}.")
        problem = form.problem(request.json, request.headers)
        if problem is not None:
            return Status(status=400, message=problem)
        return self.script(request)


class _Server(socketserver.ThreadingTCPServer):
    owner: FakeProviders
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error here."""


class _Connection(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.server.owner.connections += 1
        with contextlib.suppress(OSError):
            while (request := self._read()) is not None:
                owner = self.server.owner
                owner.requests.append(request)
                if request.kind not in FORMATS:
                    self._answer(Raw(body=b'{"error": "no such path"}', status=404), request)
                elif not self._answer(owner.reply_to(request), request):
                    return

    def _read(self) -> Recorded | None:
        start = self.rfile.readline(65_536).decode("latin-1").split()
        if len(start) != 3:
            return None
        headers = dict[str, str]()
        while line := self.rfile.readline(65_536).decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        method, path = start[:2]
        return Recorded(kind=kind_of(path) or "unknown", method=method, path=path, headers=headers, body=body)

    def _answer(self, reply: Reply, request: Recorded) -> bool:
        """Send it. True when the connection can serve another request."""
        stopped = self.server.owner.stopped
        match reply:
            case Said():
                self._whole(_dump(FORMATS[request.kind].success(reply, request.json)))
            case Status():
                body = _dump(FORMATS[request.kind].error(reply.status, reply.message))
                self._whole(body, status=reply.status, headers=reply.headers)
            case Raw():
                self._whole(reply.body, status=reply.status, kind=reply.content_type, headers=reply.headers)
            case Redirect():
                self._whole(b"", status=reply.status, headers={"Location": reply.to})
            case GzipBomb():
                self._whole(_bomb(reply.size), headers={"Content-Encoding": "gzip"})
            case Delayed():
                stopped.wait(reply.seconds)
                return self._answer(reply.reply, request)
            case Hang():
                stopped.wait()
                return False
            case _:
                for part in _parts(reply):
                    self._send(part)
                    if isinstance(reply, Drip) and stopped.wait(reply.every_s):
                        break
                return False
        return True

    def _whole(
        self,
        body: bytes,
        *,
        status: int = 200,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._send(_head(status, {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}) + body)

    def _send(self, data: bytes) -> None:
        connection = self.request
        assert isinstance(connection, socket.socket)
        connection.sendall(data)
        self.server.owner.sent += len(data)


def _parts(reply: Drip | Huge | HeaderFlood | Close) -> Iterator[bytes]:
    """The bytes of a reply that does not end as it should."""
    opening = _head(200, {"Content-Type": "application/json", "Content-Length": "100000"})
    match reply:
        case Drip(part="headers"):
            yield b"HTTP/1.1 200 OK\r\nX-Slow: "
            while True:
                yield b"a"
        case Drip():
            yield opening
            while True:
                yield b" "
        case HeaderFlood():
            yield b"HTTP/1.1 200 OK\r\n"
            for number in range(reply.size // 1024):
                yield b"X-%08d: %s\r\n" % (number, b"a" * 1010)
        case Huge(announced=True):
            yield _head(200, {"Content-Type": "application/json", "Content-Length": str(reply.size)})
            yield from (b" " * 65_536 for _ in range(reply.size // 65_536))
        case Huge():
            yield _head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
            yield from (b"10000\r\n" + b" " * 65_536 + b"\r\n" for _ in range(reply.size // 65_536))
        case Close(when="in headers"):
            yield b"HTTP/1.1 200 OK\r\nContent-Ty"
        case Close(when="in body"):
            yield opening + b'{"id": "'
        case Close():
            return


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _dump(value: Object) -> bytes:
    return json.dumps(value).encode()


def _bomb(size: int) -> bytes:
    """gzip of `size` spaces, made of one compressed block again and again. Only its checksum, at the end, is wrong."""
    packer, block = zlib.compressobj(9, wbits=31), b" " * MIB
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // MIB - 1) + packer.flush()
