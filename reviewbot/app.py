"""The shell of `review`: fetch a local change and review it, without the command line."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.load import WorkTree, load_config
from reviewbot.errors import DiffError, GitError, UsageError
from reviewbot.model import Change, Job, Plan, Report
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.shown_findings import remember
from reviewbot.ports import Progress
from reviewbot.remembering import Memory
from reviewbot.reviewing import SECRETS_BLOCK, Setup, carry_out, empty_note, set_up
from reviewbot.stages.budget import beyond
from reviewbot.stages.diff import parse_patch
from reviewbot.surroundings import Surroundings
from reviewbot.wiring import Seat

if TYPE_CHECKING:  # neither asking nor recording is imported for a run that does not
    from reviewbot.record.folder import Recorder

_ELSE = (
    "What is not committed yet is reviewed with --uncommitted, and what is on this branch already with a range, such as"
    " HEAD~1..HEAD."
)


class Range(Struct, frozen=True, kw_only=True):
    """BASE..HEAD, or the default range for None."""

    spec: str | None = None


class Staged(Struct, frozen=True, kw_only=True):
    """The index against HEAD."""


class Uncommitted(Struct, frozen=True, kw_only=True):
    """The work tree against HEAD, untracked files that are not ignored included."""


class Patch(Struct, frozen=True, kw_only=True):
    """A unified diff that was given as bytes."""

    data: bytes
    name: str


Source = Range | Staged | Uncommitted | Patch


class Request(Struct, frozen=True, kw_only=True):
    """What a door asks for."""

    source: Source
    around: Surroundings
    recorder: Recorder | None = None
    """Who keeps the run, when somebody does."""
    memory: Memory | None = None
    """What is known of earlier runs; without one everything is asked and nothing kept."""


class Proposal(Struct, frozen=True, kw_only=True):
    """What would be sent where."""

    change: Change
    plan: Plan
    seats: tuple[Seat, ...]
    redactions: int
    left_out: tuple[Job, ...]
    """Questions for which `limits.max_cost_usd` would not do, were every call to cost its estimate."""
    notes: tuple[str, ...]


def propose(request: Request) -> Proposal:
    """Everything up to the first call, and no call. Reviewers without a key are planned for as if they had one."""
    setup, _ = _set_up(request, plan_without_keys=True)
    change = setup.prepared.change
    plan, seats = setup.plan, setup.seats
    if setup.is_blocked:
        plan = replace(plan, jobs=())
        seats = tuple(replace(seat, missing=SECRETS_BLOCK) for seat in seats)
    return Proposal(
        change=change,
        plan=plan,
        seats=seats,
        redactions=setup.prepared.redactions,
        left_out=beyond(
            plan.jobs, lambda job: setup.estimate(job.reviewer, job.tokens), setup.config.limits.max_cost_usd
        ),
        notes=(*setup.loaded.notes, *empty_note(change), *_otherwise(request, change)),
    )


def review(request: Request, progress: Progress) -> Report:
    """Review a change. Raises ReviewbotError when that cannot begin; a review that began ends in a report."""
    started = time.monotonic()
    setup, repository = _set_up(request)
    notes = _otherwise(request, setup.prepared.change)
    report = carry_out(
        setup,
        request.around.environ,
        progress,
        recorder=request.recorder,
        memory=request.memory,
        started=started,
        notes=notes,
    )
    _remember(report, repository, request)
    return report


def fetch(source: Source, *, context_lines: int, repository: GitRepository | None) -> Change:
    """Read the change from where it lies."""
    match source:
        case Patch(data=data, name=name):
            try:
                return Change(diff=parse_patch(data), label=name)
            except DiffError as error:
                raise UsageError(f"{name}: {error}") from None
        case _ if repository is None:
            raise AssertionError("only a patch is read without a repository")
        case Range(spec=spec):
            return repository.fetch_range(spec, context_lines=context_lines)
        case Staged():
            return repository.fetch_staged(context_lines=context_lines)
        case Uncommitted():
            return repository.fetch_uncommitted(context_lines=context_lines)


def _set_up(request: Request, *, plan_without_keys: bool = False) -> tuple[Setup, GitRepository | None]:
    """What is asked, and the repository that the change was read from; a patch comes from none."""
    repository = None
    root = request.around.cwd
    if not isinstance(request.source, Patch):
        repository = GitRepository.discover(request.around.cwd, request.around.environ)
        root = repository.root
    loaded = load_config(
        WorkTree(root),
        explicit=request.around.config_path,
        cwd=request.around.cwd,
        environ=request.around.environ,
        overrides=request.around.overrides,
    )
    change = fetch(request.source, context_lines=loaded.config.context_lines, repository=repository)
    return set_up(loaded, change, request.around.environ, plan_without_keys=plan_without_keys), repository


def _otherwise(request: Request, change: Change) -> tuple[str, ...]:
    """What to review instead, where nobody has said what and there is nothing."""
    return (_ELSE,) if request.source == Range() and not change.diff.files else ()


def _remember(report: Report, repository: GitRepository | None, request: Request) -> None:
    """For `reviewbot ignore`, in the repository where the review was; a patch may be reviewed in one too."""
    with suppress(UsageError, GitError):
        repository = repository or GitRepository.discover(request.around.cwd, request.around.environ)
        remember(repository.checkout.common_dir, report)
