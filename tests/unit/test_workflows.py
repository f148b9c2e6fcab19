"""Every workflow that we run or show: the linters are silent, and what they do not look for holds too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from action_expressions import filled
from workflow_rules import sees_secrets, shown, takes_code, wrongs

from reviewbot.config.starter import starting_panel
from reviewbot.platforms.github.workflow import workflow_text
from reviewbot.publishing.check import NAME as CHECK

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "workflows").glob("*.yml"))
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), *EXAMPLES]
each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: f"{path.parent.name}/{path.name}")


def program(name: str, *args: str) -> tuple[int, str]:
    done = subprocess.run([Path(sys.executable).with_name(name), *args], capture_output=True, cwd=ROOT)
    return done.returncode, (done.stdout + done.stderr).decode()


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def steps(workflow: Any) -> list[Any]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """All workflows, those in code blocks written to files, and those of `init`, pinned as their comment advises."""
    folder = tmp_path_factory.mktemp("shown")
    written = []
    for number, (document, block) in enumerate(shown()):
        path = folder / f"{document}-{number}.yml"
        path.write_text(block)
        written.append(str(path))
    for number, names in enumerate(((), ("OPENAI_API_KEY", "GITHUB_API_KEY"))):
        path = folder / f"init-{number}.yml"
        path.write_text(
            re.sub(r"reviewbot@v0$", f"reviewbot@{'0' * 40} # v0.1.0", workflow_text(names), flags=re.MULTILINE)
        )
        written.append(str(path))
    assert len(written) > 2
    return [*(str(path) for path in WORKFLOWS), *written]


@pytest.mark.requirement("R15", "R49")
def test_zizmor_finds_nothing(files: list[str]) -> None:
    code, said = program(
        "zizmor", "--offline", "--pedantic", "--no-progress", *files, "action.yml", ".github/dependabot.yml"
    )
    assert code == 0, said


def test_the_files_are_what_their_schemas_ask_for(files: list[str]) -> None:
    for schema, names in (
        ("github-workflows", files),
        ("github-actions", ["action.yml"]),
        ("dependabot", [".github/dependabot.yml"]),
    ):
        code, said = program("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *names)
        assert code == 0, said


@pytest.mark.requirement("R15")
def test_the_linters_see_what_is_wrong(tmp_path: Path) -> None:
    text = EXAMPLES[0].read_text("utf-8")
    (tmp_path / "pinned.yml").write_text(re.sub(r"reviewbot@[0-9a-f]{40} # \S+", "reviewbot@v0", text))
    assert program("zizmor", "--offline", "--pedantic", "--no-progress", str(tmp_path / "pinned.yml"))[0] != 0
    (tmp_path / "wrong.yml").write_text(text.replace("runs-on:", "run-on:"))
    code, _ = program("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(tmp_path / "wrong.yml"))
    assert code != 0


@pytest.mark.requirement("R15")
@each
def test_rights_are_none_at_the_top_and_those_of_a_job_are_told(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    text = path.read_text("utf-8")
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for right, level in job["permissions"].items():
            assert re.search(rf"{right}: {level} # to |{right}: {level} # trusted", text), right


@pytest.mark.incident("I10")
@pytest.mark.requirement("R15")
@each
def test_what_is_used_is_pinned_with_its_version(path: Path) -> None:
    for used in re.findall(r"uses: (.+)", path.read_text("utf-8")):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used) or used.startswith("./ "), used


@pytest.mark.incident("I9")
@pytest.mark.requirement("R15")
@each
def test_no_expression_stands_in_a_script(path: Path) -> None:
    for step in steps(read(path)):
        assert "${{" not in step.get("run", "")


@pytest.mark.incident("I9")
@pytest.mark.requirement("R15", "R16")
@each
def test_no_workflow_takes_code_beside_rights_or_secrets_and_no_checkout_leaves_a_token(path: Path) -> None:
    assert list(wrongs(read(path))) == []


@pytest.mark.incident("I9")
@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=f"{name}-{number}") for number, (name, text) in enumerate(shown())]
    + [pytest.param(workflow_text(("OPENAI_API_KEY",)), id="init")],
)
def test_no_workflow_of_a_document_or_of_init_does_either(text: str) -> None:
    assert list(wrongs(yaml.safe_load(text))) == []


@pytest.mark.requirement("R16")
def test_the_action_itself_takes_no_code() -> None:
    assert not any(takes_code(step) for step in read(ROOT / "action.yml")["runs"]["steps"])


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_no_job_of_an_example_has_keys_and_a_token_that_writes_where_the_two_are_split(path: Path) -> None:
    workflow = read(path)
    if len(workflow["jobs"]) == 1 and path.stem in ("pull-request", "comment"):
        return
    for name, job in workflow["jobs"].items():
        assert not (sees_secrets(workflow, name) and job["permissions"]["pull-requests"] == "write")


def test_the_pair_knows_each_other_by_name_and_the_check_is_that_of_the_second_alone() -> None:
    first, second = (read(ROOT / "docs" / "workflows" / f"split-{name}.yml") for name in ("review", "publish"))
    assert second[True]["workflow_run"]["workflows"] == [first["name"]]
    assert second["jobs"]["publish"]["permissions"]["checks"] == "write"
    names = {job["name"] for workflow in (first, second) for job in workflow["jobs"].values()}
    assert CHECK not in names


def test_a_comment_that_asks_for_nothing_ends_no_review_that_waits() -> None:
    workflow = read(ROOT / "docs" / "workflows" / "comment.yml")
    assert "concurrency" not in workflow
    (job,) = workflow["jobs"].values()
    starts = {"startsWith": lambda text, start: text.startswith(start)}
    groups = [
        filled(
            job["concurrency"]["group"],
            {"github": {"event": {"issue": {"number": 7}, "comment": {"body": body}}, "run_id": 1}},
            starts,
        )
        for body in ("/reviewbot review", "thanks")
    ]
    assert groups == ["reviewbot-on-demand-7", "reviewbot-on-demand-1"]


def test_the_jobs_of_the_fan_out_are_the_reviewers_that_init_writes() -> None:
    matrix = read(ROOT / "docs" / "workflows" / "fan-out.yml")["jobs"]["review"]["strategy"]["matrix"]
    assert matrix == {"reviewer": [seat.entry.name for seat in starting_panel({})]}


@pytest.mark.requirement("R48")
def test_a_release_needs_a_person_and_no_stored_token() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    assert all("environment" in jobs[name] for name in ("pypi", "github"))
    assert jobs["pypi"]["permissions"]["id-token"] == "write"
    assert "checkout" not in str(jobs["pypi"]) + str(jobs["github"])
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "cache" not in text
