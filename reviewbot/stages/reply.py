"""A reviewer's reply -> findings, or ReplyError. Each finding is judged on its own; nothing becomes "no findings"."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import SupportsIndex

from msgspec import Struct

from reviewbot.config.values import Json
from reviewbot.errors import ReplyError
from reviewbot.model import Finding
from reviewbot.stages.entry import Duplicate, read_finding, short

MAX_CHARACTERS = 2_000_000
_MAX_MENDED = 200_000
"""Characters that json-repair is given."""
_MAX_LOOKS = 1_000_000
"""How often it may look at a character: about a second. It needs two looks for each in an ordinary reply."""
_THINKING = re.compile(r"<(think|thinking|reasoning)>")
_LIST_START = re.compile(r"""["']?\bfindings["']?\s*:\s*\[""")
_EMPTY_LIST = re.compile(_LIST_START.pattern + r"\s*\]")


class Parsed(Struct, frozen=True, kw_only=True):
    findings: tuple[Finding, ...]
    dropped: tuple[str, ...] = ()
    """For each entry that is no finding: why."""
    cut_off: bool = False
    """The text ends before its JSON does; `findings` are those that are whole."""


def parse_reply(text: str, *, reviewer: str, chunk: int | None) -> Parsed:
    """Read a reply in the agreed format.

    In this order: the whole text as JSON; every object in it that has `findings`, past thinking, prose and code
    fences (all of them, because an empty one is often the form repeated before the answer); the whole findings of a
    text that was cut off; the text mended by json-repair. Raises ReplyError, whose message tells the reviewer what is
    wrong, when none gives a finding or a clean empty list.
    """
    if not text.strip():
        raise ReplyError("the reply is empty")
    if len(text) > MAX_CHARACTERS:
        raise ReplyError(f"the reply has {len(text)} characters; at most {MAX_CHARACTERS} are read")
    entries, cut_off = _entries(text)
    findings: list[Finding] = []
    dropped: list[str] = []
    for entry in entries:
        try:
            findings.append(read_finding(entry, reviewer=reviewer, chunk=chunk))
        except ReplyError as error:
            dropped.append(str(error))
        except (ValueError, OverflowError) as error:  # numbers beyond what any line or share can be
            dropped.append(f"a finding holds an unusable value: {short(str(error))}")
    if not findings and (dropped or cut_off):
        reason = dropped[0] if dropped else "it ends before its first finding is whole"
        raise ReplyError(f"no finding of the reply can be read: {reason}")
    return Parsed(findings=tuple(findings), dropped=tuple(dropped), cut_off=cut_off)


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    return values if len(values) == len(pairs) else Duplicate(values)


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_constant)


def _entries(text: str) -> tuple[list[Json], bool]:
    try:
        whole: Json = _DECODER.decode(text.strip())
    except (ValueError, RecursionError) as error:
        problem = f"not JSON: {short(str(error))}"
    else:
        if isinstance(whole, list) and whole:
            return whole, False
        if isinstance(whole, dict) and "findings" in whole:
            return _findings_of(whole), False
        problem = 'a JSON object with the key "findings" was expected'
    body = _without_thinking(text)
    entries: list[Json] = []
    answered, end = False, 0
    for value, start_of, end in _objects(body):
        found = _findings_of(value)
        answered = answered or bool(found) or _stands_alone(body, start_of, end)
        entries += found
    start = _LIST_START.search(body, end)
    if answered and start is None:
        return entries, False
    if start is None:
        raise ReplyError(problem)
    salvaged, ended = _whole_items(body, start.end())
    if not ended and _cut(body[start.start() :]):
        return entries + salvaged, True
    return entries + _repaired(body, start.start(), problem), False


def _findings_of(value: dict[str, Json]) -> list[Json]:
    if isinstance(value, Duplicate):
        raise ReplyError("a key stands twice in the answer's outer object")
    findings = value["findings"]
    if not isinstance(findings, list):
        raise ReplyError('"findings" has to be a list')
    return findings


def _without_thinking(text: str) -> str:
    """What is said aloud: thinking is cut out, and what follows a thought that never ends with it."""
    parts: list[str] = []
    position = 0
    while (opening := _THINKING.search(text, position)) is not None:
        parts.append(text[position : opening.start()])
        closing = f"</{opening[1]}>"
        end = text.find(closing, opening.end())
        if end < 0:
            return "".join(parts)
        position = end + len(closing)
    return "".join([*parts, text[position:]])


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether an empty answer is one: on lines of its own, or after a colon; not the form quoted in a sentence."""
    line_end = text.find("\n", end)
    before = text[text.rfind("\n", 0, start) + 1 : start].strip(" \t\r`\ufeff")
    after = text[end : line_end if line_end >= 0 else len(text)].strip(" \t\r`")
    return (not before or before.endswith((":", "json"))) and not after


def _objects(text: str) -> Iterator[tuple[dict[str, Json], int, int]]:
    """Objects with `findings`, none inside another, and from where to where they stand.

    The number of tries is bounded, for texts made of brackets.
    """
    position = text.find("{")
    tries = 0
    while position != -1 and tries < 1_000:
        tries += 1
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            position = text.find("{", position + 1)
            continue
        if isinstance(value, dict) and "findings" in value:
            yield value, position, end
            position = text.find("{", end)
        else:
            position = text.find("{", position + 1)


def _whole_items(text: str, position: int) -> tuple[list[Json], bool]:
    """The items of a list from `position` on that are whole, and whether the list's end was reached."""
    items: list[Json] = []
    separator = re.compile(r"[\s,]*")
    while True:
        match = separator.match(text, position)
        position = match.end() if match else position
        if text.startswith("]", position):
            return items, True
        try:
            item, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return items, False
        items.append(item)


def _cut(text: str) -> bool:
    """Whether brackets or a string are still open where the text ends."""
    depth, in_string, escaped = 0, False, False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
    return in_string or depth > 0


class _TooLongError(Exception):
    """Mending takes too long."""


class _Metered(str):
    """Text that counts how often it is looked at, and raises _TooLongError when that is too often.

    json-repair takes minutes for some texts of 20,000 characters, and no deadline can end the run meanwhile.
    """

    __slots__ = ("meter",)
    meter: list[int]
    """What is left, shared with the parts of the text."""

    def __getitem__(self, where: SupportsIndex | slice) -> str:
        part = super().__getitem__(where)
        self.meter[0] -= 1 + len(part) // 100
        if self.meter[0] < 0:
            raise _TooLongError
        return self._share(part) if isinstance(where, slice) else part

    def __add__(self, other: str) -> str:
        return self._share(super().__add__(other))

    def _share(self, text: str) -> str:
        metered = _Metered(text)
        metered.meter = self.meter
        return metered


def _repaired(text: str, key: int, problem: str) -> list[Json]:
    from json_repair import repair_json

    start = max(text.rfind("{", 0, key), 0)
    if len(text) - start > _MAX_MENDED:
        raise ReplyError(problem)
    metered = _Metered(text[start:])
    metered.meter = [_MAX_LOOKS]
    try:
        value = repair_json(metered, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError, _TooLongError):
        raise ReplyError(problem) from None
    findings = value.get("findings") if isinstance(value, dict) else None
    # Mending may throw away what it does not understand: an empty list counts only when one was written.
    if not isinstance(findings, list) or (not findings and not _EMPTY_LIST.match(text, key)):
        raise ReplyError(problem)
    return findings
