"""Read what a call brought back: an `Answer` with text and usage, or a `CallError` that says what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reviewbot.model import Usage
from reviewbot.ports import Answer, CallError
from reviewbot.reviewers.catalog import ModelInfo
from reviewbot.sanitize.keys import hide_key, said

Tree = Mapping[str, object]

_LONG_KEY = 16
"""Keys are no shorter. What is shorter ("lm-studio", for a server that wants none) may be a word of the change."""
_MAX_TOKENS = 1_000_000_000
_MAX_USD = 1_000_000.0
"""What a provider says beyond these is no number to add up."""


class Reader(Struct, frozen=True, kw_only=True):
    """What is known about the model that was asked."""

    host: str
    key: str | None
    """To keep it out of reasons and answers."""
    info: ModelInfo | None
    max_output_tokens: int
    states_cost: bool = False
    """The provider says in `usage.cost` what a call cost in USD, as OpenRouter does."""

    def chat(self, reply: Tree) -> Answer:
        """An answer in the form of OpenAI's chat completions, which litellm gives for every provider."""
        usage = self._usage(_tree(reply.get("usage")), "prompt", "completion")
        choice = _tree(_first(reply.get("choices")))
        message = _tree(choice.get("message"))
        reason = str(choice.get("finish_reason") or "")
        if not choice:
            raise CallError(f"{self.host} answered without any message", usage=usage)
        called = bool(message.get("tool_calls") or message.get("function_call"))
        refusal = message.get("refusal")
        return self._answer(
            text=message.get("content"),
            called=called,
            refusal=refusal,
            cut_off=reason == "length",
            why=reason,
            usage=usage,
        )

    def response(self, reply: Tree) -> Answer:
        """An answer of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses)."""
        usage = self._usage(_tree(reply.get("usage")), "input", "output")
        if reply.get("status") not in ("completed", "incomplete"):
            message = str(_tree(reply.get("error")).get("message") or reply.get("status"))
            raise CallError(f"{self.host} answered without a message: {said(message, self.key)}", usage=usage)
        items = [_tree(item) for item in _list(reply.get("output"))]
        parts = [_tree(part) for item in items if item.get("type") == "message" for part in _list(item.get("content"))]
        text = "".join(str(part.get("text") or "") for part in parts if part.get("type") == "output_text")
        refusal = "".join(str(part.get("refusal") or "") for part in parts if part.get("type") == "refusal")
        why = str(_tree(reply.get("incomplete_details")).get("reason") or "")
        called = any(str(item.get("type")).endswith("_call") for item in items)
        return self._answer(
            text=text, called=called, refusal=refusal, cut_off=why == "max_output_tokens", why=why, usage=usage
        )

    def _answer(self, *, text: object, called: bool, refusal: object, cut_off: bool, why: str, usage: Usage) -> Answer:
        if called:
            raise CallError(f"{self.host} answered with a tool call, and no tool was offered", usage=usage)
        if isinstance(text, str) and text.strip():
            if self.key is not None and len(self.key) >= _LONG_KEY:
                text = hide_key(text, self.key)
            return Answer(text=text, cut_off=cut_off, usage=usage)
        if cut_off:
            raise CallError(
                f"{self.host} reached the limit of {self.max_output_tokens} tokens before it wrote anything; "
                "raise max_output_tokens",
                usage=usage,
            )
        if isinstance(refusal, str) and refusal.strip():
            raise CallError(f"{self.host} declined to answer: {said(refusal, self.key)}", usage=usage)
        ended = f" ({said(why, self.key, cap=40)})" if why not in ("", "stop") else ""
        raise CallError(f"{self.host} answered with an empty message{ended}", usage=usage)

    def _usage(self, usage: Tree, asked: str, answered: str) -> Usage:
        details = _tree(usage.get(f"{asked}_tokens_details"))
        counted = Usage(
            input_tokens=_count(usage.get(f"{asked}_tokens")),
            output_tokens=_count(usage.get(f"{answered}_tokens")),
            cached_tokens=_count(details.get("cached_tokens")),
            cost_usd=None,
        )
        stated = usage.get("cost")
        if self.states_cost and isinstance(stated, int | float) and 0 <= stated <= _MAX_USD:
            cost: float | None = float(stated)
        elif self.info is None or counted.input_tokens == 0:
            cost = None
        else:
            cost = self.info.cost(counted, cache_written=_count(usage.get("cache_creation_input_tokens")))
        return Usage(
            input_tokens=counted.input_tokens,
            output_tokens=counted.output_tokens,
            cached_tokens=counted.cached_tokens,
            cost_usd=cost,
        )


def _tree(value: object) -> Tree:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _first(value: object) -> object:
    return next(iter(_list(value)), None)


def _count(value: object) -> int:
    """A number of tokens; 0 for what can be none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOKENS else 0
