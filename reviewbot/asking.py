"""Ask every reviewer at once: concurrency, deadlines, retries, the one re-ask, and the budget. The only async."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.core import read_reply
from reviewbot.errors import ReplyError
from reviewbot.model import Failed, Job, Limit, Outcome, Reviewed, Usage
from reviewbot.ports import Answer, CallError, Message, Model, Progress
from reviewbot.stages.budget import Purse

TRIES = 3
"""Calls for one question at most, when each fails in a way that may pass."""
_FIRST_PAUSE_S = 0.5
_REPEATED_CHARACTERS = 20_000
"""How much of an unreadable reply goes back to its reviewer with the error."""
_CHARACTERS_A_TOKEN = 3
"""A cautious guess, for what is said besides the first question."""


class Limits(Struct, frozen=True, kw_only=True):
    """`timeout_s` by reviewer is for one question in all; `deadline_s` is for the run, of which `used_s` are over."""

    timeout_s: Mapping[str, float]
    deadline_s: float
    max_concurrency: int
    max_cost_usd: float | None
    used_s: float = 0.0


Estimate = Callable[[str, int], float | None]
"""(reviewer, input tokens) -> about what one call costs in USD; None when its price is not known."""


def ask_all(
    jobs: Sequence[Job],
    load_models: Callable[[], Mapping[str, Model]],
    *,
    limits: Limits,
    estimate: Estimate,
    progress: Progress,
) -> tuple[Outcome, ...]:
    """One outcome for each job, in their order, over by the deadline whatever the servers do.

    The jobs are begun in their order, so what a limit leaves out is their end; a job too dear for what is left does
    not keep a cheaper one behind it from being asked. `load_models` gives a model for each reviewer; it may take
    seconds, which count for the deadline. Raises nothing of ours for a reviewer that does not answer: that is a
    `Failed`.
    """
    questions = {name: sum(job.reviewer == name for job in jobs) for name in dict.fromkeys(j.reviewer for j in jobs)}
    started = time.monotonic()
    progress.begin(questions)
    try:
        run = _Run(
            limits=limits,
            estimate=estimate,
            progress=progress,
            purse=Purse(limit=limits.max_cost_usd),
            slots=asyncio.Semaphore(limits.max_concurrency),
        )
        if limits.used_s >= limits.deadline_s:
            return _all_too_late(jobs, run)
        models = load_models()
        left = limits.deadline_s - limits.used_s - (time.monotonic() - started)
        return asyncio.run(_ask_all(jobs, models, run, left))
    finally:
        progress.end()


class _Run(Struct, kw_only=True):
    limits: Limits
    estimate: Estimate
    progress: Progress
    purse: Purse
    slots: asyncio.Semaphore
    """As many as questions may be open at the same time. A question takes one once there is money for it."""
    end: float = 0.0
    """When the run's deadline passes, on the loop's clock."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the question that waits for money; the others wait behind it, in their order."""
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a question is over and its money is counted."""
    rates: dict[str, float] = field(default_factory=dict)
    """USD for an input token, by reviewer, as its provider itself has billed it."""
    down: dict[str, str] = field(default_factory=dict)
    """Reviewers of which no call can succeed any more, with the reason."""

    def price(self, reviewer: str, tokens: int) -> float | None:
        """About what a call costs; from an earlier bill where no price list tells."""
        cost = self.estimate(reviewer, tokens)
        return self.rates[reviewer] * tokens if cost is None and reviewer in self.rates else cost

    def too_dear(self, cost: float | None) -> bool:
        return cost is not None and not self.purse.fits(cost)


class _Attempt(Struct, kw_only=True):
    """What one question has used so far; kept when the clock ends it."""

    started: float
    usage: Usage = field(default_factory=Usage)
    calls: int = 0
    held: float = 0.0
    """USD that are held for it."""
    reply: str | None = None
    """The last text that came back."""

    def seconds(self) -> float:
        return time.monotonic() - self.started


class _Abandoned(ThreadPoolExecutor):
    """Threads that nobody waits for: `asyncio.run` would wait for a name that the system still looks up."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().shutdown(wait=False, cancel_futures=True)


async def _ask_all(jobs: Sequence[Job], models: Mapping[str, Model], run: _Run, left: float) -> tuple[Outcome, ...]:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(_Abandoned(thread_name_prefix="lookup"))
    run.end = loop.time() + left

    async def ask(job: Job) -> Outcome:
        attempt = _Attempt(started=time.monotonic())
        try:
            async with asyncio.timeout_at(run.end):
                outcome = await _within_budget(job, models[job.reviewer], run, attempt)
        except TimeoutError:
            outcome = _too_late(job, attempt, run)
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


def _all_too_late(jobs: Sequence[Job], run: _Run) -> tuple[Outcome, ...]:
    """For a change that took all the time to read: nothing is loaded for no question."""
    outcomes = tuple(_too_late(job, _Attempt(started=time.monotonic()), run) for job in jobs)
    for outcome in outcomes:
        run.progress.done(outcome)
    return outcomes


def _too_late(job: Job, attempt: _Attempt, run: _Run) -> Failed:
    reason = f"the run's deadline of {run.limits.deadline_s:g} s passed"
    if attempt.calls:
        return _failed(job, attempt, reason)
    return _failed(job, attempt, f"not asked: {reason}", left_out=Limit.DEADLINE)


async def _within_budget(job: Job, model: Model, run: _Run, attempt: _Attempt) -> Outcome:
    if job.reviewer not in run.down:
        await _wait_for_money(run.price(job.reviewer, job.tokens), run)
    if job.reviewer in run.down:  # perhaps since it waits
        return _failed(job, attempt, run.down[job.reviewer])
    cost = run.price(job.reviewer, job.tokens)
    if run.too_dear(cost):
        return _left_out(job, attempt, run, cost)
    attempt.held = cost or 0.0
    run.purse.hold(attempt.held)
    try:
        async with run.slots:
            if job.reviewer in run.down:
                return _failed(job, attempt, run.down[job.reviewer])
            cost = run.price(job.reviewer, job.tokens)  # a provider's bill may have told it since
            if attempt.held == 0.0 and run.too_dear(cost):
                return _left_out(job, attempt, run, cost)
            return await _in_time(job, model, run, attempt)
    finally:
        run.purse.release(attempt.held)
        run.settled.set()


async def _in_time(job: Job, model: Model, run: _Run, attempt: _Attempt) -> Outcome:
    timeout = run.limits.timeout_s[job.reviewer]
    attempt.started = time.monotonic()
    try:
        async with asyncio.timeout(timeout):
            return await _ask(job, model, run, attempt)
    except TimeoutError:
        reason = f"no answer within {timeout:g} s"
        run.down.setdefault(job.reviewer, reason)
        return _failed(job, attempt, reason)


def _left_out(job: Job, attempt: _Attempt, run: _Run, cost: float | None) -> Failed:
    reason = f"not asked: with about ${cost or 0:.4f} more the run would pass {Limit.COST} (${run.purse.limit or 0:g})"
    return _failed(job, attempt, reason, left_out=Limit.COST)


async def _wait_for_money(cost: float | None, run: _Run) -> None:
    """Until the call fits, or nothing is held any more that may turn out to be more than was needed."""
    if cost is None or run.purse.limit is None:
        return
    async with run.turn:  # first come, first served
        while run.too_dear(cost) and run.purse.held > 0:
            run.settled.clear()
            await run.settled.wait()


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
            return _failed(job, attempt, error.reason if problem is None else f"{problem}; {error.reason}")
        attempt.reply = answer.text
        outcome = read_reply(answer.text, reviewer=job.reviewer, chunk=job.chunk, cut_off=answer.cut_off)
        if isinstance(outcome, Reviewed):
            return replace(outcome, usage=attempt.usage, duration_s=attempt.seconds())
        problem = outcome
        if answer.cut_off:
            return _failed(job, attempt, f"cut off at max_output_tokens: {problem}")
        if not last:
            messages = [*messages, *_again(answer, problem)]
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
    """One answer; calls that fail in a way that may pass are repeated while clock and budget allow it."""
    pause = _FIRST_PAUSE_S
    for tries in range(1, TRIES + 1):
        try:
            return await _paid(job, model, messages, run, attempt)
        except CallError as error:
            left = min(
                run.limits.timeout_s[job.reviewer] - attempt.seconds(),
                run.end - asyncio.get_running_loop().time(),
            )
            wait = error.retry_after if error.retry_after is not None else pause * random.uniform(0.8, 1.2)  # noqa: S311
            if not error.retryable or tries == TRIES or wait >= left:
                raise
            if run.too_dear(_more(job, (), run, attempt)):
                raise CallError(
                    f"{error.reason}; not asked again: {Limit.COST} is reached", usage=error.usage
                ) from None
            run.progress.retrying(job.reviewer, error.reason, wait)
            await asyncio.sleep(wait)
            pause *= 3
    raise AssertionError("unreachable: the last try returns or raises")


def _more(job: Job, said_since: Sequence[Message], run: _Run, attempt: _Attempt) -> float | None:
    """What another call may cost beyond what is held for its question."""
    tokens = job.tokens + sum(len(message.text) for message in said_since) // _CHARACTERS_A_TOKEN
    price = run.price(job.reviewer, tokens)
    return None if price is None else max(0.0, price - attempt.held)


async def _paid(job: Job, model: Model, messages: Sequence[Message], run: _Run, attempt: _Attempt) -> Answer:
    """One call, its money held while it is under way. Raises CallError, also when there is no money for a repeat."""
    if attempt.calls and run.too_dear(_more(job, messages[2:], run, attempt)):
        raise CallError(f"not asked again: {Limit.COST} is reached")
    attempt.calls += 1
    usage: Usage | None = None
    try:
        answer = await model.ask(messages)
        usage = answer.usage
    except CallError as error:
        usage = error.usage
        raise
    else:
        return answer
    finally:
        # A call that the clock has ended may be billed all the same, and so may one whose bill cannot be read.
        run.purse.spent += attempt.held if usage is None or usage.cost_usd is None else usage.cost_usd
        attempt.usage += usage or Usage(cost_usd=None)
        if usage is not None and usage.cost_usd and usage.input_tokens:
            run.rates[job.reviewer] = usage.cost_usd / usage.input_tokens


def _failed(job: Job, attempt: _Attempt, reason: str, *, left_out: Limit | None = None) -> Failed:
    return Failed(
        reviewer=job.reviewer,
        chunk=job.chunk,
        reason=reason,
        usage=attempt.usage,
        duration_s=attempt.seconds() if attempt.calls else 0.0,
        left_out=left_out,
        reply=attempt.reply,
    )
