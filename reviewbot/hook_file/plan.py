"""What an installation and its opposite change, decided from what was found.

The steps leave a repository that can push wherever they end, and what they leave is what the next run goes on from.
"""

from __future__ import annotations

from pathlib import Path

from reviewbot.errors import UsageError
from reviewbot.hook_file.owners import ASIDE, LEGACY, is_from_pre_commit, reads_own_name
from reviewbot.hook_file.script import KEPT, PRE_PUSH, Script, read_script, render_command, render_script
from reviewbot.hook_file.values import (
    Configure,
    HookFile,
    Keep,
    Kind,
    MakeFolder,
    Plan,
    Remove,
    Restore,
    Setting,
    Situation,
    Step,
    Unconfigure,
    Write,
)

_BY_HAND = '`reviewbot hook pre-push "$@"` with the stdin that git gave it'


def own_file(found: Situation) -> tuple[str, Script] | None:
    """Our hook in the folder and its name there: git's, or the one under which pre-commit calls it."""
    first, legacy = found.files.get(PRE_PUSH), found.files.get(LEGACY)
    if first is None:
        return None
    if script := read_script(first.data):
        return PRE_PUSH, script
    if legacy and is_from_pre_commit(first.data) and (script := read_script(legacy.data)):
        return LEGACY, script
    return None


def own_aside(found: Situation) -> Script | None:
    """Our hook where lefthook has put it, and nothing runs it."""
    aside = found.files.get(ASIDE)
    return read_script(aside.data) if aside else None


def first_hook(found: Situation) -> HookFile | None:
    """What runs before ours. pre-commit's hook does not when pre-commit has called us: it would run twice."""
    own, kept = own_file(found), found.files.get(KEPT)
    if own is not None and own[0] == LEGACY and kept is not None and is_from_pre_commit(kept.data):
        return None
    return kept


def own_settings(found: Situation) -> tuple[Setting, ...]:
    """`hook.reviewbot` of this repository's own configuration."""
    return tuple(setting for setting in found.configured if setting.scope == "local")


def wider_settings(found: Situation) -> tuple[Setting, ...]:
    """`hook.reviewbot` of files that are not this repository's."""
    return tuple(setting for setting in found.configured if setting.scope != "local")


def plan_install(found: Situation, python: str) -> Plan:
    """How a push from here comes to run `python`, an absolute path. Raises UsageError, with what to do instead."""
    script, command = render_script(python), render_command(python)
    _check_folder(found)
    own = own_file(found)
    if own is not None:
        return _renewed(found, *own, script)
    wider = wider_settings(found)
    if found.config_hooks and {"command", "event"} <= {setting.key for setting in wider if setting.value}:
        return Plan(steps=(), notes=(f"Nothing to do: {wider[-1].origin} runs reviewbot before every push.",))
    first = found.files.get(PRE_PUSH)
    obstacle = _obstacle(found, first)
    if obstacle is None and not (found.config_hooks and first is None and KEPT not in found.files):
        return _chained(found, first, script)
    if found.owner is not None and found.owner.calls_us:
        return Plan(steps=(), notes=(f"Nothing to do: {found.owner.name} runs reviewbot, as {found.owner.file} says.",))
    if not found.config_hooks:
        raise UsageError(obstacle or "")
    return _configured(found, command)


def _check_folder(found: Situation) -> None:
    folder = found.folder
    if found.folder_kind is Kind.LINK:
        way = (
            f"set core.hooksPath to the folder that is meant ({found.hooks_path.origin} has it)"
            if found.hooks_path
            else "replace the link by a folder, or name its target with `git config core.hooksPath FOLDER`"
        )
        raise UsageError(f"{folder} is a symbolic link, and a hook is not written through one; {way}")
    if found.folder_kind not in (Kind.FOLDER, Kind.MISSING) and not found.config_hooks:
        raise UsageError(f"{no_folder(found)}, so git runs no hooks here; unset core.hooksPath, or name a folder")


def no_folder(found: Situation) -> str:
    """That git's hooks folder is none, in words."""
    if found.hooks_path is None:
        return f"{found.folder} is no folder"
    return f"core.hooksPath in {found.hooks_path.origin} is {found.hooks_path.value!r}, which is no folder"


def _obstacle(found: Situation, first: HookFile | None) -> str | None:
    """Why no file of ours can stand in the folder."""
    where = found.folder / PRE_PUSH
    if found.owner is not None:
        return f"{found.owner.name} writes the hooks of this repository; {found.owner.advice}"
    if first is None:
        return None
    if first.kind not in (Kind.FILE, Kind.LINK):
        return f"{where} is a {first.kind}, and not a hook; move it away"
    if reads_own_name(first.data):
        return (
            f"{where} looks at the name that it is called by, so it cannot be kept under another one; let it call"
            f" {_BY_HAND}"
        )
    return None


def _renewed(found: Situation, name: str, script: Script, wanted: bytes) -> Plan:
    entry, where = found.files[name], found.folder / name
    if not script.intact:
        raise UsageError(
            f"{where} was written by reviewbot and changed since, so it is not overwritten; move what was added into"
            f" {found.folder / KEPT}, which runs first, delete {where}, and install again"
        )
    steps: list[Step] = []
    notes = []
    if entry.kind is not Kind.FILE or entry.data != wanted or not entry.executable:
        steps.append(Write(name=name, data=wanted))
        notes.append(f"Renewed {where}.")
    else:
        notes.append(f"Nothing to do: {where} is up to date.")
    if name == LEGACY:
        notes.append("pre-commit calls it, before its own hooks.")
    if own_settings(found):
        steps.append(Unconfigure())
    return Plan(steps=tuple(steps), notes=(*notes, *_kept_notes(first_hook(found)), *_folder_notes(found)))


def _chained(found: Situation, first: HookFile | None, script: bytes) -> Plan:
    kept = found.files.get(KEPT)
    steps: list[Step] = [MakeFolder()] if found.folder_kind is Kind.MISSING else []
    if first is not None:
        if kept is not None and not kept.equals(first):
            raise UsageError(
                f"{found.folder / KEPT} is left from an earlier installation, and {PRE_PUSH} beside it is another hook;"
                f" move away the one that is not needed, and install again"
            )
        if kept is None:
            steps.append(Keep(name=PRE_PUSH, kept=KEPT))
    steps.append(Write(name=PRE_PUSH, data=script))
    if own_settings(found):
        steps.append(Unconfigure())
    notes = (f"Installed {found.folder / PRE_PUSH}.", *_kept_notes(first or kept), *_folder_notes(found))
    return Plan(steps=tuple(steps), notes=notes)


def _configured(found: Situation, command: str) -> Plan:
    settings = [(setting.key, setting.value) for setting in own_settings(found)]
    if settings == [("command", command), ("event", PRE_PUSH)]:
        return Plan(steps=(), notes=("Nothing to do: hook.reviewbot in git's configuration is up to date.",))
    said = "Renewed" if settings else "Installed"
    notes = [f"{said} hook.reviewbot in this repository's configuration of git, which runs it before every push."]
    if found.owner is not None:
        notes.append(f"It runs before the hooks of {found.owner.name}, which stay as they are.")
    elif PRE_PUSH in found.files:
        notes.append(f"It runs before {found.folder / PRE_PUSH}, which stays as it is.")
    steps: tuple[Step, ...] = (Unconfigure(), Configure(command=command)) if settings else (Configure(command=command),)
    return Plan(steps=steps, notes=tuple(notes))


def _kept_notes(kept: HookFile | None) -> tuple[str, ...]:
    if kept is None:
        return ()
    if not kept.executable:
        return (f"The hook that was there is kept as {KEPT}; it is not executable, so it does not run, as before.",)
    return (f"The hook that was there is kept as {KEPT} and runs first; when it fails, the push ends.",)


def _folder_notes(found: Situation) -> tuple[str, ...]:
    if found.hooks_path is None:
        return ()
    told = f"core.hooksPath in {found.hooks_path.origin}"
    if found.in_work_tree:
        return (f"{told} names this folder of the work tree: the file names a path of this machine, do not commit it.",)
    if found.shared:
        return (f"{told} names this folder: the hook runs in every repository that uses it.",)
    return ()


def plan_uninstall(found: Situation) -> Plan:
    """How all is again as it was. Raises UsageError when that would lose something."""
    own, kept = own_file(found), found.files.get(KEPT)
    steps: list[Step] = []
    notes: list[str] = []
    if own is not None:
        name, script = own
        where = found.folder / name
        if not script.intact:
            raise UsageError(
                f"{where} was written by reviewbot and changed since, so it is not deleted; save what was added, delete"
                f" it yourself{f', and give {KEPT} the name {name} again' if kept else ''}"
            )
        if first_hook(found) is not None:
            steps.append(Restore(kept=KEPT, name=name))
            notes.append(f"Removed the hook; {where} is again the one that was there before.")
        else:
            steps.append(Remove(name=name))
            notes.append(f"Removed {where}.")
            if kept is not None:
                notes.append(f"{found.folder / KEPT} stays: it is pre-commit's, which has written its hook anew.")
    elif kept is not None:
        steps, notes = _left_behind(found, kept)
    aside = own_aside(found)
    if aside is not None and aside.intact:
        steps.append(Remove(name=ASIDE))
        notes.append(f"Removed {found.folder / ASIDE}, where lefthook had put it.")
    if own_settings(found):
        steps.append(Unconfigure())
        notes.append("Removed hook.reviewbot from this repository's configuration of git.")
    notes += _elsewhere(found)
    return Plan(steps=tuple(steps), notes=tuple(notes) or ("Nothing to do: no hook of reviewbot is installed here.",))


def _left_behind(found: Situation, kept: HookFile) -> tuple[list[Step], list[str]]:
    """An installation that was cut short, or whose hook somebody else removed."""
    first, where = found.files.get(PRE_PUSH), found.folder / PRE_PUSH
    if first is None:
        return [Restore(kept=KEPT, name=PRE_PUSH)], [f"{where} is again the hook that was there before."]
    if kept.equals(first):
        return [Remove(name=KEPT)], [f"Removed {found.folder / KEPT}, a copy of {PRE_PUSH} beside it."]
    return [], [f"{found.folder / KEPT} is left from an earlier installation, and nothing runs it; keep or delete it."]


def _elsewhere(found: Situation) -> list[str]:
    """What calls us and is not ours to change."""
    notes = []
    if found.owner is not None and found.owner.calls_us:
        notes.append(f"{found.owner.file} still has a line that runs reviewbot; take it out.")
    files = dict.fromkeys(setting.origin for setting in wider_settings(found))
    notes += [f"{file} still has hook.reviewbot, for more than this repository." for file in files]
    return notes


def check_places(places: tuple[Path, ...], trees: tuple[Path, ...], git_folders: tuple[Path, ...]) -> None:
    """Raises UsageError when the reviewbot in these places lies in a work tree, where a branch can bring its own."""
    for place in places:
        if within_trees(place, trees, git_folders):
            raise UsageError(
                f"this reviewbot lies in the work tree, at {place}, where a branch could bring a file in its place;"
                " install it outside, with `pipx install reviewbot` or `uv tool install reviewbot`, and run"
                " `reviewbot hook install` of that one"
            )


def within_trees(place: Path, trees: tuple[Path, ...], git_folders: tuple[Path, ...]) -> bool:
    """Whether a branch can bring a file to this place."""
    if any(place.is_relative_to(folder) for folder in git_folders):
        return False
    return any(place.is_relative_to(tree) for tree in trees)
