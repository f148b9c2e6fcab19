"""Whether a value fits a JSON Schema, told at once for the schemas that are written as ours is.

jsonschema says what is wrong and why, but importing it takes longer than all else that a run with nothing to ask does.
So it is asked only where this says no: for what does not fit, and for a schema with a word that is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reviewbot.config.values import Json

Schema = Mapping[str, Json]


def fits(value: Json, schema: Schema) -> bool:
    """True: jsonschema would find nothing wrong. False: it has to be asked."""
    return all(
        _CHECKS[word](value, limit, schema) if word in _CHECKS else word in _REMARKS for word, limit in schema.items()
    )


_REMARKS = frozenset({"$schema", "title", "description", "default", "x-rule"})


def _type(value: Json, limit: Json, _: Schema) -> bool:
    return any(_is(value, kind) for kind in (limit if isinstance(limit, list) else [limit]))


def _is(value: Json, kind: Json) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    match kind:
        case "null":
            return value is None
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        case "number":
            return isinstance(value, int | float)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case _:
            return False


def _enum(value: Json, limit: Json, _: Schema) -> bool:
    """For words; what is equal in Python may not be in JSON (true and 1)."""
    return isinstance(limit, list) and (value is None or isinstance(value, str)) and value in limit


def _properties(value: Json, limit: Json, _: Schema) -> bool:
    if not isinstance(value, dict):
        return True
    below = limit if isinstance(limit, dict) else {}
    return all(_below(value[name], schema) for name, schema in below.items() if name in value)


def _no_others(value: Json, limit: Json, schema: Schema) -> bool:
    if limit is True or not isinstance(value, dict):
        return True
    known = schema.get("properties")
    return limit is False and isinstance(known, dict) and value.keys() <= known.keys()


def _items(value: Json, limit: Json, _: Schema) -> bool:
    return not isinstance(value, list) or all(_below(item, limit) for item in value)


def _below(value: Json, schema: Json) -> bool:
    return isinstance(schema, dict) and fits(value, schema)


def _required(value: Json, limit: Json, _: Schema) -> bool:
    return not isinstance(value, dict) or (isinstance(limit, list) and all(name in value for name in limit))


def _pattern(value: Json, limit: Json, _: Schema) -> bool:
    return not isinstance(value, str) or (isinstance(limit, str) and re.search(limit, value) is not None)


def _sized(kind: type[str | list[Json]], holds: Callable[[int, int], bool]) -> Callable[[Json, Json, Schema], bool]:
    def check(value: Json, limit: Json, _: Schema) -> bool:
        return not isinstance(value, kind) or (isinstance(limit, int) and holds(len(value), limit))

    return check


def _bounded(holds: Callable[[float, float], bool]) -> Callable[[Json, Json, Schema], bool]:
    def check(value: Json, limit: Json, _: Schema) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        return isinstance(limit, int | float) and holds(value, limit)

    return check


_CHECKS: Mapping[str, Callable[[Json, Json, Schema], bool]] = {
    "type": _type,
    "enum": _enum,
    "properties": _properties,
    "additionalProperties": _no_others,
    "items": _items,
    "required": _required,
    "pattern": _pattern,
    "minLength": _sized(str, lambda size, limit: size >= limit),
    "minItems": _sized(list, lambda size, limit: size >= limit),
    "maxItems": _sized(list, lambda size, limit: size <= limit),
    "minimum": _bounded(lambda value, limit: value >= limit),
    "maximum": _bounded(lambda value, limit: value <= limit),
    "exclusiveMinimum": _bounded(lambda value, limit: value > limit),
}
