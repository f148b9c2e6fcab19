"""What the pre-push hook takes of a push, in real processes, beside the goals. Exits 0 always.

    python benchmarks/hook.py [--repeat N]

Three pushes, in turns: one that brings nothing, one whose answers are all kept, and the same change again as 200
commits on a branch. Beside the last stands what git itself takes to compare the two ends. Medians.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from commandline import KEYS, environment
from gitrepo import GitRepo
from providers import FakeProviders
from push_scene import PushScene, nothing

COMMITS = 200
NO_ID = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """The hook of one repository, called as git calls it."""

    scene: PushScene
    env: Mapping[str, str]

    def __call__(self, lines: str) -> None:
        config = str(self.scene.home / "config.yaml")
        command = [sys.executable, "-I", "-m", "reviewbot", "hook", "pre-push", "--config", config, "origin", "x"]
        subprocess.run(
            command, cwd=self.scene.repo.path, env=self.env, input=lines.encode(), capture_output=True, check=True
        )

    def pushes(self, branch: str) -> str:
        """The line of a new branch."""
        head = self.scene.repo.git("rev-parse", branch).decode().strip()
        return f"refs/heads/{branch} {head} refs/heads/{branch} {NO_ID}\n"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--repeat", type=int, default=15, metavar="N", help="runs of each kind (15)")
    repeat: int = words.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder, FakeProviders(nothing) as providers:
        scene = PushScene.at(Path(folder))
        scene.install(providers)
        make_branches(scene.repo)
        more = {**KEYS, "REVIEWBOT_CACHE_DIR": str(Path(folder) / "cache")}
        hook = Hook(scene=scene, env=environment(scene.home, more))
        few, many = hook.pushes("few"), hook.pushes("many")
        kinds: dict[str, Callable[[], None]] = {
            "nothing": lambda: hook(""),
            "known": lambda: hook(few),
            "commits": lambda: hook(many),
            "git": lambda: compare(scene.repo),
        }
        for run in kinds.values():  # so that the answers are kept, and no run pays for reading the disk
            run()
        asked = len(providers.requests)
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(repeat):
            for kind, run in kinds.items():
                seconds[kind].append(timed(run))
        if len(providers.requests) != asked:
            sys.exit("somebody was asked whose answer was kept")
    print_table({kind: median(each) for kind, each in seconds.items()})


def make_branches(repo: GitRepo) -> None:
    """`few`, one commit, and `many`, 200, which end in the same files."""
    repo.git("checkout", "--quiet", "-b", "many", "main")
    for number in range(COMMITS):
        repo.commit({f"src/m{number % 20}.py": f"value = {number}\n" * 20}, f"Change {number}")
    repo.git("checkout", "--quiet", "-b", "few", "main")
    repo.git("checkout", "--quiet", "many", "--", ".")
    repo.record("Change all")


def compare(repo: GitRepo) -> None:
    repo.git("diff", "--stat", "main...many")


def timed(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def print_table(seconds: Mapping[str, float]) -> None:
    rows = [
        ("a push that brings nothing", f"{seconds['nothing']:.2f} s", "0.15 s"),
        ("a push whose answers are all kept", f"{seconds['known']:.2f} s", "0.35 s"),
        (f"the same change in {COMMITS} commits", f"{seconds['commits']:.2f} s", ""),
        ("what these commits add", f"{seconds['commits'] - seconds['known']:.2f} s", "0.3 s + git's diff"),
        ("git's own diff of them", f"{seconds['git']:.2f} s", ""),
    ]
    print("| | measured | goal |\n|---|---:|---:|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
