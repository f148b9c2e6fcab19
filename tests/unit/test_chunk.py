from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import file, hunk

from reviewbot.model import Chunk, FileDiff, Line, Segment
from reviewbot.stages.chunk import Chunks, Rule, split


def lines_of(segment: Segment) -> int:
    return sum(len(h.lines) for h in segment.hunks)


def cut(files: Sequence[FileDiff], *, budget: int = 10, rules: Sequence[Rule] = ()) -> Chunks:
    return split(files, panel=("opus", "gpt"), rules=rules, budget=budget, size=lines_of)


def paths(chunk: Chunk) -> list[str]:
    return [segment.file.path for segment in chunk.segments]


def long_file(path: str, *lengths: int) -> FileDiff:
    start, hunks = 1, []
    for length in lengths:
        hunks.append(hunk("\n".join(f"+{path} {start + i}" for i in range(length)), old=start, new=start))
        start += length + 100
    return file(path, *hunks)


def numbered(chunks: Chunks) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for chunk in chunks.chunks:
        for segment in chunk.segments:
            for part in segment.hunks:
                found.setdefault(segment.file.path, []).extend(part.lines)
    return found


def test_no_file_makes_no_chunk() -> None:
    assert cut([]) == Chunks(chunks=(), skipped=())


def test_a_change_that_fits_is_one_chunk_for_the_whole_panel() -> None:
    (chunk,) = cut([long_file("a.py", 4), long_file("b.py", 6)]).chunks
    assert paths(chunk) == ["a.py", "b.py"]
    assert chunk.reviewers == ("opus", "gpt")
    assert chunk.number == 1


def test_a_file_over_the_budget_is_cut_between_hunks() -> None:
    chunks = cut([long_file("a.py", 6, 6, 3)]).chunks
    assert [[len(h.lines) for h in c.segments[0].hunks] for c in chunks] == [[6], [6, 3]]


def test_a_hunk_over_the_budget_is_cut_between_lines_and_keeps_its_numbers() -> None:
    chunks = cut([long_file("a.py", 25)])
    assert [line.new for line in numbered(chunks)["a.py"]] == list(range(1, 26))
    assert all(lines_of(s) <= 10 for c in chunks.chunks for s in c.segments)
    for chunk in chunks.chunks:
        part = chunk.segments[0].hunks[0]
        assert (part.new_start, part.new_count) == (part.lines[0].new, len(part.lines))


def test_a_single_line_over_the_budget_is_a_chunk_of_its_own() -> None:
    chunks = split(
        [long_file("a.py", 2)], panel=("opus",), rules=(), budget=10, size=lambda s: 100 * lines_of(s)
    ).chunks
    assert [lines_of(c.segments[0]) for c in chunks] == [1, 1]


def test_a_rule_gives_its_paths_instructions() -> None:
    rules = [Rule(match="migrations/**", instructions="Can it be rolled back?", reviewers=None)]
    (chunk,) = cut([long_file("a.py", 1), long_file("migrations/1.py", 1)], rules=rules).chunks
    assert chunk.instructions == ("For migrations/**: Can it be rolled back?",)
    (other,) = cut([long_file("a.py", 1)], rules=rules).chunks
    assert other.instructions == ()


def test_a_rule_with_reviewers_gives_its_paths_to_them_alone() -> None:
    rules = [Rule(match="*.sql", instructions=None, reviewers=("gpt",))]
    chunks = cut([long_file("a.py", 1), long_file("a.sql", 1)], rules=rules).chunks
    assert {c.reviewers: paths(c) for c in chunks} == {("opus", "gpt"): ["a.py"], ("gpt",): ["a.sql"]}


def test_reviewers_of_several_rules_add_up() -> None:
    rules = [
        Rule(match="*.sql", instructions=None, reviewers=("gpt",)),
        Rule(match="db/**", instructions=None, reviewers=("opus",)),
    ]
    (chunk,) = cut([long_file("db/a.sql", 1)], rules=rules).chunks
    assert chunk.reviewers == ("opus", "gpt")


def test_a_file_whose_reviewers_are_not_in_this_run_is_a_gap() -> None:
    chunks = cut([long_file("a.sql", 1)], rules=[Rule(match="*.sql", instructions=None, reviewers=("other",))])
    assert chunks.chunks == ()
    assert [(s.path, s.gap) for s in chunks.skipped] == [("a.sql", True)]


names = st.lists(st.text("abcdef/", min_size=1, max_size=6), min_size=1, max_size=30, unique=True).map(sorted)


@given(names, st.data(), st.integers(1, 30))
def test_no_line_is_lost_or_said_twice_and_chunks_keep_to_the_budget(
    paths: list[str], data: st.DataObject, budget: int
) -> None:
    files = [long_file(path, *data.draw(st.lists(st.integers(1, 15), min_size=1, max_size=4))) for path in paths]
    chunks = cut(files, budget=budget)
    assert numbered(chunks) == {f.path: [line for h in f.hunks for line in h.lines] for f in files}
    assert all(sum(map(lines_of, c.segments)) <= budget for c in chunks.chunks)


@pytest.mark.parametrize("grown", range(0, 60, 7))
def test_a_file_that_grows_leaves_most_other_chunks_as_they_were(grown: int) -> None:
    files = [long_file(f"src/module_{i:02}.py", 3 + i % 4) for i in range(60)]
    before = {c.segments for c in cut(files, budget=20).chunks}
    files[grown] = long_file(files[grown].path, 9)
    after = {c.segments for c in cut(files, budget=20).chunks}
    assert len(after - before) <= 4 < len(after)


def test_the_number_of_a_chunk_is_its_place() -> None:
    chunks = cut([long_file("a.py", 25)]).chunks
    assert [c.number for c in chunks] == [1, 2, 3, 4]
