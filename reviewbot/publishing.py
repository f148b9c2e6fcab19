"""Bringing a draft onto a pull request: every write once, whatever becomes of the answer to it.

What stands there is read first; a write without an answer is looked for before it is tried again; and what two runs
posted at the same time is brought together afterwards. A head that has moved stops everything: what was reviewed is no
longer what people look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from reviewbot.config.values import Json
from reviewbot.errors import GitHubError, Refusal
from reviewbot.formats.marker import read_finding, read_summary, without_marker
from reviewbot.posted import InlineComment, Posted, PullRequest, ReviewDraft
from reviewbot.sanitize import markdown_line
from reviewbot.stages.commentable import Commentable
from reviewbot.stages.diff import shown

Item = Mapping[str, Json]

JOB_LOGIN = "github-actions[bot]"
"""Who posts with the token of a job. https://docs.github.com/actions/security-for-github-actions"""
IGNORE = "/reviewbot ignore"
GONE = "The lines that this was about have changed, and no reviewer reports it any more."
_TRIES = 2
_ON_NO_LINE = "On no line that takes a comment"


class Host(Protocol):
    """What publishing asks of the platform. Every method raises GitHubError."""

    def pull(self, repository: str, number: int) -> PullRequest: ...

    def merge_base(self, repository: str, base: str, head: str) -> str: ...

    def files(self, repository: str, number: int) -> Sequence[Item]: ...

    def review_comments(self, repository: str, number: int) -> Sequence[Item]: ...

    def issue_comments(self, repository: str, number: int) -> Sequence[Item]: ...

    def reviews(self, repository: str, number: int) -> Sequence[Item]: ...

    def login(self) -> str | None: ...

    def permission(self, repository: str, login: str) -> str: ...

    def create_review(
        self, repository: str, number: int, *, commit: str, body: str, comments: tuple[InlineComment, ...]
    ) -> Item: ...

    def delete_pending_review(self, repository: str, number: int, review: int) -> None: ...

    def delete_review_comment(self, repository: str, comment: int) -> None: ...

    def reply(self, repository: str, number: int, comment: int, body: str) -> Item: ...

    def create_comment(self, repository: str, number: int, body: str) -> Item: ...

    def edit_comment(self, repository: str, comment: int, body: str) -> Item: ...

    def delete_comment(self, repository: str, comment: int) -> None: ...


class Superseded(Exception):  # noqa: N818 - an outcome of publishing, and no error
    """The head has moved since the review began; nothing more is posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What our own identity posted on a pull request in earlier runs."""

    posted: tuple[Posted, ...]
    summary: int | None
    """The comment that is the summary."""
    spare: tuple[int, ...]
    """Further summaries, of runs that took place at the same time."""
    summary_body: str
    round: int
    """How many runs have posted."""
    head: str
    """What the last of them reviewed."""
    logins: frozenset[str]
    """Our own names there, in lower case."""


def read_before(host: Host, pull: PullRequest, *, in_job: bool) -> Before:
    """Read what is there. `in_job`: the token is that of a GitHub Actions job, whose name is known."""
    inline = host.review_comments(pull.repository, pull.number)
    whole = host.issue_comments(pull.repository, pull.number)
    ours = _our_names([*inline, *whole], host, in_job=in_job)
    summaries = [item for item in whole if _author(item) in ours and read_summary(_text(item))]
    rounds = read_summary(_text(summaries[0])) if summaries else None
    comments = [posted for item in inline if _author(item) in ours and (posted := _posted(item))]
    return Before(
        posted=(*_declined(comments, inline, host, pull, ours), *(rounds.findings if rounds else ())),
        summary=_number(summaries[0]) if summaries else None,
        spare=tuple(number for item in summaries[1:] if (number := _number(item)) is not None),
        summary_body=_text(summaries[0]) if summaries else "",
        round=rounds.round if rounds else 0,
        head=rounds.head if rounds else "",
        logins=ours,
    )


def may_write(host: Host, pull: PullRequest, login: str) -> bool:
    """Whether a person may write to the repository, as the platform says, whatever a comment claims."""
    try:
        return host.permission(pull.repository, login) in ("admin", "write", "maintain")
    except GitHubError as error:
        if error.refused in (Refusal.UNPERMITTED, Refusal.FORBIDDEN, Refusal.MISSING):
            return False
        raise


def _declined(
    comments: Sequence[Posted], inline: Sequence[Item], host: Host, pull: PullRequest, ours: frozenset[str]
) -> list[Posted]:
    """Those that a person who may write turned down in a reply, and those that a reply of ours calls gone."""
    allowed: dict[str, bool] = {}
    decided = {posted.comment: posted for posted in comments}
    for item in inline:
        posted = decided.get(_replied_to(item))
        if posted is None:
            continue
        author, words = _author(item), _text(item).strip()
        if author in ours:
            decided[posted.comment] = replace(posted, fixed=posted.fixed or words == GONE)
        elif reason := _reason(words):
            if author not in allowed:
                allowed[author] = may_write(host, pull, author)
            if allowed[author]:
                decided[posted.comment] = replace(posted, declined=f"{author}: {reason}")
    return list(decided.values())


def _reason(words: str) -> str:
    """What follows the command on its line; empty for anything else, and for a command without a reason."""
    first = words.partition("\n")[0]
    return first.removeprefix(IGNORE).strip() if first.startswith(f"{IGNORE} ") else ""


def _replied_to(item: Item) -> int | None:
    number = item.get("in_reply_to_id")
    return number if isinstance(number, int) else None


def publish(host: Host, pull: PullRequest, draft: ReviewDraft, before: Before, gone: Sequence[Posted]) -> None:
    """Post the review, say of what is gone that it is, and write the summary, in this order.

    `pull` is the pull request as it was reviewed. Raises Superseded before any write when its head has moved, and
    GitHubError when something could not be posted.
    """
    _still(host, pull)
    with_comments = not draft.has_review or _post_review(host, pull, draft, before)
    for posted in gone:
        if posted.comment is not None:
            _reply_once(host, pull, posted.comment, before)
    if draft.summary:
        _write_summary(host, pull, draft.summary if with_comments else draft.summary_without_comments, before)
    for number in before.spare:
        host.delete_comment(pull.repository, number)


# ---------------------------------------------------------------- the review


def _post_review(host: Host, pull: PullRequest, draft: ReviewDraft, before: Before) -> bool:
    """Post it; where GitHub refuses, with the comments that are in its own hunks, and at last without any. What is on
    no line then stands in the text. Whether all are on lines."""
    if _is_taken(host, pull, draft, draft.comments, before):
        return True
    _still(host, pull)
    inside = _in_hunks(host, pull, draft.comments)
    if not 0 < len(inside) < len(draft.comments) or not _is_taken(host, pull, draft, inside, before):
        _still(host, pull)
        _post_once(host, pull, _in_text(draft, ()), (), before)
    return False


def _is_taken(
    host: Host, pull: PullRequest, draft: ReviewDraft, comments: tuple[InlineComment, ...], before: Before
) -> bool:
    """Post it with these of its comments. False when GitHub refuses it, which may be for one line of one comment."""
    try:
        _post_once(host, pull, _in_text(draft, comments), comments, before)
    except GitHubError as error:
        if error.status != 422 or not comments:
            raise
        return False
    return True


def _in_hunks(host: Host, pull: PullRequest, comments: Iterable[InlineComment]) -> tuple[InlineComment, ...]:
    """Those that lie in a hunk which GitHub shows: of a large file it shows none, and its hunks may be others."""
    files = host.files(pull.repository, pull.number)
    lines = Commentable(shown({str(item.get("filename")): str(item.get("patch") or "") for item in files}))
    return tuple(comment for comment in comments if lines.takes_comment(comment))


def _post_once(host: Host, pull: PullRequest, body: str, comments: tuple[InlineComment, ...], before: Before) -> None:
    _once(
        lambda: host.create_review(pull.repository, pull.number, commit=pull.head, body=body, comments=comments),
        lambda: _is_posted(host, pull, before, body, comments),
        lambda error: _pending_removed(host, pull, error),
    )
    if comments:
        with suppress(GitHubError):  # what was to be posted is; a double is left for the next run
            _leave_one(host, pull, before, comments)


def _in_text(draft: ReviewDraft, on_lines: Sequence[InlineComment]) -> str:
    """The text of the review with the comments that are not `on_lines` in it, cut to what a body may have."""
    rest = [comment for comment in draft.comments if comment not in on_lines]
    if not rest:
        return draft.body
    told = [f"**{markdown_line(f'{c.path}:{c.line}')}**\n\n{without_marker(c.body)}" for c in rest]
    text = "\n\n".join([draft.body, f"## {_ON_NO_LINE}", *told])
    return text if len(text) <= 60_000 else f"{text[:60_000].rpartition('**')[0]}\n\n…"


def _is_posted(host: Host, pull: PullRequest, before: Before, body: str, comments: Sequence[InlineComment]) -> bool:
    """Whether a review that got no answer is there: its comments are, or, without any, its text."""
    if comments:
        known = {posted.comment for posted in before.posted}
        there = {
            posted.fingerprint
            for item in host.review_comments(pull.repository, pull.number)
            if (posted := _posted(item)) and posted.comment not in known and _is_ours(item, before)
        }
        return _fingerprints(comments) <= there
    reviews = host.reviews(pull.repository, pull.number)
    return any(_text(review) == body and review.get("commit_id") == pull.head for review in reviews)


def _pending_removed(host: Host, pull: PullRequest, error: GitHubError) -> bool:
    """Remove a review of ours that was never submitted and stands in the way of every other one."""
    if error.status != 422 or "pending review" not in str(error):
        return False
    removed = False
    for review in host.reviews(pull.repository, pull.number):
        if review.get("state") == "PENDING" and (number := _number(review)) is not None:
            host.delete_pending_review(pull.repository, pull.number, number)
            removed = True
    return removed


def _leave_one(host: Host, pull: PullRequest, before: Before, comments: Sequence[InlineComment]) -> None:
    """Where another run posted the same at the same time, leave the older comment of each finding."""
    wanted = _fingerprints(comments)
    seen: dict[str, int] = {}
    for item in host.review_comments(pull.repository, pull.number):
        posted = _posted(item)
        if posted is None or posted.comment is None or posted.fingerprint not in wanted or not _is_ours(item, before):
            continue
        if posted.fingerprint in seen and posted.line is not None:
            host.delete_review_comment(pull.repository, posted.comment)
        else:
            seen[posted.fingerprint] = posted.comment


def _fingerprints(comments: Iterable[InlineComment]) -> set[str]:
    return {found.fingerprint for comment in comments if (found := read_finding(comment.body))}


# ---------------------------------------------------------------- replies and summary


def _reply_once(host: Host, pull: PullRequest, comment: int, before: Before) -> None:
    def there() -> bool:
        return any(
            item.get("in_reply_to_id") == comment and GONE in _text(item) and _is_ours(item, before)
            for item in host.review_comments(pull.repository, pull.number)
        )

    _once(lambda: host.reply(pull.repository, pull.number, comment, GONE), there)


def _write_summary(host: Host, pull: PullRequest, body: str, before: Before) -> None:
    if before.summary is not None:
        number = before.summary
        if before.summary_body != body:
            _once(lambda: host.edit_comment(pull.repository, number, body), lambda: False)
        return

    def there() -> bool:
        return any(
            read_summary(_text(item)) and _is_ours(item, before)
            for item in host.issue_comments(pull.repository, pull.number)
        )

    _once(lambda: host.create_comment(pull.repository, pull.number, body), there)


# ---------------------------------------------------------------- how


def _once(
    write: Callable[[], object],
    is_there: Callable[[], bool],
    made_way: Callable[[GitHubError], bool] = lambda _: False,
) -> None:
    """Write; where the answer does not tell whether it took place, look, and try again only when it did not."""
    for attempt in range(1, _TRIES + 1):
        try:
            write()
        except GitHubError as error:
            last = attempt == _TRIES
            if error.uncertain:
                if is_there():
                    return
                if last:
                    raise
            elif last or not made_way(error):
                raise
        else:
            return


def _still(host: Host, pull: PullRequest) -> None:
    if host.pull(pull.repository, pull.number).head != pull.head:
        raise Superseded


def _our_names(items: Iterable[Item], host: Host, *, in_job: bool) -> frozenset[str]:
    """Who we are, asked only when somebody has posted a marker: a copied marker is no marker of ours."""
    marked = {_author(item) for item in items if read_finding(_text(item)) or read_summary(_text(item))}
    if in_job and marked <= {JOB_LOGIN}:
        return frozenset({JOB_LOGIN})
    if not marked:
        return frozenset({JOB_LOGIN}) if in_job else frozenset()
    login = host.login()
    return frozenset({login.casefold() if login else JOB_LOGIN})


def _is_ours(item: Item, before: Before) -> bool:
    """In the middle of a run the marker was read from what we have just written, when nobody knew our name before."""
    return not before.logins or _author(item) in before.logins


def _posted(item: Item) -> Posted | None:
    posted = read_finding(_text(item))
    if posted is None:
        return None
    line = item.get("line")
    return replace(posted, comment=_number(item), line=line if isinstance(line, int) else None)


def _author(item: Item) -> str:
    user = item.get("user")
    return str(user.get("login", "")).casefold() if isinstance(user, dict) else ""


def _text(item: Item) -> str:
    body = item.get("body")
    return body if isinstance(body, str) else ""


def _number(item: Item) -> int | None:
    number = item.get("id")
    return number if isinstance(number, int) else None
