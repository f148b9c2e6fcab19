"""YAML and TOML text -> values with places."""

from __future__ import annotations

import pytest

from reviewbot.config import yaml_tree
from reviewbot.config.toml_tree import read_toml
from reviewbot.config.tree import Document, Mark, Path, dotted
from reviewbot.config.values import Json
from reviewbot.config.yaml_tree import PARSERS, Parser, read_yaml
from reviewbot.errors import ConfigError


def _toml(text: str) -> Document:
    document = read_toml("pyproject.toml", text.encode())
    assert document is not None
    return document


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("1,000", "1,000"),
        ("=", "="),
        ("<<", "<<"),
        ("nULL", "nULL"),
        ("tRUE", "tRUE"),
        ("1.2.3", "1.2.3"),
        (".", "."),
        ("e5", "e5"),
        ("0x", "0x"),
        ("-0x1F", "-0x1F"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("7", 7),
        ("+7", 7),
        ("-7", -7),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1e3", -1000.0),
        ("1e-05", 1e-05),
        ("'7'", "7"),
        ('"true"', "true"),
        ('"a\\tb"', "a\tb"),
        ("|\n  7\n", "7\n"),
        (">-\n  a\n  b\n", "a b"),
        ("ｙｅｓ", "ｙｅｓ"),
        ("٣", "٣"),
    ],
)
@pytest.mark.parametrize("parser", PARSERS)
def test_a_scalar_is_read_by_the_core_schema_of_yaml_1_2(parser: Parser, scalar: str, value: Json) -> None:
    read = read_yaml("f", f"a: {scalar}".encode(), parser).value["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("parser", PARSERS)
def test_every_entry_has_its_line_and_column(parser: Parser) -> None:
    text = "gate:\n  fail_on: low\nreviewers:\n  - name: a\n    params: {t: [1, 2]}\n"
    document = read_yaml("f", text.encode(), parser)
    places: dict[Path, tuple[int, int]] = {
        (): (1, 1),
        ("gate",): (1, 1),
        ("gate", "fail_on"): (2, 3),
        ("reviewers",): (3, 1),
        ("reviewers", 0): (4, 5),
        ("reviewers", 0, "name"): (4, 5),
        ("reviewers", 0, "params"): (5, 5),
        ("reviewers", 0, "params", "t"): (5, 14),
        ("reviewers", 0, "params", "t", 0): (5, 18),
        ("reviewers", 0, "params", "t", 1): (5, 21),
    }
    assert document.marks == {path: Mark(line=line, column=column) for path, (line, column) in places.items()}


def test_an_entry_without_a_place_has_that_of_the_one_around_it() -> None:
    document = read_yaml("f", b"\ngate:\n  quorum: 1\n")
    assert document.place(("gate", "absent", 3)) == "f:2"
    assert document.place(("gate", "quorum")) == "f:3"
    assert document.place(("absent",)) == "f:2"
    assert Document(file="f", value={}, marks={}).place(("gate",)) == "f"


@pytest.mark.parametrize("data", [b"", b"\n", b"# x\n", b"---\n", b"--- # x\n", b"\xef\xbb\xbf", b"~\n", b"{}"])
def test_an_empty_file_is_an_empty_configuration(data: bytes) -> None:
    assert read_yaml("f", data).value == {}


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa: 1\nb: x\n", b"a: 1\r\nb: x\r\n", b"a: 1\nb: x"])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(data: bytes) -> None:
    document = read_yaml("f", data)
    assert document.value == {"a": 1, "b": "x"}
    assert document.place(("b",)) == "f:2"


def test_a_key_may_look_like_a_word_of_yaml_1_1() -> None:
    assert read_yaml("f", b"on: 1\nno: 2\n").value == {"on": 1, "no": 2}


@pytest.mark.requirement("R34")
def test_twenty_levels_are_read_and_twenty_one_are_not() -> None:
    def nested(levels: int) -> bytes:
        return b"a: " + b"[" * (levels - 1) + b"]" * (levels - 1)

    assert read_yaml("f", nested(20)).value["a"] is not None
    with pytest.raises(ConfigError, match="more than 20"):
        read_yaml("f", nested(21))


@pytest.mark.requirement("R34")
def test_a_size_of_64_kib_is_read_and_one_byte_more_is_not() -> None:
    assert read_yaml("f", b"a: 1\n" + b"#" * (yaml_tree.MAX_BYTES - 5)).value == {"a": 1}
    with pytest.raises(ConfigError, match="too many"):
        read_yaml("f", b"a: 1\n" + b"#" * (yaml_tree.MAX_BYTES - 4))


@pytest.mark.requirement("R34")
@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[[{a: "])
def test_a_bomb_of_brackets_is_refused_at_once(parser: Parser, opening: str) -> None:
    # To read 65,000 open brackets to their end takes libyaml 13 s, and PyYAML without it more than two minutes.
    with pytest.raises(ConfigError, match="more than 20"):
        read_yaml("f", opening.encode() * (65_000 // len(opening)), parser)


# ---------------------------------------------------------------- TOML


def test_the_table_of_a_pyproject_is_read_with_its_lines() -> None:
    document = _toml(
        '[project]\nname = "x"\n\n'  # 1-3
        "[tool.reviewbot]\ncontext_lines = 3\nlimits.deadline_s = 9\n"  # 4-6
        "[tool.reviewbot.gate]\n# a comment\nfail_on = 'low'\n"  # 7-9
        '[[tool.reviewbot.reviewers]]\nname = "a"\nmodel = "v/a"\n'  # 10-12
        "[tool.reviewbot.reviewers.params]\ntop_p = 0.5\n"  # 13-14
        '[[tool.reviewbot.reviewers]]\nname = "b"\n"model" = "v/b"\n'  # 15-17
        "[tool.other]\ncontext_lines = 1\n"
    )
    assert document.value == {
        "context_lines": 3,
        "limits": {"deadline_s": 9},
        "gate": {"fail_on": "low"},
        "reviewers": [{"name": "a", "model": "v/a", "params": {"top_p": 0.5}}, {"name": "b", "model": "v/b"}],
    }
    lines: dict[Path, int] = {
        (): 4,
        ("context_lines",): 5,
        ("limits", "deadline_s"): 6,
        ("gate",): 7,
        ("gate", "fail_on"): 9,
        ("reviewers", 0): 10,
        ("reviewers", 0, "model"): 12,
        ("reviewers", 0, "params", "top_p"): 14,
        ("reviewers", 1): 15,
        ("reviewers", 1, "model"): 17,
        ("reviewers", 1, "absent"): 15,
    }
    assert {path: document.place(path) for path in lines} == {
        path: f"pyproject.toml:{line}" for path, line in lines.items()
    }


def test_a_value_inside_an_inline_table_has_the_line_of_its_key() -> None:
    document = _toml('[tool]\nreviewbot.gate = { fail_on = "low" }\n')
    assert document.place(("gate", "fail_on")) == "pyproject.toml:2"


def test_what_looks_like_a_key_inside_a_long_text_is_not_one() -> None:
    document = _toml("[tool.reviewbot]\nx = '''\nsecrets = 1\n[tool.reviewbot.gate]\n'''\nsecrets = 'off'\n")
    assert document.place(("secrets",)) == "pyproject.toml:6"


@pytest.mark.parametrize("text", ["", "[tool]\n", "[tool.other]\nx = 1\n", "tool = 3\n", "[reviewbot]\nx = 1\n"])
def test_a_pyproject_without_our_table_is_no_configuration(text: str) -> None:
    assert read_toml("pyproject.toml", text.encode()) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.reviewbot\n", "pyproject.toml:1: is not TOML, column 16: "),
        ("[tool.reviewbot]\nx = 1\nx = 2\n", "pyproject.toml:3: is not TOML, column 6: "),
        ("[tool.reviewbot]\nx = ", "pyproject.toml: is not TOML: "),
        ("tool.reviewbot = 3\n", "pyproject.toml:1: `tool.reviewbot` must be a table"),
        ("[tool.reviewbot]\nx = 2026-01-01\n", "pyproject.toml:2: `x` is a date or a time; put it in quotes"),
        ("[tool.reviewbot]\nx = [1, 10:30:00]\n", "pyproject.toml:2: `x[1]` is a date or a time; put it in quotes"),
        ("[tool.reviewbot]\n\nx = inf\n", "pyproject.toml:3: `x` is not a number that can be used"),
        ("[tool.reviewbot]\nx = nan\n", "pyproject.toml:2: `x` is not a number that can be used"),
        ('[tool.reviewbot]\nx = "\\u0000"\n', "pyproject.toml:2: a text holds an escape for NUL"),
        (f"[tool.reviewbot]\nx{'.y' * 25} = 1\n", "pyproject.toml:2: more than 20 mappings and lists"),
        (f"[tool.reviewbot]\nx{'.y' * 150} = 1\n", "pyproject.toml:2: a key has too many parts"),
        (f"[tool.reviewbot]\n[tool{'.y' * 150}]\n", "pyproject.toml:2: a key has too many parts"),
        (f"[tool.reviewbot]\nx = {'[' * 5000}\n", "pyproject.toml: is not TOML that can be read"),
        (f"[tool.reviewbot]\nx = {'9' * 5000}\n", "pyproject.toml: is not TOML that can be read"),
    ],
    ids=lambda text: text[:40],
)
def test_a_bad_pyproject_is_refused_with_a_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_toml("pyproject.toml", text.encode())
    assert str(caught.value).startswith(message)


# ---------------------------------------------------------------- names of places


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("gate",), "gate"),
        (("reviewers", 0, "params", "a", 1), "reviewers[0].params.a[1]"),
        (("a b",), '"a b"'),
        (("gate", "a.b"), 'gate."a.b"'),
        (("x" * 61,), '"' + "x" * 60 + '..."'),
        (("a\x1b[31m",), '"a<U+001B>[31m"'),
    ],
)
def test_a_place_is_written_with_dots_and_nothing_hidden(path: Path, text: str) -> None:
    assert dotted(path) == text
