"""The reviewers: their keys, and a tiny question to each, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reviewbot.asking import Limits, ask_all
from reviewbot.config.checks import is_loopback
from reviewbot.config.values import Config
from reviewbot.doctor.values import Check, State
from reviewbot.errors import ConfigError
from reviewbot.formats.phrases import dollars, seconds
from reviewbot.model import Failed, Job, Outcome, Prompt, Reviewed
from reviewbot.ports import Progress
from reviewbot.stages.gate import quorum_of
from reviewbot.wiring import Seat, build_models

ANSWER_S = 20
"""For an answer, at most."""
_LOADING_S = 10
"""For getting ready to ask."""
_QUESTION = Prompt(
    system="You answer with one JSON object and nothing else.",
    user='This only tests the connection. Answer exactly: {"findings": []}',
)
_TOKENS = 40
_ROUTER = "OPENROUTER_API_KEY"
_ADVICE = (
    (r"agreed format", "it is reached, and answers otherwise than asked: look at its params, or choose another model"),
    (r"40[13] from|api[ _-]?key", "check the key in {key}; the vendor's console shows whether it is valid"),
    (r"40[29] from|429 from|quota|credit|balance", "look at the balance and the limits of the account at {host}"),
    (r"404 from|not a valid model|model_not_found", "check the name of the model, {model}"),
    (r"certificate", "network.ca_bundle names a file with certificates to trust"),
    (
        r"resolved|connect|in time|no answer within|deadline|broke",
        "check the way to {host}; a proxy is used with network.trust_env: true alone",
    ),
    (r"web page|no chat model|redirect", "check api_base: {base}"),
    (r"max_output_tokens", "raise max_output_tokens of this reviewer"),
)
_NO_KEY = "export OPENROUTER_API_KEY=... for three vendors, or ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY ..."
_NO_KEY_IN_JOB = (
    "give the step `env: OPENROUTER_API_KEY: ${{ secrets.OPENROUTER_API_KEY }}` for three vendors, or keys of vendors"
)
_EXCUSED = "nothing: GitHub gives this job no secrets; docs/github.md of reviewbot has workflows for forks"


def check_panel(
    seats: Sequence[Seat],
    config: Config,
    environ: Mapping[str, str],
    *,
    offline: bool,
    excused: bool,
    progress: Progress,
) -> Iterator[Check]:
    """A line for each reviewer, and one for all. `excused`: this is a run that may be without keys."""
    asked = [seat for seat in seats if seat.missing is None]
    excused = excused and not asked
    if not seats:
        yield _nobody(environ, excused=excused)
        return
    try:
        outcomes = {} if offline or not asked else _ask(asked, config, environ, progress)
    except ConfigError as error:
        yield Check(subject="panel", state=State.ERROR, said=str(error))
        return
    able = [seat for seat in asked if offline or isinstance(outcomes[seat.reviewer.name], Reviewed)]
    needed = quorum_of([seat.reviewer.name for seat in seats], config.gate.quorum)
    stops = not able or (len(able) < needed and config.gate.on_incomplete == "fail")
    bad = State.ERROR if stops and not excused else State.WARNING
    for seat in seats:
        if seat.missing is None:
            yield _line(seat, outcomes.get(seat.reviewer.name), bad)
        else:
            yield _unkeyed(seat, environ, bad, excused=excused)
    if excused:
        yield Check(subject="panel", state=bad, said="this job has no key of a reviewer", fix=_EXCUSED, idle=True)
        return
    unused = bool(environ.get(_ROUTER, "").strip()) and all(seat.key_name != _ROUTER for seat in seats)
    yield _together(len(able), len(seats), needed, bad, offline=offline, unused=unused)


def _ask(
    seats: Sequence[Seat], config: Config, environ: Mapping[str, str], progress: Progress
) -> Mapping[str, Outcome]:
    """As a review asks: with the reviewer's own settings, and again where that may help. Raises ConfigError."""
    jobs = [Job(reviewer=seat.reviewer.name, chunk=1, prompt=_QUESTION, tokens=_TOKENS) for seat in seats]
    outcomes = ask_all(
        jobs,
        lambda: build_models(seats, config.network, environ),
        limits=Limits(
            timeout_s={seat.reviewer.name: min(ANSWER_S, seat.reviewer.timeout_s) for seat in seats},
            deadline_s=ANSWER_S + _LOADING_S,
            max_concurrency=len(jobs),
            max_cost_usd=None,
        ),
        estimate=lambda _reviewer, _tokens: None,
        progress=progress,
    )
    return {outcome.reviewer: outcome for outcome in outcomes}


def _nobody(environ: Mapping[str, str], *, excused: bool) -> Check:
    said = "no key of a model is set, and no reviewer is named"
    if excused:
        return Check(subject="panel", state=State.WARNING, said=said, fix=_EXCUSED, idle=True)
    return Check(subject="panel", state=State.ERROR, said=said, fix=_NO_KEY_IN_JOB if _in_job(environ) else _NO_KEY)


def _in_job(environ: Mapping[str, str]) -> bool:
    return environ.get("GITHUB_ACTIONS") == "true"


def _unkeyed(seat: Seat, environ: Mapping[str, str], bad: State, *, excused: bool) -> Check:
    """A secret that is not there reaches a job as an empty variable."""
    name, first = seat.reviewer.name, seat.endpoint.key_names[0]
    empty = next((key for key in seat.endpoint.key_names if key in environ), None)
    said = seat.missing if empty is None else f"{empty} is set, and empty"
    give = f"give the step `env: {first}: ...`, from a secret" if _in_job(environ) else f"export {first}=..."
    fix = None if excused else f"{give}, or take {name} out of `reviewers`"
    return Check(subject=name, state=bad, said=f"{said} ({seat.reviewer.model})", fix=fix)


def _line(seat: Seat, outcome: Outcome | None, bad: State) -> Check:
    name, model = seat.reviewer.name, seat.reviewer.model
    asked = f"({model}, {seat.key_name or 'no key'})"
    match outcome:
        case Reviewed():
            cost = outcome.usage.cost_usd
            said = f"answered in {seconds(outcome.duration_s)}, {dollars(cost)} {asked}"
            return Check(subject=name, state=State.OK, said=said)
        case Failed():
            said = f"{outcome.reason} {asked}"
            return Check(subject=name, state=bad, said=said, fix=_advice(seat, outcome.reason))
        case None:
            said = f"{seat.key_name} is set" if seat.key_name else "needs no key"
            return Check(subject=name, state=State.OK, said=f"{said}; not asked ({model})")


def _advice(seat: Seat, reason: str) -> str:
    if is_loopback(seat.endpoint.host) and "could not connect" in reason:
        return f"start the server at {seat.endpoint.api_base}, or change api_base"
    words = next((advice for pattern, advice in _ADVICE if re.search(pattern, reason, re.IGNORECASE)), None)
    if words is None:
        return "try again later; when it stays, look at the vendor's status page"
    return words.format(
        key=seat.key_name or "the variable that api_key_env names",
        host=seat.endpoint.host,
        model=seat.reviewer.model,
        base=seat.endpoint.api_base,
    )


def _together(able: int, configured: int, needed: int, bad: State, *, offline: bool, unused: bool) -> Check:
    """`unused`: there is a key that reaches three vendors, and nobody is asked with it."""
    verb = "can be asked" if offline else "answer"
    said = f"{able} of {configured} reviewers {verb}; each part of a change needs {needed}"
    if able < needed:
        lower = ", or lower gate.quorum" if able else ""
        return Check(subject="panel", state=bad, said=said, fix=f"mend the reviewers above{lower}")
    if configured == 1:
        said = "one reviewer: agreement means nothing"
        more = f"; {_ROUTER} is set, and reaches three" if unused else ""
        return Check(subject="panel", state=State.WARNING, said=said, fix=f"add a reviewer of another vendor{more}")
    return Check(subject="panel", state=State.OK, said=said)
