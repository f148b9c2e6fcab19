"""Fuzzing for as long as one likes: mutations of known texts for every parser, and each input that breaks one kept.

    PYTHONPATH=tests .venv/bin/python tools/fuzz.py [--seconds N | --inputs N] [--seed N] [TARGET ...]

Targets take turns in a process of their own. An input that is not read or refused as it has to be, that takes too long,
waits for ever or ends that process goes to the folder `fuzz-found`, the others go on, and the exit code is 1. Without a
seed each run looks elsewhere; the seed that it took is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fuzz_run import LIMIT_S, Run, Target, Trouble
from fuzz_targets import TARGETS

FOUND = Path("fuzz-found")


def main(words: Sequence[str], targets: Mapping[str, Target], *, limit_s: float = LIMIT_S) -> int:
    """The exit code. `limit_s`: CPU time for one input."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(targets)}; none is all of them")
    options.add_argument("--seconds", type=float, metavar="N", help="how long (default: 600, without --inputs)")
    options.add_argument("--inputs", type=int, metavar="N", help="how many mutations each target gets")
    options.add_argument("--seed", type=int, metavar="N")
    chosen = options.parse_args(words)
    for name in chosen.targets:
        if name not in targets:
            options.error(f"there is no target {name!r}; there are {', '.join(targets)}")
    seed = random.SystemRandom().randrange(2**32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}", flush=True)
    run = Run(
        targets={name: targets[name] for name in chosen.targets or targets},
        seed=seed,
        seconds=chosen.seconds or (600 if chosen.inputs is None else math.inf),
        inputs=chosen.inputs,
        limit_s=limit_s,
    )
    found = 0
    for trouble in run.troubles():
        found += 1
        print(f"{_kept(trouble)}: {trouble.target}: {trouble.what}: {trouble.data[:80]!r}", flush=True)
    for name, tally in run.tallies.items():
        end = "; left out of the rest" if tally.left_out else ""
        print(f"{name}: {tally.inputs:,} inputs, {tally.read / max(tally.inputs, 1):.0%} read{end}")
    return 1 if found else 0


def _kept(trouble: Trouble) -> Path:
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{trouble.target.replace(' ', '-')}-{hashlib.sha256(trouble.data).hexdigest()[:12]}"
    path.write_bytes(trouble.data)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], TARGETS))
