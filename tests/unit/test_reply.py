from __future__ import annotations

import json
import time
from typing import Any

import pytest

from reviewbot.errors import ReplyError
from reviewbot.model import Category, Severity, Side
from reviewbot.stages.reply import MAX_CHARACTERS, Parsed, parse_reply

ENTRY: dict[str, Any] = {
    "path": "a.py",
    "start_line": 3,
    "severity": "high",
    "title": "It fails",
    "body": "When empty.",
}


def read(text: str) -> Parsed:
    return parse_reply(text, reviewer="opus", chunk=2)


def answer(*entries: object) -> str:
    return json.dumps({"findings": list(entries)})


def titles(text: str) -> list[str]:
    return [f.title for f in read(text).findings]


def test_an_empty_list_is_a_clean_answer() -> None:
    assert read('{"findings": []}') == Parsed(findings=())


def test_a_finding_with_only_what_is_required_is_read() -> None:
    (found,) = read(answer(ENTRY)).findings
    assert (found.reviewer, found.chunk) == ("opus", 2)
    assert (found.anchor.path, found.anchor.side, found.anchor.start, found.anchor.end) == ("a.py", Side.RIGHT, 3, 3)
    assert (found.severity, found.category, found.confidence) == (Severity.HIGH, Category.CORRECTNESS, None)
    assert not found.anchor.placed


def test_a_finding_with_everything_is_read() -> None:
    full = ENTRY | {
        "end_line": 5,
        "side": "left",
        "quote": "x = 1",
        "category": "Security",
        "suggestion": "x = 2",
        "confidence": 0.25,
    }
    (found,) = read(answer(full)).findings
    assert (found.anchor.side, found.anchor.end, found.quote, found.suggestion) == (Side.LEFT, 5, "x = 1", "x = 2")
    assert (found.category, found.confidence) == (Category.SECURITY, 0.25)


WRAPPED = [
    "```json\n{}\n```",
    "Here is what I found:\n\n{}\n\nI hope that helps.",
    '<think>maybe {{"findings": []}} or not</think>\n{}',
    "\ufeff{}",
    "The change uses {{braces}} and [brackets].\n{}",
    '{{"note": "first"}}\n{}',
    '{{"result": {}}}',
    'An answer without a finding is {{"findings": []}}. Mine is:\n{}',
]


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_an_answer_is_found_inside_what_models_put_around_it(wrapping: str) -> None:
    assert titles(wrapping.format(answer(ENTRY))) == ["It fails"]


@pytest.mark.parametrize(
    "wrapping", [*(w for w in WRAPPED if "result" not in w), "My answer: {}", "```\n{}\n```\nDone."]
)
def test_a_clean_answer_is_found_there_too(wrapping: str) -> None:
    assert read(wrapping.format('{"findings": []}')) == Parsed(findings=())


def test_two_answers_in_one_reply_count_both() -> None:
    assert titles(answer(ENTRY) + "\n" + answer(ENTRY | {"title": "Second"})) == ["It fails", "Second"]


def test_a_bare_list_of_findings_is_read() -> None:
    assert titles(json.dumps([ENTRY])) == ["It fails"]


@pytest.mark.parametrize(
    "broken",
    [
        '{"findings": [{"path": "a.py", "start_line": 3, "severity": "high", "title": "It fails", "body": "When.",}]}',
        "{'findings': [{'path': 'a.py', 'start_line': 3, 'severity': 'high', 'title': 'It fails', 'body': 'x'}]}",
        '{"findings": [{"path": "a.py", "start_line": 3, "severity": "high", "title": "It fails", "body": "a\nb"}]}',
    ],
)
def test_small_faults_of_json_are_mended(broken: str) -> None:
    assert titles(broken) == ["It fails"]


def test_of_a_reply_that_was_cut_off_the_whole_findings_are_kept() -> None:
    text = answer(ENTRY, ENTRY | {"title": "Second"}, ENTRY | {"title": "Third"})
    parsed = read(text[: text.index("Third") + 3])
    assert [f.title for f in parsed.findings] == ["It fails", "Second"]
    assert parsed.cut_off


def test_a_reply_cut_off_before_its_first_finding_is_whole_is_an_error() -> None:
    with pytest.raises(ReplyError, match="before its first finding is whole"):
        read(answer(ENTRY)[:40])


def test_a_whole_reply_is_not_taken_for_cut_off() -> None:
    assert not read(answer(ENTRY | {"body": 'an open "{" [ in words'})).cut_off


@pytest.mark.parametrize(
    "ending",
    [
        '\n{"findings": [{"path": "src/a.py", "severity": "critical", "title": "cou',
        '\n```json\n{"findings": [{"path": "src',
    ],
)
def test_a_second_answer_that_was_cut_off_is_not_lost(ending: str) -> None:
    parsed = read(answer(ENTRY) + ending)
    assert ([f.title for f in parsed.findings], parsed.cut_off) == (["It fails"], True)
    with pytest.raises(ReplyError):
        read('{"findings": []}' + ending)


def test_a_thought_that_never_ends_hides_what_it_holds() -> None:
    with pytest.raises(ReplyError):
        read('<think>The form is\n{"findings": []}\nLine 2: count is unset, a critical')


def test_words_about_thinking_in_a_finding_are_only_words() -> None:
    assert titles(answer(ENTRY | {"title": "a <think> tag stays open"})) == ["a <think> tag stays open"]


UNREADABLE = {
    "the form quoted in a sentence": 'I will not review this. The format is {"findings": []} as you know.',
    "thoughts without end": "<think>" * 100_000,
    "an answer inside another object": '{"result": {"findings": []}}',
    "nothing": "",
    "white space": " \n ",
    "prose": "This change looks good to me.",
    "an empty list alone": "[]",
    "another object": '{"result": "fine"}',
    "null": "null",
    "findings that are no list": '{"findings": "none"}',
    "findings twice": '{"findings": [], "findings": [1]}',
    "not a number": '{"findings": NaN}',
    "only entries that are no findings": '{"findings": [1, null, "x"]}',
    "brackets": "[" * 200_000,
    "braces": '{"a":' * 200_000,
    "open findings": '{"findings": ' + "[" * 200_000,
    "html": "<html><body>502 Bad Gateway</body></html>",
    "too long": " " * (MAX_CHARACTERS + 1) + "x",
    "a surrogate": "\ud800",
    "words where the list should be": '{"findings": [nothing to report]}',
}


@pytest.mark.requirement("R10", "R13")
@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_an_error_and_never_a_clean_answer(text: str) -> None:
    with pytest.raises(ReplyError):
        read(text)


@pytest.mark.requirement("R13")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_only_python_takes_for_json_is_an_error_that_names_it(number: str) -> None:
    entry = json.dumps(ENTRY | {"confidence": 0.5})
    assert read(f"[{entry}]").findings[0].confidence == 0.5
    with pytest.raises(ReplyError, match=f"{number} is not JSON"):
        read(f"[{entry.replace('0.5', number)}]")


BAD_ENTRIES: list[tuple[dict[str, object], str]] = [
    ({"path": None}, "no `path`"),
    ({"path": 3}, "no `path`"),
    ({"title": " "}, "no `title`"),
    ({"body": ["x"]}, "no `body`"),
    ({"start_line": None}, "no `start_line`"),
    ({"start_line": "soon"}, "no `start_line`"),
    ({"start_line": True}, "no `start_line`"),
    ({"start_line": "²"}, "no `start_line`"),
    ({"start_line": "+-5"}, "no `start_line`"),
    ({"severity": "spicy"}, "severity 'spicy'"),
    ({"severity": None}, "severity"),
]


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(("fault", "reason"), BAD_ENTRIES)
def test_a_bad_entry_costs_one_entry_and_is_counted(fault: dict[str, object], reason: str) -> None:
    parsed = read(answer(ENTRY, ENTRY | fault))
    assert len(parsed.findings) == 1
    (dropped,) = parsed.dropped
    assert reason in dropped


@pytest.mark.requirement("R13")
def test_a_key_that_stands_twice_in_a_finding_costs_that_finding() -> None:
    twice = json.dumps(ENTRY)[:-1] + ', "severity": "low"}'
    parsed = read(f'{{"findings": [{twice}, {json.dumps(ENTRY)}]}}')
    assert (len(parsed.findings), len(parsed.dropped)) == (1, 1)


@pytest.mark.parametrize(("said", "line"), [("7", 7), (7.0, 7), (0, None), (-4, None), (10**12, None)])
def test_line_numbers_are_taken_as_far_as_they_can_mean_something(said: object, line: int | None) -> None:
    (found,) = read(answer(ENTRY | {"start_line": said})).findings
    assert found.anchor.start == line


def test_an_end_before_the_start_is_the_start() -> None:
    (found,) = read(answer(ENTRY | {"end_line": 1})).findings
    assert (found.anchor.start, found.anchor.end) == (3, 3)


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("BLOCKER", Severity.CRITICAL),
        ("Major", Severity.HIGH),
        ("moderate", Severity.MEDIUM),
        ("nit", Severity.LOW),
        (" Critical ", Severity.CRITICAL),
        ("P2", Severity.MEDIUM),
    ],
)
def test_severities_are_read_with_their_synonyms(name: str, severity: Severity) -> None:
    assert read(answer(ENTRY | {"severity": name})).findings[0].severity is severity


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("bug", Category.CORRECTNESS),
        ("Error Handling", Category.ERROR_HANDLING),
        ("race_condition", Category.CONCURRENCY),
        ("astrology", Category.CORRECTNESS),
        (None, Category.CORRECTNESS),
    ],
)
def test_categories_are_read_with_their_synonyms_and_an_unknown_one_is_correctness(
    name: str | None, category: Category
) -> None:
    assert read(answer(ENTRY | {"category": name})).findings[0].category is category


@pytest.mark.parametrize("said", [True, "high", -1, 2, None, [0.5], 10**400])
def test_a_confidence_that_is_none_is_left_out(said: object) -> None:
    assert read(answer(ENTRY | {"confidence": said})).findings[0].confidence is None


def test_a_title_is_one_line() -> None:
    assert titles(answer(ENTRY | {"title": " two\n lines "})) == ["two lines"]


def test_half_a_surrogate_pair_in_json_can_be_written_out_again() -> None:
    text = answer(ENTRY).replace("When empty.", "\\ud83d alone")
    read(text).findings[0].body.encode("utf-8")


def test_ten_thousand_findings_are_read() -> None:
    assert len(read(answer(*[ENTRY] * 10_000)).findings) == 10_000


@pytest.mark.parametrize("part", ['true"a"', '"," a:', "'\": ", '"```', '-"a"', ".(", "'a' ", "// /* "])
@pytest.mark.parametrize("size", [190_000, 1_900_000])
def test_a_text_that_takes_json_repair_minutes_is_given_up_within_seconds(part: str, size: int) -> None:
    started = time.monotonic()
    with pytest.raises(ReplyError):
        read('{"findings": [' + part * (size // len(part)) + "]}")
    assert time.monotonic() - started < 15


def test_a_long_reply_with_a_small_fault_in_every_finding_is_mended() -> None:
    entry = "{'path': 'a.py', 'start_line': 3, 'severity': 'low', 'title': 'x', 'body': '" + "words " * 100 + "',},"
    parsed = read("{'findings': [" + entry * 150 + "]}")
    assert (len(parsed.findings), parsed.dropped) == (150, ())
