"""The command line in an interpreter that writes down the name of every file that is there and that it opens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from commandline import Ended, environment

_WATCHED = """
import os, sys
log = open(sys.argv[1], "ab", buffering=0)
def see(event, args):
    # A name that is not there is one in a folder that is being removed, which is opened beside.
    if event == "open" and isinstance(args[0], (str, bytes, os.PathLike)) and os.path.lexists(args[0]):
        log.write(os.fsencode(os.path.abspath(args[0])) + b"\\0")
sys.addaudithook(see)
sys.argv = ["reviewbot", *sys.argv[2:]]
from reviewbot.cli import run
run()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    ended: Ended
    opened: frozenset[str]
    """Absolute names, links in them as they were named."""

    def below(self, folder: Path) -> set[str]:
        """What was opened in a folder, from there."""
        return {os.path.relpath(name, folder) for name in self.opened if Path(name).is_relative_to(folder)}


def watched(*args: str, log: Path, cwd: Path, env: Mapping[str, str]) -> Watched:
    done = subprocess.run(
        [sys.executable, "-P", "-c", _WATCHED, str(log), *args],
        cwd=cwd,
        env=environment(cwd, env),
        capture_output=True,
        text=True,
        timeout=90,
    )
    ended = Ended(code=done.returncode, out=done.stdout, err=done.stderr)
    return Watched(ended=ended, opened=frozenset(map(os.fsdecode, log.read_bytes().split(b"\0")[:-1])))
