"""A server, or a machine, that does not give what is asked of it; and the token, which is in the request alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from git_http import serve
from git_pull import SENT, TOKEN, Pull, children, paths
from msgspec.structs import replace

from reviewbot.errors import GitError
from reviewbot.platforms.git_pull import PullCommits

ABSENT = "9" * 40


def refused(pull: Pull, commits: PullCommits, *, url: str | None = None) -> str:
    """What is said when the pull request cannot be read; never the token."""
    with pytest.raises(GitError) as told:
        pull.diff(commits, url=url)
    assert_no_secret(str(told.value))
    assert_no_secret(repr(told.value.__cause__))
    return str(told.value)


def assert_no_secret(text: str) -> None:
    assert TOKEN not in text
    assert SENT not in text


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"token_header": "Basic other"}, "refuses .* (401): the token is invalid"),
        ({"status": 403}, "refuses .* (403): the token is invalid or may not read"),
        ({"status": 404}, "was not found (404), or the token may not read it"),
        ({"status": 429}, "cannot be fetched .*error: 429"),
        ({"status": 500}, "cannot be fetched .*error: 500"),
        ({"status": 503}, "cannot be fetched .*error: 503"),
    ],
    ids=str,
)
def test_a_refusal_says_what_to_do(pull: Pull, switch: dict[str, object], said: str) -> None:
    commits = pull.open({"a.py": "2\n"})
    for name, value in switch.items():
        setattr(pull.server, name, value)
    message = refused(pull, commits)
    assert all(part in message for part in said.split(".*"))


def test_without_a_token_a_refusal_says_that_there_was_none(pull: Pull) -> None:
    pull.server.token_header = f"Basic {SENT}"
    commits = pull.open({"a.py": "2\n"})
    with pytest.raises(GitError, match="no token was given"), pull.objects(commits, token=None):
        pass


def test_the_token_is_what_a_server_asks_for(pull: Pull) -> None:
    pull.server.token_header = f"Basic {SENT}"
    assert paths(pull.diff(pull.open({"a.py": "2\n"}))) == ["a.py"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/project.git", "127.0.0.1:1 cannot be reached"),
        ("https://host.invalid/a.git", "resolve host"),
    ],
)
def test_a_host_that_is_not_reached_is_named(pull: Pull, url: str, said: str) -> None:
    assert said in refused(pull, pull.open({"a.py": "2\n"}), url=url)


def test_a_server_that_speaks_no_git_is_named(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    pull.server.status = 200
    assert "cannot be fetched from 127.0.0.1" in refused(pull, commits)


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(pull: Pull, tmp_path: Path, status: int) -> None:
    commits = pull.open({"a.py": "2\n"})
    with serve(pull.server.folder) as other:
        pull.server.redirect_to, pull.server.redirect_status = f"http://127.0.0.1:{other.port}", status
        assert f"redirects to another address ({status})" in refused(pull, commits)
        assert other.requests == []


@pytest.mark.requirement("R6")
def test_a_redirect_in_the_middle_is_not_followed(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    with serve(pull.server.folder) as other, pull.objects(commits) as objects:
        pull.server.redirect_to = f"http://127.0.0.1:{other.port}"
        with pytest.raises(GitError, match="redirects to another address"):
            objects.diff(context_lines=3)
        assert other.requests == []


# ---------------------------------------------------------------- commits that are not there


def test_a_head_that_is_gone_may_have_moved(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    message = refused(pull, replace(commits, head=ABSENT))
    assert f"does not have {ABSENT}, the head of pull request 7: the head may have moved" in message
    assert f"refs/pull/7/head is now {commits.head}" in message


def test_the_head_of_a_pull_request_that_is_gone(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    assert "there is no refs/pull/8/head" in refused(pull, replace(commits, head=ABSENT, number=8))


def test_a_moved_head_of_a_server_that_gives_nothing_out_by_its_id(pull: Pull) -> None:
    old = pull.open({"a.py": "2\n"})
    new = pull.push(replace(old, head=pull.repo.commit({"a.py": "3\n"})))
    pull.server.any_sha = False
    assert f"refs/pull/7/head is now {new.head}" in refused(pull, old)


@pytest.mark.parametrize("role", ["base", "merge_base"])
@pytest.mark.parametrize("any_sha", [True, False])
def test_a_base_that_is_gone_may_have_been_rewritten(pull: Pull, role: str, any_sha: bool) -> None:
    commits = pull.open({"a.py": "2\n"}, later={"b.py": "1\n"})
    pull.server.any_sha = any_sha
    gone = replace(commits, base=ABSENT) if role == "base" else replace(commits, merge_base=ABSENT)
    message = refused(pull, gone)
    assert f"does not give out {ABSENT}, the {role.replace('_', ' ')} of pull request 7" in message


def test_a_blob_is_not_a_commit(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    blob = pull.repo.git("rev-parse", f"{commits.head}:a.py").decode().strip()
    assert "does not have" in refused(pull, replace(commits, head=blob))


# ---------------------------------------------------------------- time and room


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("where", ["info/refs", "git-upload-pack", "pack"])
def test_a_server_that_hangs_costs_the_deadline_and_leaves_nothing(pull: Pull, where: str) -> None:
    commits = pull.open({"a.py": "2\n"})
    if where == "pack":
        pull.server.stop_after = 100
    else:
        pull.server.hang = where
    started = time.monotonic()
    with (
        pytest.raises(GitError, match=r"could not be read from 127.* within 0\.7 s; git was stopped"),
        pull.objects(commits, deadline_s=0.7),
    ):
        pass
    assert time.monotonic() - started < 1.7
    assert running(pull.temp) == []


def test_the_deadline_is_for_all_that_is_read(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"}, base={".reviewbot.yaml": "x\n"})
    with pull.objects(commits, deadline_s=2) as objects:
        time.sleep(2)
        requests = len(pull.server.requests)
        for read in (lambda: objects.diff(context_lines=3), lambda: objects.tree().read(".reviewbot.yaml")):
            with pytest.raises(GitError, match=r"within 2 s"):
                read()
    assert len(pull.server.requests) == requests


def running(temp: Path) -> list[str]:
    """Processes, whoever their parent is, that are in a folder for temporary files; after a moment for them to end."""
    ends = time.monotonic() + 1
    while (left := [line for line in map(_cwd, Path("/proc").glob("[0-9]*")) if line.startswith(str(temp))]) and (
        time.monotonic() < ends
    ):
        time.sleep(0.02)
    return left


def _cwd(process: Path) -> str:
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""


_IN_A_SMALL_FOLDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from gitrepo import environ
from reviewbot.platforms.git_command import find_git
from reviewbot.platforms.git_pull import PullCommits, pull_request_objects
from reviewbot.platforms.git_remote import Remote
from reviewbot.errors import GitError
commits = PullCommits(number=7, merge_base=sys.argv[3], head=sys.argv[4], base=sys.argv[3])
try:
    git = find_git(environ(), cwd=Path("/"), tree=None)
    with pull_request_objects(git, Remote(url=sys.argv[2]), commits, deadline_s=20) as objects:
        objects.diff(context_lines=3)
except GitError as error:
    print(error)
"""


def test_a_full_disk_is_named(pull: Pull, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    size = f"mount -t tmpfs -o size=300k none '{small}'"
    if not shutil.which("unshare") or subprocess.run([*mount, size], capture_output=True).returncode:
        pytest.skip("no small disk can be made here")
    commits = pull.open({"a.bin": os.urandom(500_000)})
    program = [sys.executable, "-c", _IN_A_SMALL_FOLDER, str(Path(__file__).parents[1]), pull.server.url()]
    done = subprocess.run(
        [*mount, f"{size} && TMPDIR='{small}' exec \"$@\"", "sh", *program, commits.merge_base, commits.head],
        capture_output=True,
        text=True,
    )
    assert "the disk with the folder for temporary files is full" in done.stdout, done.stderr


# ---------------------------------------------------------------- the token


@pytest.mark.requirement("R9")
@pytest.mark.needs("/proc")
def test_the_token_is_in_no_argument_and_in_no_file(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"}, base={"a.py": "1\n"})
    seen: list[str] = []

    def look() -> None:
        pull.server.hanging.wait(10)
        for process in children():
            seen.append(_text(Path(f"/proc/{process}/cmdline")))

    pull.server.hang = "git-upload-pack"
    watcher = Thread(target=look)
    watcher.start()
    refused_in_time(pull, commits)
    watcher.join()
    assert any("remote-http" in line for line in seen)
    assert_no_secret("\n".join(seen))

    pull.server.hang = None
    with pull.objects(commits) as objects:
        objects.diff(context_lines=3)
        files = [path for path in pull.temp.rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert_no_secret(path.read_bytes().decode("latin-1"))
        assert_no_secret(repr(objects))
    assert set(pull.server.authorizations) == {f"Basic {SENT}"}


def refused_in_time(pull: Pull, commits: PullCommits) -> None:
    with pytest.raises(GitError) as told, pull.objects(commits, deadline_s=2):
        pass
    assert_no_secret(str(told.value))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("latin-1")
    except OSError:
        return ""


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy", "ALL_PROXY", "GIT_ASKPASS", "GIT_SSH", "GIT_TRACE_CURL"])
def test_nothing_of_the_environment_takes_part(
    pull: Pull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    canary = tmp_path / "canary"
    with serve(tmp_path) as other:
        value = f"http://127.0.0.1:{other.port}" if "proxy" in name.lower() else str(canary)
        monkeypatch.setenv(name, value)
        assert paths(pull.diff(pull.open({"a.py": "2\n"}))) == ["a.py"]
        assert other.requests == []
    assert not canary.exists()


def test_what_a_server_says_is_told_without_the_token_and_not_at_length(pull: Pull) -> None:
    commits = pull.open({"a.py": "2\n"})
    shutil.rmtree(pull.hosted / "objects")
    (pull.hosted / "objects").mkdir()
    assert len(refused(pull, commits)) < 700
