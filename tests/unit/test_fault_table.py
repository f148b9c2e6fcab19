"""A row of the table of faults is held against what came of the run: no promise of it can be broken unseen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from commandline import KEYS
from fault_run import KINDS, Fault, Found, Start, broken_promises
from faults import FAULTS
from measure import Measured

pytestmark = pytest.mark.requirement("R52")

FINDING: dict[str, object] = {"placed": True, "note": None, "members": [{}, {}, {}]}
REPORT = {
    "reviewers": [{"name": name, "status": "reviewed", "reason": f"late: {name}"} for name in ("opus", "gpt")],
    "findings": [FINDING],
}
ROW = Fault(
    name="a row",
    make=lambda scene: Start(args=(), cwd=scene.folder),
    code=3,
    says=("incomplete", "late"),
    reason=("late",),
    status="reviewed",
    found=Found(),
    requests=1,
    seconds=10,
    mib=100,
)
RUN = Measured(code=3, out=json.dumps(REPORT), err="incomplete", seconds=9.5, mib=99, left=())
ASKED = dict.fromkeys(KINDS, 1)


def told(row: Fault = ROW, run: Measured = RUN, *, trapped: int = 0, **asked: int) -> list[str]:
    return list(broken_promises(row, run, {**ASKED, **asked}, trapped))


def reported(**changed: object) -> Measured:
    return replace(RUN, out=json.dumps({**REPORT, **changed}))


def test_a_run_that_keeps_every_promise_is_no_problem() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (replace(RUN, code=0), "exit code 0, not 3"),
        (replace(RUN, code=-9), "exit code -9, not 3"),
        (replace(RUN, seconds=10.1), "took 10.1 s, more than 10"),
        (replace(RUN, mib=101), "held 101 MiB, more than 100"),
        (replace(RUN, left=(7,)), "left processes (7,)"),
        (replace(RUN, err="complete"), "does not say 'incomplete'"),
        (replace(RUN, err="incomplete\nTraceback (most recent call last):"), "a trace was printed"),
        (replace(RUN, err="incomplete\nx.py:1: UserWarning: x"), "a warning of Python's was printed"),
        (replace(RUN, err=f"incomplete {KEYS['GPT_KEY'][::-1]}"), "printed a part of a key"),
        (reported(findings=[]), "0 entries, not 1"),
        (reported(findings=[FINDING, FINDING]), "2 entries, not 1"),
        (reported(findings=[{**FINDING, "members": [{}, {}]}]), "2 members, not 3"),
        (reported(findings=[{**FINDING, "placed": False, "note": "no line"}]), "placed is False: no line"),
        (reported(reviewers=[{"name": "gpt", "status": "failed", "reason": "late"}]), "gpt is failed, not reviewed"),
        (reported(reviewers=[{"name": "gpt", "status": "reviewed", "reason": None}]), "does not say 'late' but None"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_each_promise_that_is_broken_is_named(run: Measured, said: str) -> None:
    assert said in "\n".join(told(run=run))


def test_who_was_asked_too_often_or_not_at_all_is_named() -> None:
    assert told(openai=2) == ["2 requests to openai, not 1"]
    assert told(gemini=0) == ["0 requests to gemini, not 1"]
    assert told(trapped=1) == ["1 connections to the trap"]


def test_what_a_row_leaves_open_is_not_asked_for() -> None:
    row = replace(ROW, status=None, found=None, requests=None)
    assert told(row, replace(RUN, out="late"), openai=5) == []


def test_findings_of_reviewers_that_all_failed_are_a_problem() -> None:
    row = replace(ROW, status="failed", found=None)
    failed = [{"name": "gpt", "status": "failed", "reason": "late"}]
    assert told(row, reported(reviewers=failed)) == ["findings of nobody"]


def test_every_row_promises_an_exit_code_of_ours_and_what_is_told() -> None:
    assert {row.code for row in FAULTS} <= {0, 1, 2, 3, 4, 130, 143}
    assert [row.name for row in FAULTS if row.code in (2, 3, 4) and not (row.says or row.reason or row.status)] == []
    assert len({row.name for row in FAULTS}) == len(FAULTS)
