"""What the ideas of an order to a reviewer mean together in any language but English."""

from __future__ import annotations

from msgspec import Struct

from reviewbot.stages.injection.rules import DICTATE, SET_ASIDE, SILENCE
from reviewbot.stages.injection.signs import Language, Sign

_SIGNS = tuple(
    Sign(attempt=attempt, strong=strong, ideas=tuple(ideas.split()), within=120)
    for attempt, strong, ideas in (
        (SET_ASIDE, True, "undo old orders"),
        (SET_ASIDE, True, "undo orders clean"),
        (SET_ASIDE, True, "undo orders approve"),
        (SILENCE, True, "model deny tell"),
        (SILENCE, True, "model skip"),
        (DICTATE, True, "model say clean"),
        (DICTATE, True, "model approve"),
        (SILENCE, True, "approve deny tell flaw"),
        (SILENCE, True, "deny tell say clean"),
        (SILENCE, False, "deny tell flaw here"),
        (DICTATE, False, "approve here without"),
        (DICTATE, True, "model deem clean"),
        (DICTATE, False, "deem clean here"),
    )
)


SHORT = 3
"""Letters of a beginning that has to be a whole word, because many words begin like it."""
_WHOLE = ("deny", "here", "without")
"""Ideas whose words are given whole, because many words begin like them."""
_CONDITIONAL = ("tell", "clean")
"""Ideas that are none where a word for "if" follows, or follows the next word."""
_HINTING = ("orders", "model", "approve", "tell", "deem")
"""Each sign has one of these."""


class Tongue(Struct, frozen=True, kw_only=True):
    spaced: bool
    """Whether the language parts its words, so that a hint is the beginning of one."""
    hints: tuple[str, ...]
    """What no sign of the language is without."""
    language: Language


def tongue(*, spaced: bool = True, conditions: str = "", **stems: str) -> Tongue:
    """Patterns by idea, with a bar between them, for text with one space between words.

    conditions: words for "if"; behind what is not to be told they make a rule for other days of an order.
    """

    def pattern(idea: str) -> str:
        if not spaced:
            return f"(?:{stems[idea]})"
        unless = rf"(?!(?: \w++)? (?:{conditions})(?!\w))" if conditions and idea in _CONDITIONAL else ""
        alone = rf"(?:{stems[idea]})(?!\w){unless}"
        if idea in _WHOLE:
            return rf"(?<!\w){alone}"
        longer = "|".join(stem for stem in _alternatives(stems[idea]) if len(stem) > SHORT)
        return rf"(?<!\w)(?:{alone}|(?:{longer})\w*+{unless})" if longer else rf"(?<!\w){alone}"

    hints = (_literal(stem, spaced=spaced) for idea in _HINTING if idea in stems for stem in _alternatives(stems[idea]))
    return Tongue(
        spaced=spaced,
        hints=tuple(dict.fromkeys(hints)),
        language=Language(
            ideas={idea: pattern(idea) for idea in stems},
            signs=tuple(sign for sign in _SIGNS if stems.keys() >= set(sign.ideas)),
        ),
    )


def _alternatives(stems: str) -> list[str]:
    """The parts between the bars that stand in no brackets."""
    parts, depth = [""], 0
    for char in stems:
        depth += (char in "([") - (char in ")]")
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _literal(stem: str, *, spaced: bool) -> str:
    """The beginning of a pattern that stands for itself, of its first word where words are parted."""
    stem = stem.removeprefix(_ALONE)
    end = next((at for at, char in enumerate(stem) if char in "\\([?" or (spaced and char == " ")), len(stem))
    return stem[:end]


_ALONE = "(?<![a-z])"
