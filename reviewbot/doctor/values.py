"""What a check came to."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """A review can run, but perhaps not as a person expects."""
    ERROR = "error"
    """It would stop a review."""
    SKIPPED = "skipped"
    """Not looked at, or not there."""


class Check(Struct, frozen=True, kw_only=True):
    """One line. Texts hold no key, and may hold text from outside."""

    subject: str
    state: State
    said: str
    fix: str | None = None
    """What to do; None where nothing is, or where `said` tells it."""
    idle: bool = False
    """A review here asks nobody and passes, for what this line says."""
