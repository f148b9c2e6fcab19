"""Bytes of a diff -> `Diff`. The only importer of unidiff."""

from reviewbot.stages.diff.hunks import (
    MAX_DIFF_BYTES,
    MAX_DIFF_LINES,
    MAX_FILE_BYTES,
    MAX_FILE_LINES,
    MAX_FILES,
    MAX_LINE_CHARS,
    decode,
)
from reviewbot.stages.diff.listed import Content, Listed, Tree, from_list, hidden, list_alone, shown
from reviewbot.stages.diff.patch import parse_patch
from reviewbot.stages.diff.raw import parse_raw_patch

__all__ = [
    "MAX_DIFF_BYTES",
    "MAX_DIFF_LINES",
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "MAX_FILE_LINES",
    "MAX_LINE_CHARS",
    "Content",
    "Listed",
    "Tree",
    "decode",
    "from_list",
    "hidden",
    "list_alone",
    "parse_patch",
    "parse_raw_patch",
    "shown",
]
