from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from reviewbot.asking import TRIES, Limits, ask_all
from reviewbot.model import Failed, Job, Limit, Outcome, Prompt, Reviewed, Usage
from reviewbot.ports import Answer, CallError, Message

ENTRY = {"path": "a.py", "start_line": 3, "severity": "high", "title": "It fails", "body": "When empty."}
CLEAN = '{"findings": []}'
ONE = json.dumps({"findings": [ENTRY]})
COST = Usage(input_tokens=10, output_tokens=2, cost_usd=0.25)

Step = str | CallError | float | Callable[[], None]


def job(reviewer: str = "opus", chunk: int = 1) -> Job:
    return Job(reviewer=reviewer, chunk=chunk, prompt=Prompt(system="rules", user="change"), tokens=100)


@dataclass
class ScriptedModel:
    """Plays its steps, one a call: a reply, an error, or seconds of silence. The last step repeats."""

    steps: Sequence[Step]
    cut_off: bool = False
    calls: list[tuple[Message, ...]] = field(default_factory=list)
    closed: int = 0
    busy: int = 0
    busiest: int = 0

    async def ask(self, messages: Sequence[Message]) -> Answer:
        self.calls.append(tuple(messages))
        step = self.steps[min(len(self.calls), len(self.steps)) - 1]
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await asyncio.sleep(step if isinstance(step, float) else 0.01)
        finally:
            self.busy -= 1
        if isinstance(step, CallError):
            raise step
        return Answer(text=step if isinstance(step, str) else CLEAN, cut_off=self.cut_off, usage=COST)

    async def close(self) -> None:
        self.closed += 1


@dataclass
class Watcher:
    events: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def begin(self, questions: Mapping[str, int]) -> None:
        self.events.append(f"begin {dict(questions)}")

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None:
        self.events.append(f"retry {reviewer}")
        self.waits.append(seconds)

    def done(self, outcome: Outcome) -> None:
        self.events.append(f"done {outcome.reviewer}")

    def end(self) -> None:
        self.events.append("end")


def ask(
    *steps: Step,
    jobs: Sequence[Job] = (job(),),
    cut_off: bool = False,
    timeout_s: float = 20,
    deadline_s: float = 30,
    max_concurrency: int = 8,
    max_cost_usd: float | None = None,
    estimate: float | None = 0.25,
) -> tuple[tuple[Outcome, ...], ScriptedModel]:
    model = ScriptedModel(steps, cut_off=cut_off)
    outcomes = ask_all(
        jobs,
        lambda: {"opus": model},
        limits=Limits(
            timeout_s={"opus": timeout_s},
            deadline_s=deadline_s,
            max_concurrency=max_concurrency,
            max_cost_usd=max_cost_usd,
        ),
        estimate=lambda reviewer, tokens: estimate,
        progress=Watcher(),
    )
    assert model.closed == 1
    return outcomes, model


def only(outcomes: tuple[Outcome, ...]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def failure(outcome: Outcome) -> str:
    assert isinstance(outcome, Failed)
    return outcome.reason


def test_an_answer_becomes_findings_with_what_they_cost() -> None:
    outcomes, model = ask(ONE)
    outcome = only(outcomes)
    assert isinstance(outcome, Reviewed)
    assert [f.title for f in outcome.findings] == ["It fails"]
    assert outcome.usage == COST
    assert [m.role for m in model.calls[0]] == ["system", "user"]


def test_a_clean_answer_is_an_outcome_without_findings() -> None:
    outcome = only(ask(CLEAN)[0])
    assert isinstance(outcome, Reviewed)
    assert outcome.findings == ()


def test_an_unreadable_answer_is_asked_for_once_more_with_the_error() -> None:
    outcomes, model = ask("no JSON at all", ONE)
    outcome = only(outcomes)
    assert isinstance(outcome, Reviewed)
    assert outcome.usage == COST + COST
    assert [m.role for m in model.calls[1]] == ["system", "user", "assistant", "user"]
    assert model.calls[1][2].text == "no JSON at all"
    assert "not JSON" in model.calls[1][3].text


def test_two_unreadable_answers_are_a_failed_reviewer() -> None:
    outcomes, model = ask("no JSON at all")
    assert "not in the agreed format" in failure(only(outcomes))
    assert len(model.calls) == 2
    assert only(outcomes).usage == COST + COST


def test_an_answer_that_was_cut_off_keeps_its_whole_findings_and_says_so() -> None:
    outcome = only(ask(ONE[:-2] + ', {"path": "b.p', cut_off=True)[0])
    assert isinstance(outcome, Reviewed)
    assert (len(outcome.findings), outcome.cut_off) == (1, True)


def test_an_answer_that_the_model_could_not_finish_is_partial_however_whole_it_looks() -> None:
    outcome = only(ask(CLEAN, cut_off=True)[0])
    assert isinstance(outcome, Reviewed)
    assert outcome.cut_off


def test_an_answer_cut_off_before_its_first_finding_is_not_asked_for_again() -> None:
    outcomes, model = ask('{"findings": [{"pa', cut_off=True)
    assert "cut off at max_output_tokens" in failure(only(outcomes))
    assert len(model.calls) == 1


@pytest.mark.requirement("R29")
def test_a_call_that_may_succeed_later_is_repeated() -> None:
    outcomes, model = ask(CallError("busy", retryable=True, retry_after=0.01), ONE)
    assert isinstance(only(outcomes), Reviewed)
    assert len(model.calls) == 2


@pytest.mark.requirement("R29")
def test_a_call_is_tried_so_often_and_no_more() -> None:
    outcomes, model = ask(CallError("busy", retryable=True, retry_after=0.01))
    assert failure(only(outcomes)) == "busy"
    assert len(model.calls) == TRIES == 3


@pytest.mark.requirement("R29")
def test_a_call_that_cannot_succeed_is_not_repeated() -> None:
    outcomes, model = ask(CallError("400 from host"))
    assert failure(only(outcomes)) == "400 from host"
    assert len(model.calls) == 1


def test_what_failed_calls_cost_is_counted() -> None:
    outcomes, _ = ask(CallError("empty", retryable=True, retry_after=0.0, usage=COST), ONE)
    assert only(outcomes).usage == COST + COST


@pytest.mark.requirement("R29")
def test_a_server_that_asks_to_wait_beyond_the_deadline_is_not_waited_for() -> None:
    started = time.monotonic()
    outcomes, model = ask(CallError("429 from host", retryable=True, retry_after=1000))
    assert failure(only(outcomes)) == "429 from host"
    assert len(model.calls) == 1
    assert time.monotonic() - started < 5


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(("timeout_s", "deadline_s"), [(3.0, 60.0), (60.0, 3.0)])
def test_no_wait_goes_beyond_the_time_of_a_reviewer_or_of_the_run(timeout_s: float, deadline_s: float) -> None:
    busy = CallError("busy", retryable=True, retry_after=4.0)
    started = time.monotonic()
    outcomes, model = ask(busy, timeout_s=timeout_s, deadline_s=deadline_s)
    assert failure(only(outcomes)) == "busy", "it ends at once, and not when the time is over"
    assert len(model.calls) == 1
    assert time.monotonic() - started < 2.5


def waited(*steps: Step, reviewers: int = 1) -> list[float]:
    """The pauses before calls are repeated, of reviewers that all go through these steps."""
    watcher = Watcher()
    models = {f"r{number}": ScriptedModel(steps) for number in range(reviewers)}
    limits = Limits(timeout_s=dict.fromkeys(models, 20), deadline_s=30, max_concurrency=64, max_cost_usd=None)
    ask_all(
        [job(name) for name in models],
        lambda: models,
        limits=limits,
        estimate=lambda reviewer, tokens: None,
        progress=watcher,
    )
    return watcher.waits


@pytest.mark.requirement("R29")
def test_a_server_is_waited_for_as_long_as_it_asks() -> None:
    started = time.monotonic()
    assert waited(CallError("busy", retryable=True, retry_after=0.9), ONE) == [0.9]
    assert time.monotonic() - started >= 0.9


@pytest.mark.requirement("R29")
def test_the_pauses_grow_and_no_two_reviewers_come_back_together() -> None:
    busy = CallError("busy", retryable=True)
    waits = sorted(waited(busy, busy, ONE, reviewers=8))
    assert [0.4 <= wait <= 0.6 for wait in waits] == [True] * 8 + [False] * 8
    assert all(1.2 <= wait <= 1.8 for wait in waits[8:])
    assert len(set(waits)) == 16


def test_a_reviewer_that_cannot_be_reached_at_all_is_not_asked_about_the_rest() -> None:
    jobs = [job(chunk=n) for n in range(1, 6)]
    outcomes, model = ask(CallError("401 from host", down=True), jobs=jobs, max_concurrency=1)
    assert [failure(o) for o in outcomes] == ["401 from host"] * 5
    assert len(model.calls) == 1


@pytest.mark.requirement("R7")
def test_silence_ends_at_the_reviewers_time_limit() -> None:
    started = time.monotonic()
    outcomes, _ = ask(60.0, timeout_s=0.2)
    assert failure(only(outcomes)) == "no answer within 0.2 s"
    assert only(outcomes).usage.cost_usd is None  # it may be billed, and nobody has said for how much
    assert time.monotonic() - started < 5


@pytest.mark.requirement("R7")
def test_silence_ends_at_the_deadline_of_the_run_and_keeps_what_was_answered() -> None:
    model, quick = ScriptedModel([60.0]), ScriptedModel([ONE])
    outcomes = ask_all(
        [job(), job("gpt")],
        lambda: {"opus": model, "gpt": quick},
        limits=Limits(timeout_s={"opus": 60, "gpt": 60}, deadline_s=0.3, max_concurrency=8, max_cost_usd=None),
        estimate=lambda reviewer, tokens: None,
        progress=Watcher(),
    )
    assert failure(outcomes[0]) == "the run's deadline of 0.3 s passed"
    assert isinstance(outcomes[1], Reviewed)


@pytest.mark.requirement("R7")
def test_a_thread_that_hangs_holds_up_neither_the_deadline_nor_the_end() -> None:
    """A name is looked up in a thread of the loop, which cannot be ended and may take half a minute."""
    answered = threading.Event()

    class LookingUp(ScriptedModel):
        async def ask(self, messages: Sequence[Message]) -> Answer:
            await asyncio.get_running_loop().run_in_executor(None, answered.wait, 20)
            return Answer(text=CLEAN, cut_off=False, usage=COST)

    started = time.monotonic()
    limits = Limits(timeout_s={"opus": 60}, deadline_s=0.2, max_concurrency=1, max_cost_usd=None)
    (outcome,) = ask_all(
        [job()],
        lambda: {"opus": LookingUp([])},
        limits=limits,
        estimate=lambda reviewer, tokens: None,
        progress=Watcher(),
    )
    took = time.monotonic() - started
    answered.set()
    assert failure(outcome) == "the run's deadline of 0.2 s passed"
    assert took < 5


def test_reviewers_are_asked_at_the_same_time_within_the_limit() -> None:
    jobs = [job(chunk=n) for n in range(1, 9)]
    assert ask(0.1, jobs=jobs, max_concurrency=3)[1].busiest == 3
    assert ask(0.1, jobs=jobs, max_concurrency=8)[1].busiest == 8


def test_outcomes_come_in_the_order_of_the_jobs() -> None:
    jobs = [job(chunk=n) for n in range(1, 9)]
    assert [o.chunk for o in ask(CLEAN, jobs=jobs)[0]] == list(range(1, 9))


@pytest.mark.requirement("R31")
def test_nothing_is_asked_that_would_pass_the_budget() -> None:
    jobs = [job(chunk=n) for n in range(1, 5)]
    outcomes, model = ask(CLEAN, jobs=jobs, max_cost_usd=0.6, max_concurrency=1)
    assert [isinstance(o, Reviewed) for o in outcomes] == [True, True, False, False]
    assert "max_cost_usd" in failure(outcomes[2])
    assert len(model.calls) == 2


@pytest.mark.requirement("R31")
def test_questions_under_way_count_in_the_budget() -> None:
    jobs = [job(chunk=n) for n in range(1, 5)]
    _, model = ask(CLEAN, jobs=jobs, max_cost_usd=0.6, max_concurrency=8)
    assert len(model.calls) == 2


@pytest.mark.parametrize(("budget", "estimate"), [(None, 5.0), (0.1, None)])
def test_without_a_budget_or_a_price_nothing_is_held_back(budget: float | None, estimate: float | None) -> None:
    assert isinstance(only(ask(CLEAN, max_cost_usd=budget, estimate=estimate)[0]), Reviewed)


def test_the_watcher_is_told_of_everything_and_of_the_end() -> None:
    watcher = Watcher()
    model = ScriptedModel([CallError("busy", retryable=True, retry_after=0.0), CLEAN])
    limits = Limits(timeout_s={"opus": 5}, deadline_s=5, max_concurrency=1, max_cost_usd=None)
    ask_all([job()], lambda: {"opus": model}, limits=limits, estimate=lambda reviewer, tokens: None, progress=watcher)
    assert watcher.events == ["begin {'opus': 1}", "retry opus", "done opus", "end"]


def test_an_error_of_ours_is_not_taken_for_a_failed_reviewer() -> None:
    with pytest.raises(KeyError):
        ask_all(
            [job("nobody")],
            dict,
            limits=Limits(timeout_s={}, deadline_s=5, max_concurrency=1, max_cost_usd=None),
            estimate=lambda reviewer, tokens: None,
            progress=Watcher(),
        )


def asked(model: ScriptedModel) -> int:
    return len(model.calls)


def test_a_question_waits_for_money_that_calls_under_way_may_not_need() -> None:
    jobs = [job(chunk=n) for n in range(1, 5)]
    outcomes, model = ask(CLEAN, jobs=jobs, max_cost_usd=1.6, estimate=0.8)
    assert all(isinstance(o, Reviewed) for o in outcomes)  # each costs 0.25 in the end
    assert asked(model) == 4


def test_a_question_that_was_left_out_says_which_limit_did_it() -> None:
    jobs = [job(chunk=n) for n in (1, 2)]
    outcomes, _ = ask(CLEAN, jobs=jobs, max_cost_usd=0.3, max_concurrency=1)
    assert isinstance(outcomes[1], Failed)
    assert outcomes[1].left_out is Limit.COST
    outcomes, _ = ask(60.0, jobs=jobs, deadline_s=0.2, max_concurrency=1)
    first, second = outcomes
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert (first.left_out, second.left_out) == (None, Limit.DEADLINE)
    assert second.reason == "not asked: the run's deadline of 0.2 s passed"


def test_the_budget_is_looked_at_before_a_question_is_asked_again() -> None:
    outcomes, model = ask("no JSON at all", max_cost_usd=0.4)
    assert "limits.max_cost_usd is reached" in failure(only(outcomes))
    assert asked(model) == 1
    busy = CallError("500 from host", retryable=True, retry_after=0.0, usage=COST)
    outcomes, model = ask(busy, max_cost_usd=0.4)
    assert failure(only(outcomes)) == "500 from host; not asked again: limits.max_cost_usd is reached"
    assert asked(model) == 1


def test_a_call_that_the_clock_ended_counts_as_spent() -> None:
    jobs = [job(), job("gpt")]
    silent, quick = ScriptedModel([60.0]), ScriptedModel([CLEAN])
    limits = Limits(timeout_s={"opus": 0.1, "gpt": 5}, deadline_s=5, max_concurrency=1, max_cost_usd=0.4)
    models = {"opus": silent, "gpt": quick}
    outcomes = ask_all(jobs, lambda: models, limits=limits, estimate=lambda r, t: 0.25, progress=Watcher())
    assert "limits.max_cost_usd" in failure(outcomes[1])
    assert asked(quick) == 0


def test_what_a_provider_has_billed_is_the_price_where_no_list_tells_one() -> None:
    jobs = [job(chunk=n) for n in range(1, 5)]
    outcomes, model = ask(CLEAN, jobs=jobs, max_cost_usd=3.0, estimate=None, max_concurrency=1)
    assert asked(model) == 3  # 0.25 for 10 tokens, and a question is taken for 100: 0.75 and 2.50 are too much
    last = outcomes[3]
    assert isinstance(last, Failed)
    assert last.left_out is Limit.COST


def test_a_repeat_has_its_money_before_a_later_question() -> None:
    jobs = [job("opus", 1), job("gpt", 2), job("opus", 3)]
    cheap = Usage(input_tokens=10, output_tokens=2, cost_usd=0.01)

    @dataclass
    class Cheap(ScriptedModel):
        async def ask(self, messages: Sequence[Message]) -> Answer:
            return replace(await super().ask(messages), usage=cheap)

    models = {"opus": Cheap([CallError("503", retryable=True, retry_after=0.1), CLEAN]), "gpt": Cheap([0.3])}
    limits = Limits(timeout_s={"opus": 5, "gpt": 5}, deadline_s=9, max_concurrency=8, max_cost_usd=0.65)
    outcomes = ask_all(jobs, lambda: models, limits=limits, estimate=lambda r, t: 0.3, progress=Watcher())
    assert [o.reason for o in outcomes if isinstance(o, Failed)] == []


def test_a_reviewer_that_went_down_is_not_asked_by_questions_that_waited_for_money() -> None:
    jobs = [job(chunk=n) for n in range(1, 5)]
    outcomes, model = ask(CallError("401 from host", down=True), jobs=jobs, max_cost_usd=0.3)
    assert [failure(o) for o in outcomes] == ["401 from host"] * 4
    assert asked(model) == 1


def test_questions_that_wait_for_money_keep_no_place_from_those_that_need_none() -> None:
    jobs = [job("opus", 1), job("opus", 2), job("opus", 3), job("free", 1)]
    models = {"opus": ScriptedModel([0.4]), "free": ScriptedModel([CLEAN])}
    watcher = Watcher()
    limits = Limits(timeout_s={"opus": 5, "free": 5}, deadline_s=9, max_concurrency=2, max_cost_usd=0.5)
    prices = {"opus": 0.4, "free": None}
    ask_all(jobs, lambda: models, limits=limits, estimate=lambda r, t: prices[r], progress=watcher)
    assert watcher.events[1] == "done free"


def test_a_deadline_that_is_over_before_the_first_question_loads_nothing() -> None:
    def load() -> Mapping[str, ScriptedModel]:
        raise AssertionError("nothing is asked")

    watcher = Watcher()
    limits = Limits(timeout_s={"opus": 5}, deadline_s=3, used_s=3.5, max_concurrency=1, max_cost_usd=None)
    outcomes = ask_all([job(), job(chunk=2)], load, limits=limits, estimate=lambda r, t: None, progress=watcher)
    assert [failure(o) for o in outcomes] == ["not asked: the run's deadline of 3 s passed"] * 2
    assert watcher.events == ["begin {'opus': 2}", "done opus", "done opus", "end"]


def test_the_last_unreadable_text_is_kept() -> None:
    outcome = only(ask("no JSON at all", "none again")[0])
    assert isinstance(outcome, Failed)
    assert outcome.reply == "none again"
