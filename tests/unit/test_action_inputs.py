"""action.yml: what it takes, and what `reviewbot` is called with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from run_action import InputError, arguments

from reviewbot.cli.job import finish_job
from reviewbot.cli.main import cli

ROOT = Path(__file__).parents[2]
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: Any = ACTION["runs"]["steps"]


@pytest.mark.requirement("R15")
def test_every_input_reaches_a_script_as_one_variable_that_the_script_reads() -> None:
    passed = {name: text for step in STEPS for name, text in step["env"].items()}
    expected = {f"INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
    expected["GITHUB_TOKEN"] = expected.pop("INPUT_GITHUB_TOKEN")
    assert passed == {**expected, "REVIEWBOT_PYTHON": "${{ steps.install.outputs.python }}"}
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "action").glob("*.*"))
    for name in expected.keys() - {"GITHUB_TOKEN"}:
        assert name.removeprefix("INPUT_") in scripts


@pytest.mark.requirement("R15")
def test_no_expression_stands_in_a_script() -> None:
    assert [step["shell"] for step in STEPS] == ["bash", "bash"]
    for step in STEPS:
        assert "${{" not in step["run"]
    for path in (ROOT / "action").iterdir():
        if path.is_file():
            assert "${{" not in path.read_text("utf-8")


def test_the_outputs_are_those_of_a_job(tmp_path: Path) -> None:
    finish_job(None, {"GITHUB_OUTPUT": str(tmp_path / "output")})
    left = set(re.findall("^([a-z-]+)=", (tmp_path / "output").read_text(), re.MULTILINE)) | {"report", "sarif"}
    assert ACTION["outputs"].keys() == left
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.review.outputs.{name} }}}}"


def test_every_input_is_told_to_be_what_it_is() -> None:
    for name, said in ACTION["inputs"].items():
        assert re.fullmatch("[a-z]+(-[a-z]+)*", name)
        assert said["description"].rstrip().endswith(".")
        assert "required" not in said  # GitHub does not enforce it


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"COMMAND": "pr"}, ["pr", "--"]),
        ({"COMMAND": "pr", "DRY_RUN": "false"}, ["pr", "--"]),
        ({"COMMAND": "pr", "DRY_RUN": "true"}, ["pr", "--dry-run", "--"]),
        ({"COMMAND": " pr\n", "PULL_REQUEST": "acme/shop#7"}, ["pr", "--", "acme/shop#7"]),
        ({"COMMAND": "pr", "PULL_REQUEST": "--dry-run"}, ["pr", "--", "--dry-run"]),
        ({"COMMAND": "pr", "CONFIG": "--x", "FAIL_ON": "low"}, ["pr", "--config=--x", "--fail-on=low", "--"]),
        ({"COMMAND": "pr", "REVIEWERS": "a,b\n c d ,"}, ["pr", *(f"--reviewer={n}" for n in ("a", "b", "c d")), "--"]),
        ({"COMMAND": "merge", "REPORTS": "a.json\n\n b c.json", "MIN_AGREEMENT": "2"},
         ["merge", "--min-agreement=2", "--", "a.json", "b c.json"]),
        ({"COMMAND": "publish", "REPORTS": "a.json"}, ["publish", "--", "a.json"]),
    ],
)  # fmt: skip
def test_inputs_become_arguments(given: dict[str, str], words: list[str]) -> None:
    assert arguments({f"INPUT_{name}": text for name, text in given.items()}) == words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "the input command is none of pr, merge, publish"),
        ({"COMMAND": "review; rm -rf /"}, "the input command is none of pr, merge, publish"),
        ({"COMMAND": "pr", "DRY_RUN": "yes"}, "the input dry-run is neither true nor false"),
        ({"COMMAND": "pr", "REPORTS": "a.json"}, "the input reports has no meaning with the command pr"),
        ({"COMMAND": "merge", "DRY_RUN": "true"}, "the input dry-run has no meaning with the command merge"),
        ({"COMMAND": "publish", "PULL_REQUEST": "a"}, "the input pull-request has no meaning with the command publish"),
        ({"COMMAND": "merge"}, "the input reports names no file, or a folder without a .json file"),
        ({"COMMAND": "publish", "REPORTS": "a\nb"},
         "the input reports stands for 2 files; publish takes one, merge makes one of them"),
    ],
)  # fmt: skip
def test_an_input_that_cannot_be_used_is_named(given: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as error:
        arguments({f"INPUT_{name}": text for name, text in given.items()})
    assert str(error.value) == said


def test_a_folder_stands_for_the_reports_in_it(tmp_path: Path) -> None:
    for name in ("b/reviewbot.json", "a/reviewbot.json", "a/reviewbot.sarif", "z.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    words = arguments({"INPUT_COMMAND": "merge", "INPUT_REPORTS": str(tmp_path)})
    assert words == [
        "merge",
        "--",
        *(str(tmp_path / name) for name in ("a/reviewbot.json", "b/reviewbot.json", "z.json")),
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="names no file"):
        arguments({"INPUT_COMMAND": "merge", "INPUT_REPORTS": str(tmp_path / "empty")})


@pytest.mark.parametrize("command", ["pr", "merge"])
def test_the_options_are_those_of_the_command(command: str) -> None:
    everything = {"CONFIG": "c", "FAIL_ON": "low", "MIN_AGREEMENT": "1", "REVIEWERS": "a"}
    own = {"DRY_RUN": "true"} if command == "pr" else {"REPORTS": "r.json"}
    words = arguments({f"INPUT_{name}": text for name, text in {**everything, **own, "COMMAND": command}.items()})
    told = CliRunner().invoke(cli, [command, "--help"]).output
    options = [word.partition("=")[0] for word in words if word.startswith("--") and word != "--"]
    assert len(options) >= 4
    for option in options:
        assert option in told


@pytest.mark.incident("I16")
@pytest.mark.requirement("R36")
def test_nothing_sets_a_variable_or_a_program_of_later_steps() -> None:
    for folder, pattern in (
        ("reviewbot", "*.py"),
        ("action", "*.py"),
        ("action", "*.sh"),
        ("docs/workflows", "*.yml"),
        (".github", "*.yml"),
    ):
        for path in (ROOT / folder).rglob(pattern):
            assert not re.search("GITHUB_(ENV|PATH|STATE)|::(set-env|add-path|save-state)", path.read_text("utf-8")), (
                path
            )
