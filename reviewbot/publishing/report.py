"""Everything after the models: from a report to what is posted of it, and to what the run says about that."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.values import Config
from reviewbot.core import beside_posted
from reviewbot.errors import GitHubError, Refusal
from reviewbot.formats.check_run import check_run
from reviewbot.formats.markdown import render_markdown
from reviewbot.formats.review_draft import SummaryState, draft_review
from reviewbot.model import Conclusion, Report, State, Verdict
from reviewbot.posted import Posted, PullRequest, ReviewDraft, Sorted
from reviewbot.publishing.before import Before, told_in_reviews
from reviewbot.publishing.check import make_check_run
from reviewbot.publishing.host import Host
from reviewbot.publishing.writing import Superseded, publish
from reviewbot.stages.choose import Choosing, Chosen, choose

_READ_ONLY = "The token may not write to the pull request, so that what there is to say stands here"
_UNPOSTED = "The review could not be posted"
_UNCHECKED = "The check run could not be made"


class Outcome(Struct, frozen=True, kw_only=True):
    report: Report
    draft: ReviewDraft
    read_only: bool
    """The token may not write: what there is to say has to be shown elsewhere."""


def publish_report(
    host: Host, pull: PullRequest, report: Report, before: Before, config: Config, *, dry_run: bool
) -> Outcome:
    """Publish, and say in the report what became of that. `pull` as it was reviewed; `before` as the report knew it."""
    outcome = _posted(host, pull, report, before, config, dry_run=dry_run)
    return _checked(host, pull, outcome) if config.publish.check_run and not dry_run else outcome


def without_attempt(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes of a report but for those on an attempt to post it, which say nothing once it is posted."""
    return tuple(note for note in notes if not note.startswith((_READ_ONLY, _UNPOSTED, _UNCHECKED)))


def _posted(host: Host, pull: PullRequest, report: Report, before: Before, config: Config, *, dry_run: bool) -> Outcome:
    found = [entry for entry in report.findings if entry.state is not State.FIXED]
    beside = beside_posted(found, before.posted, report.change, report.files, config)
    round_ = before.round if before.head == report.change.head else before.round + 1
    told = [name for name, posted in beside.posted.items() if posted.comment is not None or posted.told]
    chosen = choose(report.findings, report.change.diff, _choosing(config), told=told, round_=round_)
    draft = _draft(report, chosen, beside, before, config, round_=round_)
    try:
        if (before.is_known or chosen.outside) and draft.has_review and not before.has_reviews:
            chosen = _untold(chosen, told_in_reviews(host, pull, before.who), report, config)
            draft = _draft(report, chosen, beside, before, config, round_=round_)
        if not dry_run and report.verdict.conclusion is not Conclusion.SKIPPED:
            publish(host, pull, draft, before, beside.gone)
    except Superseded as superseded:
        left = "the summary is left as it was" if superseded.posted else "nothing is posted"
        return Outcome(report=_incomplete(report, config, f"{superseded}; {left}."), draft=draft, read_only=False)
    except GitHubError as error:
        if error.refused in (Refusal.UNPERMITTED, Refusal.FORBIDDEN):
            note = f"{_READ_ONLY}: {error}."
            return Outcome(report=replace(report, notes=(*report.notes, note)), draft=draft, read_only=True)
        reason = f"{_UNPOSTED}: {error}."
        return Outcome(report=_incomplete(report, config, reason), draft=draft, read_only=False)
    return Outcome(report=report, draft=draft, read_only=False)


def _checked(host: Host, pull: PullRequest, outcome: Outcome) -> Outcome:
    """With a check run of the verdict, which decides nothing: where it cannot be made, that is told."""
    run = check_run(outcome.report, render_markdown(outcome.report))
    try:
        make_check_run(host, pull, run, external_id=secrets.token_hex(8))
    except GitHubError as error:
        note = f"{_UNCHECKED}: {error}."
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
        told=[name for name, posted in beside.posted.items() if posted.told],
        carried=beside.carried,
        unrepeated=beside.unrepeated,
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
