"""The shell of `reviewbot pr`: read the pull request, review what it changes, publish, judge.

The configuration, the briefs and the instructions are those of the base branch, read from git objects or, where git
cannot bring them, from the API. Nothing of the head is checked out, imported or run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from reviewbot.app import Setup, carry_out, set_up
from reviewbot.config.ignored import IGNORED_FILE
from reviewbot.config.load import FILES, LoadedConfig, TextReader, load_config
from reviewbot.config.overrides import Overrides
from reviewbot.config.values import NetworkConfig, SkipConfig
from reviewbot.errors import GitError, GitHubError, ReviewbotError, UsageError
from reviewbot.model import Change, Diff
from reviewbot.platforms.git_checkout import Checkout, find_checkout
from reviewbot.platforms.git_command import Git, find_git
from reviewbot.platforms.git_pull import PullCommits, PullObjects, pull_request_objects
from reviewbot.platforms.git_remote import Remote
from reviewbot.platforms.github.access import read_access, server_url
from reviewbot.platforms.github.event import NothingToDo, from_event, named
from reviewbot.platforms.github.source import ApiSource, Reader
from reviewbot.ports import Progress
from reviewbot.posted import PullRequest
from reviewbot.publishing import Host, Outcome, may_write, publish_report, read_before
from reviewbot.record.folder import Recorder

_FETCH_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestReview:
    """What the door asks for."""

    named: str | None
    """`owner/name#7` or an address; None: the event of the job."""
    cwd: Path
    environ: Mapping[str, str] = field(repr=False)
    config_path: str | None
    overrides: Overrides
    recorder: Recorder | None
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A pull request that no model was asked about, in a sentence."""

    reason: str


class Platform(Host, Reader, Protocol):
    """What is asked of the platform in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a review begins with."""

    loaded: LoadedConfig
    diff: Diff
    notes: tuple[str, ...] = ()


def review_pull_request(request: PullRequestReview, progress: Progress) -> Told | Outcome:
    """Review and publish. Raises ReviewbotError when the review cannot begin."""
    started = time.monotonic()
    environ, server = request.environ, server_url(request.environ)
    target = named(request.named, server) if request.named is not None else from_event(environ)
    if isinstance(target, NothingToDo):
        return Told(reason=target.reason)
    host = _host(environ)
    pull = host.pull(target.repository, target.number)
    if target.commander is not None and not may_write(host, pull, target.commander):
        return Told(reason=f"{target.commander} may not write to {pull.repository}, so the comment asks for nothing.")
    merge_base = host.merge_base(pull.repository, pull.base, pull.head)
    read = _read(request, host, pull, merge_base, skips=target.commander is None)
    if isinstance(read, Told):
        return read
    loaded = read.loaded
    change = Change(
        diff=read.diff,
        base=merge_base,
        head=pull.head,
        subjects=(pull.title,),
        label=f"{pull.repository}#{pull.number}",
        repository=pull.repository,
        pull_request=pull.number,
    )
    setup = set_up(loaded, change, request.environ)
    before = read_before(
        host,
        pull,
        in_job=request.environ.get("GITHUB_ACTIONS") == "true",
        with_reviews=read.loaded.config.publish.summary == "never",
    )
    report = carry_out(
        setup,
        request.environ,
        progress,
        recorder=request.recorder,
        started=started,
        posted=before.posted,
        notes=[*read.notes, *_own_files(change, setup), *before.notes],
    )
    return publish_report(host, pull, report, before, setup.config, dry_run=request.dry_run)


# ---------------------------------------------------------------- before


def _host(environ: Mapping[str, str]) -> Platform:
    access = read_access(environ, NetworkConfig(trust_env=False, ca_bundle=None))
    from reviewbot.platforms.github.client import GitHub

    return GitHub(access)


def _read(
    request: PullRequestReview, host: Platform, pull: PullRequest, merge_base: str, *, skips: bool
) -> _Read | Told:
    """The configuration and the change, both from git objects or both from the API.

    The API is asked when git is missing, or cannot bring or compare the objects for whatever reason, and then for all
    of it. A configuration that cannot be used is an error, wherever it was read. `skips`: `publish.skip` counts.
    """
    checkout = _checkout(request)
    root = checkout.root if checkout else request.cwd
    try:
        with _objects(request, pull, merge_base, checkout) as objects:
            tree = objects.tree(root=root)
            return _read_from(request, pull, tree, lambda lines: objects.diff(context_lines=lines), skips=skips)
    except GitError as error:
        by_git = str(error)
    source = ApiSource(reader=host, pull=pull, merge_base=merge_base)
    try:
        read = _read_from(request, pull, source.tree(root=root), lambda _: source.diff(), skips=skips)
    except GitHubError as error:
        if _has_moved(host, pull):
            raise GitHubError(f"the head of {pull.repository}#{pull.number} moved while it was read") from None
        told = f"the change can be read neither by git ({by_git}) nor from GitHub's API ({error})"
        raise GitHubError(told, status=error.status, refused=error.refused, retry_after_s=error.retry_after_s) from None
    if isinstance(read, Told):
        return read
    note = f"The change was read from GitHub's API, with three lines of context, because git could not: {by_git}."
    return replace(read, notes=(note,))


def _has_moved(host: Host, pull: PullRequest) -> bool:
    with suppress(GitHubError):  # then nobody knows, and what failed before is what is told
        return host.pull(pull.repository, pull.number).head != pull.head
    return False


def _read_from(
    request: PullRequestReview, pull: PullRequest, tree: TextReader, diff: Callable[[int], Diff], *, skips: bool
) -> _Read | Told:
    """`diff` takes the number of unchanged lines around a change."""
    loaded = load_config(
        tree,
        explicit=request.config_path,
        cwd=request.cwd,
        environ=request.environ,
        overrides=request.overrides,
    )
    if skips and (reason := _skipped(pull, loaded.config.publish.skip)):
        return Told(reason=reason)
    return _Read(loaded=loaded, diff=diff(loaded.config.context_lines))


@contextmanager
def _objects(
    request: PullRequestReview, pull: PullRequest, merge_base: str, checkout: Checkout | None
) -> Iterator[PullObjects]:
    environ = request.environ
    remote = Remote(url=f"{server_url(environ)}/{pull.repository}.git", token=environ.get("GITHUB_TOKEN", "").strip())
    commits = PullCommits(
        number=pull.number, merge_base=merge_base, head=pull.head, base=pull.base, base_ref=pull.base_ref
    )
    git = checkout.git if checkout else _git(request)
    with pull_request_objects(git, remote, commits, borrow=checkout, deadline_s=_FETCH_SECONDS) as objects:
        yield objects


def _git(request: PullRequestReview) -> Git:
    try:
        return find_git(request.environ, cwd=request.cwd, tree=None)
    except UsageError as error:
        raise GitError(str(error).partition(";")[0]) from None


def _checkout(request: PullRequestReview) -> Checkout | None:
    """The repository around, whose objects need not be fetched; there may be none."""
    with suppress(ReviewbotError):
        return find_checkout(request.cwd, request.environ)
    return None


def _skipped(pull: PullRequest, skip: SkipConfig) -> str | None:
    if skip.drafts and pull.draft:
        return f"{pull.repository}#{pull.number} is a draft, and publish.skip.drafts is on."
    if pull.author in skip.authors:
        return f"{pull.author} opened {pull.repository}#{pull.number}, and is in publish.skip.authors."
    if label := next((label for label in pull.labels if label in skip.labels), None):
        return f"{pull.repository}#{pull.number} has the label {label}, which is in publish.skip.labels."
    return None


def _own_files(change: Change, setup: Setup) -> list[str]:
    """A sentence when the change touches what decides about its review: it has no say in it yet."""
    config = setup.config
    own = {*FILES, IGNORED_FILE, setup.loaded.source or ""}
    own |= {text.source for text in config.instructions}
    own |= {reviewer.brief.source for reviewer in config.reviewers if reviewer.brief}
    touched = sorted({name for file in change.diff.files for name in (file.path, file.old_path) if name in own})
    if not touched:
        return []
    return [f"The change touches {', '.join(touched)}; this review goes by the base branch's version."]
