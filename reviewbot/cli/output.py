"""Reports and proposals onto stdout and into files, and the exit code of a verdict."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reviewbot import __version__
from reviewbot.cli.options import Target
from reviewbot.errors import OutputError

if TYPE_CHECKING:  # they take time that a command which only prints should not take
    from reviewbot.app import Proposal
    from reviewbot.model import Report, Verdict

_PIPE_WIDTH = 100
_WIDEST = 120


def exit_code(verdict: Verdict) -> int:
    """0, or 1 for BLOCK, or 3 for INCOMPLETE where the policy says fail."""
    if not verdict.fails:
        return 0
    from reviewbot.model import Conclusion

    return 1 if verdict.conclusion is Conclusion.BLOCK else 3


def use_color(choice: str, stream: TextIO) -> bool:
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_report(
    report: Report, targets: Sequence[Target], *, color: str, verbose: bool, problem: str | None = None
) -> None:
    """Write each target. When a file cannot be written its text goes to stdout, so that nothing is lost.

    Raises OutputError then, and for a `problem` with something else that was to be written, unless the verdict fails
    anyway.
    """
    failed: list[str] = [problem] if problem else []
    for target in targets:
        on_screen = target.path is None
        text = _render(report, target.format, color=use_color(color, sys.stdout) and on_screen, verbose=verbose)
        try:
            if target.path is None:
                write_stdout(text)
            else:
                write_file(target.path, text)
        except OutputError as error:
            failed.append(str(error))
            if target.path is not None:
                failed.append("  what was meant for it is printed instead")
                with suppress(OutputError):
                    write_stdout(text)
    if failed:
        message = "\n".join(failed)
        if not report.verdict.fails:
            raise OutputError(message)
        write_stderr(f"reviewbot: {message}")


def write_proposal(proposal: Proposal, targets: Sequence[Target]) -> None:
    """Write what would be sent, as text, or as JSON where that was asked for. Raises OutputError."""
    from reviewbot.formats.proposal import Recipient, render_proposal, render_proposal_json

    recipients: list[Recipient] = []
    for seat in proposal.seats:
        jobs = [job for job in proposal.plan.jobs if job.reviewer == seat.reviewer.name]
        costs = [seat.estimate(job.tokens) for job in jobs]
        known = [cost for cost in costs if cost is not None]
        recipients.append(
            Recipient(
                name=seat.reviewer.name,
                model=seat.reviewer.model,
                host=seat.endpoint.host,
                questions=len(jobs),
                tokens=sum(job.tokens for job in jobs),
                cost_usd=sum(known) if len(known) == len(costs) else None,
                missing=seat.missing,
            )
        )
    for target in targets:
        render = render_proposal_json if target.format == "json" else render_proposal
        text = render(
            proposal.change, proposal.plan, recipients, proposal.redactions, proposal.left_out, proposal.notes
        )
        if target.path is None:
            write_stdout(text)
        else:
            write_file(target.path, text)


def _render(report: Report, name: str, *, color: bool, verbose: bool) -> str:
    match name:
        case "json":
            from reviewbot.formats.json import render_json

            return render_json(report, tool_version=__version__)
        case "markdown":
            from reviewbot.formats.markdown import render_markdown

            return render_markdown(report)
        case "sarif":
            from reviewbot.formats.sarif import render_sarif

            return render_sarif(report, tool_version=__version__)
        case "rdjson":
            from reviewbot.formats.rdjson import render_rdjson

            return render_rdjson(report)
        case "github":
            from reviewbot.formats.github import render_github

            return render_github(report)
        case _:
            return report_text(report, color=color, verbose=verbose)


def report_text(report: Report, *, color: bool, verbose: bool) -> str:
    """The report for this terminal."""
    from reviewbot.formats.text import render_text

    return render_text(report, width=screen_width(), color=color, verbose=verbose, ascii_only=not speaks_unicode())


def screen_width() -> int:
    return max(40, min(shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns, _WIDEST))


def speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def write_stdout(text: str) -> None:
    """Write to stdout as UTF-8. A reader that closed it does not change how the run ends."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise OutputError(f"stdout could not be written: {error.strerror}") from None


def write_stderr(text: str) -> None:
    """A line or lines for a person, sanitised by whoever says them. That nobody can read them stops nothing."""
    with suppress(OSError, UnicodeError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


def write_file(path: Path, text: str) -> None:
    """Write the whole text or raise OutputError; a file that was there is never left half written.

    What is no regular file (a device, a pipe, a link) is written to and not replaced.
    """
    in_place = path.is_symlink() or (path.exists() and not path.is_file())
    target = path if in_place else path.with_name(f".reviewbot.{os.getpid()}.part")
    try:
        target.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        if not in_place:
            target.replace(path)
    except OSError as error:
        if not in_place:
            with suppress(OSError):
                target.unlink(missing_ok=True)
        raise OutputError(f"{path} could not be written: {error.strerror}") from None
