"""JSON from outside, read strictly: each value is asked for by name and kind, and errors tell the place."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from reviewbot.config.values import Json
from reviewbot.errors import InputError

MAX_BYTES = 64 * 1024 * 1024
_MAX_VALUES = 4_000_000
"""What takes memory is the number of values, not their bytes: `[],[],[]` is forty times as large when read. Of objects
and lists, which are the largest, there may be half as many."""
_MAX_TEXT = 100_000

Choice = TypeVar("Choice", bound=StrEnum)


class Node(Struct, frozen=True):
    """A value of a document and where it stands. Every method raises InputError for a value of another kind."""

    value: Json
    where: str

    def refuse(self, problem: str) -> InputError:
        """The error to raise: this value cannot be used because of `problem`."""
        return InputError(f"{self.where}: {problem}")

    def has(self, key: str) -> bool:
        """Whether the object has the key with a value that is not null."""
        return self.tree().get(key) is not None

    def tree(self) -> dict[str, Json]:
        if not isinstance(self.value, dict):
            raise self.refuse("must be an object")
        return self.value

    def at(self, key: str) -> Node:
        """What stands at the key; null when nothing does."""
        return Node(self.tree().get(key), f"{self.where}: {key}" if ": " not in self.where else f"{self.where}.{key}")

    def items(self, key: str, *, limit: int | None = None) -> Iterator[Node]:
        """The items of the list at the key; none for null."""
        node = self.at(key)
        if node.value is None:
            return
        if not isinstance(node.value, list):
            raise node.refuse("must be a list")
        if limit is not None and len(node.value) > limit:
            raise node.refuse(f"has {len(node.value):,} items; at most {limit:,} are read")
        for number, item in enumerate(node.value):
            yield Node(item, f"{node.where}[{number}]")

    def text(self, key: str, *, limit: int = _MAX_TEXT) -> str:
        """Text that is not empty, cut to `limit` characters."""
        text = self.optional_text(key, limit=limit)
        if text is None or not text.strip():
            raise self.at(key).refuse("must be text, and not empty")
        return text

    def optional_text(self, key: str, *, limit: int = _MAX_TEXT) -> str | None:
        node = self.at(key)
        if node.value is None:
            return None
        if not isinstance(node.value, str):
            raise node.refuse("must be text")
        text = node.value.encode("utf-8", "replace").decode("utf-8")  # JSON can spell half of a surrogate pair
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        found: dict[str, None] = {}
        for item in self.items(key):
            if not isinstance(item.value, str):
                raise item.refuse("must be text")
            found[item.value] = None
        return tuple(found)

    def integer(self, key: str) -> int | None:
        node = self.at(key)
        if node.value is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int) or abs(node.value) > 10**12:
            raise node.refuse("must be a whole number")
        return node.value

    def line(self, key: str) -> int | None:
        """A 1-based line number."""
        number = self.integer(key)
        if number is not None and not 1 <= number <= 10**9:
            raise self.at(key).refuse("must be a line number, from 1 on")
        return number

    def amount(self, key: str) -> float | None:
        """A number of dollars, seconds or tokens: finite, and not below zero."""
        node = self.at(key)
        if node.value is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise node.refuse("must be a number")
        if not math.isfinite(node.value) or not 0 <= node.value <= 10**12:
            raise node.refuse("must be a number from 0 on")
        return float(node.value)

    def flag(self, key: str, *, default: bool) -> bool:
        node = self.at(key)
        if node.value is None:
            return default
        if not isinstance(node.value, bool):
            raise node.refuse("must be true or false")
        return node.value

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """One of the words of an enumeration."""
        node = self.at(key)
        if node.value is None and default is not None:
            return default
        if not isinstance(node.value, str) or node.value not in list(kind):
            raise node.refuse(f"must be one of {', '.join(kind)}")
        return kind(node.value)


def parse_document(data: bytes, name: str, *, max_bytes: int = MAX_BYTES, max_values: int = _MAX_VALUES) -> Node:
    """JSON in UTF-8, at most `max_bytes` of it. Raises InputError for anything else.

    Refused are also keys that stand twice, NaN and infinities, nesting beyond what the parser takes, and more values
    than memory is good for.
    """
    if len(data) > max_bytes:
        raise InputError(f"{name}: is larger than {max_bytes // (1024 * 1024)} MB")
    if data.count(b"[") + data.count(b"{") > max_values // 2 or data.count(b",") > max_values:
        raise InputError(f"{name}: holds more values than a report has")
    try:
        value: Json = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_pairs, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InputError(f"{name}: is not text in UTF-8") from None
    except RecursionError:
        raise InputError(f"{name}: is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"{name}: is not JSON that can be used: {error}") from None
    return Node(value, name)


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen = set[str]()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:60]!r} stands twice in one object")
    return values


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
