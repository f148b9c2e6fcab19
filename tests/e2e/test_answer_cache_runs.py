"""The answer cache from outside: what is asked again, and what is not."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commandline import CONFIG, KEYS, Ended, command, entry, environment, reviewbot
from gitrepo import GitRepo
from providers import FakeProviders, findings_reply
from stats_defects import EMPTY, UNSET

from reviewbot.cache.database import FILE

BLANKS = "\n" * 40
"""Lines that are all alike, so that no quote can tell where a finding belongs."""


class Panel:
    """The panel of `CONFIG` over a repository, and a folder for its answers outside of it."""

    def __init__(self, repo: GitRepo, providers: FakeProviders, folder: Path, rest: str = "") -> None:
        bases = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": CONFIG.format(**bases) + rest})
        self.repo = repo
        self.providers = providers
        self.folder = folder
        self.env = {**KEYS, "REVIEWBOT_CACHE_DIR": str(folder), "XDG_STATE_HOME": str(folder.with_name("state"))}

    def review(self, *args: str) -> tuple[Ended, list[str]]:
        """A run, and who was asked in it."""
        before = len(self.providers.requests)
        ended = reviewbot("review", "-q", "--format", "json", *args, cwd=self.repo.path, env=self.env)
        return ended, sorted(request.kind for request in self.providers.requests[before:])

    def rows(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / FILE)) as connection, connection:
            return connection.execute(statement).fetchall()


def where(ended: Ended) -> list[tuple[int, str]]:
    return [(finding["start_line"], finding["title"]) for finding in ended.report["findings"]]


def lasting(report: Any) -> Any:
    """What a report says, without what an amended message or a cached answer may change."""
    changing = {"head", "duration_s", "input_tokens", "output_tokens", "cached_tokens", "cost_usd", "cached", "notes"}
    if isinstance(report, dict):
        return {key: lasting(value) for key, value in report.items() if key not in changing}
    return [lasting(value) for value in report] if isinstance(report, list) else report


def test_the_same_review_again_or_with_another_message_asks_nobody(repo: GitRepo, tmp_path: Path) -> None:
    with FakeProviders(findings_reply([UNSET, EMPTY])) as providers:
        panel = Panel(repo, providers, tmp_path / "cache")
        first, asked = panel.review()
        assert asked == ["anthropic", "gemini", "openai"]
        repo.git("commit", "--quiet", "--amend", "-m", "Say it better")
        again, asked = panel.review("--record", str(tmp_path / "record"))
        assert asked == []
        rows = again.report["reviewers"]
        assert all(row["cached"] and row["cost_usd"] == 0 and row["input_tokens"] == 0 for row in rows)
        assert again.report["usage"]["cost_usd"] == 0
        assert again.code == first.code == 1
        _, asked = panel.review("--no-cache")
        assert len(asked) == 3
    assert lasting(again.report) == lasting(first.report)
    replayed = reviewbot("replay", str(tmp_path / "record"), "--format", "json", cwd=tmp_path)
    assert all(row["cached"] for row in replayed.report["reviewers"])
    assert lasting(replayed.report) == lasting(again.report)
    kept = (tmp_path / "cache" / FILE).read_bytes()
    assert b"UnboundLocalError" in kept
    assert not any(sent in kept for sent in (b"def mean", b"You review one change", KEYS["OPUS_KEY"].encode()))


def test_a_rebase_that_moves_a_hunk_asks_nobody_and_its_findings_move_along(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"blank.txt": BLANKS}, "Start")
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.commit({"blank.txt": BLANKS + "\n" * 3}, "Add lines")
    reply = findings_reply([entry("blank.txt", 42, "too many", "They say nothing.", end_line=43)])
    with FakeProviders(reply) as providers:
        panel = Panel(repo, providers, tmp_path / "cache")
        first, _ = panel.review("main..feature")
        repo.git("checkout", "--quiet", "main")
        repo.commit({"blank.txt": "1\n2\n" + BLANKS}, "Put two lines before")
        repo.git("checkout", "--quiet", "feature")
        repo.git("rebase", "--quiet", "main")
        again, asked = panel.review("main..feature", "--record", str(tmp_path / "record"))
    assert asked == []
    assert where(first) == [(42, "too many")]
    assert where(again) == [(44, "too many")]
    assert again.report["findings"][0]["end_line"] == 45
    replayed = reviewbot("replay", str(tmp_path / "record"), "--format", "json", cwd=tmp_path)
    assert replayed.report["findings"] == again.report["findings"]


def test_a_push_that_touches_one_file_of_twenty_asks_about_the_chunk_with_that_file(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"README.md": "x\n"}, "Start")
    repo.git("checkout", "--quiet", "-b", "feature")
    files = {f"pkg/module_{n:02}.py": "".join(f"value_{n}_{i} = {i}\n" for i in range(400)) for n in range(20)}
    repo.commit(files, "Add modules")
    with FakeProviders(findings_reply([])) as providers:
        panel = Panel(repo, providers, tmp_path / "cache")
        _, first = panel.review("--reviewer", "opus")
        assert len(first) > 3
        repo.write({"pkg/module_07.py": files["pkg/module_07.py"] + "late = 1\n"})
        repo.git("commit", "--quiet", "--all", "-m", "Change one")
        again, asked = panel.review("--reviewer", "opus")
        assert asked == ["anthropic"]
        (sent,) = [request.prompt for request in providers.requests[len(first) :]]
        assert "late = 1" in sent
        assert "value_19_1 " not in sent
    assert again.report["reviewers"][0]["cached"] is False
    assert f"{len(first) - 1} of {len(first)} answers of opus came from the cache." in again.report["notes"]


@pytest.mark.requirement("R15")
def test_what_was_planted_or_damaged_is_no_answer(repo: GitRepo, tmp_path: Path) -> None:
    with FakeProviders(findings_reply([UNSET])) as providers:
        panel = Panel(repo, providers, tmp_path / "cache")
        panel.review("--reviewer", "opus")
        clean = json.dumps({"reply": '{"findings": []}', "places": [["src/stats.py", 1, 5, 1, 8]]}).encode()
        panel.rows(f"UPDATE answers SET payload = x'{clean.hex()}'")
        ended, asked = panel.review("--reviewer", "opus")
        assert asked == ["anthropic"]
        assert [title for _, title in where(ended)] == [UNSET["title"]]
        _, asked = panel.review("--reviewer", "opus")
        assert asked == []  # the planted entry was replaced
        (panel.folder / FILE).write_bytes(b"garbage" * 500)
        ended, asked = panel.review("--reviewer", "opus")
        assert asked == ["anthropic"]
        assert any("was damaged and starts anew" in note for note in ended.report["notes"])
        ended, asked = panel.review("--reviewer", "opus")
        assert (asked, any("cache" in note for note in ended.report["notes"])) == ([], False)


def test_two_runs_at_once_both_end_well_and_leave_their_answers(repo: GitRepo, tmp_path: Path) -> None:
    with FakeProviders(findings_reply([UNSET])) as providers:
        panel = Panel(repo, providers, tmp_path / "cache")
        runs = [
            subprocess.Popen(
                command("review", "-q", "--format", "json", "--reviewer", name),
                cwd=repo.path,
                env=environment(repo.path, panel.env),
                stdout=subprocess.PIPE,
            )
            for name in ("opus", "gpt")
        ]
        reports = [json.loads(run.communicate()[0]) for run in runs]
        _, asked = panel.review("--reviewer", "opus", "--reviewer", "gpt")
    assert [run.returncode for run in runs] == [1, 1]
    assert not any("cache" in note for report in reports for note in report["notes"])
    assert asked == []


def test_where_answers_cannot_be_kept_the_review_says_so_and_goes_on(repo: GitRepo, tmp_path: Path) -> None:
    with FakeProviders(findings_reply([UNSET])) as providers:
        panel = Panel(repo, providers, repo.path / "cache")
        inside, _ = panel.review("--reviewer", "opus")
        assert not panel.folder.exists()
        panel = Panel(repo, providers, tmp_path / "cache", "cache: false\n")
        off, _ = panel.review("--reviewer", "opus")
        assert not panel.folder.exists()
        again, asked = panel.review("--reviewer", "opus")
    assert (inside.code, off.code, again.code, asked) == (1, 1, 1, ["anthropic"])
    assert any("lies in the work tree that is reviewed" in note for note in inside.report["notes"])
    assert not any("kept" in note for note in off.report["notes"])
