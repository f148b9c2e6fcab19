"""What nobody foresaw: a damaged installation stands for a bug of ours, which nothing else can bring about at will."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from commandline import KEYS, Ended, command, environment
from fault_run import leaks, spellings

TOKEN = "ghp_" + "Ab1" * 12
DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"


def fails(folder: Path, message: str, *, limits: str = "") -> Ended:
    """A review in which a library fails with a message, as it does where it shows the values that it was about."""
    damaged = folder / "damaged"
    damaged.mkdir()
    (damaged / "unidiff.py").write_text(f"raise LookupError({message!r})\n")
    (folder / "tmp").mkdir()
    surroundings = {**KEYS, "PYTHONPATH": str(damaged), "TMPDIR": str(folder / "tmp")}
    done = subprocess.run(
        ["sh", "-c", f'{limits} exec "$@"', "sh", *command("review", "--diff", "-")],
        cwd=folder,
        env=environment(folder, surroundings),
        input=DIFF.encode(),
        capture_output=True,
        timeout=60,
    )
    return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


@pytest.mark.requirement("R9", "R11")
def test_a_bug_of_ours_ends_with_its_own_code_and_a_log_that_holds_no_secret(tmp_path: Path) -> None:
    written = [spelt for key in KEYS.values() for spelt in spellings(key)]
    ended = fails(tmp_path, f"cannot read {' '.join(written)} or {TOKEN}")
    assert (ended.code, ended.out) == (4, "")
    said = re.fullmatch(
        r"reviewbot: this is a bug in reviewbot \(LookupError\); please report it\n"
        r"  a log to attach was written to (\S+)\n",
        ended.err,
    )
    assert said is not None, ended.err
    (log,) = (tmp_path / "tmp").iterdir()
    assert (said[1], log.stat().st_mode & 0o777) == (str(log), 0o600)
    text = log.read_text()
    assert re.match(r"reviewbot \S+, Python 3\.", text)
    assert "Traceback" in text
    assert "LookupError: cannot read " in text
    assert leaks(text) is None
    assert TOKEN not in text


@pytest.mark.requirement("R11")
def test_a_bug_of_ours_without_room_for_a_log_keeps_its_code(tmp_path: Path) -> None:
    ended = fails(tmp_path, "no", limits="ulimit -f 0;")
    assert (ended.code, ended.out) == (4, "")
    assert "this is a bug in reviewbot (LookupError); please report it\n  no log could be written: " in ended.err
