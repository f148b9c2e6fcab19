"""A process that asks models, inside a hostile folder and environment: what it opens, calls, prints and holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pytest
from providers import FakeProviders, GzipBomb, Hang, Huge, Raw, Recorded, Redirect, Reply, Status, findings_reply

import reviewbot

KEY = "sk-" + "canary-0123456789abcdef"
OTHER_KEY = "sk-" + "other-fedcba9876543210"
MODELS = (
    "openai/gpt-5.6",
    "openai/gpt-5.3-codex",
    "anthropic/claude-opus-4-6",
    "gemini/gemini-2.5-flash",
    "openrouter/anthropic/claude-opus-4.6",
    "ollama_chat/m",
    "mistral/m",
    "groq/m",
)
FAULTS = ("clean", "huge", "bomb", "redirect", "refused", "garbage", "parts", "hang")
STRANGERS = (
    "litellm",
    "openai",
    "tiktoken",
    "redis",
    "orjson",
    "mcp",
    "opentelemetry",
    "litellm_enterprise",
    "langfuse",
)
"""Modules of the reviewed tree: some that litellm needs, some that it only tries to import."""

CHILD = """
import asyncio, json, resource, sys, time
events = []

def watch(event, args):
    if event == "socket.connect":
        events.append(["connect", str(args[1][:2])])
    elif event == "socket.getaddrinfo":
        events.append(["resolve", str(args[0])])
    elif event == "open" and str(args[0]).endswith(".env"):
        events.append(["open", str(args[0])])

from reviewbot.config.values import NetworkConfig
from reviewbot.ports import CallError, Message
from reviewbot.reviewers.catalog import Catalog
from reviewbot.reviewers.endpoints import resolve

sys.addaudithook(watch)
from reviewbot.reviewers.llm import LiteLLMModel
from reviewbot.reviewers.loading import load_litellm

load_litellm()
at_import = list(events)
plan = json.loads(sys.argv[1])
catalog, outcomes = Catalog(), {}

async def ask(name, base, fault):
    endpoint = resolve(name, api_base=base, api_key_env=None, catalog=catalog)
    model = LiteLLMModel(
        endpoint=endpoint, api_key=plan["key"] if endpoint.needs_key else None, max_output_tokens=50, params={},
        network=NetworkConfig(trust_env=False, ca_bundle=None), timeout_s=10, info=catalog.lookup(endpoint),
        schema={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    )
    messages = [Message(role="system", text="s"), Message(role="user", text="fault:" + fault)]
    try:
        async with asyncio.timeout(0.5 if fault == "hang" else 30):
            return (await model.ask(messages)).text
    except CallError as error:
        return "failed: " + error.reason
    except TimeoutError:
        return "late"
    finally:
        await model.close()

async def main():
    for fault in plan["faults"]:
        answers = await asyncio.gather(*(ask(name, base, fault) for name, base in plan["models"].items()))
        outcomes[fault] = dict(zip(plan["models"], answers))

asyncio.run(main())
report = {
    "at_import": at_import, "events": events, "outcomes": outcomes, "path": sys.path, "ended": time.time(),
    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024 * 1024),
}
with open(plan["report"], "w") as file:
    json.dump(report, file)
"""


class Report(TypedDict):
    at_import: list[list[str]]
    events: list[list[str]]
    outcomes: dict[str, dict[str, str]]
    path: list[str]
    ended: float
    mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    out: str
    err: str
    code: int
    report: Report
    requests: list[Recorded]
    trapped: list[Recorded]
    canaries: list[str]
    port: int
    lingered_s: float


def script(target: str) -> dict[str, Reply]:
    return {
        "clean": findings_reply([]),
        "huge": Huge(announced=False),
        "bomb": GzipBomb(),
        "redirect": Redirect(to=target),
        "refused": Status(status=500, message=f"{KEY} is not welcome\n::error::\x1b[31m"),
        "garbage": Raw(body=b"[" * 2_000_000),
        "parts": Raw(body=b'{"choices": [' + b"{}," * 1_000_000 + b"{}]}"),
        "hang": Hang(),
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    tree = tmp_path_factory.mktemp("tree")
    canaries = tree / "canaries"
    canaries.mkdir()
    for name in STRANGERS:
        (tree / f"{name}.py").write_text(f"open({str(canaries / name)!r}, 'w').close()\n")
    with FakeProviders(findings_reply([])) as trap:
        replies = script(trap.base_url("openai") + "/chat/completions")
        with FakeProviders(lambda request: replies[request.prompt.rpartition("fault:")[2].split()[0]]) as providers:
            poison = _poison(f"http://127.0.0.1:{trap.port}")
            (tree / ".env").write_text("".join(f"{name}={value}\n" for name, value in poison.items()))
            kinds = {"anthropic": "anthropic", "gemini": "gemini", "ollama_chat": "ollama"}
            bases = {name: providers.base_url(kinds.get(name.partition("/")[0], "openai")) for name in MODELS}
            plan = {"key": KEY, "models": bases, "faults": FAULTS, "report": str(tree / "report.json")}
            home = {
                "PATH": os.environ["PATH"],
                "HOME": str(tree),
                "PYTHONPATH": str(Path(reviewbot.__file__).parents[1]),
            }
            done = subprocess.run(
                [sys.executable, "-c", CHILD, json.dumps(plan)],
                cwd=tree,
                env=home | poison,
                capture_output=True,
                text=True,
                timeout=180,
            )
            ended = time.time()
            report: Report = json.loads((tree / "report.json").read_text())
            yield Run(
                out=done.stdout,
                err=done.stderr,
                code=done.returncode,
                report=report,
                requests=list(providers.requests),
                trapped=list(trap.requests),
                canaries=[path.name for path in canaries.iterdir()],
                port=providers.port,
                lingered_s=ended - report["ended"],
            )


def _poison(trap: str) -> dict[str, str]:
    names = ("OPENAI", "ANTHROPIC", "GEMINI", "OPENROUTER", "OLLAMA", "MISTRAL", "GROQ")
    addresses = {f"{name}_{kind}": trap for name in names for kind in ("API_BASE", "BASE_URL")}
    keys = {f"{name}_API_KEY": OTHER_KEY for name in names} | {"ANTHROPIC_AUTH_TOKEN": OTHER_KEY}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), trap)
    loud = {"LITELLM_LOG": "DEBUG", "OPENAI_LOG": "debug", "DETAILED_DEBUG": "true", "SSL_VERIFY": "False"}
    more = {"OPENAI_CUSTOM_HEADERS": f"X-Leak: {OTHER_KEY}", "EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER": "true"}
    return addresses | keys | proxies | loud | more


@pytest.mark.requirement("R5", "R42")
def test_the_import_calls_nobody_and_reads_no_env_file(run: Run) -> None:
    assert run.report["at_import"] == []


@pytest.mark.incident("I6")
@pytest.mark.requirement("R4", "R42")
def test_only_the_named_address_is_ever_connected_to(run: Run) -> None:
    assert run.trapped == []
    assert {tuple(event) for event in run.report["events"]} <= {
        ("connect", str(("127.0.0.1", run.port))),
        ("resolve", "127.0.0.1"),
    }


@pytest.mark.requirement("R1")
def test_no_module_of_the_current_folder_is_imported(run: Run) -> None:
    assert run.canaries == []
    assert "" not in run.report["path"]


@pytest.mark.requirement("R5")
def test_nothing_is_printed(run: Run) -> None:
    assert (run.out, run.err, run.code) == ("", "", 0)


@pytest.mark.requirement("R4")
def test_only_the_key_that_was_given_is_sent(run: Run) -> None:
    assert run.requests
    for request in run.requests:
        sent = f"{request.path} {request.headers} {request.body!r}"
        assert OTHER_KEY not in sent
        assert (KEY in sent) is (request.kind != "ollama")


def test_every_call_ends_as_it_should(run: Run) -> None:
    words = {
        "huge": "answered with more than 4 MB",
        "bomb": "answered with Content-Encoding 'gzip'",
        "redirect": "answered with a redirect (307) to 127.0.0.1",
        "refused": "500 from 127.0.0.1: ",
        "garbage": "something that no chat model answers",
        "parts": "something that no chat model answers",
    }
    outcomes = run.report["outcomes"]
    assert set(outcomes["clean"].values()) == {'{"findings": []}'}
    assert set(outcomes["hang"].values()) == {"late"}
    for fault, part in words.items():
        for name, outcome in outcomes[fault].items():
            assert outcome.startswith("failed: "), (fault, name)
            assert part in outcome, (fault, name)
            assert KEY not in outcome or name.startswith("ollama"), "a key that we never had is just words"


@pytest.mark.requirement("R29")
def test_each_question_is_one_request(run: Run) -> None:
    assert len(run.requests) == len(MODELS) * len(FAULTS)


@pytest.mark.requirement("R8")
def test_memory_stays_bounded(run: Run) -> None:
    assert run.report["mib"] < 600


@pytest.mark.requirement("R7")
def test_the_process_ends_at_once(run: Run) -> None:
    assert run.lingered_s < 5
