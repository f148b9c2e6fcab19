"""Reading changes from real repositories: what is in the change, and what is under review."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from gitrepo import GitRepo, environ

from reviewbot.errors import GitError
from reviewbot.model import Change, FileDiff, FileStatus, LineKind
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_command import Git
from reviewbot.platforms.git_compare import LARGE_BLOB


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo")


def opened(repo: GitRepo, **variables: str) -> GitRepository:
    return GitRepository.discover(repo.path, environ(**variables))


def last_change(repo: GitRepo, *, context_lines: int = 3) -> Change:
    """The last commit, checked to have as many files as git lists."""
    change = opened(repo).fetch_range("HEAD^..HEAD", context_lines=context_lines)
    assert len(change.diff.files) == repo.count("HEAD^", "HEAD")
    return change


def only(change: Change) -> FileDiff:
    (file,) = change.diff.files
    return file


def added(file: FileDiff) -> list[str]:
    return [line.text for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.ADDED]


def removed(file: FileDiff) -> list[str]:
    return [line.text for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.REMOVED]


def edited(repo: GitRepo, name: str, before: str | bytes, after: str | bytes) -> FileDiff:
    """`name` as it stands in a change from one content to another."""
    repo.commit({name: before})
    repo.commit({name: after})
    return only(last_change(repo))


# ---------------------------------------------------------------- names


@pytest.mark.requirement("R45")
@pytest.mark.parametrize(
    "name",
    [
        "plain.py",
        "with space.py",
        "trailing space ",
        "x b/y.txt",
        "a b/b b/c.txt",
        'quote".py',
        "back\\slash.py",
        "tab\there.py",
        "new\nline.py",
        "new\n+++ b;c.py",
        "diff --git a;x b;x",
        "größe/日本.py",
        "a/b/c.py",
        "b/f.txt",
        "-leading-dash.py",
        "line\u2028separator.py",
        "http:/x.py",
        ":(glob)*",
        "[x]*?.py",
    ],
)
def test_a_path_is_kept_as_it_is(repo: GitRepo, name: str) -> None:
    file = edited(repo, name, "one\n", "two\n")
    assert (file.path, file.problem) == (name, None)
    assert (removed(file), added(file)) == (["one"], ["two"])


@pytest.mark.requirement("R45")
def test_a_path_that_is_not_utf8_shows_its_bytes(repo: GitRepo) -> None:
    assert edited(repo, os.fsdecode(b"caf\xe9.py"), "one\n", "two\n").path == "caf\\xe9.py"


def test_two_paths_that_read_alike_are_listed_and_not_mixed_up(repo: GitRepo) -> None:
    repo.commit()
    repo.commit({os.fsdecode(b"\xe9.py"): "one\n", "\\xe9.py": "two\n", "other.py": "three\n"})
    files = last_change(repo).diff.files
    assert [(f.path, f.problem is None) for f in files] == [
        ("\\xe9.py", False),
        ("other.py", True),
        ("\\xe9.py", False),
    ]


# ---------------------------------------------------------------- kinds of change


def test_an_empty_file_that_is_added_has_no_hunks_and_no_problem(repo: GitRepo) -> None:
    repo.commit()
    repo.commit({"empty": ""})
    file = only(last_change(repo))
    assert (file.status, file.hunks, file.problem, file.binary) == (FileStatus.ADDED, (), None, False)
    assert (file.old_mode, file.new_mode) == (None, "100644")


def test_an_empty_file_that_is_deleted_has_no_hunks_and_no_problem(repo: GitRepo) -> None:
    repo.commit({"empty": ""})
    repo.commit({"empty": None})
    file = only(last_change(repo))
    assert (file.status, file.hunks, file.problem) == (FileStatus.DELETED, (), None)
    assert (file.old_mode, file.new_mode) == ("100644", None)


def test_a_deleted_file_has_its_lines_on_the_left(repo: GitRepo) -> None:
    repo.commit({"gone.py": "a\nb\n"})
    repo.commit({"gone.py": None})
    file = only(last_change(repo))
    assert file.status is FileStatus.DELETED
    assert [(line.old, line.new) for line in file.hunks[0].lines] == [(1, None), (2, None)]


def test_a_rename_with_an_edit_has_both_paths(repo: GitRepo) -> None:
    body = "".join(f"line {i}\n" for i in range(30))
    repo.commit({"x b/old name.py": body})
    repo.commit({"x b/old name.py": None, "new b/name.py": body.replace("line 3\n", "line three\n")})
    file = only(last_change(repo))
    assert (file.status, file.old_path, file.path) == (FileStatus.RENAMED, "x b/old name.py", "new b/name.py")
    assert added(file) == ["line three"]


def test_an_exact_rename_of_a_binary_file_is_a_rename_without_hunks(repo: GitRepo) -> None:
    repo.commit({"a.bin": b"\0\1\2" * 50})
    repo.commit({"a.bin": None, "b.bin": b"\0\1\2" * 50})
    file = only(last_change(repo))
    assert (file.status, file.old_path, file.hunks, file.problem) == (FileStatus.RENAMED, "a.bin", (), None)


def test_a_copy_of_a_changed_file_is_a_copy(repo: GitRepo) -> None:
    body = "".join(f"line {i}\n" for i in range(30))
    repo.commit({"a.py": body})
    repo.commit({"a.py": body + "more\n", "c.py": body})
    a, c = last_change(repo).diff.files
    assert (a.status, c.status, c.old_path) == (FileStatus.MODIFIED, FileStatus.COPIED, "a.py")


def test_a_mode_change_alone_has_modes_and_no_hunks(repo: GitRepo) -> None:
    repo.commit({"run.sh": "echo\n"})
    (repo.path / "run.sh").chmod(0o755)
    repo.commit()
    file = only(last_change(repo))
    assert (file.old_mode, file.new_mode, file.hunks, file.problem) == ("100644", "100755", (), None)


def test_a_symlink_is_a_file_whose_line_is_its_target(repo: GitRepo) -> None:
    repo.commit()
    (repo.path / "link").symlink_to("/etc/passwd")
    repo.commit()
    file = only(last_change(repo))
    assert (file.new_mode, added(file), file.hunks[0].lines[0].no_newline) == ("120000", ["/etc/passwd"], True)


def test_a_file_that_becomes_a_symlink_is_one_file_with_both_contents(repo: GitRepo) -> None:
    repo.commit({"t": "text\n", "z": "one\n"})
    repo.write({"t": None})
    (repo.path / "t").symlink_to("z")
    repo.commit({"z": "two\n"})
    t, z = last_change(repo).diff.files
    assert (t.status, t.old_mode, t.new_mode) == (FileStatus.TYPE_CHANGED, "100644", "120000")
    assert (removed(t), added(t), added(z)) == (["text"], ["z"], ["two"])


def test_a_binary_file_that_becomes_a_symlink_shows_the_link(repo: GitRepo) -> None:
    repo.commit({"t": b"\0\1"})
    repo.write({"t": None})
    (repo.path / "t").symlink_to("z")
    repo.commit()
    file = only(last_change(repo))
    assert (file.status, file.binary, added(file)) == (FileStatus.TYPE_CHANGED, False, ["z"])


def test_a_submodule_is_shown_by_its_commits(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo(tmp_path / "inner")
    first, second = inner.commit({"f": "1"}), inner.commit({"f": "2"})
    repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    repo.record()
    repo.git("update-index", "--cacheinfo", f"160000,{second},sub")
    repo.record()
    file = only(last_change(repo))
    assert (file.path, file.new_mode) == ("sub", "160000")
    assert (removed(file), added(file)) == ([f"Subproject commit {first}"], [f"Subproject commit {second}"])


# ---------------------------------------------------------------- contents


@pytest.mark.requirement("R45")
@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        pytest.param("a\n", "a\r\n", "a\r", id="CRLF"),
        pytest.param("a\n", "a\rb\n", "a\rb", id="lone CR"),
        pytest.param(
            "a\n", "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n", "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg", id="U+2028"
        ),
        pytest.param("a\n", b"caf\xe9\n", "caf\\xe9", id="invalid UTF-8"),
        pytest.param("a\n", "\ufeffa\n", "\ufeffa", id="byte order mark"),
        pytest.param("a\n", "-- b\n", "-- b", id="looks like ---"),
        pytest.param("a\n", "++ b/x\n", "++ b/x", id="looks like +++"),
        pytest.param("a\n", "@@ -1 +1 @@\n", "@@ -1 +1 @@", id="looks like a hunk"),
        pytest.param("a\n", "diff --git a/x b/x\n", "diff --git a/x b/x", id="looks like a section"),
        pytest.param(
            "a\n", "\\ No newline at end of file\n", "\\ No newline at end of file", id="looks like the marker"
        ),
        pytest.param("a\n", "* Unmerged path x\n", "* Unmerged path x", id="looks unmerged"),
        pytest.param("a\n", "Binary files a and b differ\n", "Binary files a and b differ", id="looks binary"),
        pytest.param("a\n", "x" * 9000 + "\n", "x" * 9000, id="a long line"),
        pytest.param("a\n", b"x" * 8000 + b"\0\n", "x" * 8000 + "\0", id="a NUL behind 8,000 bytes"),
    ],
)
def test_a_line_is_kept_as_it_is(repo: GitRepo, before: str, after: str | bytes, text: str) -> None:
    file = edited(repo, "f", before, after)
    assert (added(file), file.problem, file.binary) == ([text], None, False)


def test_a_removed_line_that_looks_like_a_header_stays_a_line(repo: GitRepo) -> None:
    file = edited(repo, "f", "x\n-- a/f\n", "x\n++ b/f\n")
    assert (removed(file), added(file)) == (["-- a/f"], ["++ b/f"])


def test_a_missing_newline_at_the_end_is_told_for_each_side(repo: GitRepo) -> None:
    file = edited(repo, "f", "a\nold", "a\nold\n")
    assert [(line.text, line.no_newline) for line in file.hunks[0].lines] == [
        ("a", False),
        ("old", True),
        ("old", False),
    ]


@pytest.mark.parametrize("content", [b"\0", b"x" * 7999 + b"\0", "wide\n".encode("utf-16")])
def test_a_file_with_a_nul_early_on_is_binary(repo: GitRepo, content: bytes) -> None:
    file = edited(repo, "f", "text\n", content)
    assert (file.binary, file.hunks, file.problem) == (True, (), None)


def test_lines_are_numbered_on_both_sides(repo: GitRepo) -> None:
    body = [f"{i}\n" for i in range(1, 31)]
    after = [*body[:9], "new\n", *body[9:19], *body[20:]]
    file = edited(repo, "f", "".join(body), "".join(after))
    (plus,) = (line for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.ADDED)
    (minus,) = (line for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.REMOVED)
    assert (plus.new, plus.old, minus.old, minus.new) == (10, None, 20, None)
    assert file.hunks[0].lines[0].text == "7"


@pytest.mark.parametrize(("context_lines", "lines"), [(0, 2), (1, 4), (10, 22)])
def test_context_is_as_wide_as_asked(repo: GitRepo, context_lines: int, lines: int) -> None:
    body = "".join(f"{i}\n" for i in range(60))
    edited(repo, "f", body, body.replace("30\n", "thirty\n"))
    file = only(last_change(repo, context_lines=context_lines))
    assert len(file.hunks[0].lines) == lines


@pytest.mark.parametrize("first", [b"a", b"\0"])
def test_a_text_too_large_to_compare_is_told_from_a_binary_file(repo: GitRepo, first: bytes) -> None:
    repo.git("config", "core.bigFileThreshold", "1m")
    repo.git("config", "core.compression", "0")
    content = first + b" line of some text\n" * (LARGE_BLOB // 19 + 1)
    file = edited(repo, "large", content, content + b"end\n")
    problem = "it is a text of 64 MB; files of more than 64 MB are not compared"
    assert (file.binary, file.problem) == ((True, None) if first == b"\0" else (False, problem))


# ---------------------------------------------------------------- the program itself


def shell(tmp_path: Path) -> Git:
    """A stand-in that runs what it is told, to see how a program is started and ended."""
    return Git(program="/bin/sh", cwd=tmp_path, environ=environ(), config={})


def test_git_is_ended_when_its_answer_is_no_longer_wanted(tmp_path: Path) -> None:
    pieces = shell(tmp_path).stream("-c", "echo $$ > pid; head -c 2000000 /dev/zero; exec sleep 600")
    assert next(pieces).startswith(b"\0")
    pieces.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_an_answer_that_ends_in_an_error_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="some words"):
        list(shell(tmp_path).stream("-c", "echo half an answer; echo some words >&2; exit 3"))


def test_a_corrupt_repository_is_an_error_in_git_s_words(repo: GitRepo) -> None:
    repo.commit({"a.py": "one\n"})
    repo.commit({"a.py": "two\n"})
    blob = repo.git("rev-parse", "HEAD:a.py").decode().strip()
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError, match=blob):
        opened(repo).fetch_range("HEAD^..", context_lines=3)
