"""The real command line, in a subprocess with an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forks import FORKS
from provider_formats import Json, Object

KEY = "canary-key-0123456789abcdef"

CONFIG = """\
reviewers:
  - {{name: opus, model: anthropic/claude-sonnet-4-5, api_base: "{anthropic}", api_key_env: OPUS_KEY}}
  - {{name: gpt, model: openai/gpt-test, api_base: "{openai}", api_key_env: GPT_KEY}}
  - {{name: gemini, model: gemini/gemini-2.5-flash, api_base: "{gemini}", api_key_env: GEMINI_KEY}}
"""
KEYS = {"OPUS_KEY": f"{KEY}-opus", "GPT_KEY": f"{KEY}-gpt", "GEMINI_KEY": f"{KEY}-gemini"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended. `out` and `err` are what it printed."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        """stdout as a JSON report."""
        return json.loads(self.out)


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing of ours but where programs are, and that no answer is kept: each run asks what its test scripted."""
    mine = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "REVIEWBOT_CACHE_DIR": ""}
    return {**mine, **(more or {})}


def command(*args: str) -> list[str]:
    return [str(Path(sys.executable).with_name("reviewbot")), *args]


def reviewbot(
    *args: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout_s: float = 90,
    afresh: bool = False,
) -> Ended:
    """Run it to its end, in a process of its own. No run may leave a key of `KEYS` on any stream.

    That process has its libraries imported (see `forks`), unless it reads something on stdin or is to start `afresh`:
    where it matters what the interpreter or a library finds when it starts.
    """
    if not stdin and not afresh:
        return _checked(*FORKS.run(args, cwd=cwd, env=environment(cwd, env), timeout_s=timeout_s))
    done = subprocess.run(
        command(*args),
        cwd=cwd,
        env=environment(cwd, env),
        input=stdin,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )
    return _checked(done.returncode, done.stdout, done.stderr)


def _checked(code: int, out: bytes, err: bytes) -> Ended:
    ended = Ended(code=code, out=out.decode(), err=err.decode())
    assert KEY not in ended.out + ended.err
    assert "Traceback" not in ended.err
    return ended


def entry(path: str, line: int, title: str, body: str, *, severity: str = "high", **more: Json) -> Object:
    return {"path": path, "start_line": line, "severity": severity, "title": title, "body": body, **more}
