"""The workflows that we show, job by job, with the fake GitHub and fake providers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from action_runner import ROOT
from commandline import CONFIG, KEY, KEYS
from gitrepo import AFTER, BEFORE
from pull_scene import Scene, opened
from stats_defects import UNSET
from workflow_runner import WorkflowRun

pytestmark = pytest.mark.thorough

SECRETS = dict(zip(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"), KEYS.values(), strict=True))
NAMES = dict(zip(KEYS, SECRETS, strict=True))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        configure(made)
        made.both(UNSET)
        yield made


def configure(scene: Scene, rest: str = "") -> None:
    """With the variables that the workflows set, and the names that they know."""
    assert scene.providers is not None
    config = CONFIG.format(**{kind: scene.providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
    for old, new in {**NAMES, "name: opus": "name: claude"}.items():
        config = config.replace(old, new)
    scene.change({"src/stats.py": BEFORE, ".reviewbot.yaml": config + rest}, {"src/stats.py": AFTER})


def workflow(
    scene: Scene,
    environment: Path,
    name: str,
    *,
    event_name: str = "pull_request",
    event: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] = SECRETS,
) -> WorkflowRun:
    path = Path(name) if "/" in name else Path("docs/workflows", name)
    return WorkflowRun(
        path=ROOT / path,
        folder=scene.folder / "jobs" / path.stem,
        github={
            "event_name": event_name,
            "event": event or scene.github.event(scene.pull),
            "repository": "acme/shop",
            "ref": "refs/pull/7/merge",
        },
        servers={"GITHUB_API_URL": scene.github.api_url, "GITHUB_SERVER_URL": scene.github.server_url},
        secrets=secrets,
        environment=environment,
        artifacts=scene.folder / "artifacts",
    )


def after(scene: Scene, conclusion: str) -> dict[str, Any]:
    """The event of a workflow that follows the one of a fork's pull request."""
    return {
        "action": "completed",
        "workflow_run": {
            "event": "pull_request",
            "conclusion": conclusion,
            "id": 1,
            "head_sha": scene.pull.head_sha,
            "head_branch": "feature",
            "head_repository": {"full_name": "eve/shop"},
        },
        "repository": {"full_name": "acme/shop"},
    }


def report(path: Path) -> Any:
    return json.loads(path.read_text())


def test_the_plain_workflow_reviews_and_posts(scene: Scene, action_environment: Path) -> None:
    ran = workflow(scene, action_environment, "pull-request.yml").run()
    assert ran.result("reviewbot") == "failure"  # it blocks
    assert len(scene.pull.reviews) == len(scene.pull.comments) == 1
    queue = workflow(
        scene, action_environment, "pull-request.yml", event_name="merge_group", event={"action": "checks_requested"}
    )
    queue.folder = scene.folder / "jobs" / "queue"
    scene.github.requests.clear()
    assert queue.run().result("reviewbot") == "success"
    assert scene.github.requests == []


@pytest.mark.requirement("R43")
def test_a_pull_request_of_a_fork_without_keys_is_skipped_and_told(scene: Scene, action_environment: Path) -> None:
    scene.pull.head_repo = "eve/shop"
    ran = workflow(scene, action_environment, "pull-request.yml", secrets={}).run()
    assert ran.result("reviewbot") == "success"
    assert "SKIPPED" in ran.jobs["reviewbot"].log
    assert scene.github.writes == []


@pytest.mark.thorough
def test_the_jobs_of_a_split_review_have_keys_or_may_write(scene: Scene, action_environment: Path) -> None:
    scene.pull.head_repo = "eve/shop"
    ran = workflow(scene, action_environment, "forks.yml", event_name="pull_request_target").run()
    assert ran.result("review") == "failure"  # it blocks
    made = report(ran.artifacts / "reviewbot-report" / "reviewbot.json")
    assert (made["change"]["pull_request"], made["verdict"]["conclusion"]) == (7, "block")
    assert [set(variables) for variables in ran.jobs["review"].variables] == [set(SECRETS)]
    assert ran.jobs["publish"].variables == [{}]
    assert ran.result("publish") == "failure"
    assert len(scene.pull.reviews) == len(scene.pull.comments) == 1
    assert "2 of 3" in scene.comments[0]
    assert KEY not in ran.jobs["review"].log + ran.jobs["publish"].log


@pytest.mark.thorough
def test_a_split_review_that_is_skipped_leaves_nothing_to_publish(scene: Scene, action_environment: Path) -> None:
    scene.pull.head_repo = "eve/shop"
    first = workflow(scene, action_environment, "split-review.yml", secrets={}).run()
    assert first.result("review") == "success"
    assert list(first.artifacts.iterdir()) == []
    event = {
        "workflow_run": {"event": "pull_request", "conclusion": "success", "id": 1, "head_sha": scene.pull.head_sha}
    }
    second = workflow(scene, action_environment, "split-publish.yml", event_name="workflow_run", event=event).run()
    assert second.result("publish") == "success"
    assert second.jobs["publish"].variables == []


def test_two_workflows_make_a_review_of_a_fork_that_has_keys_and_its_check(
    scene: Scene, action_environment: Path
) -> None:
    configure(scene, "publish: {check_run: true}\n")
    scene.pull.head_repo = "eve/shop"
    first = workflow(scene, action_environment, "split-review.yml").run()
    assert first.result("review") == "failure"  # it blocks
    assert scene.github.writes == []
    event = after(scene, "failure")
    second = workflow(scene, action_environment, "split-publish.yml", event_name="workflow_run", event=event).run()
    assert second.jobs["publish"].variables == [{}]
    assert len(scene.pull.reviews) == len(scene.pull.comments) == 1
    assert "2 of 3" in scene.comments[0]
    (check,) = scene.github.site.repos["acme/shop"].check_runs
    assert (check["name"], check["conclusion"]) == ("reviewbot", "failure")
    assert check["head_sha"] == scene.pull.head_sha


@pytest.mark.thorough
def test_a_fork_cannot_have_something_posted_on_another_pull_request(scene: Scene, action_environment: Path) -> None:
    scene.pull.head_repo = "eve/shop"
    first = workflow(scene, action_environment, "split-review.yml").run()
    other = scene.pull.repo.pull(8, base=scene.pull.base_sha, head=scene.push({"src/stats.py": BEFORE + AFTER}))
    forged = report(first.artifacts / "reviewbot-report" / "reviewbot.json")
    forged["change"].update(pull_request=8, head=other.head_sha)
    (first.artifacts / "reviewbot-report" / "reviewbot.json").write_text(json.dumps(forged))
    event = after(scene, "failure")
    event["workflow_run"]["head_sha"] = "0" * 40
    second = workflow(scene, action_environment, "split-publish.yml", event_name="workflow_run", event=event).run()
    assert second.result("publish") == "failure"
    assert scene.github.writes == []


@pytest.mark.thorough
def test_one_job_for_each_reviewer_makes_one_report(scene: Scene, action_environment: Path) -> None:
    ran = workflow(scene, action_environment, "fan-out.yml").run()
    assert [job for job in ran.jobs if ran.jobs[job].result == "success"][:3] == [
        "review (claude)",
        "review (gpt)",
        "review (gemini)",
    ]
    outputs = ran.jobs["publish"].steps["merged"]["outputs"]
    assert (outputs["verdict"], outputs["findings"], outputs["blocking"]) == ("block", "1", "1")
    merged = report(Path(outputs["report"]))
    assert sorted(row["name"] for row in merged["reviewers"]) == ["claude", "gemini", "gpt"]
    assert merged["findings"][0]["agreement"] == {"count": 2, "of": 3, "vendors": 2}
    assert merged["change"]["pull_request"] == 7
    assert ran.jobs["publish"].variables == [{}, {}]
    assert ran.result("publish") == "failure"  # it blocks
    assert len(scene.pull.reviews) == len(scene.pull.comments) == 1
    assert "2 of 3" in scene.comments[0]


@pytest.mark.thorough
def test_a_reviewer_whose_job_is_lost_is_no_clean_review(scene: Scene, action_environment: Path) -> None:
    scene.says()
    ran = workflow(scene, action_environment, "fan-out.yml").run(lost=("review (claude)", "review (gpt)"))
    assert [path.name for path in ran.artifacts.iterdir()] == ["report-gemini"]
    assert "Each reviewer's job left a report, or had nothing to review" in ran.jobs["publish"].failed
    nothing = workflow(scene, action_environment, "fan-out.yml")
    nothing.folder, nothing.artifacts = scene.folder / "jobs" / "nothing", scene.folder / "nothing"
    nothing.artifacts.mkdir()
    lost = tuple(f"review ({name})" for name in ("claude", "gpt", "gemini"))
    assert nothing.run(lost=lost).result("publish") == "failure"
    assert nothing.jobs["publish"].variables == []


@pytest.mark.thorough
def test_a_draft_is_skipped_by_every_job(scene: Scene, action_environment: Path) -> None:
    scene.pull.draft = True
    ran = workflow(scene, action_environment, "fan-out.yml").run()
    assert (ran.result("review"), ran.result("publish")) == ("success", "success")
    assert ran.jobs["publish"].variables == []


@pytest.mark.parametrize(("role", "posted"), [("write", 1), ("read", 0)])
def test_a_comment_asks_for_a_review(scene: Scene, action_environment: Path, role: str, posted: int) -> None:
    scene.pull.repo.collaborator("ann", role)
    event = {
        "action": "created",
        "issue": {"number": 7, "state": "open", "pull_request": {"url": "x"}},
        "comment": {"body": "/reviewbot review", "user": {"login": "ann", "type": "User"}},
        "repository": {"full_name": "acme/shop"},
    }
    ran = workflow(scene, action_environment, "comment.yml", event_name="issue_comment", event=event).run()
    assert ran.result("reviewbot") == ("failure" if posted else "success")
    assert len(scene.pull.reviews) == posted
    event["comment"] = {"body": "$(reviewbot)"}
    other = workflow(scene, action_environment, "comment.yml", event_name="issue_comment", event=event).run()
    assert other.result("reviewbot") == "skipped"


def test_what_our_own_ci_says_of_the_action_holds(scene: Scene, action_environment: Path) -> None:
    ran = workflow(scene, action_environment, ".github/workflows/ci.yml").run(only=("action (ubuntu-24.04)",))
    assert ran.result("action") == "success", ran.jobs["action (ubuntu-24.04)"].log


@pytest.mark.thorough
@pytest.mark.requirement("R16")
def test_our_own_review_goes_by_the_action_of_the_base(scene: Scene, action_environment: Path) -> None:
    ran = workflow(scene, action_environment, ".github/workflows/review.yml").run()
    assert ran.result("reviewbot") == "failure"
    assert len(scene.pull.reviews) == 1
