"""The fake GitHub keeps GitHub's rules for pull requests, reviews and comments, asked with PyGithub and urllib."""

from __future__ import annotations

import json
import re

import pytest
from github import Github, GithubException
from github.PullRequest import PullRequest, ReviewComment
from github_scene import IN_DIFF, LINES, NAME, REPO, Scene, errors, message
from github_server import USER_TOKEN
from github_values import JOB_LOGIN, Placed
from provider_formats import Object, objects


@pytest.fixture
def theirs(client: Github) -> PullRequest:
    """The pull request as PyGithub sees it."""
    return client.get_repo(NAME).get_pull(7)


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
