from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from answer_store import MemoryStore
from msgspec.structs import replace
from values import change, config, file, hunk

from reviewbot.config.values import Config
from reviewbot.core import make_plan, read_reply
from reviewbot.model import Change, Failed, FileDiff, Job, Limit, Outcome, Plan, Reviewed, Usage
from reviewbot.ports import Progress
from reviewbot.remembering import Memory, Recalled, ask_what_is_new
from reviewbot.stages.kept_answer import pack, seal, sealing_key, unpack
from reviewbot.wiring import seat_panel

KEYS = {"OPENAI_API_KEY": "sk-0123456789abcdef0123456789"}
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
COST = Usage(input_tokens=900, output_tokens=80, cost_usd=0.5)
LONG = "\n".join(f"+value_{number} = {number}" for number in range(1_200))


def says(line: int = 3, *, path: str = "a.py", **more: object) -> str:
    entry = {"path": path, "start_line": line, "severity": "high", "title": "It fails", "body": "When empty.", **more}
    return json.dumps({"findings": [entry]})


def code(first: int, path: str = "a.py") -> FileDiff:
    return file(path, hunk(" a\n+b\n-c\n d", old=first, new=first))


CHANGE = change(code(10))
MANY = change(*(file(f"pkg/{name}.py", hunk(LONG)) for name in "abcdefgh"))


class Nobody:
    """Watches, and says nothing."""

    def __init__(self) -> None:
        self.ended = 0

    def begin(self, questions: Mapping[str, int]) -> None: ...

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None: ...

    def done(self, outcome: Outcome) -> None: ...

    def end(self) -> None:
        self.ended += 1


@dataclass
class Panel:
    """Answers what it is asked with `reply`, and remembers what that was. `interrupted_after`: so many answers."""

    reply: str | Failed = '{"findings": []}'
    cut_off: bool = False
    interrupted_after: int | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, jobs: Sequence[Job], progress: Progress) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        for job in jobs:
            if len(outcomes) == self.interrupted_after:
                raise KeyboardInterrupt
            self.asked.append((job.reviewer, job.chunk))
            outcomes.append(self._answer(job))
            progress.done(outcomes[-1])
        progress.end()
        return tuple(outcomes)

    def _answer(self, job: Job) -> Outcome:
        if isinstance(self.reply, Failed):
            return replace(self.reply, reviewer=job.reviewer, chunk=job.chunk)
        outcome = read_reply(self.reply, reviewer=job.reviewer, chunk=job.chunk, cut_off=self.cut_off)
        assert isinstance(outcome, Reviewed)
        return replace(outcome, usage=COST, duration_s=2.0)


def run(
    store: MemoryStore,
    panel: Panel,
    under_review: Change = CHANGE,
    *,
    settings: Config | None = None,
    environ: Mapping[str, str] = KEYS,
    reads: bool = True,
    delimiter: str = "=== 1 ===",
) -> Recalled:
    settings = settings or config("opus", "gpt")
    seats = seat_panel(settings, environ)
    plan: Plan = make_plan(
        under_review, settings, [seat.panelist for seat in seats], delimiter=delimiter, count_tokens=len
    )
    chunks = {chunk.number: chunk for chunk in plan.chunks}
    return ask_what_is_new(
        [(job, chunks[job.chunk]) for job in plan.jobs],
        panel,
        memory=Memory(store=store, reads=reads),
        seats=seats,
        environ=environ,
        progress=Nobody(),
    )


def reviewed(recalled: Recalled) -> list[Reviewed]:
    assert all(isinstance(outcome, Reviewed) for outcome in recalled.outcomes)
    return [outcome for outcome in recalled.outcomes if isinstance(outcome, Reviewed)]


def test_what_was_answered_is_not_asked_again_and_costs_nothing() -> None:
    store = MemoryStore()
    first = reviewed(run(store, Panel(says())))
    again, panel = reviewed(run(store, silent := Panel())), silent
    assert panel.asked == []
    assert [replace(o, usage=COST, duration_s=2.0, cached=False) for o in again] == first
    assert all(o.cached and o.usage == Usage() and o.duration_s == 0 for o in again)
    assert not any(o.cached for o in first)
    assert len(store.used) == 2


def test_the_runs_delimiter_and_the_commits_messages_do_not_count() -> None:
    store = MemoryStore()
    run(store, Panel())
    panel = Panel()
    run(store, panel, replace(CHANGE, subjects=("Say it better",)), delimiter="=== 2 ===")
    assert panel.asked == []


def test_a_hunk_that_has_moved_is_not_asked_about_again_and_takes_its_findings_along() -> None:
    store, panel = MemoryStore(), Panel()
    run(store, Panel(says(11)))
    again = reviewed(run(store, panel, change(code(500))))
    assert panel.asked == []
    assert [finding.anchor.start for o in again for finding in o.findings] == [501, 501]
    assert [o.reply for o in again] == [says(11)] * 2  # as it came
    back = reviewed(run(store, panel))
    assert [finding.anchor.start for o in back for finding in o.findings] == [11, 11]
    assert panel.asked == []


def test_only_the_chunk_that_changed_is_asked_about_and_the_outcomes_keep_their_order() -> None:
    store, panel = MemoryStore(), Panel()
    first = run(store, panel, MANY)
    chunks = len({chunk for _, chunk in panel.asked})
    assert chunks > 3
    touched = change(
        *(f if f.path != "pkg/c.py" else file(f.path, hunk(LONG + "\n+more = 1")) for f in MANY.diff.files)
    )
    panel.asked.clear()
    again = run(store, panel, touched)
    assert len(panel.asked) == 2
    assert len({chunk for _, chunk in panel.asked}) == 1
    pairs = [[(o.reviewer, o.chunk) for o in recalled.outcomes] for recalled in (first, again)]
    assert pairs[0] == pairs[1]
    fresh = [(o.reviewer, o.chunk) for o in reviewed(again) if not o.cached]
    assert fresh == panel.asked


def test_two_reviewers_of_one_model_do_not_share_an_answer() -> None:
    settings = config("opus", "gpt")
    twins = tuple(replace(reviewer, model="openai/same") for reviewer in settings.reviewers)
    store, panel = MemoryStore(), Panel()
    run(store, panel, settings=replace(settings, reviewers=twins[:1]))
    run(store, panel, settings=replace(settings, reviewers=twins))
    assert panel.asked == [("opus", 1), ("gpt", 1)]


def test_everything_is_asked_again_on_demand_and_the_new_answers_are_kept() -> None:
    store = MemoryStore()
    run(store, Panel(says(10)))
    fresh = Panel(says(11))
    run(store, fresh, reads=False)
    assert (len(fresh.asked), store.used) == (2, [])
    again = reviewed(run(store, Panel()))
    assert [finding.anchor.start for o in again for finding in o.findings] == [11, 11]


@pytest.mark.parametrize(
    "panel",
    [
        Panel(Failed(reviewer="", chunk=0, reason="no answer", reply="prose", left_out=Limit.COST)),
        Panel(says(), cut_off=True),
        Panel(says()[:-2] + ', {"path": "a'),
        Panel(says(body=f"It prints {TOKEN}.")),
        Panel(says(body=f"It prints {KEYS['OPENAI_API_KEY'][::-1]}.")),
    ],
    ids=["failed", "cut off", "open end", "a secret", "a key, backwards"],
)
def test_what_is_not_whole_or_holds_a_secret_is_not_kept(panel: Panel) -> None:
    store = MemoryStore()
    run(store, panel)
    assert store.answers == {}


@pytest.mark.requirement("R15")
def test_an_entry_that_another_key_sealed_is_a_miss_and_is_replaced() -> None:
    store, panel = MemoryStore(), Panel(says())
    run(store, Panel(), environ={"OPENAI_API_KEY": "sk-of-somebody-else-0123456789"})
    planted = dict(store.answers)
    assert not any(o.cached for o in reviewed(run(store, panel)))
    assert len(panel.asked) == 2
    assert store.used == []
    assert planted.keys() == store.answers.keys()
    assert all(planted[key] != store.answers[key] for key in planted)
    assert all(o.cached for o in reviewed(run(store, panel)))


@pytest.mark.requirement("R15")
@pytest.mark.parametrize("part", ["mac", "payload", "key"])
def test_an_entry_that_was_changed_is_a_miss(part: str) -> None:
    store, panel = MemoryStore(), Panel(says())
    run(store, Panel())
    one, other = store.answers.values()
    if part == "key":  # the answer of one reviewer in the place of the other's
        store.answers = {one.key: replace(other, key=one.key), other.key: replace(one, key=other.key)}
    else:
        store.answers = {k: replace(a, **{part: getattr(a, part)[:-1] + b" "}) for k, a in store.answers.items()}
    assert not any(o.cached for o in reviewed(run(store, panel)))


def test_a_kept_answer_that_can_no_longer_be_read_is_asked_for_again() -> None:
    store = MemoryStore()
    run(store, Panel())
    secret = sealing_key(KEYS["OPENAI_API_KEY"])
    for key, stored in list(store.answers.items()):
        kept = unpack(stored.payload)
        assert kept is not None
        for other in (replace(kept, reply="prose"), replace(kept, reply=says()[:-2]), replace(kept, places=())):
            payload = pack(other)
            store.answers[key] = replace(stored, payload=payload, mac=seal(key, payload, secret))
            panel = Panel()
            run(store, panel)
            assert len(panel.asked) == 1
            assert store.answers[key] == stored


def test_a_reviewer_without_a_key_is_vouched_for_by_the_users_secret() -> None:
    settings = config("local")
    local = replace(settings.reviewers[0], model="ollama_chat/qwen3", api_base="http://127.0.0.1:11434")
    settings = replace(settings, reviewers=(local,))
    store, panel = MemoryStore(b"1" * 32), Panel()
    run(store, panel, settings=settings, environ={})
    run(store, panel, settings=settings, environ={})
    assert len(panel.asked) == 1
    elsewhere = MemoryStore(b"2" * 32)
    elsewhere.answers = dict(store.answers)  # a cache that came from another machine
    run(elsewhere, panel, settings=settings, environ={})
    assert len(panel.asked) == 2


@pytest.mark.requirement("R15")
def test_a_key_that_is_a_word_vouches_for_nothing() -> None:
    store, panel = MemoryStore(b"1" * 32), Panel()
    run(store, panel, environ={"OPENAI_API_KEY": "none"})
    elsewhere = MemoryStore(b"2" * 32)
    elsewhere.answers = dict(store.answers)
    run(elsewhere, panel, environ={"OPENAI_API_KEY": "none"})
    assert len(panel.asked) == 4


def test_without_a_secret_nothing_is_kept_and_it_is_said_why() -> None:
    store = MemoryStore(None)
    recalled = run(store, Panel(), environ={"OPENAI_API_KEY": "none"})
    assert (len(recalled.outcomes), store.answers) == (2, {})
    assert recalled.notes == ("There is no secret.",)


def test_an_interrupted_run_keeps_the_answers_that_it_has() -> None:
    store = MemoryStore()
    with pytest.raises(KeyboardInterrupt):
        run(store, Panel(interrupted_after=3), MANY)
    assert len(store.answers) == 3
    panel = Panel()
    total = len(run(store, panel, MANY).outcomes)
    assert len(panel.asked) == total - 3


def test_of_two_changes_in_one_run_each_gets_its_own_places() -> None:
    store, settings = MemoryStore(), config("opus")
    seats = seat_panel(settings, KEYS)
    run(store, Panel(says(11)), settings=settings)
    both: list[tuple[Job, object]] = []
    for at in (30, 70):
        plan = make_plan(change(code(at)), settings, [s.panelist for s in seats], delimiter="D", count_tokens=len)
        both.append((plan.jobs[0], plan.chunks[0]))
    recalled = ask_what_is_new(
        both,  # type: ignore[arg-type]
        Panel(),
        memory=Memory(store=store),
        seats=seats,
        environ=KEYS,
        progress=Nobody(),
    )
    assert [o.findings[0].anchor.start for o in reviewed(recalled)] == [31, 71]
