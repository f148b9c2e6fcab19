"""Who is heard together and who after the others: the bounds of a panel."""

from __future__ import annotations

import pytest

from reviewbot.model import Anchor, Category, Finding, Severity, Side
from reviewbot.stages.merging.panel import seats
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
