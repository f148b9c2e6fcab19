"""A repository to push from, and a reviewbot that only notes how it was called, for tests of the installed hook."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from commandline import Ended
from gitrepo import GitRepo, environ

from reviewbot.hook_setup import Tool, install_hook, status_lines, uninstall_hook

SHELLS = [shell for shell in ("dash", "bash", "busybox", "zsh") if shutil.which(shell)]
ZERO = "0" * 40
OLD, NEW = "2.39.5", "2.54.0"

# What `python -I -m reviewbot hook pre-push` is to the hook: a program that notes how it was called.
RECORDER = """\
#!/bin/sh
case "$*" in
"-I -c "*) [ -f "{folder}/there" ] && echo 9.9; exit ;;
esac
[ -f "{folder}/there" ] || {{ echo "No module named reviewbot" >&2; exit 1; }}
for word in "$@"; do printf '%s\\n' "$word"; done >"{folder}/words"
cat >"{folder}/stdin"
echo called >>"{folder}/calls"
exit "$(cat "{folder}/code")"
"""


@dataclass(frozen=True, slots=True)
class Recorder:
    """A reviewbot that reviews nothing."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin's $HOME" / "python"

    @property
    def tool(self) -> Tool:
        return Tool(python=str(self.python), places=(self.python,))

    @property
    def calls(self) -> int:
        path = self.folder / "calls"
        return len(path.read_text().split()) if path.exists() else 0

    @property
    def words(self) -> list[str]:
        return (self.folder / "words").read_text().splitlines()

    @property
    def stdin(self) -> bytes:
        return (self.folder / "stdin").read_bytes()

    def answers(self, code: int) -> None:
        (self.folder / "code").write_text(str(code))


def make_recorder(tmp_path: Path) -> Recorder:
    recorder = Recorder(tmp_path / "tool")
    recorder.python.parent.mkdir(parents=True)
    recorder.python.write_text(RECORDER.format(folder=recorder.folder))
    recorder.python.chmod(0o755)
    (recorder.folder / "there").touch()
    recorder.answers(0)
    return recorder


def make_repo(tmp_path: Path) -> GitRepo:
    """One commit, and a bare repository to push to."""
    GitRepo(tmp_path / "remote", bare=True)
    repo = GitRepo(tmp_path / "repo")
    repo.git("remote", "add", "origin", str(tmp_path / "remote"))
    repo.commit({"a": "1"})
    return repo


def user(path: Path, version: str = OLD, **env: str) -> dict[str, str]:
    """A person's environment with a git that says it is of this version, whichever is here.

    It runs no hook of its configuration for that: tests run the command as a newer git would.
    """
    folder = path.parent / f"git-{version}"
    folder.mkdir(exist_ok=True)
    script = folder / "git"
    if not script.exists():
        script.write_text(
            '#!/bin/sh\nfor word in "$@"; do :; done\n'
            f'[ "$word" = version ] && echo "git version {version}" && exit\n'
            f'exec "{shutil.which("git")}" "$@"\n'
        )
        script.chmod(0o755)
    return environ(**{"PATH": f"{folder}:{os.environ['PATH']}", **env})


def hooks(repo: GitRepo) -> Path:
    return repo.path / ".git" / "hooks"


def install(repo: GitRepo, recorder: Recorder, version: str = OLD) -> str:
    return "\n".join(install_hook(repo.path, user(repo.path, version), recorder.tool))


def uninstall(repo: GitRepo, version: str = OLD) -> str:
    return "\n".join(uninstall_hook(repo.path, user(repo.path, version)))


def status(repo: GitRepo, version: str = OLD) -> str:
    return "\n".join(status_lines(repo.path, user(repo.path, version)))


def push(repo: GitRepo, *refs: str, cwd: Path | None = None, **env: str) -> Ended:
    done = subprocess.run(
        ["git", "push", "--quiet", "origin", *(refs or ("main",))],
        cwd=cwd or repo.path,
        env=environ(GIT_CONFIG_GLOBAL=os.devnull, **env),
        capture_output=True,
        timeout=60,
    )
    return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def pushed(repo: GitRepo, ref: str = "main") -> bool:
    remote = repo.path.parent / "remote"
    return not subprocess.run(["git", "rev-parse", "--verify", "-q", ref], cwd=remote, capture_output=True).returncode


def tree(folder: Path) -> dict[str, tuple[int, bytes | str, int]]:
    """Every entry with its mode, content and time: what must be the same when nothing was changed."""
    found = {}
    for path in sorted(folder.iterdir()):
        status = path.lstat()
        content = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else ""
        found[path.name] = (stat.S_IMODE(status.st_mode), content, status.st_mtime_ns)
    return found


def place(repo: GitRepo, text: str, *, mode: int = 0o755) -> Path:
    path = hooks(repo) / "pre-push"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


FIRST = """\
#!/bin/sh
printf '%s\\n' "$@" >first-words
cat >first-stdin
exit "$(cat first-code 2>/dev/null || echo 0)"
"""
