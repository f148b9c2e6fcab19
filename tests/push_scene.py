"""A repository with a remote, and pushes from it: told by git to a hook, or reviewed by the real one."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from commandline import CONFIG, KEY, KEYS, Ended, environment
from gitrepo import GitRepo, environ, two_defects
from providers import FakeProviders, Script, by_model, findings_reply
from stats_defects import CLEAN, UNSET

from reviewbot.config.overrides import Overrides
from reviewbot.outgoing import Outgoing, Push, find_outgoing, find_repository
from reviewbot.pushed import parse_push
from reviewbot.surroundings import Surroundings

_RECORDING = """\
#!/bin/sh
printf '%s\\n' "$1" "$2" > {folder}/arguments
cat > {folder}/lines
exit 1
"""


@dataclass(slots=True)
class PushScene:
    """`repo` is on a branch `feature` with a defect in src/stats.py; `remote` has `main`."""

    repo: GitRepo
    remote: GitRepo
    home: Path

    @classmethod
    def at(cls, folder: Path, *, object_format: str = "sha1") -> PushScene:
        remote = GitRepo(folder / "remote.git", bare=True, object_format=object_format)
        GitRepo(folder / "work", object_format=object_format)
        repo = two_defects(folder / "work")
        repo.git("remote", "add", "origin", str(remote.path))
        repo.git("push", "--quiet", "origin", "main")
        home = folder / "home"
        home.mkdir()
        return cls(repo=repo, remote=remote, home=home)

    # ------------------------------------------------------------ what git says

    def told(self, *args: str, cwd: Path | None = None) -> Push:
        """What git says to the hook of `git push ARGS`, which the hook then stops."""
        self._hook(_RECORDING.format(folder=shlex.quote(str(self.home))))
        for name in ("arguments", "lines"):
            (self.home / name).unlink(missing_ok=True)
        done = self.git_push(*args, cwd=cwd)
        assert (self.home / "lines").exists(), done
        remote, url = (self.home / "arguments").read_text().splitlines()
        return Push(
            what=tuple(update for update in parse_push((self.home / "lines").read_bytes()) if update.local),
            remote=remote,
            url=url,
        )

    def outgoing(self, *args: str, cwd: Path | None = None) -> Outgoing:
        """What the hook finds in `git push ARGS`."""
        return found(self.told(*args, cwd=cwd), cwd or self.repo.path)

    def ranges(self, *args: str) -> list[tuple[str | None, str, tuple[str, ...]]]:
        """(base, head, refs) of each range that `git push ARGS` brings."""
        return [(new.base, new.head, new.refs) for new in self.outgoing(*args).ranges]

    # ------------------------------------------------------------ the real hook

    def install(self, providers: FakeProviders, more: str = "", *, options: str = "") -> None:
        """The real hook, and a configuration of three reviewers outside of the work tree."""
        addresses = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        config = self.home / "config.yaml"
        config.write_text(CONFIG.format(**addresses) + more)
        command = shlex.join([sys.executable, "-I", "-m", "reviewbot", "hook", "pre-push", "--config", str(config)])
        self._hook(f'#!/bin/sh\nexec {command} {options} "$@"\n')

    def _hook(self, text: str) -> None:
        path = Path(os.fsdecode(self.repo.git("rev-parse", "--path-format=absolute", "--git-path", "hooks")).strip())
        path.mkdir(exist_ok=True)
        (path / "pre-push").write_text(text)
        (path / "pre-push").chmod(0o755)

    def git_push(
        self, *args: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, timeout_s: float = 60
    ) -> Ended:
        """`git push ARGS` with the keys of the three reviewers."""
        done = subprocess.run(
            ["git", "push", *args],
            cwd=cwd or self.repo.path,
            env=environment(self.home, {**KEYS, **(env or {})}),
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
        ended = Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())
        assert KEY not in ended.out + ended.err
        assert "Traceback" not in ended.err
        return ended

    def unread(self) -> list[Path]:
        """What is remembered as pushed without a review."""
        return sorted((self.repo.path / ".git" / "reviewbot" / "unchecked").glob("*"))


def found(push: Push, cwd: Path, variables: Mapping[str, str] | None = None) -> Outgoing:
    """What the hook finds in a push when it runs in that folder, with these variables besides the usual ones."""
    around = Surroundings(cwd=cwd, environ={**environ(), **(variables or {})}, config_path=None, overrides=Overrides())
    return find_outgoing(push, find_repository(around))


two_of_three: Script = by_model(
    {"claude-sonnet-4-5": findings_reply([UNSET]), "gpt-test": findings_reply([UNSET]), "gemini-2.5-flash": CLEAN}
)
"""Two reviewers find that `count` is used before it is set."""
nothing: Script = lambda _: CLEAN  # noqa: E731
"""Nobody finds anything."""
