"""Ask every reviewer at once: concurrency, deadlines, retries, the one re-ask, and the budget. The only async."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.errors import ReplyError
from reviewbot.model import Failed, Job, Outcome, Reviewed, Usage
from reviewbot.ports import Answer, CallError, Message, Model, Progress
from reviewbot.stages.reply import Parsed, parse_reply

TRIES = 3
"""Calls for one question at most, when each fails in a way that may pass."""
_FIRST_PAUSE_S = 0.5
_REPEATED_CHARACTERS = 20_000
"""How much of an unreadable reply goes back to its reviewer with the error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`timeout_s` by reviewer is for one question in all; `deadline_s` is for all questions, from now on."""

    timeout_s: Mapping[str, float]
    deadline_s: float
    max_concurrency: int
    max_cost_usd: float | None


def ask_all(
    jobs: Sequence[Job],
    load_models: Callable[[], Mapping[str, Model]],
    *,
    limits: Limits,
    estimate: Callable[[Job], float | None],
    progress: Progress,
) -> tuple[Outcome, ...]:
    """One outcome for each job, in their order, over by the deadline whatever the servers do.

    `load_models` gives a model for each reviewer; it may take seconds, which count for the deadline. `estimate` gives
    what a job may cost in USD, None when that is not known. Raises nothing of ours for a reviewer that does not
    answer: that is a `Failed`.
    """
    questions = {name: sum(job.reviewer == name for job in jobs) for name in dict.fromkeys(j.reviewer for j in jobs)}
    started = time.monotonic()
    progress.begin(questions)
    try:
        models = load_models()
        left = limits.deadline_s - (time.monotonic() - started)
        return asyncio.run(_ask_all(jobs, models, _Run(limits=limits, estimate=estimate, progress=progress), left))
    finally:
        progress.end()


@dataclass(slots=True, kw_only=True)
class _Run:
    limits: Limits
    estimate: Callable[[Job], float | None]
    progress: Progress
    end: float = 0.0
    """When the run's deadline passes, on the loop's clock."""
    spent: float = 0.0
    """USD of finished calls plus the estimates of those under way."""
    down: dict[str, str] = field(default_factory=dict)
    """Reviewers of which no call can succeed any more, with the reason."""


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """What one question has used so far; kept when the clock ends it."""

    started: float
    usage: Usage = field(default_factory=Usage)

    def seconds(self) -> float:
        return time.monotonic() - self.started


async def _ask_all(jobs: Sequence[Job], models: Mapping[str, Model], run: _Run, left: float) -> tuple[Outcome, ...]:
    slots = asyncio.Semaphore(run.limits.max_concurrency)
    run.end = asyncio.get_running_loop().time() + left

    async def ask(job: Job) -> Outcome:
        attempt = _Attempt(started=time.monotonic())
        try:
            async with asyncio.timeout_at(run.end), slots:
                attempt.started = time.monotonic()
                outcome = await _within_budget(job, models[job.reviewer], run, attempt)
        except TimeoutError:
            outcome = _failed(job, attempt, f"the run's deadline of {run.limits.deadline_s:g} s passed")
        run.progress.done(outcome)
        return outcome

    try:
        return tuple(await asyncio.gather(*(ask(job) for job in jobs)))
    finally:
        # A server that never finishes closing may not hold up the end of the run.
        await asyncio.wait(
            [asyncio.ensure_future(model.close()) for model in models.values()] or [_nothing()], timeout=1
        )


def _nothing() -> asyncio.Task[None]:
    return asyncio.ensure_future(asyncio.sleep(0))


async def _within_budget(job: Job, model: Model, run: _Run, attempt: _Attempt) -> Outcome:
    if job.reviewer in run.down:
        return _failed(job, attempt, run.down[job.reviewer])
    budget, cost = run.limits.max_cost_usd, run.estimate(job)
    if budget is not None and cost is not None and run.spent + cost > budget:
        reason = f"not asked: with about ${cost:.4f} more the run would pass limits.max_cost_usd (${budget:g})"
        return _failed(job, attempt, reason)
    run.spent += cost or 0.0
    timeout = run.limits.timeout_s[job.reviewer]
    try:
        async with asyncio.timeout(timeout):
            return await _ask(job, model, run, attempt)
    except TimeoutError:
        reason = f"no answer within {timeout:g} s"
        run.down.setdefault(job.reviewer, reason)
        return _failed(job, attempt, reason)
    finally:
        run.spent += (attempt.usage.cost_usd or 0.0) - (cost or 0.0)


async def _ask(job: Job, model: Model, run: _Run, attempt: _Attempt) -> Outcome:
    """Ask, and once more with the error when the reply cannot be read."""
    messages = [Message(role="system", text=job.prompt.system), Message(role="user", text=job.prompt.user)]
    problem: ReplyError | None = None
    for last in (False, True):
        try:
            answer = await _call(job, model, messages, run, attempt)
        except CallError as error:
            if error.down:
                run.down.setdefault(job.reviewer, error.reason)
            return _failed(job, attempt, error.reason)
        try:
            parsed = parse_reply(answer.text, reviewer=job.reviewer, chunk=job.chunk)
        except ReplyError as error:
            problem = error
            if answer.cut_off:
                return _failed(job, attempt, f"cut off at max_output_tokens: {error}")
            if not last:
                messages = [*messages, *_again(answer, error)]
            continue
        return _reviewed(job, parsed, attempt, cut_off=answer.cut_off or parsed.cut_off)
    return _failed(job, attempt, f"not in the agreed format, also when asked again: {problem}")


def _again(answer: Answer, error: ReplyError) -> tuple[Message, Message]:
    return (
        Message(role="assistant", text=answer.text[:_REPEATED_CHARACTERS]),
        Message(
            role="user",
            text=f"That answer could not be read: {error}. Give the whole answer again, as the one JSON object "
            'that was asked for ({"findings": [...]}) and nothing else.',
        ),
    )


async def _call(job: Job, model: Model, messages: Sequence[Message], run: _Run, attempt: _Attempt) -> Answer:
    """One answer; calls that fail in a way that may pass are repeated while the clock allows it."""
    pause = _FIRST_PAUSE_S
    for tries in range(1, TRIES + 1):
        try:
            answer = await model.ask(messages)
        except CallError as error:
            attempt.usage += error.usage
            left = min(
                run.limits.timeout_s[job.reviewer] - attempt.seconds(),
                run.end - asyncio.get_running_loop().time(),
            )
            wait = error.retry_after if error.retry_after is not None else pause * random.uniform(0.8, 1.2)  # noqa: S311
            if not error.retryable or tries == TRIES or wait >= left:
                raise
            run.progress.retrying(job.reviewer, error.reason, wait)
            await asyncio.sleep(wait)
            pause *= 3
        else:
            attempt.usage += answer.usage
            return answer
    raise AssertionError("unreachable: the last try returns or raises")


def _reviewed(job: Job, parsed: Parsed, attempt: _Attempt, *, cut_off: bool) -> Reviewed:
    return Reviewed(
        reviewer=job.reviewer,
        chunk=job.chunk,
        findings=parsed.findings,
        usage=attempt.usage,
        duration_s=attempt.seconds(),
        cut_off=cut_off,
        dropped=len(parsed.dropped),
    )


def _failed(job: Job, attempt: _Attempt, reason: str) -> Failed:
    return Failed(
        reviewer=job.reviewer, chunk=job.chunk, reason=reason, usage=attempt.usage, duration_s=attempt.seconds()
    )
