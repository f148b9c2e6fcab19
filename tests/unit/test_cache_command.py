"""`reviewbot cache show` and `reviewbot cache clear`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answer_store import answer, key
from click.testing import CliRunner, Result

from reviewbot.cache.database import FILE
from reviewbot.cache.store import AnswerCache
from reviewbot.cli.main import cli


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AnswerCache:
    monkeypatch.setenv("REVIEWBOT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return AnswerCache(tmp_path / "cache", secret_file=None, clock=lambda: 1_800_000_000)


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["cache", *words], standalone_mode=False)


def test_an_empty_cache_is_shown_as_such(store: AnswerCache, tmp_path: Path) -> None:
    assert run("show").output == f"Answer cache: {tmp_path / 'cache'}\n  empty\n"
    assert run("clear").output == f"Removed 0 answers, 0 bytes, from {tmp_path / 'cache'}\n"
    assert not (tmp_path / "cache").exists()


def test_what_is_kept_is_shown_by_model(store: AnswerCache, tmp_path: Path) -> None:
    store.keep([answer("1", model="anthropic/a"), answer("2", model="x"), answer("3", model="x")])
    store.keep([], used=[key("1"), key("1"), key("2")])
    assert run("show").output.splitlines() == [
        f"Answer cache: {tmp_path / 'cache'}",
        "  3 answers in 16 KiB; at most 64.0 MiB, and 30 days after the last use",
        "  kept from 2027-01-15 to 2027-01-15, last used 2027-01-15",
        "  given again 3 times",
        "    x            2 answers, given again 1 time",
        "    anthropic/a  1 answer, given again 2 times",
    ]


def test_scripts_get_it_as_json(store: AnswerCache, tmp_path: Path) -> None:
    store.keep([answer("1")])
    shown = json.loads(run("show", "--format", "json").output)
    assert shown.pop("bytes") > 0
    assert shown == {
        "folder": str(tmp_path / "cache"),
        "answers": 1,
        "max_bytes": 64 * 1024 * 1024,
        "max_age_s": 30 * 24 * 3600,
        "hits": 0,
        "oldest": "2027-01-15T08:00:00Z",
        "newest": "2027-01-15T08:00:00Z",
        "last_used": "2027-01-15T08:00:00Z",
        "models": [{"model": "openai/gpt", "answers": 1, "hits": 0}],
    }
    run("clear")
    empty = json.loads(run("show", "--format", "json").output)
    assert (empty["answers"], empty["oldest"], empty["models"]) == (0, None, [])


def test_a_name_of_a_model_cannot_steer_the_terminal(store: AnswerCache) -> None:
    store.keep([answer("1", model="\x1b[2Jx\nAnswer cache: /")])
    assert "\x1b" not in run("show").output
    assert len(run("show").output.splitlines()) == 5


def test_clearing_says_how_much_it_removed(store: AnswerCache) -> None:
    store.keep([answer("1", bytes(2000)), answer("2")])
    assert run("clear").output.startswith("Removed 2 answers, 3 KiB, from ")
    assert store.find([key("1"), key("2")]) == {}


def test_a_damaged_file_is_an_error_of_show_and_deleted_by_clear(store: AnswerCache, tmp_path: Path) -> None:
    store.keep([answer("1")])
    (tmp_path / "cache" / FILE).write_bytes(b"garbage" * 100)
    shown = run("show")
    assert "is damaged: file is not a database" in str(shown.exception)
    assert "`reviewbot cache clear` deletes it now" in str(shown.exception)
    assert run("clear").output == "Deleted a file of 700 bytes that was no cache of ours: file is not a database\n"
    assert not (tmp_path / "cache" / FILE).exists()


@pytest.mark.parametrize("words", ["show", "clear"])
def test_without_a_folder_the_reason_is_an_error(
    store: AnswerCache, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("REVIEWBOT_CACHE_DIR", "here")
    assert "has to be an absolute path" in str(run(words).exception)


def test_a_cache_that_is_switched_off_has_nothing_to_show_or_to_clear(
    store: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWBOT_CACHE_DIR", "")
    assert "REVIEWBOT_CACHE_DIR is empty" in str(run("show").exception)
    assert run("clear").output == "Nothing is kept: REVIEWBOT_CACHE_DIR is empty\n"


def test_a_folder_that_cannot_be_used_is_an_error(store: AnswerCache, tmp_path: Path) -> None:
    store.keep([answer("1")])
    (tmp_path / "cache").chmod(0o777)
    assert "others than this user may write to" in str(run("show").exception)
