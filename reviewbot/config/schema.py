"""The schema of the file, the one source of its keys and defaults, in a form that can be walked."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Mapping

from msgspec import Struct

from reviewbot.config.tree import Path
from reviewbot.config.values import Json


class Key(Struct, frozen=True, kw_only=True):
    """What the schema says of one key."""

    description: str
    default: Json
    rule: str | None
    """What a value must be like, in words, where a pattern says it to the validator."""
    keys: Mapping[str, Key]
    """The keys below it: of itself, or of each entry when it is a list."""
    is_list: bool


def schema_text() -> str:
    """The JSON Schema of the configuration file, as `reviewbot config schema` prints it."""
    return pathlib.Path(__file__).with_name("schema.json").read_text("utf-8")  # importlib.resources loads zipfile first


def load_schema() -> dict[str, Json]:
    """The JSON Schema as a value; each call gives a fresh one."""
    schema: dict[str, Json] = json.loads(schema_text())
    return schema


def top(schema: Mapping[str, Json]) -> Key:
    """The whole schema as a tree of keys."""
    items = schema.get("items")
    entries = items if isinstance(items, dict) else schema
    properties = entries.get("properties")
    below = properties if isinstance(properties, dict) else {}
    return Key(
        description=str(schema.get("description", "")),
        default=schema.get("default"),
        rule=rule if isinstance(rule := schema.get("x-rule"), str) else None,
        keys={name: top(value) for name, value in below.items() if isinstance(value, dict)},
        is_list=isinstance(items, dict),
    )


def at(root: Key, path: Path) -> Key | None:
    """The key that a place in a file belongs to; None when there is none."""
    key: Key | None = root
    for step in path:
        if key is None:
            return None
        if isinstance(step, str):
            key = key.keys.get(step)
    return key


def walk(root: Key, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Key]]:
    """Every key below `root` with the names that lead to it, outer ones first; positions in lists are left out."""
    for name, key in root.keys.items():
        yield (*names, name), key
        yield from walk(key, (*names, name))


def key_name(root: Key, names: tuple[str, ...]) -> str:
    """How a key is written apart from any file: `reviewers[].model`."""
    parts: list[str] = []
    key = root
    for name in names:
        key = key.keys[name]
        parts.append(f"{name}[]" if key.is_list and key.keys else name)
    return ".".join(parts).removesuffix("[]")


def filled(key: Key, value: Json) -> Json:
    """`value` with the default of every key that it leaves out. Values of unknown keys are kept as they are."""
    if key.is_list and isinstance(value, list):
        return [_with_defaults(key, entry) for entry in value]
    return _with_defaults(key, value)


def _with_defaults(key: Key, value: Json) -> Json:
    if not key.keys or not isinstance(value, dict):
        return value
    return {**value, **{name: filled(below, value.get(name, below.default)) for name, below in key.keys.items()}}
