"""Typed reading of values that the schema has already been checked against."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reviewbot.config.values import Json


class Section(Struct, frozen=True):
    """A mapping of a checked configuration. A TypeError from it is a fault of the schema, not of a person."""

    values: Mapping[str, Json]

    def text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str):
            raise TypeError(f"{key} is not text")
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.values[key] is None else self.text(key)

    def number(self, key: str) -> float:
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{key} is not a number")
        return float(value)

    def number_or_none(self, key: str) -> float | None:
        return None if self.values[key] is None else self.number(key)

    def whole(self, key: str) -> int:
        """A whole number, also when it was written as 10.0 (which JSON Schema takes for an integer)."""
        return int(self.number(key))

    def whole_or_none(self, key: str) -> int | None:
        return None if self.values[key] is None else self.whole(key)

    def flag(self, key: str) -> bool:
        value = self.values[key]
        if not isinstance(value, bool):
            raise TypeError(f"{key} is not true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values[key]
        if not isinstance(value, list):
            raise TypeError(f"{key} is not a list")
        return tuple(item for item in value if isinstance(item, str))

    def section(self, key: str) -> Section:
        return Section(mapping(self.values[key]))

    def sections(self, key: str) -> tuple[Section, ...]:
        value = self.values[key]
        if not isinstance(value, list):
            raise TypeError(f"{key} is not a list")
        return tuple(Section(mapping(item)) for item in value)


def mapping(value: Json) -> dict[str, Json]:
    """`value`, which is a mapping."""
    if not isinstance(value, dict):
        raise TypeError("not a mapping")
    return value
