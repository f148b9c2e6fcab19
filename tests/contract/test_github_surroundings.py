"""What the environment says about proxies, passwords and certificates is nothing to the client of GitHub's API."""

from __future__ import annotations

from pathlib import Path

import pytest
from github_scene import NAME, Scene
from github_server import JOB_TOKEN, FakeGitHub
from tls_server import TlsServer

from reviewbot.config.values import NetworkConfig
from reviewbot.errors import GitHubError
from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.client import GitHub

DIRECT = NetworkConfig(trust_env=False, ca_bundle=None)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def client_of(api_url: str, network: NetworkConfig = DIRECT) -> GitHub:
    return GitHub(Access(api_url=api_url, token=JOB_TOKEN, network=network, deadline_s=5, settle_s=0, again_s=0))


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    """A server that everything in the environment points to, with a password for the one that is named."""
    server = FakeGitHub()
    for name in PROXIES:
        monkeypatch.setenv(name, server.api_url)
        monkeypatch.setenv(name.lower(), server.api_url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login eve password of-the-netrc\ndefault login eve password of-the-netrc\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    return server


@pytest.mark.requirement("R4")
def test_the_token_and_nothing_else_goes_to_the_server_that_was_named_alone(scene: Scene, other: FakeGitHub) -> None:
    with other:
        client = client_of(scene.github.api_url)
        assert client.pull(NAME, 7).number == 7
        client.create_comment(NAME, 7, "text", lambda: None)
        client.threads(NAME, 7)
        assert (other.connections, other.requests) == (0, [])
    assert [request.token for request in scene.github.requests] == [JOB_TOKEN] * 3
    assert "of-the-netrc" not in repr([request.headers for request in scene.github.requests])


def test_a_proxy_of_the_environment_is_used_when_the_operator_says_so(scene: Scene, other: FakeGitHub) -> None:
    with other, pytest.raises(GitHubError):
        client_of(scene.github.api_url, NetworkConfig(trust_env=True, ca_bundle=None)).pull(NAME, 7)
    assert other.connections > 0
    assert scene.github.requests == []


@pytest.mark.needs("openssl")
@pytest.mark.requirement("R4")
@pytest.mark.parametrize("name", BUNDLES)
def test_a_certificate_that_the_environment_vouches_for_gets_no_token(
    tls_server: TlsServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for other in BUNDLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, str(tls_server.certificate))
    with pytest.raises(GitHubError, match="certificate"):
        client_of(tls_server.url).pull(NAME, 7)
    assert tls_server.came == []
    with pytest.raises(GitHubError, match="no pull request"):
        client_of(tls_server.url, NetworkConfig(trust_env=False, ca_bundle=str(tls_server.certificate))).pull(NAME, 7)
    assert [JOB_TOKEN in headers for headers in tls_server.came] == [True]
