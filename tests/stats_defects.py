"""What reviewers answer about the change of `gitrepo.two_defects`."""

from __future__ import annotations

from commandline import entry
from providers import findings_reply

UNSET = entry(
    "src/stats.py",
    3,
    "count is used before it is set",
    "`count += item` raises UnboundLocalError for the first item, because the start value was removed.",
    quote="        count += item",
    category="bug",
)
EMPTY = entry(
    "src/stats.py",
    8,
    "mean() divides by zero for an empty list",
    "len(items) is 0 for an empty list and mean([]) raises ZeroDivisionError.",
    severity="medium",
)
CLEAN = findings_reply([])
