"""The change of a pull request from git objects alone: nothing is checked out, and no repository on disk is touched.

A temporary repository of our own fetches three commits without history, then in one go the blobs that the comparison
reads, and nothing else of the repository. A server that refuses filters, or ids that no ref points to, costs more data.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from reviewbot.errors import GitError, UsageError
from reviewbot.model import Diff
from reviewbot.object_ids import OBJECT_ID
from reviewbot.platforms.commit_tree import CommitTree
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import Git, GitCommandError
from reviewbot.platforms.git_compare import changed_blobs, compare, sizes
from reviewbot.platforms.git_remote import BLOBLESS, UNFILTERED, Bounds, Link, Remote
from reviewbot.platforms.git_scratch import make_repository, object_folders, temporary_folder
from reviewbot.platforms.git_tree import FetchedObjects

_WHOLE_HISTORY = "--depth=2147483647"
"""Without it git would ask for nothing where a borrowed repository has a ref's commit, with or without its history."""
_BRANCH = re.compile(r"(?!.*(?:\.\.|@\{|//))[^\x00-\x20\x7f~^:?*\[\\]+")
_FILTER_REFUSED = re.compile(r"filter '.*' not supported")
_UNKNOWN = re.compile(r"not our ref ([0-9a-f]+)")
_UNADVERTISED = re.compile(r"Server does not allow request for unadvertised object")


class PullCommits(Struct, frozen=True, kw_only=True):
    """The commits of a pull request, as the platform names them."""

    number: int
    merge_base: str
    head: str
    base: str
    """The tip of the base branch; its configuration is the one in force."""
    base_ref: str | None = None
    """The base branch's name, for a server that gives out no commit by its id."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.merge_base, self.head, self.base)))

    @property
    def head_ref(self) -> str:
        return f"refs/pull/{self.number}/head"

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.head_ref, *((f"refs/heads/{self.base_ref}",) if self.base_ref else ()))

    def check(self) -> None:
        """Raises UsageError unless these can be handed to git."""
        for name in self.ids:
            if not OBJECT_ID.fullmatch(name) or len(name) != len(self.head):
                raise UsageError(f"'{name}' is not the id of a commit")
        if self.number < 1:
            raise UsageError(f"{self.number} is not the number of a pull request")
        if self.base_ref is not None and not _BRANCH.fullmatch(self.base_ref):
            raise UsageError(f"'{self.base_ref}' is not the name of a branch")


class PullObjects(Struct, frozen=True, kw_only=True):
    """What has been fetched of a pull request; usable inside its `with` block."""

    commits: PullCommits
    link: Link

    def diff(self, *, context_lines: int) -> Diff:
        """merge base..head, with `context_lines` unchanged lines around a change. Raises GitError."""
        git, base, head = self.link.git, self.commits.merge_base, self.commits.head
        pairs = changed_blobs(git, base, head)
        wanted = dict.fromkeys(blob for pair in pairs for blob in (pair.old, pair.new) if blob)
        missing = wanted.keys() - sizes(git, wanted).keys() if wanted else set()
        if missing:
            self.link.fetch_objects(blob for blob in wanted if blob in missing)
        return compare(git, base, head, context_lines=context_lines)

    def tree(self, commit: str | None = None, *, root: Path | None = None) -> CommitTree:
        """The files of one of the three commits, of the base when None. See CommitTree."""
        return CommitTree(commit=commit or self.commits.base, objects=FetchedObjects(link=self.link), root=root)


@contextmanager
def pull_request_objects(
    git: Git, remote: Remote, commits: PullCommits, *, borrow: Checkout | None = None, deadline_s: float
) -> Iterator[PullObjects]:
    """The objects of a pull request, in a temporary repository for the time of a `with` block.

    What the repository `borrow` has is not fetched; its objects are read, nothing else of it takes effect, and nothing
    is written into it. `deadline_s` is for the whole block: git and all it started are killed when it is over.

    Raises UsageError for an address or a commit that cannot be given to git, and GitError, without the token in it, for
    a server that is not reached, refuses, hangs or does not have a commit, and for a full disk.
    """
    remote.check()
    commits.check()
    object_format = "sha1" if len(commits.head) == 40 else "sha256"
    lender = borrow if borrow and borrow.object_format == object_format else None
    with temporary_folder() as folder:
        bounds = Bounds(seconds=deadline_s, ends=time.monotonic() + deadline_s, folder=folder, host=remote.host)
        own = make_repository(
            git.using(guard=bounds),
            folder,
            object_format=object_format,
            borrowed=object_folders(lender) if lender else (),
        )
        link = Link(git=own, remote=remote, bounds=bounds)
        _bring_commits(link, commits, whole=lender is not None and not (lender.shallow or lender.partial))
        yield PullObjects(commits=commits, link=link)


def _bring_commits(link: Link, commits: PullCommits, *, whole: bool) -> None:
    """Fetch the commits with their trees. `whole` says that what a borrowed commit needs is there with it."""
    missing = _missing(link.git, commits.ids)
    present = [name for name in commits.ids if name not in missing] if whole else []
    wanted = missing if whole else commits.ids
    if not wanted:
        return
    tips = [f"--negotiation-tip={name}" for name in present]
    try:
        _bring_by_id(link, wanted, tips)
    except GitCommandError as exc:
        unknown = _UNKNOWN.search(exc.stderr)
        if unknown and unknown[1] != commits.head:
            raise _not_there(link.remote, commits, unknown[1]) from None
        if not unknown and not _UNADVERTISED.search(exc.stderr):
            raise link.remote.refusal(exc) from None
        _bring_by_ref(link, commits, tips)
    for name in _missing(link.git, commits.ids):
        raise _not_there(link.remote, commits, name)


def _bring_by_id(link: Link, wanted: Sequence[str], tips: Sequence[str]) -> None:
    try:
        link.fetch("--depth=1", BLOBLESS, *tips, "origin", *wanted)
    except GitCommandError as exc:
        if not _FILTER_REFUSED.search(exc.stderr):
            raise
        link.fetch("--depth=1", UNFILTERED, *tips, "origin", *wanted)


def _bring_by_ref(link: Link, commits: PullCommits, tips: Sequence[str]) -> None:
    """Fetch the histories that hold the commits, with every blob, since none can be asked for later."""
    told = link.refs(commits.refs)
    now = told.get(commits.head_ref)
    if now != commits.head:
        moved = f"; {commits.head_ref} is now {now}" if now else f"; there is no {commits.head_ref}"
        raise _not_there(link.remote, commits, commits.head, moved)
    link.forget()  # it has no blobs, and with a commit that was sent a server counts its files as sent
    try:
        link.fetch(_WHOLE_HISTORY, UNFILTERED, *tips, "origin", *told)
    except GitCommandError as exc:
        raise link.remote.refusal(exc) from None


def _missing(git: Git, ids: Sequence[str]) -> list[str]:
    """The commits that are not here, or not with their tree."""
    asked = "".join(f"{name}^{{tree}}\n" for name in ids).encode("ascii")
    answers = git.ask("cat-file", "--batch-check", stdin=asked).line.split("\n")
    return [name for name, answer in zip(ids, answers, strict=True) if answer.split(" ")[1:2] != ["tree"]]


def _not_there(remote: Remote, commits: PullCommits, name: str, more: str = "") -> GitError:
    if name == commits.head:
        return GitError(
            f"{remote.host} does not have {name}, the head of pull request {commits.number}: the head may have moved,"
            f" or its fork may be deleted{more}; run again for the newest head"
        )
    role = "merge base" if name == commits.merge_base else "base"
    return GitError(
        f"{remote.host} does not give out {name}, the {role} of pull request {commits.number}: the base branch may have"
        " been rewritten; run again"
    )
