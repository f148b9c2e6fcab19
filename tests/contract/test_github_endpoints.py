"""Every endpoint of GitHub's that is ever asked: a method of the client for each, and this table of what it sends."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from github_scene import NAME, REPO, Scene
from github_server import JOB_TOKEN

import reviewbot
from reviewbot.config.values import NetworkConfig
from reviewbot.errors import GitHubError
from reviewbot.model import Side
from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.client import GitHub
from reviewbot.posted import CheckRun, InlineComment

ABSENT = "0" * 40
COMMENT = InlineComment(path="a.py", side=Side.RIGHT, line=10, start_line=None, body="Why?")
RUN = CheckRun(conclusion="failure", title="BLOCK", summary="It blocks.", annotations=())
PULL, ISSUES = f"{REPO}/pulls/{{number}}", f"{REPO}/issues"
ASKED: Mapping[str, tuple[str, Callable[[GitHub, Scene], object]]] = {
    "pull": (f"GET {PULL}", lambda api, at: api.pull(NAME, 7)),
    "merge_base": (
        f"GET {REPO}/compare/{{basehead}}",
        lambda api, at: api.merge_base(NAME, at.pull.base_sha, at.pull.head_sha),
    ),
    "review_comments": (f"GET {PULL}/comments", lambda api, at: api.review_comments(NAME, 7)),
    "issue_comments": (f"GET {ISSUES}/{{number}}/comments", lambda api, at: api.issue_comments(NAME, 7)),
    "reviews": (f"GET {PULL}/reviews", lambda api, at: api.reviews(NAME, 7)),
    "files": (f"GET {PULL}/files", lambda api, at: api.files(NAME, 7)),
    "tree": (f"GET {REPO}/git/trees/{{sha}}", lambda api, at: api.tree(NAME, at.pull.head_sha, recursive=True)),
    "blob": (f"GET {REPO}/git/blobs/{{sha}}", lambda api, at: api.blob(NAME, ABSENT)),
    "content": (f"GET {REPO}/contents/{{path}}", lambda api, at: api.content(NAME, "a.py", at.pull.head_sha)),
    "permission": (f"GET {REPO}/collaborators/{{login}}/permission", lambda api, at: api.permission(NAME, "ada")),
    "login": ("GET /user", lambda api, at: api.login()),
    "rights": (f"GET {REPO}", lambda api, at: api.rights(NAME)),
    "threads": ("POST /graphql repository", lambda api, at: api.threads(NAME, 7)),
    "check_runs": (
        f"GET {REPO}/commits/{{ref}}/check-runs",
        lambda api, at: api.check_runs(NAME, at.pull.head_sha, "reviewbot"),
    ),
    "create_review": (
        f"POST {PULL}/reviews",
        lambda api, at: api.create_review(
            NAME, 7, commit=at.pull.head_sha, body="Text", comments=(COMMENT,), check=lambda: None
        ),
    ),
    "create_check_run": (
        f"POST {REPO}/check-runs",
        lambda api, at: api.create_check_run(NAME, at.pull.head_sha, "reviewbot", "1", RUN),
    ),
    "delete_pending_review": (
        f"DELETE {PULL}/reviews/{{id}}",
        lambda api, at: api.delete_pending_review(NAME, 7, 1),
    ),
    "delete_review_comment": (
        f"DELETE {REPO}/pulls/comments/{{id}}",
        lambda api, at: api.delete_review_comment(NAME, 1),
    ),
    "reply": (f"POST {PULL}/comments/{{id}}/replies", lambda api, at: api.reply(NAME, 7, 1, "Gone.")),
    "create_comment": (
        f"POST {ISSUES}/{{number}}/comments",
        lambda api, at: api.create_comment(NAME, 7, "Text", lambda: None),
    ),
    "edit_comment": (
        f"PATCH {ISSUES}/comments/{{id}}",
        lambda api, at: api.edit_comment(NAME, 1, "Text", lambda: None),
    ),
    "delete_comment": (f"DELETE {ISSUES}/comments/{{id}}", lambda api, at: api.delete_comment(NAME, 1)),
    "resolve_thread": ("POST /graphql resolveReviewThread", lambda api, at: api.resolve_thread("PRRT_1")),
}
"""By method, the one request that it makes. Nothing here approves, merges, dismisses, labels or commits."""
BESIDE = {"login": ["POST /graphql viewer"]}
"""Where the token of a job is refused the first."""
NO_REQUEST = {"finish_within"}

pytestmark = pytest.mark.requirement("R37")


def api_of(scene: Scene) -> GitHub:
    network = NetworkConfig(trust_env=False, ca_bundle=None)
    return GitHub(Access(api_url=scene.github.api_url, token=JOB_TOKEN, network=network, settle_s=0, again_s=0))


def test_every_method_of_the_client_is_in_the_table() -> None:
    assert {name for name in vars(GitHub) if not name.startswith("_")} == {*ASKED, *NO_REQUEST}


def test_each_method_asks_its_endpoint_and_no_other(scene: Scene) -> None:
    api = api_of(scene)
    for name, (template, call) in ASKED.items():
        scene.github.requests.clear()
        with contextlib.suppress(GitHubError):  # some ask for what is not there
            call(api, scene)
        assert [request.template for request in scene.github.requests] == [template, *BESIDE.get(name, [])], name


def test_a_review_is_a_comment_and_says_nothing_else(scene: Scene) -> None:
    ASKED["create_review"][1](api_of(scene), scene)
    (request,) = scene.github.requests
    sent = json.loads(request.body)
    assert sent.keys() == {"commit_id", "event", "body", "comments"}
    assert sent["event"] == "COMMENT"
    assert [comment.keys() for comment in sent["comments"]] == [{"path", "side", "line", "body"}]


def test_only_the_client_has_a_connection_to_github() -> None:
    package = Path(reviewbot.__file__).parent
    users = [path.name for path in package.rglob("*.py") if "github.transport import" in path.read_text("utf-8")]
    assert users == ["client.py"]
