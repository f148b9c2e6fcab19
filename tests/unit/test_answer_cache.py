"""The answer cache on the disk: its bounds, and what comes of a file that is damaged, planted, in use or not there."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from answer_store import answer, key

from reviewbot.cache.database import FILE
from reviewbot.cache.store import MAX_AGE_S, AnswerCache

DAY = 24 * 3600


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def opened(folder: Path, clock: Callable[[], float] = time.time, *, max_bytes: int = 1024 * 1024) -> AnswerCache:
    return AnswerCache(folder / "cache", secret_file=folder / "state" / "secret", clock=clock, max_bytes=max_bytes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file, with one answer in it."""
    opened(tmp_path).keep([answer("one")])
    return tmp_path / "cache" / FILE


def starts_anew(folder: Path) -> AnswerCache:
    """The cache in the folder finds nothing, says that it was damaged, and keeps what comes then."""
    store = opened(folder)
    assert store.find([key("one")]) == {}
    assert any("was damaged and starts anew" in note for note in store.notes)
    store.keep([answer("two")])
    again = opened(folder)
    assert again.find([key("two")]) == {key("two"): answer("two")}
    assert again.notes == ()
    return store


# ---------------------------------------------------------------- bounds


def test_an_answer_is_given_until_a_month_after_its_last_use(tmp_path: Path) -> None:
    clock = Clock()
    opened(tmp_path, clock).keep([answer("one"), answer("two")])
    clock.now += MAX_AGE_S - DAY
    opened(tmp_path, clock).keep([], used=[key("one")])
    clock.now += 2 * DAY
    assert opened(tmp_path, clock).find([key("one"), key("two")]).keys() == {key("one")}
    opened(tmp_path, clock).keep([answer("three")])
    summary = opened(tmp_path, clock).summary()
    assert summary is not None
    assert summary.answers == 2


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    clock = Clock()
    large = b"x" * 100_000
    for number in range(8):
        clock.now += 1
        opened(tmp_path, clock).keep([answer(str(number), large)])
    clock.now += 1
    opened(tmp_path, clock).keep([], used=[key("0")])
    for number in range(8, 12):
        clock.now += 1
        opened(tmp_path, clock).keep([answer(str(number), large)])
    left = opened(tmp_path, clock).find([key(str(number)) for number in range(12)])
    assert left.keys() == {key(str(number)) for number in (0, 3, 4, 5, 6, 7, 8, 9, 10, 11)}


def test_the_file_stays_near_its_bound_whatever_is_kept(tmp_path: Path) -> None:
    store = opened(tmp_path, max_bytes=200_000)
    for number in range(60):
        store.keep([answer(f"{number} {part}", os.urandom(10_000)) for part in range(3)])
    assert (tmp_path / "cache" / FILE).stat().st_size < 400_000
    assert store.notes == ()


def test_an_answer_that_is_larger_than_any_is_left_out_alone(tmp_path: Path) -> None:
    store = opened(tmp_path, max_bytes=64 * 1024 * 1024)
    store.keep([answer("large", bytes(5 * 1024 * 1024)), answer("one")])
    assert store.find([key("large"), key("one")]).keys() == {key("one")}
    assert store.notes == ()


def test_a_clock_that_was_ahead_once_keeps_nothing_for_ever(tmp_path: Path) -> None:
    clock = Clock()
    clock.now += 10_000 * DAY
    opened(tmp_path, clock).keep([answer("one")])
    clock.now -= 10_000 * DAY
    opened(tmp_path, clock).keep([answer("two")])
    clock.now += MAX_AGE_S + DAY
    assert opened(tmp_path, clock).find([key("one"), key("two")]) == {}


# ---------------------------------------------------------------- who may read and write it


def test_the_folder_and_the_files_are_the_users_alone(tmp_path: Path, path: Path) -> None:
    opened(tmp_path).secret()
    for folder in (path.parent, tmp_path / "state"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for file in folder.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert opened(tmp_path).find([key("one")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("end", ["", "-journal", "-wal", "-shm"])
def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path, path: Path, end: str) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    planted = path.with_name(path.name + end)
    planted.unlink(missing_ok=True)
    planted.symlink_to(target)
    store = opened(tmp_path)
    store.keep([answer("two")])
    assert store.find([key("two")]) == {}
    (note, *_) = store.notes
    assert "is not a regular file" in note
    assert target.read_bytes() == b"precious"
    assert opened(tmp_path).clear().damaged is not None
    assert (planted.is_symlink(), target.read_bytes()) == (False, b"precious")


def test_a_link_to_nothing_makes_no_file(tmp_path: Path, path: Path) -> None:
    path.unlink()
    path.symlink_to(tmp_path / "made")
    opened(tmp_path).keep([answer("two")])
    assert not (tmp_path / "made").exists()


def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, path: Path) -> None:
    path.parent.chmod(0o777)
    store = opened(tmp_path)
    assert store.find([key("one")]) == {}
    assert store.notes == (f"The answer cache could not be read: others than this user may write to {path.parent}.",)


@pytest.mark.needs("root")
def test_a_file_of_another_user_is_refused(tmp_path: Path, path: Path) -> None:
    os.chown(path, 12345, 12345)
    store = opened(tmp_path)
    assert store.find([key("one")]) == {}
    assert "belongs to another user" in store.notes[0]


@pytest.mark.needs("root")
def test_a_folder_of_another_user_is_refused(tmp_path: Path, path: Path) -> None:
    os.chown(path.parent, 12345, 12345)
    store = opened(tmp_path)
    assert store.find([key("one")]) == {}
    assert "others than this user" in store.notes[0]


def test_a_pipe_in_the_place_of_the_file_holds_nobody_up(tmp_path: Path, path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
    store = opened(tmp_path)
    assert store.find([key("one")]) == {}
    assert "is not a regular file" in store.notes[0]


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("data", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000], ids=["garbage", "head"])
def test_a_damaged_file_is_told_and_starts_anew(tmp_path: Path, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    starts_anew(tmp_path)


def test_a_file_that_was_cut_off_starts_anew(tmp_path: Path, path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    starts_anew(tmp_path)


def test_a_page_that_was_overwritten_is_found_when_it_is_read(tmp_path: Path, path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\x55" * (len(data) - 4096))
    starts_anew(tmp_path)


def test_an_empty_file_is_an_empty_cache(tmp_path: Path, path: Path) -> None:
    path.write_bytes(b"")
    store = opened(tmp_path)
    assert store.find([key("one")]) == {}
    store.keep([answer("two")])
    assert store.find([key("two")]) == {key("two"): answer("two")}
    assert store.notes == ()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (x)",
        "CREATE TRIGGER t AFTER UPDATE ON answers BEGIN DELETE FROM answers; END",
        "CREATE VIEW v AS SELECT 1",
        "DROP INDEX answers_by_use",
        "DROP TABLE answers",
        "ALTER TABLE answers ADD COLUMN x DEFAULT 1",
        "DROP TABLE answers; CREATE VIEW answers AS SELECT 1 AS key, x'00' AS mac, x'00' AS payload",
    ],
)
def test_a_file_with_another_schema_starts_anew(tmp_path: Path, path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statement)
    if statement == "DROP TABLE answers":  # which leaves an empty file
        assert opened(tmp_path).find([key("one")]) == {}
        return
    starts_anew(tmp_path)


def test_values_of_other_types_are_no_answers(tmp_path: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE answers SET payload = 'text', mac = 3, hits = 'x', kept_at = 'x', model = x'ff'")
    store = opened(tmp_path)
    assert store.find([key("one")]) == {}
    summary = store.summary()
    assert summary is not None
    assert (summary.answers, summary.oldest) == (1, None)
    store.keep([answer("one")])
    assert store.find([key("one")]) == {key("one"): answer("one")}


def test_a_file_that_takes_too_long_to_use_is_given_up(tmp_path: Path) -> None:
    opened(tmp_path, max_bytes=64 * 1024 * 1024).keep([answer(str(number)) for number in range(3_000)])
    hasty = AnswerCache(tmp_path / "cache", secret_file=None, max_bytes=64 * 1024 * 1024, most_s=0)
    hasty.keep([answer("two")])  # looks through all for what has to go
    assert "it takes too long to read" in hasty.notes[0]
    assert opened(tmp_path).find([key("1"), key("two")]).keys() == {key("two")}


def test_a_file_that_is_larger_than_it_may_become_is_not_read(tmp_path: Path, path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(64 * 1024 * 1024)
    starts_anew(tmp_path)


# ---------------------------------------------------------------- trouble with the disk


def test_a_folder_that_cannot_be_made_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    store = opened(tmp_path)
    store.keep([answer("one")])
    assert store.find([key("one")]) == {}
    assert store.notes[0].startswith("The answer cache could not be written: File exists")


@pytest.mark.needs("a user other than root")
def test_a_folder_that_may_only_be_read_is_a_note(tmp_path: Path, path: Path) -> None:
    path.parent.chmod(0o500)
    store = opened(tmp_path)
    store.keep([answer("two")])
    assert "could not be written" in store.notes[0]


def test_a_full_disk_is_a_note_and_what_was_there_stays(tmp_path: Path, path: Path) -> None:
    program = """
        import resource, sys
        sys.path[:0] = sys.argv[2:]
        from pathlib import Path
        from answer_store import answer, key
        from reviewbot.cache.store import AnswerCache
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        store = AnswerCache(Path(sys.argv[1]), secret_file=None)
        store.keep([answer("large", bytes(1_000_000))])
        print(*store.notes)
        assert store.find([key("one")]), store.notes
    """
    done = in_process(program, path.parent)
    assert "The answer cache could not be written" in done.stdout
    assert opened(tmp_path).find([key("one")])


def test_a_file_that_another_process_holds_is_a_note_after_two_seconds(tmp_path: Path, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        store = opened(tmp_path)
        started = time.monotonic()
        assert store.find([key("one")]) == {}
        assert 1.5 < time.monotonic() - started < 4
        connection.execute("ROLLBACK")
    assert store.notes == ("The answer cache could not be read: database is locked.",)
    assert opened(tmp_path).find([key("one")])


def in_process(program: str, *args: object) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, args), root, root / "tests"],
        capture_output=True,
        text=True,
        check=True,
    )


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    program = """
        import sys
        sys.path[:0] = sys.argv[3:]
        from pathlib import Path
        from answer_store import answer, key
        from reviewbot.cache.store import AnswerCache
        folder, name = Path(sys.argv[1]), sys.argv[2]
        store = AnswerCache(folder / "cache", secret_file=folder / "state" / "secret")
        for number in range(20):
            store.keep([answer(f"{name} {number}")], used=[key(f"{name} {number - 1}")])
        print(store.secret().hex(), *store.notes)
    """
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda name: in_process(program, tmp_path, name), "abc"))
    assert len({done.stdout for done in runs}) == 1  # one secret, and no note
    assert len(runs[0].stdout.split()) == 1
    found = opened(tmp_path).find([key(f"{name} {number}") for name in "abc" for number in range(20)])
    assert len(found) == 60
    summary = opened(tmp_path).summary()
    assert summary is not None
    assert summary.hits == 57


def test_a_process_that_is_killed_while_it_writes_leaves_a_file_that_works(tmp_path: Path, path: Path) -> None:
    program = """
        import os, sys
        sys.path[:0] = sys.argv[2:]
        from pathlib import Path
        from answer_store import answer
        from reviewbot.cache.store import AnswerCache
        store = AnswerCache(Path(sys.argv[1]), secret_file=None)
        print("begun", flush=True)
        while True:
            store.keep([answer(str(number), os.urandom(20_000)) for number in range(40)])
    """
    root = Path(__file__).parents[2]
    for pause in (0.02, 0.05, 0.11):
        argv = [sys.executable, "-c", textwrap.dedent(program), *map(str, (path.parent, root, root / "tests"))]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        store = opened(tmp_path, max_bytes=64 * 1024 * 1024)
        assert store.find([key("one")]).keys() == {key("one")}
        store.keep([answer("later")])
        assert store.notes == ()


# ---------------------------------------------------------------- the secret


def test_a_damaged_secret_is_told_and_not_used(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert store.secret() is not None
    (tmp_path / "state" / "secret").write_bytes(b"short")
    again = opened(tmp_path)
    assert again.secret() is None
    assert "is damaged; delete it" in again.notes[0]


def test_a_secret_that_a_cache_could_bring_along_is_not_used(tmp_path: Path) -> None:
    store = AnswerCache(tmp_path, secret_file=tmp_path / "state" / "secret")
    assert store.secret() is None
    assert "lies in the cache" in store.notes[0]


def test_a_user_without_a_folder_for_a_secret_is_told(tmp_path: Path) -> None:
    store = AnswerCache(tmp_path / "cache", secret_file=None)
    assert store.secret() is None
    assert "no folder for a secret" in store.notes[0]


def test_a_link_in_the_place_of_the_secret_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "planted").write_bytes(b"p" * 32)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "secret").symlink_to(tmp_path / "planted")
    store = opened(tmp_path)
    assert store.secret() is None
    assert "is not a regular file" in store.notes[0]


# ---------------------------------------------------------------- show and clear


def test_a_cache_that_is_not_there_is_empty_and_looking_makes_none(tmp_path: Path) -> None:
    assert opened(tmp_path).summary() is None
    assert opened(tmp_path).clear().answers == 0
    assert list(tmp_path.iterdir()) == []


def test_the_summary_counts_by_model(tmp_path: Path) -> None:
    clock = Clock()
    opened(tmp_path, clock).keep([answer("1", model="b"), answer("2", model="a"), answer("3", model="b")])
    clock.now += 5
    opened(tmp_path, clock).keep([], used=[key("1"), key("2")])
    summary = opened(tmp_path, clock).summary()
    assert summary is not None
    assert (summary.answers, summary.hits) == (3, 2)
    assert (summary.oldest, summary.newest, summary.last_used) == (1_800_000_000, 1_800_000_000, 1_800_000_005)
    assert [(use.model, use.answers, use.hits) for use in summary.models] == [("b", 2, 1), ("a", 1, 1)]


def test_clearing_forgets_every_answer(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.keep([answer(str(number), os.urandom(9_000)) for number in range(20)])
    large = (tmp_path / "cache" / FILE).stat().st_size
    cleared = store.clear()
    assert (cleared.answers, cleared.damaged) == (20, None)
    assert cleared.bytes >= 180_000
    assert (tmp_path / "cache" / FILE).stat().st_size < large / 5
    assert store.find([key("1")]) == {}


def test_clearing_deletes_a_damaged_file(tmp_path: Path, path: Path) -> None:
    path.write_bytes(b"garbage" * 100)
    cleared = opened(tmp_path).clear()
    assert (cleared.answers, cleared.bytes) == (None, 700)
    assert not path.exists()


# ---------------------------------------------------------------- planted


@pytest.mark.requirement("R22")
def test_a_journal_that_names_another_file_deletes_nothing_but_the_cache(tmp_path: Path, path: Path) -> None:
    """SQLite opens what a journal names when it rolls it back, and deletes it afterwards."""
    victim = tmp_path / "victim.txt"
    victim.write_text("kept")
    name = str(victim).encode()
    pointer = b"\0\0\0\1" + name + len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big")
    magic = bytes.fromhex("d9d505f920a163d7")
    journal = path.with_name(f"{FILE}-journal")
    journal.write_bytes(magic + bytes(504) + pointer + magic)
    starts_anew(tmp_path)
    assert victim.read_text() == "kept"
    assert not journal.exists()


@pytest.mark.parametrize("column", ["size", "hits", "kept_at", "used_at"])
@pytest.mark.parametrize("number", ["9e999", "-9e999", "9223372036854775807"])
def test_numbers_that_nobody_wrote_here_harm_no_use_of_the_cache(
    tmp_path: Path, path: Path, column: str, number: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE answers SET {column} = {number}")
        connection.execute(
            "INSERT INTO answers SELECT randomblob(32), mac, model, kept_at, used_at, hits, size, payload FROM answers"
        )
    store = opened(tmp_path)
    store.keep([answer("two")])
    assert opened(tmp_path).find([key("two")]).keys() == {key("two")}
    opened(tmp_path).clear()
    assert opened(tmp_path).find([key("two")]) == {}
