"""Which rules are tried on a text, and what becomes of several secrets in it."""

from __future__ import annotations

from random import Random

import pytest
from secret_samples import pem, samples
from values import file, hunk

from reviewbot.model import Diff
from reviewbot.stages.redact import redact, redact_text
from reviewbot.stages.secrets.rules import RULES
from reviewbot.stages.secrets.search import suspects

TOKEN = next(sample.secret for sample in samples() if sample.rule == "github-token")
SHORT = "sgp_" + "0a1b2c3d4e" * 4


def names(text: str, path: str = "") -> list[str]:
    return [rule.name for rule in suspects(text, path)]


def test_an_ordinary_text_has_no_suspects() -> None:
    assert names("def total(items):\n    return sum(item.price for item in items)\n") == []
    assert names("") == []


def test_a_token_is_suspected_by_the_rules_that_a_hint_of_it_is_for() -> None:
    assert names(f"x = {TOKEN}") == ["github-token"]
    assert names("https://a.example/x?y=2") == ["url-password"]


def test_of_a_short_word_that_only_begins_like_a_token_there_are_no_suspects() -> None:
    assert names("ghp_abcdefghijk") == []
    assert names("ghp_abcdefghijkl") == ["github-token"]


def test_a_token_of_the_least_length_is_found() -> None:
    shortest = "LTAI" + "k3Jd8Q2mZx7L"
    assert len(shortest) == 16
    assert redact_text(f"id = {shortest}") == "id = [REDACTED:alibaba-key]"


def test_rules_for_random_values_are_tried_only_where_a_word_may_be_part_of_one() -> None:
    assert names("token = request.headers") == []
    assert names("token = k3Jd8Q2m") == ["hard-coded-secret"]
    assert names("token = k3Jd8Q2") == []
    assert names("token = " + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeF") == ["hard-coded-secret"]
    assert names("token = " + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDe") == []


def test_rules_of_files_are_tried_in_these_alone() -> None:
    assert "settings-password" in names("password: x", "a.yaml")
    assert "settings-password" not in names("password: x", "a.py")
    assert "settings-password" not in names("name: x", "a.yaml")
    assert "login-password" in names("password x", "home/.netrc")
    assert "login-password" not in names("password x", "a.yaml")


def test_a_hint_that_knows_no_case_is_in_small_letters_and_does_not_overlap_itself() -> None:
    hints = [hint for rule in RULES if rule.spaced for hint in rule.hint]
    assert all(hint == hint.lower() and len(hint) >= 2 for hint in hints)
    assert not [hint for hint in hints if any(hint.startswith(hint[at:]) for at in range(1, len(hint)))]


def test_a_placeholder_that_is_there_already_moves_nothing() -> None:
    assert redact_text(f"[REDACTED:jwt], {TOKEN}, b") == "[REDACTED:jwt], [REDACTED:github-token], b"


def test_the_name_in_a_placeholder_tells_of_no_secret_behind_it() -> None:
    line = "[REDACTED:github-token]: k3Jd8Q2mZx7Lp0Vw9Rt5Yb1N"
    assert redact_text(line) == line


def test_other_secrets_are_found_beside_a_private_key() -> None:
    key = pem(Random(7), lines=3)
    assert redact_text("\n".join([*key, TOKEN])).split("\n") == ["[REDACTED:private-key]"] * 5 + [
        "[REDACTED:github-token]"
    ]


def test_a_private_key_that_is_all_of_a_hunk_and_stays_is_one_secret() -> None:
    lines = "\n".join(f" {line}" for line in pem(Random(7), lines=3))
    assert len(redact(Diff(files=(file("k", hunk(lines)),))).secrets) == 1


def test_secrets_that_touch_are_two() -> None:
    clean = "a = [REDACTED:sourcegraph-token][REDACTED:github-token]"
    assert redact_text(f"a = {SHORT}{TOKEN}") == clean


@pytest.mark.parametrize("value", [f"a!{SHORT}!B9", f"{SHORT}!B9", f"a!{SHORT}"])
def test_secrets_that_overlap_are_one_as_long_as_both(value: str) -> None:
    assert redact_text(f'password = "{value}"') == 'password = "[REDACTED:sourcegraph-token]"'
