"""Files that a head could hide or that a diff shows oddly: each is reviewed, or listed with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import entry
from providers import findings_reply
from pull_odd_files import ODD, change_everything
from pull_scene import Scene, opened

pytestmark = pytest.mark.thorough

TITLE = "The word odd is wrong here"
NOTHING_TO_REVIEW = {
    "blob.bin": "binary",
    "empty": "empty file",
    "mode.sh": "only its mode changed, 100644 to 100755",
    "module": "submodule",
    "same new.txt": "renamed from same old.txt without a change",
}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        change_everything(made)
        yield made


@pytest.mark.requirement("R21")
def test_every_changed_path_is_reviewed_or_listed_with_its_reason(scene: Scene) -> None:
    ended = scene.run()
    assert ended.code == 0, ended.err
    found = scene.files
    assert len(found) == scene.author.count(scene.pull.base_sha, scene.pull.head_sha)
    assert {path: reason for path, (reviewed, reason) in found.items() if not reviewed} == NOTHING_TO_REVIEW
    for path in (*ODD, "lat\\xffin.py", "big.txt", "hidden.py", "made.cfg", ".gitattributes", "module-to-file"):
        assert found[path] == (True, None)


@pytest.mark.requirement("R21")
def test_what_a_reviewer_is_shown_is_the_text_whatever_attributes_say(scene: Scene) -> None:
    scene.run()
    assert scene.providers is not None
    sent = "".join(request.body.decode() for request in scene.providers.requests)
    for text in ("a = 2", "made = 1", "no longer a module", "latin = 1", "/etc/passwd", "*.py -diff"):
        assert text in sent


@pytest.mark.parametrize("path", ODD)
def test_a_comment_is_on_its_path_however_it_is_written(scene: Scene, path: str) -> None:
    said = findings_reply([entry(path, 1, TITLE, "It says odd, and the readers expect even.", quote="odd")])
    scene.says(said, said)
    scene.run()
    (comment,) = scene.pull.comments
    assert (comment.path, comment.line) == (path, 1)
