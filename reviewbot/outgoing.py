"""What a push is found to bring, before anybody is asked: its ranges, and what earlier pushes took out unread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.errors import GitError, UsageError
from reviewbot.platforms.git_checkout import Checkout, NoRepositoryError, find_checkout
from reviewbot.platforms.git_push import LocalHistory, PushTarget, find_target, new_commits
from reviewbot.platforms.git_range import default_range, explicit_range, find_commit
from reviewbot.platforms.git_unchecked import Unchecked
from reviewbot.pushed import NewCommits, RefUpdate, distinct, with_remembered

if TYPE_CHECKING:  # importing it costs time that a push of what the remote has should not take
    from reviewbot.config.overrides import Overrides


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A range that somebody names, where nothing is pushed: BASE..HEAD, or the default range for None."""

    spec: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What the door asks for."""

    what: tuple[RefUpdate, ...] | Named
    remote: str
    """A remote's name or an address, as git says it."""
    url: str
    cwd: Path
    environ: Mapping[str, str] = field(repr=False)
    config_path: str | None
    overrides: Overrides
    started: float
    """When the hook began, on the clock time.monotonic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a push is found to bring, before anybody is asked."""

    checkout: Checkout
    ranges: tuple[NewCommits, ...]
    unread: tuple[tuple[RefUpdate, str], ...] = ()
    """Refs of which cannot be told what is new, and why."""
    memory: Unchecked | None = None
    """None where nothing is pushed."""
    remembered: tuple[NewCommits, ...] = ()
    """What earlier pushes to this remote took out unread."""

    def keep(self) -> bool:
        """Remember the ranges as unread. False when that cannot be done."""
        if self.memory is None:
            return False
        try:
            self.memory.keep(self.ranges)
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """The push does not take place: only what went out before is still unread."""
        if self.memory is not None:
            before = dict.fromkeys(self.remembered)
            self.memory.forget(new for new in self.ranges if new not in before)


def find_outgoing(push: Push) -> Outgoing:
    """Which commits are new at the remote, and which earlier pushes left unread. Raises ReviewbotError."""
    checkout = _checkout(push)
    if isinstance(push.what, Named):
        chosen = default_range(checkout) if push.what.spec is None else explicit_range(checkout, push.what.spec)
        new = NewCommits(remote="", refs=(), base=chosen.base, head=chosen.head, named=chosen.label)
        return Outgoing(checkout=checkout, ranges=(new,))
    target = find_target(checkout, push.remote, push.url)
    memory = Unchecked.of(checkout)
    remembered = memory.read(target.remote)
    ranges, unread = _new(checkout, push.what, target)
    return Outgoing(
        checkout=checkout,
        ranges=with_remembered(ranges, remembered, LocalHistory(checkout)),
        unread=unread,
        memory=memory,
        remembered=remembered,
    )


def told_by_framework(cwd: Path, environ: Mapping[str, str]) -> tuple[RefUpdate, ...] | Named:
    """What the pre-commit framework says of a push, or of the range that somebody gave to it.

    It says one ref of a push only, and no range for a push that brings the very first commit.
    https://pre-commit.com/#pre-commit-for-pre-push
    """
    older = environ.get("PRE_COMMIT_FROM_REF") or environ.get("PRE_COMMIT_ORIGIN")
    newer = environ.get("PRE_COMMIT_TO_REF") or environ.get("PRE_COMMIT_SOURCE")
    if not environ.get("PRE_COMMIT_REMOTE_NAME"):
        return Named(spec=f"{older}..{newer}" if older and newer else None)
    checkout = find_checkout(cwd, environ)
    source = newer or environ.get("PRE_COMMIT_LOCAL_BRANCH") or "HEAD"
    return (
        RefUpdate(
            source=source,
            local=find_commit(checkout, source),
            target=environ.get("PRE_COMMIT_REMOTE_BRANCH") or source,
            remote=find_commit(checkout, older) if older else None,
        ),
    )


def _checkout(push: Push) -> Checkout:
    try:
        return find_checkout(push.cwd, push.environ)
    except NoRepositoryError:
        # git says where the repository is when it is not found from the work tree (--git-dir).
        folder = push.environ.get("GIT_DIR")
        if not folder:
            raise
        return find_checkout(push.cwd / folder, push.environ)


def _new(
    checkout: Checkout, updates: Iterable[RefUpdate], target: PushTarget
) -> tuple[tuple[NewCommits, ...], tuple[tuple[RefUpdate, str], ...]]:
    ranges: list[NewCommits] = []
    unread: list[tuple[RefUpdate, str]] = []
    for update in updates:
        try:
            new = new_commits(checkout, update, target)
        except (GitError, UsageError) as error:
            unread.append((update, str(error)))
        else:
            ranges += [new] if new else []
    return distinct(ranges), tuple(unread)
