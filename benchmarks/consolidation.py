"""How well findings of several reviewers are merged, on labelled data. Runs the product's own `merge`.

    python benchmarks/consolidation.py DIR...

Each DIR holds one of two layouts:

* `findings.jsonl` and `gold.jsonl`: findings with places in pools, and which of them report one defect. Counted are
  pairs in one entry (precision, recall, F1), defects merged away (an entry with n defects hides n - 1) and
  duplicates left (a defect in n entries is shown n - 1 times too often).
* Code Review Bench (`offline/results/JUDGE/evaluations.json`): findings without places of many reviewers, and which
  known defect each matched. Counted is what 1, 2 and 3 of a team back: an entry earns one known defect at most.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TypedDict

from reviewbot.model import Anchor, Category, Finding, Severity
from reviewbot.stages.merging import merge

TEAMS = (("claude", "gemini", "copilot"), ("bugbot", "greptile", "augment"), ("claude", "bugbot", "coderabbit"))


class Located(TypedDict):
    pr: str
    pool: str
    id: str
    reviewer: str
    path: str
    start_line: int
    end_line: int
    category: str
    title: str | None
    body: str


class Pool(TypedDict):
    pr: str
    pool: str
    groups: list[list[str]]


class Match(TypedDict):
    golden_comment: str
    matched_candidate: str


class Candidate(TypedDict):
    candidate: str


class Evaluation(TypedDict):
    true_positives: list[Match]
    false_positives: list[Candidate]
    total_golden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A finding of the bench and the known defects it matched."""

    tool: str
    text: str
    defects: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    together: int = 0
    """Pairs of one defect in one entry."""
    wrong: int = 0
    missed: int = 0
    away: int = 0
    left: int = 0

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(
            together=self.together + other.together,
            wrong=self.wrong + other.wrong,
            missed=self.missed + other.missed,
            away=self.away + other.away,
            left=self.left + other.left,
        )

    def __str__(self) -> str:
        precision, recall, f1 = rates(self.together, self.together + self.wrong, self.together + self.missed)
        return (
            f"pairs P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; defects merged away {self.away}, "
            f"duplicates left {self.left}"
        )


def rates(right: int, claimed: int, true: int) -> tuple[float, float, float]:
    """Precision, recall, F1; 1 where there was nothing to get wrong."""
    precision, recall = right / claimed if claimed else 1.0, right / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def located(folder: Path) -> Iterator[tuple[str, Pairs]]:
    """Each pool of `folder` by name, with its score."""
    findings: dict[tuple[str, str], list[Located]] = defaultdict(list)
    for row in _rows(folder / "findings.jsonl"):
        finding: Located = json.loads(row)
        findings[finding["pr"], finding["pool"]].append(finding)
    for row in _rows(folder / "gold.jsonl"):
        pool: Pool = json.loads(row)
        of_pool = findings[pool["pr"], pool["pool"]]
        ids = {_finding(finding, number): finding["id"] for number, finding in enumerate(of_pool)}
        entries = merge(list(ids))
        yield (
            f"{pool['pool']} {pool['pr']}",
            compare([[ids[member] for member in entry.members] for entry in entries], pool["groups"]),
        )


def _finding(row: Located, number: int) -> Finding:
    known = row["category"] in set(Category)
    return Finding(
        reviewer=row["reviewer"],
        anchor=Anchor(path=row["path"], start=row["start_line"], end=row["end_line"]),
        severity=Severity.MEDIUM,
        category=Category(row["category"]) if known else Category.CORRECTNESS,
        title=row["title"] or row["body"][:80],
        body=row["body"],
        chunk=number,
    )


def compare(entries: Sequence[Sequence[str]], defects: Sequence[Sequence[str]]) -> Pairs:
    """Score a partition of ids against the true one."""
    entry_of = {item: number for number, entry in enumerate(entries) for item in entry}
    defect_of = {item: number for number, defect in enumerate(defects) for item in defect}
    if entry_of.keys() != defect_of.keys():
        raise ValueError("the entries do not hold the findings of the pool, each once")
    pairs = [(entry_of[a] == entry_of[b], defect_of[a] == defect_of[b]) for a, b in combinations(sorted(entry_of), 2)]
    return Pairs(
        together=pairs.count((True, True)),
        wrong=pairs.count((True, False)),
        missed=pairs.count((False, True)),
        away=sum(len({defect_of[item] for item in entry}) - 1 for entry in entries),
        left=sum(len({entry_of[item] for item in defect}) - 1 for defect in defects),
    )


def bench(evaluations: Mapping[str, Mapping[str, Evaluation]], team: Sequence[str]) -> Iterator[str]:
    """What one, two and three of a team back, a line each."""
    changes = [(entries_of(claims(tools, team)), _known(tools)) for tools in evaluations.values()]
    for level in range(1, len(team) + 1):
        backed = [[e for e in entries if len({c.tool for c in e}) >= level] for entries, _ in changes]
        defects = [[frozenset[str]().union(*(claim.defects for claim in e)) for e in entries] for entries in backed]
        shown = sum(map(len, backed))
        precision, recall, f1 = rates(sum(map(earned, defects)), shown, sum(known for _, known in changes))
        away = sum(max(0, len(found) - 1) for entries in defects for found in entries)
        yield (
            f"{level} or more: P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; "
            f"{shown / len(changes):.1f} entries per change, defects merged away {away}"
        )


def claims(tools: Mapping[str, Evaluation], team: Iterable[str]) -> list[Claim]:
    found: list[Claim] = []
    for tool in team:
        if tool not in tools:
            continue
        matched: dict[str, set[str]] = {m["matched_candidate"]: set() for m in tools[tool]["true_positives"]}
        for match in tools[tool]["true_positives"]:
            matched[match["matched_candidate"]].add(match["golden_comment"])
        texts = dict.fromkeys([*matched, *(entry["candidate"] for entry in tools[tool]["false_positives"])])
        found += [Claim(tool=tool, text=text, defects=frozenset(matched.get(text, ()))) for text in texts]
    return found


def entries_of(said: Iterable[Claim]) -> list[list[Claim]]:
    """Merge claims, which have no place."""
    by_finding = {
        Finding(
            reviewer=claim.tool,
            anchor=Anchor(path=None),
            severity=Severity.MEDIUM,
            category=Category.CORRECTNESS,
            title="",
            body=claim.text,
        ): claim
        for claim in said
    }
    return [[by_finding[member] for member in entry.members] for entry in merge(list(by_finding))]


def earned(entries: Sequence[frozenset[str]]) -> int:
    """The most defects that entries can earn when each earns one at most and each defect is earned once."""
    owner: dict[str, int] = {}

    def claim(entry: int, asked: set[str]) -> bool:
        for defect in sorted(entries[entry] - asked):
            asked.add(defect)
            if defect not in owner or claim(owner[defect], asked):
                owner[defect] = entry
                return True
        return False

    return sum(claim(entry, set()) for entry in range(len(entries)))


def _known(tools: Mapping[str, Evaluation]) -> int:
    return max(evaluation["total_golden"] for evaluation in tools.values())


def _rows(path: Path) -> list[str]:
    return [row for row in path.read_text(encoding="utf-8").split("\n") if row.strip()]


def main(folders: Sequence[str]) -> None:
    for folder in map(Path, folders):
        if (folder / "findings.jsonl").is_file():
            print(f"# {folder}: findings with places")
            total = Pairs()
            for name, pairs in located(folder):
                print(f"{name[:60]:60} {pairs}")
                total += pairs
            print(f"{'all':60} {total}")
        for path in sorted(folder.glob("offline/results/*/evaluations.json")):
            evaluations: dict[str, dict[str, Evaluation]] = json.loads(path.read_text(encoding="utf-8"))
            for team in TEAMS:
                print(f"# {folder}: {' + '.join(team)}, judged by {path.parent.name}")
                for line in bench(evaluations, team):
                    print(line)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    main(sys.argv[1:])
