"""What a push is found to bring, before anybody is asked: its ranges, and what earlier pushes took out unread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.discreet import Discreet
from reviewbot.errors import UsageError
from reviewbot.platforms.git_checkout import Checkout, NoRepositoryError, find_checkout
from reviewbot.platforms.git_push import LocalHistory, Unknown, new_commits
from reviewbot.platforms.git_range import default_range, explicit_range, find_commit
from reviewbot.platforms.git_remotes import find_target
from reviewbot.platforms.git_unchecked import Unchecked
from reviewbot.pushed import NewCommits, RefUpdate, with_remembered
from reviewbot.surroundings import Surroundings

if TYPE_CHECKING:  # importing it costs time that a push of what the remote has should not take
    from reviewbot.config.values import LoadedConfig


class Named(Struct, frozen=True, kw_only=True):
    """A range that somebody names, where nothing is pushed: BASE..HEAD, or the default range for None."""

    spec: str | None


class Push(Discreet, frozen=True, kw_only=True):
    """What is pushed, and where to: an address may hold a password."""

    what: tuple[RefUpdate, ...] | Named
    remote: str
    """A remote's name or an address, as git says it."""
    url: str


class Outgoing(Struct, frozen=True, kw_only=True):
    """What a push is found to bring, before anybody is asked."""

    checkout: Checkout
    ranges: tuple[NewCommits, ...]
    unread: tuple[Unknown, ...] = ()
    """Refs of which cannot be told what they bring, or which bring what is not reviewed."""
    memory: Unchecked | None = None
    """None where nothing is pushed."""
    remembered: tuple[NewCommits, ...] = ()
    """What earlier pushes to this remote took out unread."""
    looked_at: tuple[NewCommits, ...] = ()
    """Those of them of which all is in `ranges`."""
    gone: tuple[NewCommits, ...] = ()
    """Those of them that are not at the remote, as far as is known here."""

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

    def settle(self, unread: Collection[NewCommits]) -> bool:
        """The push takes place: keep those of its ranges that nobody read, and forget what somebody did.

        They are kept once more, because another push at the same time may have taken them for gone. Whether they are
        kept.
        """
        if self.memory is None:
            return False
        both = dict.fromkeys((*self.ranges, *self.looked_at))
        self.memory.forget(new for new in both if new not in unread)
        self.memory.forget_old(self.gone)
        try:
            self.memory.keep(unread)
        except OSError:
            return False
        return True


def find_outgoing(push: Push, checkout: Checkout) -> Outgoing:
    """Which commits are new at the remote, and which earlier pushes left unread. Raises ReviewbotError."""
    if isinstance(push.what, Named):
        chosen = default_range(checkout) if push.what.spec is None else explicit_range(checkout, push.what.spec)
        new = NewCommits(remote="", refs=(), base=chosen.base, head=chosen.head, named=chosen.label)
        return Outgoing(checkout=checkout, ranges=(new,))
    target = find_target(checkout, push.remote, push.url)
    memory = Unchecked.of(checkout)
    every = memory.read()
    # What went to a remote that was renamed since, or is known by an address now, is looked at with every push.
    remembered = tuple(new for new in every if new.remote == target.remote or new.remote not in target.names)
    # What another remote has counts as known, unless nobody has read it there either.
    ranges, unread = new_commits(checkout, push.what, target, only_this_remote=len(every) > len(remembered))
    moved = frozenset(update.target for update in push.what)
    together = with_remembered(ranges, remembered, LocalHistory(checkout=checkout, target=target, moved=moved))
    return Outgoing(
        checkout=checkout,
        ranges=together.ranges,
        unread=unread,
        memory=memory,
        remembered=remembered,
        looked_at=together.looked_at,
        gone=together.gone,
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
    head = find_commit(checkout, source)
    if head is None:
        raise UsageError(f"the pre-commit framework names {source}, which is no commit that git knows here")
    return (
        RefUpdate(
            source=source,
            local=head,
            target=environ.get("PRE_COMMIT_REMOTE_BRANCH") or source,
            remote=find_commit(checkout, older) if older else None,
        ),
    )


def find_repository(around: Surroundings) -> Checkout:
    """The repository that is pushed from: where git says that it is, which the work tree around need not be."""
    folder = around.environ.get("GIT_DIR")
    try:
        checkout = find_checkout(around.cwd, around.environ)
    except NoRepositoryError:
        if not folder:
            raise
        return find_checkout(around.cwd / folder, around.environ)
    if folder and not _is_same(checkout.git_dir, around.cwd / folder):
        return find_checkout(around.cwd / folder, around.environ)
    return checkout


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def load_for_push(around: Surroundings, checkout: Checkout) -> LoadedConfig:
    """The configuration as it holds for a push. Raises ConfigError."""
    from reviewbot.config.load import WorkTree, load_config
    from reviewbot.config.overrides import for_push

    loaded = load_config(
        WorkTree(around.cwd if checkout.bare else checkout.root),
        explicit=around.config_path,
        cwd=around.cwd,
        environ=around.environ,
        overrides=around.overrides,
    )
    return replace(loaded, config=for_push(loaded.config))
