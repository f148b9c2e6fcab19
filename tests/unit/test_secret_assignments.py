"""What a name and its surroundings give away: in some files only, on the next line, and what beside it is no secret."""

from __future__ import annotations

import pytest
from values import file, hunk

from reviewbot.model import Diff, LineKind, Side
from reviewbot.stages.redact import Redacted, redact, redact_text

CHOSEN = "Mango" + "4821!"
PLAIN = "abc" + "482" + "wxyz"
HEX = "3f9a1c77" + "b2d84e60" + "a95c1e2d" + "7780fb41"


def redacted(path: str, lines: str) -> Redacted:
    return redact(Diff(files=(file(path, hunk(lines)),)))


def texts(of: Redacted) -> list[str]:
    return [line.text for f in of.diff.files for h in f.hunks for line in h.lines]


INNOCENT = [
    # a name alone, prose, and what a name stands for
    "You can pass `strict=True` to enable it.",
    "Cannot pass 'force_download=True' and 'local_files_only=True'.",
    "bypass = 'Passthrough1!x'",
    '#define PASSWORD_FIELD "password_field_1"',
    'password = "Enter your Password 1!"',
    'password: "Must have 8 characters, 1 digit"',
    'password = "oauth2_password"',
    'password = "my-password-7d9f8b6c5"',
    'password = "pbkdf2_sha256"',
    'password = "2024-01-15"',
    'password = "%env(resolve:DB_PASSWORD2)%"',
    'password: "%DB_PASSWORD_2%"',
    '"password": "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/Pw1)"',
    f'password_sha1 = "{HEX}da39a3ee"',
    f"commit_token: {HEX}a95c1e2d",
    'PublicKeyToken="b77a5c561934e089"',
    "  password: AgBy8hCi" + "s7Qx9" * 140,
    # tokens and keys that are none
    'token = "InvalidToken"',
    'token: "Ctrl+Shift1"',
    '"ChangeToken": "abcd12f2-46da-4fdb-b8d5-fbd4c466928f"',
    'client_token = "bcd2f1b8-9a78-44d3-8a7a-4dd07d7cf635"',
    'secret = "550e8400-e29b-41d4-a716-446655440000"',
    f'cache_key = "{HEX}"',
    f'key = "{HEX}{HEX}"',
    'publicKey: "pQ7xN2vT9kL4mZ8cR5wY1sB6dF3gH0jK"',
    "mlkem_key: mlkem.MLKEM1024PrivateKey,",
    'PAT = r"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"',
    'seed = "the quick brown fox jumps over the lazy dog and then sleeps until morning"',
    "https://api.corp/x?key=customer_name&sort=asc",
    "define('AUTH_KEY', 'put your unique phrase here, and make it a long one please');",
    # flags, defaults, SQL
    "tool --password PASSWORD --token TOKEN",
    "tool --password $DB_PASSWORD_1",
    "tool --key customer-records-2024",
    "password: ${DB_PASSWORD:-changeme1}",
    "url: ${BASE_URL:http://localhost:8080}",
    "`${a.password:x}`",
    "ALTER USER a IDENTIFIED BY 'password';",
    "sed -n -unbuffered a:b",
    # pairs
    "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db-password-1}",
    '{"name": "password", "value": "password"}',
    '{name:"password",value:state1.password2}',
    'cache(key="auth_token", value=token_b64x1)',
    'variable "db_password" {\n  type = string\n}\nvariable "region" {\n  default = "eu-west-1a2b3c"\n}',
    'password =\n  "changeme"',
    "match((usedToken) =>\n  incompatibleTokens2.includes(usedToken.token4x9))",
    'token:\n  description: "Version1.2 of it"',
    "accounts: [\n  process.env.PRIVATE_KEY_1,\n]",
    '{"d": "M10 20h30v40z"}',
]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("path", ["run.sh", ".bashrc", "setup.ps1", "go.bat", "notes.txt", "ci.log", "README.md"])
def test_in_scripts_and_text_a_password_needs_no_quotes(path: str) -> None:
    assert texts(redacted(path, f"+password={PLAIN}12")) == ["password=[REDACTED:unquoted-password]"]


@pytest.mark.parametrize("path", ["a.py", "a.js", "Main.java"])
def test_in_code_a_word_without_quotes_is_a_name(path: str) -> None:
    assert texts(redacted(path, f"+password={PLAIN}12")) == [f"password={PLAIN}12"]


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("path", ["hosts", "inventory", ".wgetrc", ".gitconfig", "app.service", "a.hcl", "config"])
def test_more_files_hold_settings(path: str) -> None:
    assert texts(redacted(path, f"+password = {PLAIN}")) == ["password = [REDACTED:settings-password]"]


def test_a_password_of_pgpass_is_the_last_field() -> None:
    line = "db.corp:5432:app:deploy:"
    assert texts(redacted(".pgpass", f"+{line}{PLAIN}")) == [f"{line}[REDACTED:pgpass-password]"]
    assert texts(redacted(".pgpass", f"+*:*:app:deploy:{PLAIN}")) == ["*:*:app:deploy:[REDACTED:pgpass-password]"]
    assert redacted("a.txt", f"+{line}{PLAIN}").secrets == ()


@pytest.mark.requirement("R23")
def test_a_value_below_its_name_is_found_on_each_side_of_a_change() -> None:
    lines = f" - name: DB_PASSWORD\n-  value: {PLAIN}\n+  value: {PLAIN}9\n x"
    of = redacted("deploy.yaml", lines)
    assert texts(of) == ["- name: DB_PASSWORD", *["  value: [REDACTED:named-secret]"] * 2, "x"]
    assert [(secret.side, secret.line_kind) for secret in of.secrets] == [
        (Side.LEFT, LineKind.REMOVED),
        (Side.RIGHT, LineKind.ADDED),
    ]


def test_a_line_that_both_sides_have_is_one_secret() -> None:
    of = redacted("deploy.yaml", f" - name: DB_PASSWORD\n   value: {PLAIN}\n+x: 1\n-y: 2")
    assert [secret.line_kind for secret in of.secrets] == [LineKind.CONTEXT]


def test_lines_that_do_not_follow_each_other_are_no_pair() -> None:
    lines = f"-- name: DB_PASSWORD\n-  valueFrom: a\n+  value: {PLAIN}"
    assert redacted("deploy.yaml", lines).secrets == ()


def test_each_key_of_a_list_of_accounts_is_found() -> None:
    keys = [f'"0x{sign}{HEX[1:]}{HEX}"' for sign in "abc"]
    clean = redact_text(f"accounts: [{', '.join(keys)}]")
    assert clean == "accounts: [" + ", ".join(['"[REDACTED:wallet-key]"'] * 3) + "]"
