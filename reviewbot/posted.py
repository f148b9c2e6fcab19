"""Values of what stands on a pull request, and of what will: what `known` compares and `publish` sends."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from msgspec import Struct

from reviewbot.model import Category, MergedFinding, Severity, Side


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


class PullRequest(Struct, frozen=True, kw_only=True):
    repository: str
    """`owner/name`."""
    number: int
    title: str
    base: str
    """The tip of the base branch."""
    base_ref: str
    head: str
    head_repository: str | None
    """Where its branch lives; None when that repository is gone."""
    draft: bool
    author: str
    labels: tuple[str, ...]
    status: Status = Status.OPEN
    review_comments: int | None = None
    """How many comments on lines it has; None when the platform does not tell."""
    changed_files: int | None = None
    """The same of its files."""


class Thread(Struct, frozen=True, kw_only=True):
    """A comment on lines with its replies."""

    id: str
    comment: int
    """The first comment."""
    is_resolved: bool
    resolved_by: str | None
    """The login; None for one that is open, and where nobody is named."""
    may_resolve: bool
    """Whether we may."""


class Posted(Struct, frozen=True, kw_only=True):
    """A finding that an earlier run put on the pull request, as its marker tells."""

    fingerprint: str
    path: str | None
    side: Side
    category: Category
    severity: Severity
    title: str
    body: str
    reviewers: tuple[str, ...]
    of: int
    """How many reviewers could have backed it then."""
    source: str
    """A hash of the anchored line without its spacing, as `source_hash` makes it; empty without a line."""
    comment: int | None = None
    """The inline comment that shows it; None for one that only the summary lists."""
    line: int | None = None
    """The first line that this comment is on now; None once it is gone from the diff."""
    told: bool = False
    """The text of a review has its words."""
    declined: str | None = None
    """Who turned it down and why, in a sentence; None when nobody did."""
    fixed: bool = False
    """An earlier run has already said that it is gone: when it is told again, it is new."""


class Sorted(Struct, frozen=True, kw_only=True):
    """The findings of a run beside those of earlier ones."""

    entries: tuple[MergedFinding, ...]
    """The same entries in the same order, with their states."""
    posted: dict[str, Posted]
    """By the fingerprint of an entry that is not new: what it was posted as."""
    gone: tuple[Posted, ...]
    """Posted findings whose code has changed and that nobody repeats."""
    carried: tuple[Posted, ...]
    """Posted findings that nobody repeats, that are not known to be gone, and that no comment shows."""
    unrepeated: int
    """How many nobody repeats and that are not known to be gone, with those that a comment shows."""


class InlineComment(Struct, frozen=True, kw_only=True):
    """A comment on lines of the change: `line` is the last one, `start_line` the first of several."""

    path: str
    side: Side
    line: int
    start_line: int | None
    body: str


class ReviewDraft(Struct, frozen=True, kw_only=True):
    """Exactly what will be sent. An empty review is not sent at all, and neither is an empty summary."""

    body: str
    comments: tuple[InlineComment, ...]
    summary: str

    @property
    def has_review(self) -> bool:
        return bool(self.body or self.comments)


class Annotation(Struct, frozen=True, kw_only=True):
    """A remark on lines of a file of the head, both included."""

    path: str
    start_line: int
    end_line: int
    level: str
    """failure, warning or notice."""
    title: str
    message: str


class CheckRun(Struct, frozen=True, kw_only=True):
    """The verdict as a check of a commit."""

    conclusion: str
    """success, failure, neutral or skipped."""
    title: str
    summary: str
    annotations: tuple[Annotation, ...]


def source_hash(source: str) -> str:
    """What is kept of an anchored line: enough to find it again, whatever its indentation."""
    text = " ".join(source.split())
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16] if text else ""
