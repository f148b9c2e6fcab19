"""The command line in processes that are forked from one which has imported its libraries and done nothing else.

Importing litellm and PyGithub takes a second of every run; tests that run `reviewbot pr` hundreds of times need not pay
for it each time. Each run is a process of its own all the same, with its own variables, folder and streams.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

_POLL_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """`code` is negative when a signal ended the process; `peak` is what it held at most, in the system's own unit."""

    code: int
    peak: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """One run, by the files that are written about it."""

    folder: Path

    def child(self) -> int:
        """The process with the command line, which leads a session of its own."""
        return int(self._written("child", 60))

    def end(self, timeout_s: float) -> End:
        code, peak, seconds = self._written("end", timeout_s).split()
        return End(code=int(code), peak=int(peak), seconds=float(seconds))

    @property
    def out(self) -> bytes:
        return (self.folder / "out").read_bytes()

    @property
    def err(self) -> bytes:
        return (self.folder / "err").read_bytes()

    def _written(self, name: str, timeout_s: float) -> str:
        path, ends = self.folder / name, time.monotonic() + timeout_s
        while not path.exists():
            if time.monotonic() > ends:
                raise TimeoutError(f"reviewbot did not come to its {name} within {timeout_s:g} s")
            time.sleep(_POLL_S)
        return path.read_text()


class Forks:
    """The process to fork from, which is started when it is first needed."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None

    def run(
        self, args: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout_s: float
    ) -> tuple[int, bytes, bytes]:
        """The exit code, stdout and stderr of `reviewbot` with these arguments."""
        with self.begun(args, cwd=cwd, env=env) as fork:
            return fork.end(timeout_s).code, fork.out, fork.err

    @contextlib.contextmanager
    def begun(self, args: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Iterator[Fork]:
        """`reviewbot` with these arguments, which may still run; stdin is empty. Several may run at once."""
        with tempfile.TemporaryDirectory(prefix="run-") as name:
            asked = {"args": [*args], "cwd": str(cwd), "env": {**env}, "folder": name}
            stream = self._started().stdin
            assert stream is not None
            stream.write(json.dumps(asked).encode() + b"\n")
            stream.flush()
            yield Fork(folder=Path(name))

    def _started(self) -> subprocess.Popen[bytes]:
        if self._server is None:
            clean = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "LANG": "C.UTF-8"}
            self._server = subprocess.Popen([sys.executable, "-P", __file__], stdin=subprocess.PIPE, env=clean)
            atexit.register(self._server.kill)
        return self._server


FORKS = Forks()


def _serve() -> None:
    from reviewbot.platforms.github import client
    from reviewbot.reviewers import llm, loading

    del client, llm
    loading.load_litellm()
    _warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        if os.fork() == 0:
            _run(json.loads(line))


def _warm_up() -> None:
    """Everything that a run imports and compiles when it is first needed."""
    import importlib
    import pkgutil

    import reviewbot
    from reviewbot.late import compiled
    from reviewbot.stages.injection.ideas import ENGLISH
    from reviewbot.stages.injection.rules import WORDS
    from reviewbot.stages.injection.shapes import TEXTS
    from reviewbot.stages.secrets.rules import RULES

    for module in pkgutil.walk_packages(reviewbot.__path__, "reviewbot."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for order in (*WORDS, *TEXTS):
        order.pattern.search("")
    for idea in ENGLISH.ideas.values():
        compiled(idea).search("")
    for secret in RULES:
        secret.pattern.search("")


def _run(asked: Mapping[str, object]) -> NoReturn:
    """In a process that waits for the one with the command line, and leaves its exit code behind."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(str(asked["folder"]))
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _become(asked, folder)
    _write(folder / "child", str(child))
    _, status, used = os.wait4(child, 0)
    seconds = time.monotonic() - started
    _write(folder / "end", f"{os.waitstatus_to_exitcode(status)} {used.ru_maxrss} {seconds}")
    os._exit(0)


def _write(path: Path, text: str) -> None:
    """A file that is there as a whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.rename(path)


def _become(asked: Mapping[str, object], folder: Path) -> NoReturn:
    args, env = asked["args"], asked["env"]
    assert isinstance(args, list)
    assert isinstance(env, dict)
    os.setsid()
    # A test run that was started in the background hands down that SIGINT is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name in ((0, os.devnull), (1, str(folder / "out")), (2, str(folder / "err"))):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    os.chdir(str(asked["cwd"]))
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["reviewbot", *args]
    from reviewbot.cli import run

    run()
    os._exit(0)


if __name__ == "__main__":
    _serve()
