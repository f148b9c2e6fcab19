"""The shell of `reviewbot hook install|uninstall|status`: look, decide, carry out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from reviewbot.errors import UsageError
from reviewbot.hook_file.owners import is_from_pre_commit
from reviewbot.hook_file.plan import check_places, first_hook, plan_install, plan_uninstall
from reviewbot.hook_file.script import KEPT
from reviewbot.hook_file.standing import Health, How, Interpreter, Problem, Standing, find_problems, find_standing
from reviewbot.hook_file.values import HookFile, Plan, Situation
from reviewbot.platforms.git_checkout import Checkout, NoRepositoryError, find_checkout
from reviewbot.platforms.git_hooks import examine, git_folders, hooks_folder, look_at_hooks, work_trees
from reviewbot.platforms.hook_folder import alone_in, carry_out


class Tool(Struct, frozen=True, kw_only=True):
    """The reviewbot that a hook is to call."""

    python: str
    """Its interpreter, as it was called: a link is not followed, so that an environment stays itself."""
    places: tuple[Path, ...]
    """What is run with it: the interpreter, its environment, the package."""

    @classmethod
    def of_this_process(cls) -> Tool:
        """The one that is running. Raises UsageError when it cannot be named."""
        if not sys.executable:
            raise UsageError("this Python does not know its own path; install reviewbot with `pipx` or `uv tool`")
        python = Path(os.path.abspath(sys.executable))  # noqa: PTH100 - resolve() would leave the environment
        package = Path(__file__).parent
        places = (python, Path(sys.prefix), Path(sys.prefix).resolve(), package, package.resolve())
        return cls(python=str(python), places=places)


class Review(Struct, frozen=True, kw_only=True):
    """What is installed, for a person."""

    found: Situation
    standing: Standing
    interpreter: Interpreter | None
    problems: tuple[Problem, ...]


def install_hook(cwd: Path, environ: Mapping[str, str], tool: Tool) -> tuple[str, ...]:
    """Have every push from the repository around `cwd` run `tool`. What to tell; raises UsageError."""
    checkout = _checkout(cwd, environ)
    check_places(tool.places, work_trees(checkout), git_folders(checkout))
    return _change(checkout, lambda found: plan_install(found, tool.python))


def uninstall_hook(cwd: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Undo that. What to tell; raises UsageError."""
    return _change(_checkout(cwd, environ), plan_uninstall)


def review_hook(checkout: Checkout) -> Review:
    """Look at what is installed, and whether it works."""
    found = look_at_hooks(checkout)
    standing = find_standing(found)
    interpreter = examine(standing.python, checkout)
    return Review(
        found=found,
        standing=standing,
        interpreter=interpreter,
        problems=find_problems(found, standing, interpreter),
    )


def status_lines(cwd: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What `reviewbot hook status` says. Raises UsageError outside of a repository."""
    review = review_hook(_checkout(cwd, environ))
    found, standing, interpreter = review.found, review.standing, review.interpreter
    why = f"core.hooksPath in {found.hooks_path.origin}" if found.hooks_path else "git's own place"
    lines = [f"hooks folder  {found.folder} ({why})", f"installed     {_installed(standing)}"]
    if interpreter is not None:
        version = f"reviewbot {interpreter.version}" if interpreter.health is Health.WORKS else interpreter.health.value
        lines.append(f"calls         {interpreter.path} ({version})")
    if standing.how in (How.FILE, How.PRE_COMMIT) and (kept := first_hook(found)):
        lines.append(f"runs first    {_kept(kept)}")
    if found.owner is not None:
        lines.append(f"hooks are of  {found.owner.name}, which reads {found.owner.file}")
    for problem in review.problems:
        lines += [f"problem       {problem.said}", f"  fix         {problem.fix}"]
    return tuple(lines)


def _installed(standing: Standing) -> str:
    if standing.how is How.NONE:
        return "no; `reviewbot hook install` does it"
    return f"{standing.where}, {standing.how}" if standing.how is not How.FILE else standing.where


def _kept(kept: HookFile) -> str:
    said = f"{KEPT}, the hook that was there"
    if kept.link is not None:
        said += f", a link to {kept.link}"
    if is_from_pre_commit(kept.data):
        said += ", of pre-commit"
    return said if kept.executable else f"nothing: {said}, is not executable"


def _change(checkout: Checkout, decide: Callable[[Situation], Plan]) -> tuple[str, ...]:
    folder = hooks_folder(checkout)
    with alone_in(checkout.common_dir, folder):
        plan = decide(look_at_hooks(checkout))
        carry_out(plan, checkout, folder)
    return plan.notes


def _checkout(cwd: Path, environ: Mapping[str, str]) -> Checkout:
    try:
        return find_checkout(cwd, environ)
    except NoRepositoryError:
        raise UsageError(f"{cwd} is not inside a git repository; change to the one whose pushes are meant") from None
