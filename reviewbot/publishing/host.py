"""What publishing asks of the platform, and how it reads an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from reviewbot.config.values import Json
from reviewbot.formats.marker import read_finding
from reviewbot.posted import CheckRun, InlineComment, Posted, PullRequest, Thread

Item = Mapping[str, Json]
Check = Callable[[], object]
"""Raises when something is no longer to be written: called before it is sent again after a while."""


class Host(Protocol):
    """What publishing asks of the platform. Every method raises GitHubError."""

    def finish_within(self, seconds: float) -> None: ...

    def pull(self, repository: str, number: int) -> PullRequest: ...

    def merge_base(self, repository: str, base: str, head: str) -> str: ...

    def files(self, repository: str, number: int) -> Sequence[Item]: ...

    def review_comments(self, repository: str, number: int) -> Sequence[Item]: ...

    def issue_comments(self, repository: str, number: int) -> Sequence[Item]: ...

    def reviews(self, repository: str, number: int) -> Sequence[Item]: ...

    def threads(self, repository: str, number: int) -> Sequence[Thread]: ...

    def check_runs(self, repository: str, commit: str, name: str) -> Sequence[Item]: ...

    def login(self) -> str | None: ...

    def permission(self, repository: str, login: str) -> str: ...

    def create_review(
        self, repository: str, number: int, *, commit: str, body: str, comments: tuple[InlineComment, ...], check: Check
    ) -> Item: ...

    def create_check_run(self, repository: str, commit: str, name: str, external_id: str, run: CheckRun) -> Item: ...

    def delete_pending_review(self, repository: str, number: int, review: int) -> None: ...

    def delete_review_comment(self, repository: str, comment: int) -> None: ...

    def reply(self, repository: str, number: int, comment: int, body: str) -> Item: ...

    def resolve_thread(self, thread: str) -> None: ...

    def create_comment(self, repository: str, number: int, body: str, check: Check) -> Item: ...

    def edit_comment(self, repository: str, comment: int, body: str, check: Check) -> Item: ...

    def delete_comment(self, repository: str, comment: int) -> None: ...


def finding_in(item: Item) -> Posted | None:
    posted = read_finding(text_of(item))
    if posted is None:
        return None
    line = item.get("start_line") or item.get("line")
    return replace(posted, comment=number_of(item), line=line if isinstance(line, int) else None)


def author_of(item: Item) -> str:
    user = item.get("user")
    return str(user.get("login", "")).casefold() if isinstance(user, dict) else ""


def text_of(item: Item) -> str:
    body = item.get("body")
    return body if isinstance(body, str) else ""


def number_of(item: Item) -> int | None:
    number = item.get("id")
    return number if isinstance(number, int) else None
