"""Whether a report that names its pull request rightly still belongs there, by what the platform tells of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pull_scene import Scene, opened
from reports import SAMPLES

from reviewbot.config.overrides import Overrides
from reviewbot.errors import UsageError
from reviewbot.formats.json import render_json
from reviewbot.model import Conclusion
from reviewbot.parts.values import NamedBytes
from reviewbot.publishing import Outcome
from reviewbot.pull_report import Publication, publish_made_earlier
from reviewbot.surroundings import Surroundings

pytestmark = pytest.mark.requirement("R47")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        yield made
        assert made.github.writes == []


def publish(scene: Scene, event: str, changes: Mapping[str, Any], run: Mapping[str, Any] | None = None) -> Outcome:
    """What becomes of a report of the pull request as it is, with `changes`. `run`: what the event says otherwise."""
    work, variables = scene.job({"GITHUB_EVENT_NAME": event})
    told: Any = scene.github.run_event(scene.pull)
    told["workflow_run"].update(run or {})
    (scene.folder / "event.json").write_text(json.dumps(told))
    report = json.loads(render_json(SAMPLES["blocking"](), tool_version="1"))
    of = {"repository": "acme/shop", "pull_request": 7, "base": scene.pull.base_sha, "head": scene.pull.head_sha}
    report["change"].update({**of, **changes})
    environ = {"PATH": os.environ["PATH"], "HOME": str(work), **variables}
    outcome = publish_made_earlier(
        Publication(
            report=NamedBytes(name="r.json", data=json.dumps(report).encode()),
            around=Surroundings(cwd=work, environ=environ, config_path=None, overrides=Overrides()),
            dry_run=True,
        )
    )
    assert isinstance(outcome, Outcome)
    return outcome


def test_a_report_of_what_the_pull_request_is_may_be_posted(scene: Scene) -> None:
    assert publish(scene, "workflow_run", {}).draft.summary


def test_a_run_of_another_repository_has_no_say_though_it_was_for_the_same_commit(scene: Scene) -> None:
    with pytest.raises(UsageError, match="whose branch is in acme/shop, and was made by a run of mallory/shop"):
        publish(scene, "workflow_run", {}, {"head_repository": {"full_name": "mallory/shop"}})


@pytest.mark.parametrize(
    ("key", "said"),
    [("head", "which is not the head of acme/shop#7; nothing is posted"), ("base", "from which it no longer starts")],
)
def test_a_report_of_another_commit_is_superseded(scene: Scene, key: str, said: str) -> None:
    outcome = publish(scene, "workflow_dispatch", {key: "a" * 40})
    assert outcome.report.verdict.conclusion is Conclusion.INCOMPLETE
    assert said in outcome.report.verdict.reason
    assert not outcome.draft.has_review
    assert outcome.draft.summary == ""
