"""The shell around runs that are over: merge what they found, or replay one that was recorded. Nobody is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.combine import combine
from reviewbot.config.load import Overrides, WorkTree, load_config
from reviewbot.config.overrides import overridden
from reviewbot.config.values import Config
from reviewbot.core import conclude, excused, policy_of, read_reply
from reviewbot.model import Failed, Outcome, Report, Reviewed
from reviewbot.parts.read import read_part
from reviewbot.parts.redacted import redacted
from reviewbot.parts.values import NamedBytes, Part
from reviewbot.record.folder import Recorder, read_record
from reviewbot.record.values import Answered, Merge, MergeRecord
from reviewbot.surroundings import Surroundings


def replay(folder: Path, overrides: Overrides) -> Report:
    """Everything after the model calls, once more, on a run that was recorded. Raises ReviewbotError.

    The answers are read anew, so a reader that has learned something shows it. Flags change the gate.
    """
    recording = read_record(folder)
    config, _ = overridden(recording.config, {}, overrides)
    if isinstance(recording, MergeRecord):
        return _combined(recording.merge.files, config, recording.merge.only)
    asked = recording.asked
    report = conclude(
        asked.change,
        asked.plan,
        [_reread(answered) for answered in recording.answers.answers],
        config,
        asked.panel,
        own_findings=asked.own_findings,
        posted=asked.posted,
        duration_s=recording.answers.duration_s,
        notes=(*asked.notes, *recording.answers.notes),
    )
    return excused(report) if asked.unkeyed else report


def _reread(answered: Answered) -> Outcome:
    name, chunk, usage, seconds = answered.reviewer, answered.chunk, answered.usage, answered.duration_s
    outcome = None
    if answered.reply is not None:
        outcome = read_reply(answered.reply, reviewer=name, chunk=chunk, cut_off=answered.cut_off, moves=answered.moves)
    if isinstance(outcome, Reviewed):
        return replace(outcome, usage=usage, duration_s=seconds, cached=answered.cached)
    return Failed(
        reviewer=name,
        chunk=chunk,
        reason=answered.failure or f"not in the agreed format: {outcome}",
        usage=usage,
        duration_s=seconds,
        left_out=answered.left_out,
        reply=answered.reply,
    )


class MergeRequest(Struct, frozen=True, kw_only=True):
    """What `reviewbot merge` asks for."""

    files: tuple[NamedBytes, ...]
    around: Surroundings
    recorder: Recorder | None = None


def merge_files(request: MergeRequest) -> Report:
    """Consolidate what separate runs have found. Raises ReviewbotError.

    The only configuration that counts is one that is named: the gate of a merge in CI may not follow a file that the
    reviewed change brings along.
    """
    around = request.around
    named = around.config_path is not None or bool(around.environ.get("REVIEWBOT_CONFIG"))
    loaded = load_config(
        WorkTree(around.cwd) if named else _NoFiles(),
        explicit=around.config_path,
        cwd=around.cwd,
        environ=around.environ,
        overrides=replace(around.overrides, reviewers=()),
        with_texts=False,
    )
    only = around.overrides.reviewers
    if request.recorder is not None:
        request.recorder.keep_merge(Merge(files=request.files, only=only), loaded.config)
    return _combined(request.files, loaded.config, only)


def _combined(files: Iterable[NamedBytes], config: Config, only: Sequence[str]) -> Report:
    """Of files that are equal byte for byte the first is read."""
    first: dict[bytes, str] = {}
    parts: list[Part] = []
    notes: list[str] = []
    for file in files:
        digest = hashlib.sha256(file.data).digest()
        if digest in first:
            notes.append(f"{file.name} is the same as {first[digest]} and counts once.")
        else:
            first[digest] = file.name
            part = read_part(file.data, file.name)
            parts.append(part if config.secrets == "off" else redacted(part))
    report = combine(parts, policy=policy_of(config), only=only)
    return replace(report, notes=(*notes, *report.notes))


class _NoFiles:
    """A work tree that holds nothing."""

    root = None

    def read(self, path: str) -> None:
        del path
