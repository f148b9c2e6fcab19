"""Values of ours <-> JSON, by their own field types. Pure. What is read is checked as strictly as any other input.

Structs become objects without the fields that have their default, enumerations their values, tuples lists, bytes
the text that they are. The lines of a hunk become strings with their sign in front; their numbers follow from the hunk.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from reviewbot.config.values import Json
from reviewbot.errors import InputError
from reviewbot.model import Hunk, Line, LineKind
from reviewbot.parts.node import Node

Value = TypeVar("Value")

_LARGEST = 10**15
_KINDS = {kind.value: kind for kind in LineKind}


def to_json(value: object) -> Json:
    """A value of the model or of the configuration as JSON."""
    match value:
        case Hunk():
            return _hunk_to_json(value)
        case Enum():
            return cast("Json", value.value)
        case bytes():
            return value.decode("utf-8", "replace")
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [to_json(item) for item in value]
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case Struct():
            return {
                field.name: to_json(item)
                for field in _fields(type(value))
                if (item := getattr(value, field.name)) != _default(field)
            }
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def from_json(kind: type[Value], node: Node) -> Value:
    """The value that `to_json` wrote. Raises InputError for anything else; keys that are not known are passed over."""
    return cast("Value", _read(kind, node))


@cache
def _fields(kind: type[Struct]) -> tuple[FieldInfo, ...]:
    return fields(kind)


def _default(field: FieldInfo) -> object:
    if field.default_factory is not NODEFAULT:
        return field.default_factory()
    return field.default


def _read(hint: Any, node: Node) -> object:
    origin = get_origin(hint)
    if hint is Hunk:
        return _hunk_from_json(node)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(hint), node)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in _list(node))
    if origin is Literal:
        if node.value not in get_args(hint):
            raise node.refuse(f"must be one of {', '.join(map(str, get_args(hint)))}")
        return node.value
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _read(get_args(hint)[1], node.at(key)) for key in node.tree()}
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _read_object(hint, node)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _read_enum(hint, node)
    return _read_plain(hint, node)


def _read_union(hints: tuple[Any, ...], node: Node) -> object:
    """One type or null; of several types, as in what a person may write, the value as it is."""
    rest = [hint for hint in hints if hint is not type(None)]
    if len(rest) > 1:
        return node.value
    return None if node.value is None and len(rest) < len(hints) else _read(rest[0], node)


def _read_object(kind: type[Struct], node: Node) -> object:
    tree = node.tree()
    values: dict[str, object] = {}
    for field in _fields(kind):
        if field.name in tree:
            values[field.name] = _read(field.type, node.at(field.name))
        elif _default(field) is NODEFAULT:
            raise node.at(field.name).refuse("is missing")
    return kind(**values)


def _read_enum(kind: type[Enum], node: Node) -> Enum:
    try:
        return kind(node.value)
    except ValueError:
        raise node.refuse(f"must be one of {', '.join(str(item.value) for item in kind)}") from None


def _read_plain(kind: type[object], node: Node) -> object:
    value = node.value
    if kind is bytes:
        return cast("str", _read_plain(str, node)).encode("utf-8", "replace")  # JSON can spell half of a surrogate pair
    if isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:  # what is no number is not, either
        raise node.refuse("is beyond any number that a record holds")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise node.refuse(f"must be {_NAMES.get(kind, kind.__name__)}")
    return value


_NAMES: Mapping[type[object], str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _list(node: Node) -> list[Node]:
    if not isinstance(node.value, list):
        raise node.refuse("must be a list")
    return [Node(item, f"{node.where}[{number}]") for number, item in enumerate(node.value)]


# ------------------------------------------------------------ hunks


def _hunk_to_json(hunk: Hunk) -> dict[str, Json]:
    return {
        "old_start": hunk.old_start,
        "old_count": hunk.old_count,
        "new_start": hunk.new_start,
        "new_count": hunk.new_count,
        "section": hunk.section,
        "lines": [line.kind.value + line.text for line in hunk.lines],
        "no_newline": [number for number, line in enumerate(hunk.lines) if line.no_newline],
    }


def _hunk_from_json(node: Node) -> Hunk:
    old_start, old_count, new_start, new_count = (
        cast("int", _read_plain(int, node.at(key))) for key in ("old_start", "old_count", "new_start", "new_count")
    )
    open_ended = {_read_plain(int, item) for item in _list(node.at("no_newline"))}
    old, new = old_start, new_start
    lines: list[Line] = []
    for number, item in enumerate(_list(node.at("lines"))):
        text = item.value
        kind = _KINDS.get(text[:1]) if isinstance(text, str) else None
        if kind is None or not isinstance(text, str):
            raise item.refuse("must be a line with its sign in front")
        in_old, in_new = kind is not LineKind.ADDED, kind is not LineKind.REMOVED
        lines.append(
            Line(
                kind=kind,
                old=old if in_old else None,
                new=new if in_new else None,
                text=text[1:],
                no_newline=number in open_ended,
            )
        )
        old, new = old + in_old, new + in_new
    if (old - old_start, new - new_start) != (old_count, new_count):
        raise InputError(f"{node.where}: its lines are not as many as it says")
    return Hunk(
        old_start=old_start,
        old_count=old_count,
        new_start=new_start,
        new_count=new_count,
        section=cast("str", _read_plain(str, node.at("section"))),
        lines=tuple(lines),
    )
