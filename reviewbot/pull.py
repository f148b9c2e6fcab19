"""The shell of `reviewbot pr`: read the pull request, review what it changes, publish, judge.

The configuration, the briefs and the instructions are those of the base branch, read from git objects. Nothing of the
head is checked out, imported or run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reviewbot.app import Setup, carry_out, set_up
from reviewbot.config.load import FILES, LoadedConfig, load_config
from reviewbot.config.overrides import Overrides
from reviewbot.config.values import Config, NetworkConfig, SkipConfig
from reviewbot.core import beside_posted
from reviewbot.errors import GitHubError, ReviewbotError, UsageError
from reviewbot.formats.review_draft import SummaryState, draft_review
from reviewbot.model import Change, Conclusion, Report, State, Verdict
from reviewbot.platforms.git_checkout import Checkout, find_checkout
from reviewbot.platforms.git_command import find_git
from reviewbot.platforms.git_pull import PullCommits, PullObjects, pull_request_objects
from reviewbot.platforms.git_remote import Remote
from reviewbot.platforms.github.event import NothingToDo, from_event, named
from reviewbot.ports import Progress
from reviewbot.posted import Posted, PullRequest, ReviewDraft, Sorted
from reviewbot.publishing import Before, Host, Superseded, may_write, publish, read_before, told_in_reviews
from reviewbot.record.folder import Recorder
from reviewbot.stages.choose import Choosing, Chosen, choose

API_URL, SERVER_URL = "https://api.github.com", "https://github.com"
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


def review_pull_request(request: PullRequestReview, progress: Progress) -> Told | Outcome:
    """Review and publish. Raises ReviewbotError when the review cannot begin."""
    started = time.monotonic()
    target = named(request.named) if request.named is not None else from_event(request.environ)
    if isinstance(target, NothingToDo):
        return Told(reason=target.reason)
    host = _host(request.environ)
    pull = host.pull(target.repository, target.number)
    if target.commander is not None and not may_write(host, pull, target.commander):
        return Told(reason=f"{target.commander} may not write to {pull.repository}, so the comment asks for nothing.")
    merge_base = host.merge_base(pull.repository, pull.base, pull.head)
    with _objects(request, pull, merge_base) as (objects, root):
        loaded = _load(request, objects, root)
        if target.commander is None and (reason := _skipped(pull, loaded.config.publish.skip)):
            return Told(reason=reason)
        diff = objects.diff(context_lines=loaded.config.context_lines)
    change = Change(
        diff=diff,
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
        with_reviews=loaded.config.publish.summary == "never",
    )
    report = carry_out(
        setup,
        request.environ,
        progress,
        recorder=request.recorder,
        started=started,
        posted=before.posted,
        notes=(*_own_files(change, setup), *before.notes),
    )
    return _publish(request, host, pull, report, before, setup.config)


# ---------------------------------------------------------------- before


def _host(environ: Mapping[str, str]) -> Host:
    from reviewbot.platforms.github.client import Access, GitHub

    token = environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise UsageError(
            "GITHUB_TOKEN is not set; give a token that may read the pull request and write comments on it"
        )
    url = environ.get("GITHUB_API_URL", "").strip() or API_URL
    graphql_url = environ.get("GITHUB_GRAPHQL_URL", "").strip() or None
    network = NetworkConfig(trust_env=False, ca_bundle=None)
    return GitHub(Access(api_url=url, token=token, graphql_url=graphql_url, network=network))


@contextmanager
def _objects(
    request: PullRequestReview, pull: PullRequest, merge_base: str
) -> Iterator[tuple[PullObjects, Path | None]]:
    environ = request.environ
    checkout = _checkout(request)
    git = checkout.git if checkout else find_git(environ, cwd=request.cwd, tree=None)
    server = environ.get("GITHUB_SERVER_URL", "").strip().rstrip("/") or SERVER_URL
    remote = Remote(url=f"{server}/{pull.repository}.git", token=environ.get("GITHUB_TOKEN", "").strip())
    commits = PullCommits(
        number=pull.number, merge_base=merge_base, head=pull.head, base=pull.base, base_ref=pull.base_ref
    )
    with pull_request_objects(git, remote, commits, borrow=checkout, deadline_s=_FETCH_SECONDS) as objects:
        yield objects, checkout.root if checkout else None


def _checkout(request: PullRequestReview) -> Checkout | None:
    """The repository around, whose objects need not be fetched; there may be none."""
    with suppress(ReviewbotError):
        return find_checkout(request.cwd, request.environ)
    return None


def _load(request: PullRequestReview, objects: PullObjects, root: Path | None) -> LoadedConfig:
    return load_config(
        objects.tree(root=root or request.cwd),
        explicit=request.config_path,
        cwd=request.cwd,
        environ=request.environ,
        overrides=request.overrides,
    )


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
    own = {*FILES, ".reviewbot/ignored.yaml", setup.loaded.source or ""}
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
        if draft.has_review and not before.has_reviews:
            told = told_in_reviews(host, pull, before.who)
            chosen = _untold(chosen, told, report, config)
            draft = _draft(report, chosen, beside, before, config, round_=round_)
        if not request.dry_run and report.verdict.conclusion is not Conclusion.SKIPPED:
            publish(host, pull, draft, before, beside.gone)
    except Superseded as superseded:
        left = "the summary is left as it was" if superseded.posted else "nothing is posted"
        return Outcome(report=_incomplete(report, config, f"{superseded}; {left}."), draft=draft, read_only=False)
    except GitHubError as error:
        if error.status in (403, 404):
            note = "The token may not write to the pull request, so nothing is posted there."
            return Outcome(report=replace(report, notes=(*report.notes, note)), draft=draft, read_only=True)
        reason = f"The review could not be posted: {error}."
        return Outcome(report=_incomplete(report, config, reason), draft=draft, read_only=False)
    return Outcome(report=report, draft=draft, read_only=False)


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
