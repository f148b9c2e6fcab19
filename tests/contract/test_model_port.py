"""What every model keeps, asked with the real litellm over a real socket.

`PROVIDERS` says how each provider is given our HTTP client. That was measured, and litellm changes it from release to
release without a word: here every provider of the table is measured again.
"""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Mapping, Sequence

import httpx
import pytest
from provider_formats import Json, Said, objects
from providers import (
    MIB,
    Close,
    Delayed,
    Drip,
    FakeProviders,
    GzipBomb,
    Hang,
    Huge,
    Raw,
    Recorded,
    Redirect,
    Reply,
    Status,
    findings_reply,
    text_reply,
)

from reviewbot.config.values import NetworkConfig
from reviewbot.errors import ConfigError
from reviewbot.model import Usage
from reviewbot.ports import Answer, CallError, Message, Model
from reviewbot.reviewers.catalog import Catalog
from reviewbot.reviewers.endpoints import resolve
from reviewbot.reviewers.llm import LiteLLMModel
from reviewbot.reviewers.loading import load_litellm, scrub
from reviewbot.reviewers.providers import PROVIDERS

pytestmark = [
    # litellm silences these at its import, which pytest undoes after the test that happens to import it.
    pytest.mark.filterwarnings("ignore:.*`ReadOnly` qualifier:UserWarning"),
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
]

KEY = "sk-" + "canary-0123456789abcdef"
QUESTION = (Message(role="system", text="Review."), Message(role="user", text="A change."))
SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {"findings": {"type": "array", "items": {"type": "string"}}},
    "required": ["findings"],
    "additionalProperties": False,
}
CLEAN = findings_reply([])
KINDS = (
    "openai/gpt-5.6",
    "openai/some-model",
    "openai/gpt-5.3-codex",
    "anthropic/claude-opus-4-6",
    "anthropic/claude-unheard-of",
    "gemini/gemini-2.5-flash",
    "openrouter/anthropic/claude-opus-4.6",
    "ollama_chat/m",
)
"""One model for each way of asking: with and without an entry in litellm's list, Responses API, each format."""
CATALOG = Catalog()
NETWORK = NetworkConfig(trust_env=False, ca_bundle=None)


def model_at(
    providers: FakeProviders,
    name: str,
    *,
    params: Mapping[str, Json] | None = None,
    schema: Mapping[str, Json] | None = SCHEMA,
) -> LiteLLMModel:
    """A model whose address is the fake server."""
    kinds = {
        "anthropic": "anthropic",
        "gemini": "gemini",
        "ollama": "ollama",
        "ollama_chat": "ollama",
        "azure": "azure",
    }
    base = providers.base_url(kinds.get(name.partition("/")[0], "openai"))
    endpoint = resolve(name, api_base=base, api_key_env=None, catalog=CATALOG)
    return LiteLLMModel(
        endpoint=endpoint,
        api_key=KEY if endpoint.needs_key else None,
        max_output_tokens=100,
        params=params or {},
        network=NETWORK,
        timeout_s=5,
        schema=schema,
        info=CATALOG.lookup(endpoint),
    )


async def tried(model: Model, question: Sequence[Message] = QUESTION, *, deadline_s: float = 20) -> Answer | CallError:
    try:
        async with asyncio.timeout(deadline_s):
            return await model.ask(question)
    except CallError as error:
        return error
    finally:
        await model.close()
        await model.close()


def ask(providers: FakeProviders, name: str, question: Sequence[Message] = QUESTION) -> Answer | CallError:
    return asyncio.run(tried(model_at(providers, name), question))


def failed(providers: FakeProviders, name: str) -> CallError:
    result = ask(providers, name)
    assert isinstance(result, CallError), result
    assert (result.__cause__, result.__context__) == (None, None), "a library's error may hold the key"
    assert KEY not in result.reason
    assert "\n" not in result.reason
    assert len(result.reason) < 300
    assert "127.0.0.1" in result.reason
    return result


def text_of(result: Answer | CallError) -> str:
    assert isinstance(result, Answer), result.reason
    return result.text


async def answers(model: Model, *, count: int) -> list[str]:
    """The answers to so many questions at once."""
    try:
        return [answer.text for answer in await asyncio.gather(*(model.ask(QUESTION) for _ in range(count)))]
    finally:
        await model.close()


# ---------------------------------------------------------------- every provider of the table


@pytest.mark.requirement("R6", "R8", "R55")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_is_asked_over_our_transport_alone(provider: str) -> None:
    """Each of these faults is survived by our transport and by none of litellm's own clients."""
    with FakeProviders(CLEAN) as elsewhere:
        faults: Mapping[str, Reply] = {
            "Content-Encoding": GzipBomb(size=MIB),
            "more than 4 MB": Huge(size=64 * MIB, announced=False),
            "redirect": Redirect(to=elsewhere.base_url("openai") + "/chat/completions"),
            "connection broke": Close(),
        }
        for words, reply in faults.items():
            with FakeProviders(reply) as providers:
                assert words in failed(providers, f"{provider}/some-model").reason
                assert len(providers.requests) == 1, "litellm repeats nothing"
    assert elsewhere.requests == []


@pytest.mark.requirement("R12", "R55")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_answers_in_its_own_format(provider: str) -> None:
    conversation = (
        *QUESTION,
        Message(role="assistant", text="No JSON."),
        Message(role="user", text="Again, please."),
    )
    with FakeProviders(CLEAN) as providers:
        model = model_at(providers, f"{provider}/some-model", schema=None)
        assert text_of(asyncio.run(tried(model, conversation))) == '{"findings": []}'
        (request,) = providers.requests

    assert request.prompt.split("\n") == ["Review.", "A change.", "No JSON.", "Again, please."]
    assert request.model.endswith("some-model")
    assert request.headers["accept-encoding"] == "identity"
    assert "tools" not in request.json
    assert "functions" not in request.json


@pytest.mark.requirement("R55")
@pytest.mark.parametrize("provider", [name for name, known in PROVIDERS.items() if known.api_base])
def test_an_address_of_the_table_is_the_one_litellm_would_use(provider: str) -> None:
    """Where litellm's own code is called, and names an address. Gemini's differ by model; both are Google's."""
    load_litellm()
    import litellm

    known = PROVIDERS[provider]
    own = litellm.get_llm_provider(f"{provider}/some-model", api_key=KEY)[3]
    if own and known.route is None and known.api_base:
        assert own.rstrip("/") == known.api_base


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("name", KINDS)
def test_usage_and_cost_are_counted(name: str) -> None:
    reply = findings_reply([], input_tokens=1000, output_tokens=50, cached_tokens=400)
    with FakeProviders(reply) as providers:
        result = ask(providers, name)

    assert isinstance(result, Answer)
    assert (result.usage.input_tokens, result.usage.output_tokens) == (1000, 50)
    assert result.usage.cached_tokens == (0 if name.startswith("ollama") else 400)
    known = name in ("openai/gpt-5.6", "openai/gpt-5.3-codex", "anthropic/claude-opus-4-6", "gemini/gemini-2.5-flash")
    assert (result.usage.cost_usd is not None) is known


@pytest.mark.parametrize("name", ["openai/gpt-5.6", "anthropic/claude-opus-4-6", "gemini/gemini-2.5-flash"])
def test_our_cost_is_litellms(name: str) -> None:
    load_litellm()
    import litellm
    from litellm.types.utils import PromptTokensDetailsWrapper
    from litellm.types.utils import Usage as Billed

    reply = Said(text="x", input_tokens=3000, output_tokens=70, cached_tokens=1000, written_tokens=500)
    written = 500 if name.startswith("anthropic") else 0
    with FakeProviders(reply) as providers:
        result = ask(providers, name)
    details = PromptTokensDetailsWrapper(cached_tokens=1000, cache_creation_tokens=written or None)
    billed = Billed(
        prompt_tokens=3000,
        completion_tokens=70,
        total_tokens=3070,
        prompt_tokens_details=details,
        cache_creation_input_tokens=written,
        cache_read_input_tokens=1000,
    )
    provider, _, model = name.partition("/")
    parts = litellm.cost_per_token(model=model, custom_llm_provider=provider, usage_object=billed)

    assert isinstance(result, Answer)
    assert result.usage.cost_usd == pytest.approx(sum(parts))


def test_what_openrouter_says_a_call_cost_is_its_cost() -> None:
    body = b'{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "message":'
    body += b'{"role": "assistant", "content": "x"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 10,'
    body += b'"completion_tokens": 5, "total_tokens": 15, "cost": 0.0125}}'
    with FakeProviders(Raw(body=body)) as providers:
        stated, ignored = (ask(providers, f"{provider}/some-model") for provider in ("openrouter", "openai"))

    assert isinstance(stated, Answer)
    assert isinstance(ignored, Answer)
    assert stated.usage == Usage(input_tokens=10, output_tokens=5, cost_usd=0.0125)
    assert ignored.usage.cost_usd is None


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("name", KINDS)
def test_a_key_that_an_answer_repeats_is_hidden_where_one_was_sent(name: str) -> None:
    with FakeProviders(text_reply(f"Use {KEY} for it")) as providers:
        shown = text_of(ask(providers, name))
    assert shown == (f"Use {KEY} for it" if name.startswith("ollama") else "Use [key] for it")


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_that_ends_at_the_token_limit_is_cut_off(name: str) -> None:
    with FakeProviders(Said(text='{"findings": [', cut_off=True)) as providers:
        result = ask(providers, name)

    assert isinstance(result, Answer)
    assert (result.text, result.cut_off) == ('{"findings": [', True)


@pytest.mark.parametrize("name", KINDS)
def test_what_a_model_thinks_is_no_part_of_its_answer(name: str) -> None:
    with FakeProviders(Said(text='{"findings": []}', reasoning="Hm.")) as providers:
        assert text_of(ask(providers, name)) == '{"findings": []}'


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("text", ["Looks good to me!", "So. <think>x</think>{}", "```json\n{}\n```", "ä€\u2028\x00 {"])
def test_text_comes_back_as_it_was_said(name: str, text: str) -> None:
    with FakeProviders(text_reply(text)) as providers:
        assert text_of(ask(providers, name)) == text


@pytest.mark.requirement("R12", "R13")
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Said(text=None, nothing=True), ("without any message", "empty message", "no chat model answers")),
        (Said(text=None), ("empty message",)),
        (Said(text=" \n"), ("empty message",)),
        (Said(text=None, tool="run"), ("answered with a tool call, and no tool was offered",)),
        (Said(text=None, cut_off=True), ("the limit of 100 tokens before it wrote anything; raise max_output_tokens",)),
    ],
)
def test_an_answer_without_words_is_a_failure_that_still_cost_something(
    name: str, reply: Said, words: Sequence[str]
) -> None:
    with FakeProviders(reply) as providers:
        error = failed(providers, name)

    assert any(part in error.reason for part in words), error.reason
    assert not error.retryable
    assert error.usage.output_tokens == (0 if "no chat model" in error.reason else 80)


# ---------------------------------------------------------------- failures


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("reply", "reason", "retryable", "down"),
    [
        (Status(status=400, message="too long"), "400 from 127.0.0.1: too long", False, False),
        (Status(status=401, message="bad key"), "401 from 127.0.0.1: bad key", False, True),
        (Status(status=404, message="no such model"), "404 from 127.0.0.1: no such model", False, True),
        (Status(status=413, message="too large"), "413 from 127.0.0.1: too large", False, False),
        (Status(status=429, message="slow down"), "429 from 127.0.0.1: slow down", True, False),
        (Status(status=500, message="oops"), "500 from 127.0.0.1: oops", True, False),
        (Status(status=529, message="overloaded"), "529 from 127.0.0.1: overloaded", True, False),
        (Raw(body=b"<html>", status=502, content_type="text/html"), "502 from 127.0.0.1", True, False),
        (
            Raw(body=b"<html>", content_type="text/html"),
            "127.0.0.1 answered 200 with a web page; check api_base",
            False,
            False,
        ),
        (Raw(body=b""), "127.0.0.1 answered 200 with an empty body", False, False),
        (Raw(body=b'{"a": 1}'), "127.0.0.1 answered 200 with something that no chat model", False, False),
        (Raw(body=b"[" * 200_000), "127.0.0.1 answered 200 with something that no chat model", False, False),
        (Raw(body=b'{"choices": [' + b"{}," * 9000 + b"{}]}"), "127.0.0.1 answered 200 with something", False, False),
        (
            Raw(body=b'{"error": {"message": "upstream"}}'),
            "127.0.0.1 answered 200 with an error: upstream",
            False,
            False,
        ),
        (Close(when="in headers"), "127.0.0.1: the connection broke", True, False),
        (Close(when="in body"), "127.0.0.1: the connection broke", True, False),
        (Huge(), "127.0.0.1 answered with more than 4 MB", False, False),
    ],
)
def test_a_failure_says_what_happened_and_whether_to_try_again(
    name: str, reply: Reply, reason: str, retryable: bool, down: bool
) -> None:
    with FakeProviders(reply) as providers:
        error = failed(providers, name)
        assert len(providers.requests) == 1

    assert error.reason.startswith(reason)
    assert (error.retryable, error.down) == (retryable, down)


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("name", KINDS[:-1])
def test_a_key_is_in_no_reason_whatever_is_echoed(name: str) -> None:
    encoded = base64.b64encode(f"Bearer {KEY}".encode()).decode()
    for text in (KEY, KEY[3:], KEY[::-1], KEY.encode().hex(), encoded):
        with FakeProviders(Status(status=500, message=f"got {text}")) as providers:
            reason = failed(providers, name).reason
        assert "[key]" in reason
        assert not any(text[at : at + 12] in reason for at in range(8, len(text) - 11))


@pytest.mark.parametrize("name", KINDS[:-1])
def test_a_missing_key_is_a_refusal_and_no_server_error(name: str) -> None:
    with FakeProviders(CLEAN, key="another-" + "key-000000") as providers:
        assert failed(providers, name).down


@pytest.mark.parametrize("name", KINDS)
def test_how_long_to_wait_is_handed_on(name: str) -> None:
    with FakeProviders(Status(status=429, headers={"Retry-After": "7"})) as providers:
        assert failed(providers, name).retry_after == 7


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("reply", [Hang(), Drip(part="headers"), Drip(part="body", every_s=0.005)])
def test_a_deadline_of_the_caller_ends_every_call(name: str, reply: Reply) -> None:
    with FakeProviders(reply) as providers:
        model = model_at(providers, name)
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            asyncio.run(tried(model, deadline_s=0.3))

    assert time.monotonic() - started < 3


def test_nobody_listening_may_pass() -> None:
    with FakeProviders(CLEAN) as providers:
        model = model_at(providers, "anthropic/claude-opus-4-6")
    result = asyncio.run(tried(model))

    assert isinstance(result, CallError)
    assert result.reason == "127.0.0.1: could not connect"
    assert result.retryable


# ---------------------------------------------------------------- requests


@pytest.mark.parametrize("name", KINDS)
def test_a_refused_schema_is_left_out_from_then_on(name: str) -> None:
    def script(request: Recorded) -> Reply:
        if "additionalProperties" in request.body.decode():
            return Status(status=400, message="response_format: json_schema is not supported by this model")
        return CLEAN

    with FakeProviders(script) as providers:
        model = model_at(providers, name)
        for _ in range(2):
            assert asyncio.run(answers(model, count=1)) == ['{"findings": []}']

    assert ["additionalProperties" in r.body.decode() for r in providers.requests] == [True, False, False]


@pytest.mark.parametrize("name", ["anthropic/claude-opus-4-6", "openrouter/anthropic/claude-opus-4.6"])
def test_the_shared_part_of_a_prompt_is_marked_for_the_providers_cache(name: str) -> None:
    with FakeProviders(CLEAN) as providers:
        ask(providers, name)
    body = providers.requests[0].json

    marked: Json = [{"type": "text", "text": "Review.", "cache_control": {"type": "ephemeral"}}]
    assert marked in (body.get("system"), objects(body["messages"])[0].get("content"))
    assert providers.requests[0].body.count(b"cache_control") == 1


def test_other_providers_see_no_mark() -> None:
    for name in ("openai/gpt-5.6", "gemini/gemini-2.5-flash", "openrouter/openai/gpt-5.6"):
        with FakeProviders(CLEAN) as providers:
            ask(providers, name)
        assert b"cache_control" not in providers.requests[0].body


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("openai/some-model", {"temperature": 0.2, "reasoning_effort": "high", "top_k": 5}),
        ("openai/gpt-5.6", {"reasoning_effort": "high", "verbosity": "low"}),
        ("groq/some-model", {"reasoning_effort": "low"}),
        ("xai/some-model", {"reasoning_effort": "low", "seed": 3}),
        ("openrouter/some/model", {"reasoning": {"effort": "high"}, "provider": {"sort": "price"}}),
        ("anthropic/claude-opus-4-6", {"temperature": 0.1, "top_k": 4}),
    ],
)
def test_parameters_go_into_the_request_as_they_are(name: str, params: dict[str, Json]) -> None:
    with FakeProviders(CLEAN) as providers:
        text_of(asyncio.run(tried(model_at(providers, name, params=params))))
    body = providers.requests[0].json

    assert {key: body.get(key) for key in params} == params


def test_parameters_are_translated_where_the_format_is_another() -> None:
    wanted: list[tuple[str, dict[str, Json], str]] = [
        ("anthropic/claude-opus-4-6", {"reasoning_effort": "high"}, '"effort": "high"'),
        ("gemini/gemini-2.5-flash", {"reasoning_effort": "low"}, '"thinkingConfig"'),
        ("openai/gpt-5.3-codex", {"reasoning_effort": "low"}, '"reasoning": {"effort": "low"}'),
        ("ollama_chat/m", {"num_ctx": 32_768}, '"num_ctx": 32768'),
    ]
    for name, params, part in wanted:
        with FakeProviders(CLEAN) as providers:
            text_of(asyncio.run(tried(model_at(providers, name, params=params))))
        assert part.replace(" ", "") in providers.requests[0].body.decode().replace(" ", "")


@pytest.mark.requirement("R4")
def test_no_parameter_that_litellm_keeps_for_itself_is_taken() -> None:
    load_litellm()
    from litellm.types.utils import all_litellm_params

    with FakeProviders(CLEAN) as providers:
        for name in ("mock_response", "fallbacks", "custom_llm_provider", "api_base", "tools", *all_litellm_params):
            with pytest.raises(ConfigError, match="cannot be set there"):
                model_at(providers, "openai/some-model", params={name: "x"})
    assert providers.requests == []


def test_many_calls_of_one_model_run_at_the_same_time() -> None:
    with FakeProviders(Delayed(seconds=0.5, reply=CLEAN)) as providers:
        for name in ("openai/some-model", "anthropic/claude-opus-4-6"):
            model = model_at(providers, name)
            started = time.monotonic()
            assert len(asyncio.run(answers(model, count=12))) == 12
            assert time.monotonic() - started < 4, "one after the other takes 6 s"


# ---------------------------------------------------------------- the environment


@pytest.mark.requirement("R42")
def test_ollama_is_asked_nothing_but_the_question() -> None:
    """litellm by itself asks a host that nobody named (localhost) about the model, over a client of its own."""
    with FakeProviders(CLEAN) as providers:
        for name in ("ollama/one", "ollama_chat/two"):
            text_of(ask(providers, name))

    assert [r.path for r in providers.requests] == ["/api/chat", "/api/chat"]


@pytest.mark.requirement("R5")
def test_litellms_own_clients_are_mute() -> None:
    load_litellm()
    import litellm

    for client in (litellm.module_level_client, litellm.module_level_aclient):
        with pytest.raises(httpx.UnsupportedProtocol):
            client.post("http://127.0.0.1:9/")
    assert litellm.callbacks == litellm.failure_callback == []
    assert litellm.cache is None


@pytest.mark.requirement("R5")
def test_what_would_send_a_call_elsewhere_leaves_the_environment() -> None:
    steering = ("OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "LITELLM_LOG", "EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER")
    network = ("https_proxy", "ALL_PROXY", "SSL_CERT_FILE", "SSL_VERIFY")
    kept = ("OPENAI_API_KEY", "PATH", "GITHUB_API_URL", "REQUESTS_CA_BUNDLE")
    names = (*steering, *network, *kept)

    strict, trusting = dict.fromkeys(names, "x"), dict.fromkeys(names, "x")
    scrub(strict, trust_env=False)
    scrub(trusting, trust_env=True)

    assert {name for name in names if name in strict} == set(kept)
    assert {name for name in names if name in trusting} == {*kept, *network}
    assert strict["LITELLM_MODE"] == "PRODUCTION"
    assert os.environ["PYTHON_DOTENV_DISABLED"] == "1", "by an import before"
