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
import ast
import importlib.machinery
import os
import random
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType, ModuleType

from mutants import Mutant, mutants, mutated

ROOT = Path(__file__).parents[1]
_NOT_LOADED = 99
_SETTINGS = "mutate"


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
            "property/test_merge_properties.py",
        ),
    ),
    "redact": Part(
        modules=("stages/redact.py", "stages/secret_*.py", "stages/private_keys.py"),
        tests=("unit/test_redact*.py", "unit/test_secret*.py", "property/test_redact_properties.py"),
    ),
    "sanitise": Part(
        modules=("sanitize/*.py",),
        tests=("unit/test_sanitize.py", "unit/test_keys.py", "property/test_sanitize_properties.py"),
    ),
    "injection": Part(modules=("stages/injection*.py",), tests=("unit/test_injection*.py",)),
    "config": Part(
        modules=("config/parse.py", "config/build.py", "config/checks.py", "config/tree.py", "config/yaml_tree.py"),
        tests=("unit/test_config_*.py", "property/test_config_properties.py"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    path: Path
    mutant: Mutant
    survived: bool


def main(argv: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none is all of them")
    options.add_argument("--sample", type=int, metavar="N", help="at most N mutants of each part")
    options.add_argument("--jobs", type=int, default=1, metavar="N", help="so many at once (default: 1)")
    chosen = options.parse_args(argv)
    for name in chosen.parts:
        if name not in PARTS:
            options.error(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    _prepare()
    rows = [
        _row(name, _try_part(name, PARTS[name], sample=chosen.sample, jobs=chosen.jobs))
        for name in chosen.parts or PARTS
    ]
    _say("\n| part | mutants | tried | killed | score |\n|---|---:|---:|---:|---:|")
    _say("\n".join(rows))
    return 0


def _row(name: str, tried: tuple[int, Sequence[Tried]]) -> str:
    of, results = tried
    killed = sum(not one.survived for one in results)
    return f"| {name} | {of:,} | {len(results):,} | {killed:,} | {killed / max(1, len(results)):.1%} |"


def _try_part(name: str, part: Part, *, sample: int | None, jobs: int) -> tuple[int, Sequence[Tried]]:
    tests = [str(path) for pattern in part.tests for path in sorted((ROOT / "tests").glob(pattern))]
    paths = [path for pattern in part.modules for path in sorted((ROOT / "reviewbot").glob(pattern))]
    everything = [(path, mutant) for path in paths for mutant in mutants(path.read_text())]
    todo = everything
    if sample is not None and sample < len(todo):
        todo = sorted(random.Random(1).sample(todo, sample), key=lambda one: (str(one[0]), one[1].number))  # noqa: S311 - no secret
    _say(f"{name}: {len(everything):,} mutants, {len(todo):,} tried, with {len(tests)} files of tests")
    limit_s = _limit(name, tests)
    tried: list[Tried] = []
    running: dict[int, tuple[Path, Mutant]] = {}
    for path, mutant in todo:
        while len(running) >= jobs:
            _collect(running, tried)
        running[_start(path, mutant, tests, limit_s)] = (path, mutant)
    while running:
        _collect(running, tried)
    return len(everything), tried


def _limit(name: str, tests: Sequence[str]) -> int:
    """Seconds of CPU time that the tests may take with a mutant: four times what they take without, and ten."""
    _, status, used = os.wait4(_start(None, None, tests, 3600), 0)
    if status != 0:
        raise SystemExit(f"mutate: the tests of {name} do not pass as they are; mend them first")
    return 10 + int(4 * (used.ru_utime + used.ru_stime))


def _collect(running: dict[int, tuple[Path, Mutant]], tried: list[Tried]) -> None:
    """Take in the children that have ended. One whose time is over was ended by a signal, which is a code below 0."""
    time.sleep(0.01)
    for child, (path, mutant) in list(running.items()):
        pid, status = os.waitpid(child, os.WNOHANG)
        if not pid:
            continue
        code = os.waitstatus_to_exitcode(status)
        del running[child]
        if code == _NOT_LOADED:
            raise SystemExit(f"mutate: the tests never import {path.relative_to(ROOT)}")
        tried.append(Tried(path=path, mutant=mutant, survived=code == 0))
        if code == 0:
            _say(f"  survived  {path.relative_to(ROOT)}:{mutant.line}  {mutant.what}")


# ---------------------------------------------------------------- the process of one mutant


def _prepare() -> None:
    """Import what tests need and what is not ours, once for all children."""
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    for name in ("pytest", "hypothesis.strategies", "markdown_it", "yaml", "jsonschema", "pathspec", "unidiff"):
        __import__(name)
    from hypothesis import settings

    settings.register_profile(_SETTINGS, derandomize=True, database=None, deadline=None)


def _start(path: Path | None, mutant: Mutant | None, tests: Sequence[str], limit_s: int) -> int:
    """The id of a child that runs the tests, and ends with their exit code or for its CPU time of `limit_s`.

    CPU time, so that a busy machine kills no mutant.
    """
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 5))
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        code = _run(path, mutant, tests)
    finally:
        os._exit(code)


def _run(path: Path | None, mutant: Mutant | None, tests: Sequence[str]) -> int:
    import pytest

    finder = None
    if path is not None and mutant is not None:
        finder = _Finder(path, mutated(path.read_text(), mutant.number))
        sys.meta_path.insert(0, finder)
    plain = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", f"--hypothesis-profile={_SETTINGS}"]
    code = int(pytest.main([*plain, *tests]))
    return _NOT_LOADED if finder is not None and not finder.loaded and code == 0 else code


class _Finder(MetaPathFinder):
    """Gives the mutated tree for one module, and leaves all others to whoever is asked next."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        parts = path.relative_to(ROOT).with_suffix("").parts
        self._name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self._path = path
        self._tree = tree
        self.loaded = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        self.loaded = True
        loader = _Loader(fullname, str(self._path), self._tree)
        places = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        spec = importlib.machinery.ModuleSpec(fullname, loader, origin=str(self._path), is_package=places is not None)
        spec.has_location = True
        if places:
            spec.submodule_search_locations = places
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self._tree, self.path, "exec")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
