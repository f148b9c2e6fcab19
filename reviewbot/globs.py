"""Path patterns as people know them from `.gitignore`, and paths as tools write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pathspec import GitIgnoreSpec

from reviewbot.errors import ConfigError


class Globs:
    """Patterns with gitignore's meaning: `**`, a leading `/`, a later `!pattern` takes back an earlier one."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises ConfigError for a pattern that means nothing."""
        self._patterns = tuple(patterns)
        for pattern in patterns:
            try:
                GitIgnoreSpec.from_lines([pattern])
            except (ValueError, re.error) as error:
                raise ConfigError(f"the path pattern {pattern!r} cannot be read: {error}") from None
        self._spec = GitIgnoreSpec.from_lines(self._patterns)

    def matching(self, path: str) -> str | None:
        """The pattern that decides for `path`, or None when none takes it."""
        result = self._spec.check_file(path)
        return self._patterns[result.index] if result.include and result.index is not None else None


def plain_path(path: str) -> str:
    """A path as most tools write it: from the top, with / between folders, accents as one character."""
    return unicodedata.normalize("NFC", path).strip().replace("\\", "/").removeprefix("./").lstrip("/")
