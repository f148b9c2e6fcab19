from __future__ import annotations

import random
import re
import time

import pytest
from gfm import acting, shown, tokens
from hostile_text import FRAGMENTS
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.sanitize import (
    ascii_text,
    clean_words,
    markdown,
    markdown_cell,
    markdown_code,
    markdown_line,
    markdown_span,
    not_a_command,
    terminal,
    terminal_line,
)
from reviewbot.sanitize.characters import with_unseen_shown

ANY_TEXT = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=25).map("".join),
    st.text(alphabet=st.characters(), max_size=60),
)
PLAIN_TEXT = st.text(
    alphabet=st.characters(exclude_characters="`~\r", exclude_categories=["Cc", "Cf", "Cs", "Co"]), max_size=80
)
thoroughly = settings(max_examples=150, deadline=None)


def is_part_of(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


@given(text=ANY_TEXT)
@thoroughly
def test_clean_words_only_take_out_and_do_so_once(text: str) -> None:
    cleaned = clean_words(text)

    assert is_part_of(cleaned, text)
    assert clean_words(cleaned) == cleaned
    cleaned.encode()


@pytest.mark.requirement("R14")
@given(text=ANY_TEXT)
@thoroughly
def test_clean_words_do_nothing_when_they_are_pasted_as_markdown(text: str) -> None:
    assert acting(clean_words(text), allow_inert=True) == []


@given(text=st.text(alphabet=st.sampled_from("abc XYZ.,;!?()'\"+=*_é中👍\n"), max_size=80))
@thoroughly
def test_clean_words_leave_plain_prose_alone(text: str) -> None:
    assert clean_words(text) == text


@pytest.mark.requirement("R14")
@given(text=ANY_TEXT)
@thoroughly
def test_markdown_blocks_do_nothing_and_close_their_fences(text: str) -> None:
    document = markdown(text)

    assert acting(document) == []
    assert acting(f"> quoted\n\n{document}\n\nafter") == []
    after = list(tokens(f"{document}\n\n# after"))
    assert [token.content for token in after if token.type == "text"][-1:] == ["after"]


@given(text=ANY_TEXT)
@thoroughly
def test_one_line_of_markdown_stays_one_line_wherever_it_stands(text: str) -> None:
    line = markdown_line(text)

    assert "\n" not in line
    assert acting(line) == acting(f"- {line}") == acting(f"> {line}") == acting(f"# {line}") == []
    assert sum(token.type == "heading_open" for token in tokens(f"# {line}")) == 1


@given(text=ANY_TEXT)
@thoroughly
def test_a_cell_of_markdown_stays_one_cell(text: str) -> None:
    for cell in (markdown_cell(text), markdown_span(text, in_table=True)):
        table = f"| a | b |\n|---|---|\n| {cell} | last |"
        assert acting(table) == []
        assert [t.type for t in tokens(table)].count("td_open") == 2
        assert shown(table).endswith("last")


@pytest.mark.requirement("R14")
@given(text=ANY_TEXT, language=st.sampled_from([*FRAGMENTS, "python", "c++"]))
@thoroughly
def test_a_code_block_holds_all_of_its_text(text: str, language: str) -> None:
    document = markdown_code(text, language)

    found = list(tokens(document))
    assert [token.type for token in found] == ["fence"]
    assert acting(document) == []


@given(text=PLAIN_TEXT)
@thoroughly
def test_markdown_shows_every_character_that_was_written(text: str) -> None:
    written = "".join(with_unseen_shown(text).split())

    assert shown(markdown_line(text)) == written
    assert shown(f"| a |\n|---|\n| {markdown_cell(text)} |")[1:].replace("\\x7c", "|") == written.replace("\\x7c", "|")


@pytest.mark.requirement("R35")
@given(text=ANY_TEXT)
@thoroughly
def test_a_terminal_gets_no_control_byte_and_no_command(text: str) -> None:
    shown_text = terminal(text)

    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", shown_text) is None
    assert not any(line.lstrip().startswith("::") for line in shown_text.split("\n"))
    assert re.search(r"##\w*\[", shown_text) is None
    assert "\n" not in terminal_line(text)
    assert ascii_text(shown_text).isascii()
    shown_text.encode()


@given(text=ANY_TEXT)
@thoroughly
def test_a_command_once_broken_is_not_broken_again(text: str) -> None:
    assert not_a_command(not_a_command(text)) == not_a_command(text)


@pytest.mark.requirement("R14")
def test_ten_thousand_random_attacks_come_out_of_every_sanitiser_without_acting() -> None:
    chance = random.Random(2026)
    for _ in range(2_000):
        text = "".join(chance.choices(FRAGMENTS, k=chance.randint(1, 30)))
        assert acting(clean_words(text), allow_inert=True) == [], text
        assert acting(markdown(text)) == [], text
        assert acting(markdown_line(text)) == [], text
        assert acting(f"| a |\n|---|\n| {markdown_cell(text)} |") == [], text
        assert acting(markdown_code(text)) == [], text


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(
    "pattern", [*FRAGMENTS, "<a b='", '[x](a "', "\\``", "a``", "[\\", "<a\n> ", "- - ", "```a\n", "|:"]
)
def test_long_repetitions_take_time_in_proportion(pattern: str) -> None:
    text = pattern * (8_000 // len(pattern))
    started = time.perf_counter()
    for sanitise in (clean_words, markdown, markdown_line, markdown_cell, markdown_code, terminal):
        sanitise(text)
    assert time.perf_counter() - started < 2
