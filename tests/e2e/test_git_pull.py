"""The change of a pull request, fetched as objects from a git server."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from git_http import serve
from git_pull import TOKEN, Pull, paths
from gitrepo import AFTER, BEFORE, GitRepo, environ
from msgspec.structs import replace

from reviewbot.errors import UsageError
from reviewbot.model import Diff, FileStatus, LineKind
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_pull import PullCommits

# ---------------------------------------------------------------- what the change is


def test_the_change_is_what_the_head_adds_to_the_merge_base_though_the_base_went_on(pull: Pull) -> None:
    commits = pull.open({"a.py": AFTER}, base={"a.py": BEFORE, "b.py": "1\n"}, later={"b.py": "2\n", "c.py": "3\n"})
    (file,) = pull.diff(commits).files
    assert (file.path, file.status) == ("a.py", FileStatus.MODIFIED)
    assert [line.text for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.REMOVED] == [
        "    count = 0"
    ]


def test_it_is_the_change_that_a_clone_shows(pull: Pull, repo: GitRepo) -> None:
    pull.repo.write({"old.txt": "".join(f"line {number}\n" for number in range(40)), "run.sh": "#!/bin/sh\n"})
    base = pull.repo.commit({"bin": b"\0\1", "gone": "x\n", "z": "z\n", "keep": "k\n", "nul.txt": "plain\n"})
    pull.repo.git("mv", "old.txt", "new.txt")
    pull.repo.write({"new.txt": "".join(f"line {number}\n" for number in range(39)), "bin": b"\0\2", "gone": None})
    (pull.repo.path / "run.sh").chmod(0o755)
    (pull.repo.path / "z").unlink()
    (pull.repo.path / "z").symlink_to("keep")
    pull.repo.write({"nul.txt": b"plain\n\0\n", "größe\n\t.py": "new\n", ".gitattributes": "*.py -diff\nkeep binary\n"})
    pull.repo.write({"keep": "kept\n"})
    pull.repo.git("add", "--all")
    pull.repo.git("update-index", "--add", "--cacheinfo", f"160000,{base},module")
    head = pull.repo.record()
    diff = pull.diff(pull.push(PullCommits(number=7, merge_base=base, head=head, base=base)))
    assert len(diff.files) == pull.repo.count(base, head)
    assert diff == local_diff(pull, base, head)
    shown = {file.path: file for file in diff.files}
    assert shown["new.txt"].old_path == "old.txt"
    assert (shown["bin"].binary, shown["nul.txt"].binary, shown["keep"].binary) == (True, True, False)
    assert shown["module"].new_mode == "160000"
    assert (shown["run.sh"].new_mode, shown["z"].new_mode) == ("100755", "120000")
    assert shown["größe\n\t.py"].hunks


def local_diff(pull: Pull, base: str, head: str) -> Diff:
    return GitRepository.discover(pull.repo.path, environ()).fetch_range(f"{base}..{head}", context_lines=3).diff


def test_a_pull_request_that_changes_nothing_asks_for_no_blob(pull: Pull) -> None:
    commits = pull.open(base={"a.py": "1\n"})
    assert pull.diff(commits).files == ()
    assert len(pull.server.requests) == 2


@pytest.mark.parametrize("lines", [0, 3, 10])
def test_as_many_lines_around_a_change_as_are_asked_for(pull: Pull, lines: int) -> None:
    text = [f"line {number}\n" for number in range(50)]
    changed = "".join([*text[:25], "changed\n", *text[26:]])
    commits = pull.open({"a.txt": changed}, base={"a.txt": "".join(text)})
    with pull.objects(commits) as objects:
        (file,) = objects.diff(context_lines=lines).files
    assert len([line for line in file.hunks[0].lines if line.kind is LineKind.CONTEXT]) == 2 * lines


def test_a_repository_with_sha256_ids(pull: Pull, tmp_path: Path) -> None:
    pull.repo = GitRepo(tmp_path / "longer", object_format="sha256")
    GitRepo(pull.hosted, bare=True, object_format="sha256")
    commits = pull.open({"a.py": "2\n"}, base={"a.py": "1\n", ".reviewbot.yaml": "x\n"})
    with pull.objects(commits) as objects:
        assert paths(objects.diff(context_lines=3)) == ["a.py"]
        assert objects.tree().read(".reviewbot.yaml") == b"x\n"


# ---------------------------------------------------------------- what is fetched for it


@pytest.mark.thorough
def test_three_thousand_changed_files_cost_four_requests(pull: Pull) -> None:
    commits = pull.open(
        {f"d/{number}.txt": f"{number}\nnew\n" for number in range(3000)},
        base={f"d/{number}.txt": f"{number}\n" for number in range(3000)},
    )
    assert len(pull.diff(commits).files) == 3000
    assert len(pull.server.requests) == 4


def test_of_a_large_repository_only_the_changed_blobs_are_fetched(pull: Pull) -> None:
    noise = random.Random(7)
    commits = pull.open(
        {"a.py": "2\n"}, base={"a.py": "1\n", **{f"{n % 20}/{n}.bin": noise.randbytes(20_000) for n in range(200)}}
    )
    with pull.objects(commits) as objects:
        objects.diff(context_lines=3)
        git = objects.link.git
        ids = git.ask("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").line.split("\n")
        size = sum(path.stat().st_size for path in git.cwd.rglob("*") if path.is_file())
    assert ids.count("blob") == 2
    assert size < 100_000


@pytest.mark.parametrize(("filters", "requests"), [("unknown", 2), ("refused", 4)])
def test_a_server_without_filters_sends_more_and_is_asked_for_blobs_no_more(
    pull: Pull, filters: str, requests: int
) -> None:
    pull.server.filters = filters
    commits = pull.open({"a.py": "2\n"}, base={"a.py": "1\n", ".reviewbot.yaml": "x\n"}, later={"b.py": "2\n"})
    with pull.objects(commits) as objects:
        assert paths(objects.diff(context_lines=3)) == ["a.py"]
        assert objects.tree().read(".reviewbot.yaml") == b"x\n"
    assert len(pull.server.requests) == requests


def test_a_server_that_gives_nothing_out_by_its_id_is_asked_for_the_refs(pull: Pull) -> None:
    pull.server.any_sha = False
    commits = pull.open({"a.py": "2\n"}, base={"a.py": "1\n", ".reviewbot.yaml": "x\n"}, later={"b.py": "2\n"})
    with pull.objects(commits) as objects:
        assert paths(objects.diff(context_lines=3)) == ["a.py"]
        assert objects.tree().read("b.py") == b"2\n"


def test_the_head_of_a_fork_is_in_no_branch_of_the_server(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"}, base={"a.py": "1\n"})
    served = GitRepo(pull.hosted, bare=True).git("for-each-ref", "--contains", commits.head, "--format=%(refname)")
    assert served.decode().split() == ["refs/pull/7/head"]
    assert paths(pull.diff(commits)) == ["a.py"]


def test_a_public_repository_needs_no_token(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    with pull.objects(commits, token=None) as objects:
        assert paths(objects.diff(context_lines=3)) == ["a.py"]
    assert set(pull.server.authorizations) == {None}


# ---------------------------------------------------------------- what is not given to git


@pytest.mark.parametrize(
    "url",
    [
        "http://git.example.com/a/b.git",
        "ssh://git@example.com/a/b.git",
        "git@example.com:a/b.git",
        "file:///a/b.git",
        "/a/b.git",
        "--upload-pack=x",
        "ext::sh -c x",
        f"https://x:{TOKEN}@example.com/a/b.git",
        f"https://{TOKEN}@example.com/a/b.git",
        "https://example.com/a/b.git?x=1",
        "https://example.com/a b.git",
        "https://example.com/a/b.git\nx",
        "https://example.com",
        "https://127.0.0.1:80@example.com/a",
        "http://127.0.0.1.example.com/a",
        "",
    ],
)
def test_only_https_addresses_and_loopback_without_a_password_are_fetched_from(pull: Pull, url: str) -> None:
    with pytest.raises(UsageError, match="must be https://") as told, pull.objects(ids(), url=url or "?"):
        pass
    assert TOKEN not in str(told.value)


def ids(**changed: str | int) -> PullCommits:
    commits = PullCommits(number=7, merge_base="1" * 40, head="2" * 40, base="3" * 40)
    return replace(commits, **changed)


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    "commits",
    [
        ids(head="main"),
        ids(head="--upload-pack=x"),
        ids(base="2" * 39),
        ids(merge_base="2" * 64),
        ids(base="A" * 40),
        ids(number=0),
        ids(base_ref="a:b"),
        ids(base_ref="a..b"),
        ids(base_ref="*"),
        ids(base_ref=""),
    ],
)
def test_only_ids_and_names_of_branches_are_handed_to_git(pull: Pull, commits: PullCommits) -> None:
    with pytest.raises(UsageError, match="is not the"), pull.objects(commits):
        pass
    assert pull.server.requests == []


def test_two_servers_do_not_meet(pull: Pull, tmp_path: Path) -> None:
    with serve(tmp_path / "other") as other:
        pull.diff(pull.open({"a.py": "2\n"}))
        assert other.requests == []
