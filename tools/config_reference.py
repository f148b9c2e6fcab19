"""Write docs/config.md, the reference of the configuration file, from its schema. `make docs` runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from reviewbot.config.load import FILES
from reviewbot.config.schema import load_schema
from reviewbot.config.values import Json

DOCUMENT = Path(__file__).parents[1] / "docs/config.md"

_HEAD = """\
# The configuration file

<!-- Written by `make docs` from reviewbot/config/schema.json; change the schema, not this page. -->

reviewbot reads the first of these that is there:
{files}, `[tool.reviewbot]` in `pyproject.toml`.
`--config FILE` or the variable `REVIEWBOT_CONFIG` names another one. A flag wins over the file, the file over the
default, and every key has a default, so an empty file will do. For a pull request the base branch's file counts.

`reviewbot init` writes a first file, `reviewbot config show` prints what holds with the origin of every value, and
`reviewbot config schema` prints the JSON Schema for your editor. [config.example.yaml](../config.example.yaml) has the
same keys as a file to copy from. A key that is misspelt, has the wrong type or stands there twice is an error that
names file, line and the nearest key. Secrets are never in the file: `api_key_env` names a
variable.
"""
_TABLE = "| key | value | default | meaning |\n|---|---|---|---|"
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false", "null": "null"}


def render() -> str:
    """The whole document."""
    schema = load_schema()
    head = _HEAD.format(files=", ".join(f"`{file}`" for file in FILES))
    return "\n".join([head, *_section("", "", schema), *_nested("", schema)])


def _nested(prefix: str, schema: Mapping[str, Json]) -> Iterator[str]:
    """A section for each key that holds others, with those below it behind it."""
    for name, key in _properties(schema).items():
        entries = _entries(key)
        if not _properties(entries):
            continue
        path = f"{prefix}{name}"
        listed = "" if entries is key else " A list; each entry has these keys."
        yield from _section(path, f"{_meaning(key)}{listed}", entries)
        yield from _nested(f"{path}.", entries)


def _section(path: str, text: str, schema: Mapping[str, Json]) -> Iterator[str]:
    required = schema.get("required")
    yield f"## {f'`{path}`' if path else 'Top of the file'}\n"
    if text:
        yield f"{text}\n"
    yield _TABLE
    for name, key in _properties(schema).items():
        must = isinstance(required, list) and name in required
        default = "required" if must else _default(key)
        value = _value(key, anchor=f"{path}{name}".replace(".", ""))
        yield f"| `{name}` | {value} | {default} | {_cell(_meaning(key))} |"
    yield ""


def _properties(schema: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    found = schema.get("properties")
    return {name: key for name, key in found.items() if isinstance(key, dict)} if isinstance(found, dict) else {}


def _entries(key: Mapping[str, Json]) -> Mapping[str, Json]:
    """What describes the keys below: of each entry, when the key is a list."""
    items = key.get("items")
    return items if isinstance(items, dict) else key


def _meaning(key: Mapping[str, Json]) -> str:
    rule = f" It {key['x-rule']}." if "x-rule" in key else ""
    return f"{key.get('description', '')}{rule}"


def _value(key: Mapping[str, Json], *, anchor: str) -> str:
    """What may stand there, in words. `anchor`: of the section with the keys below it, when there is one."""
    choices, kinds = key.get("enum"), key.get("type")
    if isinstance(choices, list):
        return ", ".join(f"`{_plain(choice)}`" for choice in choices)
    names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
    return " or ".join(
        [*(_kind(name, key, anchor) for name in names if name != "null"), *["`null`"] * ("null" in names)]
    )


def _kind(name: str, key: Mapping[str, Json], anchor: str) -> str:
    if name == "array":
        return f"[list](#{anchor})" if _properties(_entries(key)) else "list of texts"
    if name == "object":
        return f"[keys](#{anchor})" if _properties(key) else "keys and values"
    return _WORDS[name] + _bounds(key)


def _bounds(key: Mapping[str, Json]) -> str:
    above, least, most = key.get("exclusiveMinimum"), key.get("minimum"), key.get("maximum")
    low = f"above {above}" if above is not None else f"from {least}" if least is not None else ""
    return "".join(f" {words}" for words in (low, f"to {most}" if most is not None else "") if words)


def _default(key: Mapping[str, Json]) -> str:
    return "" if _properties(key) else f"`{_plain(key.get('default'))}`"


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    DOCUMENT.write_text(render(), encoding="utf-8")
