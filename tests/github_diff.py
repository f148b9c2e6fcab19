"""What git itself says about two commits: the diff that GitHub shows, and the lines of it that can carry a comment."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gitrepo import environ

Side = Literal["LEFT", "RIGHT"]

MAX_FILE_LINES = 20_000
MAX_FILE_BYTES = 500 * 1024
MAX_LINE_BYTES = 300_000
"""No limit is written down; a file of one line of 373,916 bytes was seen without its patch."""

STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
_SECTION = re.compile(rb"^(?=diff --git )", re.MULTILINE)
_HEADER = re.compile(rb"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_OPTIONS = (
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-M",
    "-U3",
    "--inter-hunk-context=0",
    "--submodule=short",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    lines: tuple[str, ...]
    """As in the diff, the `@@` line first."""
    places: tuple[tuple[int | None, int | None], ...]
    """The left and the right line number of each line after the first; None where the line is not on that side."""

    def index(self, side: Side, line: int) -> int | None:
        """Which of the hunk's lines this is, counted from 0 after the `@@` line; None when it is not in the hunk."""
        column = 0 if side == "LEFT" else 1
        return next((at for at, place in enumerate(self.places) if place[column] == line), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    path: str
    previous: str | None
    """The old name of a renamed or copied file."""
    status: str
    blob: str
    additions: int
    deletions: int
    patch: str | None
    """None where GitHub leaves it out: nothing to show, binary, or too large."""
    hunks: tuple[Hunk, ...]
    """Empty without a patch: what GitHub does not show cannot be commented."""

    def hunk(self, side: Side, line: int) -> Hunk | None:
        return next((hunk for hunk in self.hunks if hunk.index(side, line) is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    text: bytes
    files: tuple[FileDiff, ...]

    def file(self, path: str) -> FileDiff | None:
        return next((file for file in self.files if file.path == path), None)


def git(repo: Path, *args: str) -> bytes | None:
    """git's output, or None when it refuses."""
    done = subprocess.run(["git", "-C", str(repo), *args], capture_output=True, env=environ(LC_ALL="C"))
    return done.stdout if done.returncode == 0 else None


def commit(repo: Path, name: str) -> str | None:
    """The id of a commit by its id or the name of a branch or tag; None when there is none."""
    found = git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    return found.decode().strip() if found else None


@functools.cache
def merge_base(repo: Path, one: str, other: str) -> str | None:
    """Both are ids of commits that exist."""
    found = git(repo, "merge-base", one, other)
    return found.decode().strip() if found else None


@functools.cache
def commits(repo: Path, base: str, head: str) -> tuple[str, ...]:
    """The commits of `base..head`, oldest first. Both are ids of commits that exist."""
    return tuple((git(repo, "rev-list", "--reverse", f"{base}..{head}") or b"").decode().split())


@functools.lru_cache(maxsize=256)
def diff(repo: Path, base: str, head: str) -> Diff:
    """Both are ids of commits that exist."""
    raw = git(repo, "diff", "--raw", "-z", "--no-abbrev", "-M", base, head)
    text = git(repo, "diff", *_OPTIONS, base, head)
    assert raw is not None
    assert text is not None
    sections = iter([section for section in _SECTION.split(text) if section])
    fields = iter(raw.split(b"\0")[:-1])
    files = []
    for entry in fields:
        letter = entry.rpartition(b" ")[2][:1].decode()
        previous = next(fields) if letter in "RC" else None
        section = next(sections) + (next(sections) if letter == "T" else b"")
        files.append(_file(section, os.fsdecode(next(fields)), previous, letter, entry.split(b" ")[3].decode()))
    assert next(sections, None) is None
    return Diff(text=text, files=tuple(files))


def moved(repo: Path, before: str, after: str, path: str, line: int) -> int | None:
    """Where a line of `before` stands in `after`; None when it was changed or is gone."""
    changed = diff(repo, before, after)
    if any(file.previous == path for file in changed.files):
        return None
    if (file := changed.file(path)) is None:
        return line
    if not file.hunks:
        return None
    offset = 0
    for hunk in file.hunks:
        if (at := hunk.index("LEFT", line)) is not None:
            return hunk.places[at][1]
        first = next((left for left, _ in hunk.places if left is not None), None)
        if first is None or first > line:
            break
        offset += sum(left is None and right is not None for left, right in hunk.places)
        offset -= sum(right is None and left is not None for left, right in hunk.places)
    return line + offset


def _file(section: bytes, path: str, previous: bytes | None, letter: str, blob: str) -> FileDiff:
    hunks = _hunks(section)
    places = [place for hunk in hunks for place in hunk.places]
    patch = "\n".join(line for hunk in hunks for line in hunk.lines)
    lines = section.split(b"\n")
    shown = (
        bool(hunks)
        and len(lines) <= MAX_FILE_LINES
        and len(section) <= MAX_FILE_BYTES
        and max(map(len, lines)) <= MAX_LINE_BYTES
    )
    return FileDiff(
        path=path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        previous=None if previous is None else previous.decode("utf-8", "replace"),
        status=STATUS[letter],
        blob=blob,
        additions=sum(left is None and right is not None for left, right in places),
        deletions=sum(right is None and left is not None for left, right in places),
        patch=patch if shown else None,
        hunks=tuple(hunks) if shown else (),
    )


def _hunks(section: bytes) -> list[Hunk]:
    hunks = []
    lines: list[str] = []
    places: list[tuple[int | None, int | None]] = []
    left = right = 0
    for line in [*section.removesuffix(b"\n").split(b"\n"), b"@@ -0 +0 @@"]:
        if header := _HEADER.match(line):
            if lines:
                hunks.append(Hunk(lines=tuple(lines), places=tuple(places)))
            lines, places = [line.decode("utf-8", "replace")], []
            left, right = int(header[1]), int(header[2])
        elif line.startswith(b"diff --git "):
            if lines:
                hunks.append(Hunk(lines=tuple(lines), places=tuple(places)))
            lines = []
        elif lines:
            kind = line[:1]
            old, new = kind in (b" ", b"-"), kind in (b" ", b"+")
            places.append((left if old else None, right if new else None))
            left, right = left + old, right + new
            lines.append(line.decode("utf-8", "replace"))
    return hunks
