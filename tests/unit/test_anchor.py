from __future__ import annotations

import pytest
from msgspec.structs import replace
from values import file, finding, hunk

from reviewbot.model import Anchor, Diff, FileStatus, Finding, Side
from reviewbot.stages.anchor import place

FIRST = hunk(
    " def total(items):\n-    sum = 0\n+    total = 0\n+    for item in items:\n+        total += item\n }",
    old=8,
    new=10,
)
SECOND = hunk(" def other(items):\n+    for item in items:\n+        print(item)\n }", old=95, new=100)
DIFF = Diff(
    files=(
        file("src/a.py", FIRST, SECOND),
        file("src/b.py", hunk("+\tif x:\r\n+\t\treturn  y", new=5)),
        file("new.py", hunk("+moved = 1", new=3), status=FileStatus.RENAMED, old_path="old.py"),
    )
)


def placed(said: Finding) -> Anchor:
    (found,) = place([said], DIFF)
    return found.anchor


def where(said: Finding) -> tuple[str | None, Side, int | None, int | None, bool]:
    anchor = placed(said)
    return anchor.path, anchor.side, anchor.start, anchor.end, anchor.placed


def test_line_and_quote_that_agree_stand() -> None:
    anchor = placed(finding(path="src/a.py", start=11, quote="    total = 0"))
    assert (anchor.start, anchor.placed, anchor.note, anchor.source) == (11, True, None, "    total = 0")


def test_a_line_without_a_quote_stands() -> None:
    assert where(finding(path="src/a.py", start=12, end=13)) == ("src/a.py", Side.RIGHT, 12, 13, True)


def test_a_quote_that_differs_only_in_white_space_agrees() -> None:
    assert placed(finding(path="src/b.py", start=5, quote="if  x :")).note is None
    assert placed(finding(path="src/b.py", start=6, quote="return y")).note is None


def test_the_quote_decides_over_the_line() -> None:
    anchor = placed(finding(path="src/a.py", start=13, end=14, quote="    total = 0"))
    assert (anchor.start, anchor.end) == (11, 12)
    assert anchor.note == "the reviewer said line 13; the line that it quoted stands here"


def test_of_equal_lines_the_one_in_the_said_hunk_is_meant() -> None:
    assert placed(finding(path="src/a.py", start=10, quote="for item in items:")).start == 12
    assert placed(finding(path="src/a.py", start=103, quote="for item in items:")).start == 101


def test_of_equal_lines_outside_every_hunk_the_nearest_is_meant() -> None:
    assert placed(finding(path="src/a.py", start=70, quote="    for item in items:")).start == 101


def test_a_quote_in_another_hunk_is_found() -> None:
    assert placed(finding(path="src/a.py", start=12, quote="        print(item)")).start == 102


def test_a_quote_of_a_removed_line_moves_to_the_left_side() -> None:
    assert where(finding(path="src/a.py", start=11, quote="    sum = 0")) == ("src/a.py", Side.LEFT, 9, 9, True)


def test_a_removed_line_is_placed_on_the_left_side() -> None:
    said = finding(path="src/a.py", start=9, quote="    sum = 0", side=Side.LEFT)
    assert where(said) == ("src/a.py", Side.LEFT, 9, 9, True)


def test_a_line_that_is_too_plain_to_be_a_quote_decides_nothing_far_away() -> None:
    anchor = placed(finding(path="src/b.py", start=5, quote="}"))
    assert (anchor.start, anchor.placed) == (5, True)


def test_a_quote_that_is_nowhere_leaves_the_line_with_a_note() -> None:
    anchor = placed(finding(path="src/a.py", start=12, quote="never written"))
    assert (anchor.start, anchor.note) == (12, "the line that the reviewer quoted is not in the change")


@pytest.mark.parametrize(("line", "nearest"), [(4, 10), (9, 10), (20, 14), (24, 14), (90, 100), (113, 103)])
def test_a_line_close_to_a_hunk_goes_to_its_nearest_line_with_a_note(line: int, nearest: int) -> None:
    anchor = placed(finding(path="src/a.py", start=line))
    assert (anchor.start, anchor.placed) == (nearest, True)
    assert anchor.note == f"the reviewer said line {line}, which is outside the change"


@pytest.mark.parametrize("line", [50, 4000, None])
def test_a_line_far_from_every_hunk_keeps_its_file_only(line: int | None) -> None:
    assert where(finding(path="src/a.py", start=line)) == ("src/a.py", Side.RIGHT, line, line, False)


@pytest.mark.requirement("R13")
def test_a_path_that_is_not_in_the_change_is_kept_and_not_placed() -> None:
    assert where(finding(path="gone.py", start=3)) == ("gone.py", Side.RIGHT, 3, 3, False)
    assert where(finding(path=None, start=None)) == (None, Side.RIGHT, None, None, False)


@pytest.mark.parametrize(
    "name", ["src/a.py", "a/src/a.py", "b/src/a.py", "./src/a.py", "/src/a.py", "a.py", " src/a.py ", "src\\a.py"]
)
def test_a_path_is_found_by_the_names_reviewers_use(name: str) -> None:
    assert where(finding(path=name, start=11)) == ("src/a.py", Side.RIGHT, 11, 11, True)


def test_a_renamed_file_is_found_by_its_old_name() -> None:
    assert where(finding(path="old.py", start=3)) == ("new.py", Side.RIGHT, 3, 3, True)


def test_the_end_of_a_file_name_that_two_files_share_says_nothing() -> None:
    twins = Diff(files=(file("x/a.py", hunk("+1")), file("y/a.py", hunk("+1"))))
    (found,) = place([finding(path="a.py", start=1)], twins)
    assert not found.anchor.placed


def test_a_range_ends_with_its_hunk() -> None:
    assert where(finding(path="src/a.py", start=13, end=500)) == ("src/a.py", Side.RIGHT, 13, 14, True)


def test_a_quote_of_several_lines_is_placed_by_its_first() -> None:
    said = finding(path="src/a.py", start=60, quote="\n    total = 0\n    for item in items:")
    assert placed(said).start == 11


def test_what_the_reviewer_said_is_kept() -> None:
    said = finding(path="a/src/a.py", start=13, quote="    total = 0")
    (found,) = place([said], DIFF)
    assert found.said == said.anchor
    assert replace(found, anchor=said.anchor, said=None) == said


@pytest.mark.requirement("R13")
def test_no_finding_is_lost_and_the_order_stays() -> None:
    said = [finding(path=path, start=line, title=str(line)) for path in ("src/a.py", "?") for line in (1, 11, 60)]
    assert [f.title for f in place(said, DIFF)] == [f.title for f in said]


def test_a_quote_of_an_invisible_character_as_the_prompt_showed_it_is_found() -> None:
    diff = Diff(files=(file("a.py", hunk("+plain\n+if is\u202eadmin:")),))
    (found,) = place([finding(path="a.py", start=1, quote="if is<U+202E>admin:")], diff)
    assert found.anchor.start == 2


def in_files(said: Finding, *paths: str) -> str | None:
    """The path that a finding gets in a change of these files."""
    (found,) = place([said], Diff(files=tuple(file(path, hunk("+x = 1")) for path in paths)))
    return found.anchor.path if found.anchor.placed else None


def test_a_path_without_its_folders_is_the_file_that_ends_so() -> None:
    assert in_files(finding(path="a.py"), "lib/a.py", "lib/b.py") == "lib/a.py"
    assert in_files(finding(path="core/a.py"), "lib/a.py", "src/core/a.py", "app/core/b.py") == "src/core/a.py"
    assert in_files(finding(path="other/a.py"), "lib/a.py") is None
    assert in_files(finding(path="a.py"), "lib/a.py", "src/a.py") is None
    assert in_files(finding(path="a.py"), "lib/aa.py", "src/ba.py") is None


def test_a_file_that_was_not_renamed_has_no_other_name() -> None:
    (found,) = place([finding(path="None")], Diff(files=(file("a.py", hunk("+x")),)))
    assert (found.anchor.path, found.anchor.placed) == ("None", False)


def test_ten_lines_beside_a_hunk_are_near_and_eleven_are_not() -> None:
    apart = Diff(files=(file("a.py", hunk("+x = 1", new=50)),))
    (near, far, before, long_before) = place([finding(start=line) for line in (60, 61, 40, 39)], apart)
    assert [one.anchor.placed for one in (near, far, before, long_before)] == [True, False, True, False]
    assert near.anchor.start == before.anchor.start == 50


def test_of_two_lines_with_the_same_text_the_one_that_is_exactly_quoted_wins() -> None:
    alike = Diff(files=(file("a.py", hunk("+  return  total\n+x = 1\n+  return total", new=10)),))
    (found,) = place([finding(start=9, quote="  return total")], alike)
    assert found.anchor.start == 12
    (blind,) = place([finding(start=9, quote="return total")], alike)
    assert blind.anchor.start == 10


def test_a_quote_of_three_letters_tells_lines_apart_and_of_two_does_not() -> None:
    short = Diff(files=(file("a.py", hunk("+abc", new=10), hunk("+ab", new=200), hunk("+x", new=90)),))
    (three, two) = place([finding(start=90, quote="abc"), finding(start=90, quote="ab")], short)
    assert three.anchor.start == 10
    assert (two.anchor.start, two.anchor.note) == (90, "the line that the reviewer quoted is not in the change")


def test_of_two_lines_that_are_equally_near_the_smaller_is_taken() -> None:
    twice = Diff(files=(file("a.py", hunk("+same text", new=10), hunk("+same text", new=20), hunk("+other", new=15)),))
    (found,) = place([finding(start=15, quote="same text")], twice)
    assert found.anchor.start == 10


def test_a_quote_without_a_line_is_looked_for_from_the_top() -> None:
    twice = Diff(files=(file("a.py", hunk("+same text", new=1), hunk("+same text", new=2)),))
    (found,) = place([finding(start=None, quote="same text")], twice)
    assert (found.anchor.start, found.anchor.end) == (1, 1)
    assert found.anchor.note == "the reviewer said no line; the line that it quoted stands here"


def test_a_plain_line_decides_within_the_said_hunk_and_nowhere_else() -> None:
    assert placed(finding(path="src/a.py", start=12, quote="}")).start == 14
    assert not placed(finding(path="src/a.py", start=None, quote="}")).placed


def test_a_line_without_a_quote_or_an_end_has_no_note() -> None:
    assert placed(finding(path="src/a.py", start=12)).note is None
    said = finding(path="src/a.py", start=12)
    anchor = placed(replace(said, anchor=replace(said.anchor, end=None)))
    assert (anchor.start, anchor.end, anchor.note) == (12, 12, None)
