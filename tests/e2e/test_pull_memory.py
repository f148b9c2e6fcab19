"""What a run remembers of earlier ones, when it forgets, and what becomes of a summary that is not wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from github_faults import Drop, Meanwhile, unprocessable
from gitrepo import AFTER, BEFORE
from pull_scene import AGAIN, COMMENT, REVIEWS, Scene, elsewhere, opened
from stats_defects import EMPTY, UNSET

from reviewbot.formats.marker import read_finding, read_memory, read_summary, without_marker
from reviewbot.publishing import GONE

pytestmark = pytest.mark.thorough

FIXED = {"src/stats.py": BEFORE.replace("count", "number")}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        yield made


def remembered(scene: Scene) -> int:
    rounds = read_summary(scene.summary)
    assert rounds is not None
    return len(rounds.findings)


def test_eight_findings_outside_the_change_are_told_once(scene: Scene) -> None:
    scene.both(*(elsewhere(n) for n in range(8)))
    scene.run()
    assert remembered(scene) == 8
    for _ in range(2):
        assert scene.run(action="synchronize").code == 1
        assert len(scene.pull.reviews) == 1
    assert scene.summary.count("| **high**, blocks, known |") == 8


def test_a_quiet_run_forgets_nothing(scene: Scene) -> None:
    scene.both(elsewhere(1))
    scene.run()
    scene.says()
    assert scene.run(action="synchronize").code == 0
    assert remembered(scene) == 1
    scene.both(elsewhere(1))
    assert scene.run(action="synchronize").code == 1
    assert len(scene.pull.reviews) == 1


def test_a_failed_run_forgets_nothing_and_calls_nothing_fixed(scene: Scene) -> None:
    scene.both(UNSET, elsewhere(1))
    scene.run()
    scene.push(FIXED)
    scene.fail()
    ended = scene.run("--format", "json", action="synchronize")
    assert (ended.code, ended.report["findings"]) == (3, [])
    assert remembered(scene) == 1
    assert GONE not in scene.comments
    scene.push({"src/stats.py": AFTER})
    scene.both(AGAIN, elsewhere(1))
    assert scene.run(action="synchronize").code == 1
    assert len(scene.pull.reviews) == len(scene.pull.comments) == 1


def test_a_run_of_too_few_reviewers_calls_nothing_fixed(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.fail("gpt-test", "gemini-2.5-flash")
    assert scene.run(action="synchronize").code == 3
    assert len(scene.pull.comments) == 1
    scene.says()
    assert scene.run(action="synchronize").code == 0
    assert scene.comments[1:] == [GONE]


def test_a_finding_that_was_fixed_and_returns_is_told_again(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.run(action="synchronize")
    scene.push({"src/stats.py": AFTER})
    scene.both(AGAIN)
    for _ in range(2):
        assert scene.run(action="synchronize").code == 1
        assert [read_finding(body) is not None for body in scene.comments] == [True, False, True]
    assert scene.comments[1] == GONE


def test_a_finding_that_returns_stays_where_somebody_answers_at_the_same_time(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.run(action="synchronize")
    scene.push({"src/stats.py": AFTER})
    scene.both(AGAIN)
    answer = Meanwhile(action=lambda: scene.pull.reply("ann", scene.pull.comments[0].id, "Again?"), when="after")
    scene.github.fault(REVIEWS, answer)
    scene.run(action="synchronize")
    assert [read_finding(body) is not None for body in scene.comments] == [True, False, True, False]


@pytest.mark.parametrize("summary", ["always", "never"])
def test_a_review_that_is_refused_is_told_as_a_text_once(scene: Scene, summary: str) -> None:
    scene.configure(f"publish: {{summary: {summary}}}\n")
    scene.both(UNSET)
    for _ in range(3):
        scene.github.fault(REVIEWS, unprocessable("line must be part of the diff"))
        assert scene.run().code == 1
    (review,) = scene.pull.reviews
    assert "count is used before it is set" in review.body
    assert scene.pull.comments == []


def test_what_was_told_is_not_told_again_where_the_summary_could_not_be_written(scene: Scene) -> None:
    scene.both(elsewhere(1))
    scene.github.fault(COMMENT, Drop(applied=False), times=2)
    assert "could not be posted" in scene.run().out
    assert (len(scene.pull.reviews), scene.pull.issue_comments) == (1, [])
    assert scene.run().code == 1
    assert len(scene.pull.reviews) == len(scene.pull.issue_comments) == 1


def test_two_summaries_are_united(scene: Scene) -> None:
    scene.both(elsewhere(1))
    scene.run()
    first = scene.summary
    scene.pull.issue_comments.clear()
    scene.pull.reviews.clear()
    scene.both(elsewhere(2))
    scene.run()
    second = scene.summary
    scene.pull.issue_comments.clear()
    scene.pull.comment("github-actions[bot]", first)
    scene.pull.comment("github-actions[bot]", second)
    reviews = len(scene.pull.reviews)
    scene.both(elsewhere(1), elsewhere(2))
    scene.run(action="synchronize")
    assert len(scene.pull.reviews) == reviews
    assert remembered(scene) == 2


def test_a_run_of_the_same_head_is_no_further_round(scene: Scene) -> None:
    def round_() -> int:
        rounds = read_summary(scene.summary)
        assert rounds is not None
        return rounds.round

    for _ in range(4):
        scene.run()
    assert round_() == 1
    scene.push({"src/stats.py": f"{AFTER}\n"})
    for _ in range(2):
        scene.run(action="synchronize")
    assert round_() == 2
    scene.both(EMPTY)
    scene.run()
    assert len(scene.pull.comments) == 1


# ---------------------------------------------------------------- a summary that is not always wanted


def test_with_findings_a_clean_change_gets_nothing_and_a_summary_that_stands_is_kept_true(scene: Scene) -> None:
    scene.configure("publish: {summary: findings}\n")
    assert scene.run().code == 0
    assert scene.github.writes == []
    scene.both(UNSET)
    assert scene.run().code == 1
    assert scene.summary.startswith("## BLOCK")
    scene.push(FIXED)
    scene.says()
    assert scene.run(action="synchronize").code == 0
    assert scene.summary.startswith("## PASS")


def test_with_findings_a_failed_run_is_not_silent(scene: Scene) -> None:
    scene.configure("publish: {summary: findings}\n")
    scene.fail()
    assert scene.run().code == 3
    assert scene.summary.startswith("## INCOMPLETE")


def test_without_a_summary_what_fits_no_line_is_told_in_reviews_once(scene: Scene) -> None:
    scene.configure("publish: {summary: never}\n")
    scene.both(UNSET, elsewhere(1))
    for _ in range(2):
        assert scene.run("--format", "json").code == 1
    (review,) = scene.pull.reviews
    assert "Bravo handler misuses widget1" in review.body
    assert "summary" not in without_marker(review.body).replace("<summary>", "").replace("</summary>", "")
    assert (len(scene.pull.comments), scene.pull.issue_comments) == (1, [])
    scene.push({"src/stats.py": f"{AFTER}\n"})
    scene.both(UNSET, elsewhere(1), elsewhere(2))
    ended = scene.run("--format", "json", action="synchronize")
    assert sorted(found["state"] for found in ended.report["findings"]) == ["known", "known", "new"]
    _, second = (read_memory(review.body, "review") for review in scene.pull.reviews)
    assert second is not None
    assert (second.round, [posted.path for posted in second.findings]) == (2, ["src/other2.py"])


def test_a_summary_that_is_no_longer_wanted_says_so_and_goes_on_remembering(scene: Scene) -> None:
    scene.both(UNSET, elsewhere(1))
    scene.run()
    scene.configure("publish: {summary: never}\n")
    scene.run(action="synchronize")
    assert scene.summary.startswith("**This summary is no longer kept**")
    assert remembered(scene) == 1
    assert len(scene.pull.reviews) == len(scene.pull.issue_comments) == 1
