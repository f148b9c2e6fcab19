"""Bringing a draft onto a pull request: every write once, whatever becomes of the answer to it.

What stands there is read first; a write without an answer is looked for before it is tried again; and what two runs
posted at the same time is brought together afterwards. A pull request that has moved on stops everything: what was
reviewed is no longer what people look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from reviewbot.errors import GitHubError
from reviewbot.formats.marker import is_summary, read_finding
from reviewbot.formats.review_draft import without_lines
from reviewbot.posted import InlineComment, Posted, PullRequest, ReviewDraft, Status
from reviewbot.publishing.before import GONE, Before
from reviewbot.publishing.host import Check, Host, Item, finding_in, number_of, text_of
from reviewbot.publishing.identity import Identity
from reviewbot.stages.commentable import Commentable
from reviewbot.stages.diff import shown

_TRIES = 2
_SECONDS = 180
"""For all of publishing."""
_MOST_REPLIES = 10
"""In one run; the next one goes on."""


class Superseded(Exception):  # noqa: N818 - an outcome of publishing, and no error
    """The pull request is no longer what was reviewed, so nothing more is posted. The message says how, in a clause."""

    def __init__(self, message: str, *, posted: bool) -> None:
        super().__init__(message)
        self.posted = posted
        """The review was on it before that was seen; the summary is not."""


def publish(host: Host, pull: PullRequest, draft: ReviewDraft, before: Before, gone: Sequence[Posted]) -> None:
    """Post the review, say of what is gone that it is, and write the summary, in this order.

    `pull` is the pull request as it was reviewed; it is read again before each of the three, and before a review or a
    summary is sent once more. Raises Superseded when it is no longer the same, and GitHubError when something could not
    be posted, or not in three minutes.
    """
    host.finish_within(_SECONDS)
    replies = [posted.comment for posted in gone if posted.comment is not None][:_MOST_REPLIES]
    summary = draft.summary if draft.summary != before.summary_body else ""
    if not (draft.has_review or replies or summary or before.spare or before.doubles):
        return
    _check(host, pull, posted=False)
    if draft.has_review:
        posted = _post_review(host, pull, draft, before)
        now = host.pull(pull.repository, pull.number)
        if _others_commented(pull, now, posted):
            with suppress(GitHubError):  # what was to be posted is; a double is left where it stands
                _leave_one(host, pull, before, posted.comments)
            now = host.pull(pull.repository, pull.number)
        _compare(pull, now, posted=True)
        summary = posted.summary
    for comment in replies:
        _close(host, pull, comment, before)
    if replies:
        _check(host, pull, posted=True)
    if summary:
        _write_summary(
            host, pull, summary, before, lambda: _check(host, pull, posted=draft.has_review or bool(replies))
        )
    for comment in before.spare:
        with suppress(GitHubError):  # what it remembers is in the summary; the next run tries again
            host.delete_comment(pull.repository, comment)
    for comment in before.doubles:
        with suppress(GitHubError):
            host.delete_review_comment(pull.repository, comment)


# ---------------------------------------------------------------- the review


def _post_review(host: Host, pull: PullRequest, draft: ReviewDraft, before: Before) -> ReviewDraft:
    """Post it; where GitHub refuses, with the comments that lie in its own hunks, and at last without any.

    What is on no line then stands in the text. Returns what was posted in the end.
    """
    if _is_taken(host, pull, draft, before):
        return draft
    outside = _outside_hunks(host, pull, draft.comments)
    if 0 < len(outside) < len(draft.comments):
        inside = without_lines(draft, outside)
        _check(host, pull, posted=False)
        if _is_taken(host, pull, inside, before):
            return inside
    bare = without_lines(draft, draft.comments)
    _check(host, pull, posted=False)
    _post_once(host, pull, bare, before)
    return bare


def _is_taken(host: Host, pull: PullRequest, draft: ReviewDraft, before: Before) -> bool:
    """Post it. False when GitHub refuses it, which may be for one line of one comment."""
    try:
        _post_once(host, pull, draft, before)
    except GitHubError as error:
        if error.status != 422 or not draft.comments:
            raise
        return False
    return True


def _outside_hunks(host: Host, pull: PullRequest, comments: Iterable[InlineComment]) -> list[InlineComment]:
    """Those in no hunk that GitHub shows: of a large file it shows none, and its hunks may be others than ours."""
    files = host.files(pull.repository, pull.number)
    lines = Commentable(shown({str(item.get("filename")): str(item.get("patch") or "") for item in files}))
    return [comment for comment in comments if not lines.takes_comment(comment)]


def _post_once(host: Host, pull: PullRequest, draft: ReviewDraft, before: Before) -> None:
    body, comments = draft.body, draft.comments

    def check() -> None:
        _check(host, pull, posted=False)

    _once(
        before.who,
        lambda: host.create_review(
            pull.repository, pull.number, commit=pull.head, body=body, comments=comments, check=check
        ),
        lambda: _is_posted(host, pull, before, body, comments),
        check,
        lambda error: _pending_removed(host, pull, error),
    )


def _is_posted(host: Host, pull: PullRequest, before: Before, body: str, comments: Sequence[InlineComment]) -> bool:
    """Whether a review that got no answer is there: its comments are, or, without any, its text."""
    if comments:
        items = host.review_comments(pull.repository, pull.number)
        if _fingerprints(comments) <= {posted.fingerprint for posted in _ours_since(items, before)}:
            return True
        new = [item for item in _since(items, before) if before.who.may_have_written(item)]
        return all(any(_ends_alike(item, comment.body) for item in new) for comment in comments)
    reviews = host.reviews(pull.repository, pull.number)
    return any(_ends_alike(review, body) and before.who.may_have_written(review) for review in reviews)


def _ends_alike(item: Item, body: str) -> bool:
    """Whether a text has the hidden line of this one. The platform may write line ends and spaces its own way."""
    return text_of(item).rstrip().rpartition("\n")[2] == body.rpartition("\n")[2]


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


def _others_commented(pull: PullRequest, now: PullRequest, posted: ReviewDraft) -> bool:
    """Whether there are other comments on lines than those of the start and our own: another run may have made them."""
    if not posted.comments:
        return False
    if pull.review_comments is None or now.review_comments is None:
        return True
    return now.review_comments != pull.review_comments + len(posted.comments)


def _leave_one(host: Host, pull: PullRequest, before: Before, comments: Sequence[InlineComment]) -> None:
    """Where another run posted the same at the same time, leave the older comment of each finding."""
    wanted = _fingerprints(comments)
    seen: set[str] = set()
    for posted in _ours_since(host.review_comments(pull.repository, pull.number), before):
        if posted.comment is None or posted.fingerprint not in wanted:
            continue
        if posted.fingerprint in seen and posted.line is not None:
            host.delete_review_comment(pull.repository, posted.comment)
        seen.add(posted.fingerprint)


def _ours_since(items: Iterable[Item], before: Before) -> list[Posted]:
    """What comments of ours show that were not there at the start of the run, the oldest first."""
    new = _since(items, before)
    return [posted for item in new if before.who.wrote(item) and (posted := finding_in(item))]


def _since(items: Iterable[Item], before: Before) -> list[Item]:
    known = {*before.doubles, *(posted.comment for posted in before.posted)}
    return [item for item in items if number_of(item) not in known]


def _fingerprints(comments: Iterable[InlineComment]) -> set[str]:
    return {found.fingerprint for comment in comments if (found := read_finding(comment.body))}


# ---------------------------------------------------------------- replies and summary


def _close(host: Host, pull: PullRequest, comment: int, before: Before) -> None:
    """Say that it is gone, and resolve the thread where we may."""

    def there() -> bool:
        return any(
            item.get("in_reply_to_id") == comment and GONE in text_of(item) and before.who.may_have_written(item)
            for item in host.review_comments(pull.repository, pull.number)
        )

    try:
        _once(
            before.who,
            lambda: host.reply(pull.repository, pull.number, comment, GONE),
            there,
            lambda: _check(host, pull, posted=True),
            lambda error: _pending_removed(host, pull, error),
        )
        if thread := before.resolvable.get(comment):
            with suppress(GitHubError):  # the reply says what there is to say
                host.resolve_thread(thread)
    except GitHubError as error:
        if not _is_missing(error):
            raise


def _write_summary(host: Host, pull: PullRequest, body: str, before: Before, check: Check) -> None:
    """Edit the one that is there, or write the first one, also where somebody has deleted it meanwhile."""
    if before.summary is not None:
        if _is_edited(host, pull, before.summary, body, before, check):
            return
        check()

    def there() -> bool:
        return any(
            _ends_alike(item, body) and before.who.may_have_written(item)
            for item in host.issue_comments(pull.repository, pull.number)
        )

    _once(before.who, lambda: host.create_comment(pull.repository, pull.number, body, check), there, check)
    with suppress(GitHubError):  # it is written; one too many is left for the next run
        _leave_one_summary(host, pull, before)


def _leave_one_summary(host: Host, pull: PullRequest, before: Before) -> None:
    """Where another run wrote one at the same time, leave the older one. The next run writes what both remember."""
    items = host.issue_comments(pull.repository, pull.number)
    ours = [number_of(item) for item in items if before.who.wrote(item) and is_summary(text_of(item))]
    for number in ours[1:]:
        if number is not None:
            host.delete_comment(pull.repository, number)


def _is_edited(host: Host, pull: PullRequest, summary: int, body: str, before: Before, check: Check) -> bool:
    """Edit it; an edit that took place does no harm when it is made again. False when it is no longer there."""
    try:
        _once(before.who, lambda: host.edit_comment(pull.repository, summary, body, check), lambda: False, check)
    except GitHubError as error:
        if not _is_missing(error):
            raise
        return False
    return True


# ---------------------------------------------------------------- how


def _once(
    who: Identity,
    write: Callable[[], Item],
    is_there: Callable[[], bool],
    check: Check,
    made_way: Callable[[GitHubError], bool] = lambda _: False,
) -> None:
    """Write; where the answer does not tell whether it took place, look, and try again only when it did not.

    `check` is called before that.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            who.told_by(write())
        except GitHubError as error:
            last = attempt == _TRIES
            if error.uncertain:
                with suppress(GitHubError):  # then it is looked for by its hidden line alone
                    who.certain()
                if is_there():
                    return
                if last:
                    raise
            elif last or not made_way(error):
                raise
            check()
        else:
            return


def _is_missing(error: GitHubError) -> bool:
    """What somebody deleted meanwhile needs no reply, no edit and no deletion."""
    return error.status in (404, 410)


def _check(host: Host, pull: PullRequest, *, posted: bool) -> None:
    _compare(pull, host.pull(pull.repository, pull.number), posted=posted)


def _compare(pull: PullRequest, now: PullRequest, *, posted: bool) -> None:
    """Raise Superseded when `now` is not what was reviewed."""
    name = f"{pull.repository}#{pull.number}"
    if now.head != pull.head:
        raise Superseded(f"{pull.head[:10]} was reviewed and is no longer the head of {name}", posted=posted)
    if now.base_ref != pull.base_ref:
        raise Superseded(f"{name} was reviewed for {pull.base_ref} and now goes to {now.base_ref}", posted=posted)
    if now.status != pull.status and now.status is not Status.OPEN:
        raise Superseded(f"{name} was {now.status} during the review", posted=posted)
