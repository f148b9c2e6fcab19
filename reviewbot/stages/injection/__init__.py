"""Text of a change that gives orders to whoever reviews it -> findings of our own, without asking a model.

Reviewers are told that the change is data, and what several of them say hides what one was talked into. Still the
attempt itself is worth a person's look, whether or not it worked. `search` looks for it; what counts as one stands in
`rules`, `families`, `shapes`, `ideas` and `tongues`.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.model import BUILTIN, Anchor, Category, Diff, FileDiff, FileStatus, Finding, Line, LineKind, Severity
from reviewbot.stages.injection.search import Budget, attempt, in_lines

STRONG = Severity.MEDIUM
"""Told, and below the usual `gate.fail_on`: whoever writes about prompts is not stopped, and no stranger stops a team
by quoting an attack."""
WEAK = Severity.LOW
"""What people say to each other as well, now and then."""
MAX_FILES = 10
"""So many files get a finding of their own; one more tells of the others."""
_NAMED = (FileStatus.ADDED, FileStatus.RENAMED, FileStatus.COPIED)


def injection_findings(diff: Diff, subjects: Sequence[str]) -> tuple[Finding, ...]:
    """At most one finding for each file, on the first line that is such a text, and one for the commit subjects.

    Added lines, paths and subjects are looked at; a line that the same file loses elsewhere has only moved. Time is in
    proportion to the text. No finding repeats any of the text.
    """
    budget = Budget()
    findings: list[Finding] = []
    more, weak = 0, True
    for file in diff.files:
        found = _in_file(file, budget)
        if found is None:
            continue
        if len(findings) < MAX_FILES:
            findings.append(found)
        else:
            more += 1
            weak = weak and found.severity is WEAK
    if more:
        files = "1 more file" if more == 1 else f"{more:,} more files"
        findings.append(
            _finding(None, None, f"In {files} of this change text {_what('speaks to a reviewer')}", weak=weak)
        )
    for number, subject in enumerate(subjects, start=1):
        if (hit := attempt(subject, budget)) is not None:
            body = f"The subject of commit {number:,} of this change {_what(hit.attempt)}"
            findings.append(_finding(None, None, body, weak=hit.weak))
            break
    if budget.exceeded:
        findings.append(_finding(None, None, _TOO_MUCH, weak=False))
    return tuple(findings)


_TITLE = "Text that gives orders to a model reviewing it"
_TOO_MUCH = (
    "This change has more text about instructions, reviews and models, or in codes, than is looked through for orders"
    " to a reviewer, so the rest of it was not. A person should look at what it is."
)


def _what(attempt: str) -> str:
    return (
        f"reads like an order to a model that reviews it: it {attempt}. Reviewers are told to take a change for data"
        " and to judge such text as part of it; whether one followed it cannot be seen from outside. A person should"
        " look at why it is there."
    )


def _finding(path: str | None, line: Line | None, body: str, *, weak: bool) -> Finding:
    number = None if line is None else line.new
    return Finding(
        reviewer=BUILTIN,
        anchor=Anchor(
            path=path, start=number, end=number, placed=line is not None, source="" if line is None else line.text
        ),
        severity=WEAK if weak else STRONG,
        category=Category.SECURITY,
        title=_TITLE,
        body=body,
    )


def _in_file(file: FileDiff, budget: Budget) -> Finding | None:
    """About the file's added lines, else about its name."""
    added = _brought(file)
    if hits := sorted(in_lines(added, file.path, budget)):
        first = hits[0]
        more = len({hit.at for hit in hits}) - 1
        also = "" if not more else f" {more:,} more line{' does' if more == 1 else 's do'} the same."
        return _finding(file.path, added[first.at], f"This line {_what(first.attempt)}{also}", weak=first.weak)
    in_name = attempt(file.path, budget) if file.status in _NAMED else None
    if in_name is None:
        return None
    return _finding(file.path, None, f"The name of this file {_what(in_name.attempt)}", weak=in_name.weak)


def _brought(file: FileDiff) -> list[Line]:
    """Added lines but those that the file loses elsewhere."""
    lines = [line for hunk in file.hunks for line in hunk.lines]
    gone = {line.text.strip() for line in lines if line.kind is LineKind.REMOVED}
    return [line for line in lines if line.kind is LineKind.ADDED and line.text.strip() not in gone]
