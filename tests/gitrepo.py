"""Real repositories for tests, built with a git that sees no configuration but the repository's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_ENVIRON = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "Ada Author",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05+00:00",
}
BEFORE = """\
def total(items):
    count = 0
    for item in items:
        count += item
    return count
"""
AFTER = """\
def total(items):
    for item in items:
        count += item
    return count


def mean(items):
    return total(items) / len(items)
"""


class GitRepo:
    """A repository in `path`; made there unless one exists. Names of files are text; bytes that are not UTF-8 stand in
    them as surrogates (`os.fsdecode`)."""

    def __init__(self, path: Path, *, bare: bool = False, object_format: str = "sha1") -> None:
        self.path = path
        if not (path / ".git").exists() and not (path / "HEAD").exists():
            path.mkdir(parents=True, exist_ok=True)
            kind = ["--bare"] if bare else []
            self.git("init", "--quiet", "--initial-branch=main", f"--object-format={object_format}", *kind)

    def git(self, *args: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> bytes:
        """Run git here and return its output; an error fails the test with what git said."""
        done = subprocess.run(
            ["git", *args], cwd=self.path, input=stdin, capture_output=True, env={**_ENVIRON, **(environ or {})}
        )
        assert done.returncode == 0, f"git {' '.join(args)}: {os.fsdecode(done.stderr)}"
        return done.stdout

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files into the work tree; None deletes one."""
        for name, content in files.items():
            path = self.path / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes | None] | None = None, message: str = "change") -> str:
        """Write files, commit the whole work tree, and return the commit's id."""
        self.write(files or {})
        self.git("add", "--all", "--force")
        return self.record(message)

    def record(self, message: str = "change") -> str:
        """Commit the index and return the commit's id."""
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").decode().strip()

    def count(self, base: str, head: str) -> int:
        """How many paths git lists between two commits or trees, renames found."""
        raw = self.git("diff-tree", "-r", "-M", "-C", "--name-status", "-z", base, head)
        fields = raw.split(b"\0")[:-1]
        count = 0
        while fields:
            del fields[: 3 if fields[0][:1] in (b"R", b"C") else 2]
            count += 1
        return count


def environ(**variables: str) -> dict[str, str]:
    """What a test passes for the caller's environment: a PATH, an empty HOME, and what it adds."""
    return {"PATH": _ENVIRON["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", **variables}


def two_defects(path: Path) -> GitRepo:
    """A repository with `main` and a branch `feature` that is checked out and brings two defects."""
    repo = GitRepo(path)
    repo.commit({"src/stats.py": BEFORE, "README.md": "# Stats\n"}, "Start")
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.commit({"src/stats.py": AFTER}, "Add mean")
    return repo
