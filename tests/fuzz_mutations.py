"""Mutations of known texts: of bytes, and of what the bytes mean, so that a reader gets past its first look at them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import yaml
from fuzz_writing import dump_json, dump_marker, dump_toml, dump_yaml, load_marker

MAX_BYTES = 64 * 1024
Mutation = Callable[[Random, Sequence[bytes], Sequence[bytes]], bytes]
"""Of seeds and words. What it makes has MAX_BYTES at most."""

_ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    1.5,
    -0.0,
    2**31,
    10**16,
    1e308,
    "",
    "x",
    "\ud800",
    "\0",
    "a\nb",
    [],
    {},
    [[]],
)


def scrambled(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """A seed with some mistakes: cut, doubled, overwritten, mixed with another, a word put in once or very often."""
    data = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        data = _mistake(chance, data, seeds, words)
    return data


def _mistake(chance: Random, data: bytes, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start = chance.randint(0, len(data))
    end = min(len(data), start + chance.choice((0, 1, 4, 16, 64, len(data))))
    other = chance.choice(seeds)
    piece = chance.choice(
        (
            b"",
            chance.choice(words),
            data[start:end] * 2,
            chance.randbytes(chance.randint(1, 4)),
            other[chance.randint(0, len(other)) :],
            chance.choice(words) * chance.choice((2, 50, 3_000)),
        )
    )
    return (data[:start] + piece + data[end:])[:MAX_BYTES]


def overwritten(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """A seed with some bytes changed and none moved, for what is found by its place."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data))
        new = chance.choice((chance.choice(words), chance.randbytes(chance.choice((1, 2, 8)))))[: len(data) - at]
        data[at : at + len(new)] = new
    return bytes(data)


def sometimes_scrambled(mutation: Mutation) -> Mutation:
    """Most of what `mutation` makes as it is, some with a mistake in its bytes, and some mutations of bytes alone."""

    def made(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
        draw = chance.random()
        if draw < 0.2:
            return scrambled(chance, seeds, words)
        data = mutation(chance, seeds, words)[:MAX_BYTES]
        return _mistake(chance, data, seeds, words) if draw < 0.3 else data

    return made


def in_pieces(separator: bytes) -> Mutation:
    """Pieces of the seeds, cut where the pattern `separator` matches, exchanged, doubled, left out or made words."""

    def made(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
        pieces = list(_cut(separator, chance.choice(seeds)))
        pool = _cut(separator, chance.choice(seeds))
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            at = chance.randrange(0, len(pieces), 2)
            match chance.randrange(6):
                case 0:
                    pieces[at] = chance.choice(words)
                case 1:
                    pieces[at] = pool[chance.randrange(0, len(pool), 2)]
                case 2:
                    pieces[at] = _mistake(chance, pieces[at], seeds, words)
                case 3:
                    pieces[at:at] = pieces[max(0, at - 8) : at]
                case 4 if at > 1:
                    del pieces[at - 2 : at]
                case _:
                    other = chance.randrange(0, len(pieces), 2)
                    pieces[at], pieces[other] = pieces[other], pieces[at]
        return b"".join(pieces)[:MAX_BYTES]

    return sometimes_scrambled(made)


@cache
def _cut(separator: bytes, data: bytes) -> tuple[bytes, ...]:
    return tuple(re.split(b"(%s)" % separator, data))


# ------------------------------------------------------------ values

Dump = Callable[[Random, Any], bytes]


def of_values(load: Callable[[bytes], Any], dump: Dump) -> Mutation:
    """What the seeds say with some values changed, written again."""
    loaded = cache(load)

    def made(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
        trees = [loaded(seed) for seed in (chance.choice(seeds), chance.choice(seeds))]
        # One that is too long would be cut, and refused for that.
        return next((d for _ in range(3) if len(d := dump(chance, _changed(chance, trees, words))) <= MAX_BYTES), b"")

    return sometimes_scrambled(made)


def _changed(chance: Random, trees: Sequence[Any], words: Sequence[bytes]) -> Any:
    holder = [_copy(trees[0])]
    donors = [value for tree in trees for _, _, value in _slots([tree])]
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 6))):
        container, key, value = chance.choice(list(_slots(holder)))
        if chance.random() < 0.15:
            container[key] = _copy(chance.choice((chance.choice(donors), chance.choice(_ODD))))
        else:
            container[key] = _tweaked(chance, value, donors, words)
    return holder[0]


def _slots(container: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Every value in a container of containers, with what holds it under which key."""
    for key, value in container.items() if isinstance(container, dict) else enumerate(container):
        yield container, key, value
        if isinstance(value, dict | list):
            yield from _slots(value)


def _copy(value: Any) -> Any:
    match value:
        case dict():
            return {key: _copy(item) for key, item in value.items()}
        case list():
            return [_copy(item) for item in value]
        case _:
            return value


def _tweaked(chance: Random, value: Any, donors: Sequence[Any], words: Sequence[bytes]) -> Any:
    """Another value of the same type, most often."""
    match value:
        case bool():
            return not value
        case int() | float():
            return chance.choice((value + 1, value - 1, -value, 0, 1, value * 1000, value // 2))
        case str():
            return _tweaked_text(chance, value, donors, words)
        case list():
            return _tweaked_list(chance, value, donors)
        case dict():
            return _tweaked_object(chance, value, donors)
        case _:
            return _copy(chance.choice(donors))


def _tweaked_text(chance: Random, value: str, donors: Sequence[Any], words: Sequence[bytes]) -> str:
    at = chance.randint(0, len(value))
    word = chance.choice(words).decode("utf-8", "replace")
    texts = [donor for donor in donors if isinstance(donor, str)]
    return chance.choice(
        (
            chance.choice(texts or [word]),
            value[:at],
            value + value,
            value[:at] + word + value[at:],
            value[:at]
            + chance.choice(("\n", "\0", "\ud800", "\u202e", "`", "\x1b[31m", "@user", "/../", " "))
            + value[at:],
            word * chance.choice((1, 100)),
        )
    )


def _tweaked_list(chance: Random, value: list[Any], donors: Sequence[Any]) -> list[Any]:
    made: list[Any] = _copy(value)
    match chance.randrange(5):
        case 0 if made:
            del made[chance.randrange(len(made))]
        case 1 if made:
            made.append(_copy(chance.choice(made)))
        case 2:
            made *= chance.choice((2, 20))
        case 3:
            lists = [donor for donor in donors if isinstance(donor, list)]
            made += _copy(chance.choice(lists or [[]]))
        case _:
            chance.shuffle(made)
    return made


def _tweaked_object(chance: Random, value: dict[str, Any], donors: Sequence[Any]) -> dict[str, Any]:
    made: dict[str, Any] = _copy(value)
    others = [donor for donor in donors if isinstance(donor, dict) and donor]
    match chance.randrange(4):
        case 0 if made:
            del made[chance.choice(list(made))]
        case 1 if made:
            made[chance.choice(list(made))] = _copy(chance.choice(donors))
        case 2 if others:
            other = chance.choice(others)
            key = chance.choice(list(other))
            made[key] = _copy(other[key])
        case _:
            keys = list(made)
            chance.shuffle(keys)
            made = {key: made[key] for key in keys}
    return made


json_values = of_values(json.loads, dump_json)
yaml_values = of_values(yaml.safe_load, dump_yaml)
toml_values = of_values(lambda data: tomllib.loads(data.decode()), dump_toml)
marker_values = of_values(load_marker, dump_marker)


def told(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """JSON as a model gives it: alone, in a fence, behind some words or thoughts, with another one."""
    before, after = chance.choice(
        (
            (b"", b""),
            (b"", b""),
            (b"```json\n", b"\n```\n"),
            (b"Here:\n```\n", b"\n```"),
            (b"<think>hm, {}</think>", b""),
            (b"So: ", b" That is all. {}"),
        )
    )
    return before + json_values(chance, seeds, words) + after
