"""What a run may spend, and in which order. Pure.

Questions are asked in rounds: every chunk is put to one reviewer before any is put to a second one, and who comes first
changes from chunk to chunk. So when money or time runs short, each part of the change has been read by somebody,
not always by the same vendor, and what is left out is a further opinion before it is a first one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from reviewbot.model import Job


def in_rounds(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """The jobs in the order in which they are asked. Within a round the chunks keep their order."""
    by_chunk: dict[int, list[Job]] = {}
    for job in jobs:
        by_chunk.setdefault(job.chunk, []).append(job)
    turned = [asked[turn % len(asked) :] + asked[: turn % len(asked)] for turn, asked in enumerate(by_chunk.values())]
    rounds = max(map(len, turned), default=0)
    return tuple(asked[number] for number in range(rounds) for asked in turned if number < len(asked))


class Purse(Struct, kw_only=True):
    """Money of one run, in USD. What a question may cost is held from its first call until it is over."""

    limit: float | None
    """None: no limit."""
    spent: float = 0.0
    held: float = 0.0
    """For the questions that are under way."""
    under_way: int = 0

    def fits(self, cost: float) -> bool:
        """Whether a call may be made now without the limit being passed by what is spent and held."""
        return self.limit is None or self.spent + self.held + cost <= self.limit

    def hold(self, cost: float) -> None:
        self.held += cost
        self.under_way += 1

    def release(self, held: float) -> None:
        """A question for which `held` was held is over; what its calls have cost was added to `spent`."""
        self.under_way -= 1
        self.held = self.held - held if self.under_way else 0.0  # no rest of rounding keeps a later call out


def beyond(jobs: Sequence[Job], estimate: Callable[[Job], float | None], limit: float | None) -> tuple[Job, ...]:
    """The jobs that a run would leave out if every call cost its estimate.

    A job of unknown cost is none of them: a limit cannot stop what has no price.
    """
    purse, out = Purse(limit=limit), list[Job]()
    for job in jobs:
        cost = estimate(job)
        if cost is not None and not purse.fits(cost):
            out.append(job)
        else:
            purse.spent += cost or 0.0
    return tuple(out)
