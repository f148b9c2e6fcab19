"""What a step of a GitHub Actions job leaves behind: its outputs, a summary, and the files that the outputs name.

Outputs hold numbers, words of ours and paths of ours, never text from outside.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot import __version__
from reviewbot.cli.options import Shown, Target
from reviewbot.cli.output import exit_code, write_file, write_report
from reviewbot.errors import OutputError
from reviewbot.model import Report

if TYPE_CHECKING:  # importing it costs time that `--help` should not take
    from reviewbot.record.folder import Recorder

SUMMARY_LIMIT = 900_000
"""Bytes; GitHub takes 1 MiB for a step."""


def finish_job(report: Report | None, environ: Mapping[str, str], *, verdict: str = "skipped") -> None:
    """Write what the step's variables ask for; nothing outside of a job. None: there is no report, and
    `verdict` says why.

    Raises OutputError for what could not be written, after writing the rest.
    """
    failed: list[str] = []
    if output := environ.get("GITHUB_OUTPUT"):
        files = _files(report, environ, failed) if report is not None else {}
        _append(Path(output), _outputs(report, files, verdict), failed)
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if summary and report is not None:
        _append(Path(summary), _summary(report), failed)
    if failed:
        raise OutputError("\n".join(failed))


def end_in_job(report: Report, targets: Sequence[Target], shown: Shown, recorder: Recorder | None) -> int:
    """Leave what a job's next steps take up, write the report, and give the exit code.

    Raises OutputError, as `write_report` does, for what could not be written.
    """
    problem = recorder.problem if recorder else None
    try:
        finish_job(report, os.environ)
    except OutputError as error:
        problem = f"{problem}\n{error}" if problem else str(error)
    write_report(report, targets, color=shown["color"], verbose=shown["verbose"], problem=problem)
    return exit_code(report.verdict)


def _outputs(report: Report | None, files: Mapping[str, str], verdict: str) -> str:
    values: dict[str, str] = {"verdict": verdict, "findings": "0", "blocking": "0", "cost-usd": ""}
    if report is not None:
        current = [entry for entry in report.findings if not entry.state.closed]
        cost = report.usage.cost_usd
        values = {
            "verdict": report.verdict.conclusion.value,
            "findings": str(len(current)),
            "blocking": str(sum(entry.blocking for entry in current)),
            "cost-usd": "" if cost is None else f"{cost:.6f}",
            **files,
        }
    return "".join(f"{key}={value}\n" for key, value in values.items())


def _files(report: Report, environ: Mapping[str, str], failed: list[str]) -> dict[str, str]:
    """Paths of the report and of its SARIF form, in the job's own temporary folder; `failed` gets what is not written.

    An output is one line, so a folder that is not has none.
    """
    folder = environ.get("RUNNER_TEMP")
    if not folder or not folder.isprintable():
        return {}
    from reviewbot.formats.json import render_json
    from reviewbot.formats.sarif import render_sarif

    written = dict[str, str]()
    for output, name, render in (
        ("report", "reviewbot.json", render_json),
        ("sarif", "reviewbot.sarif", render_sarif),
    ):
        path = Path(folder, name)
        try:
            write_file(path, render(report, tool_version=__version__))
        except OutputError as error:
            failed.append(str(error))
        else:
            written[output] = str(path)
    return written


def _summary(report: Report) -> str:
    from reviewbot.formats.markdown import render_markdown

    text = render_markdown(report).encode("utf-8", "backslashreplace")[:SUMMARY_LIMIT]
    return text.decode("utf-8", "ignore")


def _append(path: Path, text: str, failed: list[str]) -> None:
    try:
        with path.open("ab") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        failed.append(f"{path} could not be written: {error.strerror}")
