"""What commands that publish on a pull request do once that has ended: show it, and turn it into an exit code."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from reviewbot.cli.job import end_in_job, finish_job
from reviewbot.cli.options import Shown, Target
from reviewbot.cli.output import write_stdout
from reviewbot.errors import GitHubError

if TYPE_CHECKING:  # importing these costs time that `--help` should not take
    from reviewbot.posted import ReviewDraft
    from reviewbot.publishing import Outcome
    from reviewbot.pull_read import Told
    from reviewbot.record.folder import Recorder


def end_on_pull(
    run: Callable[[], Told | Outcome],
    targets: tuple[Target, ...],
    shown: Shown,
    *,
    dry_run: bool,
    undone: str,
    recorder: Recorder | None = None,
) -> int:
    """Run it, leave what a job needs, write the report, and say how it ended.

    Raises ReviewbotError when the run could not begin, but for what may go better later: that is 3, and `undone` is
    what is said of it.
    """
    try:
        ended = run()
    except GitHubError as error:
        if not error.temporary:
            raise
        click.echo(f"reviewbot: {_line(str(error))}\n  {undone}; run again later", err=True)
        finish_job(None, os.environ, verdict="incomplete")
        return 3
    from reviewbot.pull_read import Told

    if isinstance(ended, Told):
        write_stdout(f"SKIPPED  {_line(ended.reason)}\n")
        finish_job(None, os.environ)
        return 0
    if dry_run:
        _show_draft(ended.draft, targets)
    if ended.read_only and not any(target.format == "github" for target in targets):
        targets = (*targets, *_annotations(targets))
    return end_in_job(ended.report, targets, shown, recorder)


def _show_draft(draft: ReviewDraft, targets: tuple[Target, ...]) -> None:
    """On stdout before the report, or on stderr where stdout is for a program."""
    if _is_scripted(targets):
        click.echo(_draft_text(draft), err=True, nl=False)
    else:
        write_stdout(_draft_text(draft))


def _annotations(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """What could not be posted becomes annotations of the job, when stdout is the log of one."""
    in_job = os.environ.get("GITHUB_ACTIONS") == "true"
    return (Target(format="github", path=None),) if in_job and not _is_scripted(targets) else ()


def _is_scripted(targets: tuple[Target, ...]) -> bool:
    return any(target.path is None and target.format not in ("text", "markdown") for target in targets)


def _line(text: str) -> str:
    from reviewbot.sanitize import terminal_line

    return terminal_line(text)


def _draft_text(draft: ReviewDraft) -> str:
    """What would be posted, comment by comment, without the hidden lines."""
    from reviewbot.formats.marker import without_marker
    from reviewbot.sanitize import terminal

    parts = [("the review", draft.body)] if draft.has_review else []
    for comment in draft.comments:
        first = f"{comment.start_line}-" if comment.start_line is not None else ""
        parts.append((f"a comment on {comment.path}:{first}{comment.line} ({comment.side})", comment.body))
    if draft.summary:
        parts.append(("the summary", draft.summary))
    if not parts:
        return "Nothing would be posted.\n\n"
    shown = [f"---- {_line(name)}\n{terminal(without_marker(body)).strip()}\n" for name, body in parts]
    return "\n".join([*shown, "---- end of what would be posted\n\n"])
