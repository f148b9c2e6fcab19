from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from reports import HOSTILE, SAMPLES, answers, blocking, entry, placed, report, single_reviewer, verdict
from values import finding

from reviewbot.config.values import Json
from reviewbot.formats.json import load_report_schema, render_json
from reviewbot.model import (
    Anchor,
    Category,
    Conclusion,
    FileStatus,
    Report,
    ReviewerStatus,
    Severity,
    Side,
    State,
    Usage,
)


def rendered(shown: Report) -> dict[str, Json]:
    document: dict[str, Json] = json.loads(render_json(shown, tool_version="0.1.0"))
    return document


def at(document: Json, *path: str | int) -> Json:
    for step in path:
        if isinstance(step, int):
            assert isinstance(document, list)
            document = document[step]
        else:
            assert isinstance(document, dict)
            document = document[step]
    return document


def keys(document: Json, *path: str | int) -> list[str]:
    found = at(document, *path)
    assert isinstance(found, dict)
    return list(found)


# ---------------------------------------------------------------- the schema


@pytest.mark.parametrize("name", SAMPLES)
def test_every_report_obeys_the_schema(name: str) -> None:
    Draft202012Validator(load_report_schema()).validate(rendered(SAMPLES[name]()))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(load_report_schema())


def test_every_key_of_the_schema_is_written_and_every_key_written_is_in_the_schema() -> None:
    schema = load_report_schema()
    found: list[str] = []

    def compare(value: Json, rule: Json, where: str) -> None:
        assert isinstance(rule, dict)
        reference = rule.get("$ref")
        if isinstance(reference, str):
            compare(value, at(schema, *reference.removeprefix("#/").split("/")), where)
        elif isinstance(value, dict):
            assert list(value) == keys(rule, "properties") == rule["required"], where
            found.append(where)
            for key, inner in value.items():
                compare(inner, at(rule, "properties", key), f"{where}.{key}")
        elif isinstance(value, list):
            for inner in value:
                compare(inner, rule["items"], f"{where}[]")

    compare(rendered(blocking()), schema, "")

    assert len(set(found)) == 14  # each kind of object was met


def test_the_enums_of_the_schema_are_those_of_the_model() -> None:
    schema = load_report_schema()
    expected: Mapping[tuple[str, ...], list[str]] = {
        ("$defs", "severity"): list(Severity),
        ("$defs", "category"): list(Category),
        ("$defs", "side"): list(Side),
        ("$defs", "file", "properties", "status"): list(FileStatus),
        ("$defs", "reviewer", "properties", "status"): list(ReviewerStatus),
        ("$defs", "finding", "properties", "state"): list(State),
        ("properties", "verdict", "properties", "conclusion"): list(Conclusion),
        ("properties", "verdict", "properties", "fail_on"): [*Severity, "never"],
    }

    for path, values in expected.items():
        assert at(schema, *path, "enum") == values or set(values) == set(
            str(at(schema, *path, "enum")).split("'")[1::2]
        )


@pytest.mark.parametrize(
    "path", [("schema_version",), ("verdict", "fails"), ("findings", 0, "agreement"), ("usage", "cost_usd")]
)
def test_a_report_without_a_key_does_not_obey_the_schema(path: tuple[str | int, ...]) -> None:
    document = rendered(blocking())
    parent = at(document, *path[:-1])
    assert isinstance(parent, dict)
    del parent[str(path[-1])]

    assert not Draft202012Validator(load_report_schema()).is_valid(document)


def test_a_report_with_more_keys_obeys_the_schema() -> None:
    document = {**rendered(blocking()), "x-more": 1}

    Draft202012Validator(load_report_schema()).validate(document)


# ---------------------------------------------------------------- what is written


def test_the_documented_keys_stand_in_the_documented_order() -> None:
    document = rendered(blocking())

    assert keys(document)[:7] == ["schema_version", "tool", "change", "reviewers", "findings", "verdict", "usage"]
    assert at(document, "schema_version") == 1
    assert at(document, "tool") == {"name": "reviewbot", "version": "0.1.0"}
    assert keys(document, "change") == ["repository", "pull_request", "base", "head", "files"]


def test_an_unknown_cost_is_null_and_never_zero() -> None:
    document = rendered(report(reviewers=(answers(usage=Usage(input_tokens=5, cost_usd=None)), answers("codex"))))

    assert at(document, "reviewers", 0, "cost_usd") is None
    assert at(document, "reviewers", 1, "cost_usd") == 0.0041
    assert at(document, "usage", "cost_usd") is None


def test_a_gate_that_never_fails_is_written_never() -> None:
    document = rendered(report(judged=replace(verdict(), fail_on=None)))

    assert at(document, "verdict", "fail_on") == "never"


def test_numbers_are_rounded_for_people() -> None:
    shown = report(reviewers=(answers(duration_s=1 / 3, usage=Usage(cost_usd=0.1 + 0.2)),))

    document = rendered(shown)

    assert at(document, "reviewers", 0, "duration_s") == 0.333
    assert at(document, "usage", "cost_usd") == 0.3


def test_a_member_stands_where_its_reviewer_put_it() -> None:
    moved = replace(placed("opus", "a.py", 3), said=Anchor(path="b.py", side=Side.LEFT, start=9, end=11))

    document = rendered(report(entry(moved)))

    assert [at(document, "findings", 0, key) for key in ("path", "start_line", "end_line")] == ["a.py", 3, 3]
    member = at(document, "findings", 0, "members", 0)
    assert [at(member, key) for key in ("path", "side", "start_line", "end_line")] == ["b.py", "LEFT", 9, 11]


def test_a_finding_without_a_place_has_null_lines() -> None:
    document = rendered(report(entry(finding("opus", None, None))))

    assert [at(document, "findings", 0, key) for key in ("path", "start_line", "end_line", "placed")] == [None] * 3 + [
        False
    ]
    assert at(document, "findings", 0, "members", 0, "start_line") is None


def test_other_places_of_a_finding_are_listed() -> None:
    document = rendered(blocking())

    assert at(document, "findings", 1, "also_at") == [
        {"path": "src/auth/store.py", "side": "RIGHT", "start_line": 113, "end_line": 114}
    ]


def test_words_are_cleaned_and_code_is_left_alone() -> None:
    words = "@root said <!-- reviewbot --> `@root`"
    said = replace(placed("opus", "a.py", 3, title=words, body=words), suggestion="@root <!-- x -->")

    document = rendered(report(entry(said)))

    for where in (at(document, "findings", 0), at(document, "findings", 0, "members", 0)):
        assert at(where, "title") == at(where, "body") == "root said  `@root`"
        assert at(where, "suggestion") == "@root <!-- x -->"


def test_a_single_reviewer_is_noted() -> None:
    assert at(rendered(single_reviewer()), "notes") == ["There is one reviewer, so agreement means nothing."]


# ---------------------------------------------------------------- the text itself


@pytest.mark.requirement("R35")
def test_the_text_is_utf_8_and_holds_nothing_that_acts_on_a_terminal_or_a_ci_log() -> None:
    said = replace(placed("opus", "a\udcff\u202e.py", 1), suggestion=HOSTILE + "\x9b2J \ud800 ##[error]x")

    text = render_json(report(entry(said)), tool_version="1")

    text.encode()
    assert text.endswith("}\n")
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
    assert "##[" not in text
    assert not {char for char in text if char < " " and char != "\n"} | ({"\x9b", "\u202e", "\ud800"} & set(text))
    suggestion = at(json.loads(text), "findings", 0, "suggestion")
    assert suggestion == (HOSTILE + "\x9b2J \ud800 ##[error]x").replace("\ud83d", "\ufffd").replace("\ud800", "\ufffd")


def test_letters_of_any_script_are_readable_in_the_text() -> None:
    assert "naïve 日本語 👍" in render_json(
        report(entry(placed("opus", "a.py", 1, title="naïve 日本語 👍"))), tool_version="1"
    )
