"""Text of a change for a model's prompt: it has to see what a person would not."""

from __future__ import annotations

import re

from reviewbot.sanitize.characters import UNSEEN

_UNSEEN_OR_BREAK = re.compile(f"[{UNSEEN}\n]")


def visible(text: str) -> str:
    """One line of text with every invisible character written as `<U+202E>`, emoji joiners too; a tab is kept."""
    if text.isascii() and text.isprintable():  # as most lines are, and a tenth of the work to see
        return text
    return _UNSEEN_OR_BREAK.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
