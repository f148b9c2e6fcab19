"""The client of GitHub's API against a server that keeps the real rules, and breaks them as the real one does."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from github_faults import (
    Answer,
    Drip,
    Drop,
    Fault,
    Redirect,
    Truncated,
    bad_gateway,
    primary_limit,
    refused,
    secondary_limit,
    too_many,
)
from github_scene import NAME, REPO, REVIEWS, Scene
from github_server import FORK_TOKEN, JOB_TOKEN, FakeGitHub
from github_values import Response

from reviewbot.config.values import NetworkConfig
from reviewbot.errors import GitHubError, Refusal
from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.client import GitHub

PULL = f"GET {REPO}/pulls/{{number}}"
COMMENTS = f"GET {REPO}/issues/{{number}}/comments"
EDIT = f"PATCH {REPO}/issues/comments/{{id}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """In seconds."""

    deadline: float = 10
    limits: float = 3


def _client(
    scene: Scene, token: str = JOB_TOKEN, patience: Patience = Patience(), longest: int = 64 * 1024 * 1024
) -> GitHub:
    return GitHub(
        Access(
            api_url=scene.github.api_url,
            token=token,
            network=NetworkConfig(trust_env=False, ca_bundle=None),
            deadline_s=patience.deadline,
            patience_s=patience.limits,
            settle_s=0,
            longest=longest,
        )
    )


def _review(client: GitHub, scene: Scene) -> Callable[[], object]:
    return lambda: client.create_review(
        NAME, 7, commit=scene.pull.head_sha, body="Summary", comments=(), check=lambda: None
    )


def _error(call: Callable[[], object]) -> GitHubError:
    with pytest.raises(GitHubError) as caught:
        call()
    return caught.value


# ---------------------------------------------------------------- rate limits


@pytest.mark.requirement("R30")
@pytest.mark.parametrize("limit", [too_many(retry_after=1), secondary_limit(retry_after=1), primary_limit(reset_in=0)])
def test_a_limit_that_is_over_soon_is_waited_for(scene: Scene, limit: Answer) -> None:
    client = _client(scene)
    for template in (PULL, REVIEWS):
        scene.github.fault(template, limit)
    assert client.pull(NAME, 7).number == 7
    _review(client, scene)()
    assert len(scene.pull.reviews) == 1
    assert (scene.github.counts[PULL], scene.github.counts[REVIEWS]) == (2, 2)


@pytest.mark.requirement("R30")
@pytest.mark.parametrize(
    ("limit", "requests"),
    [
        (too_many(retry_after=1), 3),
        (too_many(retry_after=4), 1),
        (secondary_limit(), 1),
        (primary_limit(reset_in=3000), 1),
    ],
)
def test_a_limit_that_stays_is_an_error_within_a_bounded_time(scene: Scene, limit: Answer, requests: int) -> None:
    client, began = _client(scene), time.monotonic()
    scene.github.fault(REVIEWS, limit, times=99)
    error = _error(_review(client, scene))
    assert (error.refused, error.uncertain, error.temporary) == (Refusal.LIMITED, False, True)
    assert scene.github.counts[REVIEWS] == requests
    assert scene.pull.reviews == []
    assert time.monotonic() - began < 3


@pytest.mark.requirement("R30")
def test_all_limits_of_a_run_share_the_time_for_them(scene: Scene) -> None:
    client = _client(scene, patience=Patience(limits=2))
    scene.github.fault(PULL, too_many(retry_after=1), times=9)
    assert _error(lambda: client.pull(NAME, 7)).refused is Refusal.LIMITED
    assert _error(lambda: client.pull(NAME, 7)).refused is Refusal.LIMITED
    assert scene.github.counts[PULL] == 4
    scene.github.fault(REVIEWS, too_many(retry_after=1))
    _review(client, scene)()


# ---------------------------------------------------------------- refusals


def test_a_token_that_may_only_read_is_told_from_a_limit(scene: Scene) -> None:
    error = _error(_review(_client(scene, FORK_TOKEN), scene))
    assert (error.refused, error.status, error.temporary) == (Refusal.UNPERMITTED, 403, False)
    scene.github.fault(REVIEWS, refused(404, "Not Found"))
    assert _error(_review(_client(scene), scene)).refused is Refusal.UNPERMITTED


def test_a_comment_that_is_gone_is_told_from_a_pull_request_that_may_not_be_changed(scene: Scene) -> None:
    client = _client(scene)
    gone = 12_345
    writes: list[Callable[[], object]] = [
        lambda: client.edit_comment(NAME, gone, "text", lambda: None),
        lambda: client.delete_comment(NAME, gone),
        lambda: client.delete_review_comment(NAME, gone),
        lambda: client.reply(NAME, 7, gone, "text"),
        lambda: client.delete_pending_review(NAME, 7, gone),
    ]
    assert [_error(write).refused for write in writes] == [Refusal.MISSING] * 5
    assert _error(lambda: client.pull("acme/other", 7)).refused is Refusal.MISSING


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed_and_no_token_goes_elsewhere(scene: Scene, status: int) -> None:
    with FakeGitHub() as other:
        client = _client(scene)
        for template in (PULL, REVIEWS):
            scene.github.fault(template, Redirect(to=other.api_url, status=status))
        for call in (lambda: client.pull(NAME, 7), _review(client, scene)):
            error = _error(call)
            assert "redirects" in str(error)
            assert (error.refused, error.uncertain) == (Refusal.INVALID, False)
        assert other.requests == []


# ---------------------------------------------------------------- no answer, or half of one


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(
    "fault", [Drop(applied=False), bad_gateway(applied=False), Truncated(), Truncated(announced=False)]
)
def test_reading_is_tried_again_and_writing_is_not(scene: Scene, fault: Fault) -> None:
    client = _client(scene)
    for template in (PULL, REVIEWS):
        scene.github.fault(template, fault)
    assert client.pull(NAME, 7).number == 7
    error = _error(_review(client, scene))
    assert (error.uncertain, error.refused) == (True, None)
    assert (scene.github.counts[PULL], scene.github.counts[REVIEWS]) == (2, 1)


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("after_headers", [False, True])
@pytest.mark.parametrize("template", [PULL, REVIEWS])
def test_a_drip_is_cut_off_before_the_caller_hears_of_it(scene: Scene, template: str, *, after_headers: bool) -> None:
    client, began = _client(scene, patience=Patience(deadline=1)), time.monotonic()
    drip = Drip(every=0.02, applied=True, after_headers=after_headers)
    scene.github.fault(template, drip)
    error = _error(_review(client, scene) if template is REVIEWS else lambda: client.pull(NAME, 7))
    assert time.monotonic() - began < 3
    assert "no whole answer within 1 s" in str(error)
    assert error.uncertain is (template is REVIEWS)
    assert drip.closed.wait(2)
    assert scene.github.counts[template] == 1


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_is_read_up_to_a_size_however_it_is_packed(scene: Scene, *, packed: bool) -> None:
    found = json.dumps(scene.call("/pulls/7")[1]).encode()

    def answer(size: int) -> Answer:
        body = found + b" " * (size - len(found))
        headers = {"Content-Encoding": "gzip"} if packed else {}
        return Answer(response=Response(status=200, body=gzip.compress(body) if packed else body, headers=headers))

    client = _client(scene, longest=500_000)
    scene.github.fault(PULL, answer(500_000))
    assert client.pull(NAME, 7).number == 7
    for template in (PULL, REVIEWS):
        scene.github.fault(template, answer(500_001), times=9)
    for call in (lambda: client.pull(NAME, 7), _review(client, scene)):
        assert "an answer of more than 500000 bytes" in str(_error(call))


@pytest.mark.requirement("R8")
def test_the_size_of_an_answer_is_bounded_unless_somebody_says_otherwise() -> None:
    access = Access(
        api_url="https://api.github.com", token=JOB_TOKEN, network=NetworkConfig(trust_env=False, ca_bundle=None)
    )
    assert access.longest == 64 * 1024 * 1024


@pytest.mark.parametrize("body", [b'["x"]', b'"no"', b'{"message": 5}', b"<html>", b"", b"[" * 200_000])
@pytest.mark.parametrize("status", [200, 404, 422, 500])
def test_an_odd_body_is_an_error_of_github(scene: Scene, body: bytes, status: int) -> None:
    client = _client(scene)
    for template in (PULL, REVIEWS):
        scene.github.fault(template, Answer(response=Response(status=status, body=body)), times=9)
    if (status, body) != (200, b'{"message": 5}'):  # as good an answer to a write as any
        error = _error(_review(client, scene))
        assert error.uncertain is (status in (200, 500))
    assert "GitHub" in str(_error(lambda: client.pull(NAME, 7)))


@pytest.mark.parametrize("name", ["x-ratelimit-remaining", "x-ratelimit-reset", "Retry-After"])
@pytest.mark.parametrize("value", ["", "soon", "inf", "-1", "1" * 400, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_odd_numbers_in_headers_hurt_nobody(scene: Scene, name: str, value: str) -> None:
    odd = {"x-ratelimit-limit": "x", name: value}
    scene.github.fault(PULL, refused(401, "Bad credentials", headers=odd))
    assert _error(lambda: _client(scene).pull(NAME, 7)).refused is Refusal.UNAUTHORIZED


# ---------------------------------------------------------------- lists


def test_a_list_is_read_whole_or_not_at_all(scene: Scene) -> None:
    for number in range(250):
        scene.pull.comment("eve", str(number))
    assert [item["body"] for item in _client(scene).issue_comments(NAME, 7)] == [str(number) for number in range(250)]
    scene.pull.issue_comments *= 41
    error = _error(lambda: _client(scene).issue_comments(NAME, 7))
    assert "10000 entries or more" in str(error)
    assert (error.refused, scene.github.counts[COMMENTS]) == (Refusal.INVALID, 103)


def test_pages_go_on_as_long_as_the_server_says_so(scene: Scene) -> None:
    for number in range(70):
        scene.pull.comment("eve", str(number))
    scene.github.site.longest_page = 30
    assert len(_client(scene).issue_comments(NAME, 7)) == 70
    assert scene.github.counts[COMMENTS] == 3
