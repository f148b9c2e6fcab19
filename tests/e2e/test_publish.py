"""`reviewbot publish` from outside: what one job found, posted by another one that has no model key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commandline import KEYS, entry, reviewbot
from gfm import acting
from github_server import FORK_TOKEN
from gitrepo import BEFORE
from hostile_text import ATTACKS
from providers import findings_reply
from pull_scene import UNSET_TOO, Scene, opened
from stats_defects import EMPTY, UNSET

from reviewbot.publishing import GONE

pytestmark = pytest.mark.thorough

FREE = "limits: {max_cost_usd: null}\n"
"""Without a limit there is no note about prices."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        yield made


def said(scene: Scene) -> object:
    """All that stands on the pull request, and all that the job leaves."""
    comments = [(c.path, c.side, c.start_line, c.line, c.body) for c in scene.pull.comments]
    reviews = [(review.state, review.commit_id, review.body) for review in scene.pull.reviews]
    whole = [comment.body for comment in scene.pull.issue_comments]
    return comments, reviews, whole, scene.outputs, (scene.folder / "summary").read_text()


def mended(path: Path, **changes: Any) -> Path:
    """The report with other values in its change."""
    report = json.loads(path.read_text())
    report["change"].update(changes)
    path.write_text(json.dumps(report))
    return path


@pytest.mark.requirement("R47")
def test_two_jobs_end_as_one(scene: Scene) -> None:
    scene.configure(FREE)
    scene.push({"conf.py": 'TOKEN = "ghp_R4nd0mT0k3nVa1ueF0rTh1sT3st0n1yXyZ12"\n', "uv.lock": "a\n", "a.bin": b"\0"})
    far = entry("src/stats.py", 900, "Nothing tests the empty list", "No test calls mean([]).", severity="low")
    moved = {**UNSET_TOO, "start_line": 1, "suggestion": "        count = item"}
    scene.says(findings_reply([UNSET, EMPTY]), findings_reply([moved, far]))
    one = scene.run()
    by_one, report = said(scene), scene.made()
    scene.forget()
    two = scene.publish(report)
    assert (two.code, two.out) == (one.code, one.out), two.err
    assert two.code == 1
    assert said(scene) == by_one
    assert [comment.path for comment in scene.pull.comments] == ["conf.py", "src/stats.py"]
    assert json.loads(Path(scene.outputs["report"]).read_text()) == json.loads(report.read_text())


def test_a_dry_run_and_a_second_time_post_nothing(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run("--dry-run")
    report = scene.made()
    assert "---- a comment on src/stats.py:3 (RIGHT)" in scene.publish(report, "--dry-run").out
    assert scene.github.writes == []
    assert scene.publish(report).code == 1
    assert scene.publish(report).code == 1
    assert len(scene.pull.comments) == len(scene.pull.reviews) == len(scene.pull.issue_comments) == 1


def test_a_job_that_may_only_read_leaves_a_report_for_one_that_may_write(scene: Scene) -> None:
    scene.both(UNSET)
    assert scene.run(env={"GITHUB_TOKEN": FORK_TOKEN}).code == 1
    assert scene.pull.comments == []
    assert scene.publish(scene.made()).code == 1
    assert len(scene.pull.comments) == 1
    assert "may not write" not in scene.summary


def test_a_job_for_each_reviewer_ends_as_one_job_for_all(scene: Scene) -> None:
    scene.says(findings_reply([UNSET, EMPTY]), findings_reply([UNSET_TOO]))
    scene.run()
    by_one, verdict = [comment.body for comment in scene.pull.comments], scene.outputs
    scene.forget()
    names = []
    for name in ("opus", "gpt", "gemini"):
        assert scene.run("--dry-run", "--reviewer", name).code != 2
        names.append(str(scene.made(f"{name}.json")))
    whole = scene.folder / "whole.json"
    assert reviewbot("merge", *names, "--format", f"json={whole}", cwd=scene.folder).code == 1
    scene.forget()
    assert scene.publish(whole).code == 1
    assert [comment.body for comment in scene.pull.comments] == by_one
    assert {k: v for k, v in scene.outputs.items() if k != "cost-usd"} == {
        k: v for k, v in verdict.items() if k != "cost-usd"
    }


def test_what_is_gone_is_said_to_be_also_where_another_reviewer_had_found_it(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run()
    scene.push({"src/stats.py": BEFORE.replace("count", "number")})
    scene.says()
    scene.run("--dry-run", "--reviewer", "gemini", action="synchronize")
    ended = scene.publish(scene.made(), "--reviewer", "gemini")
    assert ended.code == 0, ended.err
    assert [comment.body for comment in scene.pull.comments[1:]] == [GONE]
    assert "Left out" not in scene.summary


# ---------------------------------------------------------------- hostile reports


@pytest.mark.requirement("R47")
def test_a_hostile_report_is_posted_as_what_its_panel_can_have_said(scene: Scene) -> None:
    """It invents reviewers and a verdict, calls findings declined, points anywhere, and says what must not act."""
    scene.says(findings_reply([UNSET]))
    scene.run("--dry-run")
    path = scene.made()
    report = json.loads(path.read_text())
    attack = " ".join([*ATTACKS.values(), "ghp_" + "R4nd0mT0k3nVa1ueF0rTh1sT3st0n1yXyZ12"])
    (found,) = report["findings"]
    (said_by_opus,) = found["members"]
    invented = [f"r{number}" for number in range(10)]
    report["reviewers"] += [{**report["reviewers"][0], "name": name, "vendor": name} for name in invented]
    for file in report["change"]["files"]:
        file["answered"] = file["asked"] = [*file["asked"], *invented]
    found["members"] += [{**said_by_opus, "reviewer": name} for name in invented]
    found.update(state="declined", agreement={"count": 11, "of": 11, "vendors": 11}, note=attack)
    elsewhere = {**said_by_opus, "title": attack, "body": attack, "path": "../../etc/passwd", "anchor": None}
    report["findings"].append({**found, "state": "new", "path": "../../etc/passwd", "members": [elsewhere]})
    forged = {**said_by_opus, "reviewer": "reviewbot", "severity": "critical", "title": "A secret is in the change"}
    report["findings"].append({**found, "state": "new", "severity": "critical", "members": [forged]})
    report["verdict"].update(conclusion="block", reason=attack, fails=True)
    report["notes"] = [attack]
    path.write_text(json.dumps(report))
    ended = scene.publish(path)
    assert ended.code == 0, ended.err
    assert scene.outputs["verdict"] == "pass"
    texts = [*scene.comments, *(review.body for review in scene.pull.reviews), scene.summary]
    assert [c.body.count("**1 of 3** (opus)") for c in scene.pull.comments] == [1]
    for text in texts:
        shown = text.rpartition("<!-- reviewbot:")[0]
        assert [act for act in acting(shown) if act[0] != "html_block"] == []
        assert "ghp_" not in text
        assert "A secret is in the change" not in text
    assert 'Left out of the report: 10 findings of "r0", "r1", "r2", "r3", "r4" and 5 more' in scene.summary


@pytest.mark.requirement("R47")
def test_a_forks_run_cannot_write_onto_the_pull_request_of_somebody_else(scene: Scene) -> None:
    scene.run("--dry-run")
    event = scene.github.run_event(scene.pull)
    run: Any = event["workflow_run"]
    run["head_repository"] = {"full_name": "mallory/shop"}  # to which anybody can push the commit of anybody's branch
    ended = scene.publish(scene.made(), event=event)
    assert (ended.code, ended.out) == (2, "")
    assert "whose branch is in acme/shop, and was made by a run of mallory/shop" in ended.err
    assert scene.github.writes == []


# ---------------------------------------------------------------- a pull request that moved on


@pytest.mark.requirement("R19")
@pytest.mark.parametrize(("policy", "code"), [("fail", 3), ("pass", 0)])
def test_a_report_of_an_earlier_head_is_superseded(scene: Scene, policy: str, code: int) -> None:
    scene.configure(f"gate: {{on_incomplete: {policy}}}\n")
    scene.both(UNSET)
    scene.run("--dry-run")
    report, event = scene.made(), scene.github.run_event(scene.pull)
    scene.push({"src/more.py": "x = 1\n"})
    ended = scene.publish(report, event=event)
    assert ended.code == code
    assert "which is not the head of acme/shop#7; nothing is posted." in ended.out
    assert scene.outputs["verdict"] == "incomplete"
    assert scene.github.writes == []


def test_a_report_for_another_base_branch_is_superseded(scene: Scene) -> None:
    scene.run("--dry-run")
    report = mended(scene.made(), base="a" * 40)
    ended = scene.publish(report)
    assert ended.code == 3
    assert "compares acme/shop#7 with aaaaaaaaaa, from which it no longer starts" in ended.out
    assert scene.github.writes == []


def test_a_closed_pull_request_gets_nothing(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run("--dry-run")
    scene.pull.state = "closed"
    ended = scene.publish(scene.made())
    assert (ended.code, ended.out) == (0, "SKIPPED  acme/shop#7 is closed, so that nothing is posted.\n")
    assert scene.outputs["verdict"] == "skipped"
    assert scene.github.writes == []


# ---------------------------------------------------------------- whose answers count


def test_without_reviewers_in_the_configuration_the_default_panels_names_count(scene: Scene) -> None:
    scene.both(UNSET)
    scene.run("--dry-run")
    report = scene.made()
    text = report.read_text()
    for name, default in (("opus", "claude"), ("gemini", "invented")):
        text = text.replace(f'"{name}"', f'"{default}"')
    report.write_text(text)
    operators = scene.folder / "operators.yaml"
    operators.write_text("gate: {min_agreement: 2}\n")
    ended = scene.publish(report, "--config", str(operators), "--format", "json")
    assert ended.code == 1
    assert [(r["name"], r["vendor"]) for r in ended.report["reviewers"]] == [("claude", "anthropic"), ("gpt", "openai")]
    assert ended.report["findings"][0]["agreement"] == {"count": 2, "of": 2, "vendors": 2}


def test_only_a_forks_run_without_keys_passes_as_skipped_and_only_where_it_may(scene: Scene) -> None:
    scene.pull.head_repo = "ada/shop"
    assert scene.run(env=dict.fromkeys(KEYS)).code == 0
    report = scene.made()

    def ended() -> tuple[int, str]:
        scene.forget()
        return scene.publish(report).code, scene.outputs["verdict"]

    assert ended() == (0, "skipped")
    scene.pull.head_repo = "acme/shop"
    assert ended() == (3, "incomplete")
    scene.pull.head_repo = "ada/shop"
    scene.configure("gate: {on_missing_keys: fail}\n")
    assert ended() == (3, "incomplete")
