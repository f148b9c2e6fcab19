"""The shell of the pre-push hook: what a push brings, reviewed before it leaves.

What is about to be pushed is remembered before anybody is asked, and forgotten when a review has read it. So whatever
ends a run (a deadline, a kill), the next push to the same remote reviews what went out unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reviewbot.app import Case, Setup, carry_out_all, set_up
from reviewbot.config.load import LoadedConfig, WorkTree, load_config
from reviewbot.config.overrides import Overrides, for_push
from reviewbot.config.values import HookConfig
from reviewbot.errors import GitError, UsageError
from reviewbot.model import Conclusion, Report
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_checkout import Checkout, NoRepositoryError, find_checkout
from reviewbot.platforms.git_push import LocalHistory, PushTarget, find_target, new_commits
from reviewbot.platforms.git_range import Range, default_range, explicit_range, find_commit
from reviewbot.platforms.git_unchecked import Unchecked
from reviewbot.ports import Progress
from reviewbot.pushed import NewCommits, RefUpdate, distinct, with_remembered
from reviewbot.record.folder import Recorder

DEADLINE_S = 120.0
"""Until the configuration is read, which says another one, or the same."""
_AFTER_ASKING_S = 3.0
"""What is kept of the deadline for what comes after the answers; a third of a short one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A range that somebody names, where nothing is pushed: BASE..HEAD, or the default range for None."""

    spec: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What the door asks for."""

    what: tuple[RefUpdate, ...] | Named
    remote: str
    """A remote's name or an address, as git says it."""
    url: str
    cwd: Path
    environ: Mapping[str, str] = field(repr=False)
    config_path: str | None
    overrides: Overrides
    started: float
    """When the hook began, on the clock time.monotonic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of one range of a push."""

    new: NewCommits
    report: Report | None
    unread: str | None
    """Why there is no report: the change could not be read."""

    @property
    def complete(self) -> bool:
        """Whether it was reviewed, as far as the policy asks for."""
        return self.report is not None and self.report.verdict.conclusion is not Conclusion.INCOMPLETE

    @property
    def blocks(self) -> bool:
        return self.report is not None and self.report.verdict.conclusion is Conclusion.BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a push is found to bring, before anybody is asked."""

    repository: GitRepository
    ranges: tuple[NewCommits, ...]
    unread: tuple[tuple[RefUpdate, str], ...] = ()
    """Refs of which cannot be told what is new, and why."""
    memory: Unchecked | None = None
    """None where nothing is pushed."""
    remembered: tuple[NewCommits, ...] = ()
    """What earlier pushes to this remote took out unread."""

    def keep(self) -> bool:
        """Remember the ranges as unread. False when that cannot be done."""
        if self.memory is None:
            return False
        try:
            self.memory.keep(self.ranges)
        except OSError:
            return False
        return True


def find_outgoing(push: Push) -> Outgoing:
    """Which commits are new at the remote, and which earlier pushes left unread. Raises ReviewbotError."""
    checkout = _checkout(push)
    if isinstance(push.what, Named):
        chosen = default_range(checkout) if push.what.spec is None else explicit_range(checkout, push.what.spec)
        new = NewCommits(remote="", refs=(), base=chosen.base, head=chosen.head, named=chosen.label)
        return Outgoing(repository=GitRepository(checkout), ranges=(new,))
    target = find_target(checkout, push.remote, push.url)
    memory = Unchecked.of(checkout)
    remembered = memory.read(target.remote)
    ranges, unread = _new(checkout, push.what, target)
    return Outgoing(
        repository=GitRepository(checkout),
        ranges=with_remembered(ranges, remembered, LocalHistory(checkout)),
        unread=unread,
        memory=memory,
        remembered=remembered,
    )


def told_by_framework(cwd: Path, environ: Mapping[str, str]) -> tuple[RefUpdate, ...] | Named:
    """What the pre-commit framework says of a push, or of the range that somebody gave to it.

    It says one ref of a push only, and no range for a push that brings the very first commit.
    https://pre-commit.com/#pre-commit-for-pre-push
    """
    older = environ.get("PRE_COMMIT_FROM_REF") or environ.get("PRE_COMMIT_ORIGIN")
    newer = environ.get("PRE_COMMIT_TO_REF") or environ.get("PRE_COMMIT_SOURCE")
    if not environ.get("PRE_COMMIT_REMOTE_NAME"):
        return Named(spec=f"{older}..{newer}" if older and newer else None)
    checkout = find_checkout(cwd, environ)
    source = newer or environ.get("PRE_COMMIT_LOCAL_BRANCH") or "HEAD"
    return (
        RefUpdate(
            source=source,
            local=find_commit(checkout, source),
            target=environ.get("PRE_COMMIT_REMOTE_BRANCH") or source,
            remote=find_commit(checkout, older) if older else None,
        ),
    )


def load_for_push(push: Push, outgoing: Outgoing) -> LoadedConfig:
    """The configuration as it holds for a push. Raises ConfigError."""
    checkout = outgoing.repository.checkout
    loaded = load_config(
        WorkTree(push.cwd if checkout.bare else checkout.root),
        explicit=push.config_path,
        cwd=push.cwd,
        environ=push.environ,
        overrides=push.overrides,
    )
    return replace(loaded, config=for_push(loaded.config))


def review_push(
    push: Push,
    outgoing: Outgoing,
    loaded: LoadedConfig,
    progress: Progress,
    *,
    recorder: Callable[[int], Recorder | None],
) -> tuple[Checked, ...]:
    """Review each range. `recorder`: who keeps the run of the range with that number, from 0 on.

    Raises ReviewbotError when no review can begin. However it ends, what may go out unread is remembered.
    """
    outgoing.keep()
    fetched = [_fetch(outgoing.repository, loaded, new, push.environ) for new in outgoing.ranges]
    cases = [
        Case(setup=setup, recorder=recorder(number))
        for number, setup in enumerate(one for one in fetched if isinstance(one, Setup))
    ]
    deadline_s = loaded.config.limits.deadline_s
    reserved_s = min(_AFTER_ASKING_S, deadline_s / 3)
    reports = iter(carry_out_all(cases, push.environ, progress, started=push.started, reserved_s=reserved_s))
    return tuple(
        Checked(new=new, report=next(reports), unread=None)
        if isinstance(one, Setup)
        else Checked(new=new, report=None, unread=one)
        for new, one in zip(outgoing.ranges, fetched, strict=True)
    )


def remember(outgoing: Outgoing, checked: Sequence[Checked], *, stopped: bool) -> None:
    """Keep in mind what goes out unread, and nothing else. `stopped`: the push does not take place."""
    if outgoing.memory is None:
        return
    ranges = dict.fromkeys(outgoing.ranges)
    before = dict.fromkeys(outgoing.remembered)
    if stopped:
        outgoing.memory.forget(new for new in ranges if new not in before)
        return
    unread = {one.new for one in checked if not one.complete}
    outgoing.memory.forget(new for new in {**ranges, **before} if new not in unread)


def _checkout(push: Push) -> Checkout:
    try:
        return find_checkout(push.cwd, push.environ)
    except NoRepositoryError:
        # git says where the repository is when it is not found from the work tree (--git-dir).
        folder = push.environ.get("GIT_DIR")
        if not folder:
            raise
        return find_checkout(push.cwd / folder, push.environ)


def _new(
    checkout: Checkout, updates: Iterable[RefUpdate], target: PushTarget
) -> tuple[tuple[NewCommits, ...], tuple[tuple[RefUpdate, str], ...]]:
    ranges: list[NewCommits] = []
    unread: list[tuple[RefUpdate, str]] = []
    for update in updates:
        try:
            new = new_commits(checkout, update, target)
        except (GitError, UsageError) as error:
            unread.append((update, str(error)))
        else:
            ranges += [new] if new else []
    return distinct(ranges), tuple(unread)


def _fetch(repository: GitRepository, loaded: LoadedConfig, new: NewCommits, environ: Mapping[str, str]) -> Setup | str:
    """What is to be asked about a range, or why it cannot be read."""
    chosen = Range(base=new.base, head=new.head, label=new.label)
    try:
        change = repository.fetch_commits(chosen, context_lines=loaded.config.context_lines)
    except (GitError, UsageError) as error:
        return str(error)
    return set_up(loaded, change, environ)


def stops(checked: Sequence[Checked], unread: Sequence[tuple[RefUpdate, str]], hook: HookConfig) -> int:
    """The exit code: 1 when a range blocks, 3 when one is incomplete and the policy says fail, else 0."""
    if hook.mode == "warn":
        return 0
    if any(one.blocks for one in checked):
        return 1
    incomplete = bool(unread) or any(not one.complete for one in checked)
    return 3 if incomplete and hook.on_incomplete == "fail" else 0
