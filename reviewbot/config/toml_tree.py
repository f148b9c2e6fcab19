"""The `[tool.reviewbot]` table of a `pyproject.toml` -> a document.

`tomllib` tells no places, so lines are found by a second look at the text: table headers and the keys that begin a
line. A value inside an inline table or an array has the line of the key around it.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping

from reviewbot.config.tree import MAX_DEPTH, TOO_DEEP, Document, Mark, Path, decode, dotted, legible, unusable
from reviewbot.config.values import Json
from reviewbot.errors import ConfigError

_TABLE = ("tool", "reviewbot")
_NAME = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_KEY = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]")
_ENTRY = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
# tomllib needs time and memory by the square of the parts of a key.
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_NAME}[ \t]*+\.[ \t]*+){{100}}")
_LONG_QUOTE = re.compile(r'"""|' + "'''")
_ERROR_PLACE = re.compile(r"(.*) \((?:at line (\d+), column (\d+)|at end of document)\)", re.DOTALL)


def read_toml(file: str, data: bytes) -> Document | None:
    """Read `[tool.reviewbot]`; None when the file has no such table. Raises ConfigError."""
    text = decode(file, data)
    long_key = _LONG_KEY.search(text)
    if long_key:
        raise ConfigError(f"{file}:{text.count(chr(10), 0, long_key.start()) + 1}: a key has too many parts")
    try:
        table: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_not_toml(file, str(error))) from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, arrays thousands deep.
        raise ConfigError(f"{file}: is not TOML that can be read") from None
    for name in _TABLE:
        if not isinstance(table, dict) or name not in table:
            return None
        table = table[name]
    marks = dict(_marks(text))
    here = Document(file=file, value={}, marks=marks)
    value = _plain(here, table, (), 0)
    if not isinstance(value, dict):
        raise ConfigError(f"{here.place(())}: `tool.reviewbot` must be a table")
    return Document(file=file, value=value, marks=marks)


def _plain(document: Document, value: object, path: Path, depth: int) -> Json:
    """TOML's values as JSON knows them. Dates and numbers that are not finite are refused."""
    if depth > MAX_DEPTH:
        raise ConfigError(f"{document.place(path)}: {TOO_DEEP}")
    match value:
        case dict():
            return {str(key): _plain(document, item, (*path, str(key)), depth + 1) for key, item in value.items()}
        case list():
            return [_plain(document, item, (*path, index), depth + 1) for index, item in enumerate(value)]
        case float() if not math.isfinite(value):
            raise ConfigError(f"{document.place(path)}: `{dotted(path)}` is not a number that can be used")
        case str():
            problem = unusable(value)
            if problem:
                raise ConfigError(f"{document.place(path)}: {problem}")
            return value
        case bool() | int() | float():
            return value
        case _:
            raise ConfigError(f"{document.place(path)}: `{dotted(path)}` is a date or a time; put it in quotes")


def _marks(text: str) -> Iterator[tuple[Path, Mark]]:
    """Places of the table's headers and entries, relative to the table, later ones of a path left out."""
    arrays: dict[Path, int] = {}
    seen: set[Path] = set()
    table: Path = ()
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        began_inside, inside = inside, _open_quote(line, inside)
        if began_inside is not None:
            continue
        header = _HEADER.match(line)
        entry = None if header else _ENTRY.match(line)
        if header:
            names = _names(header[2])
            if header[1] == "[[":
                outer = (*_located(names[:-1], arrays), *names[-1:])
                arrays[outer] = arrays.get(outer, -1) + 1
            table = _located(names, arrays)
            column = header.start(2)
        elif entry and table[: len(_TABLE)] == _TABLE[: len(table)]:
            column = entry.start(1)
        else:
            continue
        path = table if header else _located(_names(entry[1]) if entry else (), arrays, table)
        if path[: len(_TABLE)] != _TABLE:
            continue
        for length in range(len(_TABLE), len(path) + 1):
            relative = path[len(_TABLE) : length]
            if relative not in seen:
                seen.add(relative)
                yield relative, Mark(line=number, column=column + 1)


def _located(names: tuple[str, ...], arrays: Mapping[Path, int], start: Path = ()) -> Path:
    """`names` below `start`, with the current position put in after every array of tables on the way."""
    path = start
    for name in names:
        path = (*path, name)
        if path in arrays:
            path = (*path, arrays[path])
    return path


def _names(key: str) -> tuple[str, ...]:
    """The parts of a dotted key. Read by the TOML parser itself, so that quotes mean what they mean there."""
    try:
        value: object = tomllib.loads(f"{key} = 0")
    except (ValueError, RecursionError):
        return ()
    names: list[str] = []
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        names.append(str(name))
    return tuple(names)


def _open_quote(line: str, inside: str | None) -> str | None:
    """The kind of multi-line text that is still open at the end of `line`."""
    for quote in _LONG_QUOTE.findall(line):
        if inside is None:
            inside = quote
        elif quote == inside:
            inside = None
    return inside


def _not_toml(file: str, message: str) -> str:
    found = _ERROR_PLACE.fullmatch(message)
    if found is None:
        return f"{file}: is not TOML: {legible(message)}"
    if found[2] is None:
        return f"{file}: is not TOML: {legible(found[1])} at the end of the file"
    return f"{file}:{found[2]}: is not TOML, column {found[3]}: {legible(found[1])}"
