"""A repository, or an environment, that tries to run something or to hide a file from the review."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from gitrepo import GitRepo, environ

from reviewbot.errors import UsageError
from reviewbot.model import Change
from reviewbot.platforms.git import GitRepository

Read = Callable[[GitRepository], Change]

READS: dict[str, Read] = {
    "range": lambda repository: repository.fetch_range("HEAD^..HEAD", context_lines=3),
    "default": lambda repository: repository.fetch_range(None, context_lines=3),
    "staged": lambda repository: repository.fetch_staged(context_lines=3),
    "uncommitted": lambda repository: repository.fetch_uncommitted(context_lines=3),
}

BELIEVING_NOTHING = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """Two commits on a branch beside main, and a changed, a staged and an untracked file."""
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n", "b.py": "one\n"})
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"a.py": "two\n"})
    repo.write({"b.py": "staged\n"})
    repo.git("add", "b.py")
    repo.write({"a.py": "three\n", "new.py": "new\n"})
    return repo


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def script(tmp_path: Path, canary: Path) -> str:
    """A program that leaves the canary behind, and passes its input on as filters do."""
    path = tmp_path / "script.sh"
    path.write_text(f"#!/bin/sh\necho ran >> '{canary}'\ncat 2>/dev/null || true\n")
    path.chmod(0o755)
    return str(path)


def read_all(repo: GitRepo, **variables: str) -> dict[str, Change]:
    repository = GitRepository.discover(repo.path, environ(**variables))
    return {name: read(repository) for name, read in READS.items()}


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    "settings",
    [
        {"core.fsmonitor": "SCRIPT"},
        {"diff.external": "SCRIPT"},
        {"core.hooksPath": "HOOKS"},
        {"filter.evil.clean": "SCRIPT", "filter.evil.smudge": "SCRIPT", "filter.evil.process": "SCRIPT"},
        {"diff.evil.textconv": "SCRIPT", "diff.evil.command": "SCRIPT"},
        {"core.pager": "SCRIPT", "pager.diff": "SCRIPT", "core.editor": "SCRIPT", "core.sshCommand": "SCRIPT"},
        {"alias.diff-tree": "!SCRIPT", "alias.rev-parse": "!SCRIPT", "alias.init": "!SCRIPT"},
        {"gpg.program": "SCRIPT", "log.showSignature": "true", "core.gitProxy": "SCRIPT"},
        {"include.path": "INCLUDED"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_nothing_that_the_configuration_names_is_run(
    repo: GitRepo, canary: Path, script: str, settings: dict[str, str]
) -> None:
    hooks = repo.path / ".git" / "evil-hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
        (hooks / name).symlink_to(script)
    included = repo.path / ".git" / "included"
    included.write_text(f'[core]\n\tfsmonitor = "{script}"\n[diff]\n\texternal = "{script}"\n')
    for key, value in settings.items():
        named = value.replace("SCRIPT", script).replace("HOOKS", str(hooks)).replace("INCLUDED", str(included))
        repo.git("config", key, named)
    (repo.path / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    changes = read_all(repo)
    assert not canary.exists()
    assert {read: [file.path for file in change.diff.files] for read, change in changes.items()} == {
        "range": ["a.py"],
        "default": ["a.py"],
        "staged": ["b.py"],
        "uncommitted": ["a.py", "b.py", "new.py"],
    }


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("core.fsmonitor", ["status"]),
        ("diff.external", ["diff", "HEAD^"]),
        ("filter.evil.clean", ["add", "--all"]),
        ("diff.evil.textconv", ["diff", "HEAD^"]),
        ("core.hooksPath", ["add", "--all"]),
    ],
)
def test_the_canary_does_sing_when_git_is_called_plainly(
    repo: GitRepo, canary: Path, script: str, key: str, command: list[str], tmp_path: Path
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-index-change").symlink_to(script)
    repo.git("config", key, str(hooks) if key == "core.hooksPath" else script)
    (repo.path / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    subprocess.run(["git", *command], cwd=repo.path, capture_output=True, env=environ())
    assert canary.exists()


@pytest.mark.requirement("R21")
@pytest.mark.parametrize("attributes", ["* -diff", "* binary", "* diff=evil", "* -text", "* filter=unknown", "* ident"])
def test_attributes_hide_nothing(repo: GitRepo, attributes: str) -> None:
    plain = read_all(repo)
    (repo.path / ".git" / "info" / "exclude").write_text(".gitattributes\n")
    for place in (".gitattributes", ".git/info/attributes"):
        (repo.path / place).write_text(attributes + "\n")
        assert read_all(repo) == plain


@pytest.mark.requirement("R21")
def test_attributes_in_the_change_itself_hide_nothing(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n"})
    repo.commit({"a.py": "two\n", ".gitattributes": "*.py binary\n"})
    attributes, a = READS["range"](GitRepository.discover(repo.path, environ())).diff.files
    assert (attributes.path, a.path, a.binary, len(a.hunks)) == (".gitattributes", "a.py", False, 1)


@pytest.mark.requirement("R20")
def test_settings_of_the_repository_do_not_change_the_diff(repo: GitRepo) -> None:
    plain = read_all(repo)
    for key, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "color.ui": "always",
        "diff.renames": "false",
        "diff.context": "0",
        "diff.interHunkContext": "99",
        "diff.submodule": "log",
        "diff.ignoreSubmodules": "all",
        "diff.suppressBlankEmpty": "true",
        "diff.orderFile": "/nonexistent",
        "diff.algorithm": "patience",
        "core.abbrev": "4",
        "core.quotePath": "true",
        "core.bigFileThreshold": "1",
        "i18n.logOutputEncoding": "utf-16",
    }.items():
        repo.git("config", key, value)
    assert read_all(repo) == plain


@pytest.mark.requirement("R20")
def test_the_environment_does_not_change_the_diff(
    repo: GitRepo, tmp_path: Path, canary: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = read_all(repo)
    other = GitRepo(tmp_path / "other")
    other.commit({"other.py": "other\n"})
    variables = {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(other.path / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "nowhere"),
        "GIT_DIFF_OPTS": "-u0",
        "GIT_EXTERNAL_DIFF": script,
        "GIT_PAGER": script,
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": script,
        "GIT_CONFIG_KEY_1": "diff.external",
        "GIT_CONFIG_VALUE_1": script,
        "GIT_NAMESPACE": "elsewhere",
        "GIT_PREFIX": "sub/",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_TRACE": "1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert read_all(repo, **variables) == plain
    assert not canary.exists()


def test_nothing_in_the_repository_is_written(repo: GitRepo) -> None:
    def state() -> dict[str, tuple[int, int]]:
        files = (path for path in repo.path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}

    before = state()
    read_all(repo)
    assert state() == before


@pytest.mark.requirement("R20")
@pytest.mark.parametrize("kind", ["blob", "tree", "commit", "parent", "graft"])
def test_the_real_objects_are_sent_whatever_stands_in_their_place(repo: GitRepo, kind: str) -> None:
    """Each shows a reader of this repository something harmless, and a push sends what is really there."""
    hidden = repo.commit({"a.py": "evil\n", "b.py": "evil\n"})
    head = repo.commit({"a.py": "more\n"})
    repo.git("switch", "--quiet", "main")
    main = repo.commit({"later.py": "later\n"})
    repo.git("switch", "--quiet", "topic")
    specs = ("HEAD^..HEAD", "main..HEAD", None)

    def read() -> list[Change]:
        repository = GitRepository.discover(repo.path, environ())
        return [repository.fetch_range(spec, context_lines=3) for spec in specs]

    plain = read()
    everything = ["a.py", "b.py", "new.py"]
    assert [[file.path for file in change.diff.files] for change in plain] == [["a.py"], everything, everything]
    if kind == "blob":
        harmless = repo.git("hash-object", "-w", "--stdin", stdin=b"one\n").decode().strip()
        repo.git("replace", repo.git("rev-parse", "HEAD:a.py").decode().strip(), harmless)
    elif kind == "tree":
        repo.git("replace", *(repo.git("rev-parse", f"{name}^{{tree}}").decode().strip() for name in (head, main)))
    elif kind == "commit":
        repo.git("replace", head, main)
    elif kind == "parent":
        repo.git("replace", "--graft", main, hidden)
    else:
        (repo.path / ".git" / "info" / "grafts").write_text(f"{main} {hidden}\n{head} {main}\n")
    assert repo.git("diff", "main...HEAD") != repo.git("diff", "main...HEAD", environ=BELIEVING_NOTHING), (
        "git is misled"
    )
    assert read() == plain


@pytest.mark.requirement("R1")
def test_a_git_inside_the_reviewed_tree_is_not_run(repo: GitRepo, canary: Path, script: str) -> None:
    folder = repo.path / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "git").symlink_to(script)
    path = os.pathsep.join([str(folder), ".venv/bin", environ()["PATH"]])
    change = GitRepository.discover(repo.path, environ(PATH=path)).fetch_range("HEAD^..HEAD", context_lines=3)
    assert [file.path for file in change.diff.files] == ["a.py"]
    assert not canary.exists()


def test_a_work_tree_that_the_configuration_puts_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("mine\n")
    repo = GitRepo(tmp_path / "clone")
    repo.commit({"a.py": "one\n"})
    repo.git("config", "core.worktree", str(tmp_path))
    with pytest.raises(UsageError, match=r"core\.worktree"):
        GitRepository.discover(repo.path, environ())


@pytest.mark.requirement("R22")
def test_an_untracked_link_is_not_followed(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key").write_text("mine\n")
    (repo.path / "link").symlink_to(tmp_path / "private")
    change = READS["uncommitted"](GitRepository.discover(repo.path, environ()))
    link = next(file for file in change.diff.files if file.path == "link")
    assert [line.text for line in link.hunks[0].lines] == [str(tmp_path / "private")]


def test_a_missing_object_is_not_fetched(tmp_path: Path, canary: Path, script: str) -> None:
    origin = GitRepo(tmp_path / "origin")
    origin.git("config", "uploadpack.allowFilter", "true")
    origin.commit({"a.py": "one\n"})
    origin.commit({"a.py": "two\n"})
    url = origin.path.as_uri()
    origin.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", url, str(tmp_path / "partial"))
    partial = GitRepo(tmp_path / "partial")
    partial.git("config", "remote.origin.uploadpack", script)
    with pytest.raises(UsageError, match=r"partial clone.*`git diff --stat [0-9a-f]{40} [0-9a-f]{40}`"):
        READS["range"](GitRepository.discover(partial.path, environ()))
    assert not canary.exists()
    partial.git("config", "--unset", "remote.origin.uploadpack")
    partial.git("diff", "--stat", "HEAD^", "HEAD")
    change = READS["range"](GitRepository.discover(partial.path, environ()))
    assert [file.path for file in change.diff.files] == ["a.py"]
