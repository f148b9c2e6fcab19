"""How text gives a secret away: the names that tell of one, what stands between name and value, and values.

A pattern is made for a line of any length: what repeats has an upper bound or gives nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from reviewbot.stages.secrets.formats import Rule
from reviewbot.stages.secrets.values import is_filled_in


def beside(name: str, title: str, rest: str, *hint: str, accept: Callable[[str], bool] = is_filled_in) -> Rule:
    """`rest`: what follows a hint. It is looked ahead at, so that a hint within it is tried as well."""
    pattern = f"{_spelled(*hint)}(?={rest})"
    return Rule(name=name, title=title, expression=pattern, hint=hint, accept=accept, spaced=True)


def below(
    name: str, title: str, rest: str, *hint: str, needs: tuple[str, ...], accept: Callable[[str], bool] = is_filled_in
) -> Rule:
    """As `beside`, for what may stand on the lines after its hint."""
    return replace(beside(name, title, rest, *hint, accept=accept), needs=needs, across=True)


def behind(*texts: str) -> str:
    """True where one of the texts ends. `re` looks behind for texts of one length at a time."""
    lengths = sorted({len(text) for text in texts})
    return "|".join(f"(?<={'|'.join(re.escape(text) for text in texts if len(text) == length)})" for length in lengths)


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
QUOTE = r"\\{0,3}[\"'`]"
IS = (
    r"\\{0,3}+[\"'`\])]{0,2}+[ \t]{0,40}+"
    r"(?::[^\r\n:=\"'`]{1,40}=|[:=]=|={1,3}>?|[:,>]|value=)[ \t]{0,40}+"
)
GIVES = (
    # What gives a value in quotes, besides: `password "x"`, `password("x")`, `<- "x"`, `|| "x"`, `.unwrap_or("x")`.
    r"\\{0,3}+[\"'`\])]{0,2}+[ \t]{0,40}+"
    r"(?::[^\r\n:=\"'`]{1,40}=|[:=]=|={1,3}>?|<-|[:,>(]|value=|[aA]s[ \t]{1,4}[A-Za-z.]{1,20}[ \t]{0,4}="
    r"|\|\||\?\?=?|\?:|or(?=[ \t])|\.(?:unwrap_or|or|getOr)[A-Za-z_]{0,8}\((?:\|_?\|[ \t]?)?"
    r"|(?<=[ \t])(?<!(?:P|p)ass[ \t])(?=[bBrRuUfF@LN]{0,2}[\"']))[ \t]{0,40}+"
)
MAKES = (
    # What a value in quotes is made into at once: `b"x"`, `L"x"`, `N'x'`, `String::from("x")`, `SecretStr("x")`.
    r"(?:[bBrRuUfF@LN]{0,2}|(?:new[ \t]{1,4})?"
    r"(?:String::from|Some|str|bytes|Secret[A-Za-z]{0,12}|Secure[A-Za-z]{0,12}|Network[cC]redential|_T|TEXT)"
    r"(?:::new)?\([ \t]{0,4})"
)
_KEYS = (
    *("access", "account", "admin", "aes", "api", "app", "auth", "bot", "cipher", "client", "consumer", "crypto"),
    *("decryption", "deploy", "encryption", "hmac", "jwt", "license", "master", "private", "rest", "sdk", "service"),
    *("session", "shared", "signing", "ssh", "storage", "subscription", "validation", "webhook", "write"),
)
PUBLIC = ("public", "publishable", "publish", "site", "cache", "primary", "foreign", "sort", "partition", "search")
_PAGES = (
    *("action", "cancellation", "change", "client", "commit", "continuation", "idempotency", "next", "page"),
    *("public-key", "public_key", "publickey", "request"),
)
# What a name ends in that tells of a secret and has none itself: secret_name, token_url, passwordHash.
_ABOUT = (
    *("address", "alg", "algorithm", "arn", "class", "count", "date", "digest", "endpoint", "env", "error"),
    *("field", "file", "format", "hash", "header", "id", "identifier", "index", "label", "len", "length"),
    *("limit", "message", "md5", "method", "mode", "name", "names", "path", "paths", "pattern", "policy"),
    *("prefix", "provider", "regex", "role", "scope", "sha1", "sha256", "sha512", "size", "state", "suffix"),
    *("template", "text", "ttl", "type", "uri", "url", "uuid", "version"),
)
_NAME_ENDS = r"(?=[\\\"'`\]):=,>(<|? \t])"
REST = rf"(?:[A-Za-z0-9_.-]{{1,24}}+{_NAME_ENDS}(?!(?i:{behind(*_ABOUT)})))?+"
_ENDS = r"[\\\"'`\])]{0,5}+[ \t]{0,40}+"
_SOON = r"(?:[:=,>(<|?.\"'`]|value=|or[ \t]|[aA]s[ \t]|[bBrRuUfF@LN]{1,2}[\"'])"
NEAR = rf"(?=[A-Za-z0-9_.-]{{0,24}}+{_ENDS}{_SOON})"
"""What costs more than a look at the next signs comes after them, and only where it is needed."""
TELLING = (
    rf"{NEAR}"
    rf"(?:(?<!(?i:key))|(?i:{behind(*(f'{kind}{sign}key' for kind in _KEYS for sign in ('', '_', '-')))})"
    rf"|(?<=[A-Z0-9]_KEY)(?!{behind(*(f'{kind.upper()}_KEY' for kind in PUBLIC))}))"
    rf"(?:(?<!(?i:token))|(?!(?i:{behind(*(f'{kind}{sign}token' for kind in _PAGES for sign in ('', '_', ' ')))})))"
    rf"{REST}{_NAME_ENDS}"
)
PASSWORDS = ("password", "passwd", "passphrase", "passcode", "passwort", "pwd")
PASSES = (*PASSWORDS, "_pass")
PASSWORD = rf"(?i:passw(?:or)?d|passphrase|pwd|_pass){REST}"
SHORT = ("pass", "psk")
WHOLE = r"(?:(?<![A-Za-z](?i:pass))(?<![A-Za-z](?i:psk))|(?<=[a-z0-9]Pass))(?:(?<!(?i:pass))(?<!(?i:psk))|(?![A-Za-z]))"
"""True behind another hint, and behind one of `SHORT` where it is a word: `db_pass`, `dbPass`, not `bypass`."""
UNQUOTED = r"[^\s\"'`\\,;|&(){}\[\]<>]"
"""Signs that divide words in a shell, in JSON and in code are in no value that has no quotes."""
_MARK = r"(?P<mark>\\{0,3}(?:\"{3}|'{3}|[\"'`]))"
_TO_MARK = r"(?P<secret>(?:[^\s\"'`\\]|(?!(?P=mark))(?:[\"'`]|\\\S)|(?<=[^\s\"'`])[ ](?=\S)){6,128}+)(?=(?P=mark))"
QUOTED = rf"{GIVES}{MAKES}{_MARK}{_TO_MARK}"
"""A value in quotes after a name; with single blanks in it, of which the name of a rule does not make a sentence."""
GIVEN = rf"(?={_ENDS}{_SOON})(?:{GIVES}(?P<quote>{MAKES}{QUOTE})|{IS})"
"""What stands before a value with or without quotes: the group `quote` tells which."""


def named(value: str) -> str:
    """A value that the name before it gives away."""
    return rf"[A-Za-z0-9_.-]{{0,30}}+{IS}(?:{QUOTE})?(?P<secret>{value})(?![A-Za-z0-9])"
