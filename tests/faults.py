"""Everything that can go wrong around a run, row by row, and what has to come of it.

`tests/e2e/test_faults.py` checks every row; `benchmarks/reliability.py` writes down what they cost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from fault_run import DEADLINE_S, HURRIED, START_UP_S, Fault, Found, Scene, Start, Status, defect, spellings
from fault_surroundings import SURROUNDINGS
from provider_formats import FORMATS, Json, Said
from providers import (
    Close,
    Drip,
    FakeProviders,
    GzipBomb,
    Hang,
    HeaderFlood,
    Huge,
    Raw,
    Recorded,
    Redirect,
    Reply,
    findings_reply,
    text_reply,
)
from providers import Status as Refusal

Answer = Reply | Callable[[Recorded, FakeProviders], Reply]

LATE_S = DEADLINE_S + 5 + START_UP_S


# ---------------------------------------------------------------- input: no model is asked


def _input(name: str, make: Callable[[Scene], Start], *says: str) -> Fault:
    return Fault(name=name, make=make, code=2, says=says, seconds=15, mib=150, afresh=True)


def _configured(text: str, *says: str, name: str) -> Fault:
    def make(scene: Scene) -> Start:
        return Start(args=(), cwd=scene.repo(config=text).path)

    return _input(name, make, *says)


def _ranged(*args: str) -> Callable[[Scene], Start]:
    return lambda scene: Start(args=args, cwd=scene.repo().path)


INPUT = (
    _input("no repository", lambda scene: Start(args=(), cwd=scene.folder), "not inside a git repository"),
    _input("an unknown ref", _ranged("nonsense..HEAD"), "nonsense"),
    _input("a ref that begins with `-`", _ranged("--", "--output=x..HEAD"), "--output=x"),
    _input("an option for a ref", _ranged("-x..HEAD"), "No such option"),
    _configured("gate: [\n", ".reviewbot.yaml:2", "is not YAML", name="broken YAML"),
    _configured("# " + "x" * 1_000_000, "is larger than 256 KiB", name="1 MB of YAML"),
    _configured("a: &x 1\nb: *x\n", ".reviewbot.yaml:1", "anchor &x is not allowed", name="an alias in YAML"),
    _configured(
        "gate: {fail_on: high}\ngate: {fail_on: never}\n",
        ".reviewbot.yaml:2",
        "there twice",
        name="a key twice in YAML",
    ),
    _configured("[" * 30_000, ".reviewbot.yaml:1", name="30,000 open brackets in YAML"),
    _configured(
        "gate:\n  fail_onn: high\n", ".reviewbot.yaml:2", "did you mean `gate.fail_on`", name="an unknown key in YAML"
    ),
    _configured(
        "reviewers: [{name: a, model: nosuchprovider/x}]\n", "no provider", name="a provider that litellm does not know"
    ),
)


# ---------------------------------------------------------------- providers: all three meet the same fault


def _provider(
    name: str,
    answer: Answer,
    *reason: str,
    code: int = 3,
    status: Status = "failed",
    requests: int = 1,
    found: Found | None = None,
    says: tuple[str, ...] = (),
    seconds: float = 40,
    mib: int = 400,
    rest: str = "",
) -> Fault:
    def make(scene: Scene) -> Start:
        return Start(args=("--format", "json"), cwd=scene.repo(rest).path)

    def reply(request: Recorded, trap: FakeProviders) -> Reply:
        return answer(request, trap) if callable(answer) else answer

    return Fault(
        name=name,
        make=make,
        code=code,
        says=says,
        reason=reason,
        status=status,
        found=found,
        requests=requests,
        seconds=seconds,
        mib=mib,
        reply=reply,
    )


def _refused(
    status: int, *, name: str = "", requests: int = 1, headers: Mapping[str, str] | None = None, says: str = ""
) -> Fault:
    """A refusal that repeats the key in every way it can."""

    def answer(request: Recorded, trap: FakeProviders) -> Reply:
        key = FORMATS[request.kind].key(request.headers) or ""
        return Refusal(status=status, message=f"no \u0130 {' '.join(spellings(key))}", headers=headers or {})

    return _provider(name or str(status), answer, f"{status} from 127.0.0.1", requests=requests, says=(says,))


def _late(name: str, answer: Reply) -> Fault:
    return _provider(name, answer, "the run's deadline of", rest=HURRIED, seconds=LATE_S)


def _answered(name: str, text: str, *, placed: bool = True, says: tuple[str, ...] = ()) -> Fault:
    """A reply that can be used: what it says is in the report, and blocks as usual."""
    found = Found(placed=placed)
    return _provider(name, text_reply(text), code=1, status="reviewed", found=found, says=says)


def _unread(name: str, text: str, *reason: str) -> Fault:
    """A reply that cannot be read: asked for once more, then failed."""
    return _provider(name, text_reply(text), "not in the agreed format", *reason, requests=2)


def _reply(*findings: Json) -> str:
    return json.dumps({"findings": list(findings)})


def _repeated_key(request: Recorded, trap: FakeProviders) -> Reply:
    key = FORMATS[request.kind].key(request.headers) or ""
    body = f"`count += item` raises UnboundLocalError. Authorization: {key}, or {' '.join(spellings(key))}"
    return findings_reply([defect(body=body, suggestion=f"count = {key}", quote=f"count += item  # {key}")])


def _elsewhere(status: int) -> Callable[[Recorded, FakeProviders], Reply]:
    def answer(request: Recorded, trap: FakeProviders) -> Reply:
        return Redirect(to=f"http://127.0.0.1:{trap.port}{request.path}", status=status)

    return answer


def _many(count: int) -> str:
    return _reply(
        *(
            defect(
                start_line=1 + number % 9,
                title=f"name_{number} is wrong in case {number}",
                body=f"call_{number * 7}() fails when value_{number * 13} is {number}.",
                severity="low",
            )
            for number in range(count)
        )
    )


GOOD = _reply(defect())
PAGE = b"<!doctype html><html><body><h1>Sign in</h1></body></html>"
DEEP = 200_000

PROVIDER = (
    _refused(401),
    _refused(403),
    _refused(404, name="404, no such model"),
    _refused(413),
    _refused(429, name="429, Retry-After: 1", requests=3, headers={"Retry-After": "1"}, says="asking again in 1.0 s"),
    _refused(429, name="429, Retry-After beyond the deadline", headers={"Retry-After": "3600"}),
    _refused(429, name="429 without Retry-After", requests=3),
    _refused(500, requests=3),
    _refused(529, requests=3),
    _provider("200 with a web page", Raw(body=PAGE, content_type="text/html"), "web page", "check api_base"),
    _provider("200 with an empty body", Raw(body=b""), "empty body"),
    _provider("`choices: []`, no message at all", Said(text=None, nothing=True), "127.0.0.1 answered"),
    _provider("null for the message's text", Said(text=None), "127.0.0.1 answered with"),
    _provider("a message of blanks", text_reply(" \n"), "127.0.0.1 answered with"),
    _unread("prose instead of JSON", "Looks good to me, ship it!"),
    _answered("JSON in a code fence", f"```json\n{GOOD}\n```"),
    _answered("text around the JSON", f"Here is what I found:\n\n{GOOD}\n\nI hope that helps."),
    _answered("two objects, the first empty", f'{{"findings": []}}\n\n{GOOD}'),
    _answered("`<think>` before the JSON", f'<think>Maybe {{"findings": []}}?</think>\n{GOOD}'),
    _provider("200,000 brackets as the body", Raw(body=b"[" * DEEP), "something that no chat model answers"),
    _provider(
        "200,000 nested objects as the body",
        Raw(body=b'{"choices":' * DEEP + b"1" + b"}" * DEEP),
        "something that no chat model answers",
    ),
    _unread("200,000 brackets as the answer", "[" * DEEP),
    _unread("an answer that is slow to mend", '{"findings": [' + 'true"a"' * 20_000 + "]}"),
    _unread("100,000 nested answers", '{"findings":[' * (DEEP // 2)),
    _provider(
        "JSON cut off, and the provider says so",
        Said(text=_reply(defect(severity="medium"), defect())[:-60], cut_off=True),
        "cut off at max_output_tokens",
        status="partial",
        found=Found(),
    ),
    _provider(
        "JSON cut off, and the provider does not say so",
        text_reply(_reply(defect(severity="medium"), defect())[:-60]),
        "cut off",
        status="partial",
        found=Found(),
    ),
    _provider(
        "cut off before the first finding",
        Said(text='{"findings": [{"path": "src/st', cut_off=True),
        "cut off at max_output_tokens",
    ),
    _unread("wrong types everywhere", _reply(defect(start_line=[3]), "x", None, 7)),
    _answered(
        "wrong types in all entries but one",
        _reply(defect(start_line=[3]), defect(severity=1, body={}), None, 7, defect()),
        says=("could not be read as a finding",),
    ),
    _unread("findings that are no list", '{"findings": {"path": "src/stats.py"}}'),
    _answered("NaN for a confidence", GOOD.replace("}]", ', "confidence": NaN}]')),
    _unread("NaN for a line", GOOD.replace('"start_line": 3', '"start_line": NaN')),
    _answered("a path that is not in the change", _reply(defect(path="src/other.py")), placed=False),
    _answered("a path that leaves the tree", _reply(defect(path="../../etc/passwd")), placed=False),
    _answered("a line far outside", _reply(defect(start_line=999_999)), placed=False),
    _answered("a negative line", _reply(defect(start_line=-3)), placed=False),
    _provider(
        "10,000 findings",
        text_reply(_many(10_000)),
        code=0,
        status="reviewed",
        found=Found(entries=None, members=30_000),
        seconds=90,
        mib=600,
    ),
    _provider("a finding that repeats the key", _repeated_key, code=1, status="reviewed", found=Found(entries=None)),
    _provider("a tool call", Said(text=None, tool="run_shell"), "tool call"),
    _late("a server that says nothing", Hang()),
    _late("a body, one byte at a time", Drip(part="body")),
    _late("headers, one byte at a time", Drip(part="headers")),
    _provider("600 MB, announced", Huge(), "more than 4 MB"),
    _provider("600 MB, in chunks", Huge(announced=False), "more than 4 MB"),
    _provider("a gzip bomb of 600 MB", GzipBomb(), "Content-Encoding 'gzip'"),
    _provider("64 MB of headers", HeaderFlood(), "the connection broke", requests=3),
    _provider("a redirect elsewhere (302)", _elsewhere(302), "redirect (302)", "not followed"),
    _provider("a redirect elsewhere (307)", _elsewhere(307), "redirect (307)", "not followed"),
    _provider("closed before an answer", Close(), "the connection broke", requests=3),
    _provider("closed in the headers", Close(when="in headers"), "the connection broke", requests=3),
    _provider("closed in the body", Close(when="in body"), "the connection broke", requests=3),
)

GROUPS: Mapping[str, tuple[Fault, ...]] = {
    "Input": INPUT,
    "Providers": PROVIDER,
    "Surroundings": SURROUNDINGS,
}
FAULTS = tuple(fault for group in GROUPS.values() for fault in group)
