from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from values import file, finding, hunk

from reviewbot.model import Chunk, Hunk, Segment, Side
from reviewbot.stages.kept_answer import KeptAnswer, pack, unpack
from reviewbot.stages.placement import follow, moves_since, places
from reviewbot.stages.prompt import build_placeless_user, build_user

texts = st.sampled_from(["", "}", "1", "@@", "File: a.py (modified)", "x\u202ey", "<U+202E>", "x\r", "=== 0 ==="])
bodies = st.lists(st.tuples(st.sampled_from(" +-"), texts), min_size=1, max_size=4).map(
    lambda lines: "\n".join(sign + text for sign, text in lines)
)
hunks = st.tuples(bodies, st.sampled_from(["", "def f():", "File: b.py (modified)"]))
files = st.lists(st.tuples(st.sampled_from(["a.py", "b.py", "d/a.py"]), st.lists(hunks, max_size=3)), max_size=3)
starts = st.lists(st.integers(1, 300), min_size=18, max_size=18)
Shape = list[tuple[str, list[tuple[str, str]]]]


def chunk(shape: Shape, at: list[int], instructions: tuple[str, ...] = ()) -> Chunk:
    """Files whose hunks begin where `at` says; in one file they do not overlap."""
    numbers = iter(at)

    def where() -> tuple[int, int]:
        return next(numbers), next(numbers)

    segments = []
    for path, said in shape:
        placed: list[Hunk] = []
        old = new = 0
        for body, section in said:
            old_gap, new_gap = where()
            one = hunk(body, old=old + old_gap, new=new + new_gap, section=section)
            placed.append(one)
            old, new = one.old_start + one.old_count, one.new_start + one.new_count
        segments.append(Segment(file=file(path, *placed), hunks=tuple(placed)))
    return Chunk(number=1, segments=tuple(segments), reviewers=("opus",), instructions=instructions)


@given(files, starts, starts)
def test_where_hunks_stand_does_not_count(shape: Shape, one: list[int], other: list[int]) -> None:
    assert build_placeless_user(chunk(shape, one)) == build_placeless_user(chunk(shape, other))


@given(files, files, starts)
def test_all_else_that_a_reviewer_reads_counts(one: Shape, other: Shape, at: list[int]) -> None:
    """Where two chunks read alike without their places, they read alike at the same places too."""
    first, second = chunk(one, at), chunk(other, at)
    placeless = build_placeless_user(first) == build_placeless_user(second)
    assert placeless == (build_user(first, delimiter="M") == build_user(second, delimiter="M"))


@given(files, starts)
def test_instructions_count(shape: Shape, at: list[int]) -> None:
    assert build_placeless_user(chunk(shape, at)) != build_placeless_user(chunk(shape, at, ("For x: y",)))


@given(files, starts, starts, st.sampled_from(Side), st.integers(0, 17), st.integers(0, 3), st.integers(0, 3))
def test_a_finding_on_a_line_follows_that_line(
    shape: Shape, then: list[int], now: list[int], side: Side, which: int, line: int, length: int
) -> None:
    paths = [path for path, _ in shape]
    assume(len(set(paths)) == len(paths))
    before, after = chunk(shape, then), chunk(shape, now)
    lines = [
        (segment.file.path, old.number(side), new.number(side))
        for segment, later in zip(before.segments, after.segments, strict=True)
        for one, two in zip(segment.hunks, later.hunks, strict=True)
        for old, new in zip(one.lines, two.lines, strict=True)
        if old.number(side) is not None
    ]
    assume(lines)
    path, old_number, new_number = lines[(which + line) % len(lines)]
    moves = moves_since(places(before), after)
    assert moves is not None
    assert old_number is not None
    assert new_number is not None
    said = finding(path=path, start=old_number, end=old_number + length, side=side)
    (found,) = follow([said], moves)
    assert (found.anchor.start, found.anchor.end) == (new_number, new_number + length)
    assert found.anchor.path == path


@given(files, starts, starts, st.none() | st.integers(1, 900), st.sampled_from(["a.py", "b.py", "zz.py", None]))
def test_whatever_is_said_keeps_a_line_that_can_be(
    shape: Shape, then: list[int], now: list[int], start: int | None, path: str | None
) -> None:
    moves = moves_since(places(chunk(shape, then)), chunk(shape, now))
    assert moves is not None
    (found,) = follow([finding(path=path, start=start)], moves)
    assert (found.anchor.start is None) == (start is None)
    assert found.anchor.start is None or found.anchor.end is None or 1 <= found.anchor.start <= found.anchor.end


@given(st.text(), files, starts)
def test_what_is_packed_is_unpacked(reply: str, shape: Shape, at: list[int]) -> None:
    kept = KeptAnswer(reply=reply, places=places(chunk(shape, at)))
    assert unpack(pack(kept)) == kept
    assert unpack(pack(replace(kept, reply=reply + "x"))) != kept
