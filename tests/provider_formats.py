"""The wire formats that the fake providers speak: success, error, who is asking, and the rules of a request.

Each format follows the provider's public reference; what is here is what a client can see on the wire.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Object = dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the model says, apart from any format."""

    text: str | None
    cut_off: bool = False
    reasoning: str | None = None
    tool: str | None = None
    """Name of a tool that the model wants to call."""
    nothing: bool = False
    """No choice, no candidate, no block at all."""
    input_tokens: int = 900
    output_tokens: int = 80
    cached_tokens: int = 0
    written_tokens: int = 0
    """Input tokens written to the provider's cache (Anthropic alone says so)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One provider's protocol. `problem` says how a request breaks the rules, None when it keeps them."""

    success: Callable[[Said, Object], Object]
    error: Callable[[int, str], Object]
    key: Callable[[Mapping[str, str]], str | None]
    """The key in the (lower-case) headers; "" for a provider that needs none."""
    problem: Callable[[Object, Mapping[str, str]], str | None]
    no_key_status: int = 401


def kind_of(path: str) -> str | None:
    """The format that a path belongs to."""
    name = path.partition("?")[0]
    return next((kind for end, kind in _PATHS.items() if name.endswith(end)), None)


def objects(value: Json) -> list[Object]:
    """The objects in a list; nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """Every text that a model would read in a request, in order."""
    match value:
        case str():
            return [value]
        case list():
            return [text for item in value for text in texts(item)]
        case dict():
            keys = (
                "system",
                "systemInstruction",
                "system_instruction",
                "instructions",
                "messages",
                "contents",
                "input",
            )
            return [text for key in (*keys, "prompt", "parts", "content", "text") for text in texts(value.get(key))]
        case _:
            return []


def _bearer(headers: Mapping[str, str]) -> str | None:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return (key if scheme.lower() == "bearer" else "") or headers.get("api-key")


# ---------------------------------------------------------------- OpenAI: /chat/completions and /responses


def _openai(said: Said, body: Object) -> Object:
    call: Json = {"id": "call_1", "type": "function", "function": {"name": said.tool, "arguments": "{}"}}
    message: Object = {"role": "assistant", "content": said.text, "refusal": None}
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
    if said.tool:
        message["tool_calls"] = [call]
    reason = "length" if said.cut_off else "tool_calls" if said.tool else "stop"
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": body.get("model") or "m",
        "choices": [] if said.nothing else [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": said.input_tokens,
            "completion_tokens": said.output_tokens,
            "total_tokens": said.input_tokens + said.output_tokens,
            "prompt_tokens_details": {"cached_tokens": said.cached_tokens},
        },
    }


def _openai_error(status: int, message: str) -> Object:
    kinds = {401: "invalid_request_error", 429: "rate_limit_error"}
    return {"error": {"message": message, "type": kinds.get(status, "server_error"), "param": None, "code": None}}


def _openai_problem(body: Object, headers: Mapping[str, str]) -> str | None:
    messages = objects(body.get("messages"))
    if not messages:
        return "Invalid 'messages': empty array."
    if any(m.get("role") not in {"system", "developer", "user", "assistant"} or not m.get("content") for m in messages):
        return "Invalid 'messages': a role or a content is missing."
    if not any(isinstance(body.get(name), int) for name in ("max_tokens", "max_completion_tokens")):
        return "the tests want a token limit in every request"
    return None


def _responses(said: Said, body: Object) -> Object:
    block: Json = {"type": "output_text", "text": said.text or "", "annotations": []}
    output: list[Json] = []
    if said.reasoning:
        output.append(
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": said.reasoning}]}
        )
    if said.tool:
        output.append(
            {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": said.tool, "arguments": "{}"}
        )
    elif not said.nothing:
        content: list[Json] = [] if said.text is None else [block]
        output.append(
            {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": content}
        )
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": "incomplete" if said.cut_off else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if said.cut_off else None,
        "error": None,
        "model": body.get("model") or "m",
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": said.input_tokens,
            "input_tokens_details": {"cached_tokens": said.cached_tokens},
            "output_tokens": said.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": said.input_tokens + said.output_tokens,
        },
    }


def _responses_problem(body: Object, headers: Mapping[str, str]) -> str | None:
    if not body.get("input"):
        return "Missing required parameter: 'input'."
    return None if isinstance(body.get("max_output_tokens"), int) else "the tests want a token limit in every request"


# ---------------------------------------------------------------- Anthropic: /v1/messages


def _anthropic(said: Said, body: Object) -> Object:
    choice, blocks = body.get("tool_choice"), list[Json]()
    if said.reasoning:
        blocks.append({"type": "thinking", "thinking": said.reasoning, "signature": "c2ln"})
    if said.tool:
        blocks.append({"type": "tool_use", "id": "toolu_1", "name": said.tool, "input": {}})
    elif isinstance(choice, dict) and choice.get("type") == "tool" and (answer := _as_object(said.text)) is not None:
        blocks.append({"type": "tool_use", "id": "toolu_1", "name": choice.get("name"), "input": answer})
    elif said.text is not None and not said.nothing:
        blocks.append({"type": "text", "text": said.text})
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body.get("model") or "m",
        "content": blocks,
        "stop_reason": "max_tokens" if said.cut_off else "tool_use" if said.tool else "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": said.input_tokens - said.cached_tokens - said.written_tokens,
            "cache_creation_input_tokens": said.written_tokens,
            "cache_read_input_tokens": said.cached_tokens,
            "output_tokens": said.output_tokens,
        },
    }


def _as_object(text: str | None) -> Object | None:
    try:
        value = json.loads(text or "")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _anthropic_error(status: int, message: str) -> Object:
    kinds = {
        400: "invalid_request_error",
        401: "authentication_error",
        429: "rate_limit_error",
        529: "overloaded_error",
    }
    return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": message}}


def _anthropic_problem(body: Object, headers: Mapping[str, str]) -> str | None:
    messages = objects(body.get("messages"))
    roles = [m.get("role") for m in messages]
    if "anthropic-version" not in headers:
        return "anthropic-version: header is required"
    if not isinstance(body.get("max_tokens"), int):
        return "max_tokens: Field required"
    if not roles or roles[0] != "user" or any(a == b for a, b in pairwise(roles)):
        return "messages: roles must alternate between user and assistant, starting with user"
    if not set(roles) <= {"user", "assistant"}:
        return "messages: Unexpected role"
    return None if all(m.get("content") for m in messages) else "messages: text content blocks must be non-empty"


# ---------------------------------------------------------------- Gemini: models/NAME:generateContent


def _gemini(said: Said, body: Object) -> Object:
    parts: list[Json] = []
    if said.reasoning:
        parts.append({"text": said.reasoning, "thought": True})
    if said.tool:
        parts.append({"functionCall": {"name": said.tool, "args": {}}})
    elif said.text is not None:
        parts.append({"text": said.text})
    candidate: Json = {
        "content": {"parts": parts, "role": "model"} if parts else {"role": "model"},
        "finishReason": "MAX_TOKENS" if said.cut_off else "STOP",
        "index": 0,
    }
    return {
        "candidates": [] if said.nothing else [candidate],
        "usageMetadata": {
            "promptTokenCount": said.input_tokens,
            "cachedContentTokenCount": said.cached_tokens,
            "candidatesTokenCount": said.output_tokens,
            "totalTokenCount": said.input_tokens + said.output_tokens,
        },
        "modelVersion": "m",
        "responseId": "r1",
    }


def _gemini_error(status: int, message: str) -> Object:
    kinds = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
    return {"error": {"code": status, "message": message, "status": kinds.get(status, "INTERNAL")}}


def _gemini_problem(body: Object, headers: Mapping[str, str]) -> str | None:
    contents = objects(body.get("contents"))
    roles = [c.get("role") for c in contents]
    if not roles:
        return "contents is not specified"
    if any(role not in {"user", "model"} for role in roles):
        return "Please use a valid role: user, model."
    settings = body.get("generationConfig")
    if not isinstance(settings, dict) or not isinstance(settings.get("max_output_tokens"), int):
        return "the tests want a token limit in every request"
    return None


# ---------------------------------------------------------------- Ollama: /api/chat; Cohere: /v2/chat


def _ollama(said: Said, body: Object) -> Object:
    message: Object = {} if said.nothing else {"role": "assistant", "content": said.text or ""}
    if said.reasoning:
        message["thinking"] = said.reasoning
    if said.tool:
        message["tool_calls"] = [{"function": {"name": said.tool, "arguments": {}}}]
    return {
        "model": body.get("model") or "m",
        "created_at": "2026-11-01T12:00:00.000000Z",
        "message": message,
        "done": True,
        "done_reason": "length" if said.cut_off else "stop",
        "total_duration": 1_000_000,
        "load_duration": 1_000,
        "prompt_eval_count": said.input_tokens,
        "eval_count": said.output_tokens,
    }


def _ollama_problem(body: Object, headers: Mapping[str, str]) -> str | None:
    if not objects(body.get("messages")):
        return "messages is required"
    options = body.get("options")
    if not isinstance(options, dict) or not isinstance(options.get("num_predict"), int):
        return "the tests want a token limit in every request"
    return None if body.get("stream") is False else "the tests want stream: false"


def _cohere(said: Said, body: Object) -> Object:
    content: list[Json] = [] if said.text is None or said.nothing else [{"type": "text", "text": said.text}]
    message: Object = {"role": "assistant", "content": content}
    if said.tool:
        call: Json = {"id": "c1", "type": "function", "function": {"name": said.tool, "arguments": "{}"}}
        message["tool_calls"] = [call]
    return {
        "id": "c1",
        "finish_reason": "MAX_TOKENS" if said.cut_off else "TOOL_CALL" if said.tool else "COMPLETE",
        "message": message,
        "usage": {
            "billed_units": {"input_tokens": said.input_tokens, "output_tokens": said.output_tokens},
            "tokens": {"input_tokens": said.input_tokens, "output_tokens": said.output_tokens},
        },
    }


def _nothing_required(headers: Mapping[str, str]) -> str | None:
    return ""


_PATHS = {
    "/chat/completions": "openai",
    "/responses": "responses",
    "/v1/messages": "anthropic",
    ":generateContent": "gemini",
    "/api/chat": "ollama",
    "/v2/chat": "cohere",
}

FORMATS: Mapping[str, Format] = {
    "openai": Format(success=_openai, error=_openai_error, key=_bearer, problem=_openai_problem),
    "responses": Format(success=_responses, error=_openai_error, key=_bearer, problem=_responses_problem),
    "anthropic": Format(
        success=_anthropic,
        error=_anthropic_error,
        key=lambda headers: headers.get("x-api-key"),
        problem=_anthropic_problem,
    ),
    "gemini": Format(
        success=_gemini,
        error=_gemini_error,
        key=lambda headers: headers.get("x-goog-api-key"),
        problem=_gemini_problem,
        no_key_status=403,
    ),
    "ollama": Format(
        success=_ollama,
        error=lambda status, message: {"error": message},
        key=_nothing_required,
        problem=_ollama_problem,
    ),
    "cohere": Format(
        success=_cohere, error=lambda status, message: {"message": message}, key=_bearer, problem=_openai_problem
    ),
}
