"""Which hooks a repository has, read from its folders and from git's configuration. Nothing is changed or run here."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

from reviewbot.errors import GitError
from reviewbot.hook_file.owners import (
    ASIDE,
    LEFTHOOK_FILES,
    LEGACY,
    PRE_COMMIT_FILES,
    calls_reviewbot,
    husky_advice,
    husky_file,
    is_from_lefthook,
    is_from_pre_commit,
    is_run_by_pre_commit,
    lefthook_advice,
)
from reviewbot.hook_file.plan import within_trees
from reviewbot.hook_file.script import KEPT, PRE_PUSH
from reviewbot.hook_file.standing import Health, Interpreter
from reviewbot.hook_file.values import HookFile, Kind, Owner, Setting, Situation
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import read_version

_MOST = 1024 * 1024
_VERSION_CODE = "import reviewbot.cli.main; print(reviewbot.__version__)"
_PATIENCE_S = 10


def hooks_folder(checkout: Checkout) -> Path:
    """Where git looks for hooks, with the user's own configuration; the same for all work trees of a repository."""
    # Not with --path-format=absolute, which follows links: a folder that is one has to be seen as such.
    return Path(os.path.normpath(checkout.root / checkout.user.ask("rev-parse", "--git-path", "hooks").line))


def look_at_hooks(checkout: Checkout) -> Situation:
    """The hooks of a repository as they are now. Raises GitError."""
    folder = hooks_folder(checkout)
    hooks_path = next(iter(_settings(checkout, "--type=path", "--get", "core.hooksPath")), None)
    off = hooks_path is not None and not hooks_path.value  # git then looks for hooks at no place that is a folder
    names = () if off else (PRE_PUSH, KEPT, LEGACY, ASIDE)
    files = {name: entry for name in names if (entry := _entry(folder / name))}
    version = read_version(checkout.git.run("version").out)
    in_work_tree = not checkout.bare and within_trees(folder, (checkout.root,), git_folders(checkout))
    return Situation(
        folder=folder,
        folder_kind=Kind.OTHER if off else _kind(folder),
        hooks_path=hooks_path,
        in_work_tree=in_work_tree,
        shared=not in_work_tree and not any(folder.is_relative_to(each) for each in git_folders(checkout)),
        files=files,
        configured=_settings(checkout, "--get-regexp", r"^hook\.reviewbot\."),
        owner=(
            (_husky(folder) if hooks_path else None)
            or _lefthook(checkout, folder)
            or _pre_commit(checkout, files.get(PRE_PUSH))
        ),
        version=version or (0, 0),
    )


def work_trees(checkout: Checkout) -> tuple[Path, ...]:
    """Every work tree of the repository: what a branch can bring files to."""
    trees = [] if checkout.bare else [checkout.root]
    if checkout.common_dir.name == ".git":
        trees.append(checkout.common_dir.parent)
    for note in checkout.common_dir.glob("worktrees/*/gitdir"):
        try:
            trees.append(Path(os.fsdecode(note.read_bytes().rstrip(b"\n"))).parent)
        except OSError:
            continue  # pruned meanwhile
    return tuple(dict.fromkeys(path for tree in trees for path in (tree, tree.resolve())))


def git_folders(checkout: Checkout) -> tuple[Path, ...]:
    """Where git keeps its own, which no branch brings files to."""
    return tuple(dict.fromkeys((checkout.common_dir, checkout.git_dir, checkout.common_dir.resolve())))


def examine(python: str | None, checkout: Checkout) -> Interpreter | None:
    """What became of an interpreter that a hook names. It is not run when it lies in a work tree."""
    if python is None:
        return None
    path = Path(python)
    if any(within_trees(place, work_trees(checkout), git_folders(checkout)) for place in (path, path.resolve())):
        return Interpreter(path=python, health=Health.IN_WORK_TREE, version=None)
    if not path.is_absolute() or not path.is_file() or not os.access(path, os.X_OK):
        return Interpreter(path=python, health=Health.GONE, version=None)
    try:
        said = subprocess.run(
            [python, "-I", "-c", _VERSION_CODE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            cwd=path.parent,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Interpreter(path=python, health=Health.GONE, version=None)
    version = said.stdout.decode("utf-8", "replace").strip()
    if said.returncode or not version:
        return Interpreter(path=python, health=Health.EMPTY, version=None)
    return Interpreter(path=python, health=Health.WORKS, version=version)


def _settings(checkout: Checkout, *args: str) -> tuple[Setting, ...]:
    result = checkout.user.run("config", "--null", "--show-scope", "--show-origin", *args)
    if result.code not in (0, 1):  # 1: there is none
        raise GitError(f"git config failed: {result.err.decode('utf-8', 'backslashreplace').strip()}")
    fields = [os.fsdecode(field) for field in result.fields]
    settings = []
    for scope, origin, text in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
        key, _, value = text.partition("\n") if "--get-regexp" in args else ("core.hookspath", "", text)
        file = origin.removeprefix("file:")
        if origin != file:
            file = str(checkout.root / file)
        settings.append(Setting(scope=scope, origin=file, key=key.rpartition(".")[2], value=value))
    return tuple(settings)


def _kind(path: Path) -> Kind:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return Kind.MISSING
    except OSError:  # something above it is no folder
        return Kind.OTHER
    tests = {stat.S_ISLNK: Kind.LINK, stat.S_ISREG: Kind.FILE, stat.S_ISDIR: Kind.FOLDER}
    return next((kind for test, kind in tests.items() if test(mode)), Kind.OTHER)


def _entry(path: Path) -> HookFile | None:
    kind = _kind(path)
    try:
        status = path.lstat()
    except OSError:
        return None
    return HookFile(
        kind=kind,
        executable=path.is_file() and os.access(path, os.X_OK),
        data=_content(path),
        size=status.st_size,
        link=str(path.readlink()) if kind is Kind.LINK else None,
        mode=stat.S_IMODE(status.st_mode),
        identity=(status.st_dev, status.st_ino),
    )


def _content(path: Path) -> bytes:
    """The beginning of a regular file, through a link; nothing else is opened, for a pipe would never end."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_MOST)
    except OSError:
        return b""


def _husky(folder: Path) -> Owner | None:
    names = {name for name in ("h", "husky.sh") if (folder / name).is_file()}
    if (folder / "_" / "husky.sh").is_file():
        names.add("_/husky.sh")
    relative = husky_file(folder, frozenset(names))
    if relative is None:
        return None
    file = Path(os.path.normpath(folder / relative))
    return Owner(
        name="husky",
        file=file,
        advice=husky_advice(str(file), sourced=relative == PRE_PUSH),
        calls_us=calls_reviewbot(_content(file)),
    )


def _lefthook(checkout: Checkout, folder: Path) -> Owner | None:
    """A file of lefthook's in the hooks folder: without one a configuration that is there is not in use."""
    try:
        names = [path for path in folder.iterdir() if path.suffix != ".sample"]
    except OSError:
        return None
    if not any(is_from_lefthook(_content(path)) for path in names if path.name not in (KEPT, LEGACY, ASIDE)):
        return None
    files = [checkout.root / name for name in LEFTHOOK_FILES if (checkout.root / name).is_file()]
    file = files[0] if files else checkout.root / LEFTHOOK_FILES[0]
    return Owner(
        name="lefthook",
        file=file,
        advice=lefthook_advice(str(file)),
        calls_us=any(calls_reviewbot(_content(each)) for each in files),
    )


def _pre_commit(checkout: Checkout, first: HookFile | None) -> Owner | None:
    """Only where it runs us: beside its hook there is room for another."""
    if first is None or not is_from_pre_commit(first.data):
        return None
    files = [checkout.root / name for name in PRE_COMMIT_FILES]
    file = next((each for each in files if is_run_by_pre_commit(_content(each))), None)
    return None if file is None else Owner(name="pre-commit", file=file, advice="", calls_us=True)
