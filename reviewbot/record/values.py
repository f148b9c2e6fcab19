"""What a record holds."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.config.values import Config
from reviewbot.model import (
    Change,
    Chunk,
    Failed,
    Finding,
    Limit,
    Move,
    Outcome,
    Panelist,
    Plan,
    Reviewed,
    Segment,
    SkippedFile,
    Usage,
)
from reviewbot.parts.values import NamedBytes
from reviewbot.posted import Posted


class Read(Struct, frozen=True, kw_only=True):
    """A chunk: which files it holds, in whole or in part, and who was to read it."""

    number: int
    paths: tuple[str, ...]
    reviewers: tuple[str, ...]


class Asked(Struct, frozen=True, kw_only=True):
    """What is known before the first answer: the change as it may be seen, and what was to be asked."""

    tool: str
    change: Change
    chunks: tuple[Read, ...]
    skipped: tuple[SkippedFile, ...]
    own_findings: tuple[Finding, ...]
    panel: tuple[Panelist, ...]
    notes: tuple[str, ...] = ()
    unkeyed: bool = False
    """Whether no reviewer had a key, and that was all right."""
    posted: tuple[Posted, ...] = ()
    """What earlier runs put on the pull request."""

    @property
    def plan(self) -> Plan:
        """The plan, as far as what comes after the answers needs it: without jobs, every file of a chunk whole."""
        files = {file.path: file for file in self.change.diff.files}
        return Plan(
            jobs=(),
            chunks=tuple(
                Chunk(
                    number=chunk.number,
                    segments=tuple(Segment(file=files[path], hunks=files[path].hunks) for path in chunk.paths),
                    reviewers=chunk.reviewers,
                )
                for chunk in self.chunks
            ),
            skipped=self.skipped,
        )


class Answered(Struct, frozen=True, kw_only=True):
    """What came of one question: the text as it came, and how the call ended."""

    reviewer: str
    chunk: int
    reply: str | None = None
    cut_off: bool = False
    failure: str | None = None
    left_out: Limit | None = None
    usage: Usage = field(default_factory=Usage)
    duration_s: float = 0.0
    cached: bool = False
    moves: tuple[Move, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome) -> Answered:
        answered = cls(
            reviewer=outcome.reviewer,
            chunk=outcome.chunk,
            reply=outcome.reply,
            usage=outcome.usage,
            duration_s=outcome.duration_s,
        )
        match outcome:
            case Reviewed(cut_off=cut_off, cached=cached, moves=moves):
                return replace(answered, cut_off=cut_off, cached=cached, moves=moves)
            case Failed(reason=reason, left_out=left_out):
                return replace(answered, failure=reason, left_out=left_out)


class Answers(Struct, frozen=True, kw_only=True):
    answers: tuple[Answered, ...]
    duration_s: float
    notes: tuple[str, ...] = ()
    """What is known of the answers besides, since they were asked for."""


class Recording(Struct, frozen=True, kw_only=True):
    """A whole record."""

    asked: Asked
    config: Config
    answers: Answers


class Merge(Struct, frozen=True, kw_only=True):
    """What `reviewbot merge` was given."""

    files: tuple[NamedBytes, ...]
    only: tuple[str, ...] = ()


class MergeRecord(Struct, frozen=True, kw_only=True):
    """A whole record of a merge."""

    merge: Merge
    config: Config


def reads_of(plan: Plan) -> tuple[Read, ...]:
    return tuple(
        Read(
            number=chunk.number,
            paths=tuple(dict.fromkeys(segment.file.path for segment in chunk.segments)),
            reviewers=chunk.reviewers,
        )
        for chunk in plan.chunks
    )
