"""Prices and sizes of models, from the list that litellm ships. litellm itself is not imported: that takes seconds."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Raw, Struct, json
from msgspec.structs import replace

from reviewbot.model import Usage
from reviewbot.reviewers.endpoints import Endpoint
from reviewbot.reviewers.providers import PROVIDERS

_PRICES = "model_prices_and_context_window_backup.json"
_SUPPORT = "provider_endpoints_support_backup.json"
_OPENAI_LIKE = "llms/openai_like/providers.json"
_TIERS = (100_000, 128_000, 200_000, 272_000, 512_000)
"""Input sizes above which some providers charge more for the whole call."""

Entry = Mapping[str, object]


class Rates(Struct, frozen=True, kw_only=True):
    """USD per token. A rate that is not known is None; the cache's rates then are the input's."""

    input: float | None
    output: float | None
    cache_read: float | None = None
    cache_write: float | None = None


class ModelInfo(Struct, frozen=True, kw_only=True):
    """What is known about a model. Token limits are None when the list does not say."""

    max_input_tokens: int | None
    max_output_tokens: int | None
    rates: Rates
    tiers: tuple[tuple[int, Rates], ...] = ()
    """Other rates from above so many input tokens on, ascending."""
    responses_only: bool = False
    """OpenAI serves it through its Responses API and not as a chat completion."""

    def cost(self, usage: Usage, *, cache_written: int = 0) -> float | None:
        """USD for one call; None when a price is unknown. `cache_written` is a part of the input tokens."""
        rates = self.rates
        for above, tier in self.tiers:
            if usage.input_tokens > above:
                rates = tier
        if rates.input is None or rates.output is None:
            return None
        plain = max(0, usage.input_tokens - usage.cached_tokens - cache_written)
        return (
            plain * rates.input
            + usage.cached_tokens * (rates.input if rates.cache_read is None else rates.cache_read)
            + cache_written * (rates.input if rates.cache_write is None else rates.cache_write)
            + usage.output_tokens * rates.output
        )


class Catalog:
    """litellm's list, read at the first question and kept. Without litellm's files it is empty and knows no price."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where litellm is installed; found by itself when None."""
        self._folder = folder if folder is not None else _litellm_folder()

    @cached_property
    def _entries(self) -> Mapping[str, Raw]:
        """Each as the file has it, for of thousands a run wants a handful."""
        return self._read(_PRICES)

    def _entry(self, name: str) -> Entry | None:
        return _decoded(self._entries.get(name))

    def lookup(self, endpoint: Endpoint) -> ModelInfo | None:
        """The entry of an endpoint's model; None when the list does not have it."""
        name = endpoint.model.partition("/")[2] or endpoint.model
        for key in (f"{endpoint.provider}/{name}", name):
            entry = self._entry(key)
            if entry is not None and _same_provider(entry, endpoint.provider):
                return _info(entry)
        return self._borrowed(name) if endpoint.provider == "openrouter" else None

    def _borrowed(self, name: str) -> ModelInfo | None:
        """For an aggregator's VENDOR/MODEL: the sizes of the vendor's own entry. The price may be another."""
        model = name.rpartition("/")[2].partition(":")[0]
        for known in (model, model.replace(".", "-")):
            provider = self.provider_of(known)
            entry = self._entry(known) or self._entry(f"{provider}/{known}")
            if entry is not None:
                unknown = Rates(input=None, output=None)
                return replace(_info(entry), rates=unknown, tiers=(), responses_only=False)
        return None

    def providers(self) -> frozenset[str]:
        """Every provider that this litellm knows, as the first part of a model name."""
        entries = filter(None, map(self._entry, self._entries))
        listed = {str(entry.get("litellm_provider")) for entry in entries}
        listed.update(_decoded(self._read(_SUPPORT).get("providers")) or ())
        listed.update(self._read(_OPENAI_LIKE), PROVIDERS)
        return frozenset(name for name in listed if name.replace("_", "").replace("-", "").isalnum())

    def provider_of(self, name: str) -> str | None:
        """The provider of a model that is named without one, as `gpt-5.6`."""
        entry = self._entry(name)
        listed = None if entry is None else str(entry.get("litellm_provider"))
        if listed in PROVIDERS:
            return listed
        return next((provider for provider in PROVIDERS if f"{provider}/{name}" in self._entries), None)

    def _read(self, name: str) -> Mapping[str, Raw]:
        if self._folder is None:
            return {}
        try:
            return json.decode((self._folder / name).read_bytes(), type=dict[str, Raw])
        except (OSError, ValueError):
            return {}


def _decoded(raw: Raw | None) -> Entry | None:
    """None for what is no object; that a text in it is damaged shows only here."""
    try:
        value = None if raw is None else json.decode(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _litellm_folder() -> Path | None:
    spec = importlib.util.find_spec("litellm")
    locations: Iterable[str] = spec.submodule_search_locations or () if spec else ()
    return next((Path(location) for location in locations), None)


def _same_provider(entry: Entry, provider: str) -> bool:
    listed = str(entry.get("litellm_provider"))
    return listed == provider or {listed, provider} in ({"ollama", "ollama_chat"}, {"cohere", "cohere_chat"})


def _info(entry: Entry) -> ModelInfo:
    return ModelInfo(
        max_input_tokens=_count(entry, "max_input_tokens"),
        max_output_tokens=_count(entry, "max_output_tokens"),
        rates=_rates(entry),
        tiers=_tiers(entry),
        responses_only=entry.get("mode") == "responses",
    )


def _rates(entry: Entry, suffix: str = "") -> Rates:
    return Rates(
        input=_price(entry, "input_cost_per_token", suffix),
        output=_price(entry, "output_cost_per_token", suffix),
        cache_read=_price(entry, "cache_read_input_token_cost", suffix),
        cache_write=_price(entry, "cache_creation_input_token_cost", suffix),
    )


def _tiers(entry: Entry) -> tuple[tuple[int, Rates], ...]:
    """Rates by size of the input. The list has them as names with a size in them, or as a list of ranges."""
    named = ((above, f"_above_{above // 1000}k_tokens") for above in _TIERS)
    tiers = [(above, _rates(entry, suffix)) for above, suffix in named if f"input_cost_per_token{suffix}" in entry]
    ranges = entry.get("tiered_pricing")
    for tier in ranges if isinstance(ranges, list) else ():
        match tier:
            case {"range": [int() | float() as above, *_]}:
                tiers.append((int(above) or -1, _rates(tier)))
    return tuple(sorted(tiers, key=lambda tier: tier[0]))


def _price(entry: Entry, name: str, suffix: str) -> float | None:
    value = entry.get(name + suffix, entry.get(name))
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return float(value)


def _count(entry: Entry, name: str) -> int | None:
    value = entry.get(name)
    return int(value) if isinstance(value, int | float) and value > 0 else None
