"""Patterns that are compiled when something hints at them: all of them at once take longer than many a run."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """The pattern, made once."""
    return re.compile(expression)
