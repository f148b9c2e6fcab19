"""config.example.yaml documents every key, and what it says is true."""

from __future__ import annotations

import re
from pathlib import Path

from config_files import loaded

from reviewbot.config.schema import Key, filled, key_name, load_schema, top, walk
from reviewbot.config.values import Json
from reviewbot.config.yaml_tree import read_yaml

_TEXT = (Path(__file__).parents[2] / "config.example.yaml").read_text("utf-8")
_OFF = re.compile(r"^( *)#(?! |$)", re.MULTILINE)
"""A setting that is switched off: a # without a space behind it."""
_ROOT = top(load_schema())


def _switched_on(text: str) -> str:
    return _OFF.sub(r"\1", text)


def _values() -> dict[str, Json]:
    return read_yaml("config.example.yaml", _switched_on(_TEXT).encode()).value


def _keys_of(value: Json, key: Key, prefix: str = "") -> set[str]:
    if isinstance(value, list):
        return {name for entry in value for name in _keys_of(entry, key, prefix)}
    if not isinstance(value, dict) or not key.keys:
        return set()
    names: set[str] = set()
    for name, below in value.items():
        written = f"{prefix}{name}"
        names.add(written)
        child = key.keys.get(name)
        if child is not None:
            names |= _keys_of(below, child, f"{written}[]." if child.is_list else f"{written}.")
    return names


def test_the_example_is_valid_as_it_stands() -> None:
    config = loaded(_TEXT, file="config.example.yaml", explicit="config.example.yaml")
    assert [reviewer.name for reviewer in config.config.reviewers] == ["opus", "codex", "local"]
    assert config.notes == ()


def test_the_example_has_every_key_of_the_schema_and_no_other() -> None:
    assert _keys_of(_values(), _ROOT) == {key_name(_ROOT, names) for names, _ in walk(_ROOT)}


def test_the_example_shows_the_defaults() -> None:
    values = _values()
    for name, key in _ROOT.keys.items():
        if name not in ("reviewers", "paths"):
            assert values[name] == filled(key, key.default), name
    reviewers = values["reviewers"]
    assert isinstance(reviewers, list)
    first = reviewers[0]
    assert isinstance(first, dict)
    for name, key in _ROOT.keys["reviewers"].keys.items():
        if name not in ("name", "model"):
            assert first[name] == key.default, name


def test_every_key_of_the_example_is_explained_above_it() -> None:
    lines = _TEXT.splitlines()
    skip = lines.index("  - name: codex")
    explained = False
    for number, line in enumerate(lines):
        setting = re.match(r" *#?(?:- )?([a-z_]+):(?: |$)", line)
        if skip <= number < lines.index("# Extra instructions and reviewers by path. An example; the default is none."):
            continue
        if setting and setting[1] not in ("drafts", "authors", "labels"):
            assert explained, line
        explained = "# " in line
