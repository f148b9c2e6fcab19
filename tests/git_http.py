"""A git server over smart HTTP on loopback: the real `git upload-pack`, and switches for what servers do besides.

https://git-scm.com/docs/http-protocol
"""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from gitrepo import environ


@dataclass
class GitServer:
    """Serves every bare repository in `folder`. The switches may be changed between requests."""

    folder: Path
    token_header: str | None = None
    """The Authorization that is demanded."""
    status: int | None = None
    """Answers everything with this status."""
    redirect_to: str | None = None
    """Answers everything with a redirect to this address plus the path."""
    redirect_status: int = 302
    filters: str = "allowed"
    """Or: unknown (the server knows no filters), refused (it ends the fetch)."""
    any_sha: bool = True
    """Without it, only what a ref points to is given out, as by servers of protocol version 0."""
    hang: str | None = None
    """In whose request no answer comes: info/refs or git-upload-pack."""
    stop_after: int | None = None
    """So many bytes of a pack are sent, and then nothing more."""
    requests: list[str] = field(default_factory=list)
    """Method and path of each."""
    authorizations: list[str | None] = field(default_factory=list)
    hanging: Event = field(default_factory=Event)
    """Set when a request has begun to hang."""
    port: int = 0
    closing: Event = field(default_factory=Event)

    def url(self, name: str = "project.git") -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@contextmanager
def serve(folder: Path) -> Iterator[GitServer]:
    """The repositories in `folder`, served for the time of a `with` block."""
    server = GitServer(folder)

    class Handler(_Handler):
        state = server

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        http.block_on_close = False
        server.port = http.server_address[1]
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    state: GitServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Nothing is printed."""

    def do_GET(self) -> None:
        if self._plain_answer():
            return
        first = b"" if self._protocol() else b"001e# service=git-upload-pack\n0000"
        self._answer("application/x-git-upload-pack-advertisement", first + self._upload_pack("--advertise-refs"))

    def do_POST(self) -> None:
        body = self._body()
        if self._plain_answer():
            return
        self._answer("application/x-git-upload-pack-result", self._upload_pack(stdin=body))

    def _plain_answer(self) -> bool:
        """Records the request; True when a switch has answered it."""
        state = self.state
        state.requests.append(f"{self.command} {self.path}")
        state.authorizations.append(self.headers.get("Authorization"))
        if state.hang and state.hang in self.path.partition("?")[0]:
            state.hanging.set()
            state.closing.wait(30)
            self.close_connection = True
            return True
        if state.redirect_to:
            self._bare(state.redirect_status, ("Location", state.redirect_to + self.path))
        elif state.status:
            self._bare(state.status)
        elif state.token_header and self.headers.get("Authorization") != state.token_header:
            self._bare(401, ("WWW-Authenticate", 'Basic realm="git"'))
        elif not (state.folder / self._repository() / "HEAD").exists():
            self._bare(404)
        else:
            return False
        return True

    def _bare(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        stop = self.state.stop_after if self.command == "POST" else None
        self.wfile.write(body[:stop])
        if stop is not None and stop < len(body):
            self.state.hanging.set()
            self.state.closing.wait(30)
            self.close_connection = True

    def _repository(self) -> str:
        return self.path.partition("?")[0].strip("/").partition("/")[0]

    def _protocol(self) -> str:
        return self.headers.get("Git-Protocol", "") if self.state.any_sha else ""

    def _upload_pack(self, *args: str, stdin: bytes = b"") -> bytes:
        config = {
            "safe.directory": "*",
            "uploadpack.allowFilter": str(self.state.filters != "unknown").lower(),
            "uploadpackfilter.allow": str(self.state.filters != "refused").lower(),
        }
        options = [part for key, value in config.items() for part in ("-c", f"{key}={value}")]
        done = subprocess.run(
            ["git", *options, "upload-pack", "--stateless-rpc", *args, str(self.state.folder / self._repository())],
            input=stdin,
            capture_output=True,
            env=environ(GIT_PROTOCOL=self._protocol(), GIT_CONFIG_GLOBAL=os.devnull),
        )
        return done.stdout

    def _body(self) -> bytes:
        stream = self.rfile
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(stream.readline(), 16):
                parts.append(stream.read(size))
                stream.readline()
            stream.readline()
            body = b"".join(parts)
        else:
            body = stream.read(int(self.headers.get("Content-Length", "0")))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
