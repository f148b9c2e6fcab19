"""What a machine may lack that a test needs: `@pytest.mark.needs("strace")`. docs/security.md says it of each test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path


@cache
def is_here(what: str) -> bool:
    """Raises KeyError for what nobody has said here how to look for."""
    return _LOOKS[what]()


def _may_trace() -> bool:
    program = shutil.which("strace")
    return program is not None and subprocess.run([program, "-f", "true"], capture_output=True).returncode == 0


_LOOKS: Mapping[str, Callable[[], bool]] = {
    "/dev/full": Path("/dev/full").exists,
    "/proc": Path("/proc/self/environ").exists,
    "a user other than root": lambda: os.geteuid() != 0,
    "openssl": lambda: shutil.which("openssl") is not None,
    "root": lambda: os.geteuid() == 0,
    "signals": lambda: os.name == "posix",
    "strace": _may_trace,
}
