"""The providers that reviewbot knows, and whose model a name stands for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Client = Literal["openai", "handler"]
"""How a call is given our HTTP client: an `openai.AsyncOpenAI` over it, or litellm's `AsyncHTTPHandler`."""


class Provider(Struct, frozen=True, kw_only=True):
    """One provider of litellm, as its documentation has it (https://docs.litellm.ai/docs/providers).

    `client` is measured: with the other kind litellm fails, or leaves our HTTP client aside without a word.
    """

    api_base: str | None
    """Its public address; None when every user has an own one."""
    keys: tuple[str, ...]
    """Variables that hold its key, tried in order."""
    client: Client
    keyless: bool = False
    """It can be asked without a key."""
    vendor: str | None = None
    """Whose models these are; None when it serves those of several."""
    route: str | None = None
    """The litellm provider that is called in its place, where litellm's own code for it goes around our client."""


def _openai_like(api_base: str | None, *keys: str, vendor: str | None = None, keyless: bool = False) -> Provider:
    return Provider(api_base=api_base, keys=keys, client="openai", vendor=vendor, keyless=keyless)


def _handled(api_base: str | None, *keys: str, vendor: str | None = None, keyless: bool = False) -> Provider:
    return Provider(api_base=api_base, keys=keys, client="handler", vendor=vendor, keyless=keyless)


def rerouted(api_base: str | None, *keys: str, vendor: str | None = None, keyless: bool = False) -> Provider:
    return Provider(api_base=api_base, keys=keys, client="openai", vendor=vendor, keyless=keyless, route="openai")


_OLLAMA = Provider(
    api_base="http://127.0.0.1:11434", keys=("OLLAMA_API_KEY",), client="handler", keyless=True, route="ollama_chat"
)
_COHERE = rerouted("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY", "CO_API_KEY", vendor="cohere")

PROVIDERS: Mapping[str, Provider] = {
    "openai": _openai_like("https://api.openai.com/v1", "OPENAI_API_KEY", vendor="openai"),
    "anthropic": _handled("https://api.anthropic.com", "ANTHROPIC_API_KEY", vendor="anthropic"),
    "gemini": _handled(
        "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY", "GOOGLE_API_KEY", vendor="google"
    ),
    "openrouter": _handled("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "OR_API_KEY"),
    "mistral": _handled("https://api.mistral.ai/v1", "MISTRAL_API_KEY", vendor="mistral"),
    "xai": _handled("https://api.x.ai/v1", "XAI_API_KEY", vendor="xai"),
    "deepseek": _handled("https://api.deepseek.com/beta", "DEEPSEEK_API_KEY", vendor="deepseek"),
    "moonshot": _openai_like("https://api.moonshot.ai/v1", "MOONSHOT_API_KEY", vendor="moonshot"),
    "zai": _openai_like("https://api.z.ai/api/paas/v4", "ZAI_API_KEY", vendor="zai"),
    "minimax": _handled("https://api.minimax.io/v1", "MINIMAX_API_KEY", vendor="minimax"),
    "dashscope": _openai_like("https://dashscope.aliyuncs.com/compatible-mode/v1", "DASHSCOPE_API_KEY", vendor="qwen"),
    "cohere": _COHERE,
    "cohere_chat": _COHERE,
    "perplexity": _openai_like("https://api.perplexity.ai", "PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"),
    "groq": rerouted("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "together_ai": _handled(
        "https://api.together.ai/v1", "TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY"
    ),
    "fireworks_ai": _handled(
        "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY"
    ),
    "cerebras": _openai_like("https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
    "deepinfra": _openai_like("https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY"),
    "nvidia_nim": _openai_like("https://integrate.api.nvidia.com/v1", "NVIDIA_NIM_API_KEY"),
    "sambanova": _openai_like("https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY"),
    "nebius": _openai_like("https://api.studio.nebius.ai/v1", "NEBIUS_API_KEY"),
    "novita": _openai_like("https://api.novita.ai/v3/openai", "NOVITA_API_KEY"),
    "hyperbolic": _openai_like("https://api.hyperbolic.xyz/v1", "HYPERBOLIC_API_KEY"),
    "vercel_ai_gateway": _openai_like("https://ai-gateway.vercel.sh/v1", "VERCEL_AI_GATEWAY_API_KEY"),
    "github": rerouted("https://models.github.ai/inference", "GITHUB_API_KEY"),
    "huggingface": rerouted("https://router.huggingface.co/v1", "HF_TOKEN", "HUGGINGFACE_API_KEY"),
    "azure": rerouted(None, "AZURE_API_KEY", "AZURE_OPENAI_API_KEY"),
    "azure_ai": _handled(None, "AZURE_AI_API_KEY"),
    "litellm_proxy": _openai_like(None, "LITELLM_PROXY_API_KEY"),
    "ollama": _OLLAMA,
    "ollama_chat": _OLLAMA,
    "lm_studio": _openai_like("http://127.0.0.1:1234/v1", "LM_STUDIO_API_KEY", keyless=True),
    "llamafile": _openai_like("http://127.0.0.1:8080/v1", "LLAMAFILE_API_KEY", keyless=True),
    "hosted_vllm": _handled(None, "HOSTED_VLLM_API_KEY", keyless=True),
}

_VENDORS: tuple[tuple[str, str], ...] = (
    (r"claude|anthropic", "anthropic"),
    (r"gemini|gemma|google", "google"),
    (r"gpt|chatgpt|codex|openai|o[134](?:-|$)", "openai"),
    (r"deepseek", "deepseek"),  # before the models that are distilled from it
    (r"nemotron|nvidia", "nvidia"),
    (r"[a-z]*stral|mistral\w*|mixtral", "mistral"),
    (r"(?:meta-?)?llama|codellama", "meta"),
    (r"qwen|qwq|qvq", "qwen"),
    (r"grok|x-?ai", "xai"),
    (r"kimi|moonshot(?:ai)?", "moonshot"),
    (r"glm|chatglm|z-?ai|zai-org|thudm", "zai"),
    (r"minimax(?:ai)?", "minimax"),
    (r"command|c4ai|cohere", "cohere"),
    (r"phi|microsoft", "microsoft"),
    (r"nova|amazon", "amazon"),
    (r"granite|ibm", "ibm"),
    (r"sonar|perplexity", "perplexity"),
)
BARE: Mapping[str, str] = {
    "anthropic": "anthropic",
    "openai": "openai",
    "google": "gemini",
    "mistral": "mistral",
    "xai": "xai",
    "deepseek": "deepseek",
}
"""Where a model that is named without its provider is called, by vendor, when litellm's list does not have it."""


def vendor_of(name: str) -> str | None:
    """The company behind a model, by the model's name; None when the name does not tell."""
    text = name.lower()
    for part in text.split("/"):
        for pattern, vendor in _VENDORS:
            if re.match(rf"(?:{pattern})(?![a-z])|.*[-_.:](?:{pattern})(?![a-z])", part):
                return vendor
    return None
