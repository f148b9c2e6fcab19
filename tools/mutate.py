"""Mutation testing: each small mistake of `mutants`, put into one module, with the tests of that module run against it.

    .venv/bin/python tools/mutate.py                     everything (an hour or two)
    .venv/bin/python tools/mutate.py gate anchor         these parts
    .venv/bin/python tools/mutate.py merge --sample 100  so many of the part's mutants, the same ones each time

No file is changed: a mutant lives in the memory of a process of its own, forked from one that has the test tools
imported already. A mutant that makes the tests fail, or run for much longer than they do, is killed. `.venv` is needed,
and a system that can fork.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutant_runs import Trial, prepare, run_all
from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Modules, and the tests that have to notice a mistake in them, the quick ones first."""

    modules: tuple[str, ...]
    """Patterns of files below reviewbot/."""
    tests: tuple[str, ...]
    """Patterns of files below tests/."""


PARTS = {
    "gate": Part(modules=("stages/gate.py",), tests=("unit/test_gate.py",)),
    "anchor": Part(modules=("stages/anchor.py",), tests=("unit/test_anchor.py", "property/test_anchor_properties.py")),
    "merge": Part(
        modules=("stages/merging/*.py",),
        tests=(
            "unit/test_merge.py",
            "unit/test_similarity.py",
            "unit/test_ties.py",
            "unit/test_panel.py",
            "unit/test_crowd.py",
            "property/test_merge_properties.py",
        ),
    ),
    "redact": Part(
        modules=("stages/redact.py", "stages/secrets/*.py"),
        tests=("unit/test_redact*.py", "unit/test_secret*.py", "property/test_redact_properties.py"),
    ),
    "sanitise": Part(
        modules=("sanitize/*.py",),
        tests=("unit/test_sanitize.py", "unit/test_keys.py", "property/test_sanitize_properties.py"),
    ),
    "injection": Part(modules=("stages/injection/*.py",), tests=("unit/test_injection*.py",)),
    "config": Part(
        modules=("config/parse.py", "config/build.py", "config/checks.py", "config/tree.py", "config/yaml_tree.py"),
        tests=("unit/test_config_*.py", "property/test_config_properties.py"),
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none is all of them")
    options.add_argument("--sample", type=int, metavar="N", help="at most N mutants of each part")
    options.add_argument("--jobs", type=int, default=1, metavar="N", help="so many at once (default: 1)")
    chosen = options.parse_args(argv)
    for name in chosen.parts:
        if name not in PARTS:
            options.error(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    prepare(ROOT)
    rows = [
        _row(name, _try_part(name, PARTS[name], sample=chosen.sample, jobs=chosen.jobs))
        for name in chosen.parts or PARTS
    ]
    _say("\n| part | mutants | tried | killed | score |\n|---|---:|---:|---:|---:|")
    _say("\n".join(rows))
    return 0


def _row(name: str, tried: tuple[int, Sequence[bool]]) -> str:
    of, results = tried
    killed = results.count(False)
    return f"| {name} | {of:,} | {len(results):,} | {killed:,} | {killed / max(1, len(results)):.1%} |"


def _try_part(name: str, part: Part, *, sample: int | None, jobs: int) -> tuple[int, Sequence[bool]]:
    """How many mutants the part has, and for each one tried whether it survived."""
    tests = [str(path) for pattern in part.tests for path in sorted((ROOT / "tests").glob(pattern))]
    paths = [path for pattern in part.modules for path in sorted((ROOT / "reviewbot").glob(pattern))]
    everything = {
        Trial(path=path, number=mutant.number): mutant for path in paths for mutant in mutants(path.read_text())
    }
    todo = list(everything)
    if sample is not None and sample < len(todo):
        todo = sorted(random.Random(1).sample(todo, sample), key=lambda one: (str(one.path), one.number))  # noqa: S311 - no secret
    _say(f"{name}: {len(everything):,} mutants, {len(todo):,} tried, with {len(tests)} files of tests")
    results: list[bool] = []
    for trial, survived in run_all(ROOT, todo, tests, jobs=jobs):
        results.append(survived)
        if survived:
            _say(_survivor(trial, everything[trial]))
        elif len(results) % 100 == 0:
            _say(f"  {len(results):,} tried")
    return len(everything), results


def _survivor(trial: Trial, mutant: Mutant) -> str:
    return f"  survived  {trial.path.relative_to(ROOT)}:{mutant.line}  {mutant.what}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
