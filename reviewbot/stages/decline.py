"""Which findings of a run are those that the repository's list of ignored ones turns down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from reviewbot.model import MergedFinding, State
from reviewbot.stages.identity import fingerprint, plain


def decline(entries: Sequence[MergedFinding], ignored: Sequence[str]) -> tuple[MergedFinding, ...]:
    """The entries in their order, those that are ignored as declined.

    `ignored` are fingerprints. Each turns down one entry: the one that has it, else the first that has a member with it
    and that no other turns down. For who speaks for an entry, and gives it its fingerprint, is another one in the next
    run.
    """
    exact = {entry.fingerprint: number for number, entry in enumerate(entries)}
    holding: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for name in {plain(fingerprint(member)) for member in entry.members}:
            holding[name].append(number)
    declined = {exact[name] for name in ignored if name in exact}
    for name in ignored:
        if name not in exact:
            declined.update([number for number in holding[plain(name)] if number not in declined][:1])
    return tuple(
        replace(entry, state=State.DECLINED) if number in declined else entry for number, entry in enumerate(entries)
    )
