"""What earlier runs of ours left on a pull request, and who may have a say in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.errors import GitHubError
from reviewbot.formats.marker import read_finding, read_summary
from reviewbot.posted import Posted, PullRequest
from reviewbot.publishing.host import Host, Item, author_of, finding_in, number_of, text_of
from reviewbot.publishing.identity import Identity

IGNORE = "/reviewbot ignore"
GONE = "The lines that this was about have changed, and no reviewer reports it any more."


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
    who: Identity


def read_before(host: Host, pull: PullRequest, *, in_job: bool) -> Before:
    """Read what is there. `in_job`: the token is that of a GitHub Actions job, whose name is known."""
    inline = host.review_comments(pull.repository, pull.number)
    whole = host.issue_comments(pull.repository, pull.number)
    who = Identity(host, in_job=in_job)
    ours = who.known_among({author_of(item) for item in (*inline, *whole) if _is_marked(item)})
    summaries = [item for item in whole if author_of(item) == ours and read_summary(text_of(item))]
    rounds = read_summary(text_of(summaries[0])) if summaries else None
    comments = [posted for item in inline if author_of(item) == ours and (posted := finding_in(item))]
    return Before(
        posted=(*_declined(comments, inline, host, pull, ours), *(rounds.findings if rounds else ())),
        summary=number_of(summaries[0]) if summaries else None,
        spare=tuple(number for item in summaries[1:] if (number := number_of(item)) is not None),
        summary_body=text_of(summaries[0]) if summaries else "",
        round=rounds.round if rounds else 0,
        head=rounds.head if rounds else "",
        who=who,
    )


def _is_marked(item: Item) -> bool:
    return bool(read_finding(text_of(item)) or read_summary(text_of(item)))


def may_write(host: Host, pull: PullRequest, login: str) -> bool:
    """Whether a person may write to the repository, as the platform says, whatever a comment claims."""
    try:
        return host.permission(pull.repository, login) in ("admin", "write", "maintain")
    except GitHubError as error:
        if error.status in (403, 404):
            return False
        raise


def _declined(
    comments: Sequence[Posted], inline: Sequence[Item], host: Host, pull: PullRequest, ours: str | None
) -> list[Posted]:
    """Those that a person who may write turned down in a reply, and those that a reply of ours calls gone."""
    allowed: dict[str, bool] = {}
    decided = {posted.comment: posted for posted in comments}
    for item in inline:
        posted = decided.get(_replied_to(item))
        if posted is None:
            continue
        author, words = author_of(item), text_of(item).strip()
        if author == ours and words == GONE:
            decided[posted.comment] = replace(posted, fixed=True)
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
