"""A pull request on a git server of our own, and how a test reads it."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from git_http import GitServer
from gitrepo import GitRepo, environ

from reviewbot.model import Diff
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import Git, find_git
from reviewbot.platforms.git_pull import PullCommits, PullObjects, pull_request_objects
from reviewbot.platforms.git_remote import Remote

TOKEN = "ghs_" + "q7Zr" * 9
SENT = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@dataclass
class Pull:
    """A repository whose main goes on after a pull request left it, and the server that has both."""

    repo: GitRepo
    server: GitServer
    temp: Path
    """Where temporary folders are made."""

    @property
    def hosted(self) -> Path:
        return self.server.folder / "project.git"

    def open(
        self,
        head: Mapping[str, str | bytes | None] | None = None,
        *,
        base: Mapping[str, str | bytes | None] | None = None,
        later: Mapping[str, str | bytes | None] | None = None,
    ) -> PullCommits:
        """Commit `base` on main, `head` on a fork's branch and `later` on main again; push them. The head is in no
        branch of the server, as that of a fork. Files that a test has written to the work tree go with `base`."""
        repo = self.repo
        start = repo.commit(base or {}, "start")
        repo.git("switch", "--quiet", "--detach")
        tip = repo.commit(head or {}, "head")
        repo.git("switch", "--quiet", "main")
        main = repo.commit(later or {}, "later")
        return self.push(PullCommits(number=7, merge_base=start, head=tip, base=main, base_ref="main"))

    def push(self, commits: PullCommits) -> PullCommits:
        """Give the commits to the server."""
        if not self.hosted.exists():
            GitRepo(self.hosted, bare=True)
        refs = [f"{commits.base}:refs/heads/main", f"{commits.head}:{commits.head_ref}"]
        self.repo.git("push", "--quiet", "--force", str(self.hosted), *refs)
        return commits

    @contextmanager
    def objects(
        self,
        commits: PullCommits,
        *,
        url: str | None = None,
        token: str | None = TOKEN,
        borrow: Checkout | None = None,
        deadline_s: float = 20,
    ) -> Iterator[PullObjects]:
        remote = Remote(url=url or self.server.url(), token=token)
        with pull_request_objects(self.git(), remote, commits, borrow=borrow, deadline_s=deadline_s) as objects:
            yield objects

    def diff(self, commits: PullCommits, *, url: str | None = None, borrow: Checkout | None = None) -> Diff:
        with self.objects(commits, url=url, borrow=borrow) as objects:
            return objects.diff(context_lines=3)

    def git(self) -> Git:
        return find_git(environ(), cwd=self.temp, tree=None)


def paths(diff: Diff) -> list[str]:
    return [file.path for file in diff.files]


def children() -> set[int]:
    """The processes that descend from this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}
