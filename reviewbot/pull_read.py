"""Reading a pull request: the configuration of its base and what it changes, for every shell that has to do with one.

The configuration, the briefs and the instructions are those of the base branch, read from git objects or, where git
cannot bring them, from the API. Nothing of the head is checked out, imported or run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.ignored import IGNORED_FILE
from reviewbot.config.load import FILES, LoadedConfig, TextReader, load_config
from reviewbot.config.panel import default_panel
from reviewbot.config.values import NetworkConfig, SkipConfig
from reviewbot.errors import GitError, GitHubError, ReviewbotError, UsageError
from reviewbot.model import Change, Diff
from reviewbot.platforms.git_checkout import Checkout, find_checkout
from reviewbot.platforms.git_command import Git, find_git
from reviewbot.platforms.git_pull import PullCommits, PullObjects, pull_request_objects
from reviewbot.platforms.git_remote import Remote
from reviewbot.platforms.github.access import read_access, server_url
from reviewbot.platforms.github.source import ApiSource, Reader
from reviewbot.posted import PullRequest
from reviewbot.publishing import Host
from reviewbot.surroundings import Surroundings

_FETCH_SECONDS = 120


class Told(Struct, frozen=True, kw_only=True):
    """A pull request that nothing is done about, in a sentence."""

    reason: str


class Platform(Host, Reader, Protocol):
    """What is asked of the platform in all."""


class Read(Struct, frozen=True, kw_only=True):
    """What everything begins with."""

    loaded: LoadedConfig
    change: Change
    notes: tuple[str, ...] = ()
    """What a person should know of where it was read, and of what the change touches."""


def connect(environ: Mapping[str, str]) -> Platform:
    """Raises UsageError for a token or an address that cannot be used."""
    access = read_access(environ, NetworkConfig(trust_env=False, ca_bundle=None))
    from reviewbot.platforms.github.client import GitHub

    return GitHub(access)


def read_pull(around: Surroundings, host: Platform, pull: PullRequest, *, skips: bool) -> Read | Told:
    """The configuration and the change, both from git objects or both from the API.

    The API is asked when git is missing, or cannot bring or compare the objects for whatever reason, and then for all
    of it. A configuration that cannot be used is an error, wherever it was read. `skips`: `publish.skip` counts.
    """
    merge_base = host.merge_base(pull.repository, pull.base, pull.head)
    checkout = _checkout(around)
    root = checkout.root if checkout else around.cwd
    try:
        with _objects(around, pull, merge_base, checkout) as objects:
            tree = objects.tree(root=root)
            return _read(around, pull, merge_base, tree, lambda lines: objects.diff(context_lines=lines), skips=skips)
    except GitError as error:
        by_git = str(error)
    source = ApiSource(reader=host, pull=pull, merge_base=merge_base)
    try:
        read = _read(around, pull, merge_base, source.tree(root=root), lambda _: source.diff(), skips=skips)
    except GitHubError as error:
        if _has_moved(host, pull):
            raise GitHubError(f"the head of {pull.repository}#{pull.number} moved while it was read") from None
        told = f"the change can be read neither by git ({by_git}) nor from GitHub's API ({error})"
        raise GitHubError(told, status=error.status, refused=error.refused, retry_after_s=error.retry_after_s) from None
    if isinstance(read, Told):
        return read
    note = f"The change was read from GitHub's API, with three lines of context, because git could not: {by_git}."
    return replace(read, notes=(note, *read.notes))


def _has_moved(host: Host, pull: PullRequest) -> bool:
    with suppress(GitHubError):  # then nobody knows, and what failed before is what is told
        return host.pull(pull.repository, pull.number).head != pull.head
    return False


def _read(
    around: Surroundings,
    pull: PullRequest,
    merge_base: str,
    tree: TextReader,
    diff: Callable[[int], Diff],
    *,
    skips: bool,
) -> Read | Told:
    """`diff` takes the number of unchanged lines around a change."""
    loaded = load_config(
        tree,
        explicit=around.config_path,
        cwd=around.cwd,
        environ=around.environ,
        overrides=around.overrides,
        panel=around.panel or default_panel,
    )
    if skips and (reason := _skipped(pull, loaded.config.publish.skip)):
        return Told(reason=reason)
    change = Change(
        diff=diff(loaded.config.context_lines),
        base=merge_base,
        head=pull.head,
        subjects=(pull.title,),
        label=f"{pull.repository}#{pull.number}",
        repository=pull.repository,
        pull_request=pull.number,
    )
    return Read(loaded=loaded, change=change, notes=tuple(_own_files(change, loaded)))


@contextmanager
def _objects(
    around: Surroundings, pull: PullRequest, merge_base: str, checkout: Checkout | None
) -> Iterator[PullObjects]:
    environ = around.environ
    remote = Remote(url=f"{server_url(environ)}/{pull.repository}.git", token=environ.get("GITHUB_TOKEN", "").strip())
    commits = PullCommits(
        number=pull.number, merge_base=merge_base, head=pull.head, base=pull.base, base_ref=pull.base_ref
    )
    git = checkout.git if checkout else _git(around)
    with pull_request_objects(git, remote, commits, borrow=checkout, deadline_s=_FETCH_SECONDS) as objects:
        yield objects


def _git(around: Surroundings) -> Git:
    try:
        return find_git(around.environ, cwd=around.cwd, tree=None)
    except UsageError as error:
        raise GitError(str(error).partition(";")[0]) from None


def _checkout(around: Surroundings) -> Checkout | None:
    """The repository around, whose objects need not be fetched; there may be none."""
    with suppress(ReviewbotError):
        return find_checkout(around.cwd, around.environ)
    return None


def _skipped(pull: PullRequest, skip: SkipConfig) -> str | None:
    if skip.drafts and pull.draft:
        return f"{pull.repository}#{pull.number} is a draft, and publish.skip.drafts is on."
    if pull.author in skip.authors:
        return f"{pull.author} opened {pull.repository}#{pull.number}, and is in publish.skip.authors."
    if label := next((label for label in pull.labels if label in skip.labels), None):
        return f"{pull.repository}#{pull.number} has the label {label}, which is in publish.skip.labels."
    return None


def _own_files(change: Change, loaded: LoadedConfig) -> list[str]:
    """A sentence when the change touches what decides about its review: it has no say in it yet."""
    config = loaded.config
    own = {*FILES, IGNORED_FILE, loaded.source or ""}
    own |= {text.source for text in config.instructions}
    own |= {reviewer.brief.source for reviewer in config.reviewers if reviewer.brief}
    touched = sorted({name for file in change.diff.files for name in (file.path, file.old_path) if name in own})
    if not touched:
        return []
    return [f"The change touches {', '.join(touched)}; this review goes by the base branch's version."]
