"""Patterns that are compiled when they are first used: all of a run's at its start take longer than many a run does."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """The pattern of an expression that a table holds, made once."""
    return re.compile(expression)


def late(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, made at the first call of one of its methods. Not to be given to a function of `re`."""
    return cast("re.Pattern[str]", _Late(expression, flags))


class _Late:
    def __init__(self, expression: str, flags: int) -> None:
        self._expression = expression
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        pattern = re.compile(self._expression, self._flags)
        for method in _METHODS:  # found without a detour from now on
            setattr(self, method, getattr(pattern, method))
        return getattr(pattern, name)
