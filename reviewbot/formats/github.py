"""`--format github`: annotations of a GitHub Actions job, as workflow commands on stdout.

The runner keeps ten annotations of each kind for a step and cuts a message at 4,096 characters
(https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs); what is beyond stands in the log
as plain lines. Escaping is that of https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reviewbot.formats import phrases
from reviewbot.formats.remark import MESSAGE, TITLE, remark
from reviewbot.model import Anchor, MergedFinding, Report, Severity
from reviewbot.sanitize import clean_words, terminal, terminal_line

MOST = 9
"""Annotations of each kind for findings; the tenth is for the verdict."""
_KINDS = {Severity.CRITICAL: "warning", Severity.HIGH: "warning", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def render_github(report: Report) -> str:
    """Lines for the log of a job: an error for what blocks, a warning or notice for what does not, then the verdict."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    used: Counter[str] = Counter()
    beyond: list[MergedFinding] = []
    for entry in report.findings:
        if entry.state.closed:
            continue
        kind = "error" if entry.blocking else _KINDS[entry.severity]
        used[kind] += 1
        if used[kind] <= MOST:
            yield _annotation(kind, entry)
        else:
            beyond.append(entry)
    if beyond:
        yield f"{phrases.counted(len(beyond), 'more finding')}, beyond what a step may annotate:"
        yield from (terminal_line(_line(entry)) for entry in beyond)
    reason = phrases.verdict_reason(report)
    kind = "error" if report.verdict.fails else "notice"
    yield _command(kind, {"title": f"reviewbot: {report.verdict.conclusion}"}, terminal(reason))


def _annotation(kind: str, entry: MergedFinding) -> str:
    anchor = entry.lead.anchor
    where = {} if anchor.path is None else {"file": anchor.path, **_lines_of(anchor)}
    title, message = remark(entry)
    return _command(kind, {**where, "title": title[:TITLE]}, message)


def _lines_of(anchor: Anchor) -> dict[str, str]:
    lines = phrases.head_lines(anchor)
    return {} if lines is None else {"line": str(lines[0]), "endLine": str(lines[1])}


def _line(entry: MergedFinding) -> str:
    place = phrases.place(entry.lead.anchor)
    parts = (entry.severity.value, place, clean_words(entry.lead.title), f"({phrases.agreement(entry)})")
    return "  " + " ".join(part for part in parts if part)


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {named}::{_data(message[:MESSAGE])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(terminal_line(text)).replace(":", "%3A").replace(",", "%2C")
