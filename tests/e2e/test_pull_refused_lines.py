"""A review that GitHub refuses for one of its lines: what is on a line of its own hunks stays there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import entry
from github_faults import Meanwhile, unprocessable
from github_rules import NOT_IN_DIFF
from providers import findings_reply
from pull_scene import Scene, opened
from stats_defects import UNSET

pytestmark = pytest.mark.thorough

REVIEWS = "POST /repos/{owner}/{repo}/pulls/{number}/reviews"
FILES = "GET /repos/{owner}/{repo}/pulls/{number}/files"
LARGE = entry(
    "large.py",
    12_345,
    "Row 12344 has the wrong factor",
    "Every other row multiplies by seven; this one by eight, so `lookup(12344)` is off by its own index.",
    quote="rows[12344] = 12344 * 8",
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Beside the usual file, one so large that GitHub shows none of its hunks."""
    rows = [f"rows[{number}] = {number} * {8 if number == 12_344 else 7}\n" for number in range(25_000)]
    with opened(tmp_path) as made:
        made.push({"large.py": "".join(rows)})
        made.says(findings_reply([UNSET, LARGE]), findings_reply([UNSET, LARGE]))
        yield made


@pytest.mark.requirement("R38")
def test_comments_on_lines_that_github_does_not_show_go_to_the_text_and_the_others_stay(scene: Scene) -> None:
    ended = scene.run()
    assert ended.code == 1, ended.err
    (review,) = scene.pull.reviews
    (comment,) = scene.pull.comments
    assert (comment.path, comment.line) == ("src/stats.py", 3)
    assert "large.py:12345" in review.body
    assert "Row 12344 has the wrong factor" in review.body
    assert "count" not in review.body, "what is on its line is not told twice"
    assert (scene.github.counts[REVIEWS], scene.github.counts[FILES]) == (2, 1)


def test_the_next_run_knows_both(scene: Scene) -> None:
    scene.run()
    assert scene.run(action="synchronize").code == 1
    assert len(scene.pull.reviews) == len(scene.pull.comments) == 1


@pytest.mark.requirement("R38")
def test_a_second_refusal_leaves_the_text_alone(scene: Scene) -> None:
    scene.github.fault(REVIEWS, unprocessable(NOT_IN_DIFF), times=2)
    assert scene.run().code == 1
    (review,) = scene.pull.reviews
    assert scene.pull.comments == []
    assert "large.py:12345" in review.body
    assert "src/stats.py:3" in review.body
    assert scene.github.counts[REVIEWS] == 3


def test_a_head_that_moves_while_a_refusal_is_dealt_with_stops_everything(scene: Scene) -> None:
    newer = scene.author.commit({"src/stats.py": "import os\n"})
    scene.author.git("push", "--quiet", str(scene.bare), f"{newer}:refs/heads/feature")
    scene.github.fault(REVIEWS, Meanwhile(action=lambda: scene.pull.push(newer)))
    ended = scene.run()
    assert ended.code == 1
    assert "no longer the head" in " ".join(ended.out.split())
    assert scene.pull.reviews == []
