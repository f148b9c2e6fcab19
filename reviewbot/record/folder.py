"""The folder of a record: three files of JSON, written as the run goes on, and read again for a replay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from reviewbot.config.values import Config, Json
from reviewbot.errors import InputError, UsageError
from reviewbot.parts.node import Node, parse_document
from reviewbot.record.codec import from_json, to_json
from reviewbot.record.redacted import redacted
from reviewbot.record.values import Answers, Asked, Merge, MergeRecord, Recording
from reviewbot.sanitize.keys import HIDDEN, hide_secrets
from reviewbot.stages.redact import redact_text

FORMAT = 1
"""Raised when a record that is written now could no longer be read by the version before."""
_CHANGE, _CONFIG, _ANSWERS, _MERGE = "change.json", "config.json", "answers.json", "merge.json"
_DEEP = 4 * 1024 * 1024
"""Bytes of files up to which keys are looked for in every form, which takes a second for each of them."""
_MAX_BYTES = 512 * 1024 * 1024
_MAX_VALUES = 20_000_000

Value = TypeVar("Value", Asked, Config, Answers, Merge)


class Recorder:
    """Writes one record. `problem` says why it is not whole, once it is not: a review does not end over that."""

    def __init__(self, folder: Path, *, hidden: Sequence[str]) -> None:
        """Make the folder, or take an empty one. Raises UsageError. `hidden`: values that no file may hold."""
        self._folder = folder
        self._hidden = hidden
        self.problem: str | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            taken = next(folder.iterdir(), None)
        except OSError as error:
            raise UsageError(f"--record {folder}: {error.strerror}") from None
        if taken is not None:
            raise UsageError(f"--record {folder}: there is {taken.name} in it already; name a new folder")

    def begin(self, asked: Asked, config: Config) -> None:
        """Before anything is asked, so that a run that never ends leaves its question behind."""
        # The change is long, and its secrets are out then: a key would have to stand in it as it is.
        self._write(_CHANGE, to_json(redacted(asked)), deep=False)
        self._write(_CONFIG, to_json(config))

    def end(self, answers: Answers) -> None:
        self._write(_ANSWERS, to_json(answers))

    def keep_merge(self, merge: Merge, config: Config) -> None:
        """What a merge was given."""
        self._write(_CONFIG, to_json(config))
        deep = sum(len(file.data) for file in merge.files) < _DEEP
        files = tuple(replace(file, data=self._cleaned_file(file.data, deep=deep)) for file in merge.files)
        self._write(_MERGE, to_json(replace(merge, files=files)), deep=deep)

    def _cleaned_file(self, data: bytes, *, deep: bool) -> bytes:
        """A file of JSON, whose words may be spelt in escapes; as it is where that changes nothing."""
        try:
            whole: list[Json] = [json.loads(data)]
        except (ValueError, RecursionError):
            return data
        changed = False
        pending: list[list[Json] | dict[str, Json]] = [whole]
        while pending:  # and not by recursion: JSON may be nested twice as deeply as calls
            container = pending.pop()
            for key, item in tuple(container.items() if isinstance(container, dict) else enumerate(container)):
                if isinstance(item, list | dict):
                    pending.append(item)
                elif (clean := self._cleaned(item, deep=deep)) != item:
                    container[key] = clean  # type: ignore[call-overload, index]
                    changed = True
        return json.dumps(whole[0], ensure_ascii=False).encode("utf-8", "replace") if changed else data

    def _write(self, name: str, value: Json, *, deep: bool = True) -> None:
        """Write a file of the record; none any more once one has failed, which may be another run's in this folder."""
        if self.problem is not None:
            return
        document = {"format": FORMAT, **(value if isinstance(value, dict) else {})}
        clean = self._cleaned(document, deep=deep)
        text = json.dumps(clean, ensure_ascii=False, indent=None if name == _CHANGE else 1) + "\n"
        try:
            with (self._folder / name).open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(text)
        except OSError as error:
            self.problem = f"the record is not whole: {self._folder / name} could not be written: {error.strerror}"

    def _cleaned(self, value: Json, *, deep: bool) -> Json:
        """The value with its texts cleaned, and nothing else: a key that is a word of ours would break the form."""
        match value:
            case str() if deep:
                return hide_secrets(redact_text(value), self._hidden)
            case str():
                for secret in self._hidden:
                    value = value.replace(secret, HIDDEN)
                return value
            case list():
                return [self._cleaned(item, deep=deep) for item in value]
            case dict():
                return {key: self._cleaned(item, deep=deep) for key, item in value.items()}
            case _:
                return value


def read_record(folder: Path) -> Recording | MergeRecord:
    """A record. Raises InputError for a folder that holds none, or a damaged one."""
    if not folder.is_dir():
        raise InputError(f"{folder}: is not a folder that `--record` has made")
    if (folder / _MERGE).exists():
        return MergeRecord(merge=_read(folder, _MERGE, Merge), config=_read(folder, _CONFIG, Config))
    asked = _read(folder, _CHANGE, Asked)
    config = _read(folder, _CONFIG, Config)
    answers = _read(folder, _ANSWERS, Answers)
    _check_files(asked, folder / _CHANGE)
    _check_answers(asked, answers, folder / _ANSWERS)
    return Recording(asked=asked, config=config, answers=answers)


def _check_files(asked: Asked, path: Path) -> None:
    """Every file of the change is in a chunk or was skipped, and no chunk holds another."""
    paths = {file.path for file in asked.change.diff.files}
    for chunk in asked.chunks:
        if not paths.issuperset(chunk.paths):
            raise InputError(f"{path}: chunk {chunk.number} holds a file that is not in the change")
    numbers = [chunk.number for chunk in asked.chunks]
    if len(set(numbers)) < len(numbers):
        raise InputError(f"{path}: two chunks have the same number")
    listed = {name for chunk in asked.chunks for name in chunk.paths} | {file.path for file in asked.skipped}
    for name in sorted(paths - listed):
        raise InputError(f"{path}: {name} is neither in a chunk nor skipped")


def _check_answers(asked: Asked, answers: Answers, path: Path) -> None:
    """Each answer is of a reviewer of the panel about a chunk that it was to read, and there is one at most."""
    names = [member.name for member in asked.panel]
    if len(set(names)) < len(names):
        raise InputError(f"{path.with_name(_CHANGE)}: a reviewer is in the panel twice")
    due = {(name, chunk.number) for chunk in asked.chunks for name in chunk.reviewers if name in names}
    for answered in answers.answers:
        if (answered.reviewer, answered.chunk) not in due:
            raise InputError(f"{path}: an answer of {answered.reviewer} about chunk {answered.chunk} was not due")
        due.remove((answered.reviewer, answered.chunk))


def _read(folder: Path, name: str, kind: type[Value]) -> Value:
    path = folder / name
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "the run ended before the answers were there" if name == _ANSWERS else "it is no record"
        raise InputError(f"{folder}: has no {name}; {hint}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    node = parse_document(data, str(path), max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
    version = Node(node.tree().get("format"), f"{path}: format")
    if version.value != FORMAT:
        raise version.refuse(f"this version of reviewbot replays format {FORMAT}")
    return from_json(kind, node)
