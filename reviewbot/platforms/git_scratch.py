"""A temporary repository in which two trees are compared.

It borrows the objects of the real one and nothing else: no configuration, no attributes, no filters. What git calls
binary there is what its own rule says, a NUL in the first 8,000 bytes, whatever the change's .gitattributes claim.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from reviewbot.errors import DiffError, GitError, UsageError
from reviewbot.model import Diff, FileDiff
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import Git, GitCommandError
from reviewbot.stages.diff import decode, parse_raw_patch

LARGE_BLOB = 64 * 1024 * 1024
"""Bytes from which git does not compare a file: it would hold both versions in memory."""
BINARY_PROBE = 8000
"""A NUL in this many first bytes makes a file binary. https://git-scm.com/docs/gitattributes#_generating_diff_text"""

_CONFIG = {"core.bigFileThreshold": str(LARGE_BLOB), "core.looseCompression": "0"}
# -l400: comparing every new file with every old one takes 40 s at git's own limit of 1,000 files; past the limit only
# exact renames and copies are found.
_DIFF = (
    "diff-tree", "-r", "-p", "--raw", "-z", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color",
    "-M", "-C", "-l400", "--inter-hunk-context=0", "--submodule=short", "--ignore-submodules=none",
    "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    git: Git
    """Runs in the temporary repository."""
    checkout: Checkout
    """The real one."""

    @property
    def git_dir(self) -> Path:
        return self.git.cwd

    def empty_tree(self) -> str:
        return self.git.ask("hash-object", "-w", "-t", "tree", "--stdin").line

    def diff(self, base: str, head: str, *, context_lines: int, fetch: str) -> Diff:
        """Compare two trees or commits, given by their ids.

        `fetch` is the command that brings the objects which a partial clone may lack. Raises UsageError naming it, or
        GitError.
        """
        try:
            with closing(self.git.stream(*_DIFF, f"-U{context_lines}", "--end-of-options", base, head)) as pieces:
                diff = parse_raw_patch(pieces)
        except GitCommandError:
            if not self.checkout.partial:
                raise
            raise UsageError(
                "this is a partial clone, and some versions of the changed files are still at the remote, which"
                f" reviewbot does not contact; bring them with `{fetch}`"
            ) from None
        except DiffError as exc:
            raise GitError(f"git's answer to diff-tree cannot be read: {exc}") from exc
        large = self._large_texts(diff, base, head)
        return Diff(files=tuple(large.get(file.path, file) for file in diff.files))

    def _large_texts(self, diff: Diff, base: str, head: str) -> dict[str, FileDiff]:
        """By path, the files that git called binary because they are large, and not for a NUL."""
        binary = [file for file in diff.files if file.binary]
        if not binary:
            return {}
        fields = iter(self.git.ask("diff-tree", "-r", "--raw", "-z", "--no-renames", base, head).fields)
        ids = {decode(path): meta.decode("ascii").split(" ")[2:4] for meta, path in zip(fields, fields, strict=True)}
        blobs = {
            file.path: (ids[file.old_path or file.path][0], ids[file.path][1])
            for file in binary
            if file.path in ids and (file.old_path or file.path) in ids
        }
        sizes = self._sizes([blob for pair in blobs.values() for blob in pair])
        return {
            file.path: replace(file, binary=False, problem=too_large(size))
            for file in binary
            if (size := max((sizes.get(blob, 0) for blob in blobs.get(file.path, ())), default=0)) > LARGE_BLOB
            and not any(self._is_binary(blob) for blob in blobs[file.path] if blob in sizes)
        }

    def _sizes(self, blobs: list[str]) -> dict[str, int]:
        said = self.git.ask("cat-file", "--batch-check", stdin="".join(f"{blob}\n" for blob in blobs).encode("ascii"))
        answers = (line.split(" ") for line in said.line.split("\n"))
        return {answer[0]: int(answer[2]) for answer in answers if len(answer) == 3}

    def _is_binary(self, blob: str) -> bool:
        with closing(self.git.stream("cat-file", "blob", blob)) as pieces:
            return any(b"\0" in piece[:BINARY_PROBE] for piece in islice(pieces, 1))


@contextmanager
def scratch(checkout: Checkout) -> Iterator[Scratch]:
    """A Scratch for the time of a `with` block."""
    try:
        temporary = tempfile.TemporaryDirectory(prefix="reviewbot-")
    except OSError as exc:
        raise GitError(
            f"no temporary folder can be made ({exc.strerror}); set TMPDIR to one that can be written"
        ) from exc
    with temporary as folder:
        git_dir = Path(folder).resolve()
        environ = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(map(_quoted, _object_folders(checkout)))}
        git = checkout.git.using(cwd=git_dir, config=_CONFIG)
        git.ask(
            "init", "--quiet", "--bare", "--template=", "--initial-branch=main",
            f"--object-format={checkout.object_format}", str(git_dir),
        )  # fmt: skip
        yield Scratch(git=git.using(environ={**environ, "GIT_DIR": str(git_dir)}), checkout=checkout)


def too_large(size: int) -> str:
    """The reason for not reading a text of `size` bytes."""
    megabyte = 1024 * 1024
    return f"it is a text of {size / megabyte:.0f} MB; files of more than {LARGE_BLOB // megabyte} MB are not compared"


def _object_folders(checkout: Checkout) -> list[Path]:
    """The repository's objects, and those it borrows by a relative path, which git heeds in the first place only."""
    try:
        lines = checkout.objects.joinpath("info", "alternates").read_bytes().split(b"\n")
    except OSError:
        lines = []
    borrowed = [Path(os.fsdecode(line)) for line in lines if line and not line.startswith((b"#", b'"'))]
    return [checkout.objects, *(checkout.objects / path for path in borrowed if not path.is_absolute())]


def _quoted(folder: Path) -> str:
    """As git reads a path that may hold the list's separator. https://git-scm.com/docs/git#Documentation/git.txt"""
    escaped = str(folder).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
