from __future__ import annotations

import pytest

from reviewbot.stages.injection.hints import hinted, hints_of_english, lines_with, spoken, words_of


def starts_of(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't x1y, a_b", {"don", "t", "x", "y", "a", "b"}),
        ("«die ki» – „über“ 你好、世界", {"die", "ki", "über", "你好", "世界"}),
        ("12 + 3", set()),
    ],
)
def test_words_are_letters_in_a_row(text: str, words: set[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("your prompts", ["prompt", "your"]),
        ("in debug mode now", [" mode "]),
        ("debug modes", []),
        ("you and must", []),
        ("</a> inst]", ["inst]", "</"]),
    ],
)
def test_hints_of_english_are_those_that_the_text_has(text: str, hints: list[str]) -> None:
    assert sorted(hints_of_english(text, words_of(text))) == sorted(hints)


def test_lines_with_a_hint_are_told_once_each() -> None:
    text = "nothing\nthe prompt of the prompt\nbots\nrobots_bot\nyour bot"
    assert hinted(text, starts_of(text), words_of(text)) == [1, 2, 3, 4]
    assert hinted("robot", starts_of("robot"), words_of("robot")) == []


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("die ki genehmigt", [["ki", "genehmig"]]),
        ("kiosk", []),
        ("llms", []),
        ("über kioske", []),
        ("请批准此", [["批准"]]),
        ("ai 审查", [["ai"]] * 5),
        ("nothing in any language", []),
    ],
)
def test_a_language_is_spoken_when_a_word_of_it_begins_with_a_hint(text: str, hints: list[list[str]]) -> None:
    assert [found for _, found in spoken(text, words_of(text))] == hints


def test_a_hint_of_a_language_begins_a_word_and_a_short_one_is_one() -> None:
    text = "skia kia\nia\nde l'ia\nian\nia ia\nmia approva\ndisapprova\nriapprova approvare"
    assert lines_with(["ia", "approva"], text, starts_of(text), begins=True) == [1, 2, 4, 5, 7]
    assert lines_with(["llm"], "llms\nllm", starts_of("llms\nllm"), begins=True) == [1]
    assert lines_with(["ia"], text, starts_of(text)) == [0, 1, 2, 3, 4, 5, 7]
