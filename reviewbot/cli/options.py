"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click
from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:  # importing them costs time that a command which ends at once should not take
    from reviewbot.config.overrides import Overrides
    from reviewbot.parts.values import NamedBytes
    from reviewbot.record.folder import Recorder
    from reviewbot.remembering import Memory
    from reviewbot.surroundings import Surroundings

Command = TypeVar("Command", bound=Callable[..., Any])

SEVERITIES = ("critical", "high", "medium", "low")
"""The values of `model.Severity`."""
FORMATS = ("text", "json", "markdown", "sarif", "rdjson", "github")


class Target(Struct, frozen=True, kw_only=True):
    """A format and where it goes; None is stdout."""

    format: str
    path: Path | None


def with_options(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Give a command these options, in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def read_targets(formats: Sequence[str], output: str | None) -> tuple[Target, ...]:
    """`--format` and `--output` as targets. Raises click.UsageError before anything is asked or spent."""
    targets: list[Target] = []
    for word in formats or ("text",):
        name, _, path = word.partition("=")
        if name not in FORMATS:
            raise click.UsageError(f"--format {name!r} is not one of {', '.join(FORMATS)}")
        if "=" in word and not path:
            raise click.UsageError(f"--format {word} names no file after the =")
        targets.append(Target(format=name, path=Path(path) if path else None))
    free = [target for target in targets if target.path is None]
    if len(free) > 1:
        raise click.UsageError("at most one --format may go without =FILE")
    if output is not None:
        if not free:
            raise click.UsageError("--output is for a --format without =FILE, and there is none")
        targets[targets.index(free[0])] = Target(format=free[0].format, path=Path(output))
    paths = [target.path.absolute() for target in targets if target.path is not None]
    if len(set(paths)) < len(paths):
        raise click.UsageError("two formats go to the same file")
    for written in paths:
        _check_writable(written)
    return tuple(targets)


def _check_writable(path: Path) -> None:
    try:
        if path.is_dir():
            raise click.UsageError(f"{path} is a folder; name a file to write")
        if not path.parent.is_dir():
            raise click.UsageError(f"{path} cannot be written: the folder {path.parent} does not exist")
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None


def read_overrides(fail_on: str | None, min_agreement: int | None, reviewers: Sequence[str]) -> Overrides:
    from reviewbot.config.overrides import Overrides
    from reviewbot.model import Severity

    given = Overrides(min_agreement=min_agreement, reviewers=tuple(reviewers))
    if fail_on is None:
        return given
    return replace(given, fail_on=None if fail_on == "never" else Severity(fail_on))


def current_folder() -> Path:
    """Where we are. Raises click.UsageError when that folder is gone."""
    try:
        return Path.cwd()
    except OSError as error:
        raise click.UsageError(f"the current folder cannot be used: {error.strerror}") from None


def open_recorder(record: str | None) -> Recorder | None:
    """What `--record` asks for, with its folder made. Raises UsageError before anything is asked."""
    if record is None:
        return None
    from reviewbot.record.folder import Recorder
    from reviewbot.sanitize.keys import secret_values

    return Recorder(Path(record), hidden=secret_values(os.environ))


def open_memory(cwd: Path, *, no_cache: bool) -> Memory | None:
    """The answers of earlier runs. `no_cache`: none of them is given again, and new ones are kept."""
    from reviewbot.remembering import Memory
    from reviewbot.wiring import open_answers

    store = open_answers(os.environ, cwd=cwd)
    return None if store is None else Memory(store=store, reads=not no_cache)


def read_input(name: str) -> NamedBytes:
    """A file, up to a byte more than is read of one: what is larger is refused by its size. `-` is stdin."""
    from reviewbot.parts.node import MAX_BYTES
    from reviewbot.parts.values import NamedBytes

    try:
        if name == "-":
            return NamedBytes(name="stdin", data=sys.stdin.buffer.read(MAX_BYTES + 1))
        with Path(name).open("rb") as file:
            return NamedBytes(name=name, data=file.read(MAX_BYTES + 1))
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        raise click.UsageError(f"{name!r} is no name of a file") from None


Options = tuple[Callable[[Any], Any], ...]

GATE: Options = (
    click.option(
        "--fail-on",
        type=click.Choice([*SEVERITIES, "never"]),
        help="The lowest severity that blocks.",
    ),
    click.option(
        "--min-agreement", type=click.IntRange(min=1), metavar="N", help="Reviewers that must back what blocks."
    ),
)
"""Options that change the gate."""

CHOOSING: Options = (
    click.option("--config", "config_path", metavar="FILE", help="Read this configuration file."),
    click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Only these reviewers; repeatable."),
    *GATE,
)
"""Options that change the configuration."""

SHOWING: Options = (
    click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; repeatable, at most one without =FILE. Default: text.",
    ),
    click.option("--output", metavar="FILE", help="Where the format without =FILE goes; default: stdout."),
    click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
    click.option("-v", "--verbose", is_flag=True, help="Also what each reviewer said in its own words."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="NO_COLOR is honoured.",
    ),
)
"""Options of what is shown, and where."""


class Shown(TypedDict):
    """What `GATE` and `SHOWING` say."""

    fail_on: str | None
    min_agreement: int | None
    formats: tuple[str, ...]
    output: str | None
    quiet: bool
    verbose: bool
    color: str


class Chosen(Shown):
    """What `CHOOSING` and `SHOWING` say."""

    config_path: str | None
    reviewers: tuple[str, ...]


class Shared(Chosen):
    """What `SHARED` says."""

    no_cache: bool
    record: str | None


SHARED: Options = (
    *CHOOSING,
    *SHOWING,
    click.option("--no-cache", is_flag=True, help="Ask again whatever was answered before."),
    click.option("--record", metavar="DIR", help="Keep the run in a new folder, without keys, for `reviewbot replay`."),
)
"""Options of every command that reviews."""


def surroundings(chosen: Chosen) -> Surroundings:
    """Where the command runs, and what its flags say."""
    from reviewbot.surroundings import Surroundings

    return Surroundings(
        cwd=current_folder(),
        environ=dict(os.environ),
        config_path=chosen["config_path"],
        overrides=read_overrides(chosen["fail_on"], chosen["min_agreement"], chosen["reviewers"]),
    )
