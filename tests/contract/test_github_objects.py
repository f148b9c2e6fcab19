"""Trees and blobs of the fake GitHub, as PyGithub reads them."""

from __future__ import annotations

import base64

import github_objects
import pytest
from github import Github, UnknownObjectException
from github_scene import NAME, Scene


def test_a_tree_is_listed_by_the_name_of_its_commit(scene: Scene, client: Github) -> None:
    tree = client.get_repo(NAME).get_git_tree(scene.pull.head_sha)
    assert [(entry.path, entry.mode, entry.type) for entry in tree.tree] == [
        ("a.py", "100644", "blob"),
        ("bin.dat", "100644", "blob"),
        ("new name.txt", "100644", "blob"),
        ("new.py", "100644", "blob"),
    ]
    assert next(entry.size for entry in tree.tree if entry.path == "new.py") == len("one\ntwo\nthree\n")


def test_a_recursive_list_has_folders_submodules_and_an_end(
    scene: Scene, client: Github, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.push({"sub/b.py": "b\n"})
    scene.work.git("update-index", "--add", "--cacheinfo", f"160000,{scene.fork},sub/module")
    head = scene.work.record()
    scene.work.git("push", "--quiet", str(scene.bare), f"{head}:refs/heads/with-module")
    repo = client.get_repo(NAME)
    found = {entry.path: (entry.type, entry.mode) for entry in repo.get_git_tree(head, recursive=True).tree}
    assert found["sub"] == ("tree", "040000")
    assert found["sub/b.py"] == ("blob", "100644")
    assert found["sub/module"] == ("commit", "160000")
    assert "sub/b.py" not in {entry.path for entry in repo.get_git_tree(head).tree}
    assert repo.get_git_tree(head, recursive=True).raw_data["truncated"] is False
    monkeypatch.setattr(github_objects, "MAX_TREE_ENTRIES", 2)
    cut = scene.call(f"/git/trees/{head}?recursive=1")[1]
    assert isinstance(cut, dict)
    assert cut["truncated"] is True
    assert isinstance(cut["tree"], list)
    assert len(cut["tree"]) == 2


def test_a_blob_is_its_content(scene: Scene, client: Github) -> None:
    blob = scene.work.git("rev-parse", f"{scene.pull.head_sha}:bin.dat").decode().strip()
    found = client.get_repo(NAME).get_git_blob(blob)
    assert (found.encoding, base64.b64decode(found.content)) == ("base64", b"\0two")
    with pytest.raises(UnknownObjectException):
        client.get_repo(NAME).get_git_blob("1" * 40)
