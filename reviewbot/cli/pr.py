"""`reviewbot pr`: a pull request on GitHub."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Unpack

import click

from reviewbot.cli.job import finish_job
from reviewbot.cli.options import (
    SHARED,
    Shared,
    Target,
    current_folder,
    open_recorder,
    read_overrides,
    read_targets,
    with_options,
)
from reviewbot.cli.output import exit_code, use_color, write_report, write_stdout
from reviewbot.cli.progress import watch
from reviewbot.errors import GitHubError, OutputError

if TYPE_CHECKING:  # importing it costs time that `--help` should not take
    from reviewbot.posted import ReviewDraft


@click.command()
@click.argument("pull_request", metavar="[PR]", required=False)
@click.option("--dry-run", is_flag=True, help="Review, and print what would be posted; post nothing.")
@with_options(SHARED)
def pr(
    *,
    pull_request: str | None,
    dry_run: bool,
    **shared: Unpack[Shared],
) -> int:
    """Review a GitHub pull request and publish the review on it.

    PR is owner/name#7 or its address; in a GitHub Actions job it is found from the event. Needs GITHUB_TOKEN. The
    configuration is that of the base branch.
    """
    targets = read_targets(shared["formats"], shared["output"])

    from reviewbot.pull import PullRequestReview, Told, review_pull_request

    recorder = open_recorder(shared["record"])
    request = PullRequestReview(
        named=pull_request,
        cwd=current_folder(),
        environ=dict(os.environ),
        config_path=shared["config_path"],
        overrides=read_overrides(shared["fail_on"], shared["min_agreement"], shared["reviewers"]),
        recorder=recorder,
        dry_run=dry_run,
    )
    try:
        ended = review_pull_request(request, watch(quiet=shared["quiet"], color=use_color(shared["color"], sys.stderr)))
    except GitHubError as error:
        if not error.temporary:
            raise
        click.echo(f"reviewbot: {_line(str(error))}\n  nothing was reviewed; run again later", err=True)
        return 3
    if isinstance(ended, Told):
        write_stdout(f"SKIPPED  {_line(ended.reason)}\n")
        finish_job(None, os.environ)
        return 0
    if dry_run:
        _show_draft(ended.draft, targets)
    problem = recorder.problem if recorder else None
    try:
        finish_job(ended.report, os.environ)
    except OutputError as error:
        problem = f"{problem}\n{error}" if problem else str(error)
    if ended.read_only and not any(target.format == "github" for target in targets):
        targets = (*targets, *_annotations(targets))
    write_report(ended.report, targets, color=shared["color"], verbose=shared["verbose"], problem=problem)
    return exit_code(ended.report.verdict)


def _show_draft(draft: ReviewDraft, targets: tuple[Target, ...]) -> None:
    """On stdout before the report, or on stderr where stdout is for a program."""
    text = _draft_text(draft)
    if any(target.path is None and target.format not in ("text", "markdown") for target in targets):
        click.echo(text, err=True, nl=False)
    else:
        write_stdout(text)


def _annotations(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """What could not be posted becomes annotations of the job, when stdout is the log of one."""
    in_job = os.environ.get("GITHUB_ACTIONS") == "true"
    scripted = any(target.path is None and target.format not in ("text", "markdown") for target in targets)
    return (Target(format="github", path=None),) if in_job and not scripted else ()


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
