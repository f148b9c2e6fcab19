"""Every row of the table of faults, met by the real command line, and what measures it by programs to be caught."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from commandline import KEYS
from fault_run import Fault, leaks, run, spellings
from faults import FAULTS, GROUPS
from measure import Interruption, measure
from reliability import BEGIN, DOCUMENT, END

LONG = (
    *("a change of 100 MB in git", "a change of 100 MB in `--diff`", "10,000 findings", "10,000 files"),
    *("headers, one byte at a time", "a server that says nothing"),
)
"""Rows of half a minute of CPU, or that wait for a deadline as others do."""


@pytest.mark.requirement("R1", "R7", "R8", "R9", "R11", "R13", "R22", "R29", "R31", "R52")
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.name, marks=[pytest.mark.thorough] if fault.name in LONG else [])
        for fault in FAULTS
    ],
)
def test_a_fault_ends_as_the_table_says(fault: Fault, tmp_path: Path) -> None:
    assert run(fault, tmp_path, forked=True).problems == ()


@pytest.mark.requirement("R11", "R52")
def test_the_document_lists_exactly_these_faults_with_their_exit_codes() -> None:
    text = DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    listed = re.findall(r"^\| (.+?) \| (\d+) \|", text, re.MULTILINE)
    assert listed == [(fault.name, str(fault.code)) for fault in FAULTS]
    assert re.findall(r"^### (.+)$", text, re.MULTILINE) == list(GROUPS)


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("key", KEYS.values())
def test_a_key_is_recognised_however_it_is_written_down(key: str) -> None:
    assert all(leaks(f"said: {spelling} again") for spelling in spellings(key))
    assert leaks(key[:12])
    assert leaks(key[:11]) is None


@pytest.mark.needs("/proc")
def test_a_process_that_is_left_behind_is_found_and_ended(tmp_path: Path) -> None:
    program = ["/bin/sh", "-c", "sleep 600 & echo $!"]
    measured = measure(program, cwd=tmp_path, env={"PATH": os.environ["PATH"]})
    assert measured.left == (int(measured.out),)


def test_the_peak_is_that_of_the_program_and_not_of_what_started_it(tmp_path: Path) -> None:
    held = b"x" * 300 * 1024 * 1024
    small, large = (
        measure([sys.executable, "-I", "-c", f"b'x' * {size}"], cwd=tmp_path, env={}).mib
        for size in (1, 200 * 1024 * 1024)
    )
    assert small < 50 < 200 < large < 250
    assert len(held) > large


def test_a_signal_is_sent_when_its_moment_has_come(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    program = ["/bin/sh", "-c", f": > '{ready}'; exec sleep 600"]
    interruption = Interruption(signal=signal.SIGINT, when=lambda child: ready.exists())
    measured = measure(program, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, interruption=interruption)
    assert (measured.code, measured.left) == (-signal.SIGINT, ())
