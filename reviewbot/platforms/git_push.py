"""What a push brings to its remote, as far as this repository knows what the remote has."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from reviewbot.errors import UsageError
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import GitCommandError
from reviewbot.platforms.git_range import find_commit
from reviewbot.pushed import NewCommits, RefUpdate, without_password

_BASES_WEIGHED = 20
"""A history with many merges has many commits that the remote has; the nearest is among the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushTarget:
    """Where a push goes, and what is known of it."""

    remote: str
    """A remote's name, or an address without a user and a password."""
    tracked: tuple[str, ...]
    """The remotes of this repository that are it: none, or several, for an address."""
    others: bool
    """There are other remotes, too."""


def find_target(checkout: Checkout, remote: str, url: str) -> PushTarget:
    """Which configured remote a push goes to; `remote` and `url` are the hook's arguments."""
    names = [name for name in checkout.git.ask("remote").line.split("\n") if name]
    tracked = [remote] if remote in names else [name for name in names if name in _remotes_at(checkout, {url, remote})]
    called = remote if remote in names else without_password(remote)
    return PushTarget(remote=called, tracked=tuple(tracked), others=len(names) > len(tracked))


def _remotes_at(checkout: Checkout, addresses: Collection[str]) -> set[str]:
    """The names of the remotes that are configured with one of these addresses."""
    found = checkout.git.run("config", "--null", "--get-regexp", r"^remote\..*\.(url|pushurl)$").fields
    pairs = [field.decode("utf-8", "surrogateescape").partition("\n") for field in found]
    return {key.removeprefix("remote.").rpartition(".")[0] for key, _, address in pairs if address in addresses}


def new_commits(checkout: Checkout, update: RefUpdate, target: PushTarget) -> NewCommits | None:
    """What the ref brings; None when the remote has all of it, or when it is deleted.

    Of the commits that the remote has, the nearest one is the base: the one with the fewest commits between it and the
    head. What another remote has was pushed or fetched before, so it counts as known unless that is all there is.
    Raises UsageError, with what to do, when that cannot be told.
    """
    if update.local is None:
        return None
    head = find_commit(checkout, update.local)
    if head is None:  # a tag of a file or of a folder: its commits, if it has any, are not in question
        return None
    there = find_commit(checkout, update.remote) if update.remote else None
    known = [*([there] if there else []), *_refs_of(target.tracked)]
    found = _outgoing(checkout, head, known)
    if found.commits and (target.others or not target.tracked):
        narrower = _outgoing(checkout, head, [*known, "--remotes"])
        found = narrower if narrower.commits else found
    if not found.commits:
        return None
    base = _nearest(checkout, head, found.bases)
    if base is None and not target.tracked:
        base = _default_branch_before(checkout, head)
    if base is None and checkout.shallow:
        raise UsageError(
            "this clone is shallow, and no commit that the remote has is in it; `git fetch --unshallow` brings the"
            " history"
        )
    return NewCommits(remote=target.remote, refs=(update.target,), base=base, head=head)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outgoing:
    commits: int
    bases: tuple[str, ...]
    """Commits that the remote has and on which the others are built, the newest first."""


def _refs_of(remotes: Iterable[str]) -> list[str]:
    return [f"--remotes={name}" for name in remotes]


def _outgoing(checkout: Checkout, head: str, known: Iterable[str]) -> _Outgoing:
    lines = checkout.git.ask("rev-list", "--boundary", head, "--not", *known).line.split("\n")
    return _Outgoing(
        commits=sum(bool(line) and not line.startswith("-") for line in lines),
        bases=tuple(line[1:] for line in lines if line.startswith("-")),
    )


def _nearest(checkout: Checkout, head: str, bases: tuple[str, ...]) -> str | None:
    if len(bases) < 2:
        return bases[0] if bases else None

    def distance(base: str) -> int:
        return int(checkout.git.ask("rev-list", "--count", head, f"^{base}").line)

    return min(bases[:_BASES_WEIGHED], key=distance)


def _default_branch_before(checkout: Checkout, head: str) -> str | None:
    """Where the head left this repository's own main branch, for an address of which nothing is known."""
    for name in ("refs/heads/main", "refs/heads/master"):
        commit = find_commit(checkout, name)
        if commit is not None:
            base = checkout.git.run("merge-base", commit, head)
            return base.line if base.code == 0 and base.line != head else None
    return None


@dataclass(frozen=True, slots=True)
class LocalHistory:
    """Implements `pushed.History` over a repository on this machine."""

    checkout: Checkout

    def has(self, commit: str) -> bool:
        return find_commit(self.checkout, commit) is not None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Raises GitCommandError when git cannot tell."""
        said = self.checkout.git.run("merge-base", "--is-ancestor", older, newer)
        if said.code in (0, 1):
            return said.code == 0
        raise GitCommandError("merge-base", said.err)

    def is_at(self, remote: str, commit: str) -> bool:
        refs = self.checkout.git.ask("for-each-ref", f"--contains={commit}", "--format=%(refname)", "refs/remotes").line
        return any(ref.startswith(f"refs/remotes/{remote}/") for ref in refs.split("\n"))
