"""What the client asks of GraphQL, and the end of its time, against the fake GitHub."""

from __future__ import annotations

import time

import pytest
from github_faults import Answer, Late, refused
from github_scene import NAME, Scene
from github_server import APP_TOKEN, FORK_TOKEN, JOB_TOKEN, USER_TOKEN
from github_values import Response

from reviewbot.config.values import NetworkConfig
from reviewbot.errors import GitHubError
from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.client import GitHub
from reviewbot.platforms.github.graphql import address

PULL = "GET /repos/{owner}/{repo}/pulls/{number}"


def client_of(scene: Scene, token: str = JOB_TOKEN, *, path: str = "", graphql_url: str | None = None) -> GitHub:
    network = NetworkConfig(trust_env=False, ca_bundle=None)
    api_url = scene.github.api_url + path
    return GitHub(Access(api_url=api_url, token=token, graphql_url=graphql_url, network=network))


@pytest.mark.parametrize(
    ("token", "login"),
    [
        (USER_TOKEN, "rob"),
        (APP_TOKEN, "shop-review[bot]"),
        (JOB_TOKEN, "github-actions[bot]"),
        (FORK_TOKEN, "github-actions[bot]"),
    ],
)
@pytest.mark.parametrize("path", ["", "/api/v3"])
def test_a_token_of_any_kind_has_a_name(scene: Scene, token: str, login: str, path: str) -> None:
    assert client_of(scene, token, path=path).login() == login
    assert client_of(scene, token, path=path, graphql_url=scene.github.graphql_url).login() == login
    assert not scene.github.unexpected


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "Not Found"),
        refused(403, "Resource not accessible by integration"),
        Answer(response=Response(body=b"<html>", content_type="text/html")),
        Answer(response=Response(body=b'{"data": {"viewer": {"login": 7}}}')),
        Answer(response=Response(body=b'{"data": null, "errors": [{"message": "no"}]}')),
        Answer(response=Response(body=b"[]")),
    ],
)
def test_a_server_that_does_not_tell_leaves_a_token_nameless(scene: Scene, answer: Answer) -> None:
    scene.github.fault("POST /graphql viewer", answer)
    assert client_of(scene, APP_TOKEN).login() is None


def test_a_server_that_is_down_is_no_answer(scene: Scene) -> None:
    scene.github.fault("POST /graphql viewer", refused(503, "Service Unavailable"))
    with pytest.raises(GitHubError, match="503"):
        client_of(scene, APP_TOKEN).login()


@pytest.mark.parametrize(
    ("told", "used"),
    [
        (None, "https://api.github.com/graphql"),
        ("https://api.github.com/other/graphql", "https://api.github.com/other/graphql"),
        ("https://evil.example/graphql", "https://api.github.com/graphql"),
        ("http://api.github.com/graphql", "https://api.github.com/graphql"),
    ],
)
def test_the_token_goes_to_the_host_of_the_api_alone(told: str | None, used: str) -> None:
    assert address(told, "https://api.github.com/graphql") == used


def test_an_address_that_does_not_belong_to_the_api_is_not_used() -> None:
    derived = "https://ghe.example/api/graphql"
    assert address("https://ghe.example/graphql", derived) == derived
    assert address("https://ghe.example/api/other", derived) == "https://ghe.example/api/other"


def test_after_the_end_no_call_is_made(scene: Scene) -> None:
    client = client_of(scene)
    client.finish_within(0)
    with pytest.raises(GitHubError, match="no time left"):
        client.pull(NAME, 7)
    assert scene.github.requests == []


def test_a_call_is_cut_at_the_end(scene: Scene) -> None:
    client = client_of(scene)
    scene.github.fault(PULL, Late(seconds=6))
    client.finish_within(1)
    started = time.monotonic()
    with pytest.raises(GitHubError, match="no whole answer within"):
        client.pull(NAME, 7)
    assert time.monotonic() - started < 4
