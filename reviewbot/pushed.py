"""What git says about a push, as values. Pure.

git writes a line for each ref to the standard input of a pre-push hook: what is pushed, its id, the name that it gets
at the remote, and the id that the remote has under that name. https://git-scm.com/docs/githooks#_pre_push
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.errors import UsageError
from reviewbot.late import late
from reviewbot.object_ids import OBJECT_ID

_SCP = late(r"(?:[^/@]*@)?([^/:@]+):(.*)", re.DOTALL)
_URL = late(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)(.*)", re.DOTALL)
_HELPER = late(r"([A-Za-z0-9][A-Za-z0-9+-]*)::(.*)", re.DOTALL)
"""An address for a program of its own. https://git-scm.com/docs/gitremote-helpers#_invocation"""
_PATH_END = late(r"[?#]")
_NAMELESS = "an address"
_HEADS, _TAGS = "refs/heads/", "refs/tags/"


class RefUpdate(Struct, frozen=True, kw_only=True):
    """One ref of a push."""

    source: str
    """What is pushed, as it was typed: "refs/heads/main", "HEAD~1", ..."""
    local: str | None
    """Its object id, of a commit or of a tag; None when the ref is deleted."""
    target: str
    """The ref at the remote."""
    remote: str | None
    """The id that the remote has there; None when the ref is new."""


class NewCommits(Struct, frozen=True, kw_only=True, eq=False):
    """What a push brings to the remote: base..head. Equal to another that brings it there, under whichever names."""

    remote: str
    """A name, or an address without a user and a password."""
    refs: tuple[str, ...]
    """The refs at the remote that get it."""
    base: str | None
    """The nearest commit that the remote has; None when it has none of the history."""
    head: str
    again: bool = False
    """It holds commits that an earlier push took there without a review."""
    named: str | None = None
    """What a person calls it, where it is no matter of refs."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NewCommits) and self._what == other._what

    def __hash__(self) -> int:
        return hash(self._what)

    @property
    def _what(self) -> tuple[str, str | None, str]:
        return self.remote, self.base, self.head

    @property
    def label(self) -> str:
        """For a person: "feature to origin"."""
        if self.named is not None:
            return self.named
        names = [ref.removeprefix(_HEADS).removeprefix(_TAGS) for ref in self.refs]
        more = f" and {len(names) - 2} more" if len(names) > 2 else ""
        before = " (with what went out unchecked before)" if self.again else ""
        return f"{', '.join(names[:2])}{more} to {self.remote}{before}"


class History(Protocol):
    """What is asked of a repository's commits, by their ids."""

    def has(self, commit: str) -> bool:
        """Whether the commit is in this repository."""
        ...

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `newer` holds `older`; a commit holds itself."""
        ...

    def may_be_there(self, pushed: NewCommits) -> bool:
        """Whether the remote may still hold what an earlier push took there, once this push has taken place."""
        ...


def parse_push(data: bytes) -> tuple[RefUpdate, ...]:
    """The lines of a push. Raises UsageError for what is none."""
    text = data.decode("utf-8", "backslashreplace")
    return tuple(_update(line, number) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _update(line: str, number: int) -> RefUpdate:
    fields = line.rstrip("\r").rsplit(" ", 3)  # from the right: a source such as HEAD@{1 day ago} holds blanks
    if len(fields) != 4 or not OBJECT_ID.fullmatch(fields[1]) or not OBJECT_ID.fullmatch(fields[3]):
        raise UsageError(
            f"line {number} of stdin is not what git says of a push; `reviewbot hook pre-push` is called by git:"
            " `reviewbot hook install` sets that up"
        )
    source, local, target, remote = fields
    return RefUpdate(source=source, local=_id_or_none(local), target=target, remote=_id_or_none(remote))


def _id_or_none(object_id: str) -> str | None:
    """None for the id of zeros, 40 or 64 of them, which stands for no object."""
    return None if set(object_id) == {"0"} else object_id


def distinct(ranges: Iterable[NewCommits]) -> tuple[NewCommits, ...]:
    """Each range once, with all refs that get it, in the order in which they came."""
    found: dict[tuple[str | None, str], NewCommits] = {}
    for new in ranges:
        there = found.get((new.base, new.head))
        refs = tuple(dict.fromkeys((*there.refs, *new.refs))) if there else new.refs
        again = new.again or (there is not None and there.again)
        found[new.base, new.head] = replace(new, refs=refs, again=again)
    return tuple(found.values())


class Together(Struct, frozen=True, kw_only=True):
    """What a push brings, together with what went to the same remote unread."""

    ranges: tuple[NewCommits, ...]
    looked_at: tuple[NewCommits, ...] = ()
    """The earlier ones of which all is in `ranges`."""
    gone: tuple[NewCommits, ...] = ()
    """Those that this push replaces, that never arrived or were rewritten since, as far as is known here."""


def with_remembered(ranges: Iterable[NewCommits], remembered: Iterable[NewCommits], history: History) -> Together:
    """The ranges of a push with what earlier pushes took to the same remote without a review.

    A range that holds it anyway, or can be made to by beginning earlier, does so; what stands on another branch is a
    range of its own. Of what the push replaces, it holds the part that stays.
    """
    pushed = list(ranges)
    beside: list[NewCommits] = []
    looked_at: list[NewCommits] = []
    gone: list[NewCommits] = []
    for old in remembered:
        if not history.has(old.head) or (old.base is not None and not history.has(old.base)):
            gone.append(old)
            continue
        place = next((at for at, new in enumerate(pushed) if _holds(new, old, history)), None)
        if place is None:
            place = next((at for at, new in enumerate(pushed) if _can_hold(new, old, history)), None)
            if place is not None:
                pushed[place] = replace(pushed[place], base=old.base)
        if place is not None:
            pushed[place] = replace(pushed[place], again=True)
            looked_at.append(old)
            continue
        for at, new in enumerate(pushed):
            if _keeps_a_part(new, old, history):
                pushed[at] = replace(new, base=old.base, again=True)
        if history.may_be_there(old):
            beside.append(replace(old, again=True))
            looked_at.append(old)
        else:
            gone.append(old)
    return Together(ranges=distinct([*pushed, *beside]), looked_at=tuple(looked_at), gone=tuple(gone))


def _holds(new: NewCommits, old: NewCommits, history: History) -> bool:
    """Whether all of `old` is between the ends of `new`."""
    if not history.is_ancestor(old.head, new.head):
        return False
    if new.base is None:
        return True
    return old.base is not None and history.is_ancestor(new.base, old.base)


def _can_hold(new: NewCommits, old: NewCommits, history: History) -> bool:
    """Whether `new` would be `old` and what follows it, were it to begin where that began: on the same branch, or where
    it goes on from inside of it."""
    if new.base is None or not history.is_ancestor(old.head, new.head):
        return False
    follows = bool(set(new.refs) & set(old.refs)) or not history.is_ancestor(old.head, new.base)
    return follows and (old.base is None or history.is_ancestor(old.base, new.base))


def _keeps_a_part(new: NewCommits, old: NewCommits, history: History) -> bool:
    """Whether `new` replaces the end of `old` on the same branch and goes on from inside of it."""
    if new.base is None or new.base == old.base or not set(new.refs) & set(old.refs):
        return False
    return history.is_ancestor(new.base, old.head) and (old.base is None or history.is_ancestor(old.base, new.base))


def without_password(address: str) -> str:
    """An address without its user, which may be a token, and its password; no address where that cannot be told."""
    helper = _HELPER.fullmatch(address)
    if helper:
        return f"{helper[1]}::{without_password(helper[2])}"
    url = _URL.fullmatch(address)
    if url:
        # An @ behind what ends the name of a host: a password that was not encoded, or a path with an @.
        if "@" in url[3]:
            return _NAMELESS
        return f"{url[1]}{url[2].rpartition('@')[2]}{_PATH_END.split(url[3])[0]}"
    scp = _SCP.fullmatch(address)
    if scp:
        return _NAMELESS if "@" in scp[2] else f"{scp[1]}:{scp[2]}"
    return address
