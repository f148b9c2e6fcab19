"""Publishing on a server that fails, with the real client: short cases beside the machine that looks for such."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from github_faults import (
    Answer,
    Drop,
    Fault,
    Late,
    Meanwhile,
    bad_gateway,
    primary_limit,
    refused,
    too_many,
    unprocessable,
)
from github_rules import NOT_IN_DIFF
from github_server import FakeGitHub
from github_values import JOB_LOGIN, Response
from gitrepo import GitRepo
from publishing_scene import ALL, DEFECTS, PATH, Asked, Content, PullScene, Shop, defect_of

from reviewbot.config.values import Summary
from reviewbot.formats.marker import read_memory
from reviewbot.model import Conclusion

PULL = "GET /repos/{owner}/{repo}/pulls/{number}"
REVIEWS = "POST /repos/{owner}/{repo}/pulls/{number}/reviews"
FILES = "GET /repos/{owner}/{repo}/pulls/{number}/files"
COMMENT = "POST /repos/{owner}/{repo}/issues/{number}/comments"
EDIT = "PATCH /repos/{owner}/{repo}/issues/comments/{id}"
DELETE = "DELETE /repos/{owner}/{repo}/pulls/comments/{id}"
NOTHING, EVERYTHING = Asked(wanted=frozenset()), Asked(wanted=ALL)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[PullScene]:
    with FakeGitHub() as github:
        yield PullScene.opened(github, Shop(GitRepo(tmp_path / "shop.git", bare=True)), "always")


def head_moves(scene: PullScene, *, nth: int) -> None:
    push = Meanwhile(action=lambda: scene.push(Content(bad=ALL, shift=1)))
    scene.github.fault(PULL, push, nth=nth)


def left_behind(scene: PullScene) -> Meanwhile:
    return Meanwhile(action=lambda: scene.pull.review(JOB_LOGIN, state="PENDING"))


FAULTS = [Drop(applied=False), bad_gateway(applied=False), too_many(retry_after=0)]


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("fault", [*FAULTS, unprocessable("line must be part of the diff")])
def test_a_head_that_moves_before_a_review_is_sent_again_gets_none(scene: PullScene, fault: Fault) -> None:
    scene.github.fault(REVIEWS, fault)
    head_moves(scene, nth=3)
    (ended,) = scene.run(EVERYTHING)
    assert ended.outcome is not None
    assert "is no longer the head of acme/shop#7; nothing is posted." in " ".join(ended.outcome.report.notes)
    assert (scene.pull.reviews, scene.pull.issue_comments) == ([], [])


@pytest.mark.requirement("R19")
def test_a_head_that_moves_while_a_pending_review_is_removed_gets_no_review(scene: PullScene) -> None:
    scene.github.fault(REVIEWS, left_behind(scene))
    head_moves(scene, nth=3)
    scene.run(EVERYTHING)
    assert (scene.pull.reviews, scene.pull.issue_comments) == ([], [])


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_head_that_moves_before_a_summary_is_sent_again_gets_none(scene: PullScene, fault: Fault) -> None:
    scene.github.fault(COMMENT, fault)
    head_moves(scene, nth=3)
    scene.run(NOTHING)
    assert scene.pull.issue_comments == []


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_head_that_moves_before_a_summary_is_edited_again_leaves_it(scene: PullScene, fault: Fault) -> None:
    scene.run(NOTHING)
    (before,) = [summary.body for summary in scene.summaries]
    scene.push(Content(bad=frozenset()))
    scene.github.fault(EDIT, fault)
    head_moves(scene, nth=3)
    scene.run(NOTHING)
    assert [summary.body for summary in scene.summaries] == [before]


def test_a_summary_that_is_deleted_while_the_head_moves_is_not_written_anew(scene: PullScene) -> None:
    scene.run(NOTHING)
    scene.push(Content(bad=frozenset()))
    scene.github.fault(EDIT, Meanwhile(action=scene.pull.issue_comments.clear))
    head_moves(scene, nth=3)
    scene.run(NOTHING)
    assert scene.pull.issue_comments == []


@pytest.mark.requirement("R44")
@pytest.mark.parametrize("fault", [Drop(applied=False), refused(500, "Server Error"), primary_limit(reset_in=3000)])
def test_doubles_that_two_runs_could_not_take_away_are_taken_away_by_the_next(scene: PullScene, fault: Fault) -> None:
    scene.github.fault(DELETE, fault, times=99)
    scene.run(EVERYTHING, Asked(wanted=ALL, variant=1), order=[0, 1] * 12)
    assert len(scene.ours) == 6
    first = scene.ours[:3]
    scene.github.calm()
    scene.run(EVERYTHING)
    assert scene.ours == first


def test_of_doubles_the_one_that_somebody_answered_stays(scene: PullScene) -> None:
    scene.github.fault(DELETE, Drop(applied=False), times=99)
    scene.run(EVERYTHING, Asked(wanted=ALL, variant=1), order=[0, 1] * 12)
    scene.github.calm()
    *others, last = scene.ours
    scene.pull.reply("eve", last.id, "Why?")
    scene.run(EVERYTHING)
    assert len(scene.ours) == 3
    assert last in scene.ours
    assert others[0] in scene.ours


# ---------------------------------------------------------------- lines that GitHub does not take


@pytest.mark.requirement("R38")
def test_a_refused_line_costs_its_own_comment_and_the_next_run_knows_it(scene: PullScene) -> None:
    first = DEFECTS[0].bad or ""
    line = scene.shop.content(scene.pull.head_sha).text.split("\n").index(first) + 1
    shown = f"@@ -0,0 +{line},1 @@\n+{first}"
    scene.github.fault(REVIEWS, unprocessable(NOT_IN_DIFF))
    scene.github.fault(FILES, Answer(response=Response.of([{"filename": PATH, "patch": shown}])))
    scene.run(EVERYTHING)
    (review,) = scene.pull.reviews
    assert [defect_of(comment) for comment in scene.ours] == [DEFECTS[0]], "on its line, as GitHub shows it"
    for defect in DEFECTS[1:3]:
        assert defect.words[0][0] in review.body, "what is on none is told in the text"
    scene.run(EVERYTHING)
    assert scene.pull.reviews == [review]
    assert len(scene.ours) == 1


# ---------------------------------------------------------------- how long it takes


@pytest.mark.requirement("R7", "R17", "R30")
def test_all_of_publishing_has_three_minutes_and_what_is_cut_off_is_told_and_posted_once_by_the_next_run(
    scene: PullScene,
) -> None:
    scene.hurry = 1 / 180
    scene.github.fault(REVIEWS, Late(seconds=1.3))
    began = time.monotonic()
    (ended,) = scene.run(EVERYTHING)
    assert time.monotonic() - began < 3
    assert ended.bounds == [180]
    assert ended.outcome is not None
    assert "The review could not be posted" in " ".join(ended.outcome.report.notes)
    assert ended.outcome.report.verdict.conclusion is not Conclusion.PASS
    assert scene.pull.issue_comments == []
    scene.hurry = 1
    scene.run(EVERYTHING)
    assert (len(scene.pull.reviews), len(scene.pull.issue_comments), len(scene.ours)) == (1, 1, 3)


# ---------------------------------------------------------------- who is believed


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("summary", get_args(Summary))
def test_what_a_stranger_says_in_our_words_that_we_have_told_is_told_all_the_same(
    scene: PullScene, summary: Summary
) -> None:
    scene.summary = summary
    everything = (scene.pull.reviews, scene.pull.comments, scene.pull.issue_comments)
    scene.run(EVERYTHING)
    told = [[one.body for one in left] for left in everything]
    said = [*told[0], *told[2]]
    assert any(read_memory(body, "review") or read_memory(body, "summary") for body in said)
    for left in everything:
        left.clear()
    for body in said:
        scene.pull.review("eve", body)
        scene.pull.comment("eve", body)
    scene.run(EVERYTHING)
    assert [[one.body for one in left if one.user.login == JOB_LOGIN] for left in everything] == told
    assert [one.body for one in scene.pull.issue_comments if one.user.login == "eve"] == said
