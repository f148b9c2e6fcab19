"""docs/github.md says what action.yml, the workflows and the prices say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewbot.config.load import load_config
from reviewbot.config.overrides import Overrides
from reviewbot.wiring import seat_panel

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "github.md").read_text("utf-8")
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
KEYS = {"ANTHROPIC_API_KEY": "x", "OPENAI_API_KEY": "x", "GEMINI_API_KEY": "x"}
COSTS = DOCUMENT.partition("<!-- costs: begin -->")[2].partition("<!-- costs: end -->")[0]


def section(title: str) -> str:
    return DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_every_input_and_output_is_there_and_no_other(kind: str) -> None:
    first = re.findall(r"^\| (`[^|]+`) \|", section(kind.capitalize()), re.MULTILINE)
    assert {name for cell in first for name in re.findall("`([a-z-]+)`", cell)} == ACTION[kind].keys()


def test_the_quick_start_takes_twelve_lines() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", section("Quick start"), re.DOTALL)
    assert len(block.splitlines()) == 12


def test_every_workflow_is_in_the_table() -> None:
    shown = {path.name for path in (ROOT / "docs" / "workflows").glob("*.yml")}
    assert set(re.findall(r"\(workflows/([a-z-]+\.yml)\)", section("Which workflow"))) == shown


class _NoFiles:
    root = None

    def read(self, path: str) -> None:
        del path


def test_the_costs_are_those_that_a_dry_run_estimates() -> None:
    config = load_config(_NoFiles(), explicit=None, environ=KEYS, overrides=Overrides()).config
    seats = {seat.reviewer.name: seat for seat in seat_panel(config, KEYS)}
    header, _, *rows = (line for line in COSTS.splitlines() if line)
    names = [cell.strip() for cell in header.split("|")[4:-2]]
    assert names == list(seats)
    assert len(rows) == 3
    for row in rows:
        questions, tokens, *told = (cell.strip(" $").replace(",", "") for cell in row.split("|")[2:-1])
        answers = int(questions) - 1
        costs = []
        for name in names:
            together, nothing = seats[name].estimate(int(tokens)), seats[name].estimate(0)
            assert together is not None
            assert nothing is not None
            costs.append(together + answers * nothing)
        assert [float(cost) for cost in told[:-1]] == pytest.approx(costs, abs=0.0001)
        assert float(told[-1]) == pytest.approx(sum(costs), abs=0.0002)
