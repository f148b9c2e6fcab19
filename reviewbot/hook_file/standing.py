"""How a push from here comes to run reviewbot, and what of it does not work."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from reviewbot.hook_file.owners import ASIDE, LEGACY
from reviewbot.hook_file.plan import no_folder, own_aside, own_file
from reviewbot.hook_file.script import KEPT, PRE_PUSH, read_command
from reviewbot.hook_file.values import CONFIG_HOOKS, Kind, Setting, Situation

_AGAIN = "reviewbot hook install"


class How(StrEnum):
    FILE = "file"
    PRE_COMMIT = "called by pre-commit"
    CONFIGURATION = "configuration of git"
    OWNER = "called by another tool"
    NONE = "not installed"


class Health(StrEnum):
    """What became of the interpreter that a hook names."""

    WORKS = "works"
    GONE = "gone"
    EMPTY = "has no reviewbot"
    IN_WORK_TREE = "lies in the work tree"


class Interpreter(Struct, frozen=True, kw_only=True):
    """The interpreter that a hook names, looked at."""

    path: str
    health: Health
    version: str | None
    """Of the reviewbot in it; None unless it works."""


class Standing(Struct, frozen=True, kw_only=True):
    """Which hook is in force. Names a place, and whom it calls where it is ours."""

    how: How
    where: str
    python: str | None
    intact: bool


class Problem(Struct, frozen=True, kw_only=True):
    """Something that does not work, and what to do."""

    said: str
    fix: str


def find_standing(found: Situation) -> Standing:
    """The hook that is in force here; of several the one that git would run last."""
    own = own_file(found)
    if own is not None:
        name, script = own
        how = How.PRE_COMMIT if name == LEGACY else How.FILE
        return Standing(how=how, where=str(found.folder / name), python=script.python, intact=script.intact)
    setting = _setting(found, "command")
    if setting is not None and _events(found):
        script = read_command(setting.value)
        where = f"hook.reviewbot in {setting.origin}"
        return Standing(how=How.CONFIGURATION, where=where, python=script.python, intact=script.intact)
    if found.owner is not None and found.owner.calls_us:
        return Standing(how=How.OWNER, where=f"{found.owner.file} ({found.owner.name})", python=None, intact=True)
    return Standing(how=How.NONE, where="", python=None, intact=True)


def find_problems(found: Situation, standing: Standing, interpreter: Interpreter | None) -> tuple[Problem, ...]:
    """What keeps the hook from doing what it was installed for."""
    return (
        *_folder_problems(found, standing),
        *_interpreter_problems(standing, interpreter),
        *_file_problems(found, standing),
        *_configuration_problems(found, standing),
    )


def _folder_problems(found: Situation, standing: Standing) -> list[Problem]:
    if found.folder_kind is Kind.LINK:
        return [Problem(said=f"{found.folder} is a symbolic link", fix="name the folder itself in core.hooksPath")]
    if found.folder_kind not in (Kind.FOLDER, Kind.MISSING) and standing.how is not How.CONFIGURATION:
        return [Problem(said=f"{no_folder(found)}, so git runs no hooks", fix="unset core.hooksPath")]
    return []


def _interpreter_problems(standing: Standing, interpreter: Interpreter | None) -> list[Problem]:
    if standing.how in (How.NONE, How.OWNER):
        return []
    if interpreter is None:
        return [Problem(said=f"which Python {standing.where} calls cannot be read from it", fix=_AGAIN)]
    match interpreter.health:
        case Health.WORKS:
            return []
        case Health.GONE:
            said = f"{interpreter.path} is gone, so pushes are UNCHECKED"
        case Health.EMPTY:
            said = f"there is no reviewbot in {interpreter.path} any more, so pushes are UNCHECKED"
        case Health.IN_WORK_TREE:
            said = f"{interpreter.path} lies in the work tree, where a branch could bring its own"
        case _:
            assert_never(interpreter.health)
    return [Problem(said=said, fix=f"{_AGAIN}, with a reviewbot that is installed outside of the repository")]


def _file_problems(found: Situation, standing: Standing) -> list[Problem]:
    problems = []
    if standing.how is How.NONE and own_aside(found) is not None:
        said = f"lefthook has put our hook aside, as {found.folder / ASIDE}, and nothing runs it"
        problems.append(Problem(said=said, fix=f"`{_AGAIN}` says what to tell lefthook"))
    if standing.how in (How.FILE, How.PRE_COMMIT):
        if not standing.intact:
            fix = f"move what was added into {KEPT}, delete the file, and run `{_AGAIN}`"
            problems.append(Problem(said=f"{standing.where} was changed after its installation", fix=fix))
        if not found.files[LEGACY if standing.how is How.PRE_COMMIT else PRE_PUSH].executable:
            problems.append(Problem(said=f"{standing.where} is not executable, so it does not run", fix=_AGAIN))
    elif KEPT in found.files:
        fix = "reviewbot hook uninstall" if PRE_PUSH not in found.files else "install again, or delete it"
        problems.append(Problem(said=f"{found.folder / KEPT} is left over, and nothing runs it", fix=fix))
    return problems


def _configuration_problems(found: Situation, standing: Standing) -> list[Problem]:
    command, enabled = _setting(found, "command"), _setting(found, "enabled")
    problems = []
    if command is None or not _events(found):
        return []
    if standing.how in (How.FILE, How.PRE_COMMIT) and found.config_hooks:
        fix = f"git config --file {command.origin} --remove-section hook.reviewbot"
        problems.append(Problem(said=f"hook.reviewbot in {command.origin} runs it a second time", fix=fix))
    if standing.how is not How.CONFIGURATION:
        return problems
    if not found.config_hooks:
        needed, here = (".".join(map(str, version)) for version in (CONFIG_HOOKS, found.version))
        said = f"git {here} runs no hooks of its configuration, which need {needed}"
        problems.append(Problem(said=said, fix=_AGAIN))
    if enabled is not None and enabled.value.lower() in ("false", "no", "off", "0"):
        said = f"hook.reviewbot.enabled in {enabled.origin} switches it off"
        problems.append(Problem(said=said, fix="git config --unset hook.reviewbot.enabled"))
    return problems


def _setting(found: Situation, key: str) -> Setting | None:
    return next((setting for setting in reversed(found.configured) if setting.key == key), None)


def _events(found: Situation) -> bool:
    """Whether the configuration names our event; an empty value forgets those before it."""
    named = False
    for setting in found.configured:
        if setting.key == "event":
            named = setting.value == PRE_PUSH or (named and setting.value != "")
    return named
