"""How well findings of several reviewers are merged, on labelled findings, beside simple ways to do it.

    python benchmarks/consolidation.py DATA... [options]

Runs the product's own `merge` and prints Markdown tables. DATA is a folder in one of two layouts, told apart by what it
holds; below is what each file must contain.

Measures
    pairs            of two findings that report known defects: precision and recall of being in one entry
    merged away      of the n known defects of an entry, n - 1; a finding that reports two by itself counts as well
    duplicates left  of the n entries that report one defect, n - 1
    backed by        entries of so many reviewers or more; an entry earns one known defect at most (maximum matching),
                     and of the ways to match the one that earns the most severe is taken
    [low, high]      95% of the numbers that come out when changes are drawn anew, with replacement; a difference takes
                     the same draws for both sides
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import labelled
import reviewbench
from bench_report import bench_report
from crossvalidation import validate_bench, validate_located
from labelled import DataError, is_located, read_located
from located_report import located_report
from mistakes import bench_mistakes, located_mistakes
from reviewbench import Judged, is_bench, read_bench
from tables import plain

ROUNDS, SEED, TEAMS_OF_EACH_SIZE = 2_000, 1, 20


def main(words: Sequence[str] | None = None) -> int:
    """0, or 2 when the data are not as they must be."""
    options = _parser().parse_args(words)
    try:
        reports = [_report(folder, options) for folder in options.data]
    except DataError as exc:
        print(f"consolidation.py: {plain(str(exc))}", file=sys.stderr)
        return 2
    try:
        for line in chain.from_iterable(reports):
            print(line, flush=True)
    except BrokenPipeError:  # whoever reads has seen enough; the interpreter must not try once more when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report(name: str, options: argparse.Namespace) -> Iterator[str]:
    """Read a folder now; what is measured on it comes line by line.

    :raises DataError: when the folder does not hold what it must.
    """
    folder = Path(name)
    if not folder.is_dir():
        raise DataError(f"{name}: is no folder; give a folder of labelled findings")
    if is_located(folder):
        return _located(name, folder, options)
    if is_bench(folder):
        return _bench(name, read_bench(folder), options)
    raise DataError(
        f"{name}: holds neither {labelled.FINDINGS} with {labelled.GOLD} nor {reviewbench.EVALUATIONS}; "
        "give a folder of labelled findings (--help shows both layouts)"
    )


def _located(name: str, folder: Path, options: argparse.Namespace) -> Iterator[str]:
    changes = read_located(folder)
    report = validate_located if options.cross_validate else located_report
    lines = report(name, changes, rounds=options.rounds, seed=options.seed)
    return chain(lines, located_mistakes(changes, options.errors)) if options.errors else lines


def _bench(name: str, judges: Sequence[Judged], options: argparse.Namespace) -> Iterator[str]:
    by_name = {judged.judge: judged for judged in judges}
    judged = by_name.get(options.judge or judges[0].judge)
    if judged is None:
        raise DataError(f"{name}: has no judge {options.judge!r}; give --judge one of {', '.join(by_name)}")
    lines = (
        validate_bench(name, judged, rounds=options.rounds, seed=options.seed)
        if options.cross_validate
        else bench_report(name, judged, judges, teams=options.teams, rounds=options.rounds, seed=options.seed)
    )
    return chain(lines, bench_mistakes(judged, options.errors)) if options.errors else lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="\n".join(f"{module.__name__}: {module.__doc__}" for module in (labelled, reviewbench)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", metavar="DATA", nargs="+", help="a folder of labelled findings")
    parser.add_argument("--judge", help="whose matches the full tables of the bench are about (the first by name)")
    parser.add_argument(
        "--teams", type=_count, default=TEAMS_OF_EACH_SIZE, metavar="N", help="random teams of each size (%(default)s)"
    )
    parser.add_argument(
        "--cross-validate", action="store_true", help="only measure what tuning yields on changes it has not seen"
    )
    parser.add_argument(
        "--errors", type=_count, default=0, metavar="N", help="list the N worst mistakes with their texts (none)"
    )
    parser.add_argument("--rounds", type=_count, default=ROUNDS, metavar="N", help="draws of the changes (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="of draws and random teams (%(default)s)")
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
