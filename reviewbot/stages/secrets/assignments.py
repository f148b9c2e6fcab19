"""Secrets that a telling name gives away: names, what gives them a value, and values."""

from __future__ import annotations

from reviewbot.stages.secrets.formats import Rule
from reviewbot.stages.secrets.grammar import (
    GIVEN,
    NEAR,
    PASSES,
    PASSWORDS,
    PUBLIC,
    QUOTED,
    REST,
    SHORT,
    TELLING,
    UNQUOTED,
    WHOLE,
    behind,
    beside,
)
from reviewbot.stages.secrets.values import (
    is_filled_in,
    is_key,
    is_mnemonic,
    is_password,
    is_random,
    is_set_password,
    is_stated,
    is_token,
    is_url_password,
)

_FLAGS = ("-password", "-passwd", "-passphrase", "-pass", "-pwd", "-pw")

ASSIGNED: tuple[Rule, ...] = (
    beside(
        "wordpress-key",
        "WordPress key or salt",
        r"[\"'][ \t]{0,8}+,[ \t]{0,40}+(?P<mark>[\"'])(?P<secret>(?:(?!(?P=mark))[^\r\n\\]|\\.){40,128}+)(?=(?P=mark))",
        "auth_key",
        "logged_in_key",
        "nonce_key",
        "auth_salt",
        "logged_in_salt",
        "nonce_salt",
        accept=is_filled_in,
    ),
    beside(
        "xml-password",
        "Password in XML",
        r"(?P<secret>[^\s<>]{6,128}+)</",
        "password>",
        "passwd>",
        "passphrase>",
        "pass>",
        accept=is_set_password,
    ),
    beside(
        "environment-password",
        "Password in a variable",
        # As a shell and its like set one: in capitals, without blanks, to the end of the word.
        rf"(?=[A-Za-z0-9_.-]{{0,24}}+=){REST}(?<=[A-Z0-9_]{{4}})=(?P<quote>[\"'])?(?P<secret>{UNQUOTED}{{8,128}}+)"
        r"(?(quote)(?P=quote))(?=[\s\"']|\\n|\Z)",
        *PASSES,
        accept=is_set_password,
    ),
    beside(
        "hard-coded-password",
        "Hard-coded password",
        rf"{NEAR}{WHOLE}{REST}{QUOTED}",
        *PASSWORDS,
        *SHORT,
        accept=is_password,
    ),
    beside(
        "hard-coded-secret-key",
        "Hard-coded secret key",
        rf"(?i:[_-]?key)?{QUOTED}",
        "secret",
        accept=is_password,
    ),
    beside(
        "hard-coded-secret",
        "Hard-coded secret",
        # Without a quote only what settings files and command lines have, and not what is called, indexed or a type.
        rf"{TELLING}{GIVEN}(?:base64:)?"
        r"(?P<secret>(?(quote)[^\s\"'`\\]{10,}+"
        r"|(?![A-Za-z0-9_.]{0,64}(?:Key|Token|Secret|Password))[A-Za-z0-9_+/.~!@#%^*-]{16,}+={0,2}(?![(\[$])))",
        "key",
        *PASSWORDS,
        "secret",
        "token",
        "credential",
        "creds",
        "gh_pat",
        "github_pat",
        "gitlab_pat",
        "azure_pat",
        "devops_pat",
        "ado_pat",
        accept=is_token,
    ),
    beside(
        "password-abroad",
        "Password by another word",
        rf"(?:(?<=(?i:contrase))(?:\u00f1|n|\\\\u00f1)a)?{QUOTED}",
        "senha",
        "contrase",
        "mot_de_passe",
        "motdepasse",
        "wachtwoord",
        "\u5bc6\u7801",
        "\u043f\u0430\u0440\u043e\u043b\u044c",
        accept=is_password,
    ),
    beside(
        "password-default",
        "Secret as a default",
        # What stands in when a variable is not set: `${DB_PASSWORD:-x}`, `${db.password:x}`.
        r"[A-Za-z0-9_.-]{0,40}?(?i:pass|pwd|psk|secret|token|key)[A-Za-z0-9_.-]{0,24}"
        r":[-=+?]?(?P<secret>[^\s\"'`${},;]{6,64}+)\}",
        "${",
        accept=is_stated,
    ),
    beside(
        "flag-password",
        "Password behind a flag",
        rf"(?:=|[ \t]{{1,4}}+|[\"'],[ \t]{{0,4}}+)[\"']?(?P<secret>{UNQUOTED}{{6,64}}+)",
        *_FLAGS,
        accept=is_stated,
    ),
    beside(
        "option-secret",
        "Secret of an option",
        r"(?:=|[ \t]{1,4}+|[\"'],[ \t]{0,4}+)[\"']?(?P<secret>[A-Za-z0-9_+/.~=-]{10,160}+)",
        "-token",
        "-key",
        "-secret",
        accept=is_token,
    ),
    beside(
        "sql-password",
        "Password in SQL",
        r"(?:(?<=(?i:identified))(?:[ \t]{1,8}+(?i:with)[ \t]{1,8}+[\"'`\w]{1,40}+)?"
        r"[ \t]{1,8}+(?i:by|as)(?:[ \t]{1,8}+(?i:password))?"
        r"|(?<=(?i:password)))[ \t]{1,8}+N?(?P<mark>[\"'])(?P<secret>[^\s\"']{6,128}+)(?=(?P=mark))",
        "identified",
        "password",
        accept=is_stated,
    ),
    beside(
        "random-key",
        "Key that a generator made",
        # Such a name alone tells of little, so that the value must.
        rf"{NEAR}(?:(?<![A-Za-z](?i:key|otp))|(?<=[a-z]Key))(?<![A-Za-z](?i:salt|auth|seed))"
        rf"(?!(?i:{behind(*(f'{kind}{sign}key' for kind in PUBLIC for sign in ('', '_', '-')))}))"
        rf"{GIVEN}(?P<secret>(?(quote)[^\s\"'`\\]{{24,}}+|(?![A-Za-z0-9_.]{{0,64}}(?:Key|Token))[A-Za-z0-9_+/.-]{{24,}}+={{0,2}}(?![(\[$])))",
        "key",
        "auth",
        "salt",
        "otp",
        "seed",
        accept=is_key,
    ),
    beside(
        "url-key",
        "Key in a URL",
        r"(?P<secret>[A-Za-z0-9_-]{16,}+)",
        *(f"{sign}{name}=" for name in ("key", "appid", "auth", "sig") for sign in "?&"),
        accept=is_random,
    ),
    beside(
        "mnemonic",
        "Words of a wallet",
        rf"[A-Za-z_]{{0,16}}+{GIVEN}(?P<secret>[a-z]{{3,8}}(?:[ ][a-z]{{3,8}}){{11,23}}+)(?=[\"'`\\\s]|\Z)",
        "mnemonic",
        "phrase",
        accept=is_mnemonic,
    ),
)
"""What stands on one line."""

SET_PASSWORD = beside(
    "settings-password",
    "Password in a file of settings",
    rf"{REST}[ \t]{{0,40}}+[:=][ \t]{{0,40}}+(?P<quote>[\"'])?(?P<secret>[^\s\"'`\\()\[\]]{{8,128}}+)"
    r"(?(quote)(?P=quote))(?m:(?=[ \t]{0,40}+(?:[#;]|\r?$)))",
    *PASSES,
    accept=is_set_password,
)
"""In files of settings alone: in code it is a name of something else that stands there without quotes."""

LOGIN_PASSWORD = beside(
    "login-password",
    "Password of a login",
    r"(?<=password)[ \t]{1,8}+(?P<secret>\S{4,128}+)",
    "password",
    accept=is_url_password,
)
"""In .netrc alone, where it may stand on a line of its own."""

SHELL_PASSWORD = beside(
    "unquoted-password",
    "Password without quotes",
    rf"(?:[0-9]{{1,3}}|_[A-Za-z0-9_]{{1,24}})?+(?:=|:[ \t]{{1,4}}+)(?P<secret>{UNQUOTED}{{8,128}}+)(?<!/)"
    r"(?=[\s\"';&|]|\Z)",
    *PASSES,
    accept=is_set_password,
)
"""In scripts of a shell and in text, where names do not stand behind `=` without a sign before them."""

PGPASS_PASSWORD = beside(
    "pgpass-password",
    "Password for .pgpass",
    r"(?m:(?:[0-9]{1,5}|[*]):[^:\s]{1,64}+:[^:\s]{1,64}+:(?P<secret>\S{3,128}+)\r?$)",
    ":",
    accept=is_url_password,
)
"""In .pgpass alone: server, port, database, login and password of each line."""
