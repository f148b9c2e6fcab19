"""YAML text -> a document.

YAML is read more strictly than a YAML library reads it, so that a file means one thing to a person and to the
program: no aliases, anchors, tags, directives or duplicate keys, one document, and scalars by the core schema of
YAML 1.2.2 (section 10.3.2, https://yaml.org/spec/1.2.2/#103-core-schema): `no` is text and so are `1:30` and
`2026-01-01`, `010` is ten, `0o10` is eight. The library composes and constructs nothing; the events of its parser
are enough, and they let the depth be bounded before anything recurses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from reviewbot.config.tree import MAX_DEPTH, TOO_DEEP, Document, Mark, Path, decode, dotted, legible, shown, unusable
from reviewbot.config.values import Json
from reviewbot.errors import ConfigError

MAX_BYTES = 64 * 1024
"""A larger file is refused unread."""

Parser = type[yaml.CSafeLoader] | type[yaml.SafeLoader]
PARSERS: tuple[Parser, ...] = (yaml.CSafeLoader, yaml.SafeLoader) if yaml.__with_libyaml__ else (yaml.SafeLoader,)
"""Those of this installation, the quickest first."""

_MAX_DIGITS = 60
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# What is not "printable" in YAML (section 5.1). Looked for here, because libyaml counts its places in bytes.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# PyYAML ends lines at these as YAML 1.1 does; editors and YAML 1.2 do not, so a comment could hide a key.
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_CONFLICT = re.compile(r"^(?:<{7} |\|{7} |={7}$|>{7} )", re.MULTILINE)
"""https://git-scm.com/docs/git-merge#_how_conflicts_are_presented"""


def read_yaml(file: str, data: bytes, parser: Parser = PARSERS[0]) -> Document:
    """Read a YAML configuration. An empty file is an empty configuration. Raises ConfigError."""
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}: {len(data):,} bytes are too many for a configuration; at most {MAX_BYTES:,}")
    text = decode(file, data)
    for pattern, problem in (
        (_CONTROL, "holds the control character U+{:04X}; remove it"),
        (_ODD_BREAK, "holds the line end U+{:04X}; end lines with a line feed"),
    ):
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise ConfigError(f"{file}:{line}: {problem.format(ord(found[0]))}")
    reader = _Reader(file, yaml.parse(text, Loader=parser))
    try:
        value = reader.document()
    except yaml.YAMLError as error:
        raise ConfigError(_not_yaml(file, text, error)) from None
    except (ValueError, RecursionError):
        # Not every fault of the text is a YAMLError: PyYAML without libyaml fails in chr() for a large \U escape.
        raise ConfigError(f"{file}: is not YAML that can be read") from None
    return Document(file=file, value=value, marks=reader.marks)


class _Reader:
    """Builds values from the events of a YAML parser and notes where each begins."""

    def __init__(self, file: str, events: Iterator[Event]) -> None:
        self.marks: dict[Path, Mark] = {}
        self._file = file
        self._events = events

    def document(self) -> dict[str, Json]:
        next(self._events)  # the start of the stream
        start = next(self._events)
        if isinstance(start, StreamEndEvent):
            return {}
        if isinstance(start, DocumentStartEvent) and (start.version is not None or start.tags):
            raise self._error(start, "a % directive is not allowed; remove it")
        node = next(self._events)
        self.marks[()] = _mark(node)
        value = self._value(node, (), 0)
        next(self._events)  # the end of the document
        end = next(self._events)
        if not isinstance(end, StreamEndEvent):
            raise self._error(end, "a second document begins; one file holds one configuration")
        if value is None:
            return {}
        if not isinstance(value, dict):
            what = "a list" if isinstance(value, list) else "a single value"
            raise self._error(node, f"the file must hold keys with values, but is {what}")
        return value

    def _value(self, event: Event, path: Path, depth: int) -> Json:
        if isinstance(event, AliasEvent):
            raise self._error(event, f"the alias *{shown(event.anchor or '')} is not allowed; write the value again")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            raise self._error(event, f"the anchor &{shown(event.anchor)} is not allowed; write every value in full")
        match event:
            case ScalarEvent():
                return self._scalar(event)
            case SequenceStartEvent():
                self._enter(event, depth)
                return self._list(path, depth + 1)
            case MappingStartEvent():
                self._enter(event, depth)
                return self._mapping(path, depth + 1)
            case _:
                raise AssertionError(f"a YAML parser does not answer with {event} here")

    def _enter(self, event: MappingStartEvent | SequenceStartEvent, depth: int) -> None:
        if event.tag is not None:
            raise self._error(event, f"the tag {shown(event.tag)} is not allowed; remove it")
        if depth >= MAX_DEPTH:
            raise self._error(event, TOO_DEEP)

    def _list(self, path: Path, depth: int) -> list[Json]:
        items: list[Json] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*path, len(items))
            self.marks[here] = _mark(event)
            items.append(self._value(event, here, depth))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Json]:
        entries: dict[str, Json] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event)
            here = (*path, key)
            if key in entries:
                first = self.marks[here].line
                raise self._error(event, f"key `{dotted(here)}` is there twice, first on line {first}; remove one")
            self.marks[here] = _mark(event)
            entries[key] = self._value(next(self._events), here, depth)
        return entries

    def _key(self, event: Event) -> str:
        key = self._value(event, (), 0) if isinstance(event, ScalarEvent | AliasEvent) else None
        if not isinstance(key, str):
            which = f" `{event.value}`" if isinstance(event, ScalarEvent) else ""
            raise self._error(event, f"the key{which} is not text; put it in quotes")
        return key

    def _scalar(self, event: ScalarEvent) -> Json:
        if event.tag is not None:
            raise self._error(event, f"the tag {shown(event.tag)} is not allowed; remove it")
        text = event.value
        plain = event.implicit[0]
        if plain and text in _WORDS:
            return _WORDS[text]
        if plain and _NOT_FINITE.fullmatch(text):
            raise self._error(event, f"{text} is not a number that can be used")
        if plain and (_DECIMAL.fullmatch(text) or _OCTAL.fullmatch(text) or _HEX.fullmatch(text)):
            if len(text) > _MAX_DIGITS:
                raise self._error(event, f"a number of {len(text)} digits is too long")
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        if plain and _FLOAT.fullmatch(text):
            number = float(text)
            if math.isinf(number):
                raise self._error(event, f"the number {shown(text)} is too large")
            return number
        problem = unusable(text)
        if problem:
            raise self._error(event, problem)
        return text

    def _error(self, event: Event, problem: str) -> ConfigError:
        return ConfigError(f"{self._file}:{_mark(event).line}: {problem}")


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    return Mark(line=mark.line + 1, column=mark.column + 1) if mark else Mark(line=1, column=1)


def _not_yaml(file: str, text: str, error: yaml.YAMLError) -> str:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return f"{file}:{line}: git left a conflict here; settle it, and take its marks out"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        problem = legible(error.problem or error.context or "cannot be read")
        return f"{file}:{mark.line + 1}: is not YAML, column {mark.column + 1}: {problem}"
    return f"{file}: is not YAML that can be read"
