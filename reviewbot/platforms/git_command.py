"""How git is called: a program found outside the reviewed tree, an environment built from nothing, arguments as a list.

Nothing of the caller's environment or configuration takes effect, so what git prints depends on the repository alone,
and nothing that the repository's own configuration names is run: no hook, no file system monitor, no transport.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.discreet import Discreet
from reviewbot.errors import GitError, UsageError

MINIMUM_VERSION = (2, 31)
"""The first with `rev-parse --path-format=absolute`."""

_PIECE = 1024 * 1024
_TICK_S = 0.1
_VERSION = re.compile(rb"git version (\d+)\.(\d+)")
_CONFIG = {
    # Empty switches the monitor off in every version; before 2.36 "false" was the name of a program.
    "core.fsmonitor": "",
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",
    "core.quotePath": "false",
    # A promised object that is missing must not be fetched: the remote's configuration names programs.
    "protocol.allow": "never",
}
_ENVIRON = {
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
}
_USER_NAMES = ("HOME", "XDG_CONFIG_HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "PROGRAMDATA", "SYSTEMROOT")


class GitCommandError(GitError):
    """git ended with an error. `stderr` is what it said, for the caller to recognise."""

    def __init__(self, command: str, stderr: bytes) -> None:
        self.stderr = stderr.decode("utf-8", errors="backslashreplace")
        said = self.stderr.strip() or "it did not say why"
        super().__init__(f"git {command} failed: {said}")


class Result(Struct, frozen=True, kw_only=True):
    """What one call brought back."""

    code: int
    out: bytes
    err: bytes

    @property
    def line(self) -> str:
        """The output without its last line end; a path may hold others."""
        return os.fsdecode(self.out.removesuffix(b"\n"))

    @property
    def fields(self) -> list[bytes]:
        """The output of a command with `-z`."""
        return self.out.split(b"\0")[:-1]


class Guard(Protocol):
    """Watches over git while it runs."""

    def check(self) -> None:
        """Raises GitError when git must not go on. Called from another thread, ten times a second."""
        ...


class Git(Discreet, frozen=True, kw_only=True):
    """git, ready to be called in one folder."""

    program: str
    cwd: Path
    environ: Mapping[str, str]
    config: Mapping[str, str] = field(default_factory=lambda: dict(_CONFIG))
    guard: Guard | None = None
    """Ends git, and every process that git started, as soon as it objects; its error is then the call's."""

    def using(
        self,
        *,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        config: Mapping[str, str] | None = None,
        guard: Guard | None = None,
    ) -> Git:
        """The same with another folder or guard, and with more variables and configuration."""
        return replace(
            self,
            cwd=cwd or self.cwd,
            environ={**self.environ, **(environ or {})},
            config={**self.config, **(config or {})},
            guard=guard or self.guard,
        )

    def run(self, *args: str, stdin: bytes = b"") -> Result:
        """Call git and wait. Raises GitError only when it cannot be started, or when the guard objects."""
        with self._started(args, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            out, err = child.communicate(stdin)
        return Result(code=child.returncode, out=out, err=err)

    def ask(self, *args: str, stdin: bytes = b"") -> Result:
        """Call git and wait. Raises GitCommandError when it ends with an error."""
        result = self.run(*args, stdin=stdin)
        if result.code:
            raise GitCommandError(args[0], result.err)
        return result

    def stream(self, *args: str) -> Generator[bytes, None, None]:
        """The output in pieces as it arrives. Raises GitCommandError at its end. Closing it kills git."""
        with (
            tempfile.TemporaryFile() as errors,
            self._started(args, stdin=subprocess.DEVNULL, stderr=errors) as child,
        ):
            while child.stdout and (piece := child.stdout.read(_PIECE)):
                yield piece
            if child.wait():
                errors.seek(0)
                raise GitCommandError(args[0], errors.read(_PIECE))

    @contextmanager
    def _started(
        self, args: tuple[str, ...], *, stdin: int, stderr: int | IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """git as a running process, which does not outlive the `with` block."""
        if self.guard:
            self.guard.check()
        try:
            child = subprocess.Popen(
                self._argv(args),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=self.cwd,
                env=self.environ,
                start_new_session=self.guard is not None,  # so that what git starts can be ended with it
            )
        except OSError as exc:
            raise GitError(f"git cannot be started in {self.cwd}: {exc.strerror}") from exc
        with child, _watched(child, self.guard):
            try:
                yield child
            finally:
                if child.returncode is None:
                    _kill(child, group=self.guard is not None)

    def _argv(self, args: tuple[str, ...]) -> list[str]:
        config = [part for key, value in self.config.items() for part in ("-c", f"{key}={value}")]
        return [self.program, *config, *args]


def find_git(environ: Mapping[str, str], *, cwd: Path, tree: Path | None) -> Git:
    """git from the PATH in `environ`, to be called in `cwd`. Raises UsageError when it is missing or too old.

    Folders inside `tree`, the one under review, are left out of the PATH, and so are relative ones: a program that the
    change brings along must not be run.
    """
    brought_along = tree if tree and tree != tree.parent else None  # a repository at / holds every program
    folders = [
        folder
        for folder in environ.get("PATH", os.defpath).split(os.pathsep)
        if Path(folder).is_absolute() and not (brought_along and Path(folder).resolve().is_relative_to(brought_along))
    ]
    programs = (shutil.which(str(Path(folder, "git"))) for folder in folders)
    program = next(filter(None, programs), None)
    if program is None:
        raise UsageError(
            "git was not found; install it and put it on the PATH (`reviewbot review --diff FILE` needs none)"
        )
    clean = {"PATH": os.pathsep.join(folders), **_ENVIRON}
    if "SYSTEMROOT" in environ:  # Windows starts no process without it
        clean["SYSTEMROOT"] = environ["SYSTEMROOT"]
    git = Git(program=program, cwd=cwd, environ=clean)
    version = git.run("version").out
    number = read_version(version)
    if number is None or number < MINIMUM_VERSION:
        said = version.decode("utf-8", errors="backslashreplace").strip() or "nothing when asked for its version"
        needed = ".".join(map(str, MINIMUM_VERSION))
        raise UsageError(f"git {needed} or newer is needed; {program} says: {said}")
    return git


def read_version(said: bytes) -> tuple[int, int] | None:
    """The first two numbers of what `git version` says."""
    number = _VERSION.match(said)
    return (int(number[1]), int(number[2])) if number else None


def as_user(git: Git, environ: Mapping[str, str]) -> Git:
    """git with the caller's own configuration in force, for reading configuration and nothing else."""
    kept = {name: value for name, value in environ.items() if name in _USER_NAMES or name.startswith("GIT_CONFIG_")}
    return Git(
        program=git.program, cwd=git.cwd, environ={"PATH": git.environ["PATH"], "LC_ALL": "C", **kept}, config={}
    )


@contextmanager
def _watched(child: subprocess.Popen[bytes], guard: Guard | None) -> Iterator[None]:
    """Kills `child` when `guard` objects, and raises what it said in place of what came of that."""
    if guard is None:
        yield
        return
    over = Event()
    said: list[GitError] = []

    def watch() -> None:
        while not over.wait(_TICK_S):
            try:
                guard.check()
            except GitError as exc:
                said.append(exc)
                _kill(child, group=True)
                return

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        if said:
            raise said[0] from None


def _kill(child: subprocess.Popen[bytes], *, group: bool) -> None:
    if group and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
