"""The base of values that hold keys."""

from __future__ import annotations

from msgspec import Struct


class Discreet(Struct, frozen=True, kw_only=True):
    """A value that holds a key, or an environment with keys. Its repr, which may end in a log, names only its class."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"
