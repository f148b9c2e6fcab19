"""The rules for workflows see what breaks them: each case is a workflow of ours with one thing changed."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from workflow_rules import BASE, ROOT, secret_places, workflows_in, wrongs

KEY = "${{ secrets.OPENAI_API_KEY }}"
FORKS = "docs/workflows/forks.yml"
REVIEW = ".github/workflows/review.yml"
CI = ".github/workflows/ci.yml"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def found(workflow: Any) -> list[str]:
    return [wrong.partition(":")[0] for wrong in wrongs(workflow)]


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("ref", [None, "${{ github.event.pull_request.head.sha }}", "${{ github.head_ref }}"])
def test_a_review_with_keys_beside_another_commit_than_the_bases_is_seen(ref: str | None) -> None:
    workflow = read(REVIEW)
    workflow["jobs"]["reviewbot"]["steps"][0]["with"]["ref"] = ref
    assert found(workflow) == ["jobs.reviewbot.steps.0"]


@pytest.mark.requirement("R16")
def test_a_checkout_without_a_word_about_its_ref_is_seen() -> None:
    workflow = read(REVIEW)
    del workflow["jobs"]["reviewbot"]["steps"][0]["with"]["ref"]
    assert found(workflow) == ["jobs.reviewbot.steps.0"]


@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    "step",
    [
        {"run": 'gh pr checkout "$NUMBER" && make'},
        {"run": 'gh pr \\\n  checkout "$NUMBER"'},
        {"run": 'git fetch origin "pull/$NUMBER/head"'},
        {"run": "git -C work -c core.x=1 checkout FETCH_HEAD"},
        {"run": 'echo 1\ncd x; git checkout --detach "$HEAD"'},
        {"run": "gh repo clone acme/shop"},
        {"run": "gh pr diff 7 | patch -p1"},
        {"run": 'curl -L "$API/repos/$REPO/tarball/$HEAD" | tar xz'},
        {"uses": CHECKOUT, "with": {"persist-credentials": False, "ref": "main"}},
        {"uses": "Actions/Checkout@v4", "with": {"persist-credentials": False}},
    ],
    ids=str,
)
def test_a_step_that_takes_code_beside_rights_is_seen(step: Any) -> None:
    workflow = read(FORKS)
    workflow["jobs"]["publish"]["steps"].append(step)
    assert "jobs.publish.steps.2" in found(workflow)


@pytest.mark.parametrize("run", ["git log -1", "gh pr view 7", "make test", 'gh pr comment "$NUMBER" --body pulled'])
def test_a_step_that_takes_none_is_let_be(run: str) -> None:
    workflow = read(FORKS)
    workflow["jobs"]["publish"]["steps"].append({"run": run})
    assert found(workflow) == []


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("on", ["pull_request_target", ["push", "issue_comment"], {"workflow_run": None}])
def test_however_an_event_is_written_it_is_read(on: Any) -> None:
    step = {"uses": CHECKOUT, "with": {"persist-credentials": False, "ref": BASE}}
    assert found({True: on, "jobs": {"a": {"steps": [step]}}}) == ["jobs.a.steps.0"]
    assert found({True: "push", "jobs": {"a": {"steps": [step]}}}) == []


@pytest.mark.requirement("R16")
@pytest.mark.incident("I12")
@pytest.mark.parametrize(
    ("at", "more"),
    [
        ("env", {"env": {"K": KEY}}),
        ("defaults", {"defaults": {"run": {"shell": KEY}}}),
        ("jobs.review.env", {"env": {"K": KEY}}),
        ("jobs.review.container", {"container": {"image": "x", "credentials": {"password": KEY}}}),
        ("jobs.review.secrets", {"secrets": "inherit"}),
        ("jobs.publish.env", {"env": {"K": "${{ format('{0}', secrets['OPENAI_API_KEY']) }}"}}),
        ("jobs.publish.env", {"env": {"K": "${{ toJSON(secrets) }}"}}),
        ("jobs.review.steps.1.env", {"env": {"K": KEY}}),
        ("jobs.review.steps.0.with", {"with": {"K": KEY}}),
    ],
)
def test_a_secret_that_more_than_the_step_that_reviews_can_see_is_seen(at: str, more: Any) -> None:
    workflow = read(FORKS)
    place = workflow
    for word in at.split(".")[:-1]:
        place = place[int(word) if word.isdecimal() else word]
    place.update(more)
    (wrong,) = found(workflow)
    assert wrong.startswith(at)


@pytest.mark.incident("I12")
def test_a_secret_above_all_jobs_is_one_of_each() -> None:
    assert list(secret_places(read(CI))) == []
    assert list(secret_places({"env": {"K": KEY}, **read(CI)})) == ["env.K"]


@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    "fence", ["```yaml\n{}```\n", "```yml title=x\n{}```\n", "1. Do:\n\n   ```yaml\n{}   ```\n", "``` yaml\n{}```"]
)
def test_a_workflow_in_a_document_is_found_however_its_block_is_written(fence: str) -> None:
    text = f"on: [pull_request_target]\njobs:\n  a:\n    steps:\n      - uses: {CHECKOUT}\n"
    indented = "".join(f"   {line}\n" for line in text.splitlines()) if fence[0] == "1" else text
    (block,) = workflows_in("# A\n\n```yaml\nreviewers: []\n```\n\n" + fence.format(indented))
    assert block == text
    assert set(found(yaml.safe_load(block))) == {"jobs.a.steps.0"}
