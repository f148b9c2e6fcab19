"""The fake GitHub fails as told, records what it was asked, and serves git as GitHub does."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from github import Auth, Github
from github_faults import (
    Drop,
    Fault,
    Late,
    Meanwhile,
    Redirect,
    Truncated,
    Twice,
    bad_gateway,
    primary_limit,
    secondary_limit,
    server_error,
    too_many,
    unprocessable,
)
from github_scene import NAME, REPO, REVIEWS, Scene
from github_server import FORK_TOKEN, JOB_TOKEN, FakeGitHub
from gitrepo import GitRepo, environ

# ---------------------------------------------------------------- faults and the record


def test_a_dropped_review_may_have_been_posted(scene: Scene) -> None:
    scene.github.fault(REVIEWS, Drop(applied=True))
    scene.github.fault(REVIEWS, Drop(applied=False))
    for _ in range(2):
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError, urllib.error.URLError)):
            scene.post_review()
    assert len(scene.pull.reviews) == 1
    assert [(request.status, request.applied) for request in scene.github.requests] == [(None, 1), (None, 0)]
    assert scene.github.faults_left == []


@pytest.mark.requirement("R17")
def test_pygithub_as_it_comes_posts_again_what_a_502_had_posted(scene: Scene) -> None:
    scene.github.fault(REVIEWS, bad_gateway(applied=True))
    with Github(auth=Auth.Token(JOB_TOKEN), base_url=scene.github.api_url, seconds_between_writes=0) as client:
        client.get_repo(NAME).get_pull(7).create_review(body="Summary", event="COMMENT")
    assert [review.body for review in scene.pull.reviews] == ["Summary", "Summary"]


@pytest.mark.parametrize(
    ("fault", "status", "posted"),
    [
        (bad_gateway(applied=True), 502, 1),
        (bad_gateway(applied=False), 502, 0),
        (server_error(), 500, 0),
        (unprocessable("No"), 422, 0),
        (too_many(), 429, 0),
        (too_many(retry_after=7), 429, 0),
        (secondary_limit(), 403, 0),
        (secondary_limit(retry_after=7), 403, 0),
        (primary_limit(reset_in=7), 403, 0),
        (Twice(), 200, 2),
    ],
)
def test_a_fault_befalls_one_request(scene: Scene, fault: Fault, status: int, posted: int) -> None:
    scene.github.fault(REVIEWS, fault, nth=2)
    assert [scene.post_review()[0] for _ in range(3)] == [200, status, 200]
    assert len(scene.pull.reviews) == 2 + posted


def test_limits_say_when_to_come_back(scene: Scene) -> None:
    path = f"GET {REPO}/pulls/{{number}}"
    for fault in (too_many(retry_after=7), too_many(), secondary_limit(retry_after=7), primary_limit(reset_in=9)):
        scene.github.fault(path, fault)
    answers = [scene.call("/pulls/7")[2] for _ in range(4)]
    assert [answer.get("Retry-After") for answer in answers] == ["7", None, "7", None]
    assert answers[3]["x-ratelimit-remaining"] == "0"
    assert 0 < int(answers[3]["x-ratelimit-reset"]) - time.time() < 10


def test_a_used_up_limit_stays_until_it_is_reset(scene: Scene) -> None:
    assert scene.call("/pulls/7")[2]["x-ratelimit-remaining"] == "4999"
    scene.github.rate.used = scene.github.rate.limit
    assert [scene.call("/pulls/7")[0] for _ in range(2)] == [403, 403]
    status, value, _ = scene.call(f"{scene.github.api_url}/rate_limit")
    assert (status, '"remaining": 0' in json.dumps(value)) == (200, True)
    scene.github.rate.reset = 0
    assert scene.call("/pulls/7")[0] == 200


def test_the_head_moves_between_two_requests(scene: Scene) -> None:
    newer = scene.push({"new.py": "one\n"})
    scene.github.fault(REVIEWS, Meanwhile(action=lambda: scene.pull.push(newer)))
    assert scene.post_review({"path": "new.py", "line": 3, "body": "gone"})[0] == 422
    scene.github.fault(REVIEWS, Meanwhile(action=lambda: scene.pull.comment("eve", "late"), when="after"))
    assert scene.post_review()[0] == 200
    assert [comment.body for comment in scene.pull.issue_comments] == ["late"]


def test_an_action_that_fails_fails_the_test(scene: Scene) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"), FakeGitHub() as other:  # noqa: PT012
        other.fault("GET /user", Meanwhile(action=lambda: 1 // 0))
        with pytest.raises((ConnectionError, urllib.error.URLError)):
            scene.call(f"{other.api_url}/user")


def test_answers_are_late_or_cut(scene: Scene) -> None:
    path = f"GET {REPO}/pulls/{{number}}"
    for fault in (Late(seconds=0.3), Truncated(), Truncated(announced=False)):
        scene.github.fault(path, fault)
    began = time.monotonic()
    assert scene.call("/pulls/7")[0] == 200
    assert time.monotonic() - began >= 0.3
    with pytest.raises(http.client.IncompleteRead):
        scene.call("/pulls/7")
    _, value, _ = scene.call("/pulls/7")
    assert isinstance(value, str)
    assert value.startswith("{")


def test_a_redirect_shows_whether_a_token_goes_elsewhere(scene: Scene) -> None:
    with FakeGitHub() as other:
        scene.github.fault(f"GET {REPO}/pulls/{{number}}", Redirect(to=other.api_url))
        assert scene.call("/pulls/7?x=1")[0] == 404  # urllib takes the token along
        assert [(one.path, one.query, one.token) for one in other.requests] == [
            ("/repos/acme/shop/pulls/7", {"x": "1"}, JOB_TOKEN)
        ]


def test_every_request_is_recorded(scene: Scene, client: Github) -> None:
    client.get_repo(NAME).get_pull(7).create_issue_comment("Hello")
    assert [(one.template, one.status) for one in scene.github.requests] == [
        (f"GET {REPO}", 200),
        (f"GET {REPO}/pulls/{{number}}", 200),
        (f"POST {REPO}/issues/{{number}}/comments", 201),
    ]
    assert {one.token for one in scene.github.requests} == {JOB_TOKEN}
    assert [json.loads(one.body) for one in scene.github.writes] == [{"body": "Hello"}]
    assert scene.call("/pulls/7/merge", {}, method="PUT")[0] == 404
    assert [one.path for one in scene.github.unexpected] == [f"/repos/{NAME}/pulls/7/merge"]


def test_a_template_that_does_not_exist_fails_the_test_at_once(scene: Scene) -> None:
    with pytest.raises(AssertionError, match="no such template"):
        scene.github.fault("GET /repos/{o}/{r}", Twice())


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"body": "\\ud800"}', b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(scene: Scene, body: bytes) -> None:
    assert scene.call("/issues/7/comments", body)[0] == 400


def test_the_paths_of_an_enterprise_server_lead_to_the_same(scene: Scene) -> None:
    address = f"{scene.github.api_url}/api/v3"
    with Github(auth=Auth.Token(JOB_TOKEN), base_url=address, retry=None, seconds_between_writes=0) as client:
        pull = client.get_repo(NAME).get_pull(7)
        pull.create_issue_comment("Hello")
        assert pull.url.startswith(address)
        assert client.requester.graphql_url == f"{scene.github.api_url}/api/graphql"
    assert [comment.body for comment in scene.pull.issue_comments] == ["Hello"]
    assert not scene.github.unexpected


# ---------------------------------------------------------------- git


def fetch(scene: Scene, into: Path, *args: str, token: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """Fetch into a new repository, with nothing but what the command line and the environment say."""
    repo = GitRepo(into)
    variables = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"}
    if token is not None:
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        variables |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{scene.github.server_url}/.extraheader",
            "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {basic}",
        }
    address = f"{scene.github.server_url}/{NAME}.git"
    command = ["git", "fetch", "--no-tags", *args[:-1], address, *args[-1].split()]
    return subprocess.run(command, cwd=repo.path, capture_output=True, env=environ(**variables), timeout=60)


def test_git_fetches_two_commits_shallow_and_without_blobs(scene: Scene, tmp_path: Path) -> None:
    wanted = (scene.fork, scene.pull.head_sha)
    done = fetch(scene, tmp_path / "clone", "--depth=1", "--filter=blob:none", " ".join(wanted))
    assert done.returncode == 0, done.stderr
    clone = GitRepo(tmp_path / "clone")
    assert clone.git("rev-list", "--count", scene.pull.head_sha).strip() == b"1"
    listed = clone.git("rev-list", "--objects", "--missing=print", *wanted).decode().splitlines()
    assert any(line.startswith("?") for line in listed)
    templates = set(scene.github.counts)
    assert templates == {"GET /{owner}/{repo}.git/info/refs", "POST /{owner}/{repo}.git/git-upload-pack"}


def test_git_fetches_the_pull_requests_ref_whole(scene: Scene, tmp_path: Path) -> None:
    done = fetch(scene, tmp_path / "clone", "refs/pull/7/head")
    assert done.returncode == 0, done.stderr
    clone = GitRepo(tmp_path / "clone")
    assert clone.git("rev-parse", "FETCH_HEAD").decode().strip() == scene.pull.head_sha
    newer = scene.push({"new.py": "one\n"})
    scene.pull.push(newer)
    assert fetch(scene, tmp_path / "clone", "refs/pull/7/head").returncode == 0
    assert clone.git("rev-parse", "FETCH_HEAD").decode().strip() == newer


@pytest.mark.parametrize(("token", "fetched"), [(None, False), ("wrong", False), (JOB_TOKEN, True), (FORK_TOKEN, True)])
def test_git_may_have_to_say_who_it_is(scene: Scene, tmp_path: Path, token: str | None, fetched: bool) -> None:
    scene.repo.served.needs_auth = True
    done = fetch(scene, tmp_path / "clone", "--depth=1", scene.pull.head_sha, token=token)
    assert (done.returncode == 0) is fetched
    assert {request.token for request in scene.github.requests} == {token}
    assert {request.status for request in scene.github.requests} == {200 if fetched else 401}


def test_git_may_be_refused_filters_or_commits_that_no_ref_names(scene: Scene, tmp_path: Path) -> None:
    scene.repo.served.filters = False
    done = fetch(scene, tmp_path / "all", "--depth=1", "--filter=blob:none", scene.pull.head_sha)
    assert b"filtering not recognized by server" in done.stderr
    listed = GitRepo(tmp_path / "all").git("rev-list", "--objects", "--missing=print", scene.pull.head_sha)
    assert b"?" not in listed
    scene.repo.served.any_sha = False
    assert fetch(scene, tmp_path / "tip", "--depth=1", scene.pull.head_sha).returncode == 0
    done = fetch(scene, tmp_path / "inner", "--depth=1", scene.fork)
    assert done.returncode != 0
    assert b"unadvertised object" in done.stderr


def test_git_finds_no_repository_that_is_not_there(scene: Scene, tmp_path: Path) -> None:
    scene.github.site.repos.clear()
    done = fetch(scene, tmp_path / "clone", "main", token=JOB_TOKEN)
    assert done.returncode != 0
    assert {request.status for request in scene.github.requests} == {404}
