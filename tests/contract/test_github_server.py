"""The fake GitHub keeps GitHub's rules, asked with the real PyGithub, plain urllib and real git."""

from __future__ import annotations

import base64
import http.client
import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from github import Auth, Github, GithubException
from github.PullRequest import PullRequest, ReviewComment
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
from github_server import FORK_TOKEN, JOB_TOKEN, TOKENS, USER_TOKEN, FakeGitHub
from github_state import Pull, Repository
from github_values import GHOST, JOB_LOGIN, Placed, Token
from gitrepo import GitRepo, environ
from provider_formats import Json, Object, objects

NAME = "acme/shop"
REPO = "/repos/{owner}/{repo}"
REVIEWS = f"POST {REPO}/pulls/{{number}}/reviews"
LINES = [f"line {number}\n" for number in range(1, 61)]
ALL_TOKENS: Mapping[str, Token] = {
    **TOKENS,
    "resolver": Token.job("pull_requests", "contents"),
    "checker": Token.job("checks"),
    "author": Token.user("ada"),
}
IN_DIFF = Placed(path="a.py", line=10, body="Why?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`a.py` of 60 lines: the head changes line 10 and deletes lines 50 and 51, and brings the new file `new.py`, a
    changed binary and a renamed file. The base has three more lines on top, which are not the pull request's."""

    github: FakeGitHub
    repo: Repository
    pull: Pull
    work: GitRepo
    bare: Path
    fork: str
    """The commit at which base and head parted."""

    def client(self, token: str = JOB_TOKEN) -> Github:
        return Github(
            auth=Auth.Token(token),
            base_url=self.github.api_url,
            retry=None,
            timeout=20,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )

    def push(self, files: Mapping[str, str | bytes | None], start: str = "") -> str:
        """A new commit on the head, or on `start`, that the server has; returned, not yet the head."""
        self.work.git("checkout", "--quiet", "--detach", start or self.pull.head_sha)
        sha = self.work.commit(files)
        self.work.git("push", "--quiet", str(self.bare), f"{sha}:refs/heads/more-{sha}")
        return sha

    def call(
        self, path: str, body: Json | bytes = None, *, method: str = "", token: str | None = JOB_TOKEN, accept: str = ""
    ) -> tuple[int, Json, Mapping[str, str]]:
        """Status, JSON (else the text) and headers, without a client's opinion."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept or "application/vnd.github+json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        address = path if path.startswith("http") else f"{self.github.api_url}/repos/{NAME}{path}"
        request = urllib.request.Request(
            address, data=data, headers=headers, method=method or ("GET" if data is None else "POST")
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, _read(answer.read()), dict(answer.headers.items())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read()), dict(error.headers.items())

    def post_review(
        self,
        *comments: Object,
        body: Json = "Summary",
        event: str | None = "COMMENT",
        token: str = JOB_TOKEN,
        **more: Json,
    ) -> tuple[int, Json]:
        payload: Object = {"body": body, "comments": list(comments), **more}
        if event is not None:
            payload["event"] = event
        return self.call("/pulls/7/reviews", payload, token=token)[:2]

    def graphql(self, query: str, variables: Object | None = None, *, token: str = JOB_TOKEN) -> Object:
        status, value, _ = self.call(
            self.github.graphql_url, {"query": query, "variables": variables or {}}, token=token
        )
        assert status == 200
        assert isinstance(value, dict)
        return value


def _read(body: bytes) -> Json:
    try:
        value: Json = json.loads(body)
    except ValueError:
        return body.decode()
    return value


def publish(work: GitRepo, bare: Path) -> Path:
    GitRepo(bare, bare=True)
    work.git("push", "--quiet", str(bare), "+refs/heads/*:refs/heads/*")
    return bare


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    work = GitRepo(tmp_path / "work")
    fork = work.commit({"a.py": "".join(LINES), "bin.dat": b"\0one", "old name.txt": "\n".join("abcdefgh") + "\n"})
    base = work.commit({"a.py": "top\n" * 3 + "".join(LINES)}, "base moves on")
    work.git("checkout", "--quiet", "-b", "feature", fork)
    changed = [*LINES[:9], "changed 10\n", *LINES[10:49], *LINES[51:]]
    work.git("mv", "old name.txt", "new name.txt")
    head = work.commit({"a.py": "".join(changed), "bin.dat": b"\0two", "new.py": "one\ntwo\nthree\n"})
    bare = publish(work, tmp_path / "bare.git")
    with FakeGitHub(ALL_TOKENS) as github:
        repo = github.repo(NAME, bare)
        pull = repo.pull(7, base=base, head=head)
        yield Scene(github=github, repo=repo, pull=pull, work=work, bare=bare, fork=fork)
        for request in github.requests:
            assert request.headers.get("host") == github.server_url.removeprefix("http://")


@pytest.fixture
def client(scene: Scene) -> Iterator[Github]:
    with scene.client() as client:
        yield client


@pytest.fixture
def theirs(client: Github) -> PullRequest:
    """The pull request as PyGithub sees it."""
    return client.get_repo(NAME).get_pull(7)


def errors(value: Json) -> Json:
    assert isinstance(value, dict)
    return value.get("errors")


def message(value: Json) -> Json:
    assert isinstance(value, dict)
    return value["message"]


def review_comments(*comments: ReviewComment) -> list[ReviewComment]:
    return list(comments)


# ---------------------------------------------------------------- the pull request and its diff


def test_a_pull_request_is_read_as_it_is(scene: Scene, theirs: PullRequest) -> None:
    scene.pull.draft, scene.pull.labels, scene.pull.title = True, ["no-review"], "Change ten"
    theirs.update()
    assert (theirs.base.sha, theirs.head.sha) == (scene.pull.base_sha, scene.pull.head_sha)
    assert (theirs.draft, [label.name for label in theirs.labels], theirs.title) == (True, ["no-review"], "Change ten")
    assert (theirs.user.login, theirs.head.repo.full_name, theirs.changed_files) == ("ada", NAME, 4)


def test_the_head_may_be_in_a_fork_or_in_none(scene: Scene) -> None:
    for head_repo in ("eve/shop", None):
        scene.pull.head_repo = head_repo
        event = scene.github.event(scene.pull)
        head = json.loads(json.dumps(event))["pull_request"]["head"]
        assert (head["repo"] and head["repo"]["full_name"]) == head_repo


def test_files_have_hunks_of_the_merge_base_and_no_patch_for_a_binary(theirs: PullRequest) -> None:
    files = {file.filename: file for file in theirs.get_files()}
    assert {name: file.status for name, file in files.items()} == {
        "a.py": "modified",
        "bin.dat": "modified",
        "new name.txt": "renamed",
        "new.py": "added",
    }
    assert files["a.py"].patch.startswith("@@ -7,7 +7,7 @@")
    assert "\n@@ -47,8 +47,6 @@" in files["a.py"].patch
    assert not files["a.py"].patch.endswith("\n")
    assert (files["a.py"].additions, files["a.py"].deletions) == (1, 3)
    assert "patch" not in files["bin.dat"].raw_data
    assert "patch" not in files["new name.txt"].raw_data
    assert files["new name.txt"].previous_filename == "old name.txt"


def test_files_that_are_too_large_have_no_patch_and_cannot_be_commented(scene: Scene) -> None:
    large = {"lines.txt": "x\n" * 20_001, "bytes.txt": ("y" * 99 + "\n") * 5_500, "one line.js": "z" * 300_001}
    scene.pull.push(scene.push(dict(large)))
    _, files, _ = scene.call("/pulls/7/files")
    assert isinstance(files, list)
    with_patch = {file["filename"] for file in files if isinstance(file, dict) and "patch" in file}
    assert with_patch == {"a.py", "new.py"}
    assert scene.post_review({"path": "lines.txt", "line": 1, "body": "x"})[0] == 422


@pytest.mark.parametrize(
    "path", ["x b/y.txt", 'tab\tquote"back\\slash.txt', "ünï cødé.txt", "a/b/a/b.txt", "line\nfeed.txt"]
)
def test_every_path_can_be_commented(scene: Scene, path: str) -> None:
    scene.pull.push(scene.push({path: "--- a\n+++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\r\nno end"}))
    assert scene.post_review({"path": path, "line": 5, "start_line": 1, "body": "x"})[0] == 200
    assert scene.post_review({"path": path, "line": 6, "body": "x"})[0] == 422
    assert scene.pull.comments[0].diff_hunk.split("\n")[1:] == [
        "+--- a",
        "++++ b",
        "+@@ -1 +1 @@",
        "+diff --git a/x b/x\r",
        "+no end",
    ]


def test_a_file_that_becomes_a_link_is_one_file(scene: Scene) -> None:
    scene.work.git("checkout", "--quiet", "--detach", scene.pull.head_sha)
    (scene.work.path / "a.py").unlink()
    (scene.work.path / "a.py").symlink_to("new.py")
    scene.pull.push(scene.push({}, start=scene.work.commit()))
    (file,) = [file for file in scene.pull.diff().files if file.path == "a.py"]
    assert (file.status, file.additions, file.deletions) == ("changed", 1, 60)


def test_the_diff_is_served_as_text(scene: Scene) -> None:
    status, text, headers = scene.call("/pulls/7", accept="application/vnd.github.diff")
    assert status == 200
    assert headers["Content-Type"].startswith("application/vnd.github.diff")
    assert isinstance(text, str)
    assert text.startswith("diff --git a/a.py b/a.py\n")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({f"many/{number}.txt": "x\n" for number in range(301)}, "maximum number of files (300)"),
        ({"long.txt": "x\n" * 20_000}, "maximum number of lines (20000)"),
        ({"wide.txt": ("w" * 10_000 + "\n") * 101}, "maximum number of bytes"),
    ],
)
def test_a_diff_that_is_too_large_is_not_acceptable(
    scene: Scene, files: dict[str, str | bytes | None], says: str
) -> None:
    scene.pull.push(scene.push(files))
    status, value, _ = scene.call("/pulls/7", accept="application/vnd.github.diff")
    assert (status, errors(value)) == (406, [{"resource": "PullRequest", "field": "diff", "code": "too_large"}])
    assert says in str(message(value))
    assert scene.call("/pulls/7")[0] == 200


def test_compare_knows_the_merge_base_and_lists_files_on_its_first_page(scene: Scene, client: Github) -> None:
    comparison = client.get_repo(NAME).compare(scene.pull.base_sha, scene.pull.head_sha)
    assert comparison.merge_base_commit.sha == scene.fork
    assert (comparison.status, comparison.ahead_by, comparison.behind_by) == ("diverged", 1, 1)
    scene.pull.push(scene.push({f"many/{number}.txt": "x\n" for number in range(301)}))
    path = f"/compare/{scene.pull.base_sha}...{scene.pull.head_sha}?per_page=1"
    counts = []
    for page in ("", "&page=2"):
        _, value, _ = scene.call(path + page)
        assert isinstance(value, dict)
        assert isinstance(value["files"], list)
        counts.append(len(value["files"]))
    assert counts == [300, 0]
    assert scene.call("/compare/main...feature")[0] == 200
    assert scene.call(f"/compare/{'0' * 40}...feature")[0] == 404


# ---------------------------------------------------------------- reviews


def test_a_review_is_posted_with_its_comments(scene: Scene, client: Github, theirs: PullRequest) -> None:
    commit = client.get_repo(NAME).get_pull(7)
    assert commit.head.sha == scene.pull.head_sha
    comments = review_comments(
        {"path": "a.py", "line": 10, "side": "RIGHT", "body": "added"},
        {"path": "a.py", "line": 7, "side": "RIGHT", "body": "context"},
        {"path": "a.py", "line": 51, "side": "LEFT", "body": "deleted"},
        {"path": "new.py", "start_line": 1, "start_side": "RIGHT", "line": 3, "side": "RIGHT", "body": "range"},
    )
    review = theirs.create_review(body="Summary", event="COMMENT", comments=comments)
    assert (review.state, review.user.login, review.user.type) == ("COMMENTED", JOB_LOGIN, "Bot")
    assert review.commit_id == scene.pull.head_sha
    posted = [(one.path, one.start_line, one.line, one.side, one.body) for one in scene.pull.comments]
    assert posted == [
        ("a.py", None, 10, "RIGHT", "added"),
        ("a.py", None, 7, "RIGHT", "context"),
        ("a.py", None, 51, "LEFT", "deleted"),
        ("new.py", 1, 3, "RIGHT", "range"),
    ]
    assert [one.id for one in theirs.get_review_comments()] == [one.id for one in scene.pull.comments]
    assert scene.pull.comments[0].diff_hunk.endswith("+changed 10")


OUTSIDE = "Pull request review thread line must be part of the diff"
START = "Pull request review thread start line must"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"path": "a.py", "line": 6}, OUTSIDE),
        ({"path": "a.py", "line": 14}, OUTSIDE),
        ({"path": "a.py", "line": 53}, OUTSIDE),
        ({"path": "a.py", "line": 46, "side": "LEFT"}, OUTSIDE),
        ({"path": "a.py", "line": 55, "side": "LEFT"}, OUTSIDE),
        ({"path": "new.py", "line": 1, "side": "LEFT"}, OUTSIDE),
        ({"path": "new.py", "line": 4}, OUTSIDE),
        ({"path": "new.py"}, OUTSIDE),
        ({"path": "bin.dat", "line": 1}, OUTSIDE),
        ({"path": "new name.txt", "line": 1}, OUTSIDE),
        ({"path": "old name.txt", "line": 1}, "Path could not be resolved"),
        ({"path": "README.md", "line": 1}, "Path could not be resolved"),
        ({"path": "new.py", "start_line": 2, "line": 2}, f"{START} precede the end line"),
        ({"path": "new.py", "start_line": 3, "line": 2}, f"{START} precede the end line"),
        ({"path": "a.py", "start_line": 13, "line": 47}, f"{START} be part of the same hunk as the line"),
        ({"path": "a.py", "start_line": 1, "line": 10}, f"{START} be part of the same hunk as the line"),
    ],
)
def test_one_bad_line_refuses_the_whole_review_and_is_not_named(scene: Scene, bad: Object, says: str) -> None:
    good: Object = {"path": "a.py", "line": 10, "body": "good"}
    status, value = scene.post_review(good, {"body": "bad", **bad}, good)
    assert status == 422
    assert says in str(errors(value))
    assert message(value) == "Unprocessable Entity"
    assert not re.search(r"a\.py|new|old|README|[0-9]", str(errors(value)))
    assert (scene.pull.reviews, scene.pull.comments) == ([], [])


def test_a_range_may_begin_on_the_left_and_end_on_the_right(scene: Scene) -> None:
    ranged: Object = {"path": "a.py", "start_line": 50, "start_side": "LEFT", "line": 50, "side": "RIGHT", "body": "x"}
    assert scene.post_review(ranged)[0] == 200
    assert scene.post_review({**ranged, "start_side": "RIGHT", "side": "LEFT"})[0] == 422


def test_bodies_have_a_limit_in_characters(scene: Scene) -> None:
    longest = "é" * 65_536
    assert scene.post_review(body=longest)[0] == 200
    status, value = scene.post_review(body=longest + "é")
    assert (status, errors(value)) == (422, ["Body is too long (maximum is 65536 characters)"])
    assert scene.post_review({"path": "a.py", "line": 10, "body": longest})[0] == 200
    assert scene.post_review({"path": "a.py", "line": 10, "body": longest + "é"})[0] == 422
    assert scene.call("/issues/7/comments", {"body": longest})[0] == 201
    assert scene.call("/issues/7/comments", {"body": longest + "é"})[0] == 422


def test_a_review_says_something(scene: Scene) -> None:
    comment: Object = {"path": "a.py", "line": 10, "body": "good"}
    assert scene.post_review(body="")[0] == 422
    assert scene.post_review(body="")[0] == 422
    status, value = scene.post_review(comment, body=None)
    assert status == 422
    assert "nil is not a string" in str(message(value))
    assert scene.post_review(comment, body="")[0] == 200
    assert scene.post_review(event="REQUEST_CHANGES", body="")[0] == 422
    assert scene.post_review(event="REJECT")[0] == 422
    assert len(scene.pull.reviews) == 1


def test_the_commit_has_to_be_of_the_pull_request(scene: Scene) -> None:
    older = scene.pull.head_sha
    scene.pull.push(scene.push({"new.py": "zero\none\ntwo\nthree\n"}))
    comment: Object = {"path": "new.py", "line": 3, "body": "x"}
    for bad in (scene.pull.base_sha, scene.fork, "0" * 40):
        assert scene.post_review(comment, commit_id=bad)[0] == 422
    assert scene.post_review(comment, commit_id=older)[0] == 200
    assert scene.post_review({"path": "new.py", "line": 4, "body": "not there then"}, commit_id=older)[0] == 422
    assert [(one.original_line, one.line) for one in scene.pull.comments] == [(3, 4)]


def test_the_job_does_not_approve_and_authors_do_not_judge_themselves(scene: Scene, theirs: PullRequest) -> None:
    with pytest.raises(GithubException) as refusal:
        theirs.create_review(body="Fine", event="APPROVE")
    assert refusal.value.status == 422
    assert "not permitted to approve" in str(refusal.value.data)
    assert scene.post_review(event="REQUEST_CHANGES")[0] == 200
    assert scene.post_review(event="APPROVE", token=USER_TOKEN, body="")[0] == 200
    for event in ("APPROVE", "REQUEST_CHANGES"):
        status, value = scene.post_review(event=event, token="author")
        assert (status, "your own pull request" in str(errors(value))) == (422, True)
    assert scene.post_review(token="author")[0] == 200
    scene.repo.actions_may_approve = True
    assert scene.post_review(event="APPROVE")[0] == 200


def test_a_pending_review_is_in_the_way_of_its_author_until_it_is_deleted(scene: Scene, theirs: PullRequest) -> None:
    scene.pull.review("rob", state="PENDING", comments=[IN_DIFF])
    mine = scene.pull.review(JOB_LOGIN, "debris", state="PENDING", comments=[IN_DIFF])
    first = scene.pull.review("eve", comments=[IN_DIFF])
    status, value = scene.post_review()
    assert (status, errors(value)) == (422, ["User can only have one pending review per pull request"])
    thread = next(one.id for one in scene.pull.comments if one.review_id == first.id)
    assert scene.call(f"/pulls/7/comments/{thread}/replies", {"body": "Yes"})[0] == 422
    reviews = {review.id: review for review in theirs.get_reviews()}
    assert set(reviews) == {mine.id, first.id}
    assert "submitted_at" not in reviews[mine.id].raw_data
    assert [one.id for one in theirs.get_review_comments()] == [thread]
    reviews[mine.id].delete()
    assert scene.post_review()[0] == 200
    with pytest.raises(GithubException, match="Can not delete a non-pending pull request review"):
        reviews[first.id].delete()


def test_a_review_without_an_event_stays_pending(scene: Scene) -> None:
    assert scene.post_review(event=None)[0] == 200
    assert [review.state for review in scene.pull.reviews] == ["PENDING"]


def test_a_review_is_edited_by_its_author(scene: Scene, theirs: PullRequest) -> None:
    review = theirs.create_review(body="Before", event="COMMENT")
    review.edit("After")
    assert [one.body for one in scene.pull.reviews] == ["After"]
    path = f"/pulls/7/reviews/{review.id}"
    assert scene.call(path, {"body": ""}, method="PUT")[0] == 422
    assert scene.call(path, {"body": "Mine"}, method="PUT", token=USER_TOKEN)[0] == 403


# ---------------------------------------------------------------- comments


def test_a_thread_is_answered_at_its_first_comment(scene: Scene, theirs: PullRequest) -> None:
    scene.pull.review("eve", comments=[IN_DIFF])
    first = scene.pull.comments[0].id
    reply = theirs.create_review_comment_reply(first, "Because.")
    assert (reply.in_reply_to_id, reply.path, reply.line) == (first, "a.py", 10)
    assert scene.pull.reviews[-1].body == ""
    assert scene.call(f"/pulls/7/comments/{reply.id}/replies", {"body": "Again"})[0] == 422
    assert scene.call("/pulls/7/comments/1/replies", {"body": "Nobody"})[0] == 404
    assert [len(thread.comments) for thread in scene.pull.threads()] == [2]


def test_comments_are_edited_by_their_authors_and_by_who_may_write(scene: Scene, theirs: PullRequest) -> None:
    scene.pull.review("eve", comments=[IN_DIFF])
    mine, theirs_id = theirs.create_issue_comment("Before"), scene.pull.comments[0].id
    mine.edit("After")
    assert [(one.body, one.user.login) for one in scene.pull.issue_comments] == [("After", JOB_LOGIN)]
    assert scene.pull.issue_comments[0].updated_at > scene.pull.issue_comments[0].created_at
    path, edit = f"/pulls/comments/{theirs_id}", {"body": "Edited"}
    assert scene.call(path, dict(edit), method="PATCH", token=USER_TOKEN)[0] == 403
    assert scene.call(f"/issues/comments/{mine.id}", dict(edit), method="PATCH", token=USER_TOKEN)[0] == 403
    scene.repo.collaborator("rob", "write")
    assert scene.call(path, dict(edit), method="PATCH", token=USER_TOKEN)[0] == 200
    assert scene.call(path, {"body": " "}, method="PATCH")[0] == 422
    assert scene.call("/issues/comments/1", dict(edit), method="PATCH")[0] == 404


def test_a_push_makes_comments_outdated_or_moves_them(scene: Scene, theirs: PullRequest) -> None:
    places: list[Placed] = [
        IN_DIFF,
        Placed(path="a.py", line=50, side="LEFT", body="deleted"),
        Placed(path="new.py", start_line=1, line=2, body="range"),
        Placed(path="new.py", line=3, body="stays"),
    ]
    scene.pull.review("eve", comments=places)
    before = scene.pull.head_sha
    again = "".join(["first\n", *LINES[:49], *LINES[51:]])
    scene.pull.push(scene.push({"a.py": again, "new.py": "zero\none\nTWO\nthree\n"}))
    now: list[tuple[object, ...]] = [
        (one.line, one.start_line, one.original_line, one.commit_id) for one in theirs.get_review_comments()
    ]
    assert now == [
        (None, None, 10, before),
        (50, None, 50, scene.pull.head_sha),
        (None, None, 2, before),
        (4, None, 3, scene.pull.head_sha),
    ]
    assert [thread.outdated for thread in scene.pull.threads()] == [True, False, True, False]


def test_a_base_that_moves_changes_nothing_until_the_head_merges_it(scene: Scene) -> None:
    scene.pull.review("eve", comments=[IN_DIFF, Placed(path="a.py", line=50, side="LEFT", body="deleted")])
    newer = scene.push({"README.md": "# Shop\n"}, start=scene.pull.base_sha)
    scene.pull.move_base(newer)
    assert [comment.line for comment in scene.pull.comments] == [10, 50]
    scene.work.git("checkout", "--quiet", "--detach", scene.pull.head_sha)
    scene.work.git("merge", "--quiet", "--no-edit", newer)
    scene.pull.push(scene.push({}, start=scene.work.head()))
    assert [comment.line for comment in scene.pull.comments] == [13, 53]
    assert [file.path for file in scene.pull.diff().files] == ["a.py", "bin.dat", "new name.txt", "new.py"]


def test_what_a_deleted_account_said_may_have_no_user(scene: Scene) -> None:
    scene.pull.comment(GHOST, "Boo")
    scene.pull.review(GHOST, comments=[IN_DIFF])
    for path in ("/issues/7/comments", "/pulls/7/reviews"):
        _, value, _ = scene.call(path)
        assert [one["user"] for one in objects(value)] == [None]
    nodes, _ = _threads(scene, {})
    assert nodes[0]["comments"] == {"nodes": [{"databaseId": scene.pull.comments[0].id, "author": None}]}


def test_reviews_of_a_commit_that_was_pushed_away_are_said_to_be_of_the_new_head(scene: Scene) -> None:
    review = scene.pull.review("eve", "Looks good", state="APPROVED")
    scene.pull.push(scene.push({"new.py": "one\n"}))
    assert review.commit_id != scene.pull.head_sha
    scene.pull.push(scene.push({"new.py": "one\n"}, start=scene.fork))
    assert review.commit_id == scene.pull.head_sha


# ---------------------------------------------------------------- pages


def test_lists_come_in_pages_of_thirty_and_at_most_a_hundred(scene: Scene, theirs: PullRequest) -> None:
    for number in range(250):
        scene.pull.comment("eve", f"comment {number}")
        scene.pull.review("eve", f"review {number}")
    _, value, headers = scene.call("/issues/7/comments")
    assert isinstance(value, list)
    assert len(value) == 30
    assert 'rel="next"' in headers["Link"]
    assert f"/repositories/{scene.repo.id}/issues/7/comments?page=2" in headers["Link"]
    _, value, headers = scene.call("/issues/7/comments?per_page=500&page=3")
    assert isinstance(value, list)
    assert len(value) == 50
    assert 'rel="next"' not in headers["Link"]
    assert [one.body for one in theirs.get_issue_comments()] == [f"comment {number}" for number in range(250)]
    assert [one.body for one in theirs.get_reviews()] == [f"review {number}" for number in range(250)]
    assert scene.github.counts[f"GET {REPO}/issues/{{number}}/comments"] == 2 + 9
    assert not scene.github.unexpected


def test_comments_can_be_listed_from_the_newest_or_since_a_time(scene: Scene, theirs: PullRequest) -> None:
    said = [scene.pull.comment("eve", str(number)) for number in range(3)]
    scene.pull.review("eve", comments=[IN_DIFF] * 3)
    newest = theirs.get_review_comments(sort="created", direction="desc")
    assert [one.id for one in newest] == [one.id for one in reversed(scene.pull.comments)]
    _, value, _ = scene.call(f"/issues/7/comments?since={said[1].updated_at}")
    assert [one["body"] for one in objects(value)] == ["1", "2"]


def test_ids_and_times_grow(scene: Scene) -> None:
    comments = [scene.pull.comment("eve", str(number)) for number in range(5)]
    assert sorted(comments, key=lambda one: (one.id, one.created_at)) == comments
    assert len({one.created_at for one in comments}) == 5


# ---------------------------------------------------------------- who may


WRITES: tuple[tuple[str, str, Object], ...] = (
    ("POST", "/pulls/7/reviews", {"body": "x", "event": "COMMENT"}),
    ("PUT", "/pulls/7/reviews/1", {"body": "x"}),
    ("DELETE", "/pulls/7/reviews/1", {}),
    ("POST", "/pulls/7/comments/1/replies", {"body": "x"}),
    ("PATCH", "/pulls/comments/1", {"body": "x"}),
    ("POST", "/issues/7/comments", {"body": "x"}),
    ("PATCH", "/issues/comments/1", {"body": "x"}),
    ("POST", "/check-runs", {"name": "x", "head_sha": "x"}),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_token_that_only_reads_is_refused_every_write(scene: Scene, method: str, path: str, body: Object) -> None:
    assert scene.call("/pulls/7", token=FORK_TOKEN)[0] == 200
    status, value, _ = scene.call(path, body, method=method, token=FORK_TOKEN)
    assert (status, message(value)) == (403, "Resource not accessible by integration")
    assert scene.call(path, body, method=method, token="wrong")[0] == 401
    assert scene.call(path, body, method=method, token=None)[0] == 401
    assert scene.pull.reviews == []


def test_a_token_says_who_it_is_unless_it_is_a_jobs(scene: Scene, client: Github) -> None:
    with scene.client(USER_TOKEN) as rob:
        assert rob.get_user().login == "rob"
    with pytest.raises(GithubException) as refusal:
        assert client.get_user().login
    assert (refusal.value.status, refusal.value.message) == (403, "Resource not accessible by integration")
    status, value, _ = scene.call("/pulls/7", token="wrong")
    assert (status, message(value)) == (401, "Bad credentials")
    assert scene.call("/pulls/7", token=None)[0] == 200


def test_a_private_repository_is_not_there_for_others(scene: Scene) -> None:
    scene.repo.private = True
    assert [scene.call("/pulls/7", token=token)[0] for token in (None, USER_TOKEN, JOB_TOKEN)] == [404, 404, 200]
    scene.repo.collaborator("rob", "read")
    assert scene.call("/pulls/7", token=USER_TOKEN)[0] == 200


def test_roles_are_told_in_the_old_words_too(scene: Scene, client: Github) -> None:
    for login, role in {"meg": "maintain", "tom": "triage", "wes": "write", "ann": "admin"}.items():
        scene.repo.collaborator(login, role)
    repo = client.get_repo(NAME)
    told = {login: repo.get_collaborator_permission(login) for login in ("meg", "tom", "wes", "ann", "ada")}
    assert told == {"meg": "write", "tom": "read", "wes": "write", "ann": "admin", "ada": "read"}
    assert scene.call("/collaborators/nobody/permission")[0] == 404


def test_check_runs_are_for_apps_with_the_permission(scene: Scene) -> None:
    run: Object = {"name": "reviewbot", "head_sha": scene.pull.head_sha, "status": "completed", "conclusion": "neutral"}
    note: Object = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "x"}
    assert scene.call("/check-runs", run)[0] == 403
    assert scene.call("/check-runs", run, token=USER_TOKEN)[0] == 403
    assert scene.call("/check-runs", {**run, "output": {"title": "x"}}, token="checker")[0] == 422
    output: Object = {"title": "x", "summary": "y" * 65_535, "annotations": [note] * 50}
    assert scene.call("/check-runs", {**run, "output": output}, token="checker")[0] == 201
    bad: list[Object] = [{"summary": "y" * 65_536}, {"annotations": [note] * 51}, {"annotations": [{"path": "a.py"}]}]
    for more in bad:
        assert scene.call("/check-runs", {**run, "output": {**output, **more}}, token="checker")[0] == 422
    assert scene.call("/check-runs", {**run, "conclusion": None}, token="checker")[0] == 422
    assert len(scene.repo.check_runs) == 1


# ---------------------------------------------------------------- threads

THREADS = """
query Threads($owner: String!, $name: String!, $number: Int!, $first: Int = 2, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated viewerCanResolve
          resolvedBy { login }
          comments(first: 1) { nodes { databaseId author { __typename login ... on Bot { login } } } }
        }
      }
    }
  }
}
"""
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
PLACE: Object = {"owner": "acme", "name": "shop", "number": 7}


def _threads(scene: Scene, variables: Object, token: str = JOB_TOKEN) -> tuple[list[Object], Object]:
    value = json.loads(json.dumps(scene.graphql(THREADS, {**PLACE, **variables}, token=token)))
    found = value["data"]["repository"]["pullRequest"]["reviewThreads"]
    return found["nodes"], found["pageInfo"]


def test_threads_are_read_page_by_page(scene: Scene) -> None:
    scene.pull.review(JOB_LOGIN, comments=[IN_DIFF] * 2)
    scene.pull.review("eve", comments=[IN_DIFF])
    scene.pull.resolve(scene.pull.comments[0].id, "ada")
    first, info = _threads(scene, {})
    assert info["hasNextPage"] is True
    second, info = _threads(scene, {"after": info["endCursor"]})
    assert info["hasNextPage"] is False
    nodes = [*first, *second]
    assert [node["isResolved"] for node in nodes] == [True, False, False]
    assert [node["resolvedBy"] for node in nodes] == [{"login": "ada"}, None, None]
    assert [node["comments"] for node in nodes] == [
        {"nodes": [{"databaseId": one.id, "author": {"__typename": kind, "login": login}}]}
        for one, kind, login in zip(
            scene.pull.comments, ("Bot", "Bot", "User"), ("github-actions", "github-actions", "eve"), strict=True
        )
    ]
    assert scene.github.counts["POST /graphql repository"] == 2


@pytest.mark.parametrize(
    ("token", "resolves"),
    [(JOB_TOKEN, False), (FORK_TOKEN, False), ("resolver", True), (USER_TOKEN, False), ("author", True)],
)
def test_who_may_resolve_a_thread(scene: Scene, token: str, resolves: bool) -> None:
    scene.pull.review(JOB_LOGIN, comments=[IN_DIFF])
    nodes, _ = _threads(scene, {}, token)
    assert nodes[0]["viewerCanResolve"] is resolves
    value = scene.graphql(RESOLVE, {"id": nodes[0]["id"]}, token=token)
    assert ("errors" not in value) is resolves
    if not resolves:
        assert value["data"] == {"resolveReviewThread": None}
        assert "FORBIDDEN" in str(value["errors"])
    assert [thread.resolved_by is not None for thread in scene.pull.threads()] == [resolves]


def test_pygithub_resolves_a_thread(scene: Scene) -> None:
    scene.pull.review(JOB_LOGIN, comments=[IN_DIFF])
    with scene.client("resolver") as client:
        _, data = client.requester.graphql_named_mutation(
            "resolveReviewThread", {"threadId": scene.pull.threads()[0].id}, "thread { id isResolved }"
        )
    assert data["thread"]["isResolved"] is True
    assert scene.github.counts == {"POST /graphql resolveReviewThread": 1}


@pytest.mark.parametrize(
    "query",
    [
        '{ repository(owner: "acme", name: "shop") { stargazers } }',
        "{ viewer { login } }",
        '{ repository(owner: "acme", name: "shop") { pullRequest(number: 7) { reviewThreads { totalCount } } } }',
        '{ repository(owner: "acme", name: "shop") { pullRequest(number: 7) { reviewThreads(first: 101) { id } } } }',
        "{ repository(",
        "",
    ],
)
def test_what_is_not_known_of_graphql_is_an_error_and_noted(scene: Scene, query: str) -> None:
    value = scene.graphql(query)
    assert "data" not in value
    assert value["errors"]
    assert len(scene.github.unexpected) == 1


def test_graphql_wants_a_token_and_finds_only_what_is_there(scene: Scene) -> None:
    body: Object = {"query": THREADS, "variables": {**PLACE, "number": 8}}
    assert scene.call(scene.github.graphql_url, body, token=None)[0] == 401
    value = scene.graphql(THREADS, {**PLACE, "name": "other"})
    assert "Could not resolve to a Repository with the name 'acme/other'." in str(value["errors"])
    assert "NOT_FOUND" in str(scene.graphql(THREADS, {**PLACE, "number": 8}))
    assert "NOT_FOUND" in str(scene.graphql(RESOLVE, {"id": "PRRT_1"}, token="resolver"))


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
