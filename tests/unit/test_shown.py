"""Findings as a repository remembers them for `reviewbot ignore`."""

from __future__ import annotations

import json
import multiprocessing
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace
from reports import blocking, clean, entry, many, placed, report

from reviewbot.errors import InputError
from reviewbot.formats.json import render_json
from reviewbot.model import Report
from reviewbot.parts.shown import MAX_KEPT, Shown, kept, read_shown, shown_in
from reviewbot.platforms.shown_findings import alone, recall, remember

FILE = "reviewbot/findings.json"


def found(*fingerprints: str) -> Report:
    """A report with findings of these fingerprints."""
    return report(*(entry(placed("opus", "a.py", 3), fingerprint=name) for name in fingerprints))


def names(folder: Path) -> list[str]:
    return [one.fingerprint for one in recall(folder)]


def test_a_report_that_was_written_shows_what_the_report_itself_does() -> None:
    for shown in (blocking(), many(), clean()):
        assert read_shown(render_json(shown, tool_version="1").encode(), "report.json") == shown_in(shown)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"schema_version": 1}', b'{"findings": []}', b"\xff"])
def test_what_is_no_report_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(InputError, match=r"ci\.json"):
        read_shown(data, "ci.json")


def test_the_latest_are_kept_and_each_once() -> None:
    one, two, three = (Shown(fingerprint=name, path="a.py", title=name) for name in ("1", "2", "3"))
    assert kept([three, one, three], [one, two]) == (three, one, two)
    assert len(kept((replace(one, fingerprint=str(number)) for number in range(2 * MAX_KEPT)), [one])) == MAX_KEPT


def test_what_was_shown_is_recalled_the_latest_first(tmp_path: Path) -> None:
    remember(tmp_path, found("1", "2"))
    remember(tmp_path, found("3", "1"))
    assert names(tmp_path) == ["3", "1", "2"]
    assert recall(tmp_path)[0] == shown_in(found("3"))[0]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert {path.name for path in (tmp_path / "reviewbot").iterdir()} == {"findings.json", "findings.lock"}


def test_a_clean_review_leaves_nothing(tmp_path: Path) -> None:
    remember(tmp_path, found())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[1]", b"\xff\xfe", b'{"format": 2, "findings": []}', b'{"format": 1, "findings": [{"title": "x"}]}'],
)
def test_a_damaged_memory_is_forgotten_and_made_anew(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "reviewbot").mkdir()
    (tmp_path / FILE).write_bytes(data)
    assert recall(tmp_path) == ()
    remember(tmp_path, found("1"))
    assert names(tmp_path) == ["1"]


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "reviewbot").mkdir()
    (tmp_path / f"{FILE}.part").write_bytes(b'{"for')
    remember(tmp_path, found("1"))
    assert names(tmp_path) == ["1"]


def test_a_name_with_half_a_character_does_not_stop_it(tmp_path: Path) -> None:
    odd = entry(placed("opus", "caf\udce9.py", 3, title="t \ud800"), fingerprint="1")
    remember(tmp_path, report(odd))
    assert names(tmp_path) == ["1"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "git"
    for path in (elsewhere, folder):
        path.mkdir()
    (folder / "reviewbot").symlink_to(elsewhere)
    remember(folder, found("1"))
    assert list(elsewhere.iterdir()) == []
    (folder / "reviewbot").unlink()
    (folder / "reviewbot").mkdir()
    (folder / "reviewbot/findings.lock").symlink_to(elsewhere / "new")
    remember(folder, found("1"))
    assert list(elsewhere.iterdir()) == []


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "reviewbot").write_text("a file")
    remember(tmp_path, found("1"))
    remember(tmp_path / "missing", found("1"))
    assert (recall(tmp_path), (tmp_path / "reviewbot").read_text()) == ((), "a file")


def _remember_many(folder: Path, who: int) -> None:
    for number in range(20):
        remember(folder, found(f"{who}-{number}"))


def test_processes_that_remember_at_the_same_time_forget_nothing_of_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_remember_many, args=(tmp_path, who)) for who in (1, 2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert [run.exitcode for run in runs] == [0, 0]
    assert sorted(names(tmp_path)) == sorted(f"{who}-{number}" for who in (1, 2) for number in range(20))
    json.loads((tmp_path / FILE).read_text())


def test_one_that_waits_too_long_gives_up_and_changes_nothing(tmp_path: Path) -> None:
    with alone(tmp_path) as first:
        assert first
        remember(tmp_path, found("1"))
    assert recall(tmp_path) == ()
    remember(tmp_path, found("1"))
    assert names(tmp_path) == ["1"]
