"""An answer that may be given again: what it is found by, what is kept of it, and how it is known to be ours. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from msgspec import Struct

from reviewbot.config.values import Json
from reviewbot.stages.placement import Place

_LABEL = b"reviewbot answer cache 1"
"""Makes what is derived from a key useless for anything else; raised when what is sealed changes its form."""
_NUMBERS = ("old_start", "old_count", "new_start", "new_count")
_LARGEST = 10_000_000_000


class KeptAnswer(Struct, frozen=True, kw_only=True):
    """A reply as it came, and where the hunks that it is about stood then."""

    reply: str
    places: tuple[Place, ...]


class Asking(Struct, frozen=True, kw_only=True):
    """All that an answer depends on, but for the chunk."""

    prompt_version: int
    reviewer: str
    """Two reviewers of one model that differ in nothing else would be one voice that counts twice."""
    route: str
    api_base: str
    max_output_tokens: int
    params: Mapping[str, Json]
    schema: Mapping[str, Json]
    system: str


def answer_key(asking: Asking, placeless_user: str) -> bytes:
    """32 bytes that are the same for the same question, wherever the hunks of its chunk stand."""
    return hashlib.sha256(
        framed(
            str(asking.prompt_version),
            asking.reviewer,
            asking.route,
            asking.api_base,
            str(asking.max_output_tokens),
            _canonical(asking.params),
            _canonical(asking.schema),
            asking.system,
            placeless_user,
        )
    ).digest()


def framed(*parts: str | bytes) -> bytes:
    """The parts in one, so that no two lists of parts give the same: each with its length before it."""
    raw = [part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in raw)


def _canonical(value: Mapping[str, Json]) -> str:
    return json.dumps(dict(value), sort_keys=True, separators=(",", ":"))


def sealing_key(secret: str | bytes) -> bytes:
    """What seals the answers of a reviewer, from its provider's key or from a secret of the user's own."""
    raw = secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogateescape")
    return hmac.digest(raw, _LABEL, "sha256")


def seal(key: bytes, payload: bytes, secret: bytes) -> bytes:
    """What nobody can make for this payload under this key who does not have the secret."""
    return hmac.digest(secret, framed(key, payload), "sha256")


def is_sealed(key: bytes, payload: bytes, mac: bytes, secret: bytes) -> bool:
    return hmac.compare_digest(seal(key, payload, secret), mac)


def pack(kept: KeptAnswer) -> bytes:
    """As bytes that `unpack` reads."""
    places: list[Json] = [[place.path, *(getattr(place, name) for name in _NUMBERS)] for place in kept.places]
    return json.dumps({"reply": kept.reply, "places": places}, separators=(",", ":")).encode()


def unpack(payload: bytes) -> KeptAnswer | None:
    """What `pack` was given; None for anything else."""
    try:
        value = json.loads(payload)
        reply, places = value["reply"], tuple(_place(place) for place in value["places"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return KeptAnswer(reply=reply, places=places) if isinstance(reply, str) else None


def _place(row: Sequence[object]) -> Place:
    path, *numbers = row
    whole = [number for number in numbers if type(number) is int and 0 <= number <= _LARGEST]
    if not isinstance(path, str) or len(whole) != len(_NUMBERS) or len(numbers) != len(_NUMBERS):
        raise ValueError("no place of a hunk")
    return Place(path=path, **dict(zip(_NUMBERS, whole, strict=True)))
