"""The pre-push hook: whether it is there, and whether it does what it is there for."""

from __future__ import annotations

from reviewbot.doctor.values import Check, State
from reviewbot.errors import GitError
from reviewbot.hook_file.standing import How
from reviewbot.hook_setup import review_hook
from reviewbot.platforms.git_checkout import Checkout


def check_hook(checkout: Checkout | None, *, in_job: bool) -> Check:
    """Nobody needs one, and in a job nobody pushes."""
    if checkout is None or in_job:
        return Check(subject="hook", state=State.SKIPPED, said="a job pushes nothing" if in_job else "no repository")
    try:
        review = review_hook(checkout)
    except GitError as error:
        return Check(subject="hook", state=State.WARNING, said=str(error))
    if review.problems:
        said = "; ".join(problem.said for problem in review.problems)
        fix = "; ".join(dict.fromkeys(problem.fix for problem in review.problems))
        return Check(subject="hook", state=State.WARNING, said=said, fix=fix)
    if review.standing.how is How.NONE:
        fix = "`reviewbot hook install` has what is pushed reviewed before"
        return Check(subject="hook", state=State.SKIPPED, said="not installed", fix=fix)
    return Check(subject="hook", state=State.OK, said=review.standing.where)
