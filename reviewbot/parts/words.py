"""Names of outside reviewers, and how much of their words is read."""

from __future__ import annotations

from reviewbot.parts.node import Node
from reviewbot.sanitize import clean_words

MAX_FINDINGS = 50_000
"""In all; reading and merging that many takes some 600 MB."""
MAX_PATH = 4_096
MAX_TITLE = 200
MAX_BODY = 8_000
_MAX_NAME = 100


def reviewer_name(node: Node) -> str:
    """A reviewer's name on one line, without what may not be shown. Raises InputError when nothing is left."""
    if not isinstance(node.value, str):
        raise node.refuse("must be a reviewer's name")
    name = " ".join(clean_words(node.value[: 4 * _MAX_NAME]).split())[:_MAX_NAME]
    if not name:
        raise node.refuse("must be a reviewer's name, and not empty")
    return name
