"""Configuration and briefs, read from the base commit: what the head or the disk says never counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from config_files import EVERY_KEY, EVERY_TEXT, loaded
from git_pull import Pull
from gitrepo import GitRepo

from reviewbot.config.ignored import IGNORED_FILE
from reviewbot.config.load import MAX_FILE_BYTES, Overrides, load_config
from reviewbot.config.schema import key_name, load_schema, top, walk
from reviewbot.config.values import LoadedConfig
from reviewbot.errors import ConfigError
from reviewbot.platforms.commit_tree import CommitTree
from reviewbot.platforms.git_pull import PullCommits

CONFIG = "instructions: [{}]\nreviewers:\n  - name: {}\n    model: openai/gpt-5\n    brief: briefs/a.md\n"
ENVIRON = {"OPENAI_API_KEY": "sk-x"}
IGNORED = '"0123456789abcdef": {{reason: {}}}\n'
"""What turns a finding down, for a reason that says whose list it is."""


def load(tree: CommitTree, explicit: str | None = None, cwd: Path | None = None) -> LoadedConfig:
    return load_config(tree, explicit=explicit, environ=ENVIRON, overrides=Overrides(), cwd=cwd)


def names(loaded: LoadedConfig) -> list[str]:
    return [reviewer.name for reviewer in loaded.config.reviewers]


def configured(pull: Pull) -> PullCommits:
    """A pull request that would change every file that says how it is reviewed."""

    def files(word: str) -> dict[str, str | bytes | None]:
        text = CONFIG.format(f"{word}.md", word)
        named: dict[str, str | bytes | None] = {"briefs/a.md": word, f"{word}.md": f"say {word}"}
        return {".reviewbot.yaml": text, "ci/other.yaml": text, IGNORED_FILE: IGNORED.format(f"by {word}"), **named}

    return pull.open(files("head"), base=files("old"), later=files("base"))


@pytest.mark.requirement("R2")
def test_the_configuration_and_its_texts_are_those_of_the_base_s_tip(pull: Pull) -> None:
    with pull.objects(configured(pull)) as objects:
        loaded = load(objects.tree())
    assert (names(loaded), loaded.source) == (["base"], ".reviewbot.yaml")
    shown = repr(loaded.config)
    assert "say base" in shown
    assert [ignored.reason for ignored in loaded.config.ignored] == ["by base"]
    assert "head" not in shown


def test_the_merge_base_can_be_read_too(pull: Pull) -> None:
    commits = configured(pull)
    with pull.objects(commits) as objects:
        assert names(load(objects.tree(commits.merge_base))) == ["old"]


def test_a_named_configuration_is_read_from_the_commit(pull: Pull) -> None:
    with pull.objects(configured(pull)) as objects:
        assert names(load(objects.tree(), "ci/other.yaml")) == ["base"]


@pytest.mark.requirement("R2")
@pytest.mark.parametrize("name", ["other.yaml", "{}/ci/other.yaml", "../ci/other.yaml"])
def test_a_file_of_the_work_tree_is_read_from_the_commit_however_it_is_named(pull: Pull, name: str) -> None:
    commits = configured(pull)
    pull.repo.git("checkout", "--quiet", commits.head)
    root = pull.repo.path
    with pull.objects(commits) as objects:
        loaded = load(objects.tree(root=root), name.format(root), cwd=root / "ci")
    assert names(loaded) == ["base"]
    assert [ignored.reason for ignored in loaded.config.ignored] == ["by base"]


def test_an_absolute_path_is_the_operator_s_own_where_there_is_no_work_tree(pull: Pull, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(CONFIG.format("base.md", "own"))
    with pull.objects(configured(pull)) as objects:
        assert names(load(objects.tree(), str(own))) == ["own"]


@pytest.mark.requirement("R2")
def test_a_base_without_a_configuration_has_the_defaults(pull: Pull) -> None:
    commits = pull.open({".reviewbot.yaml": CONFIG.format("a.md", "head")}, base={"a.py": "1\n"})
    with pull.objects(commits) as objects:
        assert load(objects.tree()).source is None
    assert len(pull.server.requests) == 2


@pytest.mark.incident("I1")
@pytest.mark.requirement("R2", "R3")
@pytest.mark.parametrize("text", ["gate: {fail_on: low}\n", None])
def test_a_head_that_sets_every_key_changes_no_setting(pull: Pull, text: str | None) -> None:
    root = top(load_schema())
    would_set = loaded(EVERY_KEY, others=EVERY_TEXT).origins
    for names, key in walk(root):
        if not key.keys:
            name = key_name(root, names).replace("[]", "[0]")
            assert would_set[name].startswith(".reviewbot.yaml:"), f"give the head of this test a value for {name}"
    head = {".reviewbot.yaml": EVERY_KEY, IGNORED_FILE: IGNORED.format("by head"), **EVERY_TEXT}
    commits = pull.open(head, base={".reviewbot.yaml": text} if text else {"a": "1"})
    pull.repo.git("checkout", "--quiet", commits.head)
    with pull.objects(commits) as objects:
        assert load(objects.tree(root=pull.repo.path)) == loaded(text, environ=ENVIRON)


def test_only_the_files_that_are_read_are_fetched(pull: Pull) -> None:
    with pull.objects(configured(pull)) as objects:
        load(objects.tree())
        git = objects.link.git
        kinds = git.ask("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").line.split("\n")
    assert kinds.count("blob") == 4


# ---------------------------------------------------------------- what a path may lead to


@pytest.fixture
def odd(pull: Pull) -> PullCommits:
    repo = pull.repo
    repo.write({"real/file.md": "text\n", "top.md": "top\n", "latin-\udcff.md": "latin\n", "empty": ""})
    for name, target in {
        "link.md": "real/file.md",
        "real/up.md": "../top.md",
        "folder": "real",
        "real/here": "./../real//.",
        "chain1": "chain2",
        "chain2": "folder/up.md",
        "dangling": "nothing/here",
        "loop": "loop",
        "out": "../outside",
        "deep-out": "real/../../outside",
        "absolute": "/etc/passwd",
        "git": ".git/config",
        "to-folder": "real",
        "to-module": "module",
        "into-module": "module/x",
        "long": "x/" * 1500,
    }.items():
        (repo.path / name).symlink_to(target)
    repo.git("add", "--all")
    start = repo.record()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{start},module")
    tip = repo.record()
    return pull.push(PullCommits(number=7, merge_base=tip, head=tip, base=tip))


@pytest.mark.requirement("R22")
def test_paths_lead_where_they_would_in_a_work_tree(pull: Pull, odd: PullCommits) -> None:
    with pull.objects(odd) as objects:
        tree = objects.tree()
        read = {
            path: tree.read(path)
            for path in (
                "top.md", "./real//file.md", "link.md", "real/up.md", "folder/file.md", "real/here/file.md", "chain1",
                "real/../top.md", "latin-\udcff.md", "empty", "folder/here/../top.md",
            )
        }  # fmt: skip
        missing = [tree.read(path) for path in ("no.md", "real/no.md", "top.md/x", "dangling", "git", "no/x", "TOP.md")]
    assert read == {
        "top.md": b"top\n",
        "./real//file.md": b"text\n",
        "link.md": b"text\n",
        "real/up.md": b"top\n",
        "folder/file.md": b"text\n",
        "real/here/file.md": b"text\n",
        "chain1": b"top\n",
        "real/../top.md": b"top\n",
        "latin-\udcff.md": b"latin\n",
        "empty": b"",
        "folder/here/../top.md": b"top\n",
    }
    assert missing == [None] * 7


@pytest.mark.requirement("R22")
def test_what_is_no_file_of_the_tree_is_refused_by_name(pull: Pull, odd: PullCommits) -> None:
    refusals = {
        "is not a regular file": ("real", "to-folder", "real/here", "."),
        "is a submodule": ("module", "to-module"),
        "lies in a submodule": ("module/x", "into-module"),
        "leads through more than 5 symbolic links": ("loop", "loop/x"),
        "leads out of the repository": (
            "out", "deep-out", "absolute", "/etc/passwd", "../top.md", "real/../../top.md", "folder/../../x",
        ),
        "cannot be read: not a usable path": ("a\0b", ""),
    }  # fmt: skip
    with pull.objects(odd) as objects:
        tree = objects.tree()
        for said, refused in refusals.items():
            for path in refused:
                with pytest.raises(ConfigError) as told:
                    tree.read(path)
                assert str(told.value) == f"{path}: {said}"


def test_a_link_as_long_as_a_file_is_not_followed(pull: Pull) -> None:
    repo = GitRepo(pull.repo.path)
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"x/" * 5000).decode().strip()
    repo.git("update-index", "--add", "--cacheinfo", f"120000,{blob},link")
    tip = repo.record()
    commits = pull.push(PullCommits(number=7, merge_base=tip, head=tip, base=tip))
    with pull.objects(commits) as objects, pytest.raises(ConfigError, match=r"^link: .* no path"):
        objects.tree().read("link")


@pytest.mark.requirement("R22")
def test_a_file_may_be_as_large_as_one_in_a_work_tree(pull: Pull) -> None:
    commits = pull.open(
        base={"fits": os.urandom(MAX_FILE_BYTES), "more": os.urandom(MAX_FILE_BYTES + 1), "zeros": bytes(9_000_000)}
    )
    with pull.objects(commits) as objects:
        assert len(objects.tree().read("fits") or b"") == MAX_FILE_BYTES
        for path in ("more", "zeros"):
            with pytest.raises(ConfigError, match=f"^{path}: is larger than 256 KiB"):
                objects.tree().read(path)


def test_a_huge_file_is_not_waited_for(pull: Pull) -> None:
    commits = pull.open(base={"huge": os.urandom(3_000_000)})
    with pull.objects(commits) as objects:
        pull.server.stop_after = 2_000_000
        with pytest.raises(ConfigError, match=r"^huge: is larger than 256 KiB"):
            objects.tree().read("huge")
        pull.server.stop_after = None
        assert objects.tree().read("none") is None
