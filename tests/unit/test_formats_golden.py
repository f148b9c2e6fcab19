"""Whole outputs of every sample report.

To accept a change on purpose: `UPDATE_GOLDEN=1 pytest tests/unit/test_formats_golden.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from reports import SAMPLES

from reviewbot.formats.github import render_github
from reviewbot.formats.json import render_json
from reviewbot.formats.markdown import render_markdown
from reviewbot.formats.rdjson import render_rdjson
from reviewbot.formats.sarif import render_sarif
from reviewbot.formats.text import render_text
from reviewbot.model import Report

GOLDEN = Path(__file__).parents[1] / "golden" / "formats"

FORMATS: dict[str, Callable[[Report], str]] = {
    "txt": lambda report: render_text(report, width=80, color=False),
    "json": lambda report: render_json(report, tool_version="0.1.0"),
    "md": render_markdown,
    "sarif": lambda report: render_sarif(report, tool_version="0.1.0"),
    "rdjson": render_rdjson,
    "github.txt": render_github,
}
VARIANTS: dict[str, Callable[[Report], str]] = {
    "verbose.txt": lambda report: render_text(report, width=100, color=False, verbose=True),
    "narrow.txt": lambda report: render_text(report, width=60, color=False),
    "ascii.txt": lambda report: render_text(report, width=80, color=False, ascii_only=True),
    "color.txt": lambda report: render_text(report, width=80, color=True),
}
CASES = [
    *((name, suffix, render) for name in SAMPLES for suffix, render in FORMATS.items()),
    *(("blocking", suffix, render) for suffix, render in VARIANTS.items()),
]


@pytest.mark.parametrize(
    ("name", "suffix", "render"), [pytest.param(*case, id=f"{case[0]}.{case[1]}") for case in CASES]
)
def test_the_whole_output_is_as_accepted(name: str, suffix: str, render: Callable[[Report], str]) -> None:
    accepted = GOLDEN / f"{name}.{suffix}"
    output = render(SAMPLES[name]())
    if os.environ.get("UPDATE_GOLDEN"):
        accepted.write_text(output, encoding="utf-8", newline="\n")

    assert output == accepted.read_bytes().decode()


def test_no_accepted_output_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{suffix}" for name, suffix, _ in CASES}
