"""The table of secrets: published formats, then what only its surroundings give away."""

from __future__ import annotations

import re
from collections.abc import Callable

from reviewbot.stages.secret_formats import FORMATS, Rule
from reviewbot.stages.secret_services import SERVICES
from reviewbot.stages.secret_values import (
    is_basic_credentials,
    is_filled_in,
    is_password,
    is_random,
    is_set_password,
    is_url_password,
)

__all__ = ["CUT_SECRET", "LOGIN_PASSWORD", "PRIVATE_KEY", "RULES", "SET_PASSWORD", "Rule"]


def _row(name: str, title: str, rest: str, *hint: str, accept: Callable[[str], bool] = is_filled_in) -> Rule:
    """`rest`: what follows a hint. It is looked ahead at, so that a hint within it is tried as well."""
    return Rule(
        name=name, title=title, expression=f"{_spelled(*hint)}(?={rest})", hint=hint, accept=accept, spaced=True
    )


def _behind(*texts: str) -> str:
    """True where one of the texts ends. `re` looks behind for texts of one length at a time."""
    lengths = sorted({len(text) for text in texts})
    return "|".join(f"(?<={'|'.join(text for text in texts if len(text) == length)})" for length in lengths)


def _spelled(*texts: str) -> str:
    """Any of the texts in small letters or capitals, in a form of which `re` finds the beginning quickly.

    It does so for a choice of which every part begins with one letter as it stands, not for a pattern that knows no
    case or begins with a set.
    """
    by_first: dict[str, list[str]] = {}
    for text in texts:
        by_first.setdefault(text[0], []).append("".join(map(_letter, text[1:])))
    rests = {first: f"(?>{'|'.join(ends)})" for first, ends in by_first.items()}
    begins = ((letter, rest) for first, rest in rests.items() for letter in sorted({first.upper(), first}))
    return f"(?:{'|'.join(re.escape(letter) + rest for letter, rest in begins)})"


def _letter(sign: str) -> str:
    return f"[{sign.upper()}{sign}]" if sign.isalpha() else re.escape(sign)


# Between a name and its value: `= "`, `: '`, `":"`, `=> `, `: str = "`, `", "`, `" value="`, `>`.
_QUOTE = r"\\{0,3}[\"'`]"
_IS = (
    r"\\{0,3}+[\"'`\])]{0,2}+[ \t]{0,40}+"
    r"(?::[^\r\n:=\"'`]{1,40}=|[:=]=|={1,3}>?|[:,>]|value=)[ \t]{0,40}+"
)
_KEYS = (
    *("access", "account", "api", "app", "auth", "client", "consumer", "encryption", "hmac", "jwt", "license"),
    *("master", "private", "service", "shared", "signing", "storage", "webhook"),
)
_PAGES = ("next", "page", "continuation")
# What a name ends in that tells of a secret and has none itself: secret_name, token_url, passwordHash.
_ABOUT = (
    *("address", "alg", "algorithm", "arn", "class", "count", "date", "digest", "endpoint", "env", "error", "field"),
    *("file", "format", "hash", "header", "id", "identifier", "index", "label", "len", "length", "limit", "message"),
    *("method", "mode", "name", "names", "path", "paths", "pattern", "policy", "prefix", "provider", "regex", "role"),
    *("scope", "size", "state", "suffix", "template", "text", "ttl", "type", "uri", "url", "uuid", "version"),
)
_NAME_ENDS = r"(?=[\\\"'`\]):=,> \t])"
_REST = rf"(?:[A-Za-z0-9_.-]{{1,24}}+{_NAME_ENDS}(?!(?i:{_behind(*_ABOUT)})))?+"
_TELLING = (
    # What costs more than a look at the next signs comes after them, and only where it is needed.
    r"(?=[A-Za-z0-9_.-]{0,24}+\\{0,3}+[\"'`\])]{0,2}+[ \t]{0,40}+(?:[:=,>]|value=))"
    rf"(?:(?<!(?i:key))|(?i:{_behind(*(f'{kind}{sign}key' for kind in _KEYS for sign in ('', '_', '-')))}))"
    rf"(?:(?<!(?i:token))|(?!(?i:{_behind(*(f'{kind}{sign}token' for kind in _PAGES for sign in ('', '_', ' ')))})))"
    rf"{_REST}{_NAME_ENDS}"
)
_PASSWORDS = ("password", "passwd", "passphrase", "pwd")
_PASSES = (*_PASSWORDS, "_pass")
_PASSWORD = rf"(?i:passw(?:or)?d|passphrase|pwd|_pass){_REST}"
_UNQUOTED = r"[^\s\"'`\\,;|&(){}\[\]<>]"
"""Signs that divide words in a shell, in JSON and in code are in no value that has no quotes."""
_QUOTED_PASSWORD = (
    rf"{_IS}[bru@]?(?P<mark>{_QUOTE})(?P<secret>(?:[^\s\"'`\\]|(?!(?P=mark))(?:[\"'`]|\\\S)){{6,128}}+)(?=(?P=mark))"
)


def _named(value: str) -> str:
    """A value that the name before it gives away."""
    return rf"[A-Za-z0-9_.-]{{0,30}}+{_IS}(?:{_QUOTE})?(?P<secret>{value})(?![A-Za-z0-9])"


_NPM_NAMES = ("_authtoken=", "_auth=", "_password=")

RULES: tuple[Rule, ...] = (
    *FORMATS,
    *SERVICES,
    _row(
        "aws-secret-key",
        "AWS secret access key",
        r"(?i:(?<=t)[_.-]?(?:access)?[_.-]?key|(?<=s)[_.-]?secret)" + _named("[A-Za-z0-9/+]{40}(?![/+=])"),
        "secret",
        "aws",
        accept=is_filled_in,
    ),
    _row(
        "heroku-legacy-key",
        "Heroku API key",
        _named(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
        "heroku",
    ),
    _row("mistral-key", "Mistral API key", _named("[A-Za-z0-9]{32}"), "mistral", accept=is_random),
    _row(
        "npmrc-credential",
        "npm registry credential",
        rf"(?im:{'|'.join(f'(?<={before}{name})' for before in '^:' for name in _NPM_NAMES)})"
        r"\"?(?P<secret>[A-Za-z0-9+/=_-]{12,})",
        *_NPM_NAMES,
        accept=is_url_password,
    ),
    _row(
        "docker-auth",
        "Container registry credential",
        r"\\?\"[ \t]{0,4}:[ \t]{0,4}\\?\"(?P<secret>[A-Za-z0-9+/]{12,}={0,2})",
        '"auth',
        accept=is_basic_credentials,
    ),
    _row(
        "url-password",
        "Password in a URL",
        r"(?<=[A-Za-z0-9+.-]://)[^\s/:@?#\"'`<>]*+:(?P<secret>[^\s/?\"'`<>]{3,})@(?=[A-Za-z0-9\[])",
        "://",
        accept=is_url_password,
    ),
    _row(
        "basic-auth",
        "HTTP Basic credentials",
        r"[ \t]{1,4}+(?P<secret>[A-Za-z0-9+/]{8,}={0,2})",
        "basic",
        accept=is_basic_credentials,
    ),
    _row(
        "bearer-token",
        "Bearer token",
        r"[ \t]{1,4}+(?P<secret>[A-Za-z0-9_.~+/=-]{16,})",
        "bearer",
        accept=is_random,
    ),
    _row(
        "netrc-password",
        "Password for .netrc",
        r"(?:(?<=machine)[ \t]{1,8}+\S{1,253}+|(?<=default))[ \t]{1,8}+login[ \t]{1,8}+\S{1,64}+"
        r"[ \t]{1,8}+password[ \t]{1,8}+(?P<secret>\S{4,})",
        "machine",
        "default",
        accept=is_url_password,
    ),
    _row(
        "authorization",
        "Credentials of an Authorization header",
        rf"{_IS}[bruf@]?(?:{_QUOTE})?"
        r"(?:(?i:token|bearer|apikey|api-key|key|bot|sso-key|geniekey)[ \t=:]{1,4}+)?"
        r"(?:token=)?[\"'`]?(?P<secret>[A-Za-z0-9_.~+/=-]{16,})",
        "authorization",
        accept=is_random,
    ),
    _row(
        "command-line-password",
        "Password on a command line",
        r"(?:(?<=[\s\"']-u )|(?<=(?i:user)[ =]))[ =]?+[\"']?[A-Za-z0-9_.@%+-]{1,64}+"
        rf":(?P<secret>{_UNQUOTED}{{6,64}}+)",
        "-u ",
        "--user ",
        "--user=",
        "--proxy-user ",
        accept=is_set_password,
    ),
    _row(
        "connection-password",
        "Password of a connection",
        # Between other settings of a connection: `;Pwd=x;`, `&password=x`, `host=h password=x dbname=d`.
        r"(?i:(?:(?<=[;?&]password=)|(?<=; password=)|(?<=[;?&]pwd=)|(?<=; pwd=))(?P<listed>)|(?<= password=))"
        r"(?P<secret>[^\s;\"'`\\&<>(){}]{6,128}+)(?(listed)(?=[;\"'`\\&\s]|\Z)|(?=[\"']|[ ][a-z_]{2,16}=))",
        "password=",
        "pwd=",
        accept=is_set_password,
    ),
    _row(
        "jdbc-password",
        "Password in a JDBC URL",
        r"(?:thin|oci8?):[^\s/@\"'`]{1,64}+/(?P<secret>[^\s/@\"'`]{3,64}+)@",
        "jdbc:oracle:",
        accept=is_url_password,
    ),
    _row(
        "xml-password",
        "Password in XML",
        r"(?P<secret>[^\s<>]{6,128}+)</",
        "password>",
        "passwd>",
        "passphrase>",
        accept=is_set_password,
    ),
    _row(
        "environment-password",
        "Password in a variable",
        # As a shell and its like set one: in capitals, without blanks, to the end of the word.
        rf"(?=[A-Za-z0-9_.-]{{0,24}}+=){_REST}(?<=[A-Z0-9_]{{4}})=(?P<quote>[\"'])?(?P<secret>{_UNQUOTED}{{8,128}}+)"
        r"(?(quote)(?P=quote))(?=[\s\"']|\\n|\Z)",
        *_PASSES,
        accept=is_set_password,
    ),
    _row(
        "mysql-password",
        "Password for MySQL",
        # mysql, mysqldump, mariadb-admin ... and up to a dozen other options before it.
        r"[a-z_-]{0,16}+(?:[ \t]{1,8}+(?!-p|--password|mysql|mariadb)[^\s|;&]{1,64}+){0,12}+"
        r"[ \t]{1,8}+(?:-p|--password[= ])"
        rf"(?P<quote>[\"'])?(?P<secret>(?(quote)[^\s\"']{{6,64}}+|{_UNQUOTED}{{6,64}}+))(?(quote)(?P=quote))",
        "mysql",
        "mariadb",
        accept=is_set_password,
    ),
    _row(
        "option-password",
        "Password of an option",
        # `--password hunter2`, and what sets a variable by its name: `--build-arg db_password=hunter2`.
        rf"(?>(?<=--password[= ])(?!-)|(?<!--password[= ])(?<![A-Za-z0-9]-e )(?<![A-Za-z0-9-]--env )[\"']?"
        rf"(?=[A-Za-z0-9_.-]{{0,64}}+=)[A-Za-z0-9_.-]{{0,40}}?{_PASSWORD}=)"
        rf"(?P<quote>[\"'])?(?P<secret>{_UNQUOTED}{{6,64}}+)(?(quote)(?P=quote))(?=[\s\"'`\\]|\Z)",
        "--password=",
        "--password ",
        "--build-arg ",
        "--env ",
        "-e ",
        "--set ",
        accept=is_set_password,
    ),
    _row(
        "image-password",
        "Password in an image",
        # In a Dockerfile a blank may stand for the sign: `ENV DB_PASSWORD hunter2`.
        r"(?<=ENV )[ \t]{0,8}+(?m:(?=[A-Z0-9_]{3,64}+[ \t]{1,8}+[\"']?[^\s\"']{8,128}+[\"']?[ \t]{0,40}+\r?$))"
        rf"[A-Z0-9_]{{0,40}}?{_PASSWORD}[ \t]{{1,8}}+(?P<quote>[\"'])?(?P<secret>{_UNQUOTED}{{8,128}}+)"
        r"(?(quote)(?P=quote))(?=\s|\Z)",
        "env ",
        accept=is_set_password,
    ),
    _row(
        "hard-coded-password",
        "Hard-coded password",
        _QUOTED_PASSWORD,
        *_PASSWORDS,
        accept=is_password,
    ),
    _row(
        "hard-coded-secret-key",
        "Hard-coded secret key",
        rf"(?i:[_-]?key)?{_QUOTED_PASSWORD}",
        "secret",
        accept=is_password,
    ),
    _row(
        "hard-coded-secret",
        "Hard-coded secret",
        # Without a quote only what settings files and command lines have, and not what is called, indexed or a type.
        rf"{_TELLING}{_IS}(?P<quote>[bru@]?{_QUOTE})?"
        r"(?P<secret>(?(quote)[^\s\"'`\\]{16,}+"
        r"|(?![A-Za-z0-9_.]{0,64}(?:Key|Token|Secret|Password))[A-Za-z0-9_+/.~!@#%^*-]{16,}+={0,2}(?![(\[$])))",
        "key",
        *_PASSWORDS,
        "secret",
        "token",
        "credential",
        accept=is_random,
    ),
)
"""What several rows match is named by the first of them."""

PRIVATE_KEY = _row("private-key", "Private key", "", "private key", "private-lines:")
"""Found by `private_keys`, because it takes several lines; the pattern is only its mark."""

SET_PASSWORD = _row(
    "settings-password",
    "Password in a file of settings",
    rf"{_REST}[ \t]{{0,40}}+[:=][ \t]{{0,40}}+(?P<quote>[\"'])?(?P<secret>[^\s\"'`\\()\[\]]{{8,128}}+)"
    r"(?(quote)(?P=quote))(?m:(?=[ \t]{0,40}+(?:[#;]|\r?$)))",
    *_PASSES,
    accept=is_set_password,
)
"""In files of settings alone: in code it is a name of something else that stands there without quotes."""

LOGIN_PASSWORD = _row(
    "login-password",
    "Password of a login",
    r"(?<=password)[ \t]{1,8}+(?P<secret>\S{4,128}+)",
    "password",
    accept=is_url_password,
)
"""In .netrc alone, where it may stand on a line of its own."""

CUT_SECRET = Rule(
    name="cut-secret",
    title="Beginning of a secret",
    expression=r"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_+/-]{16,}+\Z",
    hint=(),
    accept=is_random,
)
"""For a text of which the end is missing."""
