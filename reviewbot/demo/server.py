"""A server on loopback that plays recorded answers in the formats of three vendors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from msgspec import Struct


class Recording(Struct, frozen=True, kw_only=True):
    """What one reviewer answered, how long it took and what it used."""

    text: str
    seconds: float
    input_tokens: int
    output_tokens: int


@contextmanager
def serve(recordings: dict[str, Recording]) -> Iterator[str]:
    """Serve `recordings`, by vendor ("openai", "anthropic", "gemini"); yields the address, `http://127.0.0.1:PORT`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            vendor = _vendor(self.path)
            recording = recordings[vendor]
            time.sleep(recording.seconds)
            body = json.dumps(_body(vendor, recording)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:  # the demo's terminal belongs to the review
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _vendor(path: str) -> str:
    if path.endswith("/chat/completions"):
        return "openai"
    return "anthropic" if path.endswith("/messages") else "gemini"


def _body(vendor: str, recording: Recording) -> dict[str, object]:
    """The recorded text in the vendor's response format."""
    sent, written = recording.input_tokens, recording.output_tokens
    match vendor:
        case "openai":
            message = {"role": "assistant", "content": recording.text}
            return {
                "id": "recorded",
                "object": "chat.completion",
                "created": 0,
                "model": "recorded",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written},
            }
        case "anthropic":
            return {
                "id": "recorded",
                "type": "message",
                "role": "assistant",
                "model": "recorded",
                "content": [{"type": "text", "text": recording.text}],
                "stop_reason": "end_turn",
                "stop_sequence": None,
                "usage": {"input_tokens": sent, "output_tokens": written},
            }
        case _:
            parts = {"role": "model", "parts": [{"text": recording.text}]}
            return {
                "candidates": [{"content": parts, "finishReason": "STOP", "index": 0}],
                "usageMetadata": {
                    "promptTokenCount": sent,
                    "candidatesTokenCount": written,
                    "totalTokenCount": sent + written,
                },
            }
