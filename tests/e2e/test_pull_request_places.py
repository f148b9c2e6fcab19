"""`reviewbot pr`: where the token goes, and where not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pull_scene import Scene, opened

pytestmark = pytest.mark.thorough


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as scene:
        yield scene


@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_SERVER_URL"])
@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("not a url", "blanks"),
        ("github", "whole address, such as https://"),
        ("ftp://github.example", "https://"),
        ("http://github.example", "for this machine alone"),
        ("https://rob:hunter2hunter2@github.example", "the token belongs in GITHUB_TOKEN"),
        ("https://github.example/?q=hunter2hunter2", "no ?"),
        ("https://github.example:port", "is not an address"),
        ("https://[::1", "is not an address"),
        ("https://github.example\n.evil", "blanks"),
    ],
)
def test_an_address_that_the_token_may_not_go_to_is_named_and_not_shown(
    scene: Scene, name: str, address: str, problem: str
) -> None:
    ended = scene.run("acme/shop#7", env={name: address})
    assert ended.code == 2, ended.err
    assert f"reviewbot: {name} " in ended.err
    assert problem in ended.err
    assert "hunter2" not in ended.err
    assert scene.github.requests == []


@pytest.mark.parametrize("token", ["ghp_abcdefgh1234\nijklmnop5678", "ghp_abcdefgh1234…", "ghp_abcdefgh 1234", "a\rb"])
def test_a_token_that_is_none_is_told_without_showing_it(scene: Scene, token: str) -> None:
    ended = scene.run(env={"GITHUB_TOKEN": token})
    assert ended.code == 2, ended.err
    assert "GITHUB_TOKEN holds" in ended.err
    assert token[:4] not in ended.err.replace("reviewbot", "")
    assert scene.github.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/acme/shop/pull/7",
        "https://github.com/acme/shop/pull/7",
        "https://{host}@evil.example/acme/shop/pull/7",
        "https://evil.example@{host}/acme/shop/pull/7",
        "https://{host}.evil.example/acme/shop/pull/7",
    ],
)
def test_an_address_on_another_server_is_refused(scene: Scene, address: str) -> None:
    host = scene.github.server_url.removeprefix("http://")
    ended = scene.run(address.format(host=host))
    assert ended.code == 2, ended.err
    assert f"is not on {host}; for another server set GITHUB_SERVER_URL" in ended.err
    assert scene.github.requests == []


def test_an_address_on_this_server_is_taken_and_without_a_server_that_is_github(scene: Scene) -> None:
    address = f"{scene.github.server_url}/acme/shop/pull/7/files#diff-1"
    assert scene.run(address).code == 0
    assert "is not on github.com" in scene.run(address, env={"GITHUB_SERVER_URL": None}).err
    assert "names no pull request" in scene.run("acme/shop#0").err
