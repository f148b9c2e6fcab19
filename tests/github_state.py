"""What the fake GitHub keeps: repositories over real git, pull requests, and everything that was said about them.

Tests set the scene and look at the outcome here; the rules for what a request may do are in `github_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from github_diff import Diff, Side, commit, commits, diff, git, merge_base, moved
from github_values import ROLES, IssueComment, Placed, Rate, Review, ReviewComment, Served, Thread, Token, World
from provider_formats import Object


class Repository:
    def __init__(self, world: World, name: str, path: Path) -> None:
        self.world = world
        self.name = name
        """`owner/name`."""
        self.path = path
        self.id = world.next_id()
        self.default_branch = "main"
        self.private = self.archived = False
        self.collaborators: dict[str, str] = {}
        """Roles by login."""
        self.actions_may_approve = False
        self.pulls: dict[int, Pull] = {}
        self.check_runs: list[Object] = []
        self.served = Served()

    def role(self, login: str) -> str:
        return self.collaborators.get(login, "none" if self.private else "read")

    def collaborator(self, login: str, role: str) -> None:
        assert role in ROLES, role
        self.world.user(login)
        self.collaborators[login] = role

    def pull(
        self,
        number: int,
        *,
        base: str,
        head: str,
        base_ref: str = "main",
        head_ref: str = "feature",
        author: str = "ada",
        head_repo: str | None = "",
    ) -> Pull:
        """Open a pull request between two commits that are in the repository, which has `refs/pull/N/head` from then
        on. `head_repo` is the fork's name, None when the fork is gone, "" for this repository."""
        pull = Pull(self, number, base=base, base_ref=base_ref, head_ref=head_ref, author=author)
        pull.head_repo = self.name if head_repo == "" else head_repo
        pull.push(head)
        self.pulls[number] = pull
        return pull


class Pull:
    def __init__(self, repo: Repository, number: int, *, base: str, base_ref: str, head_ref: str, author: str) -> None:
        self.repo, self.world = repo, repo.world
        self.id = self.world.next_id()
        self.number = number
        self.title, self.body = "A change", ""
        self.author, self.author_association = self.world.user(author), "CONTRIBUTOR"
        self.state: Literal["open", "closed"] = "open"
        self.merged = False
        self.draft = False
        self.labels: list[str] = []
        self.base_ref, self.head_ref = base_ref, head_ref
        self.base_sha = self._commit(base)
        self.head_sha = ""
        self.head_repo: str | None = repo.name
        self.created_at = self.updated_at = self.world.now()
        self.issue_comments: list[IssueComment] = []
        self.reviews: list[Review] = []
        self.comments: list[ReviewComment] = []
        """Of all reviews, also of pending ones."""
        self.resolved: dict[int, str] = {}
        """Who resolved a thread, by the id of its first comment."""

    def _commit(self, name: str) -> str:
        found = commit(self.repo.path, name)
        assert found is not None, f"no commit {name} in {self.repo.path}"
        return found

    # -------------------------------------------------------- the change

    def merge_base(self, head: str = "") -> str:
        found = merge_base(self.repo.path, self.base_sha, head or self.head_sha)
        assert found is not None, "base and head have no common ancestor"
        return found

    def diff(self, head: str = "") -> Diff:
        """The pull request's diff as it is, or as it was with an earlier head."""
        return diff(self.repo.path, self.merge_base(head), head or self.head_sha)

    def commits(self) -> tuple[str, ...]:
        return commits(self.repo.path, self.merge_base(), self.head_sha)

    def push(self, head: str) -> None:
        """Move the head. Comments whose line is no longer in the diff become outdated, and reviews of a commit that
        was pushed away are said to be of the new head, as GitHub has it."""
        with self.world.lock:
            self.head_sha = self._commit(head)
            done = git(self.repo.path, "update-ref", f"refs/pull/{self.number}/head", self.head_sha)
            assert done is not None
            mine = self.commits()
            for review in self.reviews:
                if review.commit_id not in mine:
                    review.commit_id = self.head_sha
            self._moved()

    def move_base(self, base: str) -> None:
        with self.world.lock:
            self.base_sha = self._commit(base)
            self._moved()

    def _moved(self) -> None:
        self.updated_at = self.world.now()
        for comment in self.comments:
            self._place(comment)

    # -------------------------------------------------------- what is said

    def comment(self, login: str, body: str) -> IssueComment:
        with self.world.lock:
            now = self.world.now()
            comment = IssueComment(
                id=self.world.next_id(), user=self.world.user(login), body=body, created_at=now, updated_at=now
            )
            self.issue_comments.append(comment)
            return comment

    def review(
        self,
        login: str,
        body: str = "",
        *,
        state: Literal["PENDING", "COMMENTED", "APPROVED", "CHANGES_REQUESTED"] = "COMMENTED",
        comments: Sequence[Placed] = (),
        commit_id: str = "",
    ) -> Review:
        with self.world.lock:
            review = Review(
                id=self.world.next_id(),
                user=self.world.user(login),
                body=body,
                state=state,
                commit_id=commit_id or self.head_sha,
                submitted_at=None if state == "PENDING" else self.world.now(),
            )
            self.reviews.append(review)
            for placed in comments:
                self._add(review, placed)
            return review

    def reply(self, login: str, to: int, body: str) -> ReviewComment:
        """Answer a thread by the id of its first comment. As on GitHub, that makes a review with an empty body."""
        with self.world.lock:
            first = next(comment for comment in self.comments if comment.id == to and comment.in_reply_to is None)
            placed = Placed(
                path=first.path,
                body=body,
                line=first.original_line,
                side=first.side,
                start_line=first.original_start_line,
                start_side=first.start_side,
            )
            review = self.review(login, commit_id=first.original_commit_id)
            return self._add(review, placed, first=first)

    def _add(self, review: Review, placed: Placed, *, first: ReviewComment | None = None) -> ReviewComment:
        now, base = self.world.now(), self.merge_base(review.commit_id)
        comment = ReviewComment(
            id=self.world.next_id(),
            review_id=review.id,
            in_reply_to=first.id if first else None,
            user=review.user,
            body=placed.body,
            path=placed.path,
            side=placed.side,
            start_side=placed.start_side,
            line=placed.line,
            start_line=placed.start_line,
            original_line=placed.line,
            original_start_line=placed.start_line,
            commit_id=review.commit_id,
            original_commit_id=review.commit_id,
            original_base=first.original_base if first else base,
            diff_hunk=first.diff_hunk if first else self._diff_hunk(placed, review.commit_id),
            created_at=now,
            updated_at=now,
        )
        self.comments.append(comment)
        self._place(comment)
        return comment

    def _diff_hunk(self, placed: Placed, head: str) -> str:
        """The hunk up to the line."""
        file = self.diff(head).file(placed.path)
        hunk = file.hunk(placed.side, placed.line) if file and placed.line is not None else None
        if hunk is None or placed.line is None:
            return ""
        return "\n".join(hunk.lines[: (hunk.index(placed.side, placed.line) or 0) + 2])

    def _place(self, comment: ReviewComment) -> None:
        """Find where a comment's lines stand in the diff as it is now."""
        line = self._now_at(comment, comment.side, comment.original_line)
        start = self._now_at(comment, comment.start_side or comment.side, comment.original_start_line)
        if line is None or (start is None and comment.original_start_line is not None):
            comment.line = comment.start_line = None
        else:
            comment.line, comment.start_line, comment.commit_id = line, start, self.head_sha

    def _now_at(self, comment: ReviewComment, side: Side, line: int | None) -> int | None:
        if line is None:
            return None
        if side == "LEFT":
            before, after = comment.original_base, self.merge_base()
        else:
            before, after = comment.original_commit_id, self.head_sha
        now = moved(self.repo.path, before, after, comment.path, line)
        file = self.diff().file(comment.path)
        return now if now is not None and file is not None and file.hunk(side, now) is not None else None

    # -------------------------------------------------------- threads

    @property
    def pending(self) -> frozenset[int]:
        """The ids of the reviews that were not submitted."""
        return frozenset(review.id for review in self.reviews if review.state == "PENDING")

    def seen(self, login: str | None) -> Iterable[ReviewComment]:
        """The review comments that someone sees: those of a pending review are its author's alone."""
        hidden = self.pending
        return (one for one in self.comments if one.review_id not in hidden or one.user.login == login)

    def threads(self, login: str | None = None) -> list[Thread]:
        """As `login` sees them, in order."""
        by_first = dict[int, list[ReviewComment]]()
        for comment in self.seen(login):
            by_first.setdefault(comment.in_reply_to or comment.id, []).append(comment)
        return [
            Thread(comments=tuple(comments), resolved_by=self.resolved.get(first))
            for first, comments in by_first.items()
        ]

    def resolve(self, comment_id: int, login: str) -> None:
        """Resolve a thread by the id of its first comment."""
        with self.world.lock:
            assert any(thread.comments[0].id == comment_id for thread in self.threads(login))
            self.resolved[comment_id] = self.world.user(login).login


@dataclass(slots=True, kw_only=True)
class Site:
    """All there is."""

    world: World = field(default_factory=World)
    repos: dict[str, Repository] = field(default_factory=dict)
    tokens: Mapping[str, Token] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    longest_page: int = 100
    """Entries of a list, whatever is asked for."""

    def repo(self, name: str, path: Path) -> Repository:
        """Add a repository; `path` is a real, best a bare one."""
        self.repos[name] = Repository(self.world, name, path)
        return self.repos[name]
