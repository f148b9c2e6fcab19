"""What every door that reviews does once the change is fetched: plan, ask what is not remembered, conclude."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reviewbot import __version__
from reviewbot.config.load import LoadedConfig
from reviewbot.config.values import Config
from reviewbot.core import Prepared, conclude, excused, make_plan, prepare
from reviewbot.errors import ConfigError
from reviewbot.model import Change, Job, Outcome, Panelist, Plan, Report
from reviewbot.platforms.actions import is_restricted_run
from reviewbot.ports import Progress
from reviewbot.posted import Posted
from reviewbot.remembering import Memory, Recalled, ask_what_is_new
from reviewbot.sanitize.keys import secret_values
from reviewbot.stages.escaped import without_keys
from reviewbot.wiring import Seat, build_models, seat_panel

if TYPE_CHECKING:  # neither asking nor recording is imported for a run that does not
    from reviewbot.record.folder import Recorder
    from reviewbot.record.values import Asked

SECRETS_BLOCK = "not asked: the change holds secrets and `secrets` is `block`"


class Setup(Struct, frozen=True, kw_only=True):
    loaded: LoadedConfig
    seats: tuple[Seat, ...]
    prepared: Prepared
    plan: Plan

    @property
    def config(self) -> Config:
        return self.loaded.config

    @property
    def is_blocked(self) -> bool:
        """Whether nothing may be sent because of what was found in the change."""
        return self.config.secrets == "block" and self.prepared.holds_secrets(self.config)

    @property
    def panel(self) -> tuple[Panelist, ...]:
        return tuple(seat.panelist for seat in self.seats)

    def estimate(self, reviewer: str, tokens: int) -> float | None:
        """About what a question of so many tokens costs in USD; None when the price is not known."""
        return next(seat for seat in self.seats if seat.reviewer.name == reviewer).estimate(tokens)


def set_up(
    loaded: LoadedConfig, change: Change, environ: Mapping[str, str], *, plan_without_keys: bool = False
) -> Setup:
    """Who is asked what about a change that has been fetched. Secrets are taken out of it here."""
    config = loaded.config
    seats = seat_panel(config, environ)
    prepared = prepare(change, config)
    panel = [seat.panelist for seat in seats]
    if plan_without_keys:
        panel = [replace(member, skipped=None) for member in panel]
    plan = make_plan(
        prepared.change, config, panel, delimiter=f"=== {secrets.token_hex(16)} ===", count_tokens=count_tokens
    )
    return Setup(loaded=loaded, seats=seats, prepared=prepared, plan=plan)


def carry_out(
    setup: Setup,
    environ: Mapping[str, str],
    progress: Progress,
    *,
    recorder: Recorder | None,
    memory: Memory | None,
    started: float,
    posted: Sequence[Posted] = (),
    notes: Sequence[str] = (),
) -> Report:
    """Ask and conclude. `posted`: what earlier runs put on the pull request; `started` on the clock time.monotonic."""
    case = Case(setup=setup, recorder=recorder, posted=tuple(posted), notes=tuple(notes))
    (report,) = carry_out_all([case], environ, progress, memory=memory, started=started)
    return report


def carry_out_all(
    cases: Sequence[Case],
    environ: Mapping[str, str],
    progress: Progress,
    *,
    memory: Memory | None,
    started: float,
    reserved_s: float = 0.0,
) -> tuple[Report, ...]:
    """Ask about several changes at once, and conclude about each: one deadline, one budget, one panel for all.

    The first case's configuration holds for asking. `reserved_s`: seconds of the deadline that are left to the caller.
    """
    for case in cases:
        case.begin(environ)
    asked = [() if case.setup.is_blocked else case.setup.plan.jobs for case in cases]
    recalled = _ask_what_is_new(
        [(job, case.setup) for case, jobs in zip(cases, asked, strict=True) for job in jobs],
        environ,
        progress,
        started - reserved_s,
        memory,
    )
    hidden = _keys([seat for case in cases for seat in case.setup.seats], environ)
    outcomes = iter([without_keys(outcome, hidden) for outcome in recalled.outcomes])
    return tuple(
        case.end(tuple(islice(outcomes, len(jobs))), recalled.notes, started)
        for case, jobs in zip(cases, asked, strict=True)
    )


class Case(Struct, frozen=True, kw_only=True):
    """A change that is set up, and what its report needs besides the answers."""

    setup: Setup
    recorder: Recorder | None = None
    posted: tuple[Posted, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def _unkeyed(self) -> bool:
        return bool(self.setup.plan.chunks) and all(seat.missing for seat in self.setup.seats)

    @property
    def _panel(self) -> tuple[Panelist, ...]:
        if not self.setup.is_blocked:
            return self.setup.panel
        return tuple(replace(member, skipped=SECRETS_BLOCK) for member in self.setup.panel)

    @property
    def _notes(self) -> tuple[str, ...]:
        return (*self.setup.loaded.notes, *empty_note(self.setup.prepared.change), *self.notes)

    def begin(self, environ: Mapping[str, str]) -> None:
        """Raises ConfigError when nobody has a key, before anything is spent."""
        setup = self.setup
        if self._unkeyed and not setup.is_blocked and not _keys_may_be_missing(setup.config, environ):
            raise ConfigError(no_key(setup.seats) + _but_secrets(len(setup.prepared.brought)))
        if self.recorder is not None:
            self.recorder.begin(self._asked(), setup.config)

    def end(self, outcomes: Sequence[Outcome], asking_notes: Sequence[str], started: float) -> Report:
        """What the answers come to. `asking_notes`: what a person should know of how they came."""
        setup = self.setup
        if self.recorder is not None:
            from reviewbot.record.values import Answered, Answers

            answered = tuple(Answered.of(outcome) for outcome in outcomes)
            duration_s = time.monotonic() - started
            self.recorder.end(Answers(answers=answered, duration_s=duration_s, notes=tuple(asking_notes)))
        report = conclude(
            setup.prepared.change,
            setup.plan,
            outcomes,
            setup.config,
            self._panel,
            own_findings=setup.prepared.findings,
            posted=self.posted,
            duration_s=time.monotonic() - started,
            notes=(*self._notes, *asking_notes),
        )
        return excused(report) if self._unkeyed else report

    def _asked(self) -> Asked:
        from reviewbot.record.values import Asked, reads_of

        return Asked(
            tool=__version__,
            change=self.setup.prepared.change,
            chunks=reads_of(self.setup.plan),
            skipped=self.setup.plan.skipped,
            own_findings=self.setup.prepared.findings,
            panel=self._panel,
            notes=self._notes,
            unkeyed=self._unkeyed,
            posted=self.posted,
        )


def empty_note(change: Change) -> tuple[str, ...]:
    return () if change.diff.files else (f"The change is empty: {change.label}.",)


def count_tokens(text: str) -> int:
    """A cautious estimate that needs no tokenizer: code runs at 3 to 4 bytes a token with today's models."""
    return len(text.encode()) // 3 + 1


def _ask_what_is_new(
    questions: Sequence[tuple[Job, Setup]],
    environ: Mapping[str, str],
    progress: Progress,
    started: float,
    memory: Memory | None,
) -> Recalled:
    """One outcome for each job, in their order; what is remembered is not asked."""
    if not questions:
        return Recalled(outcomes=())
    first = questions[0][1]
    if memory is None or not first.config.cache:
        return Recalled(outcomes=_ask([job for job, _ in questions], first, environ, progress, started))
    return ask_what_is_new(
        [(job, setup.plan.chunks[job.chunk - 1]) for job, setup in questions],
        lambda jobs, watcher: _ask(jobs, first, environ, watcher, started),
        memory=memory,
        seats=first.seats,
        environ=environ,
        progress=progress,
    )


def _ask(
    jobs: Sequence[Job], setup: Setup, environ: Mapping[str, str], progress: Progress, started: float
) -> tuple[Outcome, ...]:
    from reviewbot.asking import Limits, ask_all

    config = setup.config
    return ask_all(
        jobs,
        lambda: build_models(setup.seats, config.network, environ),
        limits=Limits(
            timeout_s={reviewer.name: reviewer.timeout_s for reviewer in config.reviewers},
            deadline_s=config.limits.deadline_s,
            used_s=time.monotonic() - started,
            max_concurrency=config.limits.max_concurrency,
            max_cost_usd=config.limits.max_cost_usd,
        ),
        estimate=setup.estimate,
        progress=progress,
    )


def _keys(seats: Sequence[Seat], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the reviewers, whatever their variables are called, and what else the environment keeps secret."""
    own = (environ[name] for seat in seats if (name := seat.key_name) and name in environ)
    return tuple(dict.fromkeys((*own, *secret_values(environ))))


def _keys_may_be_missing(config: Config, environ: Mapping[str, str]) -> bool:
    return config.gate.on_missing_keys == "pass" and is_restricted_run(environ)


def _but_secrets(number: int) -> str:
    """What is known without a model, for somebody who may go on without one."""
    if not number:
        return ""
    return (
        f"\n  this change brings {'a secret' if number == 1 else f'{number} secrets'}, which needs no model to be seen"
    )


def no_key(seats: Sequence[Seat]) -> str:
    """Why none of them can be asked, and what to do."""
    if not seats:
        return (
            "no reviewer: no key of a known vendor is set and no configuration names reviewers\n"
            "  set OPENROUTER_API_KEY for three vendors at once, or ANTHROPIC_API_KEY, OPENAI_API_KEY, ...,\n"
            "  or name reviewers in .reviewbot.yaml; `reviewbot demo` shows a review without any key"
        )
    width = max(len(seat.reviewer.name) for seat in seats)
    lines = [f"  {seat.reviewer.name:<{width}}  {seat.missing}" for seat in seats]
    return "\n".join(["no reviewer has a key", *lines, "  set the variables, or change `reviewers`"])
