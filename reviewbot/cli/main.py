"""The `reviewbot` command: finds the subcommand, and turns how it ended into an exit code."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click

from reviewbot import __version__
from reviewbot.cli.lazy import LazyGroup
from reviewbot.errors import OutputError, ReviewbotError

EXIT_BLOCKED = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_BUG = 4
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143
_GRACE_S = 3.0
"""After an interrupt, for what has to be put away."""

# Where each command lives and what it says of itself in `--help`: a command is imported only when it is called.
_COMMANDS = {
    "review": ("reviewbot.cli.review:review", "Review a local change."),
    "pr": ("reviewbot.cli.pr:pr", "Review a GitHub pull request and publish."),
    "publish": ("reviewbot.cli.publish:publish", "Publish a report made earlier to its pull request."),
    "merge": ("reviewbot.cli.merge:merge", "Consolidate findings of separate runs."),
    "replay": ("reviewbot.cli.replay:replay", "Re-run everything after the model calls on a recorded run."),
    "demo": ("reviewbot.cli.demo:demo", "A whole review on a bundled change with recorded answers: no key needed."),
    "ignore": ("reviewbot.cli.ignore:ignore", "Turn a finding down, for a reason, in a file to commit."),
    "init": ("reviewbot.cli.init:init", "Write a commented .reviewbot.yaml and a workflow."),
    "doctor": ("reviewbot.cli.doctor:doctor", "Check config, keys, models, git and token; what to do about each."),
    "hook": ("reviewbot.cli.hook:hook", "The native pre-push hook."),
    "cache": ("reviewbot.cli.cache:cache", "Show or clear the answer cache."),
    "config": ("reviewbot.cli.config:config", "Show the effective configuration or its JSON Schema."),
}


class Terminated(SystemExit):
    """SIGTERM arrived. No Exception, and of those that asyncio lets through, so that nothing takes it for a failure."""


@click.group(cls=LazyGroup, table=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="reviewbot", message="%(prog)s %(version)s")
def cli() -> None:
    """Several reviewer models read a change at the same time; one consolidated review and an honest gate come out.

    \b
    Exit codes: 0 pass, 1 the gate blocks, 2 usage or configuration error,
    3 the review is incomplete, 4 a bug in reviewbot, 130 interrupted, 143 terminated.
    """


def main() -> None:
    """Run the command line and exit."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    signal.signal(signal.SIGINT, _on_sigint)
    _open_missing_streams()
    code = _run()
    try:
        sys.stdout.flush()
    except OSError:
        _drop_stdout()
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    # Nothing that a library left running (a thread, a client half closed) may hold up a finished run.
    os._exit(code)


def _run() -> int:
    try:
        result = cli.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        with suppress(OSError, UnicodeError):
            error.show()
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return EXIT_INTERRUPTED
    except Terminated:
        _say("terminated")
        return EXIT_TERMINATED
    except OutputError as error:
        _say(str(error))
        return EXIT_INCOMPLETE
    except ReviewbotError as error:
        _say(str(error))
        return EXIT_USAGE
    except Exception as error:  # noqa: BLE001 - the one place where a bug of ours becomes an exit code
        return _report_bug(error)
    return result if isinstance(result, int) else 0


def _say(message: str) -> None:
    from reviewbot.cli.output import write_stderr
    from reviewbot.sanitize import terminal

    write_stderr("\n".join(terminal(line) for line in f"reviewbot: {message}".split("\n")))


def _on_sigint(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    """Raised where it arrives, it can be lost: in a callback of the import system, or in a library that catches all.
    So whoever has not ended by himself soon after is ended."""
    import threading

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    clock = threading.Timer(_GRACE_S, lambda: os._exit(EXIT_INTERRUPTED))
    clock.daemon = True
    clock.start()
    raise KeyboardInterrupt


def _on_sigterm(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated


def _open_missing_streams() -> None:
    """A caller may start us with stdout or stderr closed; Python then has None in their place."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open for the whole run
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _drop_stdout() -> None:
    """A reader that went away is no failure of the review; what is still buffered has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_bug(error: Exception) -> int:
    import traceback

    from reviewbot.sanitize.keys import hide_secrets, secret_values
    from reviewbot.stages.redact import redact_text

    # Traces hold values of the change and of the environment; no secret leaves in them either.
    trace = hide_secrets(
        redact_text("".join(traceback.format_exception(error))), secret_values(os.environ, ordinary=True)
    )
    try:
        handle, name = tempfile.mkstemp(prefix="reviewbot-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"reviewbot {__version__}, Python {sys.version}\n{trace}")
        where = f"a log to attach was written to {Path(name)}"
    except OSError as failure:
        where = f"no log could be written: {failure}"
    _say(f"this is a bug in reviewbot ({type(error).__name__}); please report it\n  {where}")
    return EXIT_BUG
