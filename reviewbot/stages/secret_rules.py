"""The table of secrets: published formats, then what only its surroundings give away."""

from __future__ import annotations

from collections.abc import Callable

from reviewbot.stages.secret_formats import FORMATS, Rule, start
from reviewbot.stages.secret_values import (
    is_basic_credentials,
    is_filled_in,
    is_password,
    is_random,
    is_url_password,
)

__all__ = ["CUT_SECRET", "PRIVATE_KEY", "RULES", "Rule"]


def _row(name: str, title: str, pattern: str, *hint: str, accept: Callable[[str], bool] = is_filled_in) -> Rule:
    return Rule(name=name, title=title, expression=pattern, hint=hint, accept=accept, spaced=True)


def _behind(*texts: str) -> str:
    """True where one of the texts ends. `re` looks behind for texts of one length at a time."""
    lengths = sorted({len(text) for text in texts})
    return "|".join(f"(?<={'|'.join(text for text in texts if len(text) == length)})" for length in lengths)


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
_TELLING = (
    r"(?i:passw(?:or)?d|passphrase|pwd|secret|credential"
    rf"|key(?:{_behind(*(f'{kind}{sign}key' for kind in _KEYS for sign in ('', '_', '-')))})"
    rf"|token(?!{_behind(*(f'{kind}{sign}token' for kind in _PAGES for sign in ('', '_', ' ')))}))"
    rf"[A-Za-z0-9_.-]{{0,24}}+(?=[\\\"'`\]):=,> \t])(?!(?i:{_behind(*_ABOUT)}))"
)
_QUOTED_PASSWORD = rf"{_IS}[bru@]?{_QUOTE}(?P<secret>[^\s\"'`\\]{{6,128}}+)(?=[\"'`\\])"


def _named(name: str, value: str) -> str:
    """A value that the name before it gives away."""
    return rf"(?i:{name})[A-Za-z0-9_.-]{{0,30}}+{_IS}(?:{_QUOTE})?(?P<secret>{value})(?![A-Za-z0-9])"


RULES: tuple[Rule, ...] = (
    *FORMATS,
    _row(
        "jwt",
        "JSON Web Token",
        # Three parts, two when unsigned, five when encrypted.
        start("eyJ", inside="A-Za-z0-9_-") + r"[A-Za-z0-9_-]{8,}"
        r"\.(?:eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?|[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){3})",
        "eyj",
    ),
    _row(
        "aws-secret-key",
        "AWS secret access key",
        _named(r"secret[_.-]?(?:access)?[_.-]?key|aws[_.-]?secret", "[A-Za-z0-9/+]{40}(?![/+=])"),
        "secret",
        "aws",
        accept=is_filled_in,
    ),
    _row(
        "heroku-legacy-key",
        "Heroku API key",
        _named("heroku", r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
        "heroku",
    ),
    _row("mistral-key", "Mistral API key", _named("mistral", "[A-Za-z0-9]{32}"), "mistral", accept=is_random),
    _row(
        "mailgun-private-key",
        "Mailgun API key",
        _named("mailgun|mg_api", "[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
        "mailgun",
        "mg_api",
    ),
    _row(
        "npmrc-credential",
        "npm registry credential",
        r"_(?m:(?<=^_)|(?<=:_))(?:authToken|auth|password)=\"?(?P<secret>[A-Za-z0-9+/=_-]{12,})",
        "_authtoken=",
        "_auth=",
        "_password=",
        accept=is_url_password,
    ),
    _row(
        "docker-auth",
        "Container registry credential",
        r"\"auth\\?\"[ \t]{0,4}:[ \t]{0,4}\\?\"(?P<secret>[A-Za-z0-9+/]{12,}={0,2})",
        '"auth',
        accept=is_basic_credentials,
    ),
    _row(
        "url-password",
        "Password in a URL",
        r"://(?<=[A-Za-z0-9+.-]://)[^\s/:@?#\"'`<>]*+:(?P<secret>[^\s/?\"'`<>]{3,})@(?=[A-Za-z0-9\[])",
        "://",
        accept=is_url_password,
    ),
    _row(
        "basic-auth",
        "HTTP Basic credentials",
        r"(?i:basic)[ \t]{1,4}+(?P<secret>[A-Za-z0-9+/]{8,}={0,2})",
        "basic",
        accept=is_basic_credentials,
    ),
    _row(
        "bearer-token",
        "Bearer token",
        r"(?i:bearer)[ \t]{1,4}+(?P<secret>[A-Za-z0-9_.~+/=-]{16,})",
        "bearer",
        accept=is_random,
    ),
    _row(
        "netrc-password",
        "Password for .netrc",
        r"(?:machine[ \t]{1,8}+\S{1,253}+|default)[ \t]{1,8}+login[ \t]{1,8}+\S{1,64}+"
        r"[ \t]{1,8}+password[ \t]{1,8}+(?P<secret>\S{4,})",
        "machine",
        "default",
        accept=is_url_password,
    ),
    _row(
        "hard-coded-password",
        "Hard-coded password",
        rf"(?i:passw(?:or)?d|passphrase|pwd){_QUOTED_PASSWORD}",
        "passw",
        "passphrase",
        "pwd",
        accept=is_password,
    ),
    _row(
        "hard-coded-secret-key",
        "Hard-coded secret key",
        rf"(?i:secret(?:[_-]?key)?){_QUOTED_PASSWORD}",
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
        "passw",
        "passphrase",
        "pwd",
        "secret",
        "token",
        "credential",
        accept=is_random,
    ),
)
"""What several rows match is named by the first of them."""

PRIVATE_KEY = _row("private-key", "Private key", r"PRIVATE KEY|Private-Lines:", "private key", "private-lines:")
"""Found by `private_keys`, because it takes several lines; the pattern is only its mark."""

CUT_SECRET = _row(
    "cut-secret", "Beginning of a secret", r"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_+/-]{16,}+\Z", accept=is_random
)
"""For a text of which the end is missing."""
