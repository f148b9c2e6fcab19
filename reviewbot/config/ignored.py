"""`.reviewbot/ignored.yaml`: the findings that people have turned down, for a repository to keep.

One block for each, under the finding's fingerprint::

    "3f2a9c0d1e4b5a67":
      path: src/app.py
      title: Password is logged
      reason: It is the placeholder of the demo, and never a person's.
      who: Ada Lovelace <ada@example.com>
      when: "2026-11-25"

Only `reason` is required.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from reviewbot.config.tree import Document, Path, legible, nearest, shown
from reviewbot.config.values import IgnoredFinding, Json
from reviewbot.errors import ConfigError, UsageError

IGNORED_FILE = ".reviewbot/ignored.yaml"
MAX_REASON = 1_000
"""Characters of a reason that `reviewbot ignore` takes."""
_FINGERPRINT = re.compile(r"[0-9a-f]{16}(?:-[1-9][0-9]{0,5})?")
WHERE_SHOWN = "`reviewbot review -v`, the screen of a blocked push and the JSON report show that of each finding"
KEYS = ("path", "title", "reason", "who", "when")
_MOST_TOLD = 10


def read_ignored(document: Document) -> tuple[IgnoredFinding, ...]:
    """Read the blocks, in their order. Raises ConfigError that lists what is wrong, ten things at most."""
    problems = [
        f"{document.place((fingerprint, *path))}: {text}"
        for fingerprint, block in document.value.items()
        for path, text in _problems(fingerprint, block)
    ]
    if problems:
        raise ConfigError("\n".join(problems[:_MOST_TOLD]))
    return tuple(_read(fingerprint, block) for fingerprint, block in document.value.items() if isinstance(block, dict))


def asked_fingerprint(text: str) -> str:
    """A fingerprint as a person gives it. Raises UsageError for what is none."""
    fingerprint = text.strip().lower()
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise UsageError(f"`{shown(text)}` is no fingerprint: it has 16 digits of 0-9 and a-f; {WHERE_SHOWN}")
    return fingerprint


def asked_reason(text: str | None) -> str:
    """A reason as a person gives it, on one line. Raises UsageError for one that says nothing or is not text."""
    reason = " ".join((text or "").split())
    if not any(char.isalnum() for char in reason):
        raise UsageError(
            "a reason is required, in words: --reason TEXT. Who finds the finding in the list later has to see why it"
            " is there"
        )
    odd = next((char for char in reason if unicodedata.category(char) in ("Cc", "Cs")), None)
    if odd is not None:
        raise UsageError(f"the reason holds {legible(odd)}, which is no character of a text; write it without")
    if len(reason) > MAX_REASON:
        raise UsageError(f"the reason has {len(reason):,} characters; at most {MAX_REASON:,}")
    return reason


def _problems(fingerprint: str, block: Json) -> Iterator[tuple[Path, str]]:
    if not _FINGERPRINT.fullmatch(fingerprint):
        yield (), f"`{shown(fingerprint)}` is no fingerprint; the report shows that of each finding"
    elif not isinstance(block, dict):
        yield (), f"`{fingerprint}` must hold keys with values, at least `reason`"
    else:
        for key, value in block.items():
            if key not in KEYS:
                near = nearest(key[:40].lower(), KEYS)
                hint = f"did you mean `{near}`?" if near else f"known here: {', '.join(KEYS)}"
                yield (key,), f"key `{shown(key)}` is not known; {hint}"
            elif value is not None and not isinstance(value, str):
                yield (key,), f"`{key}` must be text; put it in quotes"
        reason = block.get("reason")
        if reason is None or (isinstance(reason, str) and not reason.strip()):
            yield (), f"`{fingerprint}` has no `reason`; say why the finding is turned down"


def _read(fingerprint: str, block: dict[str, Json]) -> IgnoredFinding:
    texts = {key: value if isinstance(value, str) else "" for key, value in block.items()}
    return IgnoredFinding(
        fingerprint=fingerprint,
        path=texts.get("path", ""),
        title=texts.get("title", ""),
        reason=texts["reason"].strip(),
        who=texts.get("who", ""),
        when=texts.get("when", ""),
    )
