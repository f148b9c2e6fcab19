from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from reviewbot.model import Usage
from reviewbot.reviewers.catalog import Catalog, ModelInfo, Rates
from reviewbot.reviewers.endpoints import Endpoint, resolve

PRICES = {
    "sample_spec": {"litellm_provider": "one of https://docs.litellm.ai/docs/providers", "max_input_tokens": "many"},
    "gpt-5.6": {
        "litellm_provider": "openai",
        "mode": "chat",
        "max_input_tokens": 400_000,
        "max_output_tokens": 128_000,
        "input_cost_per_token": 4e-6,
        "output_cost_per_token": 2e-5,
        "cache_read_input_token_cost": 1e-6,
    },
    "gpt-5.3-codex": {"litellm_provider": "openai", "mode": "responses"},
    "claude-opus-4-6": {
        "litellm_provider": "anthropic",
        "max_input_tokens": 1_000_000,
        "input_cost_per_token": 5e-6,
        "output_cost_per_token": 2.5e-5,
        "cache_creation_input_token_cost": 6.25e-6,
        "cache_read_input_token_cost": 5e-7,
        "input_cost_per_token_above_200k_tokens": 1e-5,
        "output_cost_per_token_above_200k_tokens": 3.75e-5,
    },
    "gemini/gemini-x": {"litellm_provider": "gemini", "input_cost_per_token": 1e-6, "output_cost_per_token": "much"},
    "dashscope/qwen-x": {
        "litellm_provider": "dashscope",
        "tiered_pricing": [
            {"range": [0, 1000.0], "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6},
            {"range": [1000.0, 9000.0], "input_cost_per_token": 3e-6, "output_cost_per_token": 3e-6},
        ],
    },
    "gpt-5.5": {"litellm_provider": "azure", "input_cost_per_token": 9.0, "output_cost_per_token": 9.0},
}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "model_prices_and_context_window_backup.json").write_text(json.dumps(PRICES))
    (tmp_path / "provider_endpoints_support_backup.json").write_text('{"providers": {"databricks": {}, "a/b": {}}}')
    (tmp_path / "llms" / "openai_like").mkdir(parents=True)
    (tmp_path / "llms" / "openai_like" / "providers.json").write_text('{"nano-gpt": {}}')
    return Catalog(tmp_path)


def at(model: str, catalog: Catalog) -> Endpoint:
    return resolve(model, api_base=None, api_key_env=None, catalog=catalog)


def info(model: str, catalog: Catalog) -> ModelInfo:
    known = catalog.lookup(at(model, catalog))
    assert known is not None
    return known


def test_sizes_and_prices_are_those_of_the_list(catalog: Catalog) -> None:
    known = info("openai/gpt-5.6", catalog)

    assert (known.max_input_tokens, known.max_output_tokens) == (400_000, 128_000)
    assert known.rates == Rates(input=4e-6, output=2e-5, cache_read=1e-6)
    assert not known.responses_only
    assert info("openai/gpt-5.3-codex", catalog).responses_only


def test_a_cost_counts_each_token_once(catalog: Catalog) -> None:
    usage = Usage(input_tokens=1000, output_tokens=100, cached_tokens=600)

    assert info("openai/gpt-5.6", catalog).cost(usage) == pytest.approx(400 * 4e-6 + 600 * 1e-6 + 100 * 2e-5)


def test_what_is_written_to_the_cache_has_its_own_price(catalog: Catalog) -> None:
    usage = Usage(input_tokens=1000, output_tokens=0, cached_tokens=200)
    cost = info("anthropic/claude-opus-4-6", catalog).cost(usage, cache_written=300)

    assert cost == pytest.approx(500 * 5e-6 + 200 * 5e-7 + 300 * 6.25e-6)


def test_a_large_input_raises_the_price_of_all_of_it(catalog: Catalog) -> None:
    known = info("anthropic/claude-opus-4-6", catalog)

    assert known.cost(Usage(input_tokens=200_000, output_tokens=1)) == pytest.approx(200_000 * 5e-6 + 2.5e-5)
    assert known.cost(Usage(input_tokens=200_001, output_tokens=1)) == pytest.approx(200_001 * 1e-5 + 3.75e-5)


def test_prices_by_range_are_read(catalog: Catalog) -> None:
    known = info("dashscope/qwen-x", catalog)

    assert known.cost(Usage(input_tokens=10)) == pytest.approx(10e-6)
    assert known.cost(Usage(input_tokens=2000)) == pytest.approx(6000e-6)


def test_a_price_that_is_no_number_is_unknown_and_never_zero(catalog: Catalog) -> None:
    known = info("gemini/gemini-x", catalog)

    assert known.rates.output is None
    assert known.cost(Usage(input_tokens=1)) is None


def test_a_model_that_is_not_listed_is_unknown(catalog: Catalog) -> None:
    assert catalog.lookup(at("openai/gpt-9", catalog)) is None
    assert catalog.lookup(at("anthropic/gpt-5.6", catalog)) is None
    assert catalog.lookup(at("openai/gpt-5.5", catalog)) is None, "azure's entry is not openai's"


def test_an_aggregators_model_has_the_sizes_of_the_vendors_own_but_not_its_price(catalog: Catalog) -> None:
    known = info("openrouter/anthropic/claude-opus-4.6:beta", catalog)

    assert known.max_input_tokens == 1_000_000
    assert known.cost(Usage(input_tokens=1)) is None
    assert catalog.lookup(at("openrouter/anthropic/claude-opus-9", catalog)) is None


def test_providers_come_from_all_lists_and_the_table(catalog: Catalog) -> None:
    names = catalog.providers()

    assert {"openai", "databricks", "nano-gpt", "gemini", "ollama_chat"} <= names
    assert not any("/" in name or " " in name for name in names)


def test_a_bare_name_finds_the_provider_that_can_be_asked(catalog: Catalog) -> None:
    assert catalog.provider_of("claude-opus-4-6") == "anthropic"
    assert catalog.provider_of("gemini-x") == "gemini"
    assert catalog.provider_of("nothing") is None


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{", '{"gpt-5.6": 3}', '{"gpt-5.6": {}}', '{"gpt-5.6": {"mode": "\xff"}}', "\xff"]
)
def test_a_missing_or_broken_list_knows_no_price(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "model_prices_and_context_window_backup.json").write_text(text, encoding="latin-1")
    catalog = Catalog(tmp_path)

    known = catalog.lookup(at("openai/gpt-5.6", catalog))
    assert known is None or known.cost(Usage(input_tokens=1)) is None
    assert "openai" in catalog.providers()


def test_the_list_that_litellm_ships_is_read_without_importing_litellm() -> None:
    before = "litellm" in sys.modules
    catalog = Catalog()
    known = info("anthropic/claude-sonnet-4-5", catalog)

    assert known.max_input_tokens is not None
    assert known.max_input_tokens >= 200_000
    cost = known.cost(Usage(input_tokens=1000, output_tokens=1000))
    assert cost is not None
    assert 0.001 < cost < 1
    assert {"bedrock", "vertex_ai", "openrouter", "databricks"} <= catalog.providers()
    assert ("litellm" in sys.modules) is before
