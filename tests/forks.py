"""The command line in processes that are forked from one which has imported its libraries and done nothing else.

Importing litellm and PyGithub takes a second of every run; tests that run `reviewbot pr` hundreds of times need not pay
for it each time. Each run is a process of its own all the same, with its own variables, folder and streams.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

_POLL_S = 0.005


class Forks:
    """The process to fork from, which is started when it is first needed."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None

    def run(
        self, args: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout_s: float
    ) -> tuple[int, bytes, bytes]:
        """The exit code, stdout and stderr of `reviewbot` with these arguments; stdin is empty.

        Several may run at once.
        """
        with tempfile.TemporaryDirectory(prefix="run-") as name:
            folder = Path(name)
            asked = {"args": [*args], "cwd": str(cwd), "env": {**env}, "folder": name}
            stream = self._started().stdin
            assert stream is not None
            stream.write(json.dumps(asked).encode() + b"\n")
            stream.flush()
            ends = time.monotonic() + timeout_s
            while not (folder / "code").exists():
                if time.monotonic() > ends:
                    raise TimeoutError(f"reviewbot {' '.join(args)} did not end within {timeout_s:g} s")
                time.sleep(_POLL_S)
            return int((folder / "code").read_text()), (folder / "out").read_bytes(), (folder / "err").read_bytes()

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
    from reviewbot.stages.injection_rules import TEXTS, WORDS
    from reviewbot.stages.secret_rules import RULES

    for module in pkgutil.walk_packages(reviewbot.__path__, "reviewbot."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for order in (*WORDS, *TEXTS):
        order.pattern.search("")
    for secret in RULES:
        secret.pattern.search("")


def _run(asked: Mapping[str, object]) -> NoReturn:
    """In a process that waits for the one with the command line, and leaves its exit code behind."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(str(asked["folder"]))
    child = os.fork()
    if child == 0:
        _become(asked, folder)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    written = folder / "code.part"
    written.write_text(str(code))
    written.rename(folder / "code")
    os._exit(0)


def _become(asked: Mapping[str, object], folder: Path) -> NoReturn:
    args, env = asked["args"], asked["env"]
    assert isinstance(args, list)
    assert isinstance(env, dict)
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
