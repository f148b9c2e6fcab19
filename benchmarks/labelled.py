"""Labelled findings -> values: which known defects each finding reports. This module reads findings with places.

A folder of them holds two files of UTF-8 text, a JSON object on each line.

`findings.jsonl`, one finding a line:

    pr          text     the change under review; resampling and cross-validation take a change as a whole
    pool        text     what is merged at one time: findings of two pools of a change never meet
    id          text     unique within the pool
    reviewer    text     who found it
    path        text or null
    start_line  whole number or null
    end_line    whole number or null
    body        text     what is wrong
    title       text or null, may be left out: then the first 80 characters of the body stand for it
    category    text or null, may be left out: one of reviewbot's; anything else counts as "correctness"

`gold.jsonl`, one pool a line, every pool that has findings:

    pr, pool    text     as above
    groups      list of lists of ids, every id of the pool once: a list is one defect

Further fields are ignored.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from reviewbot.model import Anchor, Category, Finding, Severity

FINDINGS, GOLD = "findings.jsonl", "gold.jsonl"
_TITLE = 80

T = TypeVar("T")
_KINDS = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}
_NAMED = 3
"""Ids that a message names."""


class DataError(Exception):
    """What is wrong with the data and what to do about it, in a line that names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A finding and the known defects that it reports: none where nobody knows."""

    finding: Finding
    defects: frozenset[str]


Claims = Sequence[Claim]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What is merged at one time. Every claim has exactly one defect."""

    name: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    name: str
    pools: tuple[Pool, ...]


# ---------------------------------------------------------------- JSON


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file; it belongs to the labelled findings in that folder") from None
    except (OSError, UnicodeDecodeError) as exc:
        raise DataError(f"{path}: cannot be read ({exc}); give a file of UTF-8 text") from None


def parse(text: str, where: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise DataError(f"{where}: is not JSON ({exc}); mend or remove it") from None
    return value


def expect(value: object, kind: type[T], where: str) -> T:
    """`value`, when it is of this kind."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise DataError(f"{where}: must be {_KINDS[kind]}; --help shows the layout")
    return value


def member(row: Mapping[str, object], name: str, kind: type[T], where: str) -> T:
    """The member `name` of an object, when it is of this kind."""
    if name not in row:
        raise DataError(f'{where}: has no "{name}"; --help shows the layout')
    return expect(row[name], kind, f'{where}, "{name}"')


def _optional(row: Mapping[str, object], name: str, kind: type[T], where: str) -> T | None:
    return None if row.get(name) is None else member(row, name, kind, where)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Where each object stands, and the object."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, expect(parse(line, where), dict, where)


# ---------------------------------------------------------------- findings with places


def is_located(folder: Path) -> bool:
    return (folder / FINDINGS).exists() or (folder / GOLD).exists()


def read_located(folder: Path) -> tuple[Change, ...]:
    """The changes of a folder, sorted by name, as are the pools of each. At least one has findings."""
    findings = _findings(folder / FINDINGS)
    if not findings:
        raise DataError(f"{folder / FINDINGS}: holds no finding; give labelled findings")
    gold = _gold(folder / GOLD)
    for change, pool in findings:
        if (change, pool) not in gold:
            raise DataError(
                f"{folder / GOLD}: says nothing about pool {pool!r} of change {change!r}; add a line for it, or take "
                f"its findings out of {FINDINGS}"
            )
    pools: dict[str, list[Pool]] = {}
    for change, pool in sorted(gold):
        where, groups = gold[change, pool]
        claims = _claims(findings.get((change, pool), {}), groups, where)
        pools.setdefault(change, []).append(Pool(name=pool, claims=claims))
    return tuple(Change(name=name, pools=tuple(of_change)) for name, of_change in pools.items())


def _findings(path: Path) -> dict[tuple[str, str], dict[str, Finding]]:
    """Change and pool -> id -> finding."""
    found: dict[tuple[str, str], dict[str, Finding]] = {}
    for where, row in _rows(path):
        name = member(row, "id", str, where)
        pool = found.setdefault((member(row, "pr", str, where), member(row, "pool", str, where)), {})
        if name in pool:
            raise DataError(f"{where}: the id {name!r} stands twice in its pool; give every finding its own")
        pool[name] = _finding(row, where)
    return found


def _finding(row: Mapping[str, object], where: str) -> Finding:
    category, body = _optional(row, "category", str, where), member(row, "body", str, where)
    for name in ("path", "start_line", "end_line"):
        if name not in row:
            raise DataError(f'{where}: has no "{name}"; write null where the finding names none')
    return Finding(
        reviewer=member(row, "reviewer", str, where),
        anchor=Anchor(
            path=_optional(row, "path", str, where),
            start=_optional(row, "start_line", int, where),
            end=_optional(row, "end_line", int, where),
        ),
        severity=Severity.MEDIUM,
        category=Category(category) if category in set(Category) else Category.CORRECTNESS,
        title=_optional(row, "title", str, where) or body[:_TITLE],
        body=body,
    )


def _gold(path: Path) -> dict[tuple[str, str], tuple[str, list[list[str]]]]:
    """Change and pool -> where that is said, and the groups."""
    gold: dict[tuple[str, str], tuple[str, list[list[str]]]] = {}
    for where, row in _rows(path):
        pool = member(row, "pr", str, where), member(row, "pool", str, where)
        if pool in gold:
            raise DataError(f"{where}: pool {pool[1]!r} of change {pool[0]!r} stands twice; keep one of the lines")
        lists = [expect(group, list, f"{where}, a group") for group in member(row, "groups", list, where)]
        gold[pool] = where, [[expect(name, str, f"{where}, an id") for name in group] for group in lists]
    return gold


def _claims(findings: Mapping[str, Finding], groups: Sequence[Sequence[str]], where: str) -> tuple[Claim, ...]:
    """Every finding of a pool with its group, in the order of the findings."""
    times = Counter(name for group in groups for name in group)
    for problem, names in (
        ("names ids that no finding of the pool has", [name for name in times if name not in findings]),
        ("names ids in two places", [name for name, count in times.items() if count > 1]),
        ("leaves out findings of the pool", [name for name in findings if name not in times]),
    ):
        if names:
            some = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
            raise DataError(f"{where}: {problem}: {some}; every id of {FINDINGS} belongs into exactly one group")
    defect_of = {name: str(number) for number, group in enumerate(groups) for name in group}
    return tuple(Claim(finding=finding, defects=frozenset((defect_of[name],))) for name, finding in findings.items())
