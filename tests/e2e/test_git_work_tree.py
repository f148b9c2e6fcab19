"""What is staged, and what is not committed yet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from gitrepo import GitRepo, environ

from reviewbot.model import Change, FileDiff, FileStatus, LineKind
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_compare import LARGE_BLOB


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n", "b.py": "one\n", "sub/c.py": "one\n"})
    return repo


def staged(repo: GitRepo, **variables: str) -> Change:
    return GitRepository.discover(repo.path, environ(**variables)).fetch_staged(context_lines=3)


def uncommitted(repo: GitRepo, **variables: str) -> Change:
    return GitRepository.discover(repo.path, environ(**variables)).fetch_uncommitted(context_lines=3)


def told(change: Change) -> list[tuple[str, FileStatus]]:
    return [(file.path, file.status) for file in change.diff.files]


def only(change: Change) -> FileDiff:
    (file,) = change.diff.files
    return file


def added(file: FileDiff) -> list[str]:
    return [line.text for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.ADDED]


# ---------------------------------------------------------------- staged


def test_staged_is_the_index_against_head(repo: GitRepo) -> None:
    repo.write({"a.py": "two\n", "new.py": "new\n"})
    repo.git("add", "--all")
    repo.write({"a.py": "three\n", "b.py": "two\n", "later.py": "later\n"})
    change = staged(repo)
    assert told(change) == [("a.py", FileStatus.MODIFIED), ("new.py", FileStatus.ADDED)]
    assert added(change.diff.files[0]) == ["two"]
    assert (change.label, change.base, change.head, change.subjects) == ("staged", repo.head(), None, ())


def test_nothing_staged_is_an_empty_change(repo: GitRepo) -> None:
    repo.write({"a.py": "two\n"})
    assert staged(repo).diff.files == ()


def test_before_the_first_commit_everything_staged_is_new(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    assert told(staged(repo)) == []
    repo.write({"a.py": "one\n"})
    repo.git("add", "--all")
    change = staged(repo)
    assert (told(change), change.base) == ([("a.py", FileStatus.ADDED)], None)


def test_a_file_that_is_only_meant_to_be_added_is_not_staged(repo: GitRepo) -> None:
    repo.write({"new.py": "new\n"})
    repo.git("add", "--intent-to-add", "new.py")
    assert told(staged(repo)) == []
    assert told(uncommitted(repo)) == [("new.py", FileStatus.ADDED)]


def test_a_split_index_is_read(repo: GitRepo) -> None:
    repo.git("update-index", "--split-index")
    repo.write({"a.py": "two\n"})
    repo.git("-c", "splitIndex.maxPercentChange=100", "add", "a.py")
    assert list(repo.path.glob(".git/sharedindex.*"))
    assert told(staged(repo)) == [("a.py", FileStatus.MODIFIED)]


def test_a_sparse_index_is_read(repo: GitRepo) -> None:
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index")
    assert not (repo.path / "sub" / "c.py").exists()
    repo.write({"a.py": "two\n"})
    assert told(uncommitted(repo)) == [("a.py", FileStatus.MODIFIED)]
    repo.git("add", "a.py")
    assert told(staged(repo)) == [("a.py", FileStatus.MODIFIED)]


def conflict(repo: GitRepo) -> None:
    """a.py is in conflict, d.py came from the other side without one, and e.py was deleted here and changed there."""
    repo.commit({"e.py": "one\n"})
    repo.git("switch", "--quiet", "--create", "other")
    repo.commit({"a.py": "theirs\n", "d.py": "theirs\n", "e.py": "theirs\n"})
    repo.git("switch", "--quiet", "main")
    repo.commit({"a.py": "ours\n", "e.py": None})
    with pytest.raises(AssertionError):
        repo.git("merge", "other")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("read", [staged, uncommitted])
def test_an_unmerged_path_is_listed_and_hides_no_other(
    tmp_path: Path, read: Callable[[GitRepo], Change], object_format: str
) -> None:
    repo = GitRepo(tmp_path / "conflict", object_format=object_format)
    repo.commit({"a.py": "one\n"})
    conflict(repo)
    a, d, e = read(repo).diff.files
    assert [(f.path, f.status, f.hunks) for f in (a, e)] == [
        ("a.py", FileStatus.UNMERGED, ()),
        ("e.py", FileStatus.UNMERGED, ()),
    ]
    assert a.problem == "unmerged: its conflicts are not resolved"
    assert (d.path, added(d)) == ("d.py", ["theirs"])


# ---------------------------------------------------------------- uncommitted


def test_uncommitted_is_the_work_tree_against_head(repo: GitRepo) -> None:
    repo.write({"a.py": "two\n"})
    repo.git("add", "a.py")
    repo.write({"a.py": "three\n", "b.py": None, "new dir/new.py": "new\n"})
    change = uncommitted(repo)
    assert told(change) == [
        ("a.py", FileStatus.MODIFIED),
        ("b.py", FileStatus.DELETED),
        ("new dir/new.py", FileStatus.ADDED),
    ]
    assert added(change.diff.files[0]) == ["three"]
    assert (change.label, change.base, change.head) == ("uncommitted", repo.head(), None)


def test_a_clean_work_tree_is_an_empty_change(repo: GitRepo) -> None:
    assert uncommitted(repo).diff.files == ()


def test_files_that_were_only_touched_are_not_changed(repo: GitRepo) -> None:
    for path in repo.path.glob("*.py"):
        os.utime(path, (1, 1))
    assert uncommitted(repo).diff.files == ()


def test_a_change_in_the_second_of_the_last_add_is_seen(repo: GitRepo) -> None:
    """git compares sizes and times first; a file written just after the index, with the same size, looks unchanged."""
    repo.write({"a.py": "two\n"})
    assert told(uncommitted(repo)) == [("a.py", FileStatus.MODIFIED)]


def test_what_a_file_system_monitor_left_in_the_index_is_not_believed(repo: GitRepo, tmp_path: Path) -> None:
    monitor = tmp_path / "monitor"
    monitor.write_text("#!/bin/sh\nprintf 'token\\0'\n")
    monitor.chmod(0o755)
    for key, value in {"core.fsmonitor": str(monitor), "core.untrackedCache": "true"}.items():
        repo.git("config", key, value)
    repo.git("update-index", "--fsmonitor", "--untracked-cache")
    repo.git("status")
    repo.write({"a.py": "two and more\n", "new.py": "new\n"})
    assert repo.git("status", "--short") == b""
    assert told(uncommitted(repo)) == [("a.py", FileStatus.MODIFIED), ("new.py", FileStatus.ADDED)]


def test_before_the_first_commit_every_file_is_new(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.write({"a.py": "one\n"})
    assert told(uncommitted(repo)) == [("a.py", FileStatus.ADDED)]


def test_from_a_folder_inside_the_whole_work_tree_counts(repo: GitRepo) -> None:
    repo.write({"a.py": "two\n", "sub/new.py": "new\n"})
    change = GitRepository.discover(repo.path / "sub", environ()).fetch_uncommitted(context_lines=3)
    assert [file.path for file in change.diff.files] == ["a.py", "sub/new.py"]


def test_a_moved_file_is_a_rename(repo: GitRepo) -> None:
    repo.commit({"long.py": "".join(f"line {i}\n" for i in range(20))})
    (repo.path / "long.py").rename(repo.path / "moved.py")
    file = only(uncommitted(repo))
    assert (file.status, file.old_path) == (FileStatus.RENAMED, "long.py")


@pytest.mark.parametrize("name", ["new\nline.py", "tab\t.py", 'quo"te.py', "größe.py", " ", "-x", ":(top)x", "*"])
def test_odd_names_are_read(repo: GitRepo, name: str) -> None:
    repo.write({name: "new\n"})
    file = only(uncommitted(repo))
    assert (file.path, added(file)) == (name, ["new"])


def test_a_name_that_is_not_utf8_is_read(repo: GitRepo) -> None:
    repo.write({os.fsdecode(b"caf\xe9.py"): "new\n"})
    assert only(uncommitted(repo)).path == "caf\\xe9.py"


def test_a_file_that_became_a_folder_and_a_folder_that_became_a_file(repo: GitRepo) -> None:
    repo.write({"a.py": None, "sub/c.py": None})
    (repo.path / "sub").rmdir()
    repo.write({"a.py/inner.py": "x\n", "sub": "y\n"})
    assert [file.path for file in uncommitted(repo).diff.files if file.problem is None] == [
        "a.py",
        "a.py/inner.py",
        "sub",
        "sub/c.py",
    ]


@pytest.mark.requirement("R22")
def test_a_folder_that_became_a_link_is_not_followed(repo: GitRepo, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "c.py").write_text("private\n")
    repo.write({"sub/c.py": None})
    (repo.path / "sub").rmdir()
    (repo.path / "sub").symlink_to(elsewhere)
    sub, c = uncommitted(repo).diff.files
    assert (sub.path, sub.new_mode, added(sub)) == ("sub", "120000", [str(elsewhere)])
    assert (c.path, c.status) == ("sub/c.py", FileStatus.DELETED)


# ---------------------------------------------------------------- ignored, sparse, converted


def test_ignored_files_are_left_out_wherever_they_are_ignored(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({".gitignore": "*.log\n"})
    (repo.path / ".git" / "info" / "exclude").write_text("*.tmp\n")
    (tmp_path / "ignore").write_text("*.swp\n")
    repo.write({"x.log": "1", "x.tmp": "1", "x.swp": "1", "x.py": "1"})
    repo.git("config", "core.excludesFile", str(tmp_path / "ignore"))
    assert told(uncommitted(repo)) == [("x.py", FileStatus.ADDED)]


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME"])
def test_the_user_s_own_ignore_file_counts(repo: GitRepo, tmp_path: Path, variable: str) -> None:
    folder = tmp_path / "home"
    ignore = folder / (".config/git/ignore" if variable == "HOME" else "git/ignore")
    ignore.parent.mkdir(parents=True)
    ignore.write_text("*.swp\n")
    repo.write({"x.swp": "1", "x.py": "1"})
    assert told(uncommitted(repo, **{variable: str(folder)})) == [("x.py", FileStatus.ADDED)]


def test_an_ignore_file_of_the_user_s_configuration_may_begin_with_a_tilde(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[core]\n\texcludesFile = ~/my-ignore\n")
    (tmp_path / "my-ignore").write_text("*.swp\n")
    repo.write({"x.swp": "1", "x.py": "1"})
    assert told(uncommitted(repo, HOME=str(tmp_path))) == [("x.py", FileStatus.ADDED)]


def test_files_outside_a_sparse_checkout_are_not_deleted(repo: GitRepo) -> None:
    repo.git("sparse-checkout", "set", "--no-cone", "/a.py")
    assert not (repo.path / "b.py").exists()
    assert uncommitted(repo).diff.files == ()
    repo.write({"a.py": "two\n"})
    assert told(uncommitted(repo)) == [("a.py", FileStatus.MODIFIED)]


def test_line_ends_that_git_converts_are_no_change(repo: GitRepo) -> None:
    repo.git("config", "core.autocrlf", "true")
    repo.write({"a.py": "one\r\n", "b.py": "one\r\ntwo\r\n"})
    assert added(only(uncommitted(repo))) == ["two"]


@pytest.mark.parametrize("place", [".gitattributes", ".git/info/attributes"])
def test_encodings_that_git_converts_are_no_change(repo: GitRepo, place: str) -> None:
    repo.write({place: "*.txt working-tree-encoding=UTF-16LE\n"})
    repo.commit({"x.txt": "one\n".encode("utf-16-le")})
    repo.write({"x.txt": "one\ntwo\n".encode("utf-16-le")})
    assert added(only(uncommitted(repo))) == ["two"]


def test_a_mode_change_is_seen_unless_the_user_turned_modes_off(repo: GitRepo) -> None:
    (repo.path / "a.py").chmod(0o755)
    file = only(uncommitted(repo))
    assert (file.old_mode, file.new_mode) == ("100644", "100755")
    repo.git("config", "core.fileMode", "false")
    assert uncommitted(repo).diff.files == ()


# ---------------------------------------------------------------- what cannot be read


def test_a_file_behind_a_filter_is_listed_and_the_filter_is_not_run(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({".gitattributes": "*.bin filter=lfs\n", "old.bin": "pointer\n", "same.bin": "pointer\n"})
    repo.git("config", "filter.lfs.clean", f"touch {tmp_path}/canary; cat")
    repo.write({"old.bin": "new content\n", "new.bin": "content\n", "a.py": "two\n"})
    a, new, old = uncommitted(repo).diff.files
    assert (a.path, a.problem) == ("a.py", None)
    assert [(f.path, f.status, f.hunks) for f in (new, old)] == [
        ("new.bin", FileStatus.ADDED, ()),
        ("old.bin", FileStatus.MODIFIED, ()),
    ]
    assert new.problem == "its content goes through the filter 'lfs', which is not run here"
    assert not (tmp_path / "canary").exists()


def test_a_repository_inside_is_listed_and_not_entered(repo: GitRepo) -> None:
    GitRepo(repo.path / "nested").commit({"x.py": "1\n"})
    repo.write({"z.py": "1\n"})
    nested, z = uncommitted(repo).diff.files
    assert (nested.path, nested.problem) == ("nested", "it is a git repository of its own, whose files belong to it")
    assert (z.path, z.problem) == ("z.py", None)


def test_a_submodule_counts_by_its_commit_and_runs_nothing(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo(tmp_path / "inner")
    first = inner.commit({"x.py": "1\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub2")
    repo.record()
    sub = GitRepo(repo.path / "sub2")
    sub.git("config", "core.fsmonitor", f"touch {tmp_path}/canary; true")
    sub.write({"x.py": "dirty\n", "untracked.py": "1\n"})
    assert uncommitted(repo).diff.files == ()
    second = sub.record()
    (tmp_path / "canary").unlink(missing_ok=True)
    file = only(uncommitted(repo))
    assert (file.path, added(file)) == ("sub2", [f"Subproject commit {second}"])
    assert first != second
    assert not (tmp_path / "canary").exists()


@pytest.mark.needs("a user other than root")
def test_what_may_not_be_read_is_listed(repo: GitRepo) -> None:
    repo.write({"a.py": "two\n", "new.py": "1\n", "closed/x.py": "1\n", "z.py": "1\n"})
    for name in ("a.py", "new.py", "closed", "sub"):
        (repo.path / name).chmod(0)
    try:
        files = uncommitted(repo).diff.files
    finally:
        for name in ("closed", "sub"):
            (repo.path / name).chmod(0o755)
    assert [(file.path, file.status) for file in files if file.problem == "git cannot read it: Permission denied"] == [
        ("a.py", FileStatus.MODIFIED),
        ("closed", FileStatus.ADDED),
        ("new.py", FileStatus.ADDED),
        ("sub", FileStatus.ADDED),
        ("sub/c.py", FileStatus.MODIFIED),
    ]
    assert [file.path for file in files if file.problem is None] == ["z.py"]


def test_what_git_cannot_read_is_listed_and_hides_no_other(repo: GitRepo) -> None:
    repo.write({".gitattributes": "*.txt working-tree-encoding=UTF-16\n"})
    repo.write({f"{letter}.txt": b"no mark\n" for letter in "pqr"})
    repo.write({"z.py": "1\n", "a.py": None})
    os.mkfifo(repo.path / "a.py")
    problems = {file.path: file.problem for file in uncommitted(repo).diff.files}
    assert list(problems) == [".gitattributes", "a.py", "p.txt", "q.txt", "r.txt", "z.py"]
    assert problems[".gitattributes"] is None is problems["z.py"]
    assert all((problems[name] or "").startswith("git cannot read it: ") for name in ("p.txt", "q.txt", "r.txt"))


@pytest.mark.parametrize("binary", [True, False])
def test_a_very_large_file_is_looked_at_and_not_copied(repo: GitRepo, binary: bool) -> None:
    with (repo.path / "large").open("wb") as file:
        file.write((b"\0" if binary else b"x" * 79 + b"\n") * 8000)
        file.truncate(LARGE_BLOB + 1)
    large = only(uncommitted(repo))
    assert (large.status, large.binary) == (FileStatus.ADDED, binary)
    assert large.problem == (None if binary else "it is a text of 64 MB; files of more than 64 MB are not compared")


def test_temporary_files_inside_the_work_tree_are_not_part_of_the_change(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"tmp/x.py": "1\n"})
    monkeypatch.setattr("tempfile.tempdir", str(repo.path / "tmp"))
    assert told(uncommitted(repo)) == [("tmp/x.py", FileStatus.ADDED)]
