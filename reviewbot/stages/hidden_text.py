"""Text of a change that a person does not see, or takes for other text -> findings of our own.

Added lines, new file names and commit subjects are searched: what was there before is not what the change does. Many
hidden characters on a line are one finding, and of many lines the worst are findings of their own, the rest one more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from msgspec import Struct

from reviewbot.model import BUILTIN, Anchor, Category, Diff, FileDiff, FileStatus, Finding, LineKind, Severity
from reviewbot.stages.hidden_characters import Kind, Run, hidden_runs, kinds_in
from reviewbot.stages.lookalikes import Lookalike, lookalikes, readings

_MOST_LINES = 10
"""Findings in one file; the other lines become one more."""
_MOST_FILES = 100
"""Files with findings; the other files become one more."""
_MOST_TOLD = 5
"""Places of one line, for each of the two ways to hide, that a finding names."""
_MOST_COUNTED = 1000
"""Places of one line that are looked at one by one: a line that has more is no natural text."""
_MOST_NAMED = 3
"""Neighbouring characters that are named one by one."""
_MOST_READ = 10_000
"""Names with letters of another script that are looked for in the change."""
_LATIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")
_LONGEST_NAME = 60
_NEW_NAMES = (FileStatus.ADDED, FileStatus.RENAMED, FileStatus.COPIED)

Item = TypeVar("Item")

_WHY = {
    Kind.TAG: "They are never shown, and spell text that programs and models read and people do not.",
    Kind.ORDER: "They change the order in which the line is shown: a person reads other code than a compiler does.",
    Kind.SELECTOR: "They are never shown, and a run of them can spell text that people do not see.",
    Kind.FILLER: "Compilers take them for letters, so that a name or a whole variable is there and not seen.",
    Kind.ZERO_WIDTH: "Text that has them looks like other text and is not equal to it.",
    Kind.CONTROL: "A terminal obeys them instead of showing them, and can be made to show something else.",
    Kind.UNSEEN: "Text that has them looks like other text and is not equal to it.",
    Kind.SOFT_HYPHEN: "They are not shown within a line, and a word that has one is not equal to the word without.",
}
_LOOKALIKE = "names that look like other names"
_WHY_LOOKALIKE = "Such a name is another one than it seems to be, and what it stands for is not what a person reads."
_REMEDY = "If it is meant, write it as an escape; otherwise take it out."


class _Hidden(Struct, frozen=True, kw_only=True):
    """What is hidden in one text."""

    severity: Severity
    kinds: tuple[str, ...]
    """The worst first."""
    places: tuple[str, ...]
    """The first few, in words."""
    more: int
    """Places beyond these."""
    reasons: tuple[str, ...]


def hidden_findings(diff: Diff, subjects: Iterable[str] = ()) -> tuple[Finding, ...]:
    """A finding for each added line, new file name and commit subject with hidden text, placed on the change.

    They quote no hidden character but say which stands in which column, counted in characters from 1.
    """
    in_subjects = [
        _finding(Anchor(path=None), hidden, f"Commit message {number} of this change, or its title, has")
        for number, subject in enumerate(subjects, start=1)
        if (hidden := _hidden_in(subject))
    ]
    used = _used_names(diff)
    by_file = [found for file in diff.files if (found := _in_file(file, used))]
    kept, rest = _worst(by_file, _MOST_FILES, lambda found: max(one.severity.rank for one in found))
    findings = [*in_subjects, *(one for found in kept for one in found)]
    if rest:
        findings.append(_rest(Anchor(path=None), [one for found in rest for one in found], f"{len(rest):,} more files"))
    return tuple(findings)


def _used_names(diff: Diff) -> frozenset[str]:
    """Of the names that new ones could be taken for, those that stand in the change."""
    lines = [line for file in diff.files for hunk in file.hunks for line in hunk.lines]
    paths = (file.path for file in diff.files if file.status in _NEW_NAMES)
    new = chain(paths, (line.text for line in lines if line.kind is LineKind.ADDED))
    wanted = frozenset(islice((read for text in new for read in readings(text)), _MOST_READ))
    if not wanted:
        return wanted
    return frozenset(name for line in lines for name in _LATIN_NAME.findall(line.text) if name in wanted)


def _in_file(file: FileDiff, used: frozenset[str]) -> list[Finding]:
    named = _hidden_in(file.path, used=used) if file.status in _NEW_NAMES else None
    name = [_finding(Anchor(path=file.path), named, "The name of this file has")] if named else []
    kept, rest = _worst(list(_in_lines(file, used)), _MOST_LINES, lambda found: found.severity.rank)
    if rest:
        kept.append(_rest(Anchor(path=file.path), rest, f"{len(rest):,} more lines of this file"))
    return [*name, *kept]


def _in_lines(file: FileDiff, used: frozenset[str]) -> Iterator[Finding]:
    for hunk in file.hunks:
        for line in hunk.lines:
            if line.kind is not LineKind.ADDED:
                continue
            if hidden := _hidden_in(line.text, path=file.path, used=used, begins_file=line.new == 1):
                anchor = Anchor(path=file.path, start=line.new, end=line.new, placed=True, source=line.text)
                yield _finding(anchor, hidden, "This line has")


def _hidden_in(
    text: str, *, path: str = "", used: frozenset[str] = frozenset(), begins_file: bool = False
) -> _Hidden | None:
    """`path`: of the file in which it is a line; `used`: names of the change that may be meant."""
    if text.isascii() and text.isprintable():  # as most lines are
        return None
    runs = list(islice(hidden_runs(text, begins_file=begins_file), _MOST_COUNTED))
    names = list(islice(lookalikes(text, path=path, used=used), _MOST_COUNTED))
    if not runs and not names:
        return None
    kinds = {run.kind for run in runs}
    if len(runs) == _MOST_COUNTED:
        kinds.update(kinds_in(text[runs[-1].start :]))
    worst = [kind for kind in Kind if kind in kinds]
    severities = [kind.severity for kind in worst] + ([Severity.MEDIUM] if names else [])
    places = (*map(_run, runs[:_MOST_TOLD]), *map(_name, names[:_MOST_TOLD]))
    return _Hidden(
        severity=max(severities, key=lambda severity: severity.rank),
        kinds=(*(kind.title for kind in worst), *([_LOOKALIKE] if names else [])),
        places=places,
        more=len(runs) + len(names) - len(places),
        reasons=tuple(dict.fromkeys((*(_WHY[kind] for kind in worst), *([_WHY_LOOKALIKE] if names else [])))),
    )


def _run(run: Run) -> str:
    first, last = run.start + 1, run.start + len(run.text)
    named = ", ".join(_character(char) for char in run.text[:_MOST_NAMED])
    if len(run.text) <= _MOST_NAMED:
        return f"column {first}: {named}"
    return f"columns {first:,} to {last:,}: {len(run.text):,} of them, {named} and so on"


def _name(name: Lookalike) -> str:
    at = name.places[0]
    shown, read = (
        text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…" for text in (name.name, name.looks_like)
    )
    more = f" and {len(name.places) - 1:,} more" if len(name.places) > 1 else ""
    return f"column {name.start + at + 1}: `{shown}` reads `{read}` and has {_character(name.name[at])}{more}"


def _character(char: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _finding(anchor: Anchor, hidden: _Hidden, where: str) -> Finding:
    kinds = " and ".join(filter(None, (", ".join(hidden.kinds[:-1]), hidden.kinds[-1])))
    many = "or more " if hidden.more + len(hidden.places) >= _MOST_COUNTED else ""
    places = "; ".join(hidden.places) + (f"; and {hidden.more:,} {many}others" if hidden.more else "")
    return Finding(
        reviewer=BUILTIN,
        anchor=anchor,
        severity=hidden.severity,
        category=Category.SECURITY,
        title=f"Hidden text: {hidden.kinds[0]}{' and more' if len(hidden.kinds) > 1 else ''}",
        body=f"{where} {kinds}: {places}. {' '.join(hidden.reasons)} {_REMEDY}",
    )


def _rest(anchor: Anchor, rest: Sequence[Finding], where: str) -> Finding:
    """One finding for those that are too many."""
    return Finding(
        reviewer=BUILTIN,
        anchor=anchor,
        severity=max((one.severity for one in rest), key=lambda severity: severity.rank),
        category=Category.SECURITY,
        title=f"Hidden text in {where}",
        body=f"There are {len(rest):,} findings of hidden text in {where} than are told one by one. The worst are told."
        f" {_REMEDY}",
    )


def _worst(items: Sequence[Item], most: int, rank: Callable[[Item], int]) -> tuple[list[Item], list[Item]]:
    """The `most` items of the highest rank in their order, and the others."""
    first = set(sorted(range(len(items)), key=lambda at: -rank(items[at]))[:most])
    return [x for at, x in enumerate(items) if at in first], [x for at, x in enumerate(items) if at not in first]
