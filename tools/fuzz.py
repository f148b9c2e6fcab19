"""Fuzzing for as long as one likes: mutations of known texts for every parser, and each input that breaks one kept.

    PYTHONPATH=tests .venv/bin/python tools/fuzz.py [--seconds N] [--seed N] [TARGET ...]

Targets take turns. An input that is not read or refused as it has to be goes to the folder `fuzz-found`, and the exit
code is 1. Without a seed each run looks elsewhere; the seed that it took is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections import Counter
from pathlib import Path

from fuzz_targets import TARGETS, Trouble, attempt, mutation

FOUND = Path("fuzz-found")


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; none is all of them")
    options.add_argument("--seconds", type=float, default=600, metavar="N", help="how long (default: 600)")
    options.add_argument("--seed", type=int, metavar="N")
    chosen = options.parse_args()
    for name in chosen.targets:
        if name not in TARGETS:
            options.error(f"there is no target {name!r}; there are {', '.join(TARGETS)}")
    seed = random.SystemRandom().randrange(2**32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}")
    tried, found = fuzz(chosen.targets or list(TARGETS), seconds=chosen.seconds, seed=seed)
    for name, number in tried.items():
        print(f"{name}: {number:,} inputs, {sum(trouble.target == name for trouble in found)} in trouble")
    for trouble in found:
        print(f"{_kept(trouble)}: {trouble.target}: {trouble.what}")
    return 1 if found else 0


def fuzz(names: list[str], *, seconds: float, seed: int) -> tuple[Counter[str], list[Trouble]]:
    """How many inputs each target got, and the first of each kind of trouble."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    tried: Counter[str] = Counter()
    found: dict[tuple[str, str], Trouble] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in names:
            data = mutation(chance, TARGETS[name].seeds, TARGETS[name].words)
            tried[name] += 1
            if (trouble := attempt(name, data)) is not None:
                found.setdefault((name, trouble.what.partition(":")[0]), trouble)
    return tried, list(found.values())


def _kept(trouble: Trouble) -> Path:
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{trouble.target.replace(' ', '-')}-{hashlib.sha256(trouble.data).hexdigest()[:12]}"
    path.write_bytes(trouble.data)
    return path


if __name__ == "__main__":
    sys.exit(main())
