"""The shell of `reviewbot pr`: read the pull request, review what it changes, publish, judge."""

from __future__ import annotations

import time

from msgspec import Struct

from reviewbot.platforms.github.access import server_url
from reviewbot.platforms.github.event import NothingToDo, from_event, named
from reviewbot.ports import Progress
from reviewbot.publishing import Outcome, may_write, publish_report, read_before
from reviewbot.pull_read import Told, connect, read_pull
from reviewbot.record.folder import Recorder
from reviewbot.remembering import Memory
from reviewbot.reviewing import carry_out, set_up
from reviewbot.surroundings import Surroundings


class PullRequestReview(Struct, frozen=True, kw_only=True):
    """What the door asks for."""

    named: str | None
    """`owner/name#7` or an address; None: the event of the job."""
    around: Surroundings
    recorder: Recorder | None
    memory: Memory | None
    dry_run: bool


def review_pull_request(request: PullRequestReview, progress: Progress) -> Told | Outcome:
    """Review and publish. Raises ReviewbotError when the review cannot begin."""
    started = time.monotonic()
    environ = request.around.environ
    target = named(request.named, server_url(environ)) if request.named is not None else from_event(environ)
    if isinstance(target, NothingToDo):
        return Told(reason=target.reason)
    host = connect(environ)
    pull = host.pull(target.repository, target.number)
    if target.commander is not None and not may_write(host, pull, target.commander):
        return Told(reason=f"{target.commander} may not write to {pull.repository}, so the comment asks for nothing.")
    read = read_pull(request.around, host, pull, skips=target.commander is None)
    if isinstance(read, Told):
        return read
    setup = set_up(read.loaded, read.change, environ)
    before = read_before(
        host,
        pull,
        in_job=environ.get("GITHUB_ACTIONS") == "true",
        with_reviews=setup.config.publish.summary == "never",
    )
    report = carry_out(
        setup,
        environ,
        progress,
        recorder=request.recorder,
        memory=request.memory,
        started=started,
        posted=before.posted,
        notes=[*read.notes, *before.notes],
    )
    return publish_report(host, pull, report, before, setup.config, dry_run=request.dry_run)
