from __future__ import annotations

import pytest
from msgspec.structs import replace
from values import file, finding, hunk

from reviewbot.model import Chunk, FileDiff, FileStatus, Finding, Move, Segment, Side
from reviewbot.stages.placement import Place, follow, moves_since, places

CODE = " a\n+b\n-c\n d"
NEW = "+x\n+y\n+z"


def chunk(*files: FileDiff) -> Chunk:
    return Chunk(number=1, segments=tuple(Segment(file=f, hunks=f.hunks) for f in files), reviewers=("opus",))


def at(first: int, second: int, *, old: int = 0) -> Chunk:
    """Two hunks of a.py that begin at these lines of the head, `old` lines earlier in the base; and a new file."""
    hunks = (hunk(CODE, old=first - old, new=first), hunk(CODE, old=second - old, new=second))
    return chunk(file("src/a.py", *hunks), file("b.py", hunk(NEW, old=0, new=1), status=FileStatus.ADDED))


THEN = at(10, 50)
NOW = at(110, 250, old=30)


def moved(
    start: int | None, *, path: str | None = "src/a.py", side: Side = Side.RIGHT, end: int | None = None
) -> tuple[int | None, int | None]:
    moves = moves_since(places(THEN), NOW)
    assert moves
    (found,) = follow([finding(path=path, start=start, end=end, side=side)], moves)
    return found.anchor.start, found.anchor.end


def test_where_nothing_has_moved_there_are_no_moves() -> None:
    assert moves_since(places(THEN), THEN) == ()
    said = (finding(), finding(path=None, start=None))
    assert follow(said, ()) == said


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (10, 10, (110, 110)),
        (12, 12, (112, 112)),
        (50, 52, (250, 252)),
        (11, 14, (111, 114)),  # a range is as long as it was
        (8, 8, (108, 108)),  # outside of a hunk, as the nearest of them
        (30, 30, (130, 130)),
        (40, 41, (240, 241)),
        (900, 900, (1100, 1100)),
    ],
)
def test_a_line_moves_with_its_hunk(start: int, end: int, found: tuple[int, int]) -> None:
    assert moved(start, end=end) == found


def test_a_line_of_the_base_moves_as_the_base_has() -> None:
    assert moved(10, side=Side.LEFT) == (80, 80)
    assert moved(51, side=Side.LEFT) == (221, 221)


def test_what_has_no_line_no_known_path_or_no_hunk_on_its_side_stays() -> None:
    assert moved(None) == (None, None)
    assert moved(10, path=None) == (10, 10)
    assert moved(10, path="c.py") == (10, 10)
    assert moved(2, path="b.py") == (2, 2)
    assert moved(2, path="b.py", side=Side.LEFT) == (2, 2)


@pytest.mark.parametrize("path", ["src/a.py", "./src/a.py", "b/src/a.py", "a.py", "src\\a.py"])
def test_a_file_is_found_by_whatever_the_reviewer_calls_it(path: str) -> None:
    assert moved(10, path=path) == (110, 110)


def test_a_renamed_file_is_found_by_its_old_path() -> None:
    one, two = (
        chunk(file("new.py", hunk(CODE, new=start), status=FileStatus.RENAMED, old_path="old.py")) for start in (10, 20)
    )
    moves = moves_since(places(one), two)
    assert moves
    (found,) = follow([finding(path="old.py", start=11)], moves)
    assert found.anchor.start == 21


def test_no_line_moves_above_the_first() -> None:
    moves = moves_since(places(at(110, 250)), at(10, 50))
    assert moves
    (found,) = follow([finding(path="src/a.py", start=20, end=25)], moves)
    assert (found.anchor.start, found.anchor.end) == (1, 1)


def test_all_else_of_a_finding_stays() -> None:
    moves = moves_since(places(THEN), NOW)
    assert moves
    said = replace(finding(path="src/a.py", start=10, quote="b"), suggestion="x", confidence=0.5)
    (found,) = follow([said], moves)
    assert replace(found, anchor=said.anchor) == said


@pytest.mark.parametrize(
    "then",
    [
        (),
        places(THEN)[:2],
        (*places(THEN), places(THEN)[0]),
        tuple(reversed(places(THEN))),
        (replace(places(THEN)[0], path="c.py"), *places(THEN)[1:]),
        (replace(places(THEN)[0], new_count=9), *places(THEN)[1:]),
        (replace(places(THEN)[0], old_count=9), *places(THEN)[1:]),
    ],
    ids=range(7),
)
def test_places_of_other_hunks_are_refused(then: tuple[Place, ...]) -> None:
    assert moves_since(then, NOW) is None


def test_a_move_says_where_a_hunk_was_and_how_far_it_went() -> None:
    moves = moves_since(places(THEN), NOW)
    assert moves is not None
    assert moves[1] == Move(
        path="src/a.py", old_start=50, old_count=3, new_start=50, new_count=3, old_by=170, new_by=200
    )
    assert moves[2].lines(Side.LEFT) == range(0)


def test_findings_keep_their_order() -> None:
    moves = moves_since(places(THEN), NOW)
    assert moves
    said: list[Finding] = [finding(path="src/a.py", start=n) for n in (50, 10, 11)]
    assert [f.anchor.start for f in follow(said, moves)] == [250, 110, 111]
