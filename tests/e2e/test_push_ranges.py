"""Which commits a push is found to bring: git itself says what is pushed, to a real hook, at a real `git push`."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from gitrepo import GitRepo, environ
from push_scene import PushScene, found

from reviewbot.platforms.git_unchecked import Unchecked
from reviewbot.push import Checked, keep_unread
from reviewbot.pushed import NewCommits

FEATURE = ("refs/heads/feature",)


@pytest.fixture
def scene(tmp_path: Path) -> PushScene:
    return PushScene.at(tmp_path)


def publish(scene: PushScene, *args: str) -> None:
    """A push that nobody looks at."""
    scene.repo.git("push", "--quiet", "--no-verify", *args)


def commits(scene: PushScene, *names: str) -> list[str]:
    return [scene.repo.git("rev-parse", name).decode().strip() for name in names]


def a_colleague_goes_on_with_feature(scene: PushScene, tmp_path: Path) -> None:
    """The remote has a commit of that branch which is not here."""
    colleague = tmp_path / "colleague"
    subprocess.run(["git", "clone", "-q", str(scene.remote.path), str(colleague)], check=True, env=environ())
    theirs = GitRepo(colleague)
    theirs.git("checkout", "--quiet", "feature")
    theirs.commit({"theirs.py": "z = 3\n"})
    theirs.git("push", "--quiet", "origin", "feature")


@pytest.mark.requirement("R40")
def test_a_new_branch_begins_at_the_nearest_commit_that_the_remote_has(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("origin", "feature") == [(main, head, FEATURE)]
    publish(scene, "origin", "feature")
    scene.repo.git("checkout", "--quiet", "-b", "stacked")
    stacked = scene.repo.commit({"b.py": "x = 1\n"})
    assert scene.ranges("origin", "stacked") == [(head, stacked, ("refs/heads/stacked",))]


def test_an_update_begins_at_what_the_remote_has(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    before = scene.repo.head()
    after = scene.repo.commit({"b.py": "x = 1\n"})
    assert scene.ranges("origin", "feature") == [(before, after, FEATURE)]


def test_a_forced_push_of_an_amended_commit_begins_before_it(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    scene.repo.write({"b.py": "x = 1\n"})
    scene.repo.git("add", "--all")
    scene.repo.git("commit", "--quiet", "--amend", "-m", "Other words")
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("--force", "origin", "feature") == [(main, head, FEATURE)]


def test_a_forced_push_after_a_rebase_leaves_out_what_main_brought(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    scene.repo.git("checkout", "--quiet", "main")
    newer = scene.repo.commit({"other.py": "y = 2\n"})
    publish(scene, "origin", "main")
    scene.repo.git("checkout", "--quiet", "feature")
    scene.repo.git("rebase", "--quiet", "main")
    assert scene.ranges("--force", "origin", "feature") == [(newer, scene.repo.head(), FEATURE)]


def test_a_branch_that_merged_main_is_compared_with_the_nearer_of_both(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    scene.repo.git("checkout", "--quiet", "main")
    newer = [scene.repo.commit({f"other{number}.py": "y = 2\n"}) for number in range(5)][-1]
    publish(scene, "origin", "main")
    scene.repo.git("checkout", "--quiet", "feature")
    scene.repo.git("merge", "--quiet", "-m", "Merge", "main")
    assert scene.ranges("origin", "feature") == [(newer, scene.repo.head(), FEATURE)]


@pytest.mark.requirement("R40")
def test_deleting_a_branch_brings_nothing(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    assert scene.ranges("origin", ":feature") == []


def test_tags_of_commits_that_the_remote_has_bring_nothing(scene: PushScene) -> None:
    scene.repo.git("tag", "light", "main")
    scene.repo.git("tag", "-a", "-m", "v1", "v1", "main")
    assert scene.ranges("origin", "light", "v1") == []


@pytest.mark.requirement("R40")
def test_an_annotated_tag_brings_the_commits_below_it(scene: PushScene) -> None:
    scene.repo.git("tag", "-a", "-m", "v1", "v1")
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("origin", "v1") == [(main, head, ("refs/tags/v1",))]


def test_a_tag_of_a_file_is_said_not_to_be_reviewed(scene: PushScene) -> None:
    blob = scene.repo.git("hash-object", "-w", "--stdin", stdin=b"text\n").decode().strip()
    scene.repo.git("tag", "file", blob)
    outgoing = scene.outgoing("origin", "file", "feature")
    assert [new.refs for new in outgoing.ranges] == [FEATURE]
    (unknown,) = outgoing.unread
    assert (unknown.update.target, unknown.reason) == (
        "refs/tags/file",
        "it is no commit but a blob, and such content is not reviewed",
    )


def test_several_refs_are_one_review_for_each_range(scene: PushScene) -> None:
    scene.repo.git("tag", "light")
    main, head = commits(scene, "main", "HEAD")
    scene.repo.git("checkout", "--quiet", "-b", "b2", "main")
    other = scene.repo.commit({"b.py": "x = 1\n"})
    ranges = scene.ranges("origin", "feature", "b2", "light")
    assert sorted(ranges, key=lambda one: one[1] == other) == [
        (main, head, (*FEATURE, "refs/tags/light")),
        (main, other, ("refs/heads/b2",)),
    ]


def test_a_source_that_is_no_ref_is_pushed_too(scene: PushScene) -> None:
    head = scene.repo.head()
    scene.repo.commit({"b.py": "x = 1\n"})
    (main,) = commits(scene, "main")
    assert scene.ranges("origin", "HEAD~1:refs/heads/feature") == [(main, head, FEATURE)]


def test_an_odd_ref_name_is_only_a_name(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("origin", "HEAD:refs/heads/weird;$(touch${IFS}x)") == [
        (main, head, ("refs/heads/weird;$(touch${IFS}x)",))
    ]
    assert scene.ranges("origin", "HEAD:refs/heads/-x") == [(main, head, ("refs/heads/-x",))]


def test_nothing_to_push_brings_nothing(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    assert scene.ranges("origin", "feature") == []


def test_ids_of_a_sha256_repository_are_read(tmp_path: Path) -> None:
    scene = PushScene.at(tmp_path, object_format="sha256")
    main, head = commits(scene, "main", "HEAD")
    assert len(head) == 64
    assert scene.ranges("origin", "feature") == [(main, head, FEATURE)]
    publish(scene, "origin", "feature")
    assert scene.ranges("origin", ":feature") == []


def test_a_remote_id_that_is_not_here_is_as_if_the_branch_were_new(scene: PushScene, tmp_path: Path) -> None:
    publish(scene, "origin", "feature")
    scene.repo.git("update-ref", "-d", "refs/remotes/origin/feature")
    a_colleague_goes_on_with_feature(scene, tmp_path)
    scene.repo.commit({"b.py": "x = 1\n"})
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("--force", "origin", "feature") == [(main, head, FEATURE)]


def test_what_the_remote_says_of_a_pushed_ref_counts_and_not_what_was_fetched_of_it_once(scene: PushScene) -> None:
    publish(scene, "origin", "feature")
    main, head = commits(scene, "main", "HEAD")
    scene.remote.git("update-ref", "refs/heads/feature", main)
    assert scene.ranges("origin", "feature") == [(main, head, FEATURE)]
    scene.remote.git("update-ref", "-d", "refs/heads/feature")
    assert scene.ranges("origin", "feature") == [(main, head, FEATURE)]
    scene.repo.git("remote", "add", "other", str(scene.remote.path))
    assert scene.ranges("origin", "feature") == [(main, head, FEATURE)]


def test_what_was_fetched_counts_where_the_remote_has_what_is_not_here(scene: PushScene, tmp_path: Path) -> None:
    publish(scene, "origin", "feature")
    before = scene.repo.head()
    a_colleague_goes_on_with_feature(scene, tmp_path)
    head = scene.repo.commit({"b.py": "x = 1\n"})
    assert scene.ranges("--force", "origin", "feature") == [(before, head, FEATURE)]


def test_an_address_is_known_by_the_remote_that_has_it(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges(str(scene.remote.path), "feature") == [(main, head, FEATURE)]


def test_an_address_that_no_remote_has_is_compared_with_what_any_remote_has(scene: PushScene, tmp_path: Path) -> None:
    elsewhere = GitRepo(tmp_path / "elsewhere.git", bare=True)
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges(str(elsewhere.path), "feature") == [(main, head, FEATURE)]


def test_without_any_remote_a_branch_is_compared_with_main(scene: PushScene, tmp_path: Path) -> None:
    elsewhere = GitRepo(tmp_path / "elsewhere.git", bare=True)
    scene.repo.git("remote", "remove", "origin")
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges(str(elsewhere.path), "feature") == [(main, head, FEATURE)]


def test_the_first_push_of_all_brings_everything(scene: PushScene, tmp_path: Path) -> None:
    elsewhere = GitRepo(tmp_path / "elsewhere.git", bare=True)
    scene.repo.git("remote", "set-url", "origin", str(elsewhere.path))
    scene.repo.git("update-ref", "-d", "refs/remotes/origin/main")
    (main,) = commits(scene, "main")
    assert scene.ranges("origin", "main") == [(None, main, ("refs/heads/main",))]


def test_what_another_remote_has_is_not_new_here(scene: PushScene, tmp_path: Path) -> None:
    """A fork that is behind: what the upstream repository brought is not this push's."""
    fork = GitRepo(tmp_path / "fork.git", bare=True)
    scene.repo.git("remote", "add", "fork", str(fork.path))
    publish(scene, "fork", "main")
    scene.repo.git("checkout", "--quiet", "main")
    newer = scene.repo.commit({"other.py": "y = 2\n"})
    publish(scene, "origin", "main")
    scene.repo.git("checkout", "--quiet", "-b", "mine")
    mine = scene.repo.commit({"mine.py": "x = 1\n"})
    assert scene.ranges("fork", "mine") == [(newer, mine, ("refs/heads/mine",))]


def test_what_another_remote_has_whole_is_compared_with_this_one(scene: PushScene, tmp_path: Path) -> None:
    backup = GitRepo(tmp_path / "backup.git", bare=True)
    scene.repo.git("remote", "add", "backup", str(backup.path))
    publish(scene, "backup", "main")
    publish(scene, "origin", "feature")
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("backup", "feature") == [(main, head, FEATURE)]


@pytest.mark.requirement("R40")
def test_a_linked_work_tree_pushes_as_the_first_one_does(scene: PushScene, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    scene.repo.git("worktree", "add", "--quiet", "-b", "b2", str(linked), "main")
    head = GitRepo(linked).commit({"b.py": "x = 1\n"})
    (new,) = scene.outgoing("origin", "b2", cwd=linked).ranges
    assert (new.base, new.head) == (commits(scene, "main")[0], head)


@pytest.mark.requirement("R40")
def test_a_detached_head_is_pushed_by_its_commit(scene: PushScene) -> None:
    scene.repo.git("checkout", "--quiet", "--detach")
    main, head = commits(scene, "main", "HEAD")
    assert scene.ranges("origin", "HEAD:refs/heads/feature") == [(main, head, FEATURE)]


@pytest.mark.requirement("R40")
def test_a_shallow_clone_is_compared_with_what_the_remote_has(scene: PushScene, tmp_path: Path) -> None:
    for number in range(3):
        scene.repo.commit({f"f{number}.py": "x = 1\n"})
    publish(scene, "origin", "feature")
    shallow = tmp_path / "shallow"
    address = f"file://{scene.remote.path}"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "-b", "feature", address, str(shallow)], check=True, env=environ()
    )
    cloned = PushScene(repo=GitRepo(shallow), remote=scene.remote, home=scene.home)
    before = cloned.repo.head()
    after = cloned.repo.commit({"b.py": "x = 1\n"})
    assert cloned.ranges("origin", "feature") == [(before, after, FEATURE)]
    cloned.repo.git("update-ref", "-d", "refs/remotes/origin/feature")
    elsewhere = GitRepo(tmp_path / "elsewhere.git", bare=True)
    cloned.repo.git("remote", "set-url", "origin", str(elsewhere.path))
    outgoing = cloned.outgoing("origin", "feature:other")
    assert outgoing.ranges == ()
    (unknown,) = outgoing.unread
    assert (unknown.update.target, "git fetch --unshallow" in unknown.reason) == ("refs/heads/other", True)


def test_git_variables_of_a_hook_do_not_reach_our_git(scene: PushScene, tmp_path: Path) -> None:
    other = GitRepo(tmp_path / "other")
    other.commit({"x": "1"})
    push = scene.told("origin", "feature")
    hostile = {
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": "/nonexistent",
        "GIT_OBJECT_DIRECTORY": "/nonexistent",
        "GIT_DIFF_OPTS": "-u0",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_PREFIX": "src/",
    }
    outgoing = found(push, scene.repo.path, hostile)
    assert outgoing.checkout.root == scene.repo.path
    assert [new.head for new in outgoing.ranges] == [scene.repo.head()]


def test_a_repository_that_git_is_told_of_is_found(scene: PushScene, tmp_path: Path) -> None:
    """`git --git-dir=... push`, as people keep their dot files."""
    push = scene.told("origin", "feature")
    outside = tmp_path / "outside"
    outside.mkdir()
    outgoing = found(push, outside, {"GIT_DIR": str(scene.repo.path / ".git")})
    assert [new.head for new in outgoing.ranges] == [scene.repo.head()]


# ---------------------------------------------------------------- what went out unread


def remembered(scene: PushScene) -> Unchecked:
    return Unchecked(scene.repo.path / ".git" / "reviewbot" / "unchecked")


def test_what_went_out_unread_is_part_of_the_next_push(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    remembered(scene).keep([NewCommits(remote="origin", refs=FEATURE, base=main, head=head)])
    publish(scene, "origin", "feature")
    after = scene.repo.commit({"b.py": "x = 1\n"})
    assert scene.ranges("origin", "feature") == [(main, after, FEATURE)]


@pytest.mark.parametrize("stopped", [False, True])
def test_what_goes_out_unread_a_second_time_stays_in_mind(scene: PushScene, *, stopped: bool) -> None:
    main, head = commits(scene, "main", "HEAD")
    left = NewCommits(remote="origin", refs=FEATURE, base=main, head=head)
    remembered(scene).keep([left])
    outgoing = scene.outgoing("origin", "feature")
    assert [(new.head, new.again) for new in outgoing.ranges] == [(head, True)]
    outgoing.keep()
    unread = [Checked(new=new, report=None, unread="nobody answered") for new in outgoing.ranges]
    keep_unread(outgoing, unread, stopped=stopped)
    assert remembered(scene).read() == (left,)


def test_what_was_rewritten_since_is_not(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    remembered(scene).keep([NewCommits(remote="origin", refs=FEATURE, base=main, head=head)])
    scene.repo.git("commit", "--quiet", "--amend", "-m", "Other words")
    assert scene.ranges("origin", "feature") == [(main, scene.repo.head(), FEATURE)]


@pytest.mark.parametrize("way", ["the last commit", "all of them"])
def test_what_this_push_replaces_is_reviewed_as_what_replaces_it(scene: PushScene, way: str) -> None:
    main, first = commits(scene, "main", "HEAD")
    second = scene.repo.commit({"b.py": "x = 1\n"})
    publish(scene, "origin", "feature")
    left = NewCommits(remote="origin", refs=FEATURE, base=main, head=second)
    remembered(scene).keep([left])
    if way == "all of them":
        scene.repo.git("reset", "--quiet", "--soft", first)
    scene.repo.git("commit", "--quiet", "--amend", "-m", "Other words")
    outgoing = scene.outgoing("--force", "origin", "feature")
    assert [(new.base, new.head) for new in outgoing.ranges] == [(main, scene.repo.head())]
    outgoing.settle([])
    assert remembered(scene).read() == (left,)  # until the push has ended: the remote may refuse it
    publish(scene, "--force", "origin", "feature")
    scene.repo.git("checkout", "--quiet", "-b", "other", "main")
    scene.repo.commit({"c.py": "x = 1\n"})
    assert len(scene.ranges("origin", "other")) == 1


def test_what_another_push_takes_out_at_the_same_time_is_not_forgotten(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    first = scene.outgoing("origin", "feature")
    first.keep()
    scene.repo.git("checkout", "--quiet", "-b", "other", "main")
    scene.repo.commit({"c.py": "x = 1\n"})
    second = scene.outgoing("origin", "other")
    assert len(second.ranges) == 1
    second.settle([])
    left = NewCommits(remote="origin", refs=FEATURE, base=main, head=head)
    assert remembered(scene).read() == (left,)
    long_ago = time.time() - 7200
    for file in remembered(scene).folder.iterdir():
        os.utime(file, (long_ago, long_ago))
    scene.outgoing("origin", "other").settle([])
    assert remembered(scene).read() == ()
    first.settle(first.ranges)
    assert remembered(scene).read() == (left,)


@pytest.mark.parametrize("followed", ["+refs/heads/main:refs/remotes/origin/main", "^refs/heads/feature"])
def test_what_went_out_unread_to_a_ref_that_is_not_followed_is_reviewed_beside(scene: PushScene, followed: str) -> None:
    main, head = commits(scene, "main", "HEAD")
    if followed.startswith("+"):
        scene.repo.git("config", "--unset-all", "remote.origin.fetch")
    scene.repo.git("config", "--add", "remote.origin.fetch", followed)
    publish(scene, "origin", "feature")
    remembered(scene).keep([NewCommits(remote="origin", refs=FEATURE, base=main, head=head)])
    scene.repo.git("checkout", "--quiet", "-b", "other", "main")
    other = scene.repo.commit({"c.py": "x = 1\n"})
    assert scene.ranges("origin", "other") == [(main, other, ("refs/heads/other",)), (main, head, FEATURE)]


def test_files_that_hold_something_else_are_passed_over(scene: PushScene) -> None:
    folder = remembered(scene).folder
    folder.mkdir(parents=True)
    texts = ["", "{", "[]", '{"remote": "origin"}', '{"remote":"origin","refs":[],"base":"--x","head":"y"}', "[" * 9999]
    for number, text in enumerate(texts):
        (folder / f"{number}.json").write_text(text)
    assert remembered(scene).read() == ()
    assert len(scene.ranges("origin", "feature")) == 1


def test_git_s_own_word_for_where_the_repository_is_wins_over_the_folder(scene: PushScene, tmp_path: Path) -> None:
    """`git --git-dir=B/.git push` in a folder of another repository must not be looked for there."""
    around = GitRepo(tmp_path / "around")
    around.commit({"x": "1"})
    push = scene.told("origin", "feature")
    outgoing = found(push, around.path, {"GIT_DIR": str(scene.repo.path / ".git")})
    assert [new.head for new in outgoing.ranges] == [scene.repo.head()]


def test_an_object_that_is_not_here_is_not_taken_for_nothing(scene: PushScene, tmp_path: Path) -> None:
    push = scene.told("origin", "feature")
    elsewhere = GitRepo(tmp_path / "elsewhere")
    elsewhere.commit({"x": "1"})
    outgoing = found(push, elsewhere.path)
    assert outgoing.ranges == ()
    (unknown,) = outgoing.unread
    assert "is not in the repository that is looked at" in unknown.reason


def test_many_refs_are_asked_about_together(scene: PushScene) -> None:
    for number in range(300):
        scene.repo.git("update-ref", f"refs/tags/t{number}", "main" if number % 2 else "feature")
    main, head = commits(scene, "main", "HEAD")
    ((base, top, refs),) = scene.ranges("origin", "feature", "refs/tags/*:refs/tags/*")
    assert (base, top, len(refs)) == (main, head, 151)


def test_what_went_out_unread_by_an_address_is_known_by_the_remote_s_name(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    by_address = scene.outgoing(str(scene.remote.path), "feature")
    assert by_address.ranges == (NewCommits(remote="origin", refs=FEATURE, base=main, head=head),)


def test_what_went_out_unread_outlives_the_remote_s_name(scene: PushScene) -> None:
    main, head = commits(scene, "main", "HEAD")
    remembered(scene).keep([NewCommits(remote="origin", refs=FEATURE, base=main, head=head)])
    publish(scene, "origin", "feature")
    scene.repo.git("remote", "rename", "origin", "upstream")
    after = scene.repo.commit({"b.py": "x = 1\n"})
    assert scene.ranges("upstream", "feature") == [(main, after, FEATURE)]


def test_what_nobody_has_read_at_another_remote_is_no_excuse_here(scene: PushScene, tmp_path: Path) -> None:
    upstream = GitRepo(tmp_path / "upstream.git", bare=True)
    scene.repo.git("remote", "add", "upstream", str(upstream.path))
    publish(scene, "upstream", "main")
    main, head = commits(scene, "main", "HEAD")
    remembered(scene).keep([NewCommits(remote="origin", refs=FEATURE, base=main, head=head)])
    publish(scene, "origin", "feature")
    after = scene.repo.commit({"b.py": "x = 1\n"})
    assert scene.ranges("upstream", "feature") == [(main, after, FEATURE)]
