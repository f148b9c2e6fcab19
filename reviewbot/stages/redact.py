"""Secrets in a change -> placeholders, before a model sees it, and a finding of our own for each.

The change keeps its hunks, its lines and their numbers: only the characters of a secret are replaced. What a secret
is stands in `stages/secrets`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.model import (
    BUILTIN,
    Anchor,
    Category,
    Diff,
    FileDiff,
    FileStatus,
    Finding,
    Hunk,
    LineKind,
    Severity,
    Side,
)
from reviewbot.stages.secrets.rules import CUT_SECRET, Rule
from reviewbot.stages.secrets.search import Hit, replace_secrets, suspects

_KEY_FILE = re.compile(r"(?i)(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*\.(?:key|p8|pk8|ppk)|[^/]*priv[^/]*\.pem)\Z")
"""Files that hold a private key and nothing else, so that even the middle of one is known for what it is."""
_LONG_HEADING = 75
"""git cuts the heading of a hunk at 80 bytes: one that is nearly as long may end in the middle of a token."""


class Secret(Struct, frozen=True, kw_only=True):
    """Where a secret was, and of which kind; never the secret itself."""

    rule: Rule
    path: str | None
    """As the redacted change has it; None when it was in a commit subject."""
    side: Side
    line: int | None
    """Its first line on `side`; None when it was in a path or in the heading of a hunk."""
    end: int | None
    """Its last line: the same as `line` for all but private keys."""
    line_kind: LineKind
    """REMOVED when any of its lines is, else ADDED when any is; of a path or heading CONTEXT, unless it goes."""


class Redacted(Struct, frozen=True, kw_only=True):
    diff: Diff
    secrets: tuple[Secret, ...]


def redact(diff: Diff) -> Redacted:
    """The change without its secrets, and where they were, in the order of the files.

    Lines of every kind, the headings of hunks, and paths are searched. Hunks, lines and line numbers stay as they
    are; a file in which nothing was found is the same object. Redacting again finds nothing and changes nothing.
    """
    taken = {file.path for file in diff.files}
    files: list[FileDiff] = []
    secrets: list[Secret] = []
    for file in diff.files:
        clean, found = _redact_file(file, taken)
        taken.add(clean.path)
        files.append(clean)
        secrets += found
    changed = any(clean is not file for clean, file in zip(files, diff.files, strict=True))
    return Redacted(diff=replace(diff, files=tuple(files)) if changed else diff, secrets=tuple(secrets))


def redact_text(text: str) -> str:
    """Any other text without its secrets: a commit subject, a title, the message of an error. Keeps its lines."""
    return _redact_text(text)[0]


def _redact_text(text: str) -> tuple[str, Sequence[Hit]]:
    rules = suspects(text)
    if not rules:
        return text, ()
    lines = text.split("\n")
    clean, hits = replace_secrets(lines, rules, sides=[range(len(lines))])
    return "\n".join(clean), hits


def redact_subjects(subjects: Iterable[str]) -> tuple[tuple[str, ...], tuple[Secret, ...]]:
    """Commit subjects, or a title, without their secrets, and what these were."""
    clean: list[str] = []
    secrets: list[Secret] = []
    for subject in subjects:
        text, hits = _redact_text(subject)
        clean.append(text)
        secrets += (_unplaced(hit, None, goes=False) for hit in hits)
    return tuple(clean), tuple(secrets)


def secret_findings(secrets: Iterable[Secret], diff: Diff) -> tuple[Finding, ...]:
    """A finding for each secret, placed on its line of the redacted change. None holds any part of a secret."""
    secrets = tuple(secrets)
    paths = {secret.path for secret in secrets}
    sources: dict[tuple[str | None, Side, int | None], str] = {
        (file.path, side, line.number(side)): line.text
        for file in diff.files
        if file.path in paths
        for hunk in file.hunks
        for line in hunk.lines
        for side in Side
    }
    return tuple(
        _finding(secret, None if secret.line is None else sources[secret.path, secret.side, secret.line])
        for secret in secrets
    )


def _finding(secret: Secret, source: str | None) -> Finding:
    removed = secret.line_kind is LineKind.REMOVED
    if secret.path is None:
        where = "A commit message of this change, or its title, holds"
    elif source is None:
        where = "The name of this file, or the heading of one of its hunks, holds"
    elif removed:
        where = "What this change removes held"
    elif secret.line_kind is LineKind.ADDED:
        where = "What this change adds holds"
    else:
        where = "This line, which the change shows and leaves as it is, holds"
    remedy = (
        "It stays in the history, where everybody who can read the repository finds it: revoke it where it was issued."
        if removed
        else "Everybody who can read the repository can use it, and its history keeps what was in it once. Revoke the"
        " secret where it was issued, take it out, and let the program read its successor from the environment or"
        " from a secret store."
    )
    return Finding(
        reviewer=BUILTIN,
        anchor=Anchor(
            path=secret.path,
            side=secret.side,
            start=secret.line,
            end=secret.end,
            placed=source is not None,
            source=source or "",
        ),
        severity=Severity.MEDIUM if removed else Severity.CRITICAL,
        category=Category.SECURITY,
        title=f"{secret.rule.title} {'that the change removes' if removed else 'in the change'}",
        body=f"{where} what looks like a secret: {secret.rule.title}. {remedy}",
    )


# ---------------------------------------------------------------- one file


def _redact_file(file: FileDiff, taken: AbstractSet[str]) -> tuple[FileDiff, list[Secret]]:
    """`taken`: paths that others have. Two paths that differ in nothing but a secret stay two."""
    sections = (hunk.section for hunk in file.hunks)
    texts = (line.text for hunk in file.hunks for line in hunk.lines)
    rules = suspects("\n".join((file.path, file.old_path or "", file.problem or "", *sections, *texts)), file.path)
    inside_key = _KEY_FILE.search(file.path) is not None
    if not rules and not inside_key:
        return file, []
    (path,), in_path = replace_secrets([file.path], rules)
    if in_path:
        path = next(name for name in _names(path) if name not in taken)
    (old_path,), in_old_path = replace_secrets([file.old_path or ""], rules)
    hunks = [_redact_hunk(hunk, rules, inside_key=inside_key) for hunk in file.hunks]
    in_lines = [(hunk, hit) for hunk in hunks for hit in hunk.in_lines]
    in_headings = [hit for hunk in hunks for hit in hunk.in_heading]
    clean = replace(
        file,
        path=path,
        old_path=file.old_path and old_path,
        problem=file.problem and redact_text(file.problem),
        hunks=tuple(hunk.clean for hunk in hunks),
    )
    goes = file.status is FileStatus.DELETED
    secrets = [
        *(_unplaced(hit, path, goes=goes) for hit in in_path),
        *(_unplaced(hit, path, goes=True) for hit in _new(in_old_path, known=in_path)),
        *(_unplaced(hit, path, goes=False) for hit in _new(in_headings, known=[hit for _, hit in in_lines])),
        *(_placed(hit, path, hunk.clean) for hunk, hit in in_lines),
    ]
    return (file if clean == file else clean), secrets


def _names(path: str) -> Iterator[str]:
    yield path
    yield from (f"{path}-{n}" for n in count(2))


class _RedactedHunk(Struct, frozen=True, kw_only=True):
    clean: Hunk
    in_heading: Sequence[Hit]
    in_lines: Sequence[Hit]


def _redact_hunk(hunk: Hunk, rules: Sequence[Rule], *, inside_key: bool) -> _RedactedHunk:
    sides = [
        [index for index, line in enumerate(hunk.lines) if line.kind is not other]
        for other in (LineKind.REMOVED, LineKind.ADDED)
    ]
    texts, in_lines = replace_secrets([line.text for line in hunk.lines], rules, sides=sides, inside_key=inside_key)
    is_cut = len(hunk.section) >= _LONG_HEADING and "[REDACTED:" not in hunk.section and suspects(hunk.section)
    (section,), in_heading = replace_secrets([hunk.section], (*rules, CUT_SECRET) if is_cut else rules)
    if in_lines or in_heading:
        lines = (replace(line, text=text) for line, text in zip(hunk.lines, texts, strict=True))
        hunk = replace(hunk, section=section, lines=tuple(lines))
    return _RedactedHunk(clean=hunk, in_heading=in_heading, in_lines=in_lines)


def _new(hits: Iterable[Hit], *, known: Iterable[Hit]) -> Iterator[Hit]:
    """Each secret once that is not known already, even if it was cut."""
    texts = [hit.text for hit in known]
    for hit in hits:
        if not any(text.startswith(hit.text) for text in texts):
            texts.append(hit.text)
            yield hit


def _placed(hit: Hit, path: str, hunk: Hunk) -> Secret:
    lines = [hunk.lines[index] for index in hit.lines]
    kinds = {line.kind for line in lines}
    kind = next(kind for kind in (LineKind.REMOVED, LineKind.ADDED, LineKind.CONTEXT) if kind in kinds)
    side = Side.LEFT if kind is LineKind.REMOVED else Side.RIGHT
    return Secret(
        rule=hit.rule,
        path=path,
        side=side,
        line=lines[0].number(side),
        end=lines[-1].number(side),
        line_kind=kind,
    )


def _unplaced(hit: Hit, path: str | None, *, goes: bool) -> Secret:
    return Secret(
        rule=hit.rule,
        path=path,
        side=Side.LEFT if goes else Side.RIGHT,
        line=None,
        end=None,
        line_kind=LineKind.REMOVED if goes else LineKind.CONTEXT,
    )
