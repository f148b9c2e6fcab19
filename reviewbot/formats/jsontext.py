"""Values as JSON text that is safe wherever it is printed."""

from __future__ import annotations

import json
import re

from reviewbot.config.values import Json
from reviewbot.sanitize.characters import UNSEEN

# A line of a CI log that holds this is a command of the runner; in JSON text it can only be inside a string.
_COMMAND = re.compile(r"#(?=#\w*+\[)")
# Characters that are not seen or act on a terminal: valid in JSON text, written as escapes all the same.
_UNSEEN = re.compile(f"[\xa0\ufffc\ufffd{UNSEEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_text(document: Json) -> str:
    """Indented JSON that ends in a line feed: valid UTF-8, no unseen characters, nothing that a CI runner obeys."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    text = _SURROGATE.sub("\ufffd", _COMMAND.sub(r"\\u0023", text))
    return _UNSEEN.sub(_escape, text) + "\n"


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
