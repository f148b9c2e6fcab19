"""The values of the fake GitHub: who speaks, what was said, and what is answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from github_diff import Side
from provider_formats import Json

JOB_LOGIN = "github-actions[bot]"
GHOST = "ghost"
"""Who deleted their account. Comments and reviews of theirs can have no user at all."""
ROLES = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Whom a token speaks for, and what it may write."""

    login: str
    app: bool = False
    """An installation token, as a workflow's job has one."""
    may_write: frozenset[str] = frozenset()
    """Of an app: "pull_requests", "issues", "contents", "checks"."""
    reads_only: bool = False
    scopes: str | None = None
    """Of a classic personal token: what every answer says of it."""

    @classmethod
    def job(cls, *may_write: str) -> Self:
        """The token of a workflow's job with these permissions to write: "pull_requests" unless told otherwise."""
        return cls(login=JOB_LOGIN, app=True, may_write=frozenset(may_write or ("pull_requests",)))

    @classmethod
    def fork_job(cls) -> Self:
        """The token of a job that a fork or Dependabot set off."""
        return cls(login=JOB_LOGIN, app=True, reads_only=True)

    @classmethod
    def installation(cls, login: str) -> Self:
        """The token of an installation of a GitHub App of one's own."""
        return cls(login=login, app=True, may_write=frozenset({"pull_requests"}))

    @classmethod
    def user(cls, login: str, *, reads_only: bool = False) -> Self:
        return cls(login=login, reads_only=reads_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: int
    login: str

    @property
    def kind(self) -> str:
        return "Bot" if self.login.endswith("[bot]") else "User"


@dataclass(slots=True, kw_only=True)
class IssueComment:
    id: int
    user: User
    body: str
    created_at: str
    updated_at: str


@dataclass(slots=True, kw_only=True)
class Review:
    id: int
    user: User
    body: str
    state: Literal["PENDING", "COMMENTED", "APPROVED", "CHANGES_REQUESTED"]
    commit_id: str
    submitted_at: str | None
    """None while it is pending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a new review comment says, and where; `line` None for a comment on the whole file."""

    path: str
    body: str
    line: int | None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None


@dataclass(slots=True, kw_only=True)
class ReviewComment:
    id: int
    review_id: int
    in_reply_to: int | None
    user: User
    body: str
    path: str
    side: Side
    start_side: Side | None
    line: int | None
    """None: outdated, or on the whole file."""
    start_line: int | None
    original_line: int | None
    original_start_line: int | None
    commit_id: str
    original_commit_id: str
    original_base: str
    """The merge base whose lines LEFT counted when the comment was made."""
    diff_hunk: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    comments: tuple[ReviewComment, ...]
    resolved_by: str | None

    @property
    def id(self) -> str:
        return node_id("PRRT", self.comments[0].id)

    @property
    def outdated(self) -> bool:
        first = self.comments[0]
        return first.line is None and first.original_line is not None


@dataclass(slots=True, kw_only=True)
class Served:
    """How a repository is served to `git fetch`."""

    needs_auth: bool = False
    filters: bool = True
    any_sha: bool = True
    """Else only tips of refs can be fetched, as servers had it before protocol 2."""


class World:
    """Ids, times and people, shared by all repositories. Ids and times only grow; the clock is no real one."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._last_id = 1_000_000_000
        self._time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        self._users = dict[str, User]()

    def next_id(self) -> int:
        with self.lock:
            self._last_id += 1
            return self._last_id

    def now(self) -> str:
        with self.lock:
            self._time += timedelta(seconds=1)
            return self._time.strftime("%Y-%m-%dT%H:%M:%SZ")

    def user(self, login: str) -> User:
        with self.lock:
            if login not in self._users:
                self._users[login] = User(id=self.next_id(), login=login)
            return self._users[login]

    def known(self, login: str) -> User | None:
        return self._users.get(login)


def node_id(prefix: str, number: int) -> str:
    return f"{prefix}_kwDO{number:x}"


@dataclass(slots=True, kw_only=True)
class Rate:
    """The primary limit, one for all tokens."""

    limit: int = 5000
    used: int = 0
    reset: int = 0
    """The real time, in seconds, at which `used` is forgotten."""

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def count(self, now: float, window: int = 3600) -> None:
        if now >= self.reset:
            self.used, self.reset = 0, int(now) + window
        self.used += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        return cls(status=status, body=json.dumps(value).encode(), headers=headers or {})
