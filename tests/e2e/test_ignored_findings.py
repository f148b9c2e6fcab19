"""`.reviewbot/ignored.yaml` through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

from commandline import CONFIG, KEYS, Ended, reviewbot
from gitrepo import GitRepo
from providers import FakeProviders, by_model, findings_reply
from stats_defects import CLEAN, UNSET

LIST = ".reviewbot/ignored.yaml"


def review(repo: GitRepo, *args: str) -> Ended:
    said = findings_reply([UNSET])
    with FakeProviders(by_model({"claude-sonnet-4-5": said, "gpt-test": said, "gemini-2.5-flash": CLEAN})) as providers:
        text = CONFIG.format(**{kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
        repo.write({".git/info/exclude": ".reviewbot.yaml\n.reviewbot/\n", ".reviewbot.yaml": text})
        return reviewbot("review", *args, cwd=repo.path, env=KEYS)


def turn_down(repo: GitRepo, fingerprint: str) -> None:
    repo.write({LIST: f'"{fingerprint}":\n  reason: Empty lists never come here.\n  who: Ada\n'})


def test_a_finding_that_is_turned_down_is_shown_and_blocks_no_more(repo: GitRepo, tmp_path: Path) -> None:
    blocked = review(repo, "--format", "json")
    (entry,) = blocked.report["findings"]
    assert (blocked.code, entry["state"], entry["blocking"]) == (1, "new", True)
    turn_down(repo, entry["fingerprint"])
    out, record = tmp_path / "out.json", tmp_path / "run"
    passed = review(repo, "--format", "text", "--format", f"json={out}", "--record", str(record))
    (declined,) = json.loads(out.read_text())["findings"]
    assert (passed.code, declined["state"], declined["blocking"]) == (0, "declined", False)
    assert declined["fingerprint"] == entry["fingerprint"]
    assert "declined" in passed.out
    assert "1 finding is turned down in .reviewbot/ignored.yaml." in passed.out
    replayed = reviewbot("replay", str(record), "--format", "json", cwd=tmp_path)
    assert (replayed.code, replayed.report["findings"][0]["state"]) == (0, "declined")


def test_a_secret_can_be_turned_down(repo: GitRepo) -> None:
    repo.commit({"src/login.py": 'TOKEN = "ghp_' + "Ab1" * 12 + '"\n'}, "Log in")
    (secret,) = [f for f in review(repo, "--format", "json").report["findings"] if f["reviewers"] == ["reviewbot"]]
    turn_down(repo, secret["fingerprint"])
    again = review(repo, "--format", "json").report["findings"]
    assert [f["state"] for f in again if f["reviewers"] == ["reviewbot"]] == ["declined"]


def test_a_list_that_cannot_be_read_stops_the_run_and_says_where(repo: GitRepo) -> None:
    repo.write({LIST: '"0000000000000000":\n  reson: typo\n'})
    ended = review(repo)
    assert (ended.code, ended.out) == (2, "")
    assert f"{LIST}:2: key `reson` is not known; did you mean `reason`?" in ended.err
