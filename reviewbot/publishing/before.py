"""What earlier runs of ours left on a pull request, and who may have a say in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.errors import GitHubError, Refusal
from reviewbot.formats.marker import Kind, Rounds, is_summary, read_finding, read_memory
from reviewbot.posted import Posted, PullRequest, Thread
from reviewbot.publishing.host import Host, Item, author_of, finding_in, number_of, text_of
from reviewbot.publishing.identity import Identity
from reviewbot.stages.known import same

IGNORE = "/reviewbot ignore"
GONE = "The lines that this was about have changed, and no reviewer reports it any more."


class Before(Struct, frozen=True, kw_only=True):
    """What our own identity posted on a pull request in earlier runs."""

    posted: tuple[Posted, ...]
    summary: int | None
    """The comment that is the summary."""
    spare: tuple[int, ...]
    """Further summaries, of runs that took place at the same time."""
    doubles: tuple[int, ...]
    """Comments that show what an older one of `posted` shows, of runs that took place at the same time."""
    summary_body: str
    round: int
    """How many heads were reviewed."""
    head: str
    """The last of them."""
    has_reviews: bool
    """What the texts of reviews remember is among `posted`."""
    resolvable: Mapping[int, str]
    """Threads that we may resolve, by their first comment."""
    notes: tuple[str, ...]
    """What a person should know of what could not be read, in sentences."""
    who: Identity

    @property
    def is_known(self) -> bool:
        """Whether an earlier run left anything here, so that one may also have ended before it wrote its summary."""
        return bool(self.posted) or self.summary is not None


def read_before(host: Host, pull: PullRequest, *, in_job: bool, with_reviews: bool) -> Before:
    """Read what is there. `in_job`: the token may be that of a GitHub Actions job.

    `with_reviews`: there may be no summary, so that the texts of reviews have to be read, which are one call more.
    """
    inline = host.review_comments(pull.repository, pull.number) if pull.review_comments != 0 else ()
    whole = host.issue_comments(pull.repository, pull.number)
    reviews = host.reviews(pull.repository, pull.number) if with_reviews else ()
    who = Identity(host, in_job=in_job)
    ours = who.known_among({author_of(item) for item in (*inline, *whole, *reviews) if _is_marked(item)})
    summaries = [item for item in whole if author_of(item) == ours and is_summary(text_of(item))]
    first = summaries[0] if summaries else None
    memories = [*_memories(summaries, "summary"), *_memories([r for r in reviews if author_of(r) == ours], "review")]
    newest = max(memories, key=lambda rounds: rounds.round, default=None)
    comments = [posted for item in inline if author_of(item) == ours and (posted := finding_in(item))]
    threads, notes = _threads(host, pull) if comments else ((), ())
    may = cache(partial(may_write, host, pull))
    shown = _resolved(_answered(comments, inline, may, ours), threads, may, ours)
    doubles = _doubles(shown, inline)
    return Before(
        posted=(*(posted for posted in shown if posted.comment not in doubles), *_united(memories)),
        summary=number_of(first) if first else None,
        spare=tuple(number for item in summaries[1:] if (number := number_of(item)) is not None),
        doubles=tuple(doubles),
        summary_body=text_of(first) if first else "",
        round=newest.round if newest else 0,
        head=newest.head if newest else "",
        has_reviews=with_reviews,
        resolvable={thread.comment: thread.id for thread in threads if thread.may_resolve and not thread.is_resolved},
        notes=notes,
        who=who,
    )


def told_in_reviews(host: Host, pull: PullRequest, who: Identity) -> tuple[Posted, ...]:
    """What our reviews said in their texts: a run that ended before it wrote its summary left it nowhere else."""
    reviews = host.reviews(pull.repository, pull.number)
    ours = who.known_among({author_of(item) for item in reviews if _is_marked(item)})
    return _united(_memories([item for item in reviews if author_of(item) == ours], "review"))


def _memories(items: Sequence[Item], kind: Kind) -> list[Rounds]:
    return [rounds for item in items if (rounds := read_memory(text_of(item), kind))]


def _united(memories: Sequence[Rounds]) -> tuple[Posted, ...]:
    """What any of them remembers, once."""
    return tuple({(posted.fingerprint, posted.title): posted for m in memories for posted in m.findings}.values())


def _is_marked(item: Item) -> bool:
    text = text_of(item)
    return bool(read_finding(text) or read_memory(text, "summary") or read_memory(text, "review"))


def may_write(host: Host, pull: PullRequest, login: str) -> bool:
    """Whether a person may write to the repository, as the platform says, whatever a comment claims."""
    try:
        return host.permission(pull.repository, login) in ("admin", "write", "maintain")
    except GitHubError as error:
        if error.refused in (Refusal.UNPERMITTED, Refusal.FORBIDDEN, Refusal.MISSING):
            return False
        raise


def _answered(
    comments: Sequence[Posted], inline: Sequence[Item], may: Callable[[str], bool], ours: str | None
) -> list[Posted]:
    """With what replies say: that a person who may write turned it down, and that we have called it gone."""
    decided = {posted.comment: posted for posted in comments}
    for item in inline:
        posted = decided.get(_replied_to(item))
        if posted is None:
            continue
        author, words = author_of(item), text_of(item).strip()
        if author == ours and words == GONE:
            decided[posted.comment] = replace(posted, fixed=True)
        elif (reason := _reason(words)) and may(author):
            decided[posted.comment] = replace(posted, declined=f"{author}: {reason}")
    return list(decided.values())


def _threads(host: Host, pull: PullRequest) -> tuple[Sequence[Thread], tuple[str, ...]]:
    """The threads, or none and a sentence about that: they are a help, and no condition of a review."""
    try:
        return host.threads(pull.repository, pull.number), ()
    except GitHubError as error:
        return (), (f"Which threads were resolved could not be read, so none of them declines a finding: {error}.",)


def _resolved(
    comments: Sequence[Posted], threads: Sequence[Thread], may: Callable[[str], bool], ours: str | None
) -> list[Posted]:
    """With what resolved threads say: a person who may write has turned it down, unless we had called it gone before.

    GraphQL, which tells of threads, leaves the end `[bot]` off our name.
    """
    our_names = {ours, ours.removesuffix("[bot]")} if ours else set()
    resolved_by = {thread.comment: thread.resolved_by for thread in threads if thread.is_resolved}
    decided: list[Posted] = []
    for posted in comments:
        login = resolved_by.get(posted.comment or 0)
        is_there = posted.line is not None  # a thread that was resolved because its lines changed declines nothing
        counts = login and is_there and not posted.declined and not posted.fixed and login.casefold() not in our_names
        decided.append(replace(posted, declined=f"{login} resolved it") if login and counts and may(login) else posted)
    return decided


def _doubles(shown: Sequence[Posted], inline: Sequence[Item]) -> list[int]:
    """Comments on one line of one commit that show one finding, but for one: one that somebody answered, or the oldest.

    Two runs at once leave them where neither could take its own away.
    """
    made = {number_of(item): (item.get("original_commit_id"), item.get("original_line")) for item in inline}
    replied = {_replied_to(item) for item in inline}

    def bare(posted: Posted) -> bool:
        return posted.declined is None and posted.comment not in replied

    kept: list[Posted] = []
    doubles: list[int] = []
    for posted in sorted(shown, key=bare):
        twins = (one for one in kept if not one.fixed and made[one.comment] == made[posted.comment])
        if posted.comment is not None and bare(posted) and any(same(one, posted) for one in twins):
            doubles.append(posted.comment)
        else:
            kept.append(posted)
    return doubles


def _reason(words: str) -> str:
    """What follows the command on its line; empty for anything else, and for a command without a reason."""
    first = words.partition("\n")[0]
    return first.removeprefix(IGNORE).strip() if first.startswith(f"{IGNORE} ") else ""


def _replied_to(item: Item) -> int | None:
    number = item.get("in_reply_to_id")
    return number if isinstance(number, int) else None
