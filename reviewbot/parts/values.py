"""A part of a review: what one file of a separate run tells."""

from __future__ import annotations

from msgspec import Struct

from reviewbot.model import FileResult, Finding, ReviewerResult, State


class NamedBytes(Struct, frozen=True, kw_only=True):
    """The content of a file, and how a person names it."""

    name: str
    data: bytes


class Said(Struct, frozen=True, kw_only=True):
    """A finding, and the state that its run had given it."""

    finding: Finding
    state: State = State.NEW


class Part(Struct, frozen=True, kw_only=True):
    """`reviewers` holds each name once, and every reviewer of `said` but the built-in one, and but those of what is
    fixed."""

    name: str
    """The file, for messages."""
    reviewers: tuple[ReviewerResult, ...]
    said: tuple[Said, ...]
    files: tuple[FileResult, ...] | None = None
    """None when it does not tell which files the change has: then its reviewers have read all of it."""
    base: str | None = None
    head: str | None = None
    repository: str | None = None
    pull_request: int | None = None
    duration_s: float = 0.0
    skipped: str | None = None
    """Why its run reviewed nothing on purpose, in a sentence."""
    notes: tuple[str, ...] = ()
