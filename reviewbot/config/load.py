"""Finds and reads the configuration: the only module here that touches files.

Which file: `--config`, else REVIEWBOT_CONFIG, else the first of `.reviewbot.yaml`, `.reviewbot.yml`,
`.github/reviewbot.yaml`, `.github/reviewbot.yml`, else `[tool.reviewbot]` in `pyproject.toml`. What a file says yields
to a flag and wins over a default.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.build import build
from reviewbot.config.checks import path_problem
from reviewbot.config.ignored import IGNORED_FILE, read_ignored
from reviewbot.config.overrides import Overrides, Unset, overridden
from reviewbot.config.panel import Seated, default_panel
from reviewbot.config.parse import DEFAULT, NamedFile, parse
from reviewbot.config.tree import Document, decode, legible
from reviewbot.config.values import IgnoredFinding, LoadedConfig
from reviewbot.errors import ConfigError

__all__ = ["LoadedConfig", "Overrides", "TextReader", "Unset", "WorkTree", "existing_file", "load_config"]

MAX_FILE_BYTES = 256 * 1024
"""A larger file is refused unread; instructions of this size cost more than they help."""

FILES = (".reviewbot.yaml", ".reviewbot.yml", ".github/reviewbot.yaml", ".github/reviewbot.yml")
_PYPROJECT = "pyproject.toml"

DefaultPanel = Callable[[Mapping[str, str]], tuple[Seated, ...]]
"""The environment -> who is asked when no configuration names reviewers."""


class TextReader(Protocol):
    """Where the files of the repository under review are read from: a work tree, or a commit."""

    @property
    def root(self) -> Path | None:
        """The top of the work tree; None when there is none on this machine."""
        ...

    def read(self, path: str) -> bytes | None:
        """The content of `path` (relative to the top, / between folders); None when there is no such file.

        Raises ConfigError for a file that is there and cannot be used.
        """
        ...


class WorkTree(Struct, frozen=True):
    """Files as they lie in a checkout. A symbolic link is followed, but never out of it."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """See TextReader. Files over MAX_FILE_BYTES and everything that is not a regular file are refused."""
        full = self.root / path
        try:
            real = full.resolve(strict=True)
            inside = real.is_relative_to(self.root.resolve())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, RuntimeError, ValueError) as error:
            raise ConfigError(f"{path}: cannot be read: {_reason(error)}") from None
        if not inside:
            raise ConfigError(f"{path}: leads out of the repository")
        return _read_regular(real, path)


class _Chosen(Struct, frozen=True, kw_only=True):
    document: Document | None
    how: str
    """One of: found, --config, REVIEWBOT_CONFIG, default."""
    notes: tuple[str, ...] = ()


def existing_file(read: TextReader) -> str | None:
    """What holds the configuration when nobody names a file, readable or not; None when there is none."""
    file = next((file for file in FILES if _exists(read, file)), None)
    return file or (f"[tool.reviewbot] in {_PYPROJECT}" if _has_table(read) else None)


def load_config(
    read: TextReader,
    *,
    explicit: str | None,
    environ: Mapping[str, str],
    overrides: Overrides,
    cwd: Path | None = None,
    with_texts: bool = True,
    panel: DefaultPanel = default_panel,
) -> LoadedConfig:
    """The effective configuration. Raises ConfigError.

    `explicit` is what --config names. It and REVIEWBOT_CONFIG are relative to `cwd`, as a person expects (to the top of
    the repository when `cwd` is None), or absolute. A file inside the work tree is read through `read`, so that a
    reader of the base commit is never passed by; one outside of it is the operator's own and is read from the disk.
    The paths inside a configuration are always relative to the top of the repository and read through `read`, and so is
    `.reviewbot/ignored.yaml`; without `with_texts` none of these is read, for a run that asks nobody.
    """
    chosen = _choose(read, explicit, environ, cwd)
    document = chosen.document or Document(file="", value={}, marks={})
    settings = parse(document, panel(environ))
    texts, notes = _texts(read, settings.files) if with_texts else ({file.path: "" for file in settings.files}, [])
    built = replace(build(settings.values, texts), ignored=_ignored(read) if with_texts else ())
    config, origins = overridden(built, settings.origins, overrides)
    return LoadedConfig(
        config=config,
        origins={"source": chosen.how, **origins},
        notes=(*chosen.notes, *notes),
        source=chosen.document.file if chosen.document else None,
    )


def _choose(read: TextReader, explicit: str | None, environ: Mapping[str, str], cwd: Path | None) -> _Chosen:
    if explicit is not None:
        return _Chosen(document=_named(read, explicit, "--config", cwd), how="--config")
    from_environment = environ.get("REVIEWBOT_CONFIG", "")
    if from_environment:
        document = _named(read, from_environment, "REVIEWBOT_CONFIG", cwd)
        return _Chosen(document=document, how="REVIEWBOT_CONFIG")
    for position, file in enumerate(FILES):
        data = read.read(file)
        if data is not None:
            unread = [other for other in FILES[position + 1 :] if _exists(read, other)]
            unread += [f"[tool.reviewbot] in {_PYPROJECT}"] if _has_table(read) else []
            notes = tuple(f"{other} is not read, because there is {file}." for other in unread)
            return _Chosen(document=_document(file, data), how="found", notes=notes)
    document_or_none = _from_pyproject(read)
    return _Chosen(document=document_or_none, how="found" if document_or_none else DEFAULT)


def _named(read: TextReader, name: str, by: str, cwd: Path | None) -> Document:
    """The configuration that a flag or a variable names."""
    if not name.strip() or "\0" in name:
        raise ConfigError(f"{by} names no file")
    shown = legible(name)
    inside = _inside(read, name, cwd)
    if inside is not None:
        problem = path_problem(inside)
        if problem:
            raise ConfigError(f"{by} {shown}: {problem}")
        data = read.read(inside)
    else:
        data = _outside(name, cwd)
    if data is None:
        raise ConfigError(f"{by} names a file that does not exist: {shown}")
    document = _document(shown, data)
    if document is None:
        raise ConfigError(f"{by} names {shown}, which has no [tool.reviewbot]")
    return document


def _inside(read: TextReader, name: str, cwd: Path | None) -> str | None:
    """`name` relative to the top of the repository; None for a file outside of the work tree."""
    if read.root is None or (cwd is None and not Path(name).is_absolute()):
        return None if Path(name).is_absolute() else name
    full = Path(os.path.normpath((cwd or read.root) / name))
    root = Path(os.path.normpath(read.root))
    # Both as written and with links resolved: neither way may lead a file of the work tree past the reader.
    for file, top in ((full, root), (_resolved(full), _resolved(root))):
        if file.is_relative_to(top):
            return file.relative_to(top).as_posix()
    return None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _outside(name: str, cwd: Path | None) -> bytes | None:
    full = (cwd or Path()) / name
    try:
        return _read_regular(full, name)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _document(file: str, data: bytes) -> Document | None:
    """None for a TOML file without [tool.reviewbot]. The parsers are imported here: many runs need neither."""
    if file.endswith(".toml"):
        from reviewbot.config.toml_tree import read_toml

        return read_toml(file, data)
    from reviewbot.config.yaml_tree import read_yaml

    return read_yaml(file, data)


def _from_pyproject(read: TextReader) -> Document | None:
    data = read.read(_PYPROJECT)
    # A file that never says the word has no such table, however large or broken it is.
    return _document(_PYPROJECT, data) if data is not None and b"reviewbot" in data else None


def _has_table(read: TextReader) -> bool:
    try:
        return _from_pyproject(read) is not None
    except ConfigError:
        return False


def _exists(read: TextReader, file: str) -> bool:
    try:
        return read.read(file) is not None
    except ConfigError:
        return True


def _texts(read: TextReader, files: Sequence[NamedFile]) -> tuple[dict[str, str], list[str]]:
    """The texts of the files that a configuration names, and notes on those that say nothing."""
    texts: dict[str, str] = {}
    notes: list[str] = []
    for file in files:
        if file.path in texts:
            continue
        try:
            data = read.read(file.path)
            text = None if data is None else decode(file.path, data)
        except ConfigError as error:
            if file.origin != DEFAULT:
                raise ConfigError(f"{file.origin}: `{file.key}`: {error}") from None
            notes.append(f"Instructions not read: {error}.")
            continue
        if text is None and file.origin != DEFAULT:
            raise ConfigError(f"{file.origin}: `{file.key}` names a file that does not exist: {file.path}")
        if text is not None and not text.strip():
            notes.append(f"{file.path} is empty.")
        if text is not None:
            texts[file.path] = text
    return texts, notes


def _ignored(read: TextReader) -> tuple[IgnoredFinding, ...]:
    data = read.read(IGNORED_FILE)
    document = _document(IGNORED_FILE, data) if data is not None else None
    return read_ignored(document) if document else ()


def _read_regular(path: Path, name: str) -> bytes:
    """Raises FileNotFoundError and NotADirectoryError as they are, everything else as ConfigError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError(f"{name}: is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {_reason(error)}") from None
    if len(data) > MAX_FILE_BYTES:
        raise ConfigError(f"{name}: is larger than {MAX_FILE_BYTES // 1024} KiB")
    return data


def _reason(error: Exception) -> str:
    return error.strerror or "unknown error" if isinstance(error, OSError) else "not a usable path"
