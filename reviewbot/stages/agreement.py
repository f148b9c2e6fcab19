"""Who backs an entry, of how many that could have, and where entries stand in a report."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from reviewbot.model import BUILTIN, Agreement, MergedFinding


def count(entry: MergedFinding, answered: Collection[str], vendors: Mapping[str, str]) -> MergedFinding:
    """The entry with its agreement: its backers, of those that `answered` about its place and the backers themselves.

    The built-in reviewer backs nothing. `vendors` by reviewer; a reviewer that is not in it is a vendor of its own.
    """
    backers = {name for name in entry.reviewers if name != BUILTIN}
    return replace(
        entry,
        agreement=Agreement(
            count=len(backers),
            of=len(backers.union(answered)),
            vendors=len({vendors.get(name, name) for name in backers}),
        ),
    )


def report_order(entry: MergedFinding) -> tuple[object, ...]:
    """Blocking first, then severity, agreement, path, line."""
    anchor = entry.lead.anchor
    return (
        not entry.blocking,
        -entry.severity.rank,
        -entry.agreement.count,
        anchor.path is None,
        anchor.path or "",
        anchor.start or 0,
        entry.fingerprint,
    )
