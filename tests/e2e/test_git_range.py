"""Which commits are under review, and from where in which kind of repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from gitrepo import GitRepo, environ

from reviewbot.errors import GitError, UsageError
from reviewbot.model import Change
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_checkout import find_checkout
from reviewbot.platforms.git_range import find_commit


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """main went on by one commit after topic left it."""
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n"}, "first")
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"b.py": "one\n"}, "add b")
    repo.commit({"b.py": "two\n"}, "change b")
    repo.git("switch", "--quiet", "main")
    repo.commit({"main.py": "later\n"}, "go on")
    repo.git("switch", "--quiet", "topic")
    return repo


def fetch(path: Path, spec: str | None = None, **variables: str) -> Change:
    return GitRepository.discover(path, environ(**variables)).fetch_range(spec, context_lines=3)


def paths(change: Change) -> list[str]:
    return [file.path for file in change.diff.files]


def commit_id(repo: GitRepo, name: str) -> str:
    return repo.git("rev-parse", name).decode().strip()


# ---------------------------------------------------------------- ranges


@pytest.mark.parametrize("spec", ["main..topic", "main...topic", "main..", "main...", "main..HEAD"])
def test_both_kinds_of_range_mean_from_the_merge_base(repo: GitRepo, spec: str) -> None:
    change = fetch(repo.path, spec)
    assert paths(change) == ["b.py"]
    assert (change.base, change.head) == (commit_id(repo, "topic~2"), commit_id(repo, "topic"))
    assert change.subjects == ("add b", "change b")


@pytest.mark.parametrize(
    ("spec", "label"), [("main..", "main..HEAD"), ("..topic", "HEAD..topic"), ("topic~1...topic", "topic~1..topic")]
)
def test_the_label_names_both_sides(repo: GitRepo, spec: str, label: str) -> None:
    assert fetch(repo.path, spec).label == label


@pytest.mark.parametrize("name", ["v1", "refs/tags/v1", "main@{0}", "@{-1}", ":/go on", "HEAD@{1}"])
def test_every_way_to_name_a_commit_will_do(repo: GitRepo, name: str) -> None:
    repo.git("tag", "-a", "-m", "tag", "v1", "main")
    assert fetch(repo.path, f"{name}..topic").label == f"{name}..topic"


def test_a_range_without_changes_is_an_empty_change(repo: GitRepo) -> None:
    change = fetch(repo.path, "HEAD..HEAD")
    assert (change.diff.files, change.subjects) == ((), ())


def test_at_most_fifty_subjects_are_kept_the_newest_ones(repo: GitRepo) -> None:
    commit = (
        "commit refs/heads/topic\ncommitter Ada <ada@example.org> 1767322{:03d} +0000\ndata <<END\nsubject {}\nEND\n"
    )
    stream = "".join(
        commit.format(number, number) + "from refs/heads/topic^0\n" * (number == 0) for number in range(55)
    )
    repo.git("fast-import", "--quiet", stdin=stream.encode())
    subjects = fetch(repo.path, "main..").subjects
    assert (len(subjects), subjects[0], subjects[-1]) == (50, "subject 5", "subject 54")


def test_a_subject_is_the_first_line_whatever_stands_in_the_message(repo: GitRepo) -> None:
    repo.record("größe \u2028 zwei\n\ncommit 0000\nbody")
    assert fetch(repo.path, "HEAD^..").subjects == ("größe \u2028 zwei",)


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nothere..HEAD", "'nothere' is not a commit"),
        ("main", r"'main' is not a range; write main\.\.HEAD"),
        ("", r"write BASE\.\.HEAD"),
        ("--output=x", "'--output=x' is not the name"),
        ("--output=x..HEAD", "'--output=x..HEAD' is not the name"),
        ("HEAD..--output=x", "'--output=x' is not the name"),
        ("main...-x", "'-x' is not the name"),
        ("main..HEAD:a.py", "'HEAD:a.py' is not a commit"),
        ("main..x\0y", "is not the name"),
        ("main..a b", "'a b' is not a commit"),
    ],
)
def test_what_is_no_range_is_refused_and_writes_nothing(repo: GitRepo, spec: str, message: str) -> None:
    before = sorted(repo.path.iterdir())
    with pytest.raises(UsageError, match=message):
        fetch(repo.path, spec)
    assert sorted(repo.path.iterdir()) == before


@pytest.mark.requirement("R20")
def test_a_ref_that_looks_like_an_option_is_reached_by_its_full_name(repo: GitRepo) -> None:
    repo.git("update-ref", "refs/heads/--output=z", "main")
    assert paths(fetch(repo.path, "refs/heads/--output=z..topic")) == ["b.py"]
    assert not (repo.path / "z").exists()


def test_a_branch_that_only_the_remote_has_is_named(repo: GitRepo) -> None:
    repo.git("update-ref", "refs/remotes/origin/feature/x", "main")
    with pytest.raises(UsageError, match="write origin/feature/x instead"):
        fetch(repo.path, "feature/x..HEAD")


def test_histories_without_a_common_commit_are_refused(repo: GitRepo) -> None:
    repo.git("switch", "--quiet", "--orphan", "island")
    repo.commit({"island.py": "1\n"})
    with pytest.raises(UsageError, match=r"main and island have no common ancestor$"):
        fetch(repo.path, "main..island")


# ---------------------------------------------------------------- the default range


def test_without_a_remote_the_local_main_is_the_base(repo: GitRepo) -> None:
    change = fetch(repo.path)
    assert (change.label, paths(change)) == ("main..HEAD", ["b.py"])


def test_master_will_do_as_well(repo: GitRepo) -> None:
    repo.git("branch", "--move", "main", "master")
    assert fetch(repo.path).label == "master..HEAD"


def test_the_default_branch_of_origin_comes_before_the_local_main(repo: GitRepo) -> None:
    repo.git("remote", "add", "origin", "https://example.org/x.git")
    repo.git("update-ref", "refs/remotes/origin/trunk", "topic~1")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    change = fetch(repo.path)
    assert (change.label, change.subjects) == ("origin/trunk..HEAD", ("change b",))


def test_a_remote_without_a_head_is_asked_for_main_and_master(repo: GitRepo) -> None:
    repo.git("remote", "add", "origin", "https://example.org/x.git")
    repo.git("update-ref", "refs/remotes/origin/master", "topic~1")
    assert fetch(repo.path).label == "origin/master..HEAD"


def test_a_head_of_the_remote_that_leads_nowhere_is_passed_over(repo: GitRepo) -> None:
    repo.git("remote", "add", "origin", "https://example.org/x.git")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    assert fetch(repo.path).label == "main..HEAD"


def test_the_remote_of_the_current_branch_comes_first(repo: GitRepo) -> None:
    for remote, commit in (("origin", "main"), ("fork", "topic~1")):
        repo.git("remote", "add", remote, f"https://example.org/{remote}.git")
        repo.git("update-ref", f"refs/remotes/{remote}/main", commit)
    assert fetch(repo.path).label == "origin/main..HEAD"
    repo.git("config", "branch.topic.remote", "fork")
    repo.git("config", "branch.topic.merge", "refs/heads/topic")
    assert fetch(repo.path).label == "fork/main..HEAD"


def test_the_only_remote_is_taken_whatever_its_name(repo: GitRepo) -> None:
    repo.git("remote", "add", "company", "https://example.org/x.git")
    repo.git("update-ref", "refs/remotes/company/main", "main")
    assert fetch(repo.path).label == "company/main..HEAD"


def test_everything_in_the_first_commit_is_the_change(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    head = repo.commit({"a.py": "one\n", "b.py": "two\n"}, "start")
    change = fetch(repo.path)
    assert (change.label, change.base, change.head, change.subjects) == ("first commit", None, head, ("start",))
    assert paths(change) == ["a.py", "b.py"]


def test_a_first_commit_on_a_branch_of_another_name_is_a_change_too(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n"})
    repo.git("branch", "--move", "main", "trunk")
    assert fetch(repo.path).label == "first commit"


def test_a_first_commit_that_the_remote_has_is_an_empty_change(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n"})
    repo.git("remote", "add", "origin", "https://example.org/x.git")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    change = fetch(repo.path)
    assert (change.label, paths(change)) == ("origin/main..HEAD", [])


def test_with_nothing_to_compare_with_a_range_is_asked_for(repo: GitRepo) -> None:
    repo.git("branch", "--move", "main", "trunk")
    with pytest.raises(UsageError, match=r"give a range: BASE\.\.HEAD"):
        fetch(repo.path)


@pytest.mark.parametrize("spec", [None, "HEAD..HEAD"])
def test_before_the_first_commit_other_options_are_named(tmp_path: Path, spec: str | None) -> None:
    with pytest.raises(UsageError, match="use --staged or --uncommitted"):
        fetch(GitRepo(tmp_path / "repo").path, spec)


# ---------------------------------------------------------------- kinds of repositories


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        "new\nline",
        "größe",
        'quo"te',
        "co:lon",
        "back\\slash",
        "-dash",
        "*",
        "trailing\n",
        "a;b",
        "~",
        "$HOME",
    ],
)
def test_the_path_of_a_repository_may_hold_anything(tmp_path: Path, name: str) -> None:
    repo = GitRepo(tmp_path / name)
    repo.commit({"a.py": "one\n"})
    repo.commit({"a.py": "two\n"})
    repo.write({"new.py": "new\n"})
    repository = GitRepository.discover(repo.path, environ())
    assert repository.root == repo.path.resolve()
    assert paths(repository.fetch_range("HEAD^..", context_lines=3)) == ["a.py"]
    assert paths(repository.fetch_uncommitted(context_lines=3)) == ["new.py"]


def test_a_folder_inside_the_repository_will_do(repo: GitRepo) -> None:
    folder = repo.path / "deep" / "er"
    folder.mkdir(parents=True)
    repository = GitRepository.discover(folder, environ())
    assert repository.root == repo.path.resolve()
    assert paths(fetch(folder)) == ["b.py"]


def test_a_link_to_a_folder_inside_the_repository_will_do(repo: GitRepo, tmp_path: Path) -> None:
    (repo.path / "deep").mkdir()
    (tmp_path / "link").symlink_to(repo.path / "deep")
    assert GitRepository.discover(tmp_path / "link", environ()).root == repo.path.resolve()


def test_a_detached_head_will_do(repo: GitRepo) -> None:
    repo.git("checkout", "--quiet", "--detach", "topic")
    assert paths(fetch(repo.path)) == ["b.py"]


def test_a_linked_work_tree_has_its_own_head_and_index(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "main", "-b", "other")
    linked = GitRepo(tmp_path / "linked")
    linked.commit({"linked.py": "1\n"})
    linked.write({"more.py": "1\n"})
    linked.git("add", "more.py")
    repository = GitRepository.discover(linked.path, environ())
    assert repository.root == linked.path.resolve()
    assert paths(repository.fetch_range(None, context_lines=3)) == ["linked.py"]
    assert paths(repository.fetch_staged(context_lines=3)) == ["more.py"]


def test_a_submodule_is_a_repository_of_its_own(repo: GitRepo, tmp_path: Path) -> None:
    outer = GitRepo(tmp_path / "outer")
    allow = ["-c", "protocol.file.allow=always"]
    outer.git(*allow, "submodule", "--quiet", "add", repo.path.as_uri(), "sub")
    sub = GitRepo(outer.path / "sub")
    sub.commit({"sub.py": "1\n"})
    repository = GitRepository.discover(sub.path, environ())
    assert repository.root == sub.path.resolve()
    assert paths(repository.fetch_range("HEAD^..", context_lines=3)) == ["sub.py"]


def test_a_repository_below_a_folder_with_a_line_end_in_its_name_is_found(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "odd\nname\n")
    head = repo.commit({"a.py": "x = 1\n"})
    checkout = find_checkout(repo.path, environ())
    assert (checkout.root, checkout.git_dir, checkout.common_dir) == (repo.path, repo.path / ".git", repo.path / ".git")
    assert find_commit(checkout, "HEAD") == head


def test_a_bare_repository_can_be_asked_for_a_range_only(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    repository = GitRepository.discover(tmp_path / "bare.git", environ())
    assert repository.root == (tmp_path / "bare.git").resolve()
    assert paths(repository.fetch_range("main..topic", context_lines=3)) == ["b.py"]
    for read in (repository.fetch_staged, repository.fetch_uncommitted):
        with pytest.raises(UsageError, match="no work tree; give a range"):
            read(context_lines=3)


def test_a_sha256_repository_has_longer_ids(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo", object_format="sha256")
    repo.commit({"a.py": "one\n"})
    repo.commit({"a.py": "two\n", "new.py": "1\n"})
    repo.write({"new.py": "2\n"})
    repository = GitRepository.discover(repo.path, environ())
    change = repository.fetch_range("HEAD^..", context_lines=3)
    assert (paths(change), len(change.base or "")) == (["a.py", "new.py"], 64)
    assert paths(repository.fetch_uncommitted(context_lines=3)) == ["new.py"]


def test_a_shallow_clone_is_read_as_far_as_it_goes(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--depth=2", "--branch=topic", repo.path.as_uri(), str(tmp_path / "shallow"))
    assert fetch(tmp_path / "shallow", "HEAD^..").subjects == ("change b",)


@pytest.mark.parametrize("spec", [None, "origin/main..HEAD", "HEAD~5..HEAD"])
def test_what_a_shallow_clone_lacks_is_named_with_the_way_to_get_it(
    repo: GitRepo, tmp_path: Path, spec: str | None
) -> None:
    repo.git("switch", "--quiet", "main")
    options = ["--quiet", "--depth=1", "--no-single-branch", "--branch=topic"]
    repo.git("clone", *options, repo.path.as_uri(), str(tmp_path / "s"))
    with pytest.raises(UsageError, match=r"shallow: `git fetch --unshallow`"):
        fetch(tmp_path / "s", spec)


def test_the_tip_of_a_shallow_clone_is_not_taken_for_a_first_commit(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--depth=1", "--branch=topic", repo.path.as_uri(), str(tmp_path / "s"))
    GitRepo(tmp_path / "s").git("remote", "remove", "origin")
    with pytest.raises(UsageError, match="nothing to compare HEAD with"):
        fetch(tmp_path / "s")


@pytest.mark.parametrize("relative", [True, False])
def test_borrowed_objects_are_found(repo: GitRepo, tmp_path: Path, relative: bool) -> None:
    repo.git("clone", "--quiet", "--shared", str(repo.path), str(tmp_path / "clone"))
    alternates = tmp_path / "clone" / ".git" / "objects" / "info" / "alternates"
    if relative:
        alternates.write_text("# a remark\n../../../repo/.git/objects\n")
    assert paths(fetch(tmp_path / "clone", "origin/main..origin/topic")) == ["b.py"]


# ---------------------------------------------------------------- what stands in the way


def fake_git(folder: Path, script: str) -> str:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return str(folder) + os.pathsep + environ()["PATH"]


def test_outside_a_repository_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not inside a git repository; .* --diff FILE"):
        GitRepository.discover(tmp_path, environ())


def test_a_missing_git_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="git was not found"):
        GitRepository.discover(tmp_path, environ(PATH=str(tmp_path)))


@pytest.mark.parametrize("version", ["git version 2.30.9", "git version 1.8.5.6", "hello"])
def test_a_git_that_is_too_old_is_named_with_its_version(tmp_path: Path, version: str) -> None:
    path = fake_git(tmp_path / "bin", f"echo {version}")
    with pytest.raises(UsageError, match=rf"git 2\.31 or newer is needed; .* says: {version}"):
        GitRepository.discover(tmp_path, environ(PATH=path))


def of_another_owner(tmp_path: Path) -> str:
    """A PATH whose git believes that every repository belongs to somebody else."""
    return fake_git(
        tmp_path / "bin", f"export GIT_TEST_ASSUME_DIFFERENT_OWNER=1\nPATH='{environ()['PATH']}' exec git \"$@\""
    )


@pytest.mark.requirement("R20")
def test_the_repository_of_another_user_is_refused_with_the_remedy(repo: GitRepo, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"git config --global --add safe\.directory '.*/repo'"):
        fetch(repo.path, PATH=of_another_owner(tmp_path))


@pytest.mark.parametrize("value", ["REPO", "*", "/elsewhere\n\tdirectory = REPO"])
def test_the_repository_of_another_user_is_read_when_the_user_trusts_it(
    repo: GitRepo, tmp_path: Path, value: str
) -> None:
    config = tmp_path / "gitconfig"
    config.write_text(f"[safe]\n\tdirectory = {value}\n".replace("REPO", str(repo.path.resolve())))
    change = fetch(repo.path, PATH=of_another_owner(tmp_path), GIT_CONFIG_GLOBAL=str(config))
    assert paths(change) == ["b.py"]


@pytest.mark.parametrize("value", ["REPO\n\tdirectory =", "/elsewhere", "REPO/sub"])
def test_trust_in_something_else_is_not_enough(repo: GitRepo, tmp_path: Path, value: str) -> None:
    config = tmp_path / "gitconfig"
    config.write_text(f"[safe]\n\tdirectory = {value}\n".replace("REPO", str(repo.path.resolve())))
    with pytest.raises(UsageError, match="belongs to another user"):
        fetch(repo.path, PATH=of_another_owner(tmp_path), GIT_CONFIG_GLOBAL=str(config))


@pytest.mark.requirement("R20")
def test_a_repository_cannot_declare_itself_safe(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("config", "safe.directory", "*")
    with pytest.raises(UsageError, match="belongs to another user"):
        fetch(repo.path, PATH=of_another_owner(tmp_path))


def test_a_head_that_is_missing_is_not_taken_for_an_empty_repository(repo: GitRepo) -> None:
    (repo.path / ".git" / "refs" / "heads" / "topic").write_text("1" * 40 + "\n")
    repository = GitRepository.discover(repo.path, environ())
    for read in (repository.fetch_staged, repository.fetch_uncommitted):
        with pytest.raises(GitError, match=r"HEAD is 1{40}, which is not a commit"):
            read(context_lines=3)
    with pytest.raises(GitError, match=r"HEAD is 1{40}, which is not a commit"):
        repository.fetch_range(None, context_lines=3)


def test_a_broken_configuration_is_told_in_git_s_words(repo: GitRepo) -> None:
    (repo.path / ".git" / "config").write_text("[core\n")
    with pytest.raises(GitError, match="bad config line 1"):
        fetch(repo.path)
