"""What a run imports: litellm takes seconds, so nothing that asks no model may pay for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commandline import CONFIG, KEYS, environment, reviewbot
from gitrepo import GitRepo
from providers import FakeProviders, findings_reply

HEAVY = {"litellm", "openai", "pydantic", "github", "aiohttp"}
PROGRAM = """
import os, sys
from reviewbot.cli import main
end = os._exit
def report(code):
    names = {name.partition('.')[0] for name, module in sys.modules.items() if module}
    sys.stderr.write("IMPORTED " + " ".join(sorted(names)))
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


def test_a_run_whose_answers_are_all_known_imports_nothing_that_asks(repo: GitRepo, tmp_path: Path) -> None:
    env = {**KEYS, "REVIEWBOT_CACHE_DIR": str(tmp_path / "cache")}
    with FakeProviders(findings_reply([])) as providers:
        bases = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": CONFIG.format(**bases)})
        assert reviewbot("review", "-q", cwd=repo.path, env=env).code == 0
        asked = len(providers.requests)
        modules = imported("review", "-q", cwd=repo.path, env=env)
        assert len(providers.requests) == asked == 3
    assert "sqlite3" in modules
    assert not modules & {*HEAVY, "asyncio", "httpx", "jsonschema"}


def test_help_imports_next_to_nothing(tmp_path: Path) -> None:
    assert not imported("--help", cwd=tmp_path) & {*HEAVY, "rich", "yaml", "jsonschema", "asyncio", "unidiff", "httpx"}
