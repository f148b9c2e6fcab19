"""Values written as the formats that a mutation changes by their meaning: JSON, YAML, TOML, and our own hidden line."""

from __future__ import annotations

import base64
import json
import re
import zlib
from random import Random
from typing import Any

import yaml


def dump_json(chance: Random, value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, None, 1)), default=str)
    return text.encode("utf-8", chance.choice(("replace", "surrogatepass")))


def dump_yaml(chance: Random, value: Any) -> bytes:
    if chance.random() < 0.3:
        return json.dumps(value, default=str).encode()
    text: str = yaml.safe_dump(value, default_flow_style=chance.choice((False, None)), sort_keys=False, width=1000)
    return text.encode("utf-8", "replace")


def dump_toml(chance: Random, value: Any) -> bytes:
    """Tables and inline values as `tomllib` reads them. What it has no word for, null, is left out."""
    lines = list[str]()
    for name, table in value.items() if isinstance(value, dict) else ():
        _toml_table(chance, lines, [str(name)], table)
    return "\n".join(lines).encode("utf-8", "replace")


def _toml_table(chance: Random, lines: list[str], path: list[str], value: Any) -> None:
    name = ".".join(map(json.dumps, path))
    if not isinstance(value, dict):
        lines.append(f"{json.dumps(path[-1])} = {_toml(value)}")
        return
    lines.append(f"[{name}]")
    plain = {key: item for key, item in value.items() if not isinstance(item, dict) or chance.random() < 0.3}
    for key, item in plain.items():
        if isinstance(item, list) and item and all(isinstance(one, dict) for one in item) and chance.random() < 0.5:
            continue
        if item is not None:
            lines.append(f"{json.dumps(str(key))} = {_toml(item)}")
    for key, item in value.items():
        if key not in plain:
            _toml_table(chance, lines, [*path, str(key)], item)


def _toml(value: Any) -> str:
    match value:
        case dict():
            return (
                "{" + ", ".join(f"{json.dumps(str(k))} = {_toml(v)}" for k, v in value.items() if v is not None) + "}"
            )
        case list():
            return "[" + ", ".join(_toml(item) for item in value if item is not None) + "]"
        case _:
            return json.dumps(value, default=str)


def dump_marker(chance: Random, value: Any) -> bytes:
    """The hidden line of a comment, of any kind."""
    tree = value if isinstance(value, dict) else {}
    kind = chance.choice(("finding", "summary", "review")) if chance.random() < 0.1 else tree.get("kind")
    plain = json.dumps(tree.get("said")).encode()
    data = plain if kind == "finding" else zlib.compress(plain)
    line = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    return f"## PASS\n\n<!-- reviewbot:{kind}:1:{line} -->".encode("utf-8", "replace")


def load_marker(data: bytes) -> Any:
    found = re.search(rb"<!-- reviewbot:(\w+):1:([\w-]+) -->", data)
    if found is None:
        raise ValueError("a seed that is no marker")
    packed = base64.urlsafe_b64decode(found[2] + b"=" * (-len(found[2]) % 4))
    said = json.loads(packed if found[1] == b"finding" else zlib.decompress(packed))
    return {"kind": found[1].decode(), "said": said}
