from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from values import file, finding, hunk

from reviewbot.model import Diff, Side
from reviewbot.stages.anchor import place

texts = st.sampled_from(["", "}", "return x", "  return x", "if a:", "x = 1\r", "\tx = 1", "y\u2028z"])
changed = st.lists(st.tuples(st.sampled_from(" +-"), texts), min_size=1, max_size=8).map(
    lambda lines: "\n".join(sign + text for sign, text in lines)
)
diffs = st.lists(st.tuples(changed, st.integers(1, 40)), min_size=1, max_size=3).map(
    lambda hunks: Diff(
        files=(file("a.py", *(hunk(t, old=i * 100 + n, new=i * 100 + n + 7) for i, (t, n) in enumerate(hunks))),)
    )
)


@given(
    diffs,
    st.none() | st.integers(1, 400),
    st.integers(0, 50),
    st.sampled_from(Side),
    st.none() | texts | st.text(max_size=10),
    st.sampled_from(["a.py", "b/a.py", "z.py"]),
)
def test_every_placed_range_lies_on_lines_of_one_hunk_on_its_side(
    diff: Diff, start: int | None, length: int, side: Side, quote: str | None, path: str
) -> None:
    end = None if start is None else start + length
    (found,) = place([finding(path=path, start=start, end=end, side=side, quote=quote)], diff)
    anchor = found.anchor
    if not anchor.placed:
        assert anchor.source == ""
        return
    assert anchor.start is not None
    assert anchor.end is not None
    wanted = set(range(anchor.start, anchor.end + 1))
    assert wanted
    homes = [h for f in diff.files for h in f.hunks if wanted <= {line.number(anchor.side) for line in h.lines}]
    assert len(homes) == 1
    assert anchor.source in {line.text for line in homes[0].lines if line.number(anchor.side) == anchor.start}


@given(diffs, st.integers(1, 400), st.sampled_from(Side), st.none() | texts)
def test_placing_a_placed_finding_again_changes_nothing(diff: Diff, start: int, side: Side, quote: str | None) -> None:
    once = place([finding(path="a.py", start=start, side=side, quote=quote)], diff)
    if once[0].anchor.placed and once[0].anchor.note is None:
        assert place(once, diff) == once
