"""`reviewbot init` from outside: real repositories, the real command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from commandline import Ended, reviewbot
from gitrepo import GitRepo

KEYS = {"ANTHROPIC_API_KEY": "canary-key-0123456789abcdef-a", "GOOGLE_API_KEY": "canary-key-0123456789abcdef-g"}
CONFIG, WORKFLOW = ".reviewbot.yaml", ".github/workflows/reviewbot.yml"


@pytest.fixture
def fresh(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "fresh")


def written(repo: GitRepo) -> set[str]:
    return set(repo.git("ls-files", "--others").decode().split())


def keys(repo: GitRepo) -> list[str]:
    (step,) = yaml.safe_load((repo.path / WORKFLOW).read_text())["jobs"]["reviewbot"]["steps"]
    return list(step.get("env", ()))


def narrow(ended: Ended) -> str:
    assert max(len(line) for line in ended.out.splitlines()) <= 80
    return ended.out


def test_a_newcomer_gets_files_for_the_keys_that_are_set_and_a_second_run_changes_nothing(fresh: GitRepo) -> None:
    sub = fresh.path / "src"
    sub.mkdir()
    would = reviewbot("init", "--check", cwd=sub, env=KEYS)
    assert (would.code, written(fresh)) == (0, set())
    ended = reviewbot("init", cwd=sub, env=KEYS)
    assert (ended.code, ended.err, written(fresh)) == (0, "", {CONFIG, WORKFLOW})
    for ended_so in (would, ended):
        assert ended_so.out.startswith("In .., the top of the work tree:\n")
    for path in (CONFIG, WORKFLOW):
        assert f"Would write {path}\n" in narrow(would)
        assert f"Wrote {path}\n" in narrow(ended)
    assert "Reviewers: claude, gemini.\n" in ended.out
    assert keys(fresh) == ["ANTHROPIC_API_KEY", "GOOGLE_API_KEY"]
    shown = reviewbot("config", "show", cwd=fresh.path)
    assert shown.code == 0
    assert "GOOGLE_API_KEY" in shown.out
    before = [(fresh.path / path).stat() for path in (CONFIG, WORKFLOW)]
    again = reviewbot("init", cwd=fresh.path, env={"OPENAI_API_KEY": "other"})
    assert again.code == 0
    assert narrow(again).count("is there already, and stays as it is.") == 2
    assert "Nothing is left to write." in again.out
    assert "top of the work tree" not in again.out
    assert [(fresh.path / path).stat() for path in (CONFIG, WORKFLOW)] == before


def test_without_a_key_three_vendors_are_asked_through_one_and_that_is_said(fresh: GitRepo) -> None:
    ended = reviewbot("init", cwd=fresh.path)
    assert ended.code == 0
    assert "No key of a model is set here" in narrow(ended)
    assert "export OPENROUTER_API_KEY=..." in ended.out
    assert keys(fresh) == ["OPENROUTER_API_KEY"]
    shown = reviewbot("review", "--dry-run", "--uncommitted", cwd=fresh.path)
    assert (shown.code, shown.out.count("openrouter.ai")) == (0, 3)


@pytest.mark.parametrize(
    ("file", "text", "named", "secrets"),
    [
        (
            ".github/reviewbot.yml",
            "reviewers: [{name: a, model: openai/gpt-5.4, api_key_env: OPUS}, {name: b, model: ollama_chat/qwen}]",
            ".github/reviewbot.yml",
            ["OPUS"],
        ),
        (
            "pyproject.toml",
            '[tool.reviewbot]\nreviewers = [{name = "b", model = "ollama_chat/qwen", brief = "no.md"}]\n',
            "[tool.reviewbot] in pyproject.toml",
            [],
        ),
        (".reviewbot.yml", "gate: {quorum: 1}\n", ".reviewbot.yml", ["OPENROUTER_API_KEY"]),
    ],
    ids=["file", "table", "no panel"],
)
def test_a_configuration_that_is_there_stays_and_its_keys_go_into_the_workflow(
    fresh: GitRepo, file: str, text: str, named: str, secrets: list[str]
) -> None:
    fresh.write({file: text})
    ended = reviewbot("init", cwd=fresh.path)
    assert ended.code == 0
    assert f"{named} is there already, and stays as it is.\n" in narrow(ended)
    assert written(fresh) == {file, WORKFLOW}
    assert keys(fresh) == secrets
    assert re.findall(r"^  export (\w+)=", ended.out, re.MULTILINE) == secrets
    assert ("the secrets\n" in ended.out) is bool(secrets)
    assert ("which a runner of GitHub's is not: b.\n" in ended.out) is ("qwen" in text)


def test_a_workflow_of_another_name_that_runs_reviewbot_is_found(fresh: GitRepo) -> None:
    fresh.write({".github/workflows/ci.yaml": "jobs:\n  a:\n    steps:\n      - uses: reviewbot/reviewbot@v0\n"})
    ended = reviewbot("init", cwd=fresh.path)
    assert ".github/workflows/ci.yaml is there already" in ended.out
    assert written(fresh) == {".github/workflows/ci.yaml", CONFIG}


def test_a_configuration_that_cannot_be_used_is_an_error_and_nothing_is_written(fresh: GitRepo) -> None:
    fresh.write({".reviewbot.yml": "reviewer: []\n"})
    ended = reviewbot("init", cwd=fresh.path)
    assert ended.code == 2
    assert ".reviewbot.yml:1" in ended.err
    assert written(fresh) == {".reviewbot.yml"}


def test_links_out_of_the_repository_are_not_followed(fresh: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (fresh.path / ".github").symlink_to(outside)
    for args in (["init", "--check"], ["init"]):
        ended = reviewbot(*args, cwd=fresh.path)
        assert (ended.code, ended.out) == (2, "")
        assert "leads out of the repository" in ended.err
    assert list(outside.iterdir()) == []
    assert written(fresh) == {".github"}


def test_outside_of_a_work_tree_it_says_what_to_do(tmp_path: Path) -> None:
    ended = reviewbot("init", cwd=tmp_path)
    assert (ended.code, ended.out, list(tmp_path.iterdir())) == (2, "", [])
    assert ended.err.endswith("is not inside a git repository; change to one, or make one with `git init`\n")
    bare = GitRepo(tmp_path / "bare", bare=True)
    ended = reviewbot("init", cwd=bare.path)
    assert ended.code == 2
    assert "has no work tree" in ended.err
