from __future__ import annotations

import pytest
from msgspec.structs import replace
from values import file, hunk

from reviewbot.errors import ConfigError
from reviewbot.model import Diff, FileDiff, FileStatus
from reviewbot.stages.scope import select

EDIT = hunk("-a\n+b")


def listed(*files: FileDiff, exclude: tuple[str, ...] = ()) -> dict[str, tuple[str, bool]]:
    return {s.path: (s.reason, s.gap) for s in select(Diff(files=files), exclude=exclude).skipped}


def test_a_file_with_changed_lines_is_reviewed() -> None:
    scope = select(Diff(files=(file("a.py", EDIT),)), exclude=())
    assert [f.path for f in scope.files] == ["a.py"]
    assert scope.skipped == ()


def test_files_come_in_the_order_of_their_paths() -> None:
    scope = select(Diff(files=(file("b.py", EDIT), file("a.py", EDIT))), exclude=())
    assert [f.path for f in scope.files] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("poetry.lock", "**/*.lock"),
        ("deep/down/yarn.lock", "**/*.lock"),
        ("vendor/x/y.go", "vendor/**"),
        ("docs/a.md", "docs/"),
    ],
)
def test_an_excluded_file_is_listed_with_the_pattern_and_is_no_gap(path: str, pattern: str) -> None:
    assert listed(file(path, EDIT), exclude=(pattern,)) == {path: (f"excluded by {pattern}", False)}


def test_a_later_pattern_takes_an_exclusion_back() -> None:
    assert listed(file("vendor/ours.py", EDIT), exclude=("vendor/*", "!vendor/ours.py")) == {}


def test_a_pattern_matches_paths_from_the_root_only_when_it_says_so() -> None:
    assert listed(file("src/vendor/a.py", EDIT), exclude=("vendor/**",)) == {}


@pytest.mark.parametrize("pattern", ["!", "[z-a]"])
def test_a_pattern_that_means_nothing_is_a_configuration_error(pattern: str) -> None:
    with pytest.raises(ConfigError, match="pattern"):
        select(Diff(files=()), exclude=(pattern,))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (replace(file(), binary=True), "binary"),
        (replace(file("a.py", EDIT), old_mode="160000", new_mode="160000"), "submodule"),
        (replace(file("a.py", EDIT, status=FileStatus.DELETED), old_mode="160000", new_mode=None), "submodule"),
        (
            replace(file(), old_mode=None, new_mode="160000", problem="a repository of its own"),
            "a repository of its own",
        ),
        (replace(file(), new_mode="100755"), "only its mode changed, 100644 to 100755"),
        (file(status=FileStatus.RENAMED, old_path="b.py"), "renamed from b.py without a change"),
        (file(status=FileStatus.COPIED, old_path="b.py"), "copied from b.py without a change"),
        (file(status=FileStatus.ADDED), "empty file"),
        (file(status=FileStatus.DELETED), "empty file"),
        (file(), "no changed lines"),
    ],
)
def test_a_file_with_nothing_to_review_says_why_and_is_no_gap(changed: FileDiff, reason: str) -> None:
    assert listed(changed) == {"a.py": (reason, False)}


@pytest.mark.parametrize("modes", [("160000", "100644"), ("100644", "160000"), ("160000", "120000")])
def test_a_submodule_that_becomes_a_file_is_reviewed_as_one(modes: tuple[str, str]) -> None:
    changed = replace(file("a.py", EDIT, status=FileStatus.TYPE_CHANGED), old_mode=modes[0], new_mode=modes[1])
    assert [f.path for f in select(Diff(files=(changed,)), exclude=()).files] == ["a.py"]


def test_a_file_that_could_not_be_read_is_a_gap() -> None:
    assert listed(replace(file(), problem="its diff is 12 MB")) == {"a.py": ("its diff is 12 MB", True)}


def test_an_excluded_file_that_could_not_be_read_is_no_gap() -> None:
    assert listed(replace(file("a.lock"), problem="too long"), exclude=("*.lock",)) == {
        "a.lock": ("excluded by *.lock", False)
    }
