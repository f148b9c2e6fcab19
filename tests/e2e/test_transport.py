"""The transport under every model call, over real sockets, against servers that mean harm."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from pathlib import Path

import httpx
import pytest
from providers import MIB, Close, Drip, FakeProviders, GzipBomb, Hang, HeaderFlood, Huge, Raw, Redirect, Reply
from tls_server import TlsServer

from reviewbot.config.values import NetworkConfig
from reviewbot.errors import ConfigError
from reviewbot.reviewers.transport import (
    BODY_CAP,
    BrokenError,
    CappedTransport,
    Exchange,
    RefusedError,
    is_object,
    open_pool,
    origin_of,
)

DIRECT = NetworkConfig(trust_env=False, ca_bundle=None)
ASK = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}


def post(
    url: str,
    *,
    api_base: str | None = None,
    network: NetworkConfig = DIRECT,
    deadline_s: float = 5,
    exchange: Exchange | None = None,
) -> tuple[Exchange, httpx.Response | Exception]:
    """One POST as the adapter makes it; what happened, and the response or the error."""
    base = api_base or url
    known = exchange or Exchange()

    async def send() -> httpx.Response:
        pool = open_pool(base, network)
        transport = CappedTransport(pool, origin=origin_of(base), exchange=known)
        try:
            async with httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=True) as http:
                headers = {"Authorization": "Bearer k", "Accept-Encoding": "gzip, br"}
                return await asyncio.wait_for(http.post(url, json=ASK, headers=headers), deadline_s)
        finally:
            await pool.aclose()

    try:
        return known, asyncio.run(send())
    except (httpx.HTTPError, TimeoutError) as error:
        return known, error


def served(reply: Reply) -> tuple[FakeProviders, Exchange, httpx.Response | Exception]:
    with FakeProviders(reply) as providers:
        exchange, result = post(providers.base_url("openai") + "/chat/completions")
    return providers, exchange, result


@pytest.mark.requirement("R8")
def test_a_plain_answer_comes_through_whole_and_nothing_but_plain_bytes_is_asked_for() -> None:
    body = b'{"text": "' + "ä".encode() * 100_000 + b'"}'
    providers, exchange, result = served(Raw(body=body))

    assert isinstance(result, httpx.Response)
    assert result.content == body == exchange.body
    assert providers.requests[0].headers["accept-encoding"] == "identity"
    assert (exchange.sent, exchange.status, exchange.refused) == (True, 200, None)


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_600_mb_is_cut_at_the_cap(announced: bool) -> None:
    providers, exchange, result = served(Huge(announced=announced))

    assert isinstance(result, RefusedError)
    assert exchange.refused == "answered with more than 4 MB"
    assert exchange.body == b""
    assert providers.sent < 40 * MIB, "buffers of the system included"


def test_a_body_of_just_the_cap_is_read() -> None:
    body = b'{"a": "' + b"x" * (BODY_CAP - 9) + b'"}'
    assert len(body) == BODY_CAP

    assert isinstance(served(Raw(body=body))[2], httpx.Response)
    assert served(Raw(body=body + b" "))[1].refused == "answered with more than 4 MB"


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "GZIP"])
def test_an_encoded_body_is_refused_unread(encoding: str) -> None:
    _, exchange, result = served(Raw(body=b"{}", headers={"Content-Encoding": encoding}))

    assert isinstance(result, RefusedError)
    assert exchange.refused is not None
    assert "Content-Encoding" in exchange.refused


@pytest.mark.requirement("R8")
def test_a_gzip_bomb_is_not_inflated() -> None:
    started = time.monotonic()
    _, exchange, _ = served(GzipBomb(size=64 * MIB))

    assert exchange.body == b""
    assert time.monotonic() - started < 5


def test_identity_named_as_the_encoding_is_fine() -> None:
    assert isinstance(served(Raw(body=b"{}", headers={"Content-Encoding": "identity"}))[2], httpx.Response)


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_its_query_is_not_told(status: int) -> None:
    with FakeProviders(Raw(body=b"{}")) as elsewhere:
        target = elsewhere.base_url("openai") + "/chat/completions?secret=1"
        _, exchange, result = served(Redirect(to=target, status=status))

    assert isinstance(result, RefusedError)
    assert exchange.refused == (f"answered with a redirect ({status}) to 127.0.0.1, and redirects are not followed")
    assert elsewhere.requests == []


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("location", ["", "/elsewhere", "//evil.example/x", "https://[::1", "gopher:\x7f", "x" * 9000])
def test_a_strange_redirect_is_a_redirect(location: str) -> None:
    _, exchange, result = served(Redirect(to=location))

    assert isinstance(result, RefusedError)
    assert exchange.refused is not None
    assert "redirect (307)" in exchange.refused


@pytest.mark.requirement("R4")
@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/v1/x", "http://127.0.0.2:{port}/v1/x", "https://127.0.0.1:{port}/v1/x", "http://localhost/"],
)
def test_nothing_is_sent_to_another_origin(url: str) -> None:
    with FakeProviders(Raw(body=b"{}")) as providers:
        exchange, result = post(url.format(port=providers.port), api_base=providers.base_url("openai"))

    assert isinstance(result, RefusedError)
    assert not exchange.sent
    assert providers.requests == []


@pytest.mark.requirement("R29")
def test_a_client_library_cannot_repeat_a_request_by_itself() -> None:
    with FakeProviders(Raw(body=b"{}", status=500)) as providers:
        url = providers.base_url("openai") + "/chat/completions"
        exchange, _ = post(url)
        again, result = post(url, exchange=exchange)

    assert isinstance(result, RefusedError)
    assert (again.status, again.refused) == (500, None), "what happened first is still told"
    assert len(providers.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 529])
def test_a_refusal_ends_here_with_its_facts(status: int) -> None:
    _, exchange, result = served(Raw(body=b'{"error": "no"}', status=status, headers={"Retry-After": "3"}))

    assert isinstance(result, RefusedError)
    assert (exchange.status, exchange.refused, exchange.body) == (status, None, b'{"error": "no"}')
    assert exchange.headers["retry-after"] == "3"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"1", b'"x"', b"{", b"<html>", b"[" * 200_000, b"\xff\xfe"])
def test_a_success_that_is_no_object_is_no_answer(body: bytes) -> None:
    assert isinstance(served(Raw(body=body))[2], RefusedError)


def test_an_object_like_no_answer_is_none() -> None:
    assert is_object(b'{"choices": [{"message": {"content": "x"}}]}')
    assert is_object(b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}")
    assert not is_object(b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}")
    assert not is_object(b'{"a": [' + b"{}, " * 5000 + b"{}]}")


@pytest.mark.parametrize("when", ["before", "in headers", "in body"])
def test_a_connection_that_ends_early_is_broken(when: str) -> None:
    kind = {"before": Close(), "in headers": Close(when="in headers"), "in body": Close(when="in body")}[when]
    providers, exchange, result = served(kind)

    assert isinstance(result, BrokenError)
    assert exchange.broken == "the connection broke"
    assert len(providers.requests) == 1


@pytest.mark.requirement("R8")
def test_a_flood_of_headers_is_cut() -> None:
    providers, exchange, result = served(HeaderFlood())

    assert isinstance(result, BrokenError)
    assert exchange.status is None
    assert providers.sent < 16 * MIB


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("reply", [Hang(), Drip(part="headers"), Drip(part="body")])
def test_a_deadline_around_the_call_holds_whatever_the_server_does(reply: Reply) -> None:
    with FakeProviders(reply) as providers:
        started = time.monotonic()
        _, result = post(providers.base_url("openai") + "/chat/completions", deadline_s=0.4)
        took = time.monotonic() - started

    assert isinstance(result, TimeoutError)
    assert took < 2


@pytest.mark.requirement("R7")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # asyncio leaves half a handshake to the collector
def test_a_deadline_around_the_call_holds_while_a_server_says_nothing_about_its_certificate() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        started = time.monotonic()
        _, result = post(f"https://127.0.0.1:{mute.getsockname()[1]}/v1", deadline_s=0.4)
        took = time.monotonic() - started

    assert isinstance(result, TimeoutError)
    assert took < 2
    del result
    gc.collect()


def test_nobody_listening_is_a_failed_connection() -> None:
    exchange, result = post("http://127.0.0.1:9/v1")

    assert isinstance(result, BrokenError)
    assert exchange.broken == "could not connect"


def test_a_host_without_an_address_is_named_as_such() -> None:
    exchange, result = post("https://no-such-host.invalid/v1")

    assert isinstance(result, BrokenError)
    assert exchange.broken == "its name could not be resolved"


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_counts_only_when_it_is_trusted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for known in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(known, raising=False)
    with FakeProviders(Raw(body=b'{"by": "proxy"}')) as proxy, FakeProviders(Raw(body=b'{"by": "host"}')) as host:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        url = host.base_url("openai") + "/chat/completions"
        _, direct = post(url)
        _, through = post(url, network=NetworkConfig(trust_env=True, ca_bundle=None))

    assert isinstance(direct, httpx.Response)
    assert direct.json() == {"by": "host"}
    assert isinstance(through, httpx.Response)
    assert through.json() == {"by": "proxy"}
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_ca_bundle_that_cannot_be_read_is_a_configuration_error(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(ConfigError, match=r"network\.ca_bundle: .*ca\.pem cannot be read"):
        open_pool("https://llm.example", NetworkConfig(trust_env=False, ca_bundle=str(bundle)))


@pytest.mark.needs("openssl")
@pytest.mark.requirement("R4")
def test_a_certificate_is_trusted_only_with_its_bundle(tls_server: TlsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    url, certificate = f"{tls_server.url}/v1", tls_server.certificate

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    exchange, result = post(url)
    assert isinstance(result, BrokenError)
    assert exchange.untrusted

    _, by_bundle = post(url, network=NetworkConfig(trust_env=False, ca_bundle=str(certificate)))
    assert isinstance(by_bundle, httpx.Response)

    _, by_environment = post(url, network=NetworkConfig(trust_env=True, ca_bundle=None))
    assert isinstance(by_environment, httpx.Response)
