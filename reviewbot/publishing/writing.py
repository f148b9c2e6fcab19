"""Bringing a draft onto a pull request: every write once, whatever becomes of the answer to it.

What stands there is read first; a write without an answer is looked for before it is tried again; and what two runs
posted at the same time is brought together afterwards. A head that has moved stops everything: what was reviewed is no
longer what people look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from reviewbot.errors import GitHubError
from reviewbot.formats.marker import read_finding, read_summary, without_marker
from reviewbot.posted import InlineComment, Posted, PullRequest, ReviewDraft
from reviewbot.publishing.before import GONE, Before
from reviewbot.publishing.host import Host, Item, finding_in, number_of, text_of
from reviewbot.publishing.identity import Identity
from reviewbot.sanitize import markdown_line

_TRIES = 2
_ON_NO_LINE = "On no line that takes a comment"


class Superseded(Exception):  # noqa: N818 - an outcome of publishing, and no error
    """The head has moved since the review began; nothing more is posted."""


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
    """Post it; without the comments that GitHub refuses, which then stand in its text. Whether they are on lines."""
    try:
        _post_once(host, pull, draft.body, draft.comments, before)
    except GitHubError as error:
        if error.status != 422 or not draft.comments:
            raise
        _still(host, pull)
        _post_once(host, pull, _in_text(draft), (), before)
        return False
    return True


def _post_once(host: Host, pull: PullRequest, body: str, comments: tuple[InlineComment, ...], before: Before) -> None:
    _once(
        before.who,
        lambda: host.create_review(pull.repository, pull.number, commit=pull.head, body=body, comments=comments),
        lambda: _is_posted(host, pull, before, body, comments),
        lambda error: _pending_removed(host, pull, error),
    )
    if comments:
        with suppress(GitHubError):  # what was to be posted is; a double is left for the next run
            _leave_one(host, pull, before, comments)


def _in_text(draft: ReviewDraft) -> str:
    """The whole review without a comment on a line, cut to what a body may have."""
    told = [f"**{markdown_line(f'{c.path}:{c.line}')}**\n\n{without_marker(c.body)}" for c in draft.comments]
    text = "\n\n".join([draft.body, f"## {_ON_NO_LINE}", *told])
    return text if len(text) <= 60_000 else f"{text[:60_000].rpartition('**')[0]}\n\n…"


def _is_posted(host: Host, pull: PullRequest, before: Before, body: str, comments: Sequence[InlineComment]) -> bool:
    """Whether a review that got no answer is there: its comments are, or, without any, its text."""
    if comments:
        known = {posted.comment for posted in before.posted}
        there = {
            posted.fingerprint
            for item in host.review_comments(pull.repository, pull.number)
            if (posted := finding_in(item)) and posted.comment not in known and before.who.wrote(item)
        }
        return _fingerprints(comments) <= there
    reviews = host.reviews(pull.repository, pull.number)
    return any(
        text_of(review) == body and review.get("commit_id") == pull.head and before.who.wrote(review)
        for review in reviews
    )


def _pending_removed(host: Host, pull: PullRequest, error: GitHubError) -> bool:
    """Remove a review of ours that was never submitted and stands in the way of every other one."""
    if error.status != 422 or "pending review" not in str(error):
        return False
    removed = False
    for review in host.reviews(pull.repository, pull.number):
        if review.get("state") == "PENDING" and (number := number_of(review)) is not None:
            host.delete_pending_review(pull.repository, pull.number, number)
            removed = True
    return removed


def _leave_one(host: Host, pull: PullRequest, before: Before, comments: Sequence[InlineComment]) -> None:
    """Where another run posted the same at the same time, leave the older comment of each finding."""
    wanted = _fingerprints(comments)
    seen: dict[str, int] = {}
    for item in host.review_comments(pull.repository, pull.number):
        posted = finding_in(item)
        if posted is None or posted.comment is None or posted.fingerprint not in wanted or not before.who.wrote(item):
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
            item.get("in_reply_to_id") == comment and GONE in text_of(item) and before.who.wrote(item)
            for item in host.review_comments(pull.repository, pull.number)
        )

    _once(before.who, lambda: host.reply(pull.repository, pull.number, comment, GONE), there)


def _write_summary(host: Host, pull: PullRequest, body: str, before: Before) -> None:
    if before.summary is not None:
        number = before.summary
        if before.summary_body != body:
            _edit(host, pull, number, body)
        return

    def there() -> bool:
        return any(
            read_summary(text_of(item)) and before.who.wrote(item)
            for item in host.issue_comments(pull.repository, pull.number)
        )

    _once(before.who, lambda: host.create_comment(pull.repository, pull.number, body), there)


def _edit(host: Host, pull: PullRequest, comment: int, body: str) -> None:
    """An edit that took place does no harm when it is made again."""
    for attempt in range(1, _TRIES + 1):
        try:
            host.edit_comment(pull.repository, comment, body)
        except GitHubError as error:
            if attempt == _TRIES or not error.uncertain:
                raise
        else:
            return


# ---------------------------------------------------------------- how


def _once(
    who: Identity,
    write: Callable[[], Item],
    is_there: Callable[[], bool],
    made_way: Callable[[GitHubError], bool] = lambda _: False,
) -> None:
    """Write; where the answer does not tell whether it took place, look, and try again only when it did not.

    Where nobody knows who we are, nothing can be looked for, and nothing is tried again.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            who.told_by(write())
        except GitHubError as error:
            last = attempt == _TRIES
            if error.uncertain:
                if who.certain() is None:
                    raise
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
