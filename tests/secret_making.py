"""What made-up secrets are made of: runs of random characters, and what is encoded."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from random import Random

DIGITS = "0123456789"
HEX = DIGITS + "abcdef"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
ALNUM = DIGITS + LOWER + UPPER
URLSAFE = ALNUM + "_-"
BASE64 = ALNUM + "+/"

Make = Callable[[Random], str]


def run(alphabet: str, *lengths: int, joint: str = "") -> Callable[[Random], str]:
    """Runs of random characters; the first three are of different kinds where the alphabet has them."""

    def of_length(random: Random, length: int) -> str:
        first = [random.choice(part) for part in (LOWER, DIGITS, UPPER) if set(part) & set(alphabet) >= {part[0]}]
        first = [sign for sign in first if sign in alphabet][:length]
        return "".join((*first, *random.choices(alphabet, k=length - len(first))))

    return lambda random: joint.join(of_length(random, length) for length in lengths)


def uuid(random: Random) -> str:
    return run(HEX, 8, 4, 4, 4, 12, joint="-")(random)


def encoded(random: Random) -> str:
    return b64encode(f"deploy:{run(ALNUM, 14)(random)}".encode()).decode()


def jwt(random: Random) -> str:
    header, body = (b64encode(text.encode()).decode().rstrip("=") for text in ('{"alg":"HS256"}', '{"sub":"17"}'))
    return f"{header}.{body}.{run(URLSAFE, 43)(random)}"
