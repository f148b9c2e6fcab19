"""What becomes of writes when the pull request does not hold still: it moves on, is closed, or loses a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from github_faults import Meanwhile, refused
from gitrepo import AFTER, BEFORE
from pull_scene import EDIT, PULL, REPLY, REVIEWS, UNSET_TOO, Scene, elsewhere, opened
from stats_defects import EMPTY, UNSET

from reviewbot.publishing import GONE

SPARE = "DELETE /repos/{owner}/{repo}/issues/comments/{id}"
COMMENTS = "GET /repos/{owner}/{repo}/pulls/{number}/comments"
FIXED = {"src/stats.py": BEFORE.replace("count", "number")}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        made.both(UNSET)
        yield made


def newer(scene: Scene) -> str:
    head = scene.author.commit({"src/stats.py": f"{AFTER}\n"})
    scene.author.git("push", "--quiet", "--force", str(scene.bare), f"{head}:refs/heads/feature")
    return head


def retarget(scene: Scene) -> None:
    scene.pull.base_ref = "release"


def close(scene: Scene) -> None:
    scene.pull.state = "closed"


def merge(scene: Scene) -> None:
    scene.pull.state, scene.pull.merged = "closed", True


@pytest.mark.requirement("R19")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (retarget, "acme/shop#7 was reviewed for main and now goes to release; nothing is posted."),
        (close, "acme/shop#7 was closed during the review; nothing is posted."),
        (merge, "acme/shop#7 was merged during the review; nothing is posted."),
    ],
)
def test_a_pull_request_that_is_another_one_now_gets_nothing(
    scene: Scene, change: Callable[[Scene], None], said: str
) -> None:
    scene.both(EMPTY)
    scene.github.fault(PULL, Meanwhile(action=lambda: change(scene)), nth=2)
    ended = scene.run()
    assert ended.code == 3
    assert said in " ".join(ended.out.split())
    assert scene.github.writes == []


def test_a_pull_request_that_was_closed_before_is_reviewed_when_somebody_asks(scene: Scene) -> None:
    close(scene)
    assert scene.run("acme/shop#7").code == 1
    assert len(scene.pull.comments) == 1


@pytest.mark.requirement("R19")
def test_a_head_that_moves_after_the_review_gets_no_summary(scene: Scene) -> None:
    head = newer(scene)
    scene.github.fault(REVIEWS, Meanwhile(action=lambda: scene.pull.push(head), when="after"))
    ended = scene.run()
    assert ended.code == 1
    assert "the summary is left as it was" in " ".join(ended.out.split())
    assert (len(scene.pull.comments), scene.pull.issue_comments) == (1, [])


@pytest.mark.requirement("R19")
def test_a_head_that_moves_after_a_reply_leaves_the_summary(scene: Scene) -> None:
    scene.run()
    before = scene.summary
    scene.push(FIXED)
    scene.says()
    head = newer(scene)
    scene.github.fault(REPLY, Meanwhile(action=lambda: scene.pull.push(head), when="after"))
    assert scene.run(action="synchronize").code == 3
    assert (scene.comments[1:], scene.summary) == ([GONE], before)


def test_ten_findings_take_eight_calls_and_none_of_them_again_six(scene: Scene) -> None:
    lines = [f"value_{n} = table_{n}[index_{n}]\n" for n in range(10)]
    scene.push({"src/stats.py": AFTER + "".join(lines)})
    words = ("alpha", "bravo", "carol", "delta", "echo", "fox", "golf", "hotel", "india", "julia")
    scene.both(
        *(
            {**UNSET_TOO, "start_line": 9 + n, "title": f"{word} {n}", "body": f"{word} {n} fails.", "quote": lines[n]}
            for n, word in enumerate(words)
        )
    )
    scene.run()
    assert (len(scene.pull.comments), scene.api_calls) == (10, 8)
    scene.run(action="synchronize")
    assert (len(scene.pull.comments), len(scene.pull.reviews)) == (10, 1)
    assert scene.api_calls <= 6


# ---------------------------------------------------------------- what somebody deleted


def test_a_summary_that_was_deleted_meanwhile_is_written_anew(scene: Scene) -> None:
    scene.run()
    scene.github.fault(EDIT, Meanwhile(action=scene.pull.issue_comments.clear))
    ended = scene.run(action="synchronize")
    assert "may not write" not in ended.out
    assert scene.summary.startswith("## BLOCK")


def test_a_spare_summary_that_is_gone_already_is_no_trouble(scene: Scene) -> None:
    scene.run()
    scene.pull.comment("github-actions[bot]", scene.summary)
    scene.github.fault(SPARE, refused(404, "Not Found"))
    ended = scene.run(action="synchronize")
    assert (ended.code, "may not write" in ended.out) == (1, False)


def test_a_comment_that_was_deleted_needs_no_reply(scene: Scene) -> None:
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.github.fault(REPLY, Meanwhile(action=scene.pull.comments.clear))
    ended = scene.run(action="synchronize")
    assert (ended.code, "may not write" in ended.out, scene.comments) == (0, False, [])
    assert scene.summary.startswith("## PASS")


def test_a_pending_review_of_ours_does_not_keep_a_reply_back(scene: Scene) -> None:
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.pull.review("github-actions[bot]", "left behind", state="PENDING")
    assert scene.run(action="synchronize").code == 0
    assert scene.comments[1:] == [GONE]


# ---------------------------------------------------------------- limits


def test_one_run_says_ten_times_that_something_is_gone_and_the_next_goes_on(scene: Scene) -> None:
    lines = [f"value_{n} = table_{n}[index_{n}]\n" for n in range(12)]
    scene.configure("publish: {max_inline: 12}\n")
    scene.push({"src/stats.py": AFTER + "".join(lines)})
    scene.both(
        *({**elsewhere(n % 8), "path": "src/stats.py", "start_line": 9 + n, "quote": lines[n]} for n in range(12))
    )
    scene.run()
    assert len(scene.pull.comments) == 12
    scene.push({"src/stats.py": AFTER})
    scene.says()
    for replies in (10, 12, 12):
        assert scene.run(action="synchronize").code == 0
        assert scene.comments.count(GONE) == replies


def test_comments_are_read_again_only_when_somebody_else_wrote_one(scene: Scene) -> None:
    scene.run()
    assert scene.github.counts[COMMENTS] == 0
    scene.run(action="synchronize")
    assert scene.github.counts[COMMENTS] == 1
