"""The shell of the pre-push hook: what a push brings, reviewed before it leaves.

What is about to be pushed is remembered before anybody is asked, and forgotten when a review has read it. So whatever
ends a run (a deadline, a kill), the next push to the same remote reviews what went out unread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from reviewbot.config.load import LoadedConfig
from reviewbot.config.values import HookConfig
from reviewbot.errors import GitError, ReviewbotError, UsageError
from reviewbot.model import Conclusion, Report
from reviewbot.outgoing import Outgoing, find_repository, load_for_push
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_push import Unknown
from reviewbot.platforms.git_range import Range
from reviewbot.platforms.shown_findings import remember
from reviewbot.ports import Progress
from reviewbot.pushed import NewCommits
from reviewbot.remembering import Memory
from reviewbot.reviewing import Case, Setup, carry_out_all, no_key, set_up
from reviewbot.surroundings import Surroundings
from reviewbot.wiring import seat_panel

if TYPE_CHECKING:  # it takes time that a run which keeps no record should not take
    from reviewbot.record.folder import Recorder

_AFTER_ASKING_S = 3.0
"""What is kept of the deadline for what comes after the answers; a third of a short one."""


class Checked(Struct, frozen=True, kw_only=True):
    """What became of one range of a push."""

    new: NewCommits
    report: Report | None
    unread: str | None
    """Why there is no report: the change could not be read."""

    @property
    def complete(self) -> bool:
        """Whether it was reviewed, as far as the policy asks for."""
        return self.report is not None and self.report.verdict.conclusion is not Conclusion.INCOMPLETE

    @property
    def blocks(self) -> bool:
        return self.report is not None and self.report.verdict.conclusion is Conclusion.BLOCK


def review_push(
    outgoing: Outgoing,
    loaded: LoadedConfig,
    environ: Mapping[str, str],
    progress: Progress,
    *,
    started: float,
    memory: Memory | None,
    recorder: Callable[[int], Recorder | None],
) -> tuple[Checked, ...]:
    """Review each range.

    `started`: when the hook began, on the clock time.monotonic. `recorder`: who keeps the run of the range with that
    number, from 0 on.

    Raises ReviewbotError when no review can begin.
    """
    fetched = [_fetch(GitRepository(outgoing.checkout), loaded, new, environ) for new in outgoing.ranges]
    cases = [
        Case(setup=setup, recorder=recorder(number))
        for number, setup in enumerate(one for one in fetched if isinstance(one, Setup))
    ]
    deadline_s = loaded.config.limits.deadline_s
    reserved_s = min(_AFTER_ASKING_S, deadline_s / 3)
    reports = iter(carry_out_all(cases, environ, progress, memory=memory, started=started, reserved_s=reserved_s))
    checked = tuple(
        Checked(new=new, report=next(reports), unread=None)
        if isinstance(one, Setup)
        else Checked(new=new, report=None, unread=one)
        for new, one in zip(outgoing.ranges, fetched, strict=True)
    )
    for each in checked:
        if each.report is not None:
            remember(outgoing.checkout.common_dir, each.report)
    return checked


def keep_unread(outgoing: Outgoing, checked: Sequence[Checked], *, stopped: bool) -> bool:
    """Keep in mind what goes out unread, and nothing else. `stopped`: the push does not take place.

    Whether the next push is going to review it.
    """
    if stopped:
        outgoing.forget()
        return False
    return outgoing.settle([one.new for one in checked if not one.complete])


def _fetch(repository: GitRepository, loaded: LoadedConfig, new: NewCommits, environ: Mapping[str, str]) -> Setup | str:
    """What is to be asked about a range, or why it cannot be read."""
    chosen = Range(base=new.base, head=new.head, label=new.label)
    try:
        change = repository.fetch_commits(chosen, context_lines=loaded.config.context_lines)
    except (GitError, UsageError) as error:
        return str(error)
    return set_up(loaded, change, environ)


def why_unreviewed(around: Surroundings) -> str | None:
    """What would keep every push from here from being reviewed, and what to do: its configuration, or keys. None when
    somebody can be asked."""
    try:
        seats = seat_panel(load_for_push(around, find_repository(around)).config, around.environ)
    except ReviewbotError as error:
        return str(error)
    return no_key(seats) if all(seat.missing for seat in seats) else None


def stops(checked: Sequence[Checked], unread: Sequence[Unknown], hook: HookConfig) -> int:
    """The exit code: 1 when a range blocks, 3 when one is incomplete and the policy says fail, else 0."""
    if hook.mode == "warn":
        return 0
    if any(one.blocks for one in checked):
        return 1
    incomplete = bool(unread) or any(not one.complete for one in checked)
    return 3 if incomplete and hook.stops_incomplete else 0
