"""What a run imports: litellm takes seconds, so nothing that asks no model may pay for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commandline import environment, reviewbot
from gitrepo import GitRepo

HEAVY = {"litellm", "openai", "pydantic", "github", "aiohttp"}
PROGRAM = """
import os, sys
from reviewbot.cli import main
end = os._exit
def report(code):
    sys.stderr.write("IMPORTED " + " ".join(sorted({name.partition('.')[0] for name in sys.modules})))
    sys.stderr.flush()
    end(code)
os._exit = report
sys.argv[0] = "reviewbot"
main.main()
"""


def imported(*args: str, cwd: Path, env: dict[str, str] | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, *args], cwd=cwd, env=environment(cwd, env), capture_output=True, text=True
    )
    return set(done.stderr.partition("IMPORTED ")[2].split())


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["--version"],
        ["review", "--help"],
        ["review", "nonsense..HEAD"],
        ["review", "HEAD..HEAD"],
        ["review", "--dry-run"],
        ["review"],  # without a key
        ["config", "show"],
        ["config", "schema"],
        ["init", "--check"],
        ["doctor", "--offline"],
        ["hook", "status"],
        ["pr"],
        ["merge", "answer.json"],
        ["replay", "record"],
    ],
    ids=" ".join,
)
def test_what_asks_no_model_imports_no_model_library(repo: GitRepo, args: list[str]) -> None:
    repo.write({"answer.json": '{"reviewer": "opus", "findings": []}'})
    if args[0] == "replay":
        assert reviewbot("merge", "answer.json", "--record", "record", cwd=repo.path).code == 0
    modules = imported(*args, cwd=repo.path)
    assert "reviewbot" in modules
    assert not modules & HEAVY


def test_help_imports_next_to_nothing(tmp_path: Path) -> None:
    assert not imported("--help", cwd=tmp_path) & {*HEAVY, "rich", "yaml", "jsonschema", "asyncio", "unidiff", "httpx"}
