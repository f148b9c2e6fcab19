"""`reviewbot pr` in a job that a comment started."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import Ended
from provider_formats import Json
from pull_scene import Scene, opened


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as scene:
        yield scene


def _commented(scene: Scene, body: str, user: Json) -> Ended:
    event = scene.folder / "comment.json"
    issue: Json = {"number": 7, "state": "open", "pull_request": {}}
    event.write_text(json.dumps({"action": "created", "issue": issue, "comment": {"body": body, "user": user}}))
    return scene.run(env={"GITHUB_EVENT_NAME": "issue_comment", "GITHUB_EVENT_PATH": str(event)})


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("role", "reviewed"), [pytest.param("write", True, marks=pytest.mark.thorough), ("read", False)]
)
def test_who_may_write_asks_for_a_review_in_a_comment(scene: Scene, role: str, *, reviewed: bool) -> None:
    scene.pull.repo.collaborator("ann", role)
    ended = _commented(scene, "/reviewbot review\r\n", {"login": "ann", "type": "User"})
    assert ended.code == 0, ended.err
    assert (len(scene.pull.issue_comments) == 1) is reviewed
    assert ("ann may not write to acme/shop" in ended.out) is not reviewed


@pytest.mark.thorough
@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("body", "user"),
    [
        ("/reviewbot reviewers please", {"login": "ann", "type": "User"}),
        ("/reviewbot ignore it is meant", {"login": "ann", "type": "User"}),
        ("/reviewbot review", {"login": "helper[bot]", "type": "Bot"}),
        ("/reviewbot review", None),
    ],
)
def test_other_comments_ask_for_nothing_and_the_job_says_so(scene: Scene, body: str, user: Json) -> None:
    scene.pull.repo.collaborator("ann", "write")
    ended = _commented(scene, body, user)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("SKIPPED  ")
    assert scene.outputs["verdict"] == "skipped"
    assert scene.github.requests == []
