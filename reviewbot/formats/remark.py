"""What an annotation on lines of a file says of a finding, wherever it is shown."""

from __future__ import annotations

from reviewbot.formats import phrases
from reviewbot.model import MergedFinding
from reviewbot.sanitize import clean_words, terminal

TITLE = 250
"""Characters of a title; GitHub takes 255."""
MESSAGE = 4_000
"""Characters of a message; a runner cuts it at 4,096."""


def remark(entry: MergedFinding) -> tuple[str, str]:
    """A title, whose line is not yet made safe and may be cut, and a message that is safe where it is printed."""
    old = f"({removed}) " if (removed := phrases.removed(entry.lead.anchor)) else ""
    title = f"{entry.severity}, {phrases.agreement(entry)}: {old}{clean_words(entry.lead.title)}"
    body = clean_words(phrases.body(entry)) or clean_words(entry.lead.title)
    return title, terminal(f"{body}\n\nReported by {', '.join(entry.reviewers)}.")
