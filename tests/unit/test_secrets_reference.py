"""docs/secrets.md says what the rules are."""

from __future__ import annotations

import re

from secrets_reference import DOCUMENT, table, with_table

from reviewbot.config.schema import load_schema
from reviewbot.stages.hidden_characters import Kind
from reviewbot.stages.secrets.rules import IN_FILES, PRIVATE_KEY, RULES

_TEXT = DOCUMENT.read_text("utf-8")


def test_the_table_is_what_make_docs_writes() -> None:
    assert with_table(_TEXT) == _TEXT, "run `make docs`"


def test_r23_the_table_has_every_rule_and_there_are_many_more_than_forty() -> None:
    names = re.findall(r"^\| `([a-z0-9-]+)` \|", table(), re.MULTILINE)
    assert sorted(names) == sorted(rule.name for rule in (*RULES, PRIVATE_KEY, *(rule for rule, _ in IN_FILES)))
    assert len(names) > 100


def test_the_values_of_the_key_are_those_of_the_schema() -> None:
    properties = load_schema()["properties"]
    assert isinstance(properties, dict)
    key = properties["secrets"]
    assert isinstance(key, dict)
    assert re.findall(r"^\| `(redact|block|off)` \|", _TEXT, re.MULTILINE) == key["enum"]


def test_every_kind_of_hidden_text_is_told_with_its_severity() -> None:
    section = _TEXT.partition("## Hidden text")[2].partition("## How often")[0]
    told = re.findall(r"^\| [^|]+ \| (critical|high|medium|low) \|", section, re.MULTILINE)
    assert sorted(told) == sorted([*(kind.severity.value for kind in Kind), "medium"])
