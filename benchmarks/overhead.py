"""What reviewbot adds to its reviewers: time and memory of real processes, beside the goals. Exits 0 always.

    python benchmarks/overhead.py [--repeat N] [--answer-after SECONDS]

Reviewers are model providers on this machine that answer after a fixed time, all of them at once; so whatever a run
takes beyond that time is reviewbot's. Kinds of runs take turns, and the figures are medians: other work on the machine
then touches all of them alike.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from commandline import command, environment
from gitrepo import GitRepo
from providers import Delayed, FakeProviders, Recorded, Reply, findings_reply

MODELS = {
    "openai": "openai/gpt-5.6",
    "anthropic": "anthropic/claude-sonnet-4-5",
    "gemini": "gemini/gemini-2.5-flash",
}
KEY = {"BENCHMARK_KEY": "benchmark-key-0123456789"}
MANY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process: seconds on the clock, seconds of CPU, and MiB at its largest."""

    wall_s: float
    cpu_s: float
    mib: float


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each kind (5)")
    words.add_argument("--answer-after", type=float, default=3.0, metavar="SECONDS", help="how long a model thinks (3)")
    given = words.parse_args()
    slowest: float = given.answer_after

    def answer(request: Recorded) -> Reply:  # noqa: ARG001 - every request gets the same
        return Delayed(seconds=slowest, reply=findings_reply([]))

    runs: dict[str, list[Run]] = {"help": [], "one": [], "many": [], "known": []}
    with tempfile.TemporaryDirectory() as folder, FakeProviders(answer) as providers:
        one, many = (changed(Path(folder) / str(count), providers, count) for count in (1, MANY))
        measured("--help", cwd=one.path)  # so that no run pays for reading the disk
        measured("review", "--format", "json", cwd=one.path)
        kept = {"REVIEWBOT_CACHE_DIR": str(Path(folder) / "cache")}
        measured("review", "--format", "json", cwd=many.path, more=kept)
        for _ in range(given.repeat):
            runs["help"].append(measured("--help", cwd=one.path))
            runs["one"].append(measured("review", "--format", "json", cwd=one.path))
            runs["many"].append(measured("review", "--format", "json", cwd=many.path))
            asked = len(providers.requests)
            runs["known"].append(measured("review", "--format", "json", cwd=many.path, more=kept))
            if len(providers.requests) != asked:
                sys.exit("somebody was asked whose answer was kept")
    print_table(runs, slowest)


def changed(path: Path, providers: FakeProviders, reviewers: int) -> GitRepo:
    """A repository with a small change on a branch, and a panel of so many reviewers of all kinds in turn."""
    kinds = [list(MODELS)[number % len(MODELS)] for number in range(reviewers)]
    lines = [
        f"  - {{name: r{number}, model: {MODELS[kind]}, api_base: '{providers.base_url(kind)}', api_key_env: "
        f"{next(iter(KEY))}}}\n"
        for number, kind in enumerate(kinds)
    ]
    repo = GitRepo(path)
    repo.commit({"stats.py": "def total(items):\n    return sum(items)\n"}, "Start")
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.commit({"stats.py": "def mean(items):\n    return sum(items) / len(items)\n"}, "Change")
    repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": "reviewers:\n" + "".join(lines)})
    return repo


def measured(*args: str, cwd: Path, more: Mapping[str, str] | None = None) -> Run:
    """Run the command line once."""
    return measured_process(command(*args), cwd=cwd, env=environment(cwd, {**KEY, **(more or {})}))


def measured_process(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], code: int = 0) -> Run:
    """Run a program once. A run that ends with another `code` ends the benchmark with what it said: it measured
    something else."""
    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        process = subprocess.Popen(argv, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)  # it is waited for already
        if process.returncode != code:
            said.seek(0)
            print(f"{' '.join(argv)} ended with {process.returncode}:", said.read().decode(), sep="\n")
            sys.exit(0)
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    return Run(wall_s=wall, cpu_s=used.ru_utime + used.ru_stime, mib=used.ru_maxrss / unit)


def print_table(runs: Mapping[str, Sequence[Run]], slowest: float) -> None:
    shown = {kind: middle(same) for kind, same in runs.items()}
    start, one, many, known = shown["help"], shown["one"], shown["many"], shown["known"]
    rows = (
        ("--help", f"{start.wall_s:.2f} s", "0.15 s"),
        ("  peak memory", f"{start.mib:.0f} MiB", "40 MiB"),
        (f"1 reviewer of {slowest:g} s, beyond it", f"{one.wall_s - slowest:.2f} s", "3.0 s"),
        ("  CPU", f"{one.cpu_s:.2f} s", ""),
        ("  peak memory", f"{one.mib:.0f} MiB", "250 MiB"),
        (f"{MANY} reviewers of {slowest:g} s, beyond one", f"{many.wall_s - slowest:.2f} s", "3.0 s"),
        ("  the whole, against that of 1", f"{many.wall_s / one.wall_s:.2f} x", "1.1 x"),
        ("  CPU", f"{many.cpu_s:.2f} s", ""),
        ("  peak memory", f"{many.mib:.0f} MiB", "250 MiB"),
        (f"{MANY} reviewers whose answers are kept", f"{known.wall_s:.2f} s", "0.35 s"),
        ("  CPU", f"{known.cpu_s:.2f} s", ""),
        ("  peak memory", f"{known.mib:.0f} MiB", ""),
    )
    print(f"{'medians of ' + str(len(runs['one'])):<36}{'measured':>10}{'goal':>10}")
    for what, figure, goal in rows:
        print(f"{what:<36}{figure:>10}{goal:>10}")


def middle(runs: Sequence[Run]) -> Run:
    return Run(
        wall_s=median(run.wall_s for run in runs),
        cpu_s=median(run.cpu_s for run in runs),
        mib=median(run.mib for run in runs),
    )


if __name__ == "__main__":
    main()
