from __future__ import annotations

from collections.abc import Collection

import pytest

from reviewbot.errors import ConfigError
from reviewbot.reviewers.endpoints import Endpoint, check_params, resolve
from reviewbot.reviewers.providers import PROVIDERS


class Listed:
    """A small list of models, in place of litellm's."""

    def providers(self) -> Collection[str]:
        return {"openai", "anthropic", "databricks", "bedrock"}

    def provider_of(self, name: str) -> str | None:
        return {"gpt-5.6": "openai", "claude-opus-5": "anthropic"}.get(name)


def found(model: str, api_base: str | None = None, api_key_env: str | None = None) -> Endpoint:
    return resolve(model, api_base=api_base, api_key_env=api_key_env, catalog=Listed())


@pytest.mark.parametrize(
    ("model", "provider", "vendor", "api_base", "key"),
    [
        ("openai/gpt-5.6", "openai", "openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ("anthropic/claude-opus-4-6", "anthropic", "anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
        (
            "gemini/gemini-2.5-pro",
            "gemini",
            "google",
            "https://generativelanguage.googleapis.com/v1beta",
            "GEMINI_API_KEY",
        ),
        ("openrouter/x-ai/grok-4", "openrouter", "xai", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        ("ollama_chat/qwen3-coder:30b", "ollama_chat", "qwen", "http://127.0.0.1:11434", "OLLAMA_API_KEY"),
    ],
)
def test_a_known_provider_brings_its_address_and_key(
    model: str, provider: str, vendor: str, api_base: str, key: str
) -> None:
    endpoint = found(model)

    assert (endpoint.provider, endpoint.vendor, endpoint.api_base) == (provider, vendor, api_base)
    assert endpoint.key_names[0] == key


@pytest.mark.parametrize(
    ("model", "vendor"),
    [
        ("openrouter/anthropic/claude-opus-4.6", "anthropic"),
        ("openrouter/google/gemini-2.5-pro", "google"),
        ("openrouter/mistralai/devstral-medium", "mistral"),
        ("openrouter/moonshotai/kimi-k3", "moonshot"),
        ("openrouter/z-ai/glm-5", "zai"),
        ("openrouter/somebody/something", "somebody"),
        ("groq/llama-3.3-70b-versatile", "meta"),
        ("groq/openai/gpt-oss-120b", "openai"),
        ("together_ai/Qwen/Qwen3-Coder", "qwen"),
        ("together_ai/deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "deepseek"),
        ("fireworks_ai/accounts/fireworks/models/deepseek-v3", "deepseek"),
        ("nvidia_nim/nvidia/llama-3.3-nemotron-super-49b", "nvidia"),
        ("perplexity/sonar-pro", "perplexity"),
        ("groq/whatever", "groq"),
        ("openrouter/auto", "openrouter"),
    ],
)
def test_who_serves_a_model_does_not_hide_whose_it_is(model: str, vendor: str) -> None:
    assert found(model).vendor == vendor


def test_a_model_behind_an_own_openai_address_is_not_openais() -> None:
    assert found("openai/qwen3", "http://127.0.0.1:8000/v1").vendor == "qwen"
    assert found("openai/gpt-oss-20b", "http://127.0.0.1:8000/v1").vendor == "openai"


@pytest.mark.parametrize(
    ("model", "provider"),
    [("gpt-5.6", "openai"), ("claude-opus-5", "anthropic"), ("claude-opus-9", "anthropic"), ("gemini-7-pro", "gemini")],
)
def test_a_bare_name_finds_its_provider(model: str, provider: str) -> None:
    endpoint = found(model)

    assert endpoint.provider == provider
    assert endpoint.route == f"{provider}/{model}"
    assert endpoint.model == model


@pytest.mark.parametrize("model", ["foo", "", " ", "/", "openai/", "openai/ x", "openai/a\nb", "openai/a\x1bb"])
def test_a_name_without_a_provider_is_an_error_that_says_how_to_write_it(model: str) -> None:
    with pytest.raises(ConfigError, match="PROVIDER/MODEL"):
        found(model)


def test_an_unknown_provider_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r'"antropic/x".*no provider "antropic"; did you mean "anthropic"\?'):
        found("antropic/x")


def test_a_provider_of_litellms_without_an_address_here_needs_one_from_the_person() -> None:
    with pytest.raises(ConfigError, match=r"set api_base .* and api_key_env"):
        found("databricks/dbrx")

    endpoint = found("databricks/dbrx", "https://x.databricks.example/serving", "DATABRICKS_TOKEN")

    assert (endpoint.provider, endpoint.route, endpoint.client) == ("databricks", "openai/dbrx", "openai")
    assert endpoint.key_names == ("DATABRICKS_TOKEN",)


def test_azure_is_asked_through_its_openai_address() -> None:
    with pytest.raises(ConfigError, match="set api_base to yours"):
        found("azure/my-deployment")

    for base in ("https://me.openai.azure.com", "https://me.openai.azure.com/openai/v1/"):
        endpoint = found("azure/my-deployment", base)
        assert (endpoint.api_base, endpoint.route) == (
            "https://me.openai.azure.com/openai/v1",
            "openai/my-deployment",
        )


@pytest.mark.requirement("R4")
def test_a_named_key_variable_is_the_only_one_tried_and_is_needed() -> None:
    assert found("gemini/gemini-2.5-pro").key_names == ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    assert found("gemini/gemini-2.5-pro", api_key_env="MINE").key_names == ("MINE",)
    assert not found("ollama_chat/llama3").needs_key
    assert found("ollama_chat/llama3", api_key_env="MINE").needs_key


@pytest.mark.requirement("R4")
@pytest.mark.parametrize(
    "api_base",
    [
        "https://llm.example",
        "https://llm.example:8443/v1/",
        "https://[2001:db8::1]/v1",
        "http://127.0.0.1:11434",
        "http://127.8.9.1",
        "http://localhost:1/v1",
        "http://[::1]:8080/v1",
    ],
)
def test_https_and_http_on_this_machine_are_addresses(api_base: str) -> None:
    assert found("openai/x", api_base).api_base == api_base.rstrip("/")


@pytest.mark.requirement("R4")
@pytest.mark.parametrize(
    "api_base",
    [
        "http://llm.example/v1",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0",
        "http://127.1",
        "http://[::ffff:127.0.0.1]",
        "https://user:word@llm.example",
        "https://user@llm.example",
        "http://127.0.0.1@evil.example",
        "https://llm.example/v1?key=1",
        "https://llm.example/v1?",
        "https://llm.example/#x",
        "https://evil.example\\@llm.example",
        "https://llm.example/\nHost: evil.example",
        "https:// llm.example",
        "https://llm.example:99999",
        "https://[::1",
        "https:///v1",
        "ftp://llm.example",
        "file:///etc/passwd",
        "llm.example/v1",
        "",
    ],
)
def test_anything_else_is_no_address(api_base: str) -> None:
    with pytest.raises(ConfigError, match="api_base"):
        found("openai/x", api_base)


@pytest.mark.requirement("R4")
def test_every_provider_of_the_table_has_a_key_and_a_safe_address() -> None:
    for name, provider in PROVIDERS.items():
        assert provider.keys, name
        endpoint = found(f"{name}/x", None if provider.api_base else "https://llm.example")
        assert endpoint.host
        assert endpoint.needs_key is not provider.keyless


def test_openai_itself_is_given_its_newer_name_of_the_token_limit() -> None:
    assert found("openai/gpt-9").token_limit == "max_completion_tokens"
    assert found("azure/gpt-9", "https://me.openai.azure.com").token_limit == "max_completion_tokens"
    assert found("openai/gpt-9", "http://127.0.0.1:1/v1").token_limit == "max_tokens"
    assert found("mistral/m").token_limit == "max_tokens"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"temperature": 0, "reasoning_effort": "high", "thinking": {"type": "enabled"}, "num_ctx": 32_768},
        {"extra_body": {"reasoning": {"effort": "low"}}},
    ],
)
def test_parameters_of_the_model_are_taken(params: dict[str, object]) -> None:
    check_params("m", params, owned={"cache"})


@pytest.mark.requirement("R4", "R12")
@pytest.mark.parametrize(
    "name",
    ["api_base", "base_url", "api_key", "model", "messages", "tools", "functions", "stream", "max_tokens", "client"],
)
def test_parameters_that_steer_the_call_are_refused_wherever_they_stand(name: str) -> None:
    for params in ({name: "x"}, {"extra_body": {name: "x"}}):
        with pytest.raises(ConfigError, match=name):
            check_params("m", params)


def test_parameters_that_litellm_keeps_for_itself_are_refused() -> None:
    with pytest.raises(ConfigError, match=r'params of "m": cache cannot be set there'):
        check_params("m", {"cache": True, "temperature": 0}, owned={"cache"})
