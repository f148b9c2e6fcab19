"""What was answered before is not asked again: jobs -> outcomes, by way of a store of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.config.values import Json
from reviewbot.core import read_reply
from reviewbot.model import Chunk, Job, Outcome, Reviewed
from reviewbot.ports import AnswerStore, Progress, StoredAnswer
from reviewbot.sanitize.keys import hide_secrets, secret_values
from reviewbot.stages.escaped import spells_with_escapes
from reviewbot.stages.kept_answer import Asking, KeptAnswer, answer_key, is_sealed, pack, seal, sealing_key, unpack
from reviewbot.stages.placement import moves_since, places
from reviewbot.stages.prompt import VERSION, answer_schema, build_placeless_user
from reviewbot.stages.redact import redact_text
from reviewbot.wiring import Seat

Ask = Callable[[Sequence[Job], Progress], tuple[Outcome, ...]]
"""Puts the questions that nobody has answered yet; one outcome for each, in their order."""

_SHORTEST_KEY = 20
"""A shorter one is no provider's but a word that a local server is content with, and everybody knows those."""


class Memory(Struct, frozen=True, kw_only=True):
    """What a run may know of earlier ones."""

    store: AnswerStore
    reads: bool = True
    """False: everything is asked again, and the new answers are kept."""


class Recalled(Struct, frozen=True, kw_only=True):
    """One outcome for each job, in their order, and what a person should know of the store."""

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()


class _Question(Struct, frozen=True, kw_only=True):
    """A job by what its answer is kept under. `secret`: None when its answer is not kept."""

    job: Job
    chunk: Chunk
    key: bytes
    secret: bytes | None
    model: str


def ask_what_is_new(
    jobs: Sequence[tuple[Job, Chunk]],
    ask: Ask,
    *,
    memory: Memory,
    seats: Sequence[Seat],
    environ: Mapping[str, str],
    progress: Progress,
) -> Recalled:
    """Ask only what no earlier run has an answer to, and keep the new answers, also those of a run that is interrupted.

    `jobs`: each with the chunk that it is about. An answer that was kept is read like any other and follows its hunks
    to where they stand now; one whose seal is not right, or that can no longer be read, is as good as none.
    """
    questions = _questions(jobs, memory.store, seats, environ)
    known = _known(questions, memory.store) if memory.reads else {}
    new = [question for place, question in enumerate(questions) if place not in known]
    heard = _Hearing(progress)
    asked: tuple[Outcome, ...] = ()
    pairs: Sequence[tuple[_Question, Outcome]] = ()
    try:
        if new:
            asked = ask([question.job for question in new], heard)
            pairs = list(zip(new, asked, strict=True))
    except BaseException:
        pairs = _matched(new, heard.outcomes)
        raise
    finally:
        hidden = secret_values(environ)
        kept = [_stored(question, outcome, hidden) for question, outcome in pairs]
        used = [questions[place].key for place in known]
        memory.store.keep([answer for answer in kept if answer is not None], used=used)
    rest = iter(asked)
    outcomes = tuple(known[place] if place in known else next(rest) for place in range(len(questions)))
    return Recalled(outcomes=outcomes, notes=memory.store.notes)


def _questions(
    jobs: Sequence[tuple[Job, Chunk]], store: AnswerStore, seats: Sequence[Seat], environ: Mapping[str, str]
) -> list[_Question]:
    by_name = {seat.reviewer.name: seat for seat in seats}
    secrets = {name: _secret(by_name[name], store, environ) for name in dict.fromkeys(job.reviewer for job, _ in jobs)}
    schema = answer_schema()
    chunks = {id(chunk): chunk for _, chunk in jobs}
    users = {each: build_placeless_user(chunk) for each, chunk in chunks.items()}
    return [
        _Question(
            job=job,
            chunk=chunk,
            key=answer_key(_asking(by_name[job.reviewer], job.prompt.system, schema), users[id(chunk)]),
            secret=secrets[job.reviewer],
            model=by_name[job.reviewer].reviewer.model,
        )
        for job, chunk in jobs
    ]


def _secret(seat: Seat, store: AnswerStore, environ: Mapping[str, str]) -> bytes | None:
    """What vouches for a reviewer's answers: its provider's key, which is where its answers come from."""
    key = environ[seat.key_name].strip() if seat.key_name else ""
    if len(key) >= _SHORTEST_KEY:
        return sealing_key(key)
    own = store.secret()
    return None if own is None else sealing_key(own)


def _asking(seat: Seat, system: str, schema: Mapping[str, Json]) -> Asking:
    return Asking(
        prompt_version=VERSION,
        reviewer=seat.reviewer.name,
        route=seat.endpoint.route,
        api_base=seat.endpoint.api_base,
        max_output_tokens=seat.reviewer.max_output_tokens,
        params=seat.reviewer.params,
        schema=schema,
        system=system,
    )


def _known(questions: Sequence[_Question], store: AnswerStore) -> dict[int, Reviewed]:
    """The answers that are there, by the place of their question."""
    found = store.find([question.key for question in questions if question.secret is not None])
    read = {
        place: _read(question, found[question.key]) for place, question in enumerate(questions) if question.key in found
    }
    return {place: reviewed for place, reviewed in read.items() if reviewed is not None}


def _read(question: _Question, stored: StoredAnswer) -> Reviewed | None:
    if question.secret is None or not is_sealed(question.key, stored.payload, stored.mac, question.secret):
        return None
    kept = unpack(stored.payload)
    moves = moves_since(kept.places, question.chunk) if kept is not None else None
    if kept is None or moves is None:
        return None
    job = question.job
    outcome = read_reply(kept.reply, reviewer=job.reviewer, chunk=job.chunk, cut_off=False, moves=moves)
    whole = isinstance(outcome, Reviewed) and not outcome.cut_off
    return replace(outcome, cached=True) if isinstance(outcome, Reviewed) and whole else None


def _stored(question: _Question, outcome: Outcome, hidden: Sequence[str]) -> StoredAnswer | None:
    """What is kept of an outcome: whole answers alone, and none that repeats what looks like a secret."""
    if question.secret is None or not isinstance(outcome, Reviewed) or outcome.cut_off:
        return None
    if hide_secrets(redact_text(outcome.reply), hidden) != outcome.reply or spells_with_escapes(outcome.reply):
        return None
    payload = pack(KeptAnswer(reply=outcome.reply, places=places(question.chunk)))
    mac = seal(question.key, payload, question.secret)
    return StoredAnswer(key=question.key, mac=mac, payload=payload, model=question.model)


def _matched(questions: Sequence[_Question], outcomes: Sequence[Outcome]) -> list[tuple[_Question, Outcome]]:
    """Which question each outcome belongs to, where only one can be meant."""
    of: dict[tuple[str, int], list[_Question]] = {}
    for question in questions:
        of.setdefault((question.job.reviewer, question.job.chunk), []).append(question)
    meant = [(of.get((outcome.reviewer, outcome.chunk), []), outcome) for outcome in outcomes]
    return [(asked[0], outcome) for asked, outcome in meant if len(asked) == 1]


class _Hearing(Struct, frozen=True):
    """Someone who watches a run, and remembers what has come of it so far."""

    watcher: Progress
    outcomes: list[Outcome] = field(default_factory=list)

    def begin(self, questions: Mapping[str, int]) -> None:
        self.watcher.begin(questions)

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None:
        self.watcher.retrying(reviewer, reason, seconds)

    def done(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self.watcher.done(outcome)

    def end(self) -> None:
        self.watcher.end()
