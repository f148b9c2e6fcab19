"""Who is heard together and who after the others: the bounds of a panel."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from values import finding

from reviewbot.model import Anchor, Category, Finding, Severity, Side
from reviewbot.stages.merging.panel import groups_of, seats
from reviewbot.stages.merging.tuning import TUNED, Tuning
from reviewbot.stages.merging.voices import Voice


def _voices(count: int) -> list[Voice]:
    finding = Finding(
        reviewer="opus",
        anchor=Anchor(path="a.py", side=Side.RIGHT, start=1, end=1),
        severity=Severity.HIGH,
        category=Category.CORRECTNESS,
        title="t",
        body="b",
    )
    return [Voice([finding])] * count


@pytest.mark.parametrize(
    ("findings", "seated"),
    [
        pytest.param([1, 2, 20], 3, id="twenty-findings-are-a-usual-review"),
        pytest.param([1, 2, 21], 2, id="one-more-is-many"),
        pytest.param([21, 21], 0, id="nobody-says-little"),
        pytest.param([1] * 20, 20, id="twenty-reviewers"),
        pytest.param([1] * 21, 20, id="one-reviewer-more"),
        pytest.param([20] * 20, 20, id="four-hundred-findings-in-all"),
        pytest.param([], 0, id="nobody"),
    ],
)
def test_a_panel_is_of_reviewers_who_say_a_usual_amount(findings: list[int], seated: int) -> None:
    assert seats([_voices(count) for count in findings]) == seated


# ---------------------------------------------------------------- what is put together

RACE = "Two threads increment `hit_count` without holding the lock, so updates of the counter get lost."
RACE_AGAIN = "The increment of `hit_count` is not atomic: threads that run it at once lose updates, hold the lock."
RACE_RETOLD = "Lost updates: `hit_count` is incremented outside the lock while other threads increment it as well."
LEAK = "The file handle opened by `read_rows` is never closed, so handles leak until the process ends."
LEAK_AGAIN = "`read_rows` leaks the file handle: nothing closes the opened file when an exception is raised."


def put_together(*reviewers: Sequence[tuple[str, int]], tuning: Tuning = TUNED) -> list[list[str]]:
    """What is said in each group; each reviewer says texts about lines of one file."""
    panel = [
        [Voice([finding(f"r{number}", start=line, title="", body=text)]) for text, line in said]
        for number, said in enumerate(reviewers)
    ]
    return sorted(sorted(voice.findings[0].body for voice in group) for group in groups_of(panel, tuning))


def test_one_reviewer_that_says_a_thing_twice_in_nearly_the_same_words_said_it_once() -> None:
    again = f"{RACE} This is a bug."
    assert put_together([(RACE, 10), (again, 10), (LEAK, 10)]) == [[LEAK], [RACE, again]]


@pytest.mark.parametrize("reverse", [False, True])
def test_of_two_findings_that_fit_another_the_one_that_fits_best_is_taken(reverse: bool) -> None:
    two = sorted([(RACE_AGAIN, 10), (RACE_RETOLD, 11)], reverse=reverse)
    assert put_together([(RACE, 10)], two) == [[RACE_RETOLD, RACE], [RACE_AGAIN]]


def test_a_pair_that_ties_nothing_new_does_not_end_the_search() -> None:
    said = put_together([(RACE, 10)], [(RACE, 10), (LEAK, 40)], [(RACE, 10), (LEAK_AGAIN, 40)])
    assert said == sorted([[RACE] * 3, sorted([LEAK, LEAK_AGAIN])])


def test_one_finding_finds_its_like_among_twenty() -> None:
    words = (
        "alpha bravo carol delta fargo gamma hotel india julia kilos limas mikes novas oscar papas quebe romeo sierr"
    )
    twenty = [(f"Typo in {word}", 100 * n) for n, word in enumerate(words.split(), start=1)]
    said = put_together([(RACE, 10)], [*twenty, (RACE_RETOLD, 10), (LEAK, 40)])
    assert sorted([RACE, RACE_RETOLD]) in said
    assert len(said) == 20


@pytest.mark.parametrize(("needed", "groups"), [(1.0, 1), (1.01, 2)])
def test_findings_that_are_just_as_alike_as_they_need_to_be_are_one(needed: float, groups: int) -> None:
    tuning = Tuning(same_lines=needed, far_lines=needed)
    assert len(put_together([("Deadlock", 10)], [("Deadlock", 10)], tuning=tuning)) == groups
