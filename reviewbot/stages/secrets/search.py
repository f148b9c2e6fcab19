"""Finding and replacing secrets in lines of text, wherever the lines come from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from reviewbot.late import late
from reviewbot.stages.secrets.private_keys import KeyPart, find_private_keys
from reviewbot.stages.secrets.rules import CUT_SECRET, IN_FILES, PRIVATE_KEY, RULES, Rule
from reviewbot.stages.secrets.values import is_key, is_random, is_scrambled, is_token

_RANKED = (PRIVATE_KEY, *RULES, *(rule for rule, _ in IN_FILES), CUT_SECRET)
_RANK = {rule.name: rank for rank, rule in enumerate(_RANKED)}
_HINTS = {rule.name: tuple(hint.encode("latin-1", "replace") for hint in rule.hint) for rule in _RANKED}
_IN_WORDS = tuple((hint, rule) for rule in RULES if not rule.spaced for hint in _HINTS[rule.name])
_IN_LINES = tuple((hint, rule) for rule in (PRIVATE_KEY, *RULES) if rule.spaced for hint in _HINTS[rule.name])
_RANDOM = (is_random, is_token, is_key)
_NEEDY = tuple(rule for rule in RULES if rule.needs)
_NEEDS = {rule.name: tuple(need.encode() for need in rule.needs) for rule in _NEEDY}
_WITHOUT_HINT = tuple(rule for rule in RULES if not rule.hint)
# For `bytes.translate`: what leaves the words that may hold a token, and what leaves plain words.
_TOKENS = bytes(code if 32 < code < 127 and chr(code) not in "\"'`()[]{}<>,;" else 32 for code in range(256))
_WORDS = bytes(code if code < 127 and chr(code).isalnum() else 32 for code in range(256))
_TAIL = late("[A-Za-z0-9_-]*+")
"""What stands without a gap behind a token belongs to it, whatever its rule knows of its length and its letters."""
_LONG = 64
_LONG_TAIL = late("[A-Za-z0-9_+/.~=%!#$^*-]*+")
"""What stands without a gap behind a long value, where its rule may have read no further."""
_PLACEHOLDER = late(r"\[REDACTED:[a-z0-9-]{1,40}\]")
_ROUNDS = 4
"""What was no secret in a longer word may be one when its neighbour is gone. More than two rounds are never needed for
text that was not made for it."""
_Span = tuple[int, int, int]
"""start, end, rank of the rule."""


class Hit(Struct, frozen=True, kw_only=True):
    """One secret: the indices of the lines that hold it, and what stood on the first of them."""

    rule: Rule
    lines: tuple[int, ...]
    text: str


def suspects(text: str, path: str = "") -> tuple[Rule, ...]:
    """The rules that may find something in this text. Cheap; for most texts there is none.

    `path`: of the file that it is, for the rules that hold in some files only.

    Most rules can match long words only, and a text of a hundred thousand words has few different long ones.
    """
    data = text.encode("latin-1", "replace")
    lower = data.lower()
    tokens = b" ".join({token for token in data.translate(_TOKENS).split() if len(token) >= 16})
    found: set[str] = set()
    if tokens:
        found |= {rule.name for hint, rule in _IN_WORDS if hint in tokens}
        found |= {rule.name for rule in _WITHOUT_HINT if rule.pattern.search(tokens.decode("ascii"))}
    found |= {rule.name for hint, rule in _IN_LINES if rule.name not in found and hint in lower}
    found |= {
        rule.name for rule, files in IN_FILES if files.search(path) and any(hint in lower for hint in _HINTS[rule.name])
    }
    found -= {rule.name for rule in _NEEDY if not any(need in lower for need in _NEEDS[rule.name])}
    if not found:
        return ()
    if not _has_random(data):
        found -= {rule.name for rule in RULES if rule.accept in _RANDOM}
    return tuple(rule for rule in _RANKED if rule.name in found)


def _has_random(data: bytes) -> bool:
    """Whether any word could be part of a value that `is_random`."""
    words = {word for word in data.translate(_WORDS).split() if len(word) >= 8}
    return any(is_scrambled(word.decode("ascii")) for word in words if len(word) >= 32 or not word.isalpha())


def replace_secrets(
    lines: Sequence[str], rules: Sequence[Rule], *, sides: Sequence[Sequence[int]] = (), inside_key: bool = False
) -> tuple[list[str], list[Hit]]:
    """The lines with a placeholder for each secret that `rules` find, and the secrets in the order of the lines.

    What several rules match is one secret, named by the first of them. `sides`: lines that follow each other in a
    file, as indices; private keys are looked for along each. `inside_key`: a side may begin in the middle of a key.
    """
    clean = list(lines)
    hits: list[Hit] = []
    spans: defaultdict[int, list[_Span]] = defaultdict(list)
    for key, is_new in _private_keys(lines, sides if PRIVATE_KEY in rules or inside_key else (), inside=inside_key):
        for part in key:
            spans[part.line].append((part.start, part.end, _RANK[PRIVATE_KEY.name]))
        if is_new:
            text = lines[key[0].line][key[0].start : key[0].end]
            hits.append(Hit(rule=PRIVATE_KEY, lines=tuple(part.line for part in key), text=text))
    alone, across = ([rule for rule in rules if rule.across is is_across] for is_across in (False, True))
    changed: Sequence[int] = range(len(lines))
    for _ in range(_ROUNDS):
        for index, span in _matches([clean[line] for line in changed], alone):
            spans[changed[index]].append(span)
        for side in (sides or [range(len(lines))]) if across and changed else ():
            for index, span in _matches([clean[line] for line in side], across):
                spans[side[index]].append(span)
        changed = sorted(spans)
        for line in changed:
            clean[line], found = _replaced(clean[line], _with_tails(clean[line], _apart(spans.pop(line))))
            hits += [Hit(rule=rule, lines=(line,), text=text) for rule, text in found if rule is not PRIVATE_KEY]
    return clean, sorted(hits, key=lambda hit: hit.lines[0])


def _matches(lines: Sequence[str], rules: Iterable[Rule]) -> Iterator[tuple[int, _Span]]:
    """What each rule finds, by line. The lines are searched as one text, which is much faster than one by one.

    Placeholders are left out: their names (`github-token`) would tell of secrets.
    """
    text = _PLACEHOLDER.sub(lambda found: "\r" * len(found[0]), "\n".join(lines))
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for rule in rules:
        if rule is PRIVATE_KEY:
            continue
        pattern = rule.pattern
        group = pattern.groupindex.get("secret", 0)
        for match in pattern.finditer(text):
            if rule.accept(match[group]):
                line = bisect_right(starts, match.start(group)) - 1
                start, end = match.span(group)
                yield line, (start - starts[line], end - starts[line], _RANK[rule.name])


def _private_keys(
    lines: Sequence[str], sides: Sequence[Sequence[int]], *, inside: bool
) -> Iterator[tuple[list[KeyPart], bool]]:
    """The keys along each side, and whether it is one that no earlier side has shown."""
    read: set[int] = set()
    shown: set[int] = set()
    for side in sides:
        for parts in find_private_keys([lines[index] for index in side], inside=inside):
            key = [KeyPart(line=side[part.line], start=part.start, end=part.end) for part in parts]
            places = {part.line for part in key}
            yield key, not places <= read or shown.isdisjoint(places)
            shown |= places
        read |= set(side)


def _apart(spans: Iterable[_Span]) -> list[_Span]:
    """Spans of a line in order, with those that overlap made one, named by the first rule of them."""
    apart: list[_Span] = []
    for start, end, rank in sorted(spans):
        if apart and start < apart[-1][1]:
            first, last, best = apart.pop()
            apart.append((first, max(last, end), min(best, rank)))
        else:
            apart.append((start, end, rank))
    return apart


def _with_tails(line: str, spans: Sequence[_Span]) -> Iterator[_Span]:
    """The spans of a line, those of tokens and long values with what stands without a gap behind and is in no other."""
    for (start, end, rank), follower in zip(spans, (*(start for start, _, _ in spans[1:]), len(line)), strict=True):
        tail: re.Match[str] | None = None
        if not _RANKED[rank].spaced:
            tail = _TAIL.match(line, end, follower)
        elif end - start >= _LONG:
            tail = _LONG_TAIL.match(line, end, follower)
        yield start, tail.end() if tail else end, rank


def _replaced(line: str, spans: Iterable[_Span]) -> tuple[str, list[tuple[Rule, str]]]:
    """The line with its spans replaced, and what they were."""
    parts: list[str] = []
    found: list[tuple[Rule, str]] = []
    at = 0
    for start, end, rank in spans:
        parts += (line[at:start], f"[REDACTED:{_RANKED[rank].name}]")
        found.append((_RANKED[rank], line[start:end]))
        at = end
    return "".join((*parts, line[at:])), found
