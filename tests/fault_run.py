"""One fault, met by the real command line: how it is set up, what is measured, and what has to hold."""

from __future__ import annotations

import base64
import json
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from commandline import CONFIG, KEYS, command, entry, environment
from gitrepo import GitRepo, two_defects
from measure import Interruption, Measured, Stdout, measure, measure_fork, session
from provider_formats import Json, Object
from providers import FakeProviders, Recorded, Reply, findings_reply

KINDS = ("openai", "anthropic", "gemini")
START_UP_S = 3
"""What may pass before the deadline begins to count and after it, on a machine that does other things as well."""
DEADLINE_S = 10
"""Of the rows that reach it: long enough for the libraries to be loaded before, on a slow machine too."""
HURRIED = f"limits: {{deadline_s: {DEADLINE_S}}}\n"
"""A part of a configuration, with that deadline."""
WINDOW = 12
"""So many characters of a key in a row are a key that leaked."""

Status = Literal["reviewed", "partial", "failed"]
Make = Callable[["Scene"], "Start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a run begins."""

    args: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    """Besides the three keys."""
    stdout: Stdout = "read"
    interrupt: signal.Signals | None = None
    at: Literal["asked", "git"] = "asked"
    """When it is sent: once every reviewer has been asked, or as soon as git runs."""
    file_limit: int = 0
    after: Callable[[Measured], Iterator[str]] = lambda measured: iter(())
    """More that has to hold: yields what does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the reviewers said that has to be in the report."""

    entries: int | None = 1
    """None: as many as merging makes of them."""
    members: int = len(KINDS)
    placed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row: what happens and what has to come of it."""

    name: str
    make: Make
    code: int
    says: tuple[str, ...] = ()
    """All of these are printed."""
    reason: tuple[str, ...] = ()
    """All of these are in what the report says of each reviewer."""
    status: Status | None = None
    """Of each reviewer, in the report."""
    found: Found | None = None
    requests: int | None = 0
    """For each kind of provider; None: as many as there are chunks, or as the deadline leaves time for."""
    seconds: float = 40
    mib: int = 400
    afresh: bool = False
    """Whether it matters what Python and its libraries find when they start, or what they hold."""
    reply: Callable[[Recorded, FakeProviders], Reply] = lambda request, trap: findings_reply([])
    """What a provider answers; `trap` is a server that nobody may reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a fault is set up: an empty folder, three providers, and a trap that nobody may reach."""

    folder: Path
    providers: FakeProviders
    trap: FakeProviders

    def config(self, rest: str = "") -> str:
        return CONFIG.format(**{kind: self.providers.base_url(kind) for kind in KINDS}) + rest

    def repo(self, rest: str = "", *, config: str | None = None) -> GitRepo:
        """A repository with a change to review and a configuration that is no part of it."""
        repo = two_defects(self.folder / "repo")
        text = self.config(rest) if config is None else config
        repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": text})
        return repo


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run came to."""

    measured: Measured
    requests: Mapping[str, int]
    trapped: int
    """Connections to the trap."""
    problems: tuple[str, ...]
    """What did not hold; empty when all is well."""


def defect(**changed: Json) -> Object:
    """What a reviewer says about the change in `Scene.repo`, with some of it changed."""
    said = entry(
        "src/stats.py",
        3,
        "count is used before it is set",
        "`count += item` raises UnboundLocalError for the first item, because the start value was removed.",
        category="bug",
    )
    return {**said, **changed}


def run(fault: Fault, folder: Path, *, forked: bool = False) -> Run:
    """Let the fault happen in an empty folder, measure, and compare with what the row promises.

    `forked`: in a process that has its libraries, where that makes no difference to the fault.
    """
    with (
        FakeProviders(findings_reply([])) as trap,
        FakeProviders(lambda request: fault.reply(request, trap)) as providers,
    ):
        moments: Mapping[str, Callable[[int], bool]] = {
            "asked": lambda child: len(providers.requests) == len(KINDS),
            "git": lambda child: len(session(child)) > 1,
        }
        temporary = folder / "tmp"
        temporary.mkdir()
        start = fault.make(Scene(folder=folder, providers=providers, trap=trap))
        env = environment(folder, {**KEYS, "TMPDIR": str(temporary), **start.env})
        interruption = Interruption(signal=start.interrupt, when=moments[start.at]) if start.interrupt else None
        if forked and not fault.afresh:
            measured = measure_fork(("review", *start.args), cwd=start.cwd, env=env, interruption=interruption)
        else:
            measured = measure(
                command("review", *start.args),
                cwd=start.cwd,
                env=env,
                stdout=start.stdout,
                interruption=interruption,
                file_limit=start.file_limit,
            )
        requests = {kind: sum(request.kind == kind for request in providers.requests) for kind in KINDS}
        strange = [request.path for request in providers.requests if request.kind not in KINDS]
        trapped = trap.connections
    problems = [
        *broken_promises(fault, measured, requests, trapped),
        *(f"a request to {path}" for path in strange),
        *(f"left {path.name} in the folder for temporary files" for path in temporary.iterdir()),
        *start.after(measured),
    ]
    return Run(measured=measured, requests=requests, trapped=trapped, problems=tuple(problems))


def broken_promises(fault: Fault, measured: Measured, requests: Mapping[str, int], trapped: int) -> Iterator[str]:
    """What a row promises of a run and did not come. `requests`: by kind of provider, `trapped`: see Run."""
    yield from _ended(fault, measured)
    yield from _said(fault, measured)
    yield from _asked(fault, requests, trapped)
    yield from _reported(fault, measured)


def _ended(fault: Fault, measured: Measured) -> Iterator[str]:
    if measured.code != fault.code:
        yield f"exit code {measured.code}, not {fault.code}"
    if measured.seconds > fault.seconds:
        yield f"took {measured.seconds:.1f} s, more than {fault.seconds:g}"
    if measured.mib > fault.mib:
        yield f"held {measured.mib} MiB, more than {fault.mib}"
    if measured.left:
        yield f"left processes {measured.left}"


def _said(fault: Fault, measured: Measured) -> Iterator[str]:
    printed = measured.out + measured.err
    if "Traceback" in printed:
        yield "a trace was printed"
    if "Warning:" in printed:
        yield "a warning of Python's was printed"
    if leaked := leaks(printed):
        yield f"printed a part of a key: {leaked}"
    for words in fault.says:
        if words not in printed:
            yield f"does not say {words!r}"


def _asked(fault: Fault, requests: Mapping[str, int], trapped: int) -> Iterator[str]:
    if trapped:
        yield f"{trapped} connections to the trap"
    for kind, count in requests.items():
        if fault.requests is not None and count != fault.requests:
            yield f"{count} requests to {kind}, not {fault.requests}"


def _reported(fault: Fault, measured: Measured) -> Iterator[str]:
    """What the JSON report says, where the row wants one."""
    if fault.status is None and fault.found is None:
        return
    report: Any = json.loads(measured.out)
    for reviewer in report["reviewers"]:
        if fault.status is not None and reviewer["status"] != fault.status:
            yield f"{reviewer['name']} is {reviewer['status']}, not {fault.status}: {reviewer['reason']}"
        for words in fault.reason:
            if words not in (reviewer["reason"] or ""):
                yield f"the reason of {reviewer['name']} does not say {words!r} but {reviewer['reason']!r}"
    if fault.status == "failed" and report["findings"]:
        yield "findings of nobody"
    if fault.found is not None:
        yield from _found(fault.found, report["findings"])


def _found(expected: Found, findings: list[Any]) -> Iterator[str]:
    members = sum(len(entry["members"]) for entry in findings)
    if expected.entries not in (None, len(findings)):
        yield f"{len(findings)} entries, not {expected.entries}"
    if members != expected.members:
        yield f"{members} members, not {expected.members}"
    yield from (f"placed is {e['placed']}: {e['note']}" for e in findings if e["placed"] != expected.placed)


def leaks(text: str) -> str | None:
    """A part of a key that a text holds: as it is, backwards, or in hex, base64 or URL codes."""
    lower = text.lower()
    return next((window for window in _WINDOWS if window in lower), None)


def spellings(key: str) -> list[str]:
    """Ways to write a key down."""
    raw = key.encode()
    shifted = [base64.b64encode(b"x" * before + raw).decode() for before in range(3)]
    return [key, key[::-1], raw.hex(), "".join(f"%{byte:02x}" for byte in raw), *shifted]


def _windows() -> frozenset[str]:
    forms: list[str] = []
    for key in KEYS.values():
        *plain, first, second, third = spellings(key)
        # The characters next to what is not the key depend on it.
        forms += [*plain, first.rstrip("=")[:-1], second.rstrip("=")[2:-1], third.rstrip("=")[3:-1]]
    return frozenset(form.lower()[at : at + WINDOW] for form in forms for at in range(len(form) - WINDOW + 1))


_WINDOWS = _windows()
