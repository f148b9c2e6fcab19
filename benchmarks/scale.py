"""How long the program takes for much more than a usual review. Runs the product's own functions on generated input.

    python benchmarks/scale.py

Seconds are CPU time, that of git included: the median of several rounds that take turns, so that a busy machine slows
all of them alike. The goals are what `docs/benchmarks.md` promises; nothing here fails when one is missed.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from msgspec.structs import replace

from reviewbot.config.load import WorkTree, load_config
from reviewbot.config.overrides import Overrides
from reviewbot.config.values import Config
from reviewbot.core import conclude, make_plan, prepare
from reviewbot.formats.json import render_json
from reviewbot.formats.markdown import render_markdown
from reviewbot.formats.text import render_text
from reviewbot.model import (
    Anchor,
    Category,
    Change,
    Finding,
    LineKind,
    Outcome,
    Panelist,
    Plan,
    Report,
    Reviewed,
    Severity,
)
from reviewbot.platforms.git import GitRepository
from reviewbot.reviewing import count_tokens
from reviewbot.stages.merging import merge

ROUNDS = 5
REVIEWERS = ("opus", "gpt", "gemini")
KEYS = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"), "none")
FEW, MANY = 500, 4_000
FLOOD = 10_000
FILES, LINES_OF_FILE = 150, 333

Measured = dict[str, float]


def cpu() -> float:
    """Seconds that this process and the ones it waited for have computed."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def medians(rounds: int, jobs: Mapping[str, Callable[[], object]]) -> Measured:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, job in jobs.items():
            began = cpu()
            job()
            seconds[name].append(cpu() - began)
    return {name: median(times) for name, times in seconds.items()}


def show(name: str, seconds: float, goal: str = "", more: str = "") -> None:
    print(f"{name:44} {seconds:8.2f} s   {goal:14} {more}".rstrip())


# ---------------------------------------------------------------- words


class Words:
    """Invented prose and code with as many different words as reviews have."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        letters = ["".join(pair) for pair in zip("bcdfghlmnprstv" * 5, "aeiou" * 14, strict=True)]
        self._words = ["".join(self.random.choices(letters, k=self.random.randint(1, 4))) for _ in range(4_000)]
        self._names = [f"{self.word()}_{self.word()}" for _ in range(1_000)]

    def word(self) -> str:
        """Few words are said often and most of them seldom."""
        return self._words[min(int(self.random.paretovariate(0.5)), len(self._words)) - 1]

    def sentence(self, count: int) -> str:
        return " ".join(
            f"`{self.random.choice(self._names)}`" if self.random.random() < 0.08 else self.word() for _ in range(count)
        )

    def code(self) -> str:
        return (
            f"    {self.random.choice(self._names)} = {self.word()}({self.random.choice(self._names)}, {self.word()})"
        )


def findings(
    count: int, *, words: int = 40, files: int = 150, lines: int = 1_000, same: bool = False
) -> Iterator[Finding]:
    """Findings about half as many defects, each told in other words but for two in three of them."""
    said = Words(1)
    chance = said.random
    defects = [(chance.randrange(files), chance.randint(1, lines), said.sentence(words)) for _ in range(count // 2)]
    for number in range(count):
        file, line, text = chance.choice(defects)
        told = [said.word() if chance.random() < 1 / 3 else word for word in text.split()]
        start = line + chance.randint(0, 3)
        yield Finding(
            reviewer=REVIEWERS[number % len(REVIEWERS)],
            anchor=Anchor(path=f"src/file{file}.py", start=start, end=start + chance.randint(0, 3)),
            severity=chance.choice(list(Severity)),
            category=Category.CORRECTNESS,
            title="Missing guard on user" if same else " ".join(told[:7]),
            body="The value of user may be None here, and reading its name raises." if same else " ".join(told),
        )


# ---------------------------------------------------------------- merging


def merging() -> None:
    kinds: dict[str, Callable[[int], Iterator[Finding]]] = {
        "spread over files": findings,
        "all in one file": lambda count: findings(count, files=1),
        "bodies of 400 words": lambda count: findings(count, words=400),
        "bodies of 400 words in one file": lambda count: findings(count, words=400, files=1),
        "all with the same words in one file": lambda count: findings(count, files=1, same=True),
        "all with the same words on few lines": lambda count: findings(count, files=1, lines=5, same=True),
    }
    said = {f"{name} {count}": tuple(make(count)) for name, make in kinds.items() for count in (FEW, MANY)}
    measured = medians(ROUNDS, {name: partial(merge, found) for name, found in said.items()})
    print(f"# Merging {MANY:,} findings of {len(REVIEWERS)} reviewers, and how many times as long as {FEW:,} that is")
    for name in kinds:
        few, many = measured[f"{name} {FEW}"], measured[f"{name} {MANY}"]
        show(name, many, "(goal 5 s)", f"{many / few:5.1f} x (goal 12 x)")


# ---------------------------------------------------------------- a large change


def build_repository(root: Path, files: int) -> None:
    """Two commits, between which each of the files changes in many places."""
    said = Words(2)
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for number in range(files):
        path = f"src/file{number}.py"
        before[path], after[path] = [], []
        for _ in range(LINES_OF_FILE // 9):
            kept = [said.code() for _ in range(20)]
            before[path] += [*kept, *(said.code() for _ in range(3))]
            after[path] += [*kept, *(said.code() for _ in range(6))]
    environ = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]

    def git(*args: str) -> None:
        subprocess.run(["git", *who, *args], cwd=root, env=environ, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch=main")
    for content in (before, after):
        for path, lines in content.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text("\n".join(lines) + "\n", encoding="utf-8")
        git("add", "--all")
        git("commit", "--quiet", "--message", "A change")


def fetched(root: Path, config: Config) -> Change:
    repository = GitRepository.discover(root, {"PATH": os.environ["PATH"], "HOME": str(root)})
    return repository.fetch_range("HEAD~1..HEAD", context_lines=config.context_lines)


def panel_of(config: Config) -> list[Panelist]:
    return [
        Panelist(name=reviewer.name, model=reviewer.model, vendor=reviewer.name, max_input_tokens=200_000)
        for reviewer in config.reviewers
    ]


def planned(change: Change, config: Config) -> Plan:
    return make_plan(change, config, panel_of(config), delimiter="=== 0123 ===", count_tokens=count_tokens)


def large_change(folder: Path) -> tuple[Change, Config]:
    """Measure all that happens before the first question; the change and the configuration are the larger one's."""
    config = load_config(WorkTree(folder), explicit=None, environ=KEYS, overrides=Overrides()).config
    jobs: dict[str, Callable[[], object]] = {}
    changes: dict[int, Change] = {}
    for files in (FILES // 2, FILES):
        root = folder / str(files)
        root.mkdir()
        build_repository(root, files)

        changes[files] = change = fetched(root, config)
        jobs |= {
            f"read {files}": partial(fetched, root, config),
            f"redact {files}": partial(prepare, change, config),
            f"plan {files}": partial(planned, change, config),
        }
    measured = medians(ROUNDS, jobs)
    kinds = [line.kind for file in changes[FILES].diff.files for hunk in file.hunks for line in hunk.lines]
    changed = len(kinds) - kinds.count(LineKind.CONTEXT)
    print(f"# A change of {changed:,} lines in {FILES} files, and how many times as long as half of it that is")
    totals = [0.0, 0.0]
    for step, name in (("read", "reading from git"), ("redact", "redaction"), ("plan", "chunks and prompts")):
        half, whole = measured[f"{step} {FILES // 2}"], measured[f"{step} {FILES}"]
        totals = [totals[0] + half, totals[1] + whole]
        show(name, whole, "", f"{whole / half:5.1f} x")
    show("in all", totals[1], "(goal 3 s)", f"{totals[1] / totals[0]:5.1f} x (goal 2.3 x)")
    return changes[FILES], config


# ---------------------------------------------------------------- after the last answer


def answers(plan: Plan, config: Config) -> list[Outcome]:
    """What each reviewer said, a chunk's findings in the answer about that chunk."""
    chunk_of = {segment.file.path: chunk.number for chunk in plan.chunks for segment in chunk.segments}
    said: defaultdict[tuple[str, int], list[Finding]] = defaultdict(list)
    names = dict(zip(REVIEWERS, (reviewer.name for reviewer in config.reviewers), strict=True))
    for finding in findings(FLOOD * len(REVIEWERS), files=FILES):
        name, chunk = names[finding.reviewer], chunk_of[finding.anchor.path or ""]
        said[name, chunk].append(replace(finding, reviewer=name, chunk=chunk))
    return [
        Reviewed(reviewer=job.reviewer, chunk=job.chunk, findings=tuple(said[job.reviewer, job.chunk]))
        for job in plan.jobs
    ]


def after_the_answers(change: Change, config: Config) -> None:
    plan = planned(change, config)
    outcomes = answers(plan, config)

    def concluded() -> Report:
        return conclude(change, plan, outcomes, config, panel_of(config))

    report = concluded()
    jobs: dict[str, Callable[[], object]] = {
        "placing, merging, judging": concluded,
        "text": lambda: render_text(report, width=100, color=False),
        "text with all members": lambda: render_text(report, width=100, color=True, verbose=True),
        "json": lambda: render_json(report, tool_version="0"),
        "markdown": lambda: render_markdown(report),
    }
    measured = medians(max(1, ROUNDS // 2), jobs)
    print(f"# After the last answer: {len(REVIEWERS)} x {FLOOD:,} findings, {len(report.findings):,} entries")
    for name, seconds in measured.items():
        show(name, seconds)
    first = measured["placing, merging, judging"]
    show(
        "the longest way",
        first + max(s for name, s in measured.items() if name in ("text", "json", "markdown")),
        "(goal 30 s)",
    )


def main(_: Sequence[str] = ()) -> None:
    merging()
    with tempfile.TemporaryDirectory() as folder:
        after_the_answers(*large_change(Path(folder)))


if __name__ == "__main__":
    main()
