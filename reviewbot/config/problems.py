"""What is wrong with the values of a configuration, one sentence each, for a person to act on.

Whether a file fits the schema is jsonschema's to say; the words are ours. A value is shown only when it is short:
a longer text in the wrong place may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from reviewbot.config.fits import fits
from reviewbot.config.schema import Key, at, key_name, top, walk
from reviewbot.config.tree import Path, dotted, legible, nearest, shown
from reviewbot.config.values import Json

if TYPE_CHECKING:
    from jsonschema import ValidationError

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_LONGEST_SHOWN = 24
_MOST_ERRORS = 500
"""Enough for any file written by hand; the rest of a hostile one is not looked at."""


class Problem(Struct, frozen=True, kw_only=True):
    """One thing to mend in a configuration file."""

    path: Path
    text: str


def misfits(value: Mapping[str, Json], schema: Mapping[str, Json]) -> Iterator[Problem]:
    """Where `value` does not fit `schema`. Imports jsonschema, but for a value that is plainly right."""
    if fits(dict(value), schema):
        return
    from jsonschema import Draft202012Validator

    root = top(schema)
    for error in islice(Draft202012Validator(schema).iter_errors(value), _MOST_ERRORS):
        path: Path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            yield from _unknown_keys(root, path, error)
        else:
            yield Problem(path=path, text=_sentence(root, path, error))


def _unknown_keys(root: Key, path: Path, error: ValidationError) -> Iterator[Problem]:
    here = at(root, path)
    known = here.keys if here else {}
    there = [str(name) for name in error.instance] if isinstance(error.instance, dict) else []
    for name in [name for name in there if name not in known][:_MOST_ERRORS]:
        yield Problem(path=(*path, name), text=f"key `{dotted((*path, name))}` is not known; {_hint(root, path, name)}")


def _hint(root: Key, path: Path, name: str) -> str:
    """The nearest key that there is: beside the unknown one, else anywhere, else all that can stand there."""
    here = at(root, path)
    beside = list(here.keys) if here else []
    near = nearest(name[:40].lower(), beside)
    if near:
        return f"did you mean `{dotted((*path, near))}`?"
    elsewhere = {known[-1]: known for known, _ in reversed(list(walk(root)))}
    near = nearest(name[:40].lower(), elsewhere, cutoff=0.8)
    if near:
        return f"did you mean `{key_name(root, elsewhere[near])}`?"
    return f"known here: {', '.join(beside)}"


def _sentence(root: Key, path: Path, error: ValidationError) -> str:
    name = f"`{dotted(path)}`"
    value: object = error.instance
    limit: object = error.validator_value
    limits = limit if isinstance(limit, list) else [limit]
    key = at(root, path)
    match error.validator:
        case "type":
            hint = "; remove it to get its default" if value is None else ""
            return (
                f"{name} must be {' or '.join(_KINDS[str(kind)] for kind in limits)}, but is {shown_value(value)}{hint}"
            )
        case "enum":
            words = ["null" if word is None else str(word) for word in limits]
            # A slip of the pen is never led to a word that switches something off.
            safe = [word for word in words if word not in ("never", "off")]
            near = nearest(value[:40].lower(), safe) if isinstance(value, str) else None
            hint = f"; did you mean {near}?" if near else ""
            return f"{name} must be one of {', '.join(words)}, but is {shown_value(value)}{hint}"
        case "required":
            missing = [word for word in limits if isinstance(value, dict) and word not in value]
            return f"{name} has no {' and no '.join(f'`{word}`' for word in missing)}"
        case "minimum":
            return f"{name} must be at least {limit}, but is {shown_value(value)}"
        case "exclusiveMinimum":
            return f"{name} must be more than {limit}, but is {shown_value(value)}"
        case "maximum":
            return f"{name} must be at most {limit}, but is {shown_value(value)}"
        case "maxItems" if isinstance(value, list):
            return f"{name} must have at most {limit} entries, but has {len(value)}"
        case "minLength" | "minItems":
            return f"{name} must not be empty"
        case "pattern" if key is not None and key.rule is not None:
            return f"{name} {key.rule}"
        case _:
            return f"{name} does not fit the schema ({error.validator})"


def shown_value(value: object) -> str:
    """A value as an error message shows it: short ones as they are, others by kind and size."""
    match value:
        case None:
            return "empty (null)"
        case bool():
            return str(value).lower()
        case int() | float():
            text = f"{value}"
            return text if len(text) <= _LONGEST_SHOWN else "a very long number"
        case str() if len(value) <= _LONGEST_SHOWN:
            return f'the text "{legible(value)}"'
        case str():
            return f"a text of {len(value):,} characters"
        case list():
            return "a list"
        case _:
            return "a mapping"


def among(name: str, names: Sequence[str]) -> str:
    """A hint for a name that is not one of the reviewers `names`: all of them, and the nearest."""
    near = nearest(name[:60], names)
    guess = f"; did you mean {shown(near)}?" if near else ""
    return f"the reviewers are: {', '.join(shown(known) for known in names)}{guess}"
