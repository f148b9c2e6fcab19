"""Inputs by their number, given to targets in a process that may hang, crash or eat memory; see tools/fuzz.py.

The kernel ends a process whose CPU time is over, also inside one call of a regular expression, where no Python code
gets to run. What it was given last is then known by its number.
"""

from __future__ import annotations

import math
import multiprocessing
import random
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fuzz_mutations import MAX_BYTES, Mutation, scrambled

LIMIT_S = 3.0
"""CPU time for one input of at most MAX_BYTES, on a slow machine."""
_MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space, of which Python and its libraries take some 200 MB."""
_PATIENCE = 20
"""An input that is not over after so many times its CPU time waits for something."""
_TURN_S = 0.5
"""Targets take turns by time, so that a slow one does not keep the others from their inputs."""
_MOST_DEATHS = 3
"""A target that ended its process so often is left out of the rest of a run; one that waits, at once: it costs most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`read` takes any bytes and raises nothing but `errors`; it gives None where it found nothing to read."""

    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    mutate: Mutation = scrambled
    repeats: bool = True
    """Each word is tried once as all there is, without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An input that a target did not take as it has to."""

    target: str
    data: bytes
    what: str

    @property
    def kind(self) -> tuple[str, str]:
        """The same for what has one cause, as far as that can be told."""
        return self.target, self.what.partition(": ")[0]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Of one target."""

    inputs: int = 0
    read: int = 0
    """Neither refused nor empty-handed."""
    left_out: bool = False


def fixed_inputs(target: Target) -> int:
    """How many inputs come before the mutations: the seeds, and each word repeated."""
    return len(target.seeds) + len(target.words) * target.repeats


def nth_input(name: str, target: Target, seed: int, number: int) -> bytes:
    """The same bytes for the same arguments, in any process."""
    if number < len(target.seeds):
        return target.seeds[number]
    if number < fixed_inputs(target):
        return (target.words[number - len(target.seeds)] * MAX_BYTES)[: MAX_BYTES // 4]
    return target.mutate(random.Random(f"{seed} {name} {number}"), target.seeds, target.words)


def attempt(name: str, target: Target, data: bytes) -> Trouble | bool:
    """Give one input to a target: whether it was read, or what is wrong. Never returns from a target that hangs."""
    try:
        return target.read(data) is not None
    except target.errors:
        return False
    except Exception as error:  # noqa: BLE001 - whatever else is raised is what is looked for
        at = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(at.filename).name}, {at.name}"
        return Trouble(target=name, data=data, what=f"{type(error).__name__} in {place}: {str(error)[:200]}")


@dataclass(slots=True, kw_only=True)
class Run:
    """One run over some targets, of `seconds`, or of `inputs` mutations each where that is not None."""

    targets: Mapping[str, Target]
    seed: int
    seconds: float = math.inf
    inputs: int | None = None
    limit_s: float = LIMIT_S
    """CPU time for one input."""
    tallies: dict[str, Tally] = field(default_factory=dict)

    def troubles(self) -> Iterator[Trouble]:
        """The first trouble of each kind, as soon as it is there; `tallies` is filled by the way."""
        self.tallies = {name: Tally() for name in self.targets}
        deaths = dict.fromkeys(self.targets, 0)
        known: set[tuple[str, str]] = set()
        end = time.monotonic() + self.seconds
        while names := [n for n, tally in self.tallies.items() if not tally.left_out and self._is_due(n, tally.inputs)]:
            if time.monotonic() >= end:
                return
            trouble, harm = self._one_process(names, known, end)
            if trouble is None:
                continue
            deaths[trouble.target] += harm
            self.tallies[trouble.target].left_out = deaths[trouble.target] >= _MOST_DEATHS
            if trouble.kind not in known:
                known.add(trouble.kind)
                yield trouble

    def _is_due(self, name: str, inputs: int) -> bool:
        return self.inputs is None or inputs < fixed_inputs(self.targets[name]) + self.inputs

    def _one_process(self, names: Sequence[str], known: set[tuple[str, str]], end: float) -> tuple[Trouble | None, int]:
        """Inputs until there is trouble of a new kind, with how many deaths it counts for, or nothing left to do."""
        context = multiprocessing.get_context("fork")
        board = context.RawArray("Q", 1 + 2 * len(names))
        """Which target has its turn; then of each how many inputs it got, and how many of them it read."""
        for at, name in enumerate(names):
            board[1 + 2 * at], board[2 + 2 * at] = self.tallies[name].inputs, self.tallies[name].read
        ours, its = context.Pipe(duplex=False)
        process = context.Process(target=self._work, args=(names, known, end, board, its), daemon=True)
        process.start()
        its.close()
        waited = self._wait(process, board)
        for at, name in enumerate(names):
            self.tallies[name].inputs, self.tallies[name].read = board[1 + 2 * at], board[2 + 2 * at]
        name, what, harm = names[board[0]], "waits without an end", _MOST_DEATHS
        if waited and process.exitcode == 0:
            try:
                what, harm = ours.recv(), 0
            except EOFError:
                return None, 0
        elif waited:
            what, harm = self._end(process.exitcode), 1
        data = nth_input(name, self.targets[name], self.seed, self.tallies[name].inputs - 1)
        return Trouble(target=name, data=data, what=what), harm

    def _wait(self, process: Any, board: Any) -> bool:
        """Until the process is over; False when it had to be killed, because an input took too long."""
        seen, since = list(board), time.monotonic()
        while process.is_alive():
            process.join(1.0)
            if list(board) != seen:
                seen, since = list(board), time.monotonic()
            elif process.is_alive() and time.monotonic() - since > _PATIENCE * self.limit_s:
                process.kill()
                process.join()
                return False
        return True

    def _end(self, code: int | None) -> str:
        if code == -signal.SIGPROF:
            return f"takes too long: more than {self.limit_s:g} s of CPU time"
        told = f"exit code {code}" if code is None or code >= 0 else signal.Signals(-code).name
        return f"ends its process: {told}"

    def _work(
        self, names: Sequence[str], known: set[tuple[str, str]], end: float, board: Any, parent: Connection
    ) -> None:
        """What the process does. SIGPROF ends it, as nothing here handles that."""
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        with suppress(OSError, ValueError):  # a system that does not limit that, or less
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        left = list(enumerate(names))
        while left and time.monotonic() < end:
            for at, name in tuple(left):
                board[0] = at
                until = min(end, time.monotonic() + _TURN_S)
                while time.monotonic() < until:
                    if not self._is_due(name, board[1 + 2 * at]):
                        left.remove((at, name))
                        break
                    board[1 + 2 * at] += 1
                    signal.setitimer(signal.ITIMER_PROF, self.limit_s)
                    found = attempt(
                        name,
                        self.targets[name],
                        nth_input(name, self.targets[name], self.seed, board[1 + 2 * at] - 1),
                    )
                    signal.setitimer(signal.ITIMER_PROF, 0)
                    if isinstance(found, Trouble) and found.kind not in known:
                        parent.send(found.what)
                        return
                    board[2 + 2 * at] += found is True
