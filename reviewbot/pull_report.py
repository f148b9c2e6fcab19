"""The shell of `reviewbot publish`: a report made earlier onto its pull request. Nobody is asked.

The report is taken for hostile: whoever made it had no right to write. It says which pull request it is of, and is
refused where the job's event says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.panel import named_panel
from reviewbot.config.values import Config
from reviewbot.errors import InputError, UsageError
from reviewbot.model import Change, Conclusion, Diff, Report, Usage, Verdict
from reviewbot.object_ids import OBJECT_ID
from reviewbot.parts.read import read_report
from reviewbot.parts.values import NamedBytes, Part
from reviewbot.platforms.github.event import PullTarget, numbered
from reviewbot.platforms.github.origin import Origin, read_origin
from reviewbot.posted import PullRequest, ReviewDraft, Status
from reviewbot.publishing import Host, Outcome, publish_report, read_before, without_attempt
from reviewbot.pull_read import Read, Told, connect, read_pull
from reviewbot.reviewing import set_up
from reviewbot.surroundings import Surroundings
from reviewbot.vetting import vet


class Publication(Struct, frozen=True, kw_only=True):
    """What the door asks for."""

    report: NamedBytes
    around: Surroundings
    dry_run: bool


class _Claim(Struct, frozen=True, kw_only=True):
    """What a report says that it is of."""

    target: PullTarget
    base: str
    head: str


def publish_made_earlier(request: Publication) -> Told | Outcome:
    """Check the report against its pull request, and publish what is left of it.

    Raises ReviewbotError for a report that cannot be used or is of another pull request than the job's.
    """
    environ = request.around.environ
    part = read_report(request.report.data, request.report.name)
    origin = read_origin(environ)
    claim = _claim(part)
    _check_claim(claim, origin, part.name)
    host = connect(environ)
    pull = host.pull(claim.target.repository, claim.target.number)
    _check_home(origin, pull, part.name)
    if pull.status is not Status.OPEN:
        return Told(reason=f"{pull.repository}#{pull.number} is {pull.status}, so that nothing is posted.")
    around = replace(request.around, panel=lambda _: named_panel({row.name: row.model for row in part.reviewers}))
    read = read_pull(around, host, pull, skips=True)
    if isinstance(read, Told):
        return read
    if (moved := _moved(claim, pull, read.change)) is not None:
        return _superseded(claim, read, moved)
    return _publish(request, part, host, pull, read)


def _publish(request: Publication, part: Part, host: Host, pull: PullRequest, read: Read) -> Outcome:
    setup = set_up(read.loaded, read.change, {})  # nobody is asked, so no key is looked for
    config = setup.config
    before = read_before(
        host,
        pull,
        in_job=request.around.environ.get("GITHUB_ACTIONS") == "true",
        with_reviews=config.publish.summary == "never",
    )
    report = vet(
        replace(part, notes=without_attempt(part.notes)),
        setup.prepared,
        setup.plan,
        config,
        setup.panel,
        posted=before.posted,
        notes=[*setup.loaded.notes, *read.notes, *before.notes],
        may_lack_keys=config.gate.on_missing_keys == "pass" and _gets_no_keys(pull, request.around.environ),
    )
    return publish_report(host, pull, report, before, config, dry_run=request.dry_run)


# ---------------------------------------------------------------- whose report it is


def _claim(part: Part) -> _Claim:
    if part.repository is None or part.pull_request is None or part.base is None or part.head is None:
        raise InputError(
            f"{part.name}: is of no pull request: change.repository, pull_request, base and head must all be set\n"
            "  publish takes reports of `reviewbot pr`, and what `reviewbot merge` made of them"
        )
    for key, commit in (("base", part.base), ("head", part.head)):
        if not OBJECT_ID.fullmatch(commit):
            raise InputError(f"{part.name}: change.{key}: must be the id of a commit, 40 or 64 hexadecimal digits")
    try:
        target = numbered(part.repository, part.pull_request)
    except UsageError:
        raise InputError(f"{part.name}: change.repository and change.pull_request name no pull request") from None
    return _Claim(target=target, base=part.base, head=part.head)


def _check_claim(claim: _Claim, origin: Origin, name: str) -> None:
    """Raise UsageError for a report of something else than the job is about."""
    target = claim.target
    if origin.repository is not None and not _same(origin.repository, target.repository):
        raise UsageError(
            f"{name} is of a pull request of {target.repository}, and this job is one of {origin.repository}"
        )
    if origin.number is not None and origin.number != target.number:
        raise UsageError(f"{name} is of #{target.number}, and this job is about #{origin.number}")
    if origin.head is not None and origin.head != claim.head:
        raise UsageError(f"{name} is of {claim.head[:10]}, and was made by a run for {origin.head[:10]}")


def _check_home(origin: Origin, pull: PullRequest, name: str) -> None:
    """Raise UsageError where the run that made the report was of another repository than the branch is in.

    Anybody can push the head of anybody's pull request to a fork, so that the commit alone does not tell.
    """
    if origin.head_repository is not None and not _same(origin.head_repository, pull.head_repository or ""):
        raise UsageError(
            f"{name} is of {pull.repository}#{pull.number}, whose branch is in"
            f" {pull.head_repository or 'a repository that is gone'}, and was made by a run of {origin.head_repository}"
        )


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


# ---------------------------------------------------------------- whether it still holds


def _moved(claim: _Claim, pull: PullRequest, change: Change) -> str | None:
    """Why the report is not of what the pull request is now, in a sentence."""
    name = f"{pull.repository}#{pull.number}"
    if claim.head != pull.head:
        return f"The report is of {claim.head[:10]}, which is not the head of {name}; nothing is posted."
    if claim.base != change.base:
        return f"The report compares {name} with {claim.base[:10]}, from which it no longer starts; nothing is posted."
    return None


def _superseded(claim: _Claim, read: Read, reason: str) -> Outcome:
    """A review that nobody has seen, and whose change nobody can read any more."""
    config: Config = read.loaded.config
    change = replace(read.change, diff=Diff(files=()), base=claim.base, head=claim.head, subjects=())
    verdict = Verdict(
        conclusion=Conclusion.INCOMPLETE,
        reason=reason,
        fail_on=config.gate.fail_on,
        min_agreement=config.gate.min_agreement,
        fails=config.gate.on_incomplete == "fail",
    )
    report = Report(change=change, files=(), reviewers=(), findings=(), verdict=verdict, usage=Usage())
    return Outcome(report=report, draft=ReviewDraft(body="", comments=(), summary=""), read_only=False)


# ---------------------------------------------------------------- keys


def _gets_no_keys(pull: PullRequest, environ: Mapping[str, str]) -> bool:
    """Whether GitHub gives a job for this pull request no secrets: its branch is in a fork, or a bot opened it.

    A workflow that `pull_request_target` starts has them all the same, in each of its jobs.
    """
    if environ.get("GITHUB_EVENT_NAME") == "pull_request_target":
        return False
    return pull.head_repository != pull.repository or pull.author.endswith("[bot]")
