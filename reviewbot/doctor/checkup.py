"""All checks, in the order in which a review would meet what they look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from reviewbot.config.load import load_config
from reviewbot.config.overrides import Overrides
from reviewbot.discreet import Discreet
from reviewbot.doctor.github import check_job, token_check
from reviewbot.doctor.hook import check_hook
from reviewbot.doctor.machine import check_git, check_network, check_python, check_repository
from reviewbot.doctor.panel import check_panel
from reviewbot.doctor.place import Found, find_config
from reviewbot.doctor.values import Check, State
from reviewbot.errors import ConfigError
from reviewbot.platforms.actions import is_restricted_run
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.ports import Progress
from reviewbot.wiring import Seat, seat_panel


class Checkup(Discreet, frozen=True, kw_only=True):
    """What the door asks for."""

    cwd: Path
    environ: Mapping[str, str]
    config_path: str | None
    reviewers: tuple[str, ...]
    """Only these; empty: the whole panel."""
    offline: bool
    """Nothing is sent."""


class _Configured(Struct, frozen=True, kw_only=True):
    found: Found
    seats: tuple[Seat, ...]


def check_up(request: Checkup, progress: Progress) -> Iterator[Check]:
    """Each check as soon as it is known. What is sent is over in a minute; models and GitHub are asked at one time."""
    environ = request.environ
    in_job = environ.get("GITHUB_ACTIONS") == "true"
    yield check_python()
    git = check_git(request.cwd, environ, in_job=in_job)
    yield git
    checkout = None
    if git.state is State.OK:
        repository, checkout = check_repository(request.cwd, environ, in_job=in_job)
        yield repository
    configured = _configure(request, checkout, in_job=in_job)
    if isinstance(configured, Check):
        yield configured
    else:
        yield from _describe(configured.found, in_job=in_job)
        yield check_network(configured.found.loaded.config.network, environ)
    yield check_hook(checkout, in_job=in_job)
    if in_job:
        yield check_job(environ)
    yield from _ask(request, configured, checkout, progress, in_job=in_job)


def _configure(request: Checkup, checkout: Checkout | None, *, in_job: bool) -> _Configured | Check:
    found = find_config(
        lambda reader: load_config(
            reader,
            explicit=request.config_path,
            cwd=request.cwd,
            environ=request.environ,
            overrides=Overrides(reviewers=request.reviewers),
        ),
        request.cwd,
        request.environ,
        checkout,
        named=request.config_path or request.environ.get("REVIEWBOT_CONFIG"),
        in_job=in_job,
        offline=request.offline,
    )
    if isinstance(found, Check):
        return found
    try:
        return _Configured(found=found, seats=seat_panel(found.loaded.config, request.environ))
    except ConfigError as error:
        return Check(subject="config", state=State.ERROR, said=str(error))


def _describe(found: Found, *, in_job: bool) -> Iterator[Check]:
    source, more = found.loaded.source, found.where
    if source is None and not in_job:
        more = " (`reviewbot init` writes one)"
    said = f"{source}{more}" if source else f"no file{more}; every value is a default"
    yield Check(subject="config", state=State.OK, said=said)
    for note in found.loaded.notes:
        yield Check(subject="config", state=State.WARNING, said=note)


def _ask(
    request: Checkup, configured: _Configured | Check, checkout: Checkout | None, progress: Progress, *, in_job: bool
) -> Iterator[Check]:
    """GitHub is asked from another thread, at the same time as the models."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        token = None
        if not request.offline:
            token = pool.submit(token_check(request.environ, checkout, in_job=in_job))
        if isinstance(configured, _Configured):
            config = configured.found.loaded.config
            yield from check_panel(
                configured.seats,
                config,
                request.environ,
                offline=request.offline,
                excused=config.gate.on_missing_keys == "pass" and is_restricted_run(request.environ),
                progress=progress,
            )
        elif configured.state is State.SKIPPED:
            yield Check(subject="panel", state=State.SKIPPED, said="not looked at, without its configuration")
        if token is not None:
            yield token.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
