"""`reviewbot cache`: what is kept of earlier answers."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.cli.options import current_folder
from reviewbot.cli.output import write_stdout
from reviewbot.errors import UsageError

if TYPE_CHECKING:
    from reviewbot.cache.store import AnswerCache, Summary


@click.group()
def cache() -> None:
    """Show or clear the answer cache."""


@cache.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(*, format_: str) -> int:
    """Where answers are kept, how many, how old, and how often they were given again."""
    from reviewbot.cache.database import DamagedError

    folder, store = _open()
    try:
        summary = store.summary()
    except DamagedError as error:
        raise UsageError(
            f"the answer cache in {folder} is damaged: {error}\n"
            "  the next review starts it anew; `reviewbot cache clear` deletes it now"
        ) from None
    except _failures() as error:
        raise UsageError(_unusable(folder, error)) from None
    write_stdout(_as_json(folder, summary) if format_ == "json" else _as_text(folder, summary))
    return 0


@cache.command()
def clear() -> int:
    """Forget every answer. A damaged file is deleted."""
    from reviewbot.cache.folders import VARIABLE
    from reviewbot.formats.phrases import counted

    if os.environ.get(VARIABLE) == "":  # switched off on purpose: a step that cleans up has nothing to do
        write_stdout(f"Nothing is kept: {VARIABLE} is empty\n")
        return 0
    folder, store = _open()
    try:
        cleared = store.clear()
    except _failures() as error:
        raise UsageError(_unusable(folder, error)) from None
    if cleared.damaged is not None:
        write_stdout(f"Deleted a file of {_size(cleared.bytes)} that was no cache of ours: {cleared.damaged}\n")
    else:
        write_stdout(f"Removed {counted(cleared.answers or 0, 'answer')}, {_size(cleared.bytes)}, from {folder}\n")
    return 0


def _open() -> tuple[Path, AnswerCache]:
    from reviewbot.cache.folders import VARIABLE, cache_folder
    from reviewbot.cache.store import AnswerCache

    found = cache_folder(os.environ, cwd=current_folder())
    if found.folder is None:
        raise UsageError(f"no answers are kept: {found.problem or f'{VARIABLE} is empty'}")
    return found.folder, AnswerCache(found.folder, secret_file=None)


def _failures() -> tuple[type[Exception], ...]:
    import sqlite3

    return OSError, sqlite3.Error


def _unusable(folder: Path, error: Exception) -> str:
    from reviewbot.cache.store import reason

    return f"the answer cache in {folder} cannot be used: {reason(error)}"


def _as_text(folder: Path, summary: Summary | None) -> str:
    from reviewbot.cache.store import MAX_AGE_S, MAX_BYTES
    from reviewbot.formats.phrases import counted
    from reviewbot.sanitize import terminal_line

    lines = [f"Answer cache: {folder}"]
    if summary is None or not summary.answers:
        return "\n".join([*lines, "  empty", ""])
    bounds = f"at most {_size(MAX_BYTES)}, and {MAX_AGE_S // 86_400} days after the last use"
    lines += [
        f"  {counted(summary.answers, 'answer')} in {_size(summary.bytes)}; {bounds}",
        f"  kept from {_day(summary.oldest)} to {_day(summary.newest)}, last used {_day(summary.last_used)}",
        f"  given again {counted(summary.hits, 'time')}",
    ]
    width = max(len(terminal_line(use.model)) for use in summary.models)
    lines += [
        f"    {terminal_line(use.model):<{width}}  {counted(use.answers, 'answer')}, given again "
        f"{counted(use.hits, 'time')}"
        for use in summary.models
    ]
    return "\n".join([*lines, ""])


def _as_json(folder: Path, summary: Summary | None) -> str:
    from reviewbot.cache.store import MAX_AGE_S, MAX_BYTES

    value = {
        "folder": str(folder),
        "answers": summary.answers if summary else 0,
        "bytes": summary.bytes if summary else 0,
        "max_bytes": MAX_BYTES,
        "max_age_s": MAX_AGE_S,
        "hits": summary.hits if summary else 0,
        "oldest": _instant(summary.oldest) if summary else None,
        "newest": _instant(summary.newest) if summary else None,
        "last_used": _instant(summary.last_used) if summary else None,
        "models": [
            {"model": use.model, "answers": use.answers, "hits": use.hits}
            for use in (summary.models if summary else ())
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def _instant(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(seconds: int | None) -> str:
    instant = _instant(seconds)
    return "an unknown day" if instant is None else instant[:10]


def _size(number: int) -> str:
    if number < 1024:
        return f"{number} bytes"
    return f"{number / 1024:,.0f} KiB" if number < 1024 * 1024 else f"{number / 1024 / 1024:,.1f} MiB"
