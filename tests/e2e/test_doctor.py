"""`reviewbot doctor` from outside: real git, the real command line, real litellm and PyGithub, servers on 127.0.0.1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from commandline import CONFIG, KEY, KEYS, Ended, reviewbot
from github_server import FORK_TOKEN, GIST_TOKEN, JOB_TOKEN, REPO_TOKEN
from gitrepo import GitRepo
from providers import FakeProviders, Hang, Reply, Status, by_model
from pull_scene import Scene, opened
from stats_defects import CLEAN

KINDS = ("anthropic", "openai", "gemini")


def panel(opus: Reply = CLEAN, gpt: Reply = CLEAN, gemini: Reply = CLEAN) -> FakeProviders:
    return FakeProviders(by_model({"claude-sonnet-4-5": opus, "gpt-test": gpt, "gemini-2.5-flash": gemini}))


def configure(folder: Path, providers: FakeProviders, rest: str = "") -> None:
    config = CONFIG.format(**{kind: providers.base_url(kind) for kind in KINDS})
    (folder / ".reviewbot.yaml").write_text(config.replace("}\n", ", timeout_s: 3}\n") + rest)


def doctor(cwd: Path, *args: str, env: Mapping[str, str] = KEYS) -> Ended:
    ended = reviewbot("doctor", *args, cwd=cwd, env=env)
    assert ended.err == ""
    assert max(len(line) for line in ended.out.splitlines() if "/" not in line) <= 80
    return ended


def states(ended: Ended) -> dict[str, str]:
    """State by subject. Of a subject that has several lines, the last."""
    lines = ended.out.rpartition("\n\n")[0].splitlines()
    return {words[1]: words[0] for line in lines if not line.startswith(" ") for words in [line.split()]}


def text(ended: Ended) -> str:
    """Without line breaks."""
    return " ".join(ended.out.split())


def test_all_is_well_when_each_model_answers_one_tiny_question(repo: GitRepo) -> None:
    with panel() as providers:
        configure(repo.path, providers)
        ended = doctor(repo.path / "src")
    assert ended.code == 0
    assert set(states(ended).values()) == {"ok", "-"}
    assert re.search(r"opus answered in \d\.\d s, \$0\.00\d\d \(anthropic/claude-sonnet-4-5, OPUS_KEY\)", text(ended))
    # nobody knows the price of gpt-test
    assert re.search(r"gpt answered in \d\.\d s, cost unknown \(openai/gpt-test, GPT_KEY\)", text(ended))
    assert "3 of 3 reviewers answer; each part of a change needs 2" in text(ended)
    assert ended.out.endswith("A review can run.\n")
    assert sorted(request.kind for request in providers.requests) == sorted(KINDS)
    for request in providers.requests:
        assert len(request.prompt) < 300
        assert "stats" not in request.prompt


def test_one_that_does_not_answer_is_a_warning_and_two_of_three_stop_a_review(repo: GitRepo) -> None:
    refusal = Status(status=401, message=f"Incorrect API key provided: {KEYS['GPT_KEY']} \x1b[31m\n::error::x")
    with panel(gpt=refusal) as providers:
        configure(repo.path, providers)
        one = doctor(repo.path)
    assert (one.code, states(one)["gpt"], states(one)["panel"]) == (0, "warn", "ok")
    assert "401 from 127.0.0.1" in text(one)
    assert "fix: check the key in GPT_KEY" in text(one)
    assert one.out.endswith("A review can run. 1 warning.\n")
    with panel(opus=Hang(), gpt=refusal) as providers:
        configure(repo.path, providers)
        two = doctor(repo.path)
    assert two.code == 2
    assert {name: states(two)[name] for name in ("opus", "gpt", "gemini", "panel")} == {
        "opus": "FAIL",
        "gpt": "FAIL",
        "gemini": "ok",
        "panel": "FAIL",
    }
    assert "no answer within 3 s" in text(two)
    assert "or lower gate.quorum" in text(two)
    for ended in (one, two):
        assert KEY not in ended.out
        assert "\x1b" not in ended.out
        assert "\n::" not in ended.out.replace(" ", "")


def test_keys_that_are_missing_are_named_and_nobody_is_asked_offline(repo: GitRepo) -> None:
    with panel() as providers:
        configure(repo.path, providers, "gate: {quorum: 3}\n")
        some = {
            "OPUS_KEY": KEYS["OPUS_KEY"],
            "GPT_KEY": " ",
            "GITHUB_TOKEN": "token",
            "GITHUB_API_URL": "https://x.invalid",
        }
        ended = doctor(repo.path, "--offline", env=some)
        all_of_them = doctor(repo.path, "--offline")
        only = doctor(repo.path, "--offline", "--reviewer", "opus", env=some)
    assert not providers.requests
    assert ended.code == 2
    assert "GPT_KEY is set, and empty (openai/gpt-test)" in text(ended)
    assert "GEMINI_KEY is not set (gemini/gemini-2.5-flash)" in text(ended)
    assert "fix: export GEMINI_KEY=..., or take gemini out of `reviewers`" in text(ended)
    assert "OPUS_KEY is set; not asked" in text(ended)
    assert (all_of_them.code, states(all_of_them)["panel"]) == (0, "ok")
    assert "github" not in states(ended)
    assert (only.code, states(only)["panel"]) == (0, "warn")
    assert "agreement means nothing" in text(only)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("reviewer: []\n", ".reviewbot.yaml:1"),
        ("reviewers: [{name: a, model: nobody/x}]\n", 'litellm knows no provider "nobody"'),
        ("reviewers: [{name: a, model: openai/x, params: {tools: []}}]\n", "tools"),
        ("network: {ca_bundle: gone.pem}\n", "gone.pem"),
        ("{}\n", "no key of a model is set"),
    ],
)
def test_what_would_stop_a_review_before_it_begins_does_so_here(repo: GitRepo, config: str, words: str) -> None:
    repo.write({".reviewbot.yaml": config})
    ended = doctor(repo.path, "--offline", env={} if words.startswith("no key") else {"OPENAI_API_KEY": KEY})
    assert ended.code == 2
    assert "FAIL" in ended.out
    assert words in text(ended)
    assert states(ended)["hook"] == "-"
    assert reviewbot("review", cwd=repo.path, env={}).code == 2


# ---------------------------------------------------------------- in a job, and with a token


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as scene:
        yield scene
        assert not scene.github.writes
        assert not scene.github.unexpected


def in_job(scene: Scene, token: str, **env: str | None) -> Ended:
    """Without a checkout."""
    work, variables = scene.job({"GITHUB_TOKEN": token, **env})
    ended = doctor(work, env=variables)
    assert token not in ended.out
    return ended


def test_a_job_is_told_what_its_token_is_and_what_it_needs(job: Scene) -> None:
    ended = in_job(job, JOB_TOKEN)
    assert ended.code == 0
    assert states(ended)["github"] == states(ended)["job"] == "ok"
    assert "job reviews acme/shop#7" in text(ended)
    assert ".reviewbot.yaml of the base of acme/shop#7" in text(ended)
    assert "3 of 3 reviewers answer" in text(ended)
    assert ended.out.endswith("A review can run.\n")
    assert "speaks for github-actions[bot] in acme/shop" in text(ended)
    assert "pull-requests: write" in text(ended)
    wrong = in_job(job, "wrong-token")
    assert (wrong.code, states(wrong)["github"], states(wrong)["config"]) == (2, "FAIL", "FAIL")
    assert "make a new token" in text(wrong)


def test_a_job_of_a_fork_without_keys_is_warned_as_its_review_would_pass(job: Scene) -> None:
    job.pull.head_repo = "eve/shop"
    ended = in_job(job, FORK_TOKEN, **dict.fromkeys(KEYS, ""))
    assert ended.code == 0
    assert states(ended)["job"] == states(ended)["panel"] == states(ended)["opus"] == "warn"
    assert "gives it no secrets" in text(ended)
    assert "OPUS_KEY is set, and empty" in text(ended)
    assert "export" not in ended.out
    assert "Nothing is reviewed in this job, and it passes." in ended.out
    assert not job.providers or not job.providers.requests


@pytest.mark.incident("I8")
def test_a_persons_token_is_judged_by_its_scopes_and_the_repository_by_what_it_is(job: Scene) -> None:
    job.author.git("remote", "add", "origin", f"{job.github.server_url}/acme/shop.git")
    assert job.providers is not None
    configure(job.author.path, job.providers)
    env = {**KEYS, "GITHUB_API_URL": job.github.api_url, "GITHUB_SERVER_URL": job.github.server_url}
    good, bad = (doctor(job.author.path, env={**env, "GITHUB_TOKEN": token}) for token in (REPO_TOKEN, GIST_TOKEN))
    assert (good.code, states(good)["github"]) == (0, "ok")
    assert "speaks for rob in acme/shop and may write comments" in text(good)
    assert (bad.code, states(bad)["github"]) == (0, "warn")
    assert "its scopes are gist, read:org fix: make a token with the scope public_repo or repo" in text(bad)
    job.pull.repo.archived = True
    archived = doctor(job.author.path, env={**env, "GITHUB_TOKEN": REPO_TOKEN})
    assert "archived" in text(archived)
