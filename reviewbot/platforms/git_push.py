"""What a push brings to its remote, as far as this repository knows what the remote has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from reviewbot.errors import UsageError
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import GitCommandError
from reviewbot.platforms.git_range import find_commit
from reviewbot.platforms.git_remotes import REMOTES, PushTarget
from reviewbot.pushed import NewCommits, RefUpdate, distinct

_BASES_WEIGHED = 20
"""A history with many merges has many commits that the remote has; the nearest is among the first."""


class Unknown(Struct, frozen=True, kw_only=True):
    """A ref of which cannot be told what it brings, or which brings what is not reviewed; and why."""

    update: RefUpdate
    reason: str


def new_commits(
    checkout: Checkout, updates: Iterable[RefUpdate], target: PushTarget, *, only_this_remote: bool = False
) -> tuple[tuple[NewCommits, ...], tuple[Unknown, ...]]:
    """What each ref brings; a ref of which the remote has all, and one that is deleted, brings nothing.

    Of the commits that the remote has, the nearest one is the base: the one with the fewest commits between it and the
    head. What another remote has was pushed or fetched before, so it counts as known unless that is all there is, or
    `only_this_remote`. Of a ref that is pushed, what the remote says now counts and not what was fetched of it once.
    """
    pushed = [(update, update.local) for update in updates if update.local is not None]
    commits, faults = _commits(checkout, {name for update, local in pushed for name in (local, update.remote) if name})
    known = _Known.of([update for update, _ in pushed], commits, target)
    heads = {commits[local] for _, local in pushed if local in commits}
    if len(heads) > 1:  # one call tells which of many bring anything
        heads = _missing_at(checkout, heads, known)
    bases: dict[str, str | UsageError | None] = {}
    for head in heads:
        brought = _outgoing(checkout, head, [*known.commits, *known.refs])
        if brought.commits:
            bases[head] = _base(checkout, head, brought, known, target, only_this_remote=only_this_remote)
    found: list[NewCommits] = []
    unknown: list[Unknown] = []
    for update, local in pushed:
        if local in faults:
            unknown.append(Unknown(update=update, reason=faults[local]))
        elif (head := commits[local]) in bases:
            base = bases[head]
            if isinstance(base, UsageError):
                unknown.append(Unknown(update=update, reason=str(base)))
            else:
                found.append(NewCommits(remote=target.remote, refs=(update.target,), base=base, head=head))
    return distinct(found), tuple(unknown)


class _Known(Struct, frozen=True, kw_only=True):
    """Which commits count as those that the remote has."""

    commits: tuple[str, ...]
    """What it says that it has under the names that are pushed."""
    tracked: tuple[str, ...]
    """Its names here."""
    told: tuple[str, ...]
    """The remote-tracking refs of which it says now what they are, without `refs/remotes/`."""

    @classmethod
    def of(cls, pushed: Collection[RefUpdate], commits: Mapping[str, str], target: PushTarget) -> _Known:
        # What the remote has and this repository has not is newer than what was fetched, which still is the nearest.
        told = [update.target for update in pushed if update.remote is None or update.remote in commits]
        return cls(
            commits=tuple(sorted({commits[each] for update in pushed if (each := update.remote) and each in commits})),
            tracked=tuple(target.tracked),
            told=tuple(each.removeprefix(REMOTES) for ref in told for each in target.tracking_refs(ref)),
        )

    @property
    def refs(self) -> list[str]:
        """For `git rev-list --not`."""
        return [word for name in self.tracked for word in (*self._told, f"--remotes={name}")]

    @property
    def refs_of_all(self) -> list[str]:
        """The same with what other remotes have."""
        return [*self._told, "--remotes"]

    @property
    def _told(self) -> list[str]:
        return [f"--exclude={ref}" for ref in self.told]  # it holds for the next --remotes alone


def _commits(checkout: Checkout, objects: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The commit that each object is or leads to, by its id; and for those that lead to none, why."""
    ids = sorted(objects)
    if not ids:
        return {}, {}
    asked = "".join(f"{each}^{{commit}}\n{each}\n" for each in ids)
    said = checkout.git.ask("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked.encode()).line
    lines = said.split("\n")
    commits: dict[str, str] = {}
    faults: dict[str, str] = {}
    for each, commit, plain in zip(ids, lines[::2], lines[1::2], strict=True):
        name, _, kind = commit.partition(" ")
        if kind == "commit":
            commits[each] = name
        elif plain.endswith(("missing", "ambiguous")):
            faults[each] = f"object {each[:12]} is not in the repository that is looked at"
        else:
            faults[each] = f"it is no commit but a {plain.rpartition(' ')[2]}, and such content is not reviewed"
    return commits, faults


def _missing_at(checkout: Checkout, heads: Collection[str], known: _Known) -> set[str]:
    """Those of the heads that the remote does not have."""
    stdin = "".join(f"{line}\n" for line in (*sorted(heads), *(f"^{commit}" for commit in known.commits)))
    said = checkout.git.ask("rev-list", "--stdin", "--not", *known.refs, stdin=stdin.encode())
    return set(heads) & set(said.line.split("\n"))


def _base(
    checkout: Checkout, head: str, found: _Outgoing, known: _Known, target: PushTarget, *, only_this_remote: bool
) -> str | UsageError | None:
    """Where what the head brings begins, None for the very beginning, or why that cannot be told, with what to do."""
    if (target.others or not target.tracked) and not only_this_remote:
        narrower = _outgoing(checkout, head, [*known.commits, *known.refs_of_all])
        found = narrower if narrower.commits else found
    base = _nearest(checkout, head, found.bases)
    if base is None and not target.tracked:
        base = _default_branch_before(checkout, head)
    if base is None and checkout.shallow:
        return UsageError(
            "this clone is shallow, and no commit that the remote has is in it; `git fetch --unshallow` brings the"
            " history"
        )
    return base


class _Outgoing(Struct, frozen=True, kw_only=True):
    commits: int
    bases: tuple[str, ...]
    """Commits that the remote has and on which the others are built, the newest first."""


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


class LocalHistory(Struct, frozen=True, kw_only=True):
    """Implements `pushed.History` over a repository on this machine."""

    checkout: Checkout
    target: PushTarget
    moved: frozenset[str]
    """The refs of the remote that the push sets: what they held is replaced."""

    def has(self, commit: str) -> bool:
        return find_commit(self.checkout, commit) is not None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Raises GitCommandError when git cannot tell."""
        said = self.checkout.git.run("merge-base", "--is-ancestor", older, newer)
        if said.code in (0, 1):
            return said.code == 0
        raise GitCommandError("merge-base", said.err)

    def may_be_there(self, pushed: NewCommits) -> bool:
        """A ref that nothing here follows may hold it still; where one is followed, that tells."""
        if any(not self.target.tracking_refs(ref) for ref in pushed.refs if ref not in self.moved):
            return True
        told = {each for ref in self.moved for each in self.target.tracking_refs(ref)}
        asked = ("for-each-ref", f"--contains={pushed.head}", "--format=%(refname)", REMOTES)
        refs = [ref for ref in self.checkout.git.ask(*asked).line.split("\n") if ref not in told]
        prefixes = tuple(f"{REMOTES}{name}/" for name in self.target.tracked)
        return any(ref.startswith(prefixes) for ref in refs)
