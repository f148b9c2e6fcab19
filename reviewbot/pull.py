"""The shell of `reviewbot pr`: read the pull request, review what it changes, publish, judge.

The configuration, the briefs and the instructions are those of the base branch, read from git objects or, where git
cannot bring them, from the API. Nothing of the head is checked out, imported or run.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from reviewbot.app import Setup, carry_out, set_up
from reviewbot.config.ignored import IGNORED_FILE
from reviewbot.config.load import FILES, LoadedConfig, TextReader, load_config
from reviewbot.config.overrides import Overrides
from reviewbot.config.values import Config, NetworkConfig, SkipConfig
from reviewbot.core import beside_posted
from reviewbot.errors import GitError, GitHubError, Refusal, ReviewbotError, UsageError
from reviewbot.formats.check_run import check_run
from reviewbot.formats.review_draft import SummaryState, draft_review
from reviewbot.model import Change, Conclusion, Diff, Report, State, Verdict
from reviewbot.platforms.git_checkout import Checkout, find_checkout
from reviewbot.platforms.git_command import Git, find_git
from reviewbot.platforms.git_pull import PullCommits, PullObjects, pull_request_objects
from reviewbot.platforms.git_remote import Remote
from reviewbot.platforms.github.access import read_access, server_url
from reviewbot.platforms.github.event import NothingToDo, from_event, named
from reviewbot.platforms.github.source import ApiSource, Reader
from reviewbot.ports import Progress
from reviewbot.posted import Posted, PullRequest, ReviewDraft, Sorted
from reviewbot.publishing import (
    Before,
    Host,
    Superseded,
    make_check_run,
    may_write,
    publish,
    read_before,
    told_in_reviews,
)
from reviewbot.record.folder import Recorder
from reviewbot.stages.choose import Choosing, Chosen, choose

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    report: Report
    draft: ReviewDraft
    read_only: bool
    """The token may not write: what there is to say has to be shown elsewhere."""


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
    outcome = _publish(request, host, pull, report, before, setup.config)
    return _checked(host, pull, outcome) if setup.config.publish.check_run and not request.dry_run else outcome


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


# ---------------------------------------------------------------- after


def _publish(
    request: PullRequestReview, host: Host, pull: PullRequest, report: Report, before: Before, config: Config
) -> Outcome:
    """Publish, and say in the report what became of that."""
    found = [entry for entry in report.findings if entry.state is not State.FIXED]
    beside = beside_posted(found, before.posted, report.change, report.files, config)
    round_ = before.round if before.head == report.change.head else before.round + 1
    chosen = choose(report.findings, report.change.diff, _choosing(config), round_=round_)
    draft = _draft(report, chosen, beside, before, config, round_=round_)
    try:
        if draft.has_review and before.is_known and not before.has_reviews:
            told = told_in_reviews(host, pull, before.who)
            chosen = _untold(chosen, told, report, config)
            draft = _draft(report, chosen, beside, before, config, round_=round_)
        if not request.dry_run and report.verdict.conclusion is not Conclusion.SKIPPED:
            publish(host, pull, draft, before, beside.gone)
    except Superseded as superseded:
        left = "the summary is left as it was" if superseded.posted else "nothing is posted"
        return Outcome(report=_incomplete(report, config, f"{superseded}; {left}."), draft=draft, read_only=False)
    except GitHubError as error:
        if error.refused in (Refusal.UNPERMITTED, Refusal.FORBIDDEN):
            note = f"The token may not write to the pull request, so that what there is to say stands here: {error}."
            return Outcome(report=replace(report, notes=(*report.notes, note)), draft=draft, read_only=True)
        reason = f"The review could not be posted: {error}."
        return Outcome(report=_incomplete(report, config, reason), draft=draft, read_only=False)
    return Outcome(report=report, draft=draft, read_only=False)


def _checked(host: Host, pull: PullRequest, outcome: Outcome) -> Outcome:
    """With a check run of the verdict, which decides nothing: where it cannot be made, that is told."""
    try:
        make_check_run(host, pull, check_run(outcome.report), external_id=secrets.token_hex(8))
    except GitHubError as error:
        note = f"The check run could not be made: {error}."
        return replace(outcome, report=replace(outcome.report, notes=(*outcome.report.notes, note)))
    return outcome


def _choosing(config: Config) -> Choosing:
    publishing = config.publish
    return Choosing(
        min_severity=publishing.min_severity,
        max_inline=publishing.max_inline,
        solo=publishing.solo,
        alone=len(config.reviewers) == 1,
    )


def _untold(chosen: Chosen, told: Sequence[Posted], report: Report, config: Config) -> Chosen:
    """Without what the text of an earlier review has said."""
    both = (*chosen.inline, *chosen.outside)
    compared = beside_posted(both, told, report.change, report.files, config)
    new = {entry.fingerprint for entry in compared.entries if entry.state is State.NEW}
    return Chosen(
        inline=tuple(entry for entry in chosen.inline if entry.fingerprint in new),
        outside=tuple(entry for entry in chosen.outside if entry.fingerprint in new),
    )


def _draft(
    report: Report, chosen: Chosen, beside: Sorted, before: Before, config: Config, *, round_: int
) -> ReviewDraft:
    return draft_review(
        report,
        chosen.inline,
        chosen.outside,
        commented=[name for name, posted in beside.posted.items() if posted.comment is not None],
        carried=beside.carried,
        round_=round_,
        summary=_summary_state(report, before, config),
    )


def _summary_state(report: Report, before: Before, config: Config) -> SummaryState:
    """A summary that stands there is kept true, or says that it is no longer kept, whatever is wanted now."""
    stands = before.summary is not None
    wanted = config.publish.summary
    if wanted == "never":
        return "ended" if stands else "none"
    clean = report.verdict.conclusion is Conclusion.PASS and all(entry.state.closed for entry in report.findings)
    return "none" if wanted == "findings" and clean and not stands else "kept"


def _incomplete(report: Report, config: Config, reason: str) -> Report:
    """The report of a review that nobody has seen. What blocks still blocks."""
    verdict = report.verdict
    if verdict.conclusion is Conclusion.BLOCK:
        return replace(report, notes=(*report.notes, reason))
    judged: Verdict = replace(
        verdict, conclusion=Conclusion.INCOMPLETE, reason=reason, fails=config.gate.on_incomplete == "fail"
    )
    return replace(report, verdict=judged)
