from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import ReplyError
from reviewbot.stages.reply import parse_reply

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
keys = st.sampled_from(
    ["path", "start_line", "end_line", "side", "quote", "severity", "category", "title", "body", "confidence", "x"]
)
entries = st.dictionaries(keys, json_values | st.sampled_from(["high", "a.py", "RIGHT", "bug"]), max_size=11)


def readable(text: str) -> bool:
    try:
        parsed = parse_reply(text, reviewer="opus", chunk=1)
    except ReplyError:
        return False
    for found in parsed.findings:
        assert found.title
        assert found.body
        assert found.anchor.start is None or found.anchor.start >= 1
        "".join([found.title, found.body, found.anchor.path or "", found.quote or "", found.suggestion or ""]).encode()
    return True


@pytest.mark.requirement("R13")
@given(st.text())
def test_any_text_gives_findings_or_an_error(text: str) -> None:
    readable(text)


@pytest.mark.requirement("R13")
@given(st.lists(entries, max_size=5), st.integers(0, 400))
def test_any_entries_cut_anywhere_give_findings_or_an_error(values: list[object], end: int) -> None:
    text = json.dumps({"findings": values})
    readable(text)
    readable(text[:end])


@given(st.text(alphabet='{}[]":,\\findgs x', max_size=200))
def test_any_bracket_soup_gives_findings_or_an_error(text: str) -> None:
    readable(text)


@pytest.mark.requirement("R13")
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_only_a_list_that_is_plainly_empty_is_a_clean_answer(text: str) -> None:
    try:
        parsed = parse_reply(text, reviewer="opus", chunk=1)
    except ReplyError:
        return
    assert parsed.findings or '"findings"' in text
