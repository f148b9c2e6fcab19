"""A document -> checked settings: every default filled in, every value with its origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from reviewbot.config.checks import clashes
from reviewbot.config.panel import Seated, default_names
from reviewbot.config.problems import misfits
from reviewbot.config.schema import Key, filled, load_schema, top
from reviewbot.config.section import Section, mapping
from reviewbot.config.tree import Document, Path, dotted
from reviewbot.config.values import Json
from reviewbot.errors import ConfigError

DEFAULT = "default"
"""The origin of a value that nobody has set."""
_MOST_TOLD = 10


class NamedFile(Struct, frozen=True, kw_only=True):
    """A file that the configuration takes instructions from."""

    path: str
    key: str
    """The dotted key that names it."""
    origin: str
    """`file:line`, or DEFAULT: then it may be missing."""


class Settings(Struct, frozen=True, kw_only=True):
    """A checked configuration with every default filled in."""

    values: Mapping[str, Json]
    origins: Mapping[str, str]
    """Dotted key -> where its value comes from. A list of plain values has one origin, a list of mappings one for
    each key of each entry."""
    files: tuple[NamedFile, ...]


def parse(document: Document, panel: Sequence[Seated]) -> Settings:
    """Check a document and complete it with defaults; `panel` answers when it names no reviewers.

    Raises ConfigError that lists what is wrong, in the order of the lines, ten things at most.
    """
    schema = load_schema()
    root = top(schema)
    if document.value:
        _raise_for(document, schema)
    value = dict(document.value)
    if not value.get("reviewers"):
        value["reviewers"] = [
            {"name": seat.entry.name, "model": seat.entry.model, "api_key_env": seat.key_name} for seat in panel
        ]
    complete = {name: filled(key, value.get(name, key.default)) for name, key in root.keys.items()}
    origins = dict(_origins(document, root, complete, panel))
    return Settings(values=complete, origins=origins, files=tuple(_files(document, complete)))


def _raise_for(document: Document, schema: Mapping[str, Json]) -> None:
    problems = list(chain(misfits(document.value, schema), clashes(document.value, default_names())))
    if not problems:
        return

    def line(path: Path) -> int:
        mark = document.mark(path)
        return mark.line if mark else 0

    problems.sort(key=lambda problem: line(problem.path))
    told = list(dict.fromkeys(f"{document.place(problem.path)}: {problem.text}" for problem in problems))
    rest = len(told) - _MOST_TOLD
    more = [f"and {rest} more"] if rest > 0 else []
    raise ConfigError("\n".join([*told[:_MOST_TOLD], *more]))


def _origins(
    document: Document, root: Key, complete: Mapping[str, Json], panel: Sequence[Seated]
) -> Iterator[tuple[str, str]]:
    default_panel = not document.value.get("reviewers")
    for path in _leaves(root, complete, ()):
        if default_panel and len(path) > 1 and path[0] == "reviewers" and isinstance(path[1], int):
            key_set = f"{DEFAULT}, {panel[path[1]].key_name} is set"
            yield dotted(path), key_set if path[2] in ("name", "model", "api_key_env") else DEFAULT
        else:
            yield dotted(path), document.place(path) if _is_there(document.value, path) else DEFAULT


def _leaves(key: Key, value: Json | Mapping[str, Json], path: Path) -> Iterator[Path]:
    """The places that hold a value of their own: not the sections, and not the entries of a list of mappings."""
    if isinstance(value, list) and key.keys and value:
        for index, entry in enumerate(value):
            for name, below in key.keys.items():
                yield from _leaves(below, mapping(entry)[name], (*path, index, name))
    elif isinstance(value, Mapping) and key.keys:
        for name, below in key.keys.items():
            yield from _leaves(below, value[name], (*path, name))
    else:
        yield path


def _is_there(value: Json, path: Path) -> bool:
    for step in path:
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return False
    return True


def _files(document: Document, complete: Mapping[str, Json]) -> Iterator[NamedFile]:
    def named(path: str, place: Path) -> NamedFile:
        origin = document.place(place) if _is_there(document.value, place) else DEFAULT
        return NamedFile(path=path, key=dotted(place), origin=origin)

    values = Section(complete)
    for index, reviewer in enumerate(values.sections("reviewers")):
        brief = reviewer.text_or_none("brief")
        if brief is not None:
            yield named(brief, ("reviewers", index, "brief"))
    for index, path in enumerate(values.texts("instructions")):
        yield named(path, ("instructions", index))
