"""GitHub's list of changed files and two trees -> a Diff in which nothing is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from msgspec.structs import replace

from reviewbot.errors import DiffError
from reviewbot.model import Diff, FileDiff, FileStatus
from reviewbot.stages.diff import Content, Listed, from_list, hidden, shown
from reviewbot.stages.diff.listed import IN_PART, NOT_LISTED, NOT_SHOWN, TWICE
from reviewbot.stages.scope import select

PATCH = "@@ -1 +1,2 @@ def f():\n-old\n+new\n+more\n\\ No newline at end of file"


def content(name: str, *, mode: str = "100644", size: int | None = 9) -> Content:
    return Content(mode=mode, id=name * 40, size=size)


def listed(path: str = "a.py", *, patch: str | None = PATCH, status: str = "modified", blob: str = "2") -> Listed:
    return Listed(path=path, old_path=None, status=status, blob=blob * 40, additions=2, deletions=1, patch=patch)


BEFORE, AFTER = {"a.py": content("1"), "same": content("5")}, {"a.py": content("2"), "same": content("5")}


def diff(
    *files: Listed,
    before: Mapping[str, Content] = BEFORE,
    after: Mapping[str, Content] = AFTER,
    binary: Collection[str] = (),
) -> Diff:
    return from_list(files, before, after, binary=binary)


def only(found: Diff) -> FileDiff:
    (file,) = found.files
    return file


def reasons(found: Diff) -> list[tuple[str, str, bool]]:
    return [(file.path, file.reason, file.gap) for file in select(found, exclude=[]).skipped]


def test_a_listed_file_has_its_hunks_and_the_modes_of_the_trees() -> None:
    file = only(diff(listed()))
    assert (file.path, file.status, file.old_mode, file.new_mode) == (
        "a.py",
        FileStatus.MODIFIED,
        "100644",
        "100644",
    )
    assert [(line.kind.value, line.old, line.new, line.text) for line in file.hunks[0].lines] == [
        ("-", 1, None, "old"),
        ("+", None, 1, "new"),
        ("+", None, 2, "more"),
    ]
    assert file.hunks[0].lines[-1].no_newline
    assert file.problem is None


def test_a_path_is_that_of_the_list_whatever_a_patch_says() -> None:
    odd = 'x b/"y\n+++ b/z'
    file = only(diff(listed(odd), before={odd: content("1")}, after={odd: content("2")}))
    assert (file.path, len(file.hunks)) == (odd, 1)


def test_what_has_changed_and_is_not_listed_is_not_reviewed() -> None:
    found = diff(listed(), after={**AFTER, "new": content("7")}, before={**BEFORE, "gone": content("8")})
    assert reasons(found) == [("gone", NOT_LISTED, True), ("new", NOT_LISTED, True)]
    assert [file.status for file in found.files] == [FileStatus.MODIFIED, FileStatus.DELETED, FileStatus.ADDED]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_file_without_a_patch_is_not_reviewed_unless_it_was_seen_to_be_binary(nothing: str | None) -> None:
    silent = replace(listed(patch=nothing), additions=0, deletions=0)
    assert [(file.path, sides) for file, sides in hidden([silent], BEFORE, AFTER)] == [
        ("a.py", (content("2"), content("1")))
    ]
    assert reasons(diff(silent)) == [("a.py", NOT_SHOWN, True)]
    assert reasons(diff(silent, binary=["a.py"])) == [("a.py", "binary", False)]


@pytest.mark.parametrize("patch", ["@@ -1 +1 @@\n-old\n+new", "@@ -1 +1,2 @@\n-old\n+new", "", "nonsense"])
def test_a_patch_that_is_not_whole_is_not_reviewed(patch: str) -> None:
    file = only(diff(listed(patch=patch)))
    assert file.hunks == ()
    assert file.problem is not None


def test_a_patch_with_fewer_lines_than_are_counted_says_so() -> None:
    assert only(diff(replace(listed(), additions=3))).problem == IN_PART


def test_a_name_that_is_listed_twice_is_told_as_such() -> None:
    assert only(diff(listed(), listed())).problem == TWICE


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (listed(blob="9"), "another head"),
        (listed(status="removed"), "another head"),
        (listed(status="added"), "another base"),
        (replace(listed(status="renamed"), old_path="nowhere"), "another base"),
        (listed("same", blob="5"), "the same in both"),
        (listed("nowhere"), "the same in both"),
        (listed(status="odd"), "not known here"),
    ],
)
def test_a_list_of_other_commits_is_refused(file: Listed, said: str) -> None:
    with pytest.raises(DiffError, match=said):
        diff(file)


def test_what_holds_nothing_to_review_has_its_usual_reason() -> None:
    before = {
        "run": content("1"),
        "old": content("2"),
        "module": content("3", mode="160000", size=None),
        "empty-gone": content("4", size=0),
        "unlisted-module": content("3", mode="160000", size=None),
        "unlisted-run": content("1"),
    }
    after = {
        "run": content("1", mode="100755"),
        "new": content("2"),
        "module": content("6", mode="160000", size=None),
        "empty-new": content("4", size=0),
        "unlisted-module": content("6", mode="160000", size=None),
        "unlisted-run": content("1", mode="100755"),
    }
    submodule = "@@ -1 +1 @@\n-Subproject commit 3\n+Subproject commit 6"
    files = [
        listed("run", patch=None, blob="1"),
        replace(listed("new", patch=None, status="renamed", blob="2"), old_path="old"),
        replace(listed("module", patch=submodule, blob="6"), additions=1),
        listed("empty-gone", patch=None, status="removed"),
        listed("empty-new", patch=None, status="added", blob="4"),
    ]
    assert hidden(files, before, after) == []
    assert reasons(diff(*files, before=before, after=after)) == [
        ("empty-gone", "empty file", False),
        ("empty-new", "empty file", False),
        ("module", "submodule", False),
        ("new", "renamed from old without a change", False),
        ("run", "only its mode changed, 100644 to 100755", False),
        ("unlisted-module", "submodule", False),
        ("unlisted-run", "only its mode changed, 100644 to 100755", False),
    ]


def test_a_renamed_file_s_old_name_that_is_there_again_is_not_lost() -> None:
    file = replace(listed("new", status="renamed"), old_path="old")
    found = diff(file, before={"old": content("1")}, after={"new": content("2"), "old": content("3")})
    assert [file.path for file in found.files] == ["new", "old"]
    assert reasons(found) == [("old", NOT_LISTED, True)]


def test_a_file_that_became_a_link_is_one_file() -> None:
    patch = "@@ -1 +0,0 @@\n-text\n@@ -0,0 +1 @@\n+target\n\\ No newline at end of file"
    file = replace(listed(status="changed", patch=patch), additions=1)
    found = only(diff(file, after={**AFTER, "a.py": content("2", mode="120000")}))
    assert (found.status, found.new_mode, len(found.hunks)) == (FileStatus.TYPE_CHANGED, "120000", 2)


def test_what_is_shown_are_the_hunks_and_nothing_of_what_cannot_be_read() -> None:
    found = shown({"a.py": PATCH, "large": "", "odd": "nonsense"})
    assert [(file.path, len(file.hunks)) for file in found.files] == [("a.py", 1), ("large", 0), ("odd", 0)]
