"""The check run of `reviewbot pr`: the real command line against the fake GitHub, which keeps the rules for checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from github_faults import Drop, Fault, bad_gateway
from github_server import CHECKS_TOKEN
from provider_formats import Object, objects
from providers import findings_reply
from pull_scene import UNSET_TOO, Scene, opened
from stats_defects import EMPTY, UNSET

pytestmark = pytest.mark.thorough

CHECK = "POST /repos/{owner}/{repo}/check-runs"
TOKEN = {"GITHUB_TOKEN": CHECKS_TOKEN}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as scene:
        scene.configure("publish: {check_run: true}\n")
        yield scene


def checks(scene: Scene) -> list[Object]:
    return scene.github.site.repos["acme/shop"].check_runs


def test_the_verdict_is_a_check_with_what_is_on_lines(scene: Scene) -> None:
    scene.says(findings_reply([UNSET, EMPTY]), findings_reply([UNSET_TOO]))
    assert scene.run(env=TOKEN).code == 1
    (run,) = checks(scene)
    assert (run["name"], run["head_sha"], run["conclusion"]) == ("reviewbot", scene.pull.head_sha, "failure")
    output = run["output"]
    assert isinstance(output, dict)
    assert output["title"] == "BLOCK: 2 findings"
    assert "## BLOCK" in str(output["summary"])
    first, second = objects(output["annotations"])
    assert (first["path"], first["start_line"], first["annotation_level"]) == ("src/stats.py", 3, "failure")
    assert (second["start_line"], second["annotation_level"]) == (8, "warning")
    assert str(first["title"]).startswith("high, 2 of 3: ")
    assert str(first["message"]).endswith("Reported by gpt, opus.")


def test_a_clean_change_is_a_success(scene: Scene) -> None:
    assert scene.run(env=TOKEN).code == 0
    assert [run["conclusion"] for run in checks(scene)] == ["success"]


def test_a_dry_run_makes_none(scene: Scene) -> None:
    assert scene.run("--dry-run", env=TOKEN).code == 0
    assert checks(scene) == []


def test_a_token_that_may_not_is_told_and_changes_nothing(scene: Scene) -> None:
    ended = scene.run()
    assert (ended.code, checks(scene)) == (0, [])
    assert "The check run could not be made: GitHub answered 403" in ended.out


@pytest.mark.parametrize(
    ("fault", "requests"), [(Drop(applied=True), 1), (Drop(applied=False), 2), (bad_gateway(applied=True), 1)]
)
def test_a_check_without_an_answer_is_made_once(scene: Scene, fault: Fault, requests: int) -> None:
    scene.github.fault(CHECK, fault)
    assert scene.run(env=TOKEN).code == 0
    assert (len(checks(scene)), scene.github.counts[CHECK]) == (1, requests)
