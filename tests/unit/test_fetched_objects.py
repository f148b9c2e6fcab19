"""Objects of a pull request's repository that are not written as git, or GitHub, writes them."""

from __future__ import annotations

import pytest
from fuzz_servers import OneCommit, ToldRepository

from reviewbot.errors import GitError
from reviewbot.platforms.github.source import ApiObjects


@pytest.mark.parametrize(
    "commit", [b"", b"tree \xff\n", b"tree 1234\n", b"author A\ntree " + b"1" * 40, b"tree " + b"g" * 40]
)
def test_a_commit_without_a_tree_is_an_error_that_says_so(commit: bytes) -> None:
    objects = OneCommit(commit, b"")
    with pytest.raises(GitError, match="is not written as git writes commits"):
        objects.source.root(objects.id)


@pytest.mark.parametrize("tree", [b"100644 a", b"100644 a\0", b"100644 a\0" + b"1" * 19])
def test_a_folder_that_ends_in_the_middle_is_an_error_that_says_so(tree: bytes) -> None:
    objects = OneCommit(b"", tree)
    with pytest.raises(GitError, match="is not written as git writes folders"):
        objects.source.entries(objects.tree_id)


def test_a_name_that_is_no_text_is_another_name() -> None:
    entries = [{"path": name, "mode": "100644", "type": "blob", "sha": "1" * 40} for name in ("a\ud800", "a.py")]
    told = ToldRepository({"top": {"truncated": False, "tree": entries}})
    found = ApiObjects(reader=told, repository="acme/shop").entries("2" * 40)
    assert list(found) == [b"a\xed\xa0\x80", b"a.py"]
