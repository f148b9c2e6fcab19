"""From a configured model name to the one address that is called: provider, vendor, host, key variable. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from reviewbot.config.checks import is_loopback
from reviewbot.config.tree import nearest
from reviewbot.errors import ConfigError
from reviewbot.reviewers.providers import BARE, PROVIDERS, Client, Provider, rerouted, vendor_of


class ModelList(Protocol):
    """What is known about providers and the models named without one."""

    def providers(self) -> Collection[str]: ...

    def provider_of(self, name: str) -> str | None: ...


class Endpoint(Struct, frozen=True, kw_only=True):
    """The one place where a configured model is asked."""

    model: str
    """As the configuration has it."""
    provider: str
    """litellm's name of the provider, for prices and messages."""
    vendor: str
    """The company whose model it is, e.g. "anthropic" whoever serves it."""
    route: str
    """The model as litellm is given it."""
    api_base: str
    """https, or http on loopback; without a slash at its end."""
    key_names: tuple[str, ...]
    """Environment variables that may hold the key, tried in order."""
    needs_key: bool
    client: Client

    token_limit: Literal["max_tokens", "max_completion_tokens"]
    """The parameter that bounds an answer. OpenAI's reasoning models refuse the old name, most others know no other."""

    @property
    def host(self) -> str:
        """For messages."""
        return urlsplit(self.api_base).hostname or ""


def resolve(model: str, *, api_base: str | None, api_key_env: str | None, catalog: ModelList) -> Endpoint:
    """Find where a model is asked. Raises ConfigError for a model, a provider or an address that cannot be used.

    A provider of litellm's that is not in PROVIDERS is asked in the OpenAI format, at the address and with the key
    that the configuration must then name.
    """
    provider, name = _split(model, catalog)
    known = PROVIDERS.get(provider) or _stranger(model, provider, api_base, api_key_env, catalog)
    base = api_base if api_base is not None else known.api_base
    if base is None:
        raise ConfigError(f'model "{model}": {provider} has no public address; set api_base to yours')
    base = _checked(base)
    if provider == "azure" and not base.endswith("/openai/v1"):
        base += "/openai/v1"
    default = base == known.api_base
    vendor = known.vendor if known.vendor and (default or provider != "openai") else _vendor(name, provider)
    by_openai = vendor == "openai" and (provider == "azure" or (provider == "openai" and default))
    return Endpoint(
        model=model,
        provider=provider,
        vendor=vendor,
        route=f"{known.route or provider}/{name}",
        api_base=base,
        key_names=known.keys if api_key_env is None else (api_key_env,),
        needs_key=not known.keyless or api_key_env is not None,
        client=known.client,
        token_limit="max_completion_tokens" if by_openai else "max_tokens",
    )


def _split(model: str, catalog: ModelList) -> tuple[str, str]:
    if not model.strip() or any(character.isspace() or not character.isprintable() for character in model):
        raise ConfigError(f"model {model!r} is no model name; write PROVIDER/MODEL, e.g. openai/gpt-5.6")
    provider, slash, name = model.partition("/")
    if slash and name:
        return provider, name
    bare = provider if not slash else ""
    found = catalog.provider_of(bare) or BARE.get(vendor_of(bare) or "")
    if not bare or found is None:
        raise ConfigError(
            f'model "{model}" does not say whose it is; write PROVIDER/MODEL, e.g. openai/{bare or "NAME"}'
        )
    return found, bare


def _stranger(model: str, provider: str, api_base: str | None, api_key_env: str | None, catalog: ModelList) -> Provider:
    names = catalog.providers()
    if provider not in names and provider not in PROVIDERS:
        near = nearest(provider, sorted({*names, *PROVIDERS}))
        hint = f'did you mean "{near}"?' if near else "write PROVIDER/MODEL, e.g. openai/gpt-5.6"
        raise ConfigError(f'model "{model}": litellm knows no provider "{provider}"; {hint}')
    if api_base is None or api_key_env is None:
        raise ConfigError(
            f'model "{model}": reviewbot has no address for {provider}; set api_base (where it speaks the OpenAI chat '
            "format) and api_key_env"
        )
    return rerouted(None)


def _vendor(name: str, provider: str) -> str:
    """By the model's name, part by part; an aggregator's VENDOR/MODEL with an unknown vendor keeps its word for it."""
    found = vendor_of(name)
    if found is not None:
        return found
    first, slash, _ = name.partition("/")
    return first.lower() if slash and provider == "openrouter" else provider


def _checked(api_base: str) -> str:
    """The address without slashes at its end. Raises ConfigError unless it is https, or http on loopback."""
    fault = _fault(api_base)
    if fault is not None:
        raise ConfigError(f"api_base {api_base!r} {fault}")
    return api_base.rstrip("/")


def _fault(api_base: str) -> str | None:
    if any(character.isspace() or not character.isprintable() for character in api_base):
        return "holds white space"
    try:
        parts = urlsplit(api_base)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        return f"is no address: {error}"
    if parts.username is not None or parts.password is not None:
        return "holds a user or password; put the key into the variable that api_key_env names"
    if not host or parts.scheme not in ("http", "https"):
        return "is no https address"
    if parts.query or parts.fragment or "?" in api_base or "#" in api_base or "\\" in api_base:
        return "holds a query; only scheme, host, port and path can be used"
    if parts.scheme == "http" and not is_loopback(host):
        return "would send the change and the key in plain text; http is for this machine (127.0.0.1) alone"
    return None


_OUR_PARAMS = frozenset(
    {
        *(
            "model",
            "messages",
            "max_tokens",
            "max_completion_tokens",
            "max_output_tokens",
            "n",
            "stream",
            "stream_options",
        ),
        *("response_format", "response_model", "timeout", "api_base", "base_url", "api_key", "api_version", "client"),
        *(
            "custom_llm_provider",
            "organization",
            "deployment_id",
            "model_list",
            "fallbacks",
            "num_retries",
            "max_retries",
        ),
        *("tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "web_search_options"),
        *("drop_params", "additional_drop_params", "mock_response", "extra_headers", "headers"),
    }
)
"""What a call sets itself, what would steer litellm instead of the model, and tools: reviewers get none."""


def check_params(model: str, params: Mapping[str, object], *, owned: Collection[str] = ()) -> None:
    """Raise ConfigError for a parameter that is not the model's. `owned`: more names that litellm keeps for itself."""
    inner = params.get("extra_body")
    names = [*params, *(inner if isinstance(inner, Mapping) else ())]
    refused = sorted({name for name in names if name in _OUR_PARAMS or name in owned})
    if refused:
        raise ConfigError(
            f'params of "{model}": {", ".join(refused)} cannot be set there; params are passed to the model '
            "(temperature, reasoning_effort ...), the rest has its own keys"
        )
