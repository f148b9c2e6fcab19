"""A local checkout whose objects are borrowed for a pull request: nothing else of it counts, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_http import serve
from git_pull import Pull, paths
from gitrepo import GitRepo, environ

from reviewbot.errors import GitError
from reviewbot.platforms.git_checkout import Checkout, find_checkout
from reviewbot.platforms.git_pull import PullCommits

FILES = {"a.py": "1\n", ".reviewbot.yaml": "base\n", **{f"d/{n}.txt": f"{n}\n" for n in range(50)}}


@pytest.fixture
def commits(pull: Pull) -> PullCommits:
    return pull.open({"a.py": "two\n", ".reviewbot.yaml": "head\n"}, base=FILES, later={"b.py": "1\n"})


def clone(pull: Pull, path: Path, *options: str) -> GitRepo:
    GitRepo(pull.hosted, bare=True).git("config", "uploadpack.allowFilter", "true")
    pull.repo.git("clone", "--quiet", *options, f"file://{pull.hosted}", str(path))
    return GitRepo(path)


def checkout(repo: GitRepo) -> Checkout:
    return find_checkout(repo.path, environ())


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of each file."""
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def fetched(pull: Pull, commits: PullCommits, borrow: Checkout) -> tuple[int, list[str]]:
    """How many objects were fetched, and the changed paths."""
    with pull.objects(commits, borrow=borrow) as objects:
        changed = paths(objects.diff(context_lines=3))
        counted = objects.link.git.ask("count-objects", "-v").line
    return int(counted.partition("in-pack: ")[2].partition("\n")[0]), changed


def test_what_is_all_there_is_not_fetched(pull: Pull, commits: PullCommits) -> None:
    with pull.objects(commits, borrow=checkout(pull.repo)) as objects:
        assert paths(objects.diff(context_lines=3)) == [".reviewbot.yaml", "a.py"]
        assert objects.tree().read(".reviewbot.yaml") == b"base\n"
    assert pull.server.requests == []


def test_of_a_clone_that_lacks_the_head_the_head_alone_is_fetched(
    pull: Pull, commits: PullCommits, tmp_path: Path
) -> None:
    repo = clone(pull, tmp_path / "local")
    before = state(repo.path)
    # The commit and its top folder, and two blobs.
    assert fetched(pull, commits, checkout(repo)) == (4, [".reviewbot.yaml", "a.py"])
    assert state(repo.path) == before
    assert len(pull.server.requests) == 4


@pytest.mark.parametrize(
    "options",
    [("--depth=1",), ("--filter=blob:none", "--no-checkout"), ("--filter=tree:0", "--no-checkout"), ("--bare",)],
    ids=str,
)
def test_a_clone_of_any_kind_gives_what_it_has(
    pull: Pull, commits: PullCommits, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = tmp_path / "local"
    clone_of_any_kind = clone(pull, path, *options) if "--bare" not in options else None
    if clone_of_any_kind is None:
        pull.repo.git("clone", "--quiet", "--bare", str(pull.hosted), str(path))
    before = state(path)
    borrowed = find_checkout(path, environ())
    with pull.objects(commits, borrow=borrowed) as objects:
        assert paths(objects.diff(context_lines=3)) == [".reviewbot.yaml", "a.py"]
        assert objects.tree().read(".reviewbot.yaml") == b"base\n"
        assert objects.tree().read("d/7.txt") == b"7\n"
    assert state(path) == before


def test_a_checkout_of_the_test_merge_as_ci_makes_it(pull: Pull, commits: PullCommits, tmp_path: Path) -> None:
    pull.repo.git("merge", "--quiet", "--no-edit", commits.head)
    pull.repo.git("push", "--quiet", str(pull.hosted), "HEAD:refs/pull/7/merge")
    repo = GitRepo(tmp_path / "ci")
    repo.git("fetch", "--quiet", "--depth=1", f"file://{pull.hosted}", "refs/pull/7/merge")
    repo.git("checkout", "--quiet", "FETCH_HEAD")
    count, changed = fetched(pull, commits, checkout(repo))
    assert changed == [".reviewbot.yaml", "a.py"]
    assert count == 3 + 4 + 1  # commits, their folders, and the blob that the merge does not have


def test_a_checkout_with_other_ids_lends_nothing(pull: Pull, commits: PullCommits, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "longer", object_format="sha256")
    repo.commit(FILES)
    assert paths(pull.diff(commits, borrow=checkout(repo))) == [".reviewbot.yaml", "a.py"]


@pytest.mark.requirement("R20")
def test_nothing_that_a_hostile_checkout_configures_takes_effect(
    pull: Pull, commits: PullCommits, tmp_path: Path
) -> None:
    canary, script = tmp_path / "canary", tmp_path / "script.sh"
    script.write_text(f"#!/bin/sh\necho ran >> '{canary}'\n")
    script.chmod(0o755)
    repo = clone(pull, tmp_path / "local")
    with serve(pull.server.folder) as other:
        elsewhere = f"http://127.0.0.1:{other.port}/"
        here = f"http://127.0.0.1:{pull.server.port}/"
        settings = {
            "core.fsmonitor": str(script),
            "core.hooksPath": str(tmp_path / "hooks"),
            "core.alternateRefsCommand": str(script),
            "core.askPass": str(script),
            "core.gitProxy": str(script),
            "credential.helper": str(script),
            f"url.{elsewhere}.insteadOf": here,
            "remote.origin.url": elsewhere + "project.git",
            "remote.origin.uploadpack": str(script),
            "remote.origin.promisor": "true",
            "remote.origin.proxy": elsewhere,
            "http.proxy": elsewhere,
            "http.followRedirects": "true",
            "http.extraHeader": "X-Evil: 1",
            "protocol.allow": "always",
            "protocol.ext.allow": "always",
            "fetch.fsckObjects": "true",
            "alias.fetch": f"!{script}",
            "diff.external": str(script),
            "filter.evil.smudge": str(script),
        }
        for key, value in settings.items():
            repo.git("config", key, value)
        (tmp_path / "hooks").mkdir()
        for hook in ("reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change"):
            (tmp_path / "hooks" / hook).symlink_to(script)
            (repo.path / ".git" / "hooks").mkdir(exist_ok=True)
            (repo.path / ".git" / "hooks" / hook).symlink_to(script)
        (repo.path / ".git" / "info").mkdir(exist_ok=True)
        (repo.path / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil -diff\n")
        (repo.path / ".git" / "objects" / "info" / "alternates").write_text(f"{tmp_path}/nowhere\n../../nowhere\n")
        (repo.path / ".git" / "config").chmod(0o600)
        before = state(repo.path)
        with pull.objects(commits, borrow=checkout(repo)) as objects:
            diff = objects.diff(context_lines=3)
            assert [(file.path, file.binary) for file in diff.files] == [(".reviewbot.yaml", False), ("a.py", False)]
            assert objects.tree().read(".reviewbot.yaml") == b"base\n"
        assert state(repo.path) == before
        assert other.requests == []
    assert not canary.exists()


def test_an_object_that_is_not_what_its_id_says_is_not_believed(
    pull: Pull, commits: PullCommits, tmp_path: Path
) -> None:
    repo = GitRepo(tmp_path / "local")
    true = pull.repo.git("rev-parse", f"{commits.base}:.reviewbot.yaml").decode().strip()
    false = repo.git("hash-object", "-w", "--stdin", stdin=b"false\n").decode().strip()
    objects_folder = repo.path / ".git" / "objects"
    (objects_folder / true[:2]).mkdir(exist_ok=True)
    (objects_folder / false[:2] / false[2:]).rename(objects_folder / true[:2] / true[2:])
    with pull.objects(commits, borrow=checkout(repo)) as objects, pytest.raises(GitError, match="is damaged"):
        objects.tree().read(".reviewbot.yaml")
