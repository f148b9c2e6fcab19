"""A command run for real and measured: how it ends, what it says, how long it takes, what it holds, what it leaves."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from forks import FORKS

Stdout = Literal["read", "closed", "full"]

# The peak of a process counts what its parent held when it was forked, so a small program has to start it: the tests
# themselves may have held gigabytes.
_STARTER = """
import os, resource, signal, sys, time
link, limit, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
os.set_inheritable(link, False)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
started = time.monotonic()
# A test run that was started in the background hands down that SIGINT is ignored.
child = os.posix_spawn(argv[0], argv, os.environ, setsid=True, setsigdef=[signal.SIGINT, signal.SIGTERM])
os.write(link, b"%d\\n" % child)
_, status, used = os.wait4(child, 0)
seconds = time.monotonic() - started
os.write(link, b"%d %d %f\\n" % (os.waitstatus_to_exitcode(status), used.ru_maxrss, seconds))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`code` is negative when a signal ended the process. `mib` is the peak of it and of the programs it called."""

    code: int
    out: str
    err: str
    seconds: float
    mib: int
    left: tuple[int, ...]
    """Processes of its session that were still there a second after it had ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """A signal, sent to the process alone as soon as `when` is true of its id."""

    signal: signal.Signals
    when: Callable[[int], bool]


def measure(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdout: Stdout = "read",
    interruption: Interruption | None = None,
    file_limit: int = 0,
    timeout_s: float = 180,
) -> Measured:
    """Run a command to its end, in a session of its own. `file_limit`: no file may grow beyond so many bytes."""
    reading, link = os.pipe()
    with os.fdopen(reading) as told, _stdout(stdout) as out_to:
        run = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _STARTER, str(link), str(file_limit), *argv],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out_to,
            stderr=subprocess.PIPE,
            pass_fds=[link],
        )
        os.close(link)
        child = int(told.readline())
        with ThreadPoolExecutor(1) as pool:
            printed = pool.submit(run.communicate)
            end = threading.Timer(timeout_s, _kill, [child])
            end.start()
            try:
                if interruption is not None:
                    _wait_until(lambda: interruption.when(child))
                    os.kill(child, interruption.signal)
                code, peak, seconds = told.readline().split()
            finally:
                end.cancel()
                # Whatever is left holds the pipes open, so it is looked for before they are read to their end.
                left = _left(child)
                _kill(child)
            out, err = printed.result()
    return Measured(
        code=int(code),
        out=(out or b"").decode(),
        err=err.decode(),
        seconds=float(seconds),
        mib=_mib(int(peak)),
        left=left,
    )


def measure_fork(
    args: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    interruption: Interruption | None = None,
    timeout_s: float = 180,
) -> Measured:
    """`reviewbot` with these arguments, in a process whose libraries are imported already (see `forks`)."""
    with FORKS.begun(args, cwd=cwd, env=env) as run:
        child = run.child()
        try:
            if interruption is not None:
                _wait_until(lambda: interruption.when(child))
                os.kill(child, interruption.signal)
            end = run.end(timeout_s)
        finally:
            left = _left(child)
            _kill(child)
        return Measured(
            code=end.code,
            out=run.out.decode(),
            err=run.err.decode(),
            seconds=end.seconds,
            mib=_mib(end.peak),
            left=left,
        )


def _mib(peak: int) -> int:
    return peak // (1024 if sys.platform == "linux" else 1024 * 1024)


def session(leader: int) -> tuple[int, ...]:
    """The processes of a session that have not ended; none where there is no /proc."""
    return tuple(
        int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _session_of(entry) == leader and _runs(entry)
    )


def _session_of(process: Path) -> int | None:
    try:
        return os.getsid(int(process.name))
    except OSError:
        return None


def _runs(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def _left(leader: int) -> tuple[int, ...]:
    end = time.monotonic() + 1
    while (found := session(leader)) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def _kill(leader: int) -> None:
    for process in session(leader):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@contextlib.contextmanager
def _stdout(kind: Stdout) -> Iterator[int | IO[bytes]]:
    match kind:
        case "read":
            yield subprocess.PIPE
        case "full":
            with Path("/dev/full").open("wb") as full:
                yield full
        case "closed":
            reading, writing = os.pipe()
            os.close(reading)
            try:
                yield writing
            finally:
                os.close(writing)


def _wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
