"""The quick look at a configuration agrees with jsonschema, in both directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reviewbot.config.fits import fits
from reviewbot.config.schema import load_schema
from reviewbot.config.yaml_tree import read_yaml

SCHEMA = load_schema()
VALID = Draft202012Validator(SCHEMA)
PROPERTIES: Any = SCHEMA["properties"]

odd: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        0.0,
        1.0,
        0.5,
        10**20,
        float("inf"),
        "",
        "x",
        "high",
        "never",
        "a\n",
        [],
        {},
    ]
)


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Mostly what fits, and often something else."""
    if "enum" in schema:
        return st.one_of(st.sampled_from(schema["enum"]), odd)
    if "properties" in schema:
        known = {name: values(below) for name, below in schema["properties"].items()}
        return st.one_of(
            st.fixed_dictionaries({}, optional=known), st.fixed_dictionaries({}, optional={**known, "zz": odd}), odd
        )
    if "items" in schema:
        return st.one_of(st.lists(values(schema["items"]), max_size=3), odd)
    kinds = schema.get("type", [])
    some = {"integer": st.integers(-2, 2**40), "number": st.floats(-1, 2_000), "string": st.text(max_size=45)}
    return st.one_of(*(some[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind in some), odd)


@given(values(SCHEMA))
def test_the_quick_look_says_what_jsonschema_says(value: Any) -> None:
    assert fits(value, SCHEMA) == VALID.is_valid(value)


@pytest.mark.parametrize("name", PROPERTIES)
@given(data=st.data())
def test_it_does_for_each_key(name: str, data: st.DataObject) -> None:
    value = {name: data.draw(values(PROPERTIES[name]))}
    assert fits(value, SCHEMA) == VALID.is_valid(value)


def test_the_example_fits() -> None:
    text = (Path(__file__).parents[2] / "config.example.yaml").read_bytes()
    assert fits(read_yaml("config.example.yaml", text).value, SCHEMA)


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "uri"},
        {"anyOf": [{}]},
        {"additionalProperties": {"type": "string"}},
        {"items": True},
        {"enum": [1]},
        {"properties": {"a": {"not": {}}}},
    ],
    ids=str,
)
def test_a_schema_with_a_word_that_is_not_known_is_left_to_jsonschema(schema: Any) -> None:
    some: list[Any] = [{"a": 1}, ["x"], 1, True]
    for value in some:
        assert not fits(value, schema) or Draft202012Validator(schema).is_valid(value)
    assert not all(fits(value, schema) for value in some)
