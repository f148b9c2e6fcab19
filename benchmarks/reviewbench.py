"""A checkout of Code Review Bench, or a part of it -> what each tool said of each change, as each judge saw it.

* `offline/results/JUDGE/evaluations.json`: change -> tool -> `true_positives` (each with the `golden_comment`, which is
  a known defect, and the `matched_candidate`, which is the text of a finding), `false_positives` (each with the text of
  a finding as `candidate`), `false_negatives` (each with its `golden_comment`) and `total_golden`, the number of known
  defects. A tool with `skipped` set to true counts as one that did not review the change.
* `offline/golden_comments/*.json`, which may be missing: a list of changes with `comments`, each with its `comment` and
  `severity`.

Findings have no place. A text that a tool says twice about a change is one finding. Texts of known defects that differ
in white space alone are one defect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labelled import Claim, DataError, expect, member, parse, read_text

from reviewbot.model import Anchor, Category, Finding, Severity

EVALUATIONS = "offline/results/*/evaluations.json"
_GOLDEN = "offline/golden_comments/*.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A change and what tools said of it."""

    name: str
    by_tool: Mapping[str, tuple[Claim, ...]]
    known: int
    """Known defects."""
    severities: Mapping[str, Severity]
    """Of those known defects whose severity the golden comments tell."""

    def said_by(self, team: Iterable[str]) -> list[Claim]:
        return [claim for tool in team for claim in self.by_tool.get(tool, ())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The changes, sorted by name, with the matches that one judge saw."""

    judge: str
    changes: tuple[Reviewed, ...]

    @property
    def tools(self) -> tuple[str, ...]:
        """Those that reviewed any change, sorted."""
        return tuple(sorted({tool for change in self.changes for tool in change.by_tool}))


def is_bench(folder: Path) -> bool:
    return any(folder.glob(EVALUATIONS))


def read_bench(folder: Path) -> tuple[Judged, ...]:
    """What each judge saw, sorted by the judges' names; one at least."""
    severities = _severities(folder)
    return tuple(_judged(path, severities) for path in sorted(folder.glob(EVALUATIONS)))


def _severities(folder: Path) -> dict[str, Severity]:
    """Known defect -> severity. Left out where the severity is none of reviewbot's."""
    found: dict[str, Severity] = {}
    for path in sorted(folder.glob(_GOLDEN)):
        for change in expect(parse(read_text(path), str(path)), list, str(path)):
            comments = member(expect(change, dict, f"{path}, a change"), "comments", list, f"{path}, a change")
            for row in comments:
                where = f"{path}, a comment"
                comment = expect(row, dict, where)
                severity = member(comment, "severity", str, where).lower()
                if severity in set(Severity):
                    found[_defect(member(comment, "comment", str, where))] = Severity(severity)
    return found


def _judged(path: Path, severities: Mapping[str, Severity]) -> Judged:
    changes = expect(parse(read_text(path), str(path)), dict, str(path))
    read = tuple(
        _reviewed(name, expect(changes[name], dict, f"{path}, {name}"), severities, f"{path}, {name}")
        for name in sorted(changes)
    )
    if not any(claims for change in read for claims in change.by_tool.values()):
        raise DataError(f"{path}: holds no finding; give the evaluations of reviews, or remove the folder")
    return Judged(judge=path.parent.name, changes=read)


def _reviewed(name: str, tools: Mapping[str, object], severities: Mapping[str, Severity], where: str) -> Reviewed:
    by_tool: dict[str, tuple[Claim, ...]] = {}
    known, golden = 0, set[str]()
    for tool, value in tools.items():
        at = f"{where}, {tool}"
        row = expect(value, dict, at)
        if row.get("skipped") is True:
            continue
        by_tool[tool] = _claims(tool, row, at)
        known = max(known, member(row, "total_golden", int, at))
        golden.update(*(claim.defects for claim in by_tool[tool]))
        golden.update(_defect(member(miss, "golden_comment", str, at)) for miss in _objects(row, "false_negatives", at))
    return Reviewed(
        name=name,
        by_tool=by_tool,
        known=known,
        severities={defect: severities[defect] for defect in sorted(golden) if defect in severities},
    )


def _claims(tool: str, row: Mapping[str, object], where: str) -> tuple[Claim, ...]:
    """What a tool said of a change: first what matched a known defect."""
    matched: dict[str, set[str]] = {}
    for match in _objects(row, "true_positives", where):
        text = member(match, "matched_candidate", str, where)
        matched.setdefault(text, set()).add(_defect(member(match, "golden_comment", str, where)))
    unmatched = [member(other, "candidate", str, where) for other in _objects(row, "false_positives", where)]
    return tuple(
        Claim(finding=_finding(tool, text), defects=frozenset(matched.get(text, ())))
        for text in dict.fromkeys([*matched, *unmatched])
    )


def _objects(row: Mapping[str, object], name: str, where: str) -> list[dict[str, object]]:
    return [expect(value, dict, f'{where}, "{name}"') for value in member(row, name, list, where)]


def _finding(tool: str, text: str) -> Finding:
    return Finding(
        reviewer=tool,
        anchor=Anchor(path=None),
        severity=Severity.MEDIUM,
        category=Category.CORRECTNESS,
        title="",
        body=text,
    )


def _defect(golden_comment: str) -> str:
    return " ".join(golden_comment.split())
