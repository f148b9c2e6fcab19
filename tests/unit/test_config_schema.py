"""The schema is the one source of keys and defaults; what it says is what the documentation and the values say."""

from __future__ import annotations

import json

import pytest
from config_files import loaded
from jsonschema import Draft202012Validator

from reviewbot.config.schema import Key, key_name, load_schema, schema_text, top, walk
from reviewbot.config.values import (
    Config,
    GateConfig,
    HookConfig,
    Json,
    LimitsConfig,
    NetworkConfig,
    PathRule,
    ReviewerConfig,
)
from reviewbot.model import Severity

_DEFAULTS: dict[str, Json] = {
    "reviewers": [],
    "reviewers[].api_base": None,
    "reviewers[].api_key_env": None,
    "reviewers[].brief": None,
    "reviewers[].instructions": None,
    "reviewers[].timeout_s": 120,
    "reviewers[].max_output_tokens": 8000,
    "reviewers[].params": {},
    "paths": [],
    "paths[].instructions": None,
    "paths[].reviewers": None,
    "instructions": ["AGENTS.md", "REVIEW.md"],
    "exclude": ["**/*.lock", "vendor/**"],
    "context_lines": 10,
    "gate": {},
    "gate.fail_on": "high",
    "gate.min_agreement": 2,
    "gate.quorum": None,
    "gate.on_incomplete": "fail",
    "gate.on_missing_keys": "pass",
    "publish": {},
    "publish.min_severity": "medium",
    "publish.max_inline": 10,
    "publish.solo": "high",
    "publish.summary": "always",
    "publish.check_run": False,
    "publish.skip": {},
    "publish.skip.drafts": True,
    "publish.skip.authors": ["dependabot[bot]"],
    "publish.skip.labels": ["skip-review"],
    "limits": {},
    "limits.deadline_s": 300,
    "limits.max_cost_usd": 1.0,
    "limits.max_concurrency": 8,
    "hook": {},
    "hook.mode": "block",
    "hook.fail_on": "high",
    "hook.min_agreement": None,
    "hook.reviewers": None,
    "hook.deadline_s": 120,
    "hook.on_incomplete": "pass",
    "secrets": "redact",
    "cache": True,
    "network": {},
    "network.trust_env": False,
    "network.ca_bundle": None,
}
_REQUIRED = {"reviewers[].name", "reviewers[].model", "paths[].match"}
_ROOT = top(load_schema())


def _keys() -> dict[str, Key]:
    return {key_name(_ROOT, names): key for names, key in walk(_ROOT)}


def _subschemas(schema: Json) -> list[dict[str, Json]]:
    if isinstance(schema, list):
        return [found for item in schema for found in _subschemas(item)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(found for value in schema.values() for found in _subschemas(value))]


def test_the_defaults_are_those_that_are_promised() -> None:
    assert {name: key.default for name, key in _keys().items() if name not in _REQUIRED} == _DEFAULTS
    assert set(_keys()) == set(_DEFAULTS) | _REQUIRED


def test_every_key_says_what_it_is_for() -> None:
    for name, key in _keys().items():
        assert key.description.endswith("."), name


def test_the_schema_is_a_json_schema_of_2020_12() -> None:
    schema = load_schema()
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


def test_every_default_fits_its_own_key() -> None:
    for schema in _subschemas(load_schema()):
        if "default" in schema and "description" in schema:
            Draft202012Validator(schema).validate(schema["default"])


def test_no_mapping_takes_keys_that_it_does_not_know_except_params() -> None:
    open_ones = [s for s in _subschemas(load_schema()) if s.get("type") == "object" and "additionalProperties" not in s]
    assert [schema["default"] for schema in open_ones] == [{}]
    assert "Passed to the model call" in str(open_ones[0]["description"])
    assert all(s["additionalProperties"] is False for s in _subschemas(load_schema()) if "additionalProperties" in s)


def test_every_pattern_says_its_rule_in_words() -> None:
    assert all("x-rule" in schema for schema in _subschemas(load_schema()) if "pattern" in schema)


def test_the_printed_schema_is_the_one_that_is_used() -> None:
    assert json.loads(schema_text()) == load_schema()


@pytest.mark.parametrize(
    ("section", "values", "apart"),
    [
        ("", Config, set()),
        ("gate", GateConfig, set()),
        ("limits", LimitsConfig, set()),
        ("network", NetworkConfig, set()),
        ("hook", HookConfig, set()),
        ("reviewers", ReviewerConfig, {"instructions"}),
        ("paths", PathRule, set()),
    ],
)
def test_the_values_have_a_field_for_every_key(
    section: str, values: type[Config | GateConfig | ReviewerConfig], apart: set[str]
) -> None:
    """`instructions` of a reviewer become its brief; what is ignored stands in a file of its own."""
    below = _ROOT.keys[section].keys if section else _ROOT.keys
    keys = set(below)
    assert set(values.__struct_fields__) - {"ignored"} == keys - apart


def test_the_values_of_an_empty_configuration_are_the_defaults() -> None:
    config = loaded("").config
    assert config == loaded(None).config
    assert config.gate == GateConfig(
        fail_on=Severity.HIGH, min_agreement=2, quorum=None, on_incomplete="fail", on_missing_keys="pass"
    )
    assert config.limits == LimitsConfig(deadline_s=300.0, max_cost_usd=1.0, max_concurrency=8)
    assert config.hook == HookConfig(
        mode="block",
        fail_on=Severity.HIGH,
        min_agreement=2,
        reviewers=None,
        deadline_s=120.0,
        on_incomplete="pass",
    )
    assert config.network == NetworkConfig(trust_env=False, ca_bundle=None)
    assert (config.secrets, config.context_lines, config.exclude) == ("redact", 10, ("**/*.lock", "vendor/**"))


def test_a_full_configuration_arrives_whole() -> None:
    config = loaded(
        """\
reviewers:
  - name: local
    model: ollama_chat/m
    api_base: http://127.0.0.1:11434
    api_key_env: LOCAL_KEY
    instructions: |
      Look for races.
    timeout_s: 7.5
    max_output_tokens: 100
    params: {temperature: 0.2, stop: [a, no], deep: {x: null, y: true}}
paths:
  - match: "db/**"
    instructions: Can it be rolled back?
    reviewers: [local]
instructions: []
exclude: []
context_lines: 3
gate: {fail_on: medium, min_agreement: 1, quorum: 1, on_incomplete: pass, on_missing_keys: fail}
limits: {deadline_s: 9.5, max_cost_usd: null, max_concurrency: 2.0}
secrets: block
network: {trust_env: true, ca_bundle: /etc/ssl/own.pem}
"""
    ).config
    reviewer = config.reviewers[0]
    assert (reviewer.name, reviewer.model, reviewer.api_base, reviewer.api_key_env) == (
        "local",
        "ollama_chat/m",
        "http://127.0.0.1:11434",
        "LOCAL_KEY",
    )
    assert reviewer.brief is not None
    assert (reviewer.brief.source, reviewer.brief.text) == ("inline", "Look for races.\n")
    assert (reviewer.timeout_s, reviewer.max_output_tokens) == (7.5, 100)
    assert reviewer.params == {"temperature": 0.2, "stop": ["a", "no"], "deep": {"x": None, "y": True}}
    assert config.paths == (PathRule(match="db/**", instructions="Can it be rolled back?", reviewers=("local",)),)
    assert (config.instructions, config.exclude, config.context_lines) == ((), (), 3)
    assert config.gate == GateConfig(
        fail_on=Severity.MEDIUM, min_agreement=1, quorum=1, on_incomplete="pass", on_missing_keys="fail"
    )
    assert config.limits == LimitsConfig(deadline_s=9.5, max_cost_usd=None, max_concurrency=2)
    assert type(config.limits.max_concurrency) is int
    assert config.secrets == "block"
    assert config.network == NetworkConfig(trust_env=True, ca_bundle="/etc/ssl/own.pem")


def test_every_value_has_an_origin() -> None:
    origins = loaded("reviewers:\n  - {name: a, model: b}\npaths:\n  - match: x\ngate:\n  quorum: null\n").origins
    leaves = {name for name, key in _keys().items() if not key.keys}
    expected = {"source"} | {name.replace("[]", "[0]") for name in leaves}
    assert set(origins) == expected
    assert origins["gate.quorum"] == ".reviewbot.yaml:6"
    assert origins["reviewers[0].model"] == ".reviewbot.yaml:2"
    assert origins["paths[0].reviewers"] == "default"
