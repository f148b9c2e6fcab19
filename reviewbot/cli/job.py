"""What a step of a GitHub Actions job leaves behind: its outputs, a summary, and the files that the outputs name.

Outputs hold numbers, words of ours and paths of ours, never text from outside.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from reviewbot import __version__
from reviewbot.cli.output import write_file
from reviewbot.errors import OutputError
from reviewbot.model import Report

SUMMARY_LIMIT = 900_000
"""Bytes; GitHub takes 1 MiB for a step."""


def finish_job(report: Report | None, environ: Mapping[str, str]) -> None:
    """Write what the step's variables ask for; nothing outside of a job. None: the review was skipped.

    Raises OutputError for what could not be written, after writing the rest.
    """
    failed: list[str] = []
    for write in (_outputs, _summary):
        try:
            write(report, environ)
        except OutputError as error:
            failed.append(str(error))
    if failed:
        raise OutputError("\n".join(failed))


def _outputs(report: Report | None, environ: Mapping[str, str]) -> None:
    name = environ.get("GITHUB_OUTPUT")
    if not name:
        return
    values: dict[str, str] = {"verdict": "skipped", "findings": "0", "blocking": "0", "cost-usd": ""}
    if report is not None:
        current = [entry for entry in report.findings if not entry.state.closed]
        cost = report.usage.cost_usd
        values = {
            "verdict": report.verdict.conclusion.value,
            "findings": str(len(current)),
            "blocking": str(sum(entry.blocking for entry in current)),
            "cost-usd": "" if cost is None else f"{cost:.6f}",
            **_files(report, environ),
        }
    _append(Path(name), "".join(f"{key}={value}\n" for key, value in values.items()))


def _files(report: Report, environ: Mapping[str, str]) -> dict[str, str]:
    """Paths of the report and of its SARIF form, in the job's own temporary folder."""
    folder = environ.get("RUNNER_TEMP")
    if not folder or "\n" in folder or "\r" in folder:
        return {}
    from reviewbot.formats.json import render_json
    from reviewbot.formats.sarif import render_sarif

    report_path, sarif_path = Path(folder, "reviewbot.json"), Path(folder, "reviewbot.sarif")
    write_file(report_path, render_json(report, tool_version=__version__))
    write_file(sarif_path, render_sarif(report, tool_version=__version__))
    return {"report": str(report_path), "sarif": str(sarif_path)}


def _summary(report: Report | None, environ: Mapping[str, str]) -> None:
    name = environ.get("GITHUB_STEP_SUMMARY")
    if not name or report is None:
        return
    from reviewbot.formats.markdown import render_markdown

    text = render_markdown(report).encode("utf-8", "backslashreplace")[:SUMMARY_LIMIT]
    _append(Path(name), text.decode("utf-8", "ignore"))


def _append(path: Path, text: str) -> None:
    try:
        with path.open("ab") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}") from None
