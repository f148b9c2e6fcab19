"""The installed hook in real pushes, alone and behind a hook that was there; the tool it calls is a recorder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from gitrepo import GitRepo
from hook_scene import (
    FIRST,
    SHELLS,
    ZERO,
    Recorder,
    hooks,
    install,
    make_recorder,
    make_repo,
    place,
    push,
    pushed,
    status,
    tree,
    uninstall,
    user,
)

from reviewbot.hook_file.script import KEPT, render_command, render_script
from reviewbot.hook_setup import Tool, install_hook


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return make_recorder(tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return make_repo(tmp_path)


# ---------------------------------------------------------------- alone


@pytest.mark.requirement("R41")
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


@pytest.mark.requirement("R41")
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


@pytest.mark.requirement("R41")
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
            # A shell cannot trap what was ignored when it began, as it is in whatever runs in the background.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing else happens in it
        )
        while not (repo.path / "begun").exists():
            assert child.poll() is None
        os.killpg(child.pid, 2)
        (repo.path / "go").touch()
        assert child.wait(20) in (130, -2)
    assert recorder.calls == 0
