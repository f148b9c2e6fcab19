"""What is drawn anew for each run."""

from __future__ import annotations

import re

import pytest
from config_files import loaded
from values import change, file, hunk

from reviewbot.reviewing import set_up

PANEL = "reviewers: [{name: a, model: openai/a}, {name: b, model: openai/b}]\n"
MARK = re.compile(r"=== ([0-9a-f]{32}) ===")


@pytest.mark.requirement("R26")
def test_the_marks_around_a_change_are_drawn_anew_for_each_run_and_cannot_be_guessed() -> None:
    drawn = set()
    for _ in range(50):
        setup = set_up(loaded(PANEL), change(file("a.py", hunk("+a = 1"))), {"OPENAI_API_KEY": "sk-of-a-test"})
        assert len(setup.plan.jobs) == 2
        marks = {mark for job in setup.plan.jobs for mark in MARK.findall(job.prompt.user)}
        assert len(marks) == 1, "all reviewers of a run read the same"
        assert all(job.prompt.user.split("\n").count(f"=== {next(iter(marks))} ===") == 2 for job in setup.plan.jobs)
        drawn |= marks
    assert len(drawn) == 50
    assert len({mark[:8] for mark in drawn}) == len({mark[-8:] for mark in drawn}) == 50
