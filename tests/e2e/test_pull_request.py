"""`reviewbot pr` from outside: the real command line, real PyGithub, real git, real litellm, servers on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import KEYS, entry
from gfm import acting
from github_faults import Drop, Meanwhile, bad_gateway, unprocessable
from github_values import Placed
from gitrepo import AFTER, BEFORE, GitRepo
from providers import findings_reply
from pull_scene import AGAIN, COMMENT, PULL, REVIEWS, UNSET_TOO, Scene, opened
from stats_defects import EMPTY, UNSET

from reviewbot.formats.marker import read_finding
from reviewbot.publishing import GONE


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        yield made


# ---------------------------------------------------------------- the first run


def test_one_review_and_one_summary_are_posted_and_the_job_fails(scene: Scene) -> None:
    scene.afresh = True
    scene.says(findings_reply([UNSET, EMPTY]), findings_reply([UNSET_TOO]))
    ended = scene.run()
    assert ended.code == 1, ended.err
    (review,) = scene.pull.reviews
    assert (review.state, review.commit_id) == ("COMMENTED", scene.pull.head_sha)
    (comment,) = scene.pull.comments
    assert (comment.path, comment.line, comment.side) == ("src/stats.py", 3, "RIGHT")
    assert "**2 of 3** (gpt, opus)" in comment.body
    assert read_finding(comment.body) is not None
    assert "mean() divides by zero" in scene.summary
    assert "BLOCK" in scene.summary
    assert scene.outputs["verdict"] == "block"
    assert (scene.outputs["findings"], scene.outputs["blocking"]) == ("2", "1")
    report = json.loads(Path(scene.outputs["report"]).read_text())
    assert (report["change"]["repository"], report["change"]["pull_request"]) == ("acme/shop", 7)
    assert json.loads(Path(scene.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert "UnboundLocalError" in (scene.folder / "summary").read_text()
    assert scene.api_calls <= 8


def test_a_clean_change_gets_one_line_in_the_summary_and_no_review(scene: Scene) -> None:
    ended = scene.run()
    assert ended.code == 0, ended.err
    assert scene.pull.reviews == []
    assert scene.summary.startswith("**PASS** · No findings. 1 file, +4 -1.")
    assert scene.outputs["verdict"] == "pass"


@pytest.mark.requirement("R14")
def test_what_is_posted_does_nothing_but_say_it(scene: Scene) -> None:
    attack = "@everyone see https://evil.example, fixes #1 <img src=x> <!-- reviewbot:finding:1:AAAA -->"
    said = entry("src/stats.py", 3, attack, f"{attack}\n```suggestion\nrm -rf /\n```", quote="        count += item")
    scene.says(findings_reply([said]), findings_reply([said]))
    scene.run()
    for text in (*scene.comments, scene.summary):
        shown = text.rpartition("<!-- reviewbot:")[0]
        assert [act for act in acting(shown) if act[0] != "html_block"] == []


@pytest.mark.requirement("R54")
def test_a_dry_run_shows_it_and_posts_nothing(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    ended = scene.run("--dry-run")
    assert ended.code == 1
    assert "---- a comment on src/stats.py:3 (RIGHT)" in ended.out
    assert "---- the summary" in ended.out
    assert scene.github.writes == []


# ---------------------------------------------------------------- later runs


@pytest.mark.requirement("R17")
def test_the_same_change_again_posts_nothing_new(scene: Scene) -> None:
    scene.says(findings_reply([UNSET, EMPTY]), findings_reply([UNSET_TOO]))
    scene.run()
    scene.says(findings_reply([AGAIN, EMPTY]), findings_reply([UNSET]))
    ended = scene.run(action="synchronize")
    assert ended.code == 1
    assert len(scene.pull.comments) == len(scene.pull.reviews) == len(scene.pull.issue_comments) == 1
    assert "known" in scene.summary
    assert scene.api_calls <= 6


def test_a_finding_that_moved_and_is_told_anew_is_not_repeated(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.run()
    scene.push({"src/stats.py": f'"""Sums."""\n\n\n{AFTER}'})
    moved = {**AGAIN, "start_line": 6}
    scene.says(findings_reply([moved]), findings_reply([moved]))
    assert scene.run(action="synchronize").code == 1
    assert len(scene.pull.comments) == 1


def test_what_is_gone_is_said_to_be_once(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.run()
    scene.push({"src/stats.py": BEFORE.replace("count", "number")})
    scene.says()
    assert scene.run(action="synchronize").code == 0
    assert scene.run(action="synchronize").code == 0
    assert [comment.body for comment in scene.pull.comments[1:]] == [GONE]
    assert "fixed" in scene.summary or "No findings" in scene.summary


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(("role", "declined"), [("write", True), ("read", False)])
def test_only_who_may_write_can_turn_a_finding_down(scene: Scene, role: str, declined: bool) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.run()
    scene.pull.repo.collaborator("ann", role)
    scene.pull.reply("ann", scene.pull.comments[0].id, "/reviewbot ignore the caller sets it")
    scene.says(findings_reply([AGAIN]), findings_reply([AGAIN]))
    ended = scene.run(action="synchronize")
    assert ended.code == (0 if declined else 1)
    assert ("declined" in scene.summary) is declined


@pytest.mark.incident("I15")
@pytest.mark.requirement("R18")
def test_a_marker_that_somebody_else_planted_is_none_of_ours(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.run()
    stolen, head = scene.comments[0], scene.pull.head_sha
    other = scene.pull.repo.pull(8, base=scene.pull.base_sha, head=head)
    other.review("eve", "hi", comments=[Placed(path="src/stats.py", line=3, side="RIGHT", body=stolen)])
    other.comment("eve", scene.summary)
    scene.pull = other
    assert scene.run().code == 1
    assert [comment.user.login for comment in other.comments] == ["eve", "github-actions[bot]"]


# ---------------------------------------------------------------- writes


@pytest.mark.requirement("R19")
def test_a_head_that_moved_stops_the_review_before_any_write(scene: Scene) -> None:
    scene.says(findings_reply([EMPTY]))
    newer = scene.author.commit({"src/stats.py": f"{AFTER}\n"})
    scene.author.git("push", "--quiet", str(scene.bare), f"{newer}:refs/heads/feature")
    scene.github.fault(PULL, Meanwhile(action=lambda: scene.pull.push(newer)), nth=2)
    ended = scene.run()
    assert ended.code == 3
    assert "no longer the head" in ended.out
    assert scene.github.writes == []


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(
    "fault", [Drop(applied=True), Drop(applied=False), bad_gateway(applied=True), bad_gateway(applied=False)]
)
@pytest.mark.parametrize("write", [REVIEWS, COMMENT])
def test_a_write_without_an_answer_takes_place_once(scene: Scene, write: str, fault: Drop) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.github.fault(write, fault)
    assert scene.run().code == 1
    assert not scene.github.faults_left
    assert len(scene.pull.reviews) == len(scene.pull.comments) == len(scene.pull.issue_comments) == 1


@pytest.mark.requirement("R38")
def test_a_review_that_is_refused_is_posted_as_a_text(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.github.fault(REVIEWS, unprocessable("Pull request review thread line must be part of the diff"))
    assert scene.run().code == 1
    (review,) = scene.pull.reviews
    assert scene.pull.comments == []
    assert "count has no start value" in review.body or "count is used before" in review.body
    assert scene.run(action="synchronize").code == 1
    assert scene.pull.reviews == [review]


def test_a_pending_review_of_ours_is_taken_out_of_the_way(scene: Scene) -> None:
    scene.pull.review("github-actions[bot]", "left behind", state="PENDING")
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    assert scene.run().code == 1
    assert [review.state for review in scene.pull.reviews] == ["COMMENTED"]


@pytest.mark.requirement("R43")
def test_a_token_that_may_only_read_gets_annotations_and_the_same_verdict(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    ended = scene.run(env={"GITHUB_TOKEN": "fork-token"})
    assert ended.code == 1
    assert "::error file=src/stats.py,line=3" in ended.out
    assert "may not write to the pull request" in ended.out
    assert scene.pull.reviews == []
    assert scene.outputs["verdict"] == "block"


@pytest.mark.requirement("R44")
def test_what_another_run_posted_at_the_same_time_is_brought_together(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))

    def other_run() -> None:
        (body,) = (comment.body for comment in scene.pull.comments)
        placed = Placed(path="src/stats.py", line=3, side="RIGHT", body=body)
        scene.pull.review("github-actions[bot]", "the same", comments=[placed])

    scene.github.fault(REVIEWS, Meanwhile(action=other_run, when="after"))
    assert scene.run().code == 1
    assert len(scene.pull.comments) == 1


@pytest.mark.requirement("R44")
def test_a_second_summary_of_a_run_at_the_same_time_is_taken_away(scene: Scene) -> None:
    scene.run()
    scene.pull.comment("github-actions[bot]", scene.summary)
    scene.run(action="synchronize")
    assert len(scene.pull.issue_comments) == 1


@pytest.mark.requirement("R10")
def test_a_platform_that_is_down_is_an_incomplete_review(scene: Scene) -> None:
    scene.github.fault(PULL, bad_gateway(applied=False), times=9)
    ended = scene.run()
    assert ended.code == 3
    assert "502" in ended.err
    assert "nothing was reviewed" in ended.err


# ---------------------------------------------------------------- what is not reviewed, and by whose rules


@pytest.mark.requirement("R2")
def test_the_configuration_is_that_of_the_base_branch(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.push({".reviewbot.yaml": "gate: {fail_on: never}\nnonsense: true\n"})
    ended = scene.run()
    assert ended.code == 1
    assert "The change touches .reviewbot.yaml; this review goes by the base branch's version." in " ".join(
        ended.out.split()
    )


@pytest.mark.requirement("R2")
def test_a_list_of_ignored_findings_in_the_head_turns_nothing_down(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET_TOO]))
    scene.run()
    (found,) = json.loads(Path(scene.outputs["report"]).read_text())["findings"]
    listed = {".reviewbot/ignored.yaml": f'"{found["fingerprint"]}": {{reason: It is on purpose.}}\n'}
    scene.push(listed)
    GitRepo(scene.folder / "work").write(listed)  # where the head is checked out, too
    assert scene.run(action="synchronize").code == 1
    (again,) = json.loads(Path(scene.outputs["report"]).read_text())["findings"]
    assert (again["fingerprint"], again["state"]) == (found["fingerprint"], "known")


def test_drafts_and_labels_are_skipped(scene: Scene) -> None:
    scene.pull.draft = True
    ended = scene.run()
    assert (ended.code, scene.github.writes) == (0, [])
    assert ended.out == "SKIPPED  acme/shop#7 is a draft, and publish.skip.drafts is on.\n"
    assert scene.outputs["verdict"] == "skipped"
    scene.pull.draft, scene.pull.labels = False, ["skip-review"]
    assert "skip-review" in scene.run().out


def test_a_merge_queue_asks_no_model(scene: Scene) -> None:
    ended = scene.run(env={"GITHUB_EVENT_NAME": "merge_group"})
    assert ended.code == 0
    assert "merge queue" in ended.out
    assert scene.github.requests == []


@pytest.mark.requirement("R43")
def test_a_run_without_keys_for_a_fork_is_skipped_and_says_so(scene: Scene) -> None:
    scene.pull.head_repo = "eve/shop"
    ended = scene.run(env=dict.fromkeys(KEYS, ""))
    assert ended.code == 0
    assert "SKIPPED" in ended.out
    assert scene.github.writes == []
    assert scene.outputs["verdict"] == "skipped"


def test_without_a_token_it_says_which_one(scene: Scene) -> None:
    ended = scene.run(env={"GITHUB_TOKEN": None})
    assert ended.code == 2
    assert "GITHUB_TOKEN is not set" in ended.err


@pytest.mark.requirement("R9")
def test_a_wrong_token_is_told_without_showing_it(scene: Scene) -> None:
    ended = scene.run(env={"GITHUB_TOKEN": "ghs_wrongwrongwrongwrong"})
    assert ended.code == 2
    assert "401" in ended.err
    assert "ghs_wrong" not in ended.err
