"""How two trees of one repository are compared, and what git's answer means.

What git calls binary is what its own rule says, a NUL in the first 8,000 bytes, as long as the repository has no
attributes: whatever the change's .gitattributes claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.errors import DiffError, GitError
from reviewbot.model import Diff, FileDiff
from reviewbot.platforms.git_command import Git
from reviewbot.stages.diff import decode, parse_raw_patch

LARGE_BLOB = 64 * 1024 * 1024
"""Bytes from which git does not compare a file: it would hold both versions in memory."""
BINARY_PROBE = 8000
"""A NUL in this many first bytes makes a file binary. https://git-scm.com/docs/gitattributes#_generating_diff_text"""

_GITLINK = "160000"
# -l400: comparing every new file with every old one takes 40 s at git's own limit of 1,000 files; past the limit only
# exact renames and copies are found.
_DIFF = (
    "diff-tree", "-r", "-p", "--raw", "-z", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color",
    "-M", "-C", "-l400", "--inter-hunk-context=0", "--submodule=short", "--ignore-submodules=none",
    "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip


class Pair(Struct, frozen=True, kw_only=True):
    """One changed path: the blob before and after, None where there is no file."""

    path: str
    old: str | None
    new: str | None


def compare(git: Git, base: str, head: str, *, context_lines: int) -> Diff:
    """What changed between two trees or commits, given by their ids.

    Raises GitCommandError, for one when an object is missing, and GitError for an answer that cannot be read.
    """
    try:
        with closing(git.stream(*_DIFF, f"-U{context_lines}", "--end-of-options", base, head)) as pieces:
            diff = parse_raw_patch(pieces)
    except DiffError as exc:
        raise GitError(f"git's answer to diff-tree cannot be read: {exc}") from exc
    large = _large_texts(git, diff, base, head)
    return Diff(files=tuple(large.get(file.path, file) for file in diff.files))


def changed_blobs(git: Git, base: str, head: str) -> tuple[Pair, ...]:
    """The blobs that a comparison reads. Needs the trees alone; a submodule has no blob. Raises GitCommandError."""
    fields = iter(git.ask("diff-tree", "-r", "--raw", "-z", "--no-renames", "--end-of-options", base, head).fields)
    return tuple(_pair(meta, path) for meta, path in zip(fields, fields, strict=True))


def sizes(git: Git, blobs: Iterable[str]) -> dict[str, int]:
    """By id, the size of each object in bytes; what is missing here is missing there."""
    said = git.ask("cat-file", "--batch-check", stdin="".join(f"{blob}\n" for blob in blobs).encode("ascii"))
    answers = (line.split(" ") for line in said.line.split("\n"))
    return {answer[0]: int(answer[2]) for answer in answers if len(answer) == 3}


def too_large(size: int) -> str:
    """The reason for not reading a text of `size` bytes."""
    megabyte = 1024 * 1024
    return f"it is a text of {size / megabyte:.0f} MB; files of more than {LARGE_BLOB // megabyte} MB are not compared"


def _pair(meta: bytes, path: bytes) -> Pair:
    old_mode, new_mode, old, new, _ = meta.decode("ascii").removeprefix(":").split(" ")
    return Pair(path=decode(path), old=_blob(old_mode, old), new=_blob(new_mode, new))


def _blob(mode: str, name: str) -> str | None:
    return name if name.strip("0") and mode != _GITLINK else None


def _large_texts(git: Git, diff: Diff, base: str, head: str) -> dict[str, FileDiff]:
    """By path, the files that git called binary because they are large, and not for a NUL."""
    binary = [file for file in diff.files if file.binary]
    if not binary:
        return {}
    pairs = {pair.path: pair for pair in changed_blobs(git, base, head)}
    blobs = {
        file.path: [blob for blob in (pairs[file.old_path or file.path].old, pairs[file.path].new) if blob]
        for file in binary
        if file.path in pairs and (file.old_path or file.path) in pairs
    }
    size_of = sizes(git, [blob for pair in blobs.values() for blob in pair])
    return {
        file.path: replace(file, binary=False, problem=too_large(size))
        for file in binary
        if (size := max((size_of.get(blob, 0) for blob in blobs.get(file.path, ())), default=0)) > LARGE_BLOB
        and not any(_is_binary(git, blob) for blob in blobs[file.path] if blob in size_of)
    }


def _is_binary(git: Git, blob: str) -> bool:
    with closing(git.stream("cat-file", "blob", blob)) as pieces:
        return any(b"\0" in piece[:BINARY_PROBE] for piece in islice(pieces, 1))
