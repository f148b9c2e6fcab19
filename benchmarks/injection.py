"""How many attacks on reviewers the rules see, and how often they see one where there is none.

    PYTHONPATH=tests .venv/bin/python benchmarks/injection.py [FOLDER ...]

The attacks and the innocent lines are those of tests/attacks. The false alarms are counted on sources that people
wrote for other ends: the Python files below the folders, else of the standard library and of every installed package.
Minutes.
"""

from __future__ import annotations

import argparse
import sysconfig
from collections import Counter
from pathlib import Path

from attack_corpus import attacks, innocent
from values import change, file, hunk

from reviewbot.model import Diff, FileDiff, FileStatus, Finding, Hunk, Line, LineKind
from reviewbot.stages.injection import injection_findings

_SHOWN = 40


def found_in(lines: list[str], path: str) -> tuple[Finding, ...]:
    """What is found in a file that is added with these lines."""
    added = tuple(Line(kind=LineKind.ADDED, old=None, new=n, text=text) for n, text in enumerate(lines, start=1))
    whole = Hunk(old_start=0, old_count=0, new_start=1, new_count=len(added), section="", lines=added)
    return injection_findings(Diff(files=(FileDiff(path=path, status=FileStatus.ADDED, hunks=(whole,)),)), ())


def recall() -> None:
    """Attacks by kind, and those that are not seen."""
    corpus = attacks()
    missed = [attack for attack in corpus if not injection_findings(attack.change.diff, attack.change.subjects)]
    of = Counter(attack.kind for attack in corpus)
    lost = Counter(attack.kind for attack in missed)
    print("| kind | attacks | seen |\n|---|---:|---:|")
    for kind, number in of.items():
        print(f"| {kind} | {number} | {number - lost[kind]} |")
    print(f"| all | {len(corpus)} | {len(corpus) - len(missed)} ({1 - len(missed) / len(corpus):.1%}) |")
    for attack in missed:
        print(f"not seen: {attack.name}: {attack.text!a}")


def lookalikes() -> None:
    """Innocent lines that look near an attack."""
    lines = innocent()
    alarms = [line for line in lines if injection_findings(change(file("notes.txt", hunk(f"+{line}"))).diff, ())]
    print(f"\nInnocent lines that look near one: {len(lines)}, false alarms: {len(alarms)}")
    for line in alarms:
        print(f"false alarm: {line}")


def sources(folders: list[Path]) -> None:
    """Files of other people; an alarm is a file with a finding, for there is one for each file."""
    lines_of: Counter[str] = Counter()
    alarms_of: Counter[str] = Counter()
    alarms: list[str] = []
    files = 0
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            inside = path.relative_to(folder)
            if "site-packages" in inside.parts or not path.is_file():
                continue
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
            package = inside.parts[0]
            files += 1
            lines_of[package] += len(lines)
            for finding in found_in(lines, str(inside)):
                alarms_of[package] += 1
                alarms.append(f"{inside}:{finding.anchor.start}: {finding.anchor.source.strip()[:110]}")
    total = max(1, lines_of.total())
    rate = len(alarms) / total * 100_000
    print(f"\nSources: {files:,} files, {total:,} lines; findings: {len(alarms)}, {rate:.2f} for 100,000 lines")
    for package, number in alarms_of.most_common(10):
        print(f"  {package}: {number} in {lines_of[package]:,} lines")
    print("\n".join(f"  {alarm}" for alarm in alarms[:_SHOWN]))


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    chosen = options.parse_args()
    recall()
    lookalikes()
    sources(chosen.folders or [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")])


if __name__ == "__main__":
    main()
