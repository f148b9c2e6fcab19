"""Ask a model through litellm: one call, over our own HTTP client, with explicit address and key.

litellm is given an address, a key, a client and a token limit in every call, because where one is missing it takes the
environment's, or its own idea. Its errors are not read either: the transport knows better what happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import httpx

from reviewbot.config.values import Json, NetworkConfig
from reviewbot.ports import Answer, CallError, Message
from reviewbot.reviewers.answers import Reader, Tree
from reviewbot.reviewers.catalog import ModelInfo
from reviewbot.reviewers.endpoints import Endpoint, check_params
from reviewbot.reviewers.failures import about_schema, failure
from reviewbot.reviewers.loading import load_litellm
from reviewbot.reviewers.transport import CappedTransport, Exchange, open_pool, origin_of

if TYPE_CHECKING:
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
    from openai import AsyncOpenAI

_SCHEMA_NAME = "review"
_TRANSLATED = frozenset({"anthropic", "gemini", "ollama", "ollama_chat"})
"""Providers with a format of their own, into which litellm translates parameters. The others get them as they are."""
_NO_KEY = "none"
"""Sent where no key is needed: without one, litellm and openai look for another in the environment."""


class LiteLLMModel:
    """Implements `ports.Model`. One object for all calls to one endpoint; its connections are kept between them."""

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        api_key: str | None,
        max_output_tokens: int,
        params: Mapping[str, Json],
        network: NetworkConfig,
        timeout_s: float,
        schema: Mapping[str, Json] | None = None,
        info: ModelInfo | None = None,
    ) -> None:
        """`timeout_s`: for connecting and for each read; the deadline for an answer is the caller's.

        `schema`: JSON Schema of the answer, sent until the provider refuses it. `info` gives the price. Imports
        litellm. Raises ConfigError for parameters that are not the model's and for a CA bundle that cannot be read.
        """
        load_litellm(trust_env=network.trust_env)
        from litellm.types.utils import all_litellm_params

        check_params(endpoint.model, params, owned=all_litellm_params)
        self._endpoint = endpoint
        self._key = api_key
        self._max_output_tokens = max_output_tokens
        self._params = dict(params)
        self._timeout_s = timeout_s
        self._schema = schema
        self._responses = info is not None and info.responses_only and endpoint.provider in ("openai", "azure")
        self._reader = Reader(
            host=endpoint.host,
            key=api_key,
            info=info,
            max_output_tokens=max_output_tokens,
            states_cost=endpoint.provider == "openrouter",
        )
        self._pool = open_pool(endpoint.api_base, network)

    async def ask(self, messages: Sequence[Message]) -> Answer:
        """Send the conversation once; twice when the provider refuses the answer's schema. Raises CallError."""
        exchange = Exchange()
        try:
            return await self._send(messages, exchange, self._schema)
        except CallError as error:
            if self._schema is None or not about_schema(exchange, error):
                raise
        self._schema = None
        return await self._send(messages, Exchange(), None)

    async def close(self) -> None:
        await self._pool.aclose()

    async def _send(self, messages: Sequence[Message], exchange: Exchange, schema: Mapping[str, Json] | None) -> Answer:
        transport = CappedTransport(self._pool, origin=origin_of(self._endpoint.api_base), exchange=exchange)
        failed: CallError | None = None
        reply: Tree = {}
        async with httpx.AsyncClient(
            transport=transport, follow_redirects=False, trust_env=False, timeout=self._timeout_s
        ) as http:
            try:
                reply = await self._call(messages, http, schema)
            # litellm raises whatever it stumbles over, from KeyError to errors of its own; all mean: no answer.
            except Exception as error:  # noqa: BLE001
                failed = failure(exchange, error, host=self._endpoint.host, key=self._key)
        if failed is not None:
            raise failed  # here, so that the library's error, which may hold the key, is not chained to it
        if not exchange.sent:
            raise CallError("litellm went around the transport; such an answer is not used", down=True)
        return self._reader.response(reply) if self._responses else self._reader.chat(reply)

    async def _call(
        self, messages: Sequence[Message], http: httpx.AsyncClient, schema: Mapping[str, Json] | None
    ) -> Tree:
        if self._responses:
            return await self._call_responses(messages, _openai_client(self._endpoint, self._key, http), schema)
        import litellm
        from litellm.types.utils import ModelResponse
        from pydantic import BaseModel

        by_openai = self._endpoint.client == "openai"
        options = {**self._params, self._endpoint.token_limit: self._max_output_tokens}
        if schema is not None:
            options["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": _SCHEMA_NAME, "schema": dict(schema), "strict": True},
            }
        if self._endpoint.provider not in _TRANSLATED:
            # Else litellm refuses parameters that it does not know of, and forgets max_retries for some providers.
            options["allowed_openai_params"] = [*self._params, *(["max_retries"] if by_openai else [])]
        reply = await litellm.acompletion(
            model=self._endpoint.route,
            messages=_chat_messages(messages, cached=self._caches),
            api_base=self._endpoint.api_base,
            api_key=self._key or _NO_KEY,
            client=_openai_client(self._endpoint, self._key, http) if by_openai else _handler(http),
            max_retries=0,
            timeout=self._timeout_s,
            **options,
        )
        if not isinstance(reply, ModelResponse):
            raise TypeError(f"litellm answered with {type(reply).__name__}")
        return BaseModel.model_dump(reply, warnings="none")  # litellm's own leaves out what it thinks unset

    async def _call_responses(
        self, messages: Sequence[Message], client: AsyncOpenAI, schema: Mapping[str, Json] | None
    ) -> Tree:
        """For the models that OpenAI serves through its Responses API alone: litellm needs more packages for them."""
        options = dict(self._params)
        effort, verbosity, extra = (options.pop(name, None) for name in ("reasoning_effort", "verbosity", "extra_body"))
        text: dict[str, Json] = {} if verbosity is None else {"verbosity": verbosity}
        if schema is not None:
            text["format"] = {"type": "json_schema", "name": _SCHEMA_NAME, "schema": dict(schema), "strict": True}
        request = {
            "model": self._endpoint.route.partition("/")[2],
            "input": [{"role": message.role, "content": message.text} for message in messages],
            "max_output_tokens": self._max_output_tokens,
            "store": False,
            **({"text": text} if text else {}),
            **({"reasoning": {"effort": effort}} if effort is not None else {}),
            **options,
            **(extra if isinstance(extra, dict) else {}),
        }
        reply = await client.post("/responses", cast_to=dict[str, object], body=request)
        if "output" not in reply:
            raise TypeError("not a response")
        return reply

    @property
    def _caches(self) -> bool:
        """Whether the provider keeps a prefix of the prompt only where the request marks it."""
        return self._endpoint.vendor == "anthropic" and self._endpoint.provider in ("anthropic", "openrouter")


def _chat_messages(messages: Sequence[Message], *, cached: bool) -> list[dict[str, Json]]:
    return [
        {
            "role": message.role,
            "content": _cached_block(message.text) if cached and message.role == "system" else message.text,
        }
        for message in messages
    ]


def _cached_block(text: str) -> list[Json]:
    """A block that ends what the provider caches (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching)."""
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]


def _openai_client(endpoint: Endpoint, key: str | None, http: httpx.AsyncClient) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(
        api_key=key or _NO_KEY, base_url=endpoint.api_base, http_client=http, timeout=http.timeout, max_retries=0
    )
    if endpoint.provider != "openai":
        client.organization = client.project = None  # the environment's are OpenAI's business alone
    return client


def _handler(http: httpx.AsyncClient) -> AsyncHTTPHandler:
    """litellm's handler with no client but ours: at some errors it makes a new one and repeats the request over it."""
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

    class OneClientHandler(AsyncHTTPHandler):
        def create_client(self, *_args: object, **_kwargs: object) -> httpx.AsyncClient:
            return http

    return OneClientHandler()
