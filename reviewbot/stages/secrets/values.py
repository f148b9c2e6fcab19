"""Is this text a secret, or does it stand in for one? What the shape of a token alone cannot tell."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error

from reviewbot.late import late

# What documentation writes where a secret would be. A random token does not have six fillers in a row, nor "your"
# between two separators, which is why shorter and more common words are not here.
_STAND_IN = ("example", "placeholder", "changeme", "change_me", "redacted", *(sign * 6 for sign in "x*.#0"))
_YOUR = late("(?<![a-z0-9])your(?![a-z0-9])")
_PUBLISHED = ("Eby8vdM02xNO", "550e8400-e29b-41d4-a716-44665544", "258EAFA5-E914-47DA")
"""The key of the storage emulator, the same for everybody:
https://learn.microsoft.com/azure/storage/common/storage-connect-azurite; then the UUID of all examples,
and the one of RFC 6455."""
_SEALED = 600
"""Characters at least of a value that is encrypted for a cluster (SealedSecret): a key of 4096 bits before all else."""
_TEMPLATE = late(
    r"\{\{|\}\}|[$#%]\{|\{[\w.:!,\[\]()+ -]{0,64}\}|<[A-Za-z_/!][^<>]{0,64}>|<%|…|\A\$[A-Za-z_]|\$\(|%\(\w{1,64}\)"
    r"|%[sdr](?![A-Za-z0-9])|\.\.\.|\A%(?:env\(|[A-Za-z_]\w*%\Z)|\A@[A-Za-z.]{1,40}\("
)
"""What is filled in later, whole: a single bracket is a sign that passwords have."""
_MAY_BE_TEMPLATE = late(r"[{}<%$…@]|\.\.")
"""Of what a template has one: much quicker to look for."""
_NAME = late(r"(?<![$#%{])\{[\w.:!,\[\]()+ -]{0,64}\}(?!\})")
"""What is filled into a text of which the rest may be a secret all the same."""
_STORED = late(
    r"\$(?:2[abxy]?|argon2[a-z]*|scrypt|pbkdf2[a-z0-9-]*|[156y])\$|(?:pbkdf2_|argon2|bcrypt_|scrypt)[a-z0-9_]*\$"
    r"|ENC\(|0x[0-9A-Fa-f]{40}\Z|[A-Za-z][A-Za-z0-9]*(?:[+-][A-Za-z0-9]+)*://[^:@/]*(?:/|\Z)"
)
"""What stands for a secret where programs keep it: its hash, its encrypted form, a reference to a store of secrets; and
the address of an account of a chain."""
_UUID = late(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_WORD = late(r"[A-Za-z0-9]{8,}")
_TURN = late(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])")
_CASE_TURN = late(r"[A-Za-z](?=[A-Z])")
_KINDS = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9_./:,-]")))
"""What a password mixes; signs that names and paths have do not count."""
_PART = late(r"[A-Za-z0-9]{6,}")
_PLAIN = late(r"(?:[A-Za-z][a-z]{2,}[0-9]{0,4}|[A-Z]{2,}[0-9]{0,4}){1,6}|[A-Za-z]+[0-9]{0,4}|[0-9]+[A-Za-z]{0,2}")
"""A word, words in one, with a number behind each or none; a number with its unit."""
_TELLS = late(r"(?i)pass|pwd|secret|token|user|key|hash|salt")
_ARTICLES = frozenset(("the", "and", "for", "with", "are", "not", "this", "that", "you", "your"))
_LETTER, _DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")
_NO_PASSWORD = late(
    r"\A(?:[/~.@$*:%-]|[a-z]+[0-9]{0,4}(?:[-_./:][a-z0-9]+)+\Z|[a-z]{2,}[0-9]?\Z|[0-9.]+(?:[a-z]{1,3})?\Z|0x|\w+://"
    r"|(?:[A-Za-z_][A-Za-z0-9_]*\.)+[A-Za-z_][A-Za-z0-9_]*\Z|[A-Z]+(?:_[A-Z0-9]+)+\Z)"
    r"|(?i:passw(?:or)?d|secret|token|passphrase)s?[0-9]{0,3}\Z"
)
"""A path, a name in small letters or in capitals, a number with its unit, a name in a name."""
_WEAK = frozenset(
    (
        *("", "abc", "admin", "bar", "baz", "changeit", "credentials", "default", "demo", "foo", "foobar"),
        *("guest", "hello", "key", "letmein", "mypassword", "none", "null", "p", "pass", "passphrase"),
        *("passwd", "password", "postgres", "pw", "pwd", "qwerty", "root", "sa", "sample", "secret", "some"),
        *("string", "test", "testing", "token", "user", "username", "value", "welcome", "xyz"),
    )
)


def is_filled_in(value: str) -> bool:
    """False for `xxxxxx`, `000000`, `EXAMPLE`, `your-...` and constants that everybody knows."""
    lower = value.lower()
    if any(text in lower for text in _STAND_IN) or ("your" in lower and _YOUR.search(lower)):
        return False
    if value.startswith(_PUBLISHED) or _STORED.match(value):
        return False
    return not (len(value) > _SEALED and value.startswith(("AgA", "AgB", "AgC")))


def is_random(value: str) -> bool:
    """True for a value that a generator made: long, of many different characters, in no order.

    Names, paths, versions, dates and UUIDs are made of words and numbers, one after the other; a generated value
    turns between letters, digits, and capitals all the time.
    """
    value = _around_names(value)
    if len(value) < 16 or len(set(value)) < 8 or _UUID.fullmatch(value) or _is_template(value):
        return False
    scrambled = sum(len(word) for word in _WORD.findall(value) if is_scrambled(word))
    return scrambled * 2 >= len(value) and is_filled_in(value)


def is_key(value: str) -> bool:
    """True for a long value of letters in both cases and digits, which no hash in hexadecimal digits is."""
    return len(value) >= 24 and all(kind.search(value) for kind in _KINDS[:3]) and is_random(value)


def is_mixed(value: str) -> bool:
    """True for a value that has letters in both cases and digits, and stands in for nothing."""
    return all(kind.search(value) for kind in _KINDS[:3]) and is_filled_in(value)


def is_mnemonic(value: str) -> bool:
    """True for twelve words and more of which hardly any comes twice: a sentence has its articles."""
    words = value.split()
    return len(set(words)) >= len(words) - 1 and set(words).isdisjoint(_ARTICLES)


def is_token(value: str) -> bool:
    """True for a value that `is_random`, a UUID, and a shorter value that mixes letters in both cases and digits."""
    if len(value) >= 16:
        return is_random(value) or (_UUID.fullmatch(value) is not None and is_filled_in(value))
    kinds = sum(kind.search(value) is not None for kind in _KINDS)
    return kinds >= 3 and any(map(is_scrambled, _WORD.findall(value))) and is_url_password(value)


def is_stated(value: str) -> bool:
    """True for what a name and the place together leave no doubt about: `is_set_password` or `is_password`."""
    return is_set_password(value) or is_password(value)


def is_password(value: str) -> bool:
    """True for a value that `is_random`, and for a shorter one that mixes letters, capitals, digits and other signs.

    Three of the four will do; without other signs the three must be as mixed as no name has them.
    """
    if value[0] in ").,;:]+":
        return False
    value = _around_names(value)
    if not is_url_password(value):
        return False
    if " " in value:
        return value.count(" ") <= 3 and _has_odd_word(value)
    kinds = [kind.search(value) is not None for kind in _KINDS]
    if len(value) < 8:
        return all(kinds)
    return is_random(value) or (sum(kinds) >= 3 and (kinds[-1] or is_scrambled(value))) or _has_odd_word(value)


def _has_odd_word(value: str) -> bool:
    """Whether letters and digits are mixed in some part of the value as in no name, number or version."""
    return not _TELLS.search(value) and any(
        _LETTER.search(word) and _DIGIT.search(word) and not _PLAIN.fullmatch(word) for word in _PART.findall(value)
    )


def is_set_password(value: str) -> bool:
    """True for a value without quotes that has letters and digits and is no name, path, address or number.

    It need not look as if a generator had made it, so that what stands before it must leave no doubt.
    """
    return (
        _LETTER.search(value) is not None
        and _DIGIT.search(value) is not None
        and _NO_PASSWORD.search(value) is None
        and is_url_password(value)
    )


def is_url_password(value: str) -> bool:
    """False for `${DB_PASSWORD}`, `<pass>`, `***`, and for what people write when any password will do: `test123`."""
    weak = value.lower().strip("0123456789!@#$%^&*()-_+=.?") in _WEAK
    return not weak and is_filled_in(value) and not _is_template(value)


def _around_names(value: str) -> str:
    """The value without each `{name}`, where what is left of it is long enough to be a password by itself."""
    if "{" not in value:
        return value
    rest = _NAME.sub("", value)
    return rest if len(rest) >= 8 else value


def _is_template(value: str) -> bool:
    return _MAY_BE_TEMPLATE.search(value) is not None and _TEMPLATE.search(value) is not None


def is_basic_credentials(value: str) -> bool:
    """True for the base64 form of `user:password` in which the password is one (RFC 7617)."""
    try:
        _, colon, password = b64decode(value, validate=True).decode().partition(":")
    except (Base64Error, UnicodeDecodeError):
        return False
    return bool(colon) and is_url_password(password)


def is_scrambled(word: str) -> bool:
    """Whether letters and digits follow each other as no name has them: a turn at every fifth character or oftener.

    Where capitals are mixed in, which names do too, at every third. Words without a digit must be long.
    """
    if word.isalpha() and len(word) < 32:
        return False
    turns = len(_TURN.findall(word))
    if word.islower() or word.isupper():
        return turns >= 3 and turns * 5 >= len(word)
    return (turns + len(_CASE_TURN.findall(word))) * 10 >= len(word) * 3
