"""How often secrets and hidden text are found in published source that has none. Exits 0 always.

    python benchmarks/false_alarms.py [--show N] [--rule NAME] [FOLDER ...]
    python benchmarks/false_alarms.py --slow

FOLDER: where source lies, by default the packages of the environment that runs this. Each text file is read as one
that a change adds, as a review would. Published packages hold no working secrets to speak of, so nearly all that is
found is a false alarm. `--show N` prints the first N findings of each rule; `--rule` looks at one rule alone.

`--slow`: how long each rule takes on lines of a million characters that were made against it.
"""

from __future__ import annotations

import argparse
import sys
import sysconfig
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import secret_samples
from msgspec.structs import replace

from reviewbot.model import Diff, FileDiff, FileStatus, Hunk, Line, LineKind
from reviewbot.stages.hidden_text import hidden_findings
from reviewbot.stages.redact import redact
from reviewbot.stages.secrets.rules import IN_FILES, PRIVATE_KEY, RULES, Rule
from reviewbot.stages.secrets.search import replace_secrets

MILLION = 1_000_000
_LARGEST = 4_000_000
"""Bytes of a file that is read."""


@dataclass(slots=True, kw_only=True)
class Count:
    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    by_rule: Counter[str] = field(default_factory=Counter)
    files_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, rule: str, path: str, line: int | None, text: str) -> None:
        self.by_rule[rule] += 1
        self.files_of[rule].add(path)
        self.shown[rule].append(f"{path}:{line}: {text.strip()[:160]}")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    words.add_argument("--show", type=int, default=0, metavar="N", help="findings of each rule to print (0)")
    words.add_argument("--rule", metavar="NAME", help="show this rule alone")
    words.add_argument("--slow", action="store_true", help="time each rule on a hostile line, and read no folder")
    given = words.parse_args()
    if given.slow:
        print(slowest())
        return
    folders: list[Path] = given.folders or [Path(sysconfig.get_path("purelib"))]
    count = Count()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            look(path, str(path.relative_to(folder)), count)
    print(table(count))
    for rule, shown in sorted(count.shown.items()):
        if given.rule in (None, rule):
            print(*[f"{rule}  {one!r}" for one in shown[: given.show]], sep="\n")


def slowest() -> str:
    """What rules take on lines of a million characters that were made against them, in ms of CPU.

    First to look for a secret: on its near misses, one after the other, and on what hints at it alone. Then to replace
    what is found, of which a near miss of a rule with a short form has tens of thousands.
    """
    samples = {sample.rule: sample for sample in secret_samples.samples()}
    looking: dict[str, float] = {}
    replacing: dict[str, float] = {}
    for rule in RULES:
        sample = samples[rule.name]
        near = sample.before + sample.secret[: len(sample.secret) * 2 // 3] + "!"
        parts = (near, *(hint for hint in rule.hint), *(f"{hint} " for hint in rule.hint))
        lines = [part * (MILLION // len(part)) for part in parts]
        looking[rule.name] = max(_ms(line, replace(rule, accept=_refuse)) for line in lines)
        replacing[rule.name] = _ms(lines[0], rule)
    return "\n".join((*_slow("look for a secret", looking), *_slow("replace all that is found", replacing)))


def _refuse(_: str) -> bool:
    return False


def _slow(what: str, times: dict[str, float]) -> Iterator[str]:
    within = sum(ms < 100 for ms in times.values())
    middle = median(times.values())
    yield f"to {what}: {within} of {len(times)} rules under 100 ms of CPU, median {middle:.0f} ms; the slowest:"
    yield from (f"  {name} {ms:,.0f} ms" for name, ms in sorted(times.items(), key=lambda row: -row[1])[:8])


def _ms(line: str, rule: Rule) -> float:
    """The best of three."""
    times: list[float] = []
    for _ in range(3):
        began = time.process_time()
        replace_secrets([line], [rule])
        times.append((time.process_time() - began) * 1000)
    return min(times)


def look(path: Path, name: str, count: Count) -> None:
    """Read a file as a review would, when it is text."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST or path.suffix == ".pyc":
        return
    data = path.read_bytes()
    if b"\0" in data[:8000]:  # as git and the contract tell binary files
        return
    lines = data.decode("utf-8", "backslashreplace").removesuffix("\n").split("\n")
    file = added(name, lines)
    began = time.process_time()
    redacted = redact(Diff(files=(file,)))
    hidden = hidden_findings(redacted.diff)
    count.seconds += time.process_time() - began
    count.files += 1
    count.lines += len(lines)
    for secret in redacted.secrets:
        count.note(secret.rule.name, name, secret.line, lines[secret.line - 1] if secret.line else name)
    for finding in hidden:
        count.note(finding.title, name, finding.anchor.start, finding.body[:120])


def added(path: str, lines: list[str]) -> FileDiff:
    """A file that a change adds."""
    numbered = tuple(
        Line(kind=LineKind.ADDED, old=None, new=number, text=text) for number, text in enumerate(lines, start=1)
    )
    hunk = Hunk(old_start=0, old_count=0, new_start=1, new_count=len(lines), section="", lines=numbered)
    return FileDiff(path=path, status=FileStatus.ADDED, new_mode="100644", hunks=(hunk,))


def table(count: Count) -> str:
    """By rule, the most frequent first: findings, in how many files, and per 100,000 lines."""
    secrets = {rule.name for rule in (PRIVATE_KEY, *RULES, *(rule for rule, _ in IN_FILES))}
    rows = list(_rows(count))
    sums = [
        sum(count.by_rule[rule] for rule in count.by_rule if (rule in secrets) is is_secret)
        for is_secret in (True, False)
    ]
    return "\n".join(
        (
            f"{count.files:,} text files, {count.lines:,} lines, {count.seconds:.0f} s of CPU",
            f"secrets: {_rate(sums[0], count)}; hidden text: {_rate(sums[1], count)}",
            "",
            "| rule | findings | files | per 100,000 lines |",
            "|---|--:|--:|--:|",
            *rows,
        )
    )


def _rows(count: Count) -> Iterator[str]:
    for rule, number in count.by_rule.most_common():
        yield f"| {rule} | {number:,} | {len(count.files_of[rule]):,} | {number * 1e5 / max(1, count.lines):.2f} |"


def _rate(number: int, count: Count) -> str:
    return f"{number:,} findings, {number * 1e5 / max(1, count.lines):.2f} per 100,000 lines"


if __name__ == "__main__":
    main()
