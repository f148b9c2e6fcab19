"""`--record` and `reviewbot replay` from outside: the same report again, without models, keys or the repository."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from commandline import CONFIG, KEY, KEYS, Ended, command, entry, environment, reviewbot
from gitrepo import GitRepo
from provider_formats import Said
from providers import FakeProviders, Reply, Status, by_model, findings_reply, text_reply

TOKEN = "ghp_" + "Ab1" * 12
COUNT = entry("src/stats.py", 3, "count is used before it is set", "It raises an error.", quote="count += item")
CUT = json.dumps({"findings": [COUNT, COUNT | {"start_line": 8, "title": "mean() divides by zero"}]})[:-40]
PANELS: dict[str, dict[str, Reply]] = {
    "clean": {},
    "one finding": {"claude-sonnet-4-5": findings_reply([COUNT]), "gpt-test": findings_reply([COUNT])},
    "one down": {"claude-sonnet-4-5": findings_reply([COUNT]), "gpt-test": Status(status=401)},
    "prose": {"claude-sonnet-4-5": text_reply("Looks good to me!"), "gpt-test": findings_reply([COUNT])},
    "cut off": {"claude-sonnet-4-5": Said(text=CUT, cut_off=True)},
    "a secret in the answer": {"gpt-test": findings_reply([COUNT | {"body": f"It prints {TOKEN}."}])},
}


def review(repo: GitRepo, replies: dict[str, Reply], *args: str, config: str = "") -> Ended:
    clean = findings_reply([])
    models = {"claude-sonnet-4-5": clean, "gpt-test": clean, "gemini-2.5-flash": clean} | replies
    with FakeProviders(by_model(models)) as providers:
        bases = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        text = CONFIG.format(**bases) + config
        repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": text})
        return reviewbot("review", "--format", "json", *args, cwd=repo.path, env=KEYS)


@pytest.mark.parametrize("name", PANELS)
def test_a_replay_gives_the_report_of_the_run(repo: GitRepo, tmp_path: Path, name: str) -> None:
    repo.commit({"src/login.py": f'TOKEN = "{TOKEN}"\n', "poetry.lock": "x\n"}, f"Log in with {TOKEN}")
    ran = review(repo, PANELS[name], "--record", str(tmp_path / "record"))
    shutil.rmtree(repo.path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    again = reviewbot("replay", str(tmp_path / "record"), "--format", "json", cwd=elsewhere)
    assert again.code == ran.code
    assert TOKEN not in ran.out + ran.err
    found, told = ran.report, again.report
    for report in (found, told):  # seconds and nothing else may differ: concluding takes its own time
        report["usage"]["duration_s"] = 0
    assert told == found
    kept = "".join(path.read_text() for path in (tmp_path / "record").iterdir())
    assert TOKEN not in kept
    assert KEY not in kept


def test_a_replay_with_other_flags_judges_anew(repo: GitRepo, tmp_path: Path) -> None:
    review(repo, PANELS["one finding"], "--record", str(tmp_path / "r"))
    assert reviewbot("replay", "r", cwd=tmp_path).code == 1
    assert reviewbot("replay", "r", "--min-agreement", "3", cwd=tmp_path).code == 0
    shown = reviewbot("replay", "r", "--fail-on", "never", cwd=tmp_path)
    assert (shown.code, "2 of 3" in shown.out, "count += item" in shown.out) == (0, True, True)


def test_a_record_of_a_change_in_chunks_replays_with_every_chunk(repo: GitRepo, tmp_path: Path) -> None:
    files = {f"pkg/mod_{n:02}.py": "".join(f"value_{n}_{i} = {i}\n" for i in range(900)) for n in range(12)}
    repo.commit(files, "Generate")
    ran = review(repo, {}, "--record", str(tmp_path / "r"), "--reviewer", "gpt")
    again = reviewbot("replay", "r", "--format", "json", cwd=tmp_path)
    assert again.report["change"] == ran.report["change"]
    assert again.report["verdict"] == ran.report["verdict"]


def test_what_may_be_sent_and_may_not_be_kept(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"src/login.py": f'TOKEN = "{TOKEN}"\n'}, "Log in")
    review(repo, {}, "--record", str(tmp_path / "r"), config="secrets: off\n")
    assert TOKEN not in "".join(path.read_text() for path in (tmp_path / "r").iterdir())


def test_a_merge_is_recorded_too(tmp_path: Path) -> None:
    for name in ("opus", "gpt"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"reviewer": name, "findings": [COUNT]}))
    ran = reviewbot("merge", "opus.json", "gpt.json", "--record", "r", "--format", "json", cwd=tmp_path)
    (tmp_path / "opus.json").unlink()
    again = reviewbot("replay", "r", "--format", "json", cwd=tmp_path)
    assert (again.code, again.report) == (ran.code, ran.report) == (1, ran.report)


def test_a_full_disk_under_the_record_costs_the_record_and_not_the_review(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"src/long.py": "".join(f"value_{n} = {n}\n" for n in range(3_000))}, "Generate")
    review(repo, {})  # writes the configuration
    with FakeProviders(findings_reply([])) as providers:
        bases = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        repo.write({".reviewbot.yaml": CONFIG.format(**bases)})
        words = " ".join(command("review", "-q", "--record", str(tmp_path / "r")))
        done = subprocess.run(
            ["sh", "-c", f"ulimit -f 32; exec {words}"],
            cwd=repo.path,
            env=environment(repo.path, KEYS),
            capture_output=True,
            text=True,
        )
    assert done.returncode == 3
    assert "the record is not whole" in done.stderr
    assert "No findings." in done.stdout
