"""The processes of mutation testing: one for each mutant, forked from one that has done the common work.

A mistake in the body of a function is put into that function in a process that has imported and collected the tests
already, and only the tests that call the function are run. Any other mistake, and one in a function that runs while
modules are imported, gets a process in which the module is imported with it, and all tests of the part.

Tests that have found a mistake run first, then the quick ones. Time is CPU time everywhere, so that a busy machine
kills no mutant.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from mutant_import import Finder, module_name
from mutants import mutated

_SETTINGS = "mutate"
_NEEDS_AN_IMPORT = 98
_BROKEN = 97
_SPARE_S = 5
_MEMORY = 3 << 30

Function = tuple[str, str]
"""The file of a module and the qualified name of a function in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    path: Path
    number: int
    """Of the mutant, as `mutants.mutants` counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the run without a mutant tells."""

    seconds: dict[str, float]
    """CPU time of each test."""
    callers: dict[Function, set[str]]
    """Tests that call a function."""
    early: set[Function]
    """Functions that run before any test does."""


def prepare(root: Path) -> None:
    """Import what tests need and what is not ours, once for all children."""
    time.perf_counter = time.process_time
    sys.dont_write_bytecode = True
    os.chdir(root)
    for name in ("pytest", "hypothesis.strategies", "markdown_it", "yaml", "jsonschema", "pathspec", "unidiff"):
        __import__(name)
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)  # nobody reads the smallest example
    settings.register_profile(_SETTINGS, derandomize=True, database=None, deadline=None, phases=phases)


def run_all(root: Path, trials: Sequence[Trial], tests: Sequence[str], *, jobs: int) -> Iterator[tuple[Trial, bool]]:
    """Each trial, and whether its mutant survived the tests, in the order in which they end.

    A mutant in a module, or a function, that no test comes by has survived.
    """
    by_key = {(str(trial.path), trial.number): trial for trial in trials}
    first: list[str] = []
    seconds: dict[str, float] = {}
    late: list[Trial] = []
    child, lines = _fork(lambda to: _collected(root, trials, tests, to, jobs=jobs), None)
    with os.fdopen(lines) as told:
        for line in told:
            kind, *rest = json.loads(line)
            if kind == "tried":
                path, number, survived = rest
                yield by_key[path, number], survived
            elif kind == "late":
                late.append(by_key[rest[0], rest[1]])
            else:
                first, seconds = rest
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise SystemExit("mutate: the tests do not pass as they are; mend them first")
    limit_s = _limit(seconds.values())
    for trial, code, killer in _race(
        late, lambda trial, to: _imported(root, trial, tests, _Order(first, seconds, to)), limit_s, jobs=jobs
    ):
        _remember(first, killer)
        yield trial, code == 0


def _limit(seconds: Iterable[float]) -> int:
    """Seconds of CPU time that a run of tests which take that many may take with a mutant."""
    return _SPARE_S + int(4 * sum(seconds))


def _remember(first: list[str], killer: str) -> None:
    if killer:
        if killer in first:
            first.remove(killer)
        first.insert(0, killer)


# ---------------------------------------------------------------- processes


def _fork(work: Callable[[int], int], limit_s: int | None) -> tuple[int, int]:
    """The id of a child that ends with what `work` returns, and where to read what it writes."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    code = 1
    try:
        os.close(read)
        if limit_s is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 5))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        code = work(write)
    except MemoryError:  # a mutant that never ends has filled what it may, and pytest could not go on: noticed
        code = 1
    except Exception as error:  # noqa: BLE001 - an error of these tools; what a mutant raises, pytest has caught
        os.write(write, repr(error).encode())
        code = _BROKEN
    finally:
        os._exit(code)


def _race(
    trials: Sequence[Trial],
    work: Callable[[Trial, int], int],
    limit_s: int,
    *,
    jobs: int,
) -> Iterator[tuple[Trial, int, str]]:
    """Each trial with the exit code of its child (below 0 when its time was over) and the test that failed."""
    running: dict[int, tuple[Trial, int]] = {}
    waiting = list(reversed(trials))
    while waiting or running:
        while waiting and len(running) < jobs:
            trial = waiting.pop()
            child, read = _fork(lambda to, trial=trial: work(trial, to), limit_s)  # type: ignore[misc]
            running[child] = trial, read
        child, status = os.wait()
        trial, read = running.pop(child)
        with os.fdopen(read) as told:
            killer = told.read()
        code = os.waitstatus_to_exitcode(status)
        if code == _BROKEN:
            raise RuntimeError(f"mutant {trial.number} of {trial.path.name} could not be tried: {killer}")
        yield trial, code, killer


# ---------------------------------------------------------------- mistakes that are imported


class _Order:
    """A plugin of pytest: tests that have found mistakes first, then the quick ones; tells which one failed."""

    def __init__(self, first: Sequence[str], seconds: dict[str, float], to: int) -> None:
        self._first = {test: at for at, test in enumerate(first)}
        self._seconds = seconds
        self._to = to

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=lambda item: (self._first.get(item.nodeid, len(self._first)), self._took(item)))

    def _took(self, item: Any) -> float:
        return self._seconds.get(item.nodeid, 0.0)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            os.write(self._to, report.nodeid.encode())


def _options(tests: Sequence[str]) -> list[str]:
    plain = ["-q", "--assert=plain", "-p", "no:cacheprovider", f"--hypothesis-profile={_SETTINGS}"]
    return [*plain, *tests]


def _imported(root: Path, trial: Trial, tests: Sequence[str], order: _Order) -> int:
    import pytest

    sys.meta_path.insert(0, Finder(root, trial.path, mutated(trial.path.read_text(), trial.number)))
    return int(pytest.main(["-x", *_options(tests)], plugins=[order]))


# ---------------------------------------------------------------- mistakes in the body of a function


def _collected(root: Path, trials: Sequence[Trial], tests: Sequence[str], to: int, *, jobs: int) -> int:
    import pytest

    calls = _Calls({str(trial.path) for trial in trials})
    loop = _Loop(root, trials, calls, to, jobs=jobs)
    calls.start()
    code = int(pytest.main(_options(tests), plugins=[loop]))
    return 0 if code == 0 and loop.done else 1


class _Calls:
    """Which functions of the modules are called."""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self.seen: set[Function] = set()

    def start(self) -> None:
        self.seen = set()
        sys.settrace(self._call)

    def stop(self) -> set[Function]:
        sys.settrace(None)
        return self.seen

    def _call(self, frame: FrameType, event: str, arg: object) -> None:
        del event, arg
        code = frame.f_code
        if code.co_filename in self._files:
            self.seen.add((code.co_filename, code.co_qualname.partition(".<locals>")[0]))


class _Loop:
    """A plugin of pytest: in place of one run of the collected tests, one for each trial."""

    def __init__(self, root: Path, trials: Sequence[Trial], calls: _Calls, to: int, *, jobs: int) -> None:
        self._root = root
        self._trials = trials
        self._calls = calls
        self._to = to
        self._jobs = jobs
        self._first: dict[str, list[str]] = defaultdict(list)
        self._failed = ""
        self.done = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self._failed = report.nodeid

    def pytest_runtestloop(self, session: Any) -> bool:
        items = {item.nodeid: item for item in session.items}
        known = self._learn(items)
        if known is None:
            return True
        everything: list[str] = []
        race = _race(
            self._trials,
            lambda trial, to: self._try(trial, items, known, to),
            _limit(known.seconds.values()),
            jobs=self._jobs,
        )
        for trial, code, killer in race:
            if code == _NEEDS_AN_IMPORT:
                self._tell("late", str(trial.path), trial.number)
                continue
            _remember(self._first[str(trial.path)], killer)
            _remember(everything, killer)
            self._tell("tried", str(trial.path), trial.number, code == 0)
        self._tell("known", everything, known.seconds)
        self.done = True
        return True

    def _tell(self, *line: object) -> None:
        os.write(self._to, (json.dumps(line) + "\n").encode())

    def _learn(self, items: dict[str, Any]) -> Known | None:
        """What is known of the tests, or None when they do not pass as they are."""
        early = self._calls.stop()
        child, read = _fork(lambda to: self._trace(items, to), None)
        with os.fdopen(read) as told:
            lines = [json.loads(line) for line in told]
        os.waitpid(child, 0)
        callers: dict[Function, set[str]] = defaultdict(set)
        for test, _, _, calls in lines:
            for file, name in calls:
                callers[file, name].add(test)
        slow = [items[test] for test, _, passed, _ in lines if not passed]  # being watched takes time
        child, _ = _fork(lambda _: int(not self._passes(slow)), None)
        _, status = os.waitpid(child, 0)
        if status != 0 or len(lines) != len(items):
            return None
        return Known(seconds={test: took for test, took, _, _ in lines}, callers=callers, early=early)

    def _trace(self, items: dict[str, Any], to: int) -> int:
        for test, item in items.items():
            _forget_results()
            started = time.process_time()
            self._calls.start()
            passed = self._passes([item])
            calls = self._calls.stop()
            took = round(time.process_time() - started, 3)
            with os.fdopen(os.dup(to), "w") as told:
                told.write(json.dumps([test, took, passed, sorted(calls)]) + "\n")
        return 0

    def _passes(self, items: Sequence[Any]) -> bool:
        self._failed = ""
        for at, item in enumerate(items):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[at + 1] if at + 1 < len(items) else None)
            if self._failed:
                return False
        return True

    def _try(self, trial: Trial, items: dict[str, Any], known: Known, to: int) -> int:
        source = trial.path.read_text()
        name = _put_in(self._root, trial, source)
        if name is None or (str(trial.path), name) in known.early:
            return _NEEDS_AN_IMPORT
        first = {test: at for at, test in enumerate(self._first[str(trial.path)])}
        tests = sorted(
            known.callers.get((str(trial.path), name), ()),
            key=lambda test: (first.get(test, len(first)), known.seconds[test], test),
        )
        limit_s = _limit(known.seconds[test] for test in tests)
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 5))
        if self._passes([items[test] for test in tests]):
            return 0
        os.write(to, self._failed.encode())
        return 1


def _forget_results() -> None:
    """Empty what `lru_cache` holds, so that each test is seen to call what it needs."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "reviewbot":
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _put_in(root: Path, trial: Trial, source: str) -> str | None:
    """Put the mistake into the function that has it, and return its name; None where that is not enough."""
    before = compile(ast.parse(source), str(trial.path), "exec")
    after = compile(mutated(source, trial.number), str(trial.path), "exec")
    changed = changed_function(before, after)
    module = sys.modules.get(module_name(root, trial.path))
    if changed is None or module is None:
        return None
    old, new = changed
    *classes, name = old.co_qualname.split(".")
    owner: Any = module
    for part in classes:
        owner = vars(owner).get(part)
    function = _plain(vars(owner).get(name))
    if function is None or function.__code__.co_firstlineno != old.co_firstlineno:
        return None
    function.__code__ = new
    return old.co_qualname


def _plain(value: Any) -> FunctionType | None:
    """The function inside a property, a class method or what a decorator made of it."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    value = inspect.unwrap(value) if callable(value) else value
    return value if isinstance(value, FunctionType) else None


def changed_function(before: CodeType, after: CodeType) -> tuple[CodeType, CodeType] | None:
    """The function of a module, or method of a class, whose body is all that differs between two versions."""
    if before == after:
        return None
    if before.co_flags & inspect.CO_OPTIMIZED:
        return None if "<" in before.co_qualname else (before, after)
    if _shell(before) != _shell(after):
        return None
    parts = [(b, a) for b, a in zip(before.co_consts, after.co_consts, strict=True) if b != a]
    return changed_function(*parts[0]) if len(parts) == 1 else None


def _shell(code: CodeType) -> CodeType:
    return code.replace(co_consts=tuple(None if isinstance(part, CodeType) else part for part in code.co_consts))
