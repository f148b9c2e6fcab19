"""What stands before a value decides whether it is a secret."""

from __future__ import annotations

import pytest
from values import file, hunk

from reviewbot.model import Diff
from reviewbot.stages.redact import redact, redact_text

VALUE = "k3Jd8Q2m" + "Zx7Lp0Vw" + "9Rt5Yb1N"
GONE = "[REDACTED:hard-coded-secret]"

KINDS_OF_KEYS = (
    *("access", "account", "api", "app", "auth", "client", "consumer", "encryption", "hmac", "jwt", "license"),
    *("master", "private", "service", "shared", "signing", "storage", "webhook"),
)
ABOUT_A_SECRET = (
    *("address", "alg", "algorithm", "arn", "class", "count", "date", "digest", "endpoint", "env", "error", "field"),
    *("file", "format", "hash", "header", "id", "identifier", "index", "label", "len", "length", "limit", "message"),
    *("method", "mode", "name", "names", "path", "paths", "pattern", "policy", "prefix", "provider", "regex", "role"),
    *("scope", "size", "state", "suffix", "template", "text", "ttl", "type", "uri", "url", "uuid", "version"),
)


@pytest.mark.parametrize("kind", KINDS_OF_KEYS)
@pytest.mark.parametrize("form", ["{}_key", "{}-key", "{}Key"])
def test_a_key_of_a_kind_that_opens_something_is_a_secret(kind: str, form: str) -> None:
    name = form.format(kind)
    assert redact_text(f'{name} = "{VALUE}"') == f'{name} = "{GONE}"'


@pytest.mark.parametrize("name", ["public_key", "primary_key", "sort-key", "cacheKey", "key_id"])
def test_a_key_of_another_kind_is_none(name: str) -> None:
    assert redact_text(f'{name} = "{VALUE}"') == f'{name} = "{VALUE}"'


@pytest.mark.parametrize("name", ["token", "session_token", "tokens", "token2", "credential", "db_secret_prod"])
def test_other_telling_names_need_no_kind(name: str) -> None:
    assert redact_text(f'{name} = "{VALUE}"') == f'{name} = "{GONE}"'


@pytest.mark.parametrize("name", ["next{}token", "page{}token", "continuation{}token"])
@pytest.mark.parametrize("joint", ["", "_", " "])
def test_a_token_that_tells_where_to_read_on_is_none(name: str, joint: str) -> None:
    line = f'"{name.format(joint)}": "{VALUE}"'
    assert redact_text(line) == line


@pytest.mark.parametrize("about", ABOUT_A_SECRET)
@pytest.mark.parametrize("form", ["token_{}", "secret-{}", "credential{}"])
def test_what_is_said_about_a_secret_is_none(about: str, form: str) -> None:
    line = f'{form.format(about)} = "{VALUE}"'
    assert redact_text(line) == line


@pytest.mark.parametrize("kind", ["{}Key", "{}Token", "{}Secret", "{}Password"])
def test_a_name_of_code_where_a_value_without_quotes_would_be_is_none(kind: str) -> None:
    line = "token: " + kind.format("MLKEM1024P384a7Kx2")
    assert redact_text(line) == line


@pytest.mark.parametrize("hint", ["password", "passwd", "passphrase", "pwd", "Password", "PASSWD", "PassPhrase"])
def test_a_name_of_a_password_is_known_in_capitals_and_in_small_letters(hint: str) -> None:
    assert redact_text(f'{hint} = "Kx8!b9cQ"') == f'{hint} = "[REDACTED:hard-coded-password]"'


@pytest.mark.parametrize("name", ["PASSWORD", "DB_PASSWD", "SSH_PASSPHRASE", "OLD_PWD", "MYSQL_PASS", "PASSWORD_2"])
def test_a_variable_of_a_shell_in_capitals_holds_a_password_without_quotes(name: str) -> None:
    assert redact_text(f"{name}=hunter2hunter") == f"{name}=[REDACTED:environment-password]"
    change = Diff(files=(file("a.py", hunk(f"+{name.lower()}=hunter2hunter")),))
    assert redact(change).diff is change


def test_a_name_within_a_value_that_is_none_is_looked_at_too() -> None:
    line = 'password = "test"; secret = "password = \'{}\'"'
    assert redact_text(line.format("Kx8!b9cQ")) == line.format("[REDACTED:hard-coded-password]")
