"""A change of real code, compared with what git itself says about it."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from gitrepo import GitRepo, environ

from reviewbot.model import FileDiff, FileStatus, LineKind
from reviewbot.platforms.git import GitRepository
from reviewbot.stages.diff import parse_patch

SOURCE = Path(click.__file__).parent


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """A package's source, and a commit that edits, renames, deletes and converts its files."""
    repo = GitRepo(tmp_path_factory.mktemp("history") / "repo")
    sources = {f"click/{path.name}": path.read_bytes() for path in sorted(SOURCE.glob("*.py"))}
    assert len(sources) > 10
    repo.commit(sources)
    edited: dict[str, str | bytes | None] = {}
    for number, (name, content) in enumerate(sources.items()):
        lines = content.split(b"\n")
        lines[5::53] = [b"changed " + line for line in lines[5::53]]
        del lines[11::71]
        lines[20:20] = [b"-- looks like a header", b"++ and this too", "größe \u2028".encode(), b"caf\xe9"]
        edited[name] = b"\n".join(lines).rstrip(b"\n") if number % 3 else b"\r\n".join(lines)
        if number % 4 == 0:
            edited[name], edited[f"moved/{number}.py"] = None, edited[name]
    repo.commit(edited)
    return repo


def counts(file: FileDiff) -> tuple[int, int]:
    kinds = [line.kind for hunk in file.hunks for line in hunk.lines]
    return kinds.count(LineKind.ADDED), kinds.count(LineKind.REMOVED)


def rebuilt(old: list[str], file: FileDiff) -> list[str]:
    """The old lines with the hunks applied."""
    new: list[str] = []
    at = 0
    for hunk in file.hunks:
        start = hunk.old_start - (1 if hunk.old_count else 0)
        new += old[at:start]
        new += [line.text for line in hunk.lines if line.kind is not LineKind.REMOVED]
        at = start + hunk.old_count
    return new + old[at:]


def blob(repo: GitRepo, name: str) -> list[str]:
    lines = repo.git("show", name).decode("utf-8", errors="backslashreplace").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


@pytest.mark.requirement("R32")
@pytest.mark.parametrize("context_lines", [0, 3, 10])
def test_lines_added_and_removed_are_as_many_as_git_counts(history: GitRepo, context_lines: int) -> None:
    change = GitRepository.discover(history.path, environ()).fetch_range("HEAD^..", context_lines=context_lines)
    fields = history.git("diff", "-M", "-C", "--numstat", "-z", "HEAD^", "HEAD").split(b"\0")
    expected: dict[str, tuple[int, int]] = {}
    while len(fields) > 1:
        added, removed, path = fields.pop(0).decode().split("\t")
        if not path:
            path = [fields.pop(0), fields.pop(0)][1].decode()
        expected[path] = (int(added), int(removed))
    assert {file.path: counts(file) for file in change.diff.files} == expected
    assert {file.problem for file in change.diff.files} == {None}


@pytest.mark.requirement("R32")
@pytest.mark.parametrize("context_lines", [0, 3])
def test_the_hunks_turn_the_old_content_into_the_new(history: GitRepo, context_lines: int) -> None:
    change = GitRepository.discover(history.path, environ()).fetch_range("HEAD^..", context_lines=context_lines)
    for file in change.diff.files:
        old = [] if file.status is FileStatus.ADDED else blob(history, f"HEAD^:{file.old_path or file.path}")
        new = [] if file.status is FileStatus.DELETED else blob(history, f"HEAD:{file.path}")
        assert rebuilt(old, file) == new


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--no-prefix"],
        ["--src-prefix=old/", "--dst-prefix=new/"],
        ["--full-index", "--binary"],
    ],
)
def test_the_same_diff_from_a_file_has_the_same_lines(history: GitRepo, options: list[str]) -> None:
    change = GitRepository.discover(history.path, environ()).fetch_range("HEAD^..", context_lines=3)
    brought = parse_patch(history.git("diff", "-M", "-C", *options, "HEAD^", "HEAD"))
    assert [(file.path, file.old_path, file.status, file.hunks) for file in brought.files] == [
        (file.path, file.old_path, file.status, file.hunks) for file in change.diff.files
    ]


def test_a_mailed_patch_of_the_same_commit_has_the_same_lines(history: GitRepo) -> None:
    change = GitRepository.discover(history.path, environ()).fetch_range("HEAD^..", context_lines=3)
    brought = parse_patch(history.git("format-patch", "--stdout", "-M", "-C", "HEAD^"))
    assert [(file.path, file.hunks) for file in brought.files] == [(f.path, f.hunks) for f in change.diff.files]
