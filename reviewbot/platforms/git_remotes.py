"""Where a push goes, and which refs here tell what is there."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reviewbot.platforms.git_checkout import Checkout
from reviewbot.pushed import without_password

REMOTES = "refs/remotes/"
"""Below it stands what was fetched or pushed, by remote."""
_KEYS = ("url", "pushurl", "fetch")


class PushTarget(Struct, frozen=True, kw_only=True):
    """Where a push goes, and what is known of it."""

    remote: str
    """A remote's name, or an address without a user and a password that no remote has."""
    tracked: Mapping[str, tuple[str, ...]]
    """The remotes of this repository that are it, with what is fetched of them: none, or several, for an address."""
    names: tuple[str, ...]
    """All remotes of this repository."""

    @property
    def others(self) -> bool:
        """There are other remotes, too."""
        return len(self.names) > len(self.tracked)

    def tracking_refs(self, ref: str) -> tuple[str, ...]:
        """The refs of this repository, below `refs/remotes`, that follow a ref of the remote."""
        found = (_followed(ref, refspecs) for refspecs in self.tracked.values())
        return tuple(each for each in found if each is not None)


def find_target(checkout: Checkout, remote: str, url: str) -> PushTarget:
    """Which configured remote a push goes to; `remote` and `url` are the hook's arguments."""
    remotes = _read(checkout)
    if remote in remotes:
        here, called = [remote], remote
    else:
        here = [
            name for name, keys in remotes.items() if not {url, remote}.isdisjoint((*keys["url"], *keys["pushurl"]))
        ]
        called = here[0] if here else without_password(remote)
    return PushTarget(
        remote=called, tracked={name: tuple(remotes[name]["fetch"]) for name in here}, names=tuple(remotes)
    )


def _read(checkout: Checkout) -> dict[str, dict[str, list[str]]]:
    """What is configured of each remote, by its name."""
    found = checkout.git.run("config", "--null", "--get-regexp", rf"^remote\..*\.({'|'.join(_KEYS)})$").fields
    remotes: dict[str, dict[str, list[str]]] = {}
    for field in found:
        key, _, value = field.decode("utf-8", "surrogateescape").partition("\n")
        name, _, kind = key.removeprefix("remote.").rpartition(".")
        remotes.setdefault(name, {each: [] for each in _KEYS})[kind].append(value)
    return dict(sorted(remotes.items()))


def _followed(ref: str, refspecs: tuple[str, ...]) -> str | None:
    """Under which name `git fetch` and `git push` note what the remote has under `ref`; None when they do not.

    https://git-scm.com/docs/git-fetch#CRTB
    """
    followed = None
    for refspec in refspecs:
        source, _, target = refspec.removeprefix("+").partition(":")
        matched = _star(source.removeprefix("^"), ref)
        if matched is not None and source.startswith("^"):
            return None
        if matched is not None and target.startswith(REMOTES) and followed is None:
            followed = target.replace("*", matched)
    return followed


def _star(pattern: str, ref: str) -> str | None:
    """What stands for the one star of a pattern, "" where it has none; None when it does not match."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == ref else None
    if len(ref) < len(before) + len(after) or not (ref.startswith(before) and ref.endswith(after)):
        return None
    return ref[len(before) : len(ref) - len(after)]
