"""The installed hook in real pushes, around every kind of hook that may be there; the tool it calls is a recorder."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from commandline import Ended, reviewbot
from gitrepo import GitRepo, environ

from reviewbot.doctor.hook import check_hook
from reviewbot.doctor.values import State
from reviewbot.errors import UsageError
from reviewbot.hook_file.plan import plan_install
from reviewbot.hook_file.script import KEPT, render_command, render_script
from reviewbot.hook_file.values import Plan
from reviewbot.hook_setup import Tool, install_hook, review_hook, status_lines, uninstall_hook
from reviewbot.platforms.git_checkout import find_checkout
from reviewbot.platforms.git_hooks import look_at_hooks
from reviewbot.platforms.hook_folder import carry_out

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


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    recorder = Recorder(tmp_path / "tool")
    recorder.python.parent.mkdir(parents=True)
    recorder.python.write_text(RECORDER.format(folder=recorder.folder))
    recorder.python.chmod(0o755)
    (recorder.folder / "there").touch()
    recorder.answers(0)
    return recorder


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
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


# ---------------------------------------------------------------- alone


def test_a_push_runs_the_installed_tool_with_what_git_gives(repo: GitRepo, recorder: Recorder) -> None:
    shutil.rmtree(hooks(repo))  # a template may leave it out
    assert "Installed" in install(repo, recorder)
    assert push(repo).code == 0
    url = str(repo.path.parent / "remote")
    assert recorder.words == ["-I", "-m", "reviewbot", "hook", "pre-push", "origin", url]
    assert recorder.stdin == f"refs/heads/main {repo.head()} refs/heads/main {ZERO}\n".encode()
    assert pushed(repo)
    assert push(repo).code == 0  # up to date: git runs the hook and sends nothing
    assert (recorder.calls, recorder.stdin) == (2, b"")


@pytest.mark.parametrize("code", [1, 3])
def test_a_push_that_the_tool_refuses_does_not_take_place(repo: GitRepo, recorder: Recorder, code: int) -> None:
    install(repo, recorder)
    recorder.answers(code)
    ended = push(repo)
    assert ended.code != 0
    assert "UNCHECKED" not in ended.err
    assert not pushed(repo)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("missing", ["interpreter", "package", "program"])
def test_a_tool_that_is_gone_lets_the_push_pass_and_says_so(
    repo: GitRepo, recorder: Recorder, shell: str, missing: str
) -> None:
    if missing == "interpreter":
        recorder.python.unlink()
    elif missing == "package":
        (recorder.folder / "there").unlink()
    else:
        recorder.python.write_text("#!/nonexistent/python\n")
    for command in (["pre-push"], ["-c", f'{render_command(str(recorder.python))} "$@"', "hook"]):
        (repo.path / "pre-push").write_bytes(render_script(str(recorder.python)))
        done = subprocess.run(
            [shutil.which(shell) or shell, *command, "origin", "url"], cwd=repo.path, input=b"x\n", capture_output=True
        )
        lines = done.stderr.decode().splitlines()
        assert done.returncode == 0
        assert lines[-1].startswith("UNCHECKED: this push was not reviewed")
        assert str(recorder.python) in lines[-1]
        assert "`reviewbot hook install`" in lines[-1]
        assert len(lines) == 1 or missing != "interpreter"


def test_a_second_installation_changes_no_byte_and_a_new_interpreter_is_taken_over(
    repo: GitRepo, recorder: Recorder
) -> None:
    place(repo, "#!/bin/sh\n")
    install(repo, recorder)
    before = tree(hooks(repo))
    assert "Nothing to do" in install(repo, recorder)
    assert tree(hooks(repo)) == before
    other = Tool(python="/elsewhere/python", places=())
    assert "Renewed" in "\n".join(install_hook(repo.path, user(repo.path), other))
    assert (hooks(repo) / "pre-push").read_bytes() == render_script("/elsewhere/python")
    assert "Renewed" in install(repo, recorder)
    assert {name: entry[:2] for name, entry in tree(hooks(repo)).items()} == {
        name: entry[:2] for name, entry in before.items()
    }


# ---------------------------------------------------------------- in front of it

FIRST = """\
#!/bin/sh
printf '%s\\n' "$@" >first-words
cat >first-stdin
exit "$(cat first-code 2>/dev/null || echo 0)"
"""


def test_a_hook_that_is_there_runs_first_with_its_own_stdin_and_decides_first(
    repo: GitRepo, recorder: Recorder
) -> None:
    place(repo, FIRST)
    install(repo, recorder)
    assert push(repo, "main", "main:refs/heads/ü;$(x)").code == 0
    assert recorder.stdin == (repo.path / "first-stdin").read_bytes()
    assert recorder.stdin.count(b"\n") == 2
    assert recorder.words[-2:] == (repo.path / "first-words").read_text().splitlines()
    (repo.path / "first-code").write_text("7")
    repo.commit({"a": "2"})
    ended = push(repo, "main:other")
    assert (ended.code, recorder.calls) == (1, 1)
    assert not pushed(repo, "other")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("stdin", [b"", b"\n\n", b"no end", b"a\n\n\n", b"\xff\xfe %s \\n `x` $y\n" * 9000])
def test_both_hooks_get_the_very_bytes_and_the_first_ones_code_counts(
    repo: GitRepo, recorder: Recorder, shell: str, stdin: bytes
) -> None:
    folder = repo.path / "my hooks"
    folder.mkdir()
    (folder / "pre-push").write_bytes(render_script(str(recorder.python)))
    (folder / KEPT).write_text(FIRST)
    (folder / KEPT).chmod(0o755)
    for code in (0, 9):
        (repo.path / "first-code").write_text(str(code))
        done = subprocess.run(
            [shutil.which(shell) or shell, f"{folder}/pre-push", "a b", "*"],
            cwd=repo.path,
            input=stdin,
            capture_output=True,
        )
        assert (done.returncode, done.stderr) == (code, b"")
    assert (repo.path / "first-stdin").read_bytes() == recorder.stdin == stdin
    assert recorder.words[-2:] == ["a b", "*"]
    assert recorder.calls == 1


def test_a_hook_that_reads_nothing_harms_nobody_also_with_thousands_of_refs(repo: GitRepo, recorder: Recorder) -> None:
    place(repo, "#!/bin/sh\nexit 0\n")
    install(repo, recorder)
    ended = push(repo, "--dry-run", *(f"main:refs/heads/b{number}" for number in range(2000)))
    assert (ended.code, ended.err) == (0, "")
    assert recorder.stdin.count(b"\n") == 2000


@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "not executable"])
def test_uninstalling_brings_back_every_byte(repo: GitRepo, recorder: Recorder, kind: str) -> None:
    path = place(repo, FIRST, mode=0o644 if kind == "not executable" else 0o751)
    if "link" in kind:
        path.rename(path.with_name("shared-hook"))
        path.symlink_to("shared-hook" if kind == "link" else "gone")
    before, config = tree(hooks(repo)), (repo.path / ".git/config").read_bytes()
    install(repo, recorder)
    assert push(repo).code == 0
    assert recorder.calls == 1
    assert (repo.path / "first-stdin").exists() == (kind in ("file", "link"))
    assert KEPT in status(repo)
    assert "again the one that was there before" in uninstall(repo)
    assert tree(hooks(repo)) == before
    assert (repo.path / ".git/config").read_bytes() == config
    assert "Nothing to do" in uninstall(repo)


def test_ctrl_c_in_the_first_hook_ends_the_push(repo: GitRepo, recorder: Recorder) -> None:
    """Also when that hook takes no notice of it."""
    place(repo, "#!/bin/sh\ntrap : INT\ncat >/dev/null\n: >begun\nwhile [ ! -f go ]; do sleep 0.05; done\nexit 0\n")
    install(repo, recorder)
    for shell in SHELLS:
        for mark in ("begun", "go"):
            (repo.path / mark).unlink(missing_ok=True)
        child = subprocess.Popen(
            [shutil.which(shell) or shell, ".git/hooks/pre-push", "origin", "url"],
            cwd=repo.path,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not (repo.path / "begun").exists():
            assert child.poll() is None
        os.killpg(child.pid, 2)
        (repo.path / "go").touch()
        assert child.wait(20) in (130, -2)
    assert recorder.calls == 0


# ---------------------------------------------------------------- cut short, at once, by somebody else


@pytest.mark.parametrize("there", ["nothing", "hook"])
def test_after_a_kill_between_any_two_steps_pushes_work_and_a_new_installation_finishes(
    repo: GitRepo, recorder: Recorder, there: str
) -> None:
    if there == "hook":
        place(repo, FIRST)
    before = tree(hooks(repo))
    checkout = find_checkout(repo.path, user(repo.path))
    whole = plan_install(look_at_hooks(checkout), str(recorder.python))
    for count in range(len(whole.steps) + 1):
        carry_out(Plan(steps=whole.steps[:count], notes=()), checkout, hooks(repo))
        (hooks(repo) / ".reviewbot-hook.part").write_text("half a hoo")
        (repo.path / "first-stdin").unlink(missing_ok=True)
        assert push(repo, f"main:refs/heads/b{count}").code == 0
        assert (repo.path / "first-stdin").exists() == (there == "hook")
        for way_back in (False, True):
            if not way_back:
                install(repo, recorder)
                assert ".reviewbot-hook.part" not in tree(hooks(repo))
                calls = recorder.calls
                assert push(repo, f"main:refs/heads/c{count}").code == 0
                assert recorder.calls == calls + 1
            uninstall(repo)
            assert tree(hooks(repo)) == before
            carry_out(Plan(steps=whole.steps[:count], notes=()), checkout, hooks(repo))
        uninstall(repo)


def test_many_installations_at_once_lose_nothing(repo: GitRepo, recorder: Recorder) -> None:
    place(repo, FIRST)
    before = tree(hooks(repo))
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: install(repo, recorder), range(16)))
    assert sum("Installed" in each for each in said) == 1
    assert (hooks(repo) / KEPT).read_text() == FIRST
    assert (hooks(repo) / "pre-push").read_bytes() == render_script(str(recorder.python))
    uninstall(repo)
    assert tree(hooks(repo)) == before


def test_what_another_tool_did_to_our_hook_is_told_and_nothing_is_lost(repo: GitRepo, recorder: Recorder) -> None:
    place(repo, FIRST)
    install(repo, recorder)
    other = "#!/bin/sh\necho another\n"
    place(repo, other)
    before = tree(hooks(repo))
    with pytest.raises(UsageError, match="left from an earlier installation"):
        install(repo, recorder)
    assert "nothing runs it" in uninstall(repo)
    assert "nothing runs it" in status(repo)
    assert tree(hooks(repo)) == before


PRE_COMMIT = """\
#!/usr/bin/env bash
# File generated by pre-commit: https://pre-commit.com
HERE="$(cd "$(dirname "$0")" && pwd)"
[ -z "$PRE_COMMIT_RUNNING_LEGACY" ] || { echo "bug: migration mode" >&2; exit 1; }
input=$(cat)
echo "$input" >>pre-commit-runs
if [ -x "$HERE/pre-push.legacy" ]; then
    echo "$input" | PRE_COMMIT_RUNNING_LEGACY=1 "$HERE/pre-push.legacy" "$@" || exit
fi
"""


def test_pre_commit_that_is_installed_again_calls_us_and_is_called_once(repo: GitRepo, recorder: Recorder) -> None:
    place(repo, PRE_COMMIT)
    install(repo, recorder)
    assert push(repo, "main:a").code == 0
    (hooks(repo) / "pre-push").rename(hooks(repo) / "pre-push.legacy")  # what `pre-commit install` does
    place(repo, PRE_COMMIT)
    ended = push(repo, "main:b")
    assert (ended.code, recorder.calls) == (0, 2)
    assert (repo.path / "pre-commit-runs").read_text().count("\n") == 2
    assert "called by pre-commit" in status(repo)
    assert "Nothing to do" in install(repo, recorder)
    uninstall(repo)
    assert push(repo, "main:c").code == 0
    assert recorder.calls == 2


# ---------------------------------------------------------------- where hooks are


def test_linked_work_trees_use_the_hook_of_their_repository(repo: GitRepo, recorder: Recorder) -> None:
    linked = repo.path.parent / "linked"
    repo.git("worktree", "add", "-q", str(linked))
    install_hook(linked, user(linked), recorder.tool)
    assert (hooks(repo) / "pre-push").exists()
    assert push(repo, "HEAD:x", cwd=linked).code == push(repo, "HEAD:y").code == 0
    assert recorder.calls == 2
    inside = Tool(python=str(linked / ".venv/bin/python"), places=(linked / ".venv/bin/python",))
    with pytest.raises(UsageError, match="lies in the work tree"):
        install_hook(repo.path, user(repo.path), inside)


def test_a_push_from_a_bare_repository_runs_it_too(repo: GitRepo, recorder: Recorder) -> None:
    bare = GitRepo(repo.path.parent / "mirror", bare=True)
    bare.git("fetch", "-q", str(repo.path), "main:main")
    bare.git("remote", "add", "origin", str(repo.path.parent / "remote"))
    install_hook(bare.path, user(bare.path), recorder.tool)
    assert push(bare).code == 0
    assert recorder.calls == 1


@pytest.mark.parametrize(
    ("scope", "value", "note"),
    [
        ("--local", ".githooks", "do not commit it"),
        ("--global", "~/my hooks", "in every repository that uses it"),
    ],
)
def test_the_folder_is_the_one_that_git_names(
    repo: GitRepo, recorder: Recorder, tmp_path: Path, scope: str, value: str, note: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    config = home / ".gitconfig"
    env = {"HOME": str(home), "GIT_CONFIG_GLOBAL": str(config)}
    repo.git("config", scope, "core.hooksPath", value, environ=env)
    folder = home / "my hooks" if scope == "--global" else repo.path / ".githooks"
    sub = repo.path / "sub"
    sub.mkdir()
    said = "\n".join(install_hook(sub, user(sub, **env), recorder.tool))
    assert note in said
    assert f"Installed {folder / 'pre-push'}." in said
    done = subprocess.run(["git", "push", "-q", "origin", "main"], cwd=sub, env=environ(**env), capture_output=True)
    assert (done.returncode, recorder.calls) == (0, 1)
    where = config if scope == "--global" else repo.path / ".git/config"
    assert f"{folder} (core.hooksPath in {where})" in "\n".join(status_lines(sub, user(sub, **env)))
    uninstall_hook(sub, user(sub, **env))
    assert list(folder.iterdir()) == []


def test_a_hooks_folder_that_is_a_link_is_refused_and_not_written_to(repo: GitRepo, recorder: Recorder) -> None:
    """R41"""
    outside = repo.path.parent / "outside"
    outside.mkdir()
    shutil.rmtree(hooks(repo))
    hooks(repo).symlink_to(outside)
    with pytest.raises(UsageError, match="symbolic link"):
        install(repo, recorder)
    assert list(outside.iterdir()) == []
    assert "symbolic link" in status(repo)


def test_nothing_of_the_branch_is_run_by_a_push_or_a_look(repo: GitRepo, recorder: Recorder) -> None:
    """R1, R41: also not when the branch brings a hook that looks like ours and names a program of its own."""
    canary = f"#!/bin/sh\n: >'{repo.path.parent}/canary'\n"
    repo.git("config", "core.hooksPath", ".githooks")
    evil = repo.path / "python"
    repo.write({"python": canary, "reviewbot/__init__.py": canary, "sitecustomize.py": canary})
    evil.chmod(0o755)
    (repo.path / ".githooks").mkdir()
    (repo.path / ".githooks/pre-push").write_bytes(render_script(str(evil)))
    (repo.path / ".githooks/pre-push").chmod(0o755)
    assert "lies in the work tree" in status(repo)
    checkout = find_checkout(repo.path, user(repo.path))
    assert check_hook(checkout, in_job=False).state is State.WARNING
    install(repo, recorder)
    assert push(repo, PATH=f"{repo.path}:{os.environ['PATH']}", PYTHONPATH=str(repo.path)).code == 0
    assert recorder.calls == 1
    assert not (repo.path.parent / "canary").exists()


# ---------------------------------------------------------------- other tools


def test_husky_is_told_what_to_add_and_its_files_stay(repo: GitRepo, recorder: Recorder) -> None:
    repo.git("config", "core.hooksPath", ".husky/_")
    repo.write({".husky/_/h": "x", ".husky/_/pre-push": '#!/usr/bin/env sh\n. "$(dirname "$0")/h"'})
    before = tree(repo.path / ".husky/_")
    with pytest.raises(UsageError) as refused:
        install(repo, recorder)
    file = repo.path / ".husky/pre-push"
    assert f"add this line to {file}" in str(refused.value)
    assert '\n    reviewbot hook pre-push "$@"\n' in str(refused.value)
    assert tree(repo.path / ".husky/_") == before
    file.write_text('reviewbot hook pre-push "$@"\n')
    assert "Nothing to do: husky runs reviewbot" in install(repo, recorder)
    assert f"{file} (husky)" in status(repo)
    assert "take it out" in uninstall(repo)


def test_lefthook_is_told_what_to_add_once_it_has_written_hooks(repo: GitRepo, recorder: Recorder) -> None:
    repo.write({".config/lefthook.yml": "pre-push:\n  commands: {}\n"})
    assert "Installed" in install(repo, recorder)
    uninstall(repo)
    (hooks(repo) / "pre-commit").write_text('#!/bin/sh\ncall_lefthook run "pre-commit" "$@"\n')
    before = tree(hooks(repo))
    with pytest.raises(UsageError) as refused:
        install(repo, recorder)
    file = repo.path / ".config/lefthook.yml"
    assert f"add this to {file}" in str(refused.value)
    assert "run: reviewbot hook pre-push {1} {2}\n          use_stdin: true" in str(refused.value)
    assert tree(hooks(repo)) == before
    file.write_text("pre-push:\n  commands:\n    a: {use_stdin: true, run: reviewbot hook pre-push {1} {2}}\n")
    assert "Nothing to do: lefthook runs reviewbot" in install(repo, recorder)


# ---------------------------------------------------------------- hooks of git's configuration


def test_newer_git_gets_the_hook_in_its_configuration_and_loses_it_again(repo: GitRepo, recorder: Recorder) -> None:
    config = repo.path / ".git/config"
    before = config.read_bytes()
    assert "Installed hook.reviewbot" in install(repo, recorder, NEW)
    assert not (hooks(repo) / "pre-push").exists()
    assert repo.git("config", "hook.reviewbot.event") == b"pre-push\n"
    installed = config.read_bytes(), config.stat().st_mtime_ns
    assert "Nothing to do" in install(repo, recorder, NEW)
    assert (config.read_bytes(), config.stat().st_mtime_ns) == installed
    command = repo.git("config", "hook.reviewbot.command").decode().removesuffix("\n")
    for shell, code in [(shell, code) for shell in SHELLS for code in (0, 1, 5)]:
        recorder.answers(code)
        done = subprocess.run(
            [shutil.which(shell) or shell, "-c", f'{command} "$@"', command, "origin", "a b"],
            cwd=repo.path,
            input=b"x\n\n",
            capture_output=True,
        )
        assert (done.returncode, done.stderr) == (code, b"")
        assert (recorder.stdin, recorder.words[-2:]) == (b"x\n\n", ["origin", "a b"])
    assert "configuration of git" in status(repo, NEW)
    assert "git 2.39 runs no hooks of its configuration" in status(repo, OLD)
    assert "Removed hook.reviewbot" in uninstall(repo, NEW)
    assert config.read_bytes() == before


def test_with_newer_git_a_hook_that_is_there_still_runs_first(repo: GitRepo, recorder: Recorder) -> None:
    install(repo, recorder, NEW)
    place(repo, FIRST)
    assert "runs first" in install(repo, recorder, NEW)
    assert b"reviewbot" not in (repo.path / ".git/config").read_bytes()
    assert (hooks(repo) / KEPT).exists()


def test_with_newer_git_husky_stays_as_it_is(repo: GitRepo, recorder: Recorder) -> None:
    repo.git("config", "core.hooksPath", ".husky/_")
    repo.write({".husky/_/h": "x"})
    assert "before the hooks of husky" in install(repo, recorder, NEW)
    assert [path.name for path in (repo.path / ".husky/_").iterdir()] == ["h"]


# ---------------------------------------------------------------- the command line


@pytest.fixture
def outside() -> Callable[..., Ended]:
    return lambda *args, cwd: reviewbot("hook", *args, cwd=cwd, env={"PATH": user(cwd)["PATH"]})


def test_the_commands_say_what_they_did(repo: GitRepo, outside: Callable[..., Ended]) -> None:
    installed = outside("install", cwd=repo.path)
    assert (installed.code, installed.err) == (0, "")
    assert f"Installed {hooks(repo) / 'pre-push'}." in installed.out
    shown = outside("status", cwd=repo.path)
    assert shown.code == 0
    assert "problem" not in shown.out
    review = review_hook(find_checkout(repo.path, user(repo.path)))
    assert review.interpreter is not None
    assert f"{review.interpreter.path} (reviewbot {review.interpreter.version})" in shown.out
    assert check_hook(find_checkout(repo.path, user(repo.path)), in_job=False).state is State.OK
    removed = outside("uninstall", cwd=repo.path)
    assert (removed.code, removed.out) == (0, f"Removed {hooks(repo) / 'pre-push'}.\n")


def test_outside_of_a_repository_it_says_so_without_talking_of_diffs(
    tmp_path: Path, outside: Callable[..., Ended]
) -> None:
    ended = outside("install", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert "is not inside a git repository" in ended.err
    assert "--diff" not in ended.err
