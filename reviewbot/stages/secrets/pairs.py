"""Secrets that what stands around them gives away, on the same line or on one before."""

from __future__ import annotations

from reviewbot.stages.secrets.formats import Rule
from reviewbot.stages.secrets.grammar import MAKES, QUOTE, REST, behind, below
from reviewbot.stages.secrets.values import is_mixed, is_password, is_random, is_stated

_NAMES = "(?=[psta])(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)"
_VALUE_NAME = r"(?:(?i:parameter|default)_?)?(?i:value)"

PAIRED: tuple[Rule, ...] = (
    below(
        "aws-paired-key",
        "AWS secret access key",
        # A word of forty characters behind the id of a key, on its line or the next: arguments, CSV, `id:secret`.
        rf"{behind('AKIA', 'ASIA')}(?<![A-Za-z0-9].{{4}})[A-Z0-9]{{16}}(?![A-Za-z0-9])(?:[^\n]{{0,400}}+\n)?"
        r"[^\n]{0,200}?(?<![A-Za-z0-9/+])(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        "kia",
        "sia",
        needs=("akia", "asia"),
        accept=is_mixed,
    ),
    below(
        "named-secret",
        "Secret beside its name",
        # `- name: DB_PASSWORD` and `value: x`, `"name": "password", "value": "x"`, `<key>password</key><string>x`.
        r"[ \t]{0,4}+\\{0,3}[\"']?(?=[A-Za-z0-9_.-]{0,64}+[\\\"',<\s])"
        rf"[A-Za-z0-9_.-]{{0,40}}?(?i:{_NAMES})[A-Za-z0-9_.-]{{0,24}}+"
        r"(?:</(?:key|name)>\s{0,40}+<(?:string|value)>|,[Pp]arameter_?[Vv]alue="
        rf"|\\{{0,3}}[\"']?(?:,\s{{0,40}}+|(?P<next>,?[ \t]{{0,8}}\r?\n[ \t]{{0,40}}+))\\{{0,3}}[\"']?{_VALUE_NAME}"
        r"\\{0,3}[\"']?[ \t]{0,4}[:=][ \t]{0,4}(?(next)[\"']?|\\{0,3}[\"']))"
        r"(?P<secret>[^\s\"'`\\,{}<>]{8,128}+)",
        "name:",
        'name":',
        "name=",
        "key:",
        'key":',
        "key=",
        "key>",
        needs=("value", "<string>"),
        accept=is_stated,
    ),
    below(
        "secret-before-name",
        "Secret beside its name",
        r"\\{0,3}\"[ \t]{0,4}:[ \t]{0,4}\\{0,3}\"(?P<secret>[^\s\"'`\\,{}<>]{8,128}+)\\{0,3}\"\s{0,4},\s{0,40}"
        rf"\\{{0,3}}\"(?i:name|key)\\{{0,3}}\"[ \t]{{0,4}}:[ \t]{{0,4}}\\{{0,3}}\""
        rf"[A-Za-z0-9_.-]{{0,24}}?(?i:{_NAMES})[A-Za-z0-9_.-]{{0,8}}\\{{0,3}}\"",
        '"value',
        needs=("name", "key"),
        accept=is_stated,
    ),
    below(
        "variable-default",
        "Default of a secret variable",
        # `variable "db_password" {` of Terraform, and its `default = "x"` some lines below.
        rf"(?=[A-Za-z0-9_-]{{0,64}}+\")[A-Za-z0-9_-]{{0,40}}?(?i:{_NAMES})[A-Za-z0-9_-]{{0,24}}\""
        r"[ \t]{0,8}\{[ \t]{0,8}\r?\n"
        r"(?:[^{}\n]{0,200}\n){0,8}?[ \t]{0,40}default[ \t]{0,40}=[ \t]{0,40}\"(?P<secret>[^\s\"]{6,128}+)\"",
        'variable "',
        needs=("default",),
        accept=is_stated,
    ),
    below(
        "secret-below",
        "Secret below its name",
        # `clientSecret =` or `API_KEY = (` and the value on the next line, in quotes or as a block of YAML.
        r"(?:(?<!(?i:pass))|(?i:word|wd|phrase|code))(?=[A-Za-z0-9_.-]{0,24}+[\\\"'`\])]{0,5}+[ \t]{0,8}+[:=])"
        rf"{REST}[\\\"'`\])]{{0,5}}+[ \t]{{0,8}}+(?::[^\r\n:=\"'`]{{1,40}}=|[:=]=|=>?|:)[ \t]{{0,8}}+"
        r"(?:\([ \t]{0,4}+|(?P<block>(?<!=)[|>][-+]?[ \t]{0,4}+))?\r?\n[ \t]{0,80}+"
        rf"(?:{MAKES}(?P<quote>{QUOTE}))?"
        r"(?P<secret>(?(quote)[^\s\"'`\\]{8,128}+(?=[\"'`\\])|(?(block)[^\s\"'`\\]{8,128}+(?=\s|\Z)|(?!))))",
        "pass",
        "pwd",
        "secret",
        "token",
        "api_key",
        "apikey",
        "access_key",
        needs=("=\n", ":\n", "(\n", ">\n", "-\n", "|\n", "=\r\n", ":\r\n", "(\r\n", ">\r\n", "-\r\n", "|\r\n"),
        accept=is_password,
    ),
    below(
        "wallet-key",
        "Private key of an account",
        r"[\"']?[ \t]{0,8}[:=][ \t]{0,8}\[\s{0,40}+(?:[\"'][^\"'\n]{1,80}[\"'],\s{0,40}+){0,8}?[\"']"
        r"(?P<secret>(?:0x)?[0-9a-fA-F]{64})[\"']",
        "accounts",
        needs=("accounts",),
        accept=is_random,
    ),
    below(
        "jwk-key",
        "Private part of a JSON Web Key",
        r"\"[ \t]{0,8}:[ \t]{0,8}\"(?P<secret>[A-Za-z0-9_-]{40,}+)\"",
        *(f'"{part}' for part in ("dp", "dq", "qi", "d", "k", "p", "q")),
        needs=('"kty"',),
        accept=is_mixed,
    ),
)
"""What may begin on the line before; each of them is looked for along the lines of one side."""
