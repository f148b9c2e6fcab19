"""Whatever a configuration file holds: a configuration comes out, or a ConfigError that names the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from config_files import Files
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.config.load import Overrides, load_config
from reviewbot.config.schema import load_schema, schema_text, top, walk
from reviewbot.config.show import render_config
from reviewbot.config.values import Json, LoadedConfig
from reviewbot.config.yaml_tree import PARSERS, read_yaml
from reviewbot.errors import ConfigError

_EXAMPLE = (Path(__file__).parents[2] / "config.example.yaml").read_bytes()
_WORDS = sorted({names[-1] for names, _ in walk(top(load_schema()))})
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["high", "never", "fail", "redact", "a", "v/m", "AGENTS.md", "../x", "https://h", "**/*.py", "1"])
    | st.text(max_size=30)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_WORDS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)
_TREES = st.dictionaries(st.sampled_from([*top(load_schema()).keys, "x"]), _VALUES, max_size=6)
_PIECES = [
    *(b"[", b"]", b"{", b"}", b":", b"- ", b"? ", b"\n", b"\r", b'"', b"'", b"#", b"~", b"\t", b"\0", b"\xff", b"\x1f"),
    *(b"&a ", b"*a", b"!!str ", b"<<: ", b"|\n", b"%YAML 1.1\n", b"---\n", b"...\n", b"\xc2\x85", b"\xef\xbb\xbf"),
    *(b"0o7", b"1:30", b"publish:", b"gate:", b"reviewers:\n"),
]


def _load(data: bytes, file: str = ".reviewbot.yaml") -> LoadedConfig | ConfigError:
    """The configuration or its refusal. Any other exception is the failure of the test."""
    try:
        return load_config(Files({file: data}), explicit=None, environ={}, overrides=Overrides())
    except ConfigError as error:
        lines = str(error).split("\n")
        assert 1 <= len(lines) <= 11
        assert all(line.startswith((file, "and ")) and line.isprintable() for line in lines)
        return error


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """The example file with a few pieces cut out, doubled or put in."""
    data = _EXAMPLE
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        piece = draw(st.sampled_from([b"", data[start:end] * 2, *_PIECES]))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.requirement("R34")
@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_give_a_configuration_or_a_config_error(data: bytes) -> None:
    _load(data)


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_any_text_gives_a_configuration_or_a_config_error(text: str) -> None:
    _load(text.encode("utf-8", "surrogatepass"))


@given(_damaged())
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_gives_a_configuration_or_a_config_error(data: bytes) -> None:
    _load(data)


@pytest.mark.requirement("R34")
@given(_TREES)
@settings(max_examples=150, deadline=None)
def test_any_tree_of_values_gives_a_configuration_or_a_config_error(tree: dict[str, Json]) -> None:
    _load(json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@settings(max_examples=200)
def test_any_pyproject_gives_a_configuration_or_a_config_error(data: bytes) -> None:
    _load(b"[tool.reviewbot]\n" + data, "pyproject.toml")


@st.composite
def _valid(draw: st.DrawFn) -> dict[str, Json]:
    """A configuration with nothing wrong in it, its texts as odd as YAML can hold them as they are."""
    text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("\n\t"), max_size=20)
    param: st.SearchStrategy[Json] = st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | text
    params = st.dictionaries(st.sampled_from(["temperature", "top_p", "stop", "yes", "a b"]), param)
    reviewers: list[Json] = [
        {
            "name": name,
            "model": draw(st.sampled_from(["v/m", "openai/gpt@1:2", "null"])),
            "api_base": draw(st.sampled_from([None, "https://h/v1", "http://127.0.0.1:1"])),
            "timeout_s": draw(st.floats(1e-9, 3600)),
            "max_output_tokens": draw(st.integers(1, 1_000_000)),
            "params": draw(params),
        }
        for name in draw(st.lists(st.sampled_from(["a", "b2", "x.y-z", "Q_", "null", "no"]), unique=True))
    ]
    return {
        "reviewers": reviewers,
        "instructions": [],
        "exclude": [f"x{pattern}" for pattern in draw(st.lists(st.text("ab /*#!:-ü\u202e", max_size=9), max_size=3))],
        "context_lines": draw(st.integers(0, 1000)),
        "gate": {
            "fail_on": draw(st.sampled_from(["critical", "high", "medium", "low", "never"])),
            "min_agreement": draw(st.integers(1, 10**9)),
            "quorum": draw(st.none() | st.integers(1, 9)),
        },
        "limits": {"max_cost_usd": draw(st.none() | st.floats(0, 1e300)), "deadline_s": draw(st.floats(1e-300, 86400))},
        "secrets": draw(st.sampled_from(["off", "block", "redact"])),
        "network": {"ca_bundle": f"/{draw(text)}"},
    }


@given(_valid())
@settings(max_examples=150, deadline=None)
def test_a_valid_configuration_can_be_shown_and_says_the_same_again(tree: dict[str, Json]) -> None:
    first = _load(json.dumps(tree, ensure_ascii=False).encode())
    assert isinstance(first, LoadedConfig), first
    again = _load(render_config(first).encode())
    assert isinstance(again, LoadedConfig), again
    assert again.config == first.config


@given(st.dictionaries(st.text(min_size=1, max_size=8), _VALUES, max_size=5))
def test_json_is_read_as_the_values_that_it_holds(tree: dict[str, Json]) -> None:
    text = json.dumps(tree)
    try:
        read = read_yaml("f", text.encode()).value
    except ConfigError:
        # The escapes \ud83d\ude00 of JSON are no character in YAML, and NUL is refused.
        assert "\\ud" in text or "\\u0000" in text or len(text) > 60
        return
    assert read == tree


@given(_damaged())
@settings(max_examples=60, deadline=None)
def test_every_parser_reads_the_same_values_where_both_read_any(data: bytes) -> None:
    read = []
    for parser in PARSERS:
        try:
            read.append(read_yaml("f", data, parser).value)
        except ConfigError:
            return
    assert all(value == read[0] for value in read)


def test_the_schema_itself_is_read_as_what_json_says() -> None:
    assert read_yaml("f", schema_text().encode()).value == load_schema()
