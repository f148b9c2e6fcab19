"""Who is asked when no configuration names reviewers."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from config_files import loaded

from reviewbot.config.panel import THROUGH_OPENROUTER, VENDORS, Entry, default_names, default_panel

_BLANK = ["", " ", "\t\n"]


def _panel(*names: str) -> list[tuple[str, str]]:
    return [(seat.entry.name, seat.key_name) for seat in default_panel(dict.fromkeys(names, "value"))]


def test_no_key_is_an_empty_panel() -> None:
    assert _panel() == []
    assert _panel("PATH", "ANTHROPIC_API", "OPENAI_API_KEY_OLD", "GITHUB_TOKEN") == []


@pytest.mark.parametrize("blank", _BLANK)
def test_a_key_that_is_set_to_nothing_is_not_set(blank: str) -> None:
    assert default_panel({"ANTHROPIC_API_KEY": blank, "OPENROUTER_API_KEY": blank}) == ()


def test_each_vendor_is_asked_when_its_key_is_set() -> None:
    assert _panel("OPENAI_API_KEY") == [("gpt", "OPENAI_API_KEY")]
    assert _panel("XAI_API_KEY", "ANTHROPIC_API_KEY") == [("claude", "ANTHROPIC_API_KEY"), ("grok", "XAI_API_KEY")]
    every = [name for entry in VENDORS for name in entry.key_names]
    assert [name for name, _ in _panel(*every)] == [entry.name for entry in VENDORS]


def test_a_vendor_with_two_names_for_its_key_is_asked_once() -> None:
    assert _panel("GOOGLE_API_KEY") == [("gemini", "GOOGLE_API_KEY")]
    assert _panel("GOOGLE_API_KEY", "GEMINI_API_KEY") == [("gemini", "GEMINI_API_KEY")]


def test_openrouter_alone_brings_three_vendors() -> None:
    assert _panel("OPENROUTER_API_KEY") == [(name, "OPENROUTER_API_KEY") for name in ("claude", "gpt", "gemini")]
    vendors = {entry.model.split("/")[1] for entry in THROUGH_OPENROUTER}
    assert vendors == {"anthropic", "openai", "google"}


def test_openrouter_beside_a_vendors_key_adds_nobody() -> None:
    assert _panel("OPENROUTER_API_KEY", "MISTRAL_API_KEY") == [("mistral", "MISTRAL_API_KEY")]


def test_a_reviewer_of_the_default_panel_has_every_default_of_the_schema() -> None:
    config = loaded(environ={"MISTRAL_API_KEY": "x"})
    configured = loaded("reviewers: [{name: mistral, model: m, api_key_env: MISTRAL_API_KEY}]\n").config.reviewers[0]
    reviewer = config.config.reviewers[0]
    assert (reviewer.timeout_s, reviewer.max_output_tokens) == (configured.timeout_s, configured.max_output_tokens)
    assert (reviewer.brief, reviewer.api_base, reviewer.params) == (None, None, {})
    assert reviewer.api_key_env == "MISTRAL_API_KEY"
    assert config.origins["reviewers[0].model"] == "default, MISTRAL_API_KEY is set"
    assert config.origins["reviewers[0].timeout_s"] == "default"


def test_names_are_unique_among_those_that_sit_together() -> None:
    for entries in (VENDORS, THROUGH_OPENROUTER):
        assert len({entry.name for entry in entries}) == len(entries)
    assert set(default_names()) == {entry.name for entry in (*VENDORS, *THROUGH_OPENROUTER)}


@pytest.mark.parametrize("entry", VENDORS, ids=lambda entry: entry.name)
def test_every_model_is_in_the_price_list_and_not_about_to_end(entry: Entry) -> None:
    spec = find_spec("litellm")
    assert spec is not None
    assert spec.origin is not None
    prices = json.loads((Path(spec.origin).parent / "model_prices_and_context_window_backup.json").read_text())
    listed = prices.get(entry.model) or prices[entry.model.split("/", 1)[1]]
    assert listed["mode"] == "chat"
    assert "deprecation_date" not in listed
    assert "preview" not in entry.model
    assert listed["litellm_provider"] == entry.model.split("/", 1)[0]
    assert listed["max_input_tokens"] >= 200_000
    assert listed["max_output_tokens"] >= 8_000
    assert 0 < listed["output_cost_per_token"] <= 15e-6
