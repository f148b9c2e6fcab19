"""Some seconds of what `make fuzz` does for as long as one likes, and what that does with an input which ends it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_mutations import MAX_BYTES
from fuzz_run import attempt, fixed_inputs, nth_input
from fuzz_targets import TARGETS

ROOT = Path(__file__).parents[2]
SHARES = 4
"""A process takes a second before it begins, and one for all targets would keep one core alone busy."""
LEAST_READ = 10
"""Of a hundred inputs: a target that refuses nearly all of them shows nothing of what comes after its first look."""

HOSTILE = """
import os, re, sys, time
import fuzz
from fuzz_run import Target

def target(read):
    return Target(read=read, errors=(ValueError,), seeds=(b"fine",), words=(b"a",), repeats=False)

def hang(data):
    if data != b"fine":
        re.fullmatch(rb"(a+)+$", b"a" * 60 + b"!")

def abort(data):
    if data != b"fine":
        os.abort()

def leave(data):
    if data != b"fine":
        os._exit(3)

def wait(data):
    if data != b"fine":
        time.sleep(3600)

def hog(data):
    if data != b"fine":
        bytearray(10**12)

def fail(data):
    if data != b"fine":
        raise KeyError(data)

named = {"hang": hang, "abort": abort, "leave": leave, "wait": wait, "hog": hog, "fail": fail, "fine": len}
targets = {name: target(read) for name, read in named.items()}
sys.exit(fuzz.main(["--inputs", "40", "--seed", "1"], targets, limit_s=0.3))
"""


def ran(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = f"{ROOT / 'tests'}:{ROOT / 'tools'}"
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.requirement("R32")
@pytest.mark.requirement("R34")
@pytest.mark.parametrize("share", range(SHARES))
def test_every_seed_and_many_a_mutation_is_read_or_refused(share: int, tmp_path: Path) -> None:
    names = list(TARGETS)[share::SHARES]
    done = ran(str(ROOT / "tools/fuzz.py"), "--inputs", "60", "--seed", "1", *names, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    shares = dict(re.findall(r"(?m)^(.+): .* inputs, (\d+)% read$", done.stdout))
    assert list(shares) == names
    assert [name for name in names if int(shares[name]) < LEAST_READ] == []


def test_an_input_that_ends_or_hangs_its_process_is_kept_and_the_rest_goes_on(tmp_path: Path) -> None:
    done = ran("-c", HOSTILE, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    kept = {path.name.partition("-")[0]: path.read_bytes() for path in (tmp_path / "fuzz-found").iterdir()}
    assert sorted(kept) == ["abort", "fail", "hang", "hog", "leave", "wait"]
    assert all(data != b"fine" for data in kept.values())
    for said in (
        "hang: takes too long: more than 0.3 s of CPU time: ",
        "abort: ends its process: SIGABRT: ",
        "leave: ends its process: exit code 3: ",
        "wait: waits without an end: ",
        "hog: MemoryError in <string>, hog: ",
        "fail: KeyError in <string>, fail: ",
        "\nfine: 41 inputs, 100% read\n",
        "\nfail: 41 inputs, ",
    ):
        assert said in done.stdout
    assert done.stdout.count("; left out of the rest\n") == 4


def test_an_input_is_the_same_again_by_its_number() -> None:
    target = TARGETS["reply"]
    made = [nth_input("reply", target, 7, number) for number in range(200)]
    assert made == [nth_input("reply", target, 7, number) for number in range(200)]
    assert made[: len(target.seeds)] == list(target.seeds)
    assert len(set(made)) > 120


@pytest.mark.parametrize("name", TARGETS)
def test_mutations_differ_and_stay_small(name: str) -> None:
    first = fixed_inputs(TARGETS[name])
    made = {nth_input(name, TARGETS[name], 7, number) for number in range(first, first + 100)}
    assert len(made) > 60
    assert max(map(len, made)) <= MAX_BYTES


def test_what_is_refused_is_no_trouble_and_not_read() -> None:
    assert attempt("config", TARGETS["config"], b"[") is False
    assert attempt("diff", TARGETS["diff"], b"\x00" * 10) is False
    assert attempt("config", TARGETS["config"], b"gate: {quorum: 1}\n") is True
