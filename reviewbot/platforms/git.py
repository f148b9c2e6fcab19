"""The change under review, from a git repository. The repository is read; nothing in it is written or run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from reviewbot.errors import UsageError
from reviewbot.model import Change
from reviewbot.platforms.git_checkout import Checkout, find_checkout
from reviewbot.platforms.git_range import Range, default_range, explicit_range, head_commit, subjects
from reviewbot.platforms.git_scratch import Scratch, scratch
from reviewbot.platforms.git_snapshot import Snapshot, staged, uncommitted


class GitRepository(Struct, frozen=True):
    """A repository on this machine. Every method raises UsageError or GitError, with what to do."""

    checkout: Checkout

    @classmethod
    def discover(cls, cwd: Path, environ: Mapping[str, str]) -> GitRepository:
        """The repository around `cwd`. `environ` gives the PATH, and where the user's own git configuration is."""
        return cls(find_checkout(cwd, environ))

    @property
    def root(self) -> Path:
        """The top of the work tree; the git folder of a bare repository."""
        return self.checkout.root

    def fetch_range(self, spec: str | None, *, context_lines: int) -> Change:
        """`A..B` or `A...B`, always read as merge-base(A, B)..B; None stands for what HEAD adds to the default branch.

        `context_lines` is the number of unchanged lines around a change.
        """
        chosen = default_range(self.checkout) if spec is None else explicit_range(self.checkout, spec)
        return self.fetch_commits(chosen, context_lines=context_lines)

    def fetch_commits(self, chosen: Range, *, context_lines: int) -> Change:
        """What a range of commits changes."""
        with scratch(self.checkout) as temporary:
            base = chosen.base or temporary.empty_tree()
            fetch = f"git diff --stat {base} {chosen.head}"
            diff = temporary.diff(base, chosen.head, context_lines=context_lines, fetch=fetch)
        return Change(
            diff=diff,
            base=chosen.base,
            head=chosen.head,
            subjects=subjects(self.checkout, chosen),
            label=chosen.label,
        )

    def fetch_staged(self, *, context_lines: int) -> Change:
        """The index against HEAD."""
        return self._snapshot(staged, label="staged", fetch="git diff --cached --stat", context_lines=context_lines)

    def fetch_uncommitted(self, *, context_lines: int) -> Change:
        """The work tree against HEAD, untracked files that are not ignored included."""
        fetch = "git diff --stat HEAD"
        return self._snapshot(uncommitted, label="uncommitted", fetch=fetch, context_lines=context_lines)

    def _snapshot(
        self, take: Callable[[Scratch, str | None], Snapshot], *, label: str, fetch: str, context_lines: int
    ) -> Change:
        if self.checkout.bare:
            raise UsageError(f"{self.root} has no work tree; give a range: BASE..HEAD")
        head = head_commit(self.checkout)
        with scratch(self.checkout) as temporary:
            snapshot = take(temporary, head)
            base = head or temporary.empty_tree()
            diff = temporary.diff(base, snapshot.tree, context_lines=context_lines, fetch=fetch)
        return Change(diff=snapshot.complete(diff), base=head, label=label)
