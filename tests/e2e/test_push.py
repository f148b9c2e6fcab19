"""Real pushes to a bare repository, with the real hook and real reviewers behind a fake provider."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from commandline import KEYS, environment, reviewbot
from providers import FakeProviders, Hang, Recorded, Status
from push_scene import PushScene, nothing, two_of_three
from stats_defects import CLEAN


@pytest.fixture
def scene(tmp_path: Path) -> PushScene:
    return PushScene.at(tmp_path)


@pytest.fixture
def providers() -> Iterator[FakeProviders]:
    with FakeProviders(two_of_three) as providers:
        yield providers


def at_remote(scene: PushScene, branch: str) -> bool:
    return branch in scene.remote.git("for-each-ref", "--format=%(refname:short)", "refs/heads").decode().split()


def test_a_finding_stops_the_push_and_the_screen_says_how_to_go_on(scene: PushScene, providers: FakeProviders) -> None:
    scene.install(providers)
    stopped = scene.git_push("origin", "feature")
    assert (stopped.code, at_remote(scene, "feature")) == (1, False)
    assert "src/stats.py:3 · correctness · 2 of 3 (gpt, opus)" in stopped.out
    (command,) = [line.strip() for line in stopped.out.splitlines() if line.strip().startswith("reviewbot ignore ")]
    fingerprint = command.split()[2]
    for way in ("fix ", "ignore ", "`git push --no-verify`", "`REVIEWBOT_SKIP=1 git push`"):
        assert way in stopped.out.partition("How to go on")[2]
    assert scene.unread() == []

    turned_down = reviewbot("ignore", fingerprint, "--reason", "Never empty.", cwd=scene.repo.path)
    assert turned_down.code == 0
    assert "title: count is used before it is set" in (scene.repo.path / ".reviewbot" / "ignored.yaml").read_text()
    passed = scene.git_push("origin", "feature")
    assert (passed.code, at_remote(scene, "feature")) == (0, True)
    assert passed.out == "reviewbot: feature to origin: PASS, no findings, 1 declined (3 of 3 reviewers, 1 file)\n"


def test_a_clean_push_shows_one_line(scene: PushScene, providers: FakeProviders) -> None:
    providers.script = nothing
    scene.install(providers)
    passed = scene.git_push("origin", "feature", env={"REVIEWBOT_CACHE_DIR": "relative"})
    assert (passed.code, at_remote(scene, "feature"), scene.unread()) == (0, True, [])
    assert passed.out == "reviewbot: feature to origin: PASS, no findings (3 of 3 reviewers, 1 file)\n"
    assert "reviewbot: " in passed.err
    assert "REVIEWBOT_CACHE_DIR" in passed.err


@pytest.mark.requirement("R40")
def test_what_has_nothing_to_review_asks_nobody_whatever_the_configuration_says(
    scene: PushScene, providers: FakeProviders
) -> None:
    scene.repo.git("push", "--quiet", "origin", "feature")
    scene.install(providers, "nonsense: 1\n")
    scene.repo.git("tag", "-a", "-m", "v1", "v1", "main")
    for args, said in (
        (("origin", ":feature"), ""),
        (("origin", "main"), ""),
        (("origin", "v1"), "reviewbot: nothing to review: the remote has every commit\n"),
    ):
        pushed = scene.git_push(*args)
        assert (pushed.code, pushed.out) == (0, said)
    assert providers.requests == []


@pytest.mark.requirement("R40")
def test_reviewbot_can_be_skipped_and_says_so(scene: PushScene, providers: FakeProviders) -> None:
    scene.install(providers)
    skipped = scene.git_push("origin", "feature", env={"REVIEWBOT_SKIP": "1"})
    assert (skipped.code, skipped.out, providers.requests) == (0, "", [])
    assert "reviewbot: not reviewed, because REVIEWBOT_SKIP is set" in skipped.err


def test_what_cannot_be_used_stops_the_push_and_says_how_to_go_past(scene: PushScene, providers: FakeProviders) -> None:
    scene.install(providers, "nonsense: 1\n")
    broken = scene.git_push("origin", "feature")
    assert (broken.code, at_remote(scene, "feature")) == (1, False)
    assert "config.yaml:5: key `nonsense` is not known" in broken.err
    assert "to push without a review: `REVIEWBOT_SKIP=1 git push`" in broken.err
    assert scene.unread() == []
    scene.install(providers)
    scene.repo.commit({"login.py": 'TOKEN = "ghp_' + "Ab1" * 12 + '"\n'}, "Log in")
    unkeyed = scene.git_push("origin", "feature", env=dict.fromkeys(KEYS, ""))
    assert (unkeyed.code, "no reviewer has a key" in unkeyed.err) == (1, True)
    assert "this change brings a secret, which needs no model to be seen" in unkeyed.err


@pytest.mark.requirement("R40")
def test_without_an_answer_the_push_goes_unchecked_and_the_next_one_reviews_it_too(
    scene: PushScene, providers: FakeProviders
) -> None:
    providers.script = lambda _: Status(status=401, message="no such key")
    scene.install(providers)
    unread = scene.git_push("origin", "feature")
    assert (unread.code, at_remote(scene, "feature"), len(scene.unread())) == (0, True, 1)
    assert unread.out.startswith("UNCHECKED feature to origin: src/stats.py not reviewed: 0 of 3 reviewers answered")
    assert "opus: 401 from 127.0.0.1" in unread.out
    assert unread.out.endswith("The next push reviews it too.\n")
    assert unread.out.count("\n") == 1

    scene.repo.git("checkout", "--quiet", "-b", "b2", "main")
    scene.repo.commit({"b.py": "x = 1\n"})
    providers.script, before = nothing, len(providers.requests)
    passed = scene.git_push("origin", "b2")
    assert (passed.code, scene.unread()) == (0, [])
    asked = "PASS, no findings (3 of 3 reviewers, 1 file)"
    assert passed.out.splitlines() == [
        f"reviewbot: b2 to origin: {asked}",
        f"reviewbot: feature to origin (with what went out unchecked before): {asked}",
    ]
    prompts = [request.prompt for request in providers.requests[before:]]
    assert sorted("src/stats.py" in prompt for prompt in prompts) == [False] * 3 + [True] * 3


def test_what_went_out_unread_still_stops_a_push_until_it_is_mended(scene: PushScene, providers: FakeProviders) -> None:
    """A push that is stopped because of it must not forget it."""
    providers.script = lambda _: Status(status=401)
    scene.install(providers)
    assert scene.git_push("origin", "feature").code == 0
    providers.script = two_of_three
    scene.repo.commit({"b.py": "x = 1\n"})
    for _ in range(2):
        assert scene.git_push("origin", "feature").code == 1
        assert len(scene.unread()) == 1


@pytest.mark.requirement("R40")
def test_the_deadline_ends_the_hook_and_the_policy_says_what_becomes_of_the_push(
    scene: PushScene, providers: FakeProviders
) -> None:
    providers.script = lambda _: Hang()
    scene.install(providers, "hook: {deadline_s: 4}\n")
    started = time.monotonic()
    late = scene.git_push("origin", "feature")
    assert time.monotonic() - started < 4 + 5
    assert (late.code, at_remote(scene, "feature")) == (0, True)
    assert late.out.startswith("UNCHECKED feature to origin: ")
    assert "4 s" in late.out
    scene.repo.commit({"b.py": "x = 1\n"})
    scene.install(providers, "hook: {deadline_s: 4, on_incomplete: fail}\n")
    stopped = scene.git_push("origin", "feature")
    assert (stopped.code, len(scene.unread())) == (1, 1)
    assert "INCOMPLETE" in stopped.out
    assert "UNCHECKED" not in stopped.out


def started_hook(scene: PushScene, *, stdout: int) -> subprocess.Popen[bytes]:
    """The hook as git starts it, with a stdin that is still open."""
    config = str(scene.home / "config.yaml")
    command = [sys.executable, "-I", "-m", "reviewbot", "hook", "pre-push", "--config", config, "origin", "x"]
    return subprocess.Popen(
        command,
        cwd=scene.repo.path,
        env=environment(scene.home, KEYS),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def line_of(scene: PushScene) -> bytes:
    return f"refs/heads/feature {scene.repo.head()} refs/heads/feature {'0' * 40}\n".encode()


def test_the_deadline_holds_for_a_stdin_that_nobody_closes(scene: PushScene, providers: FakeProviders) -> None:
    scene.install(providers, "hook: {deadline_s: 3}\n")
    with started_hook(scene, stdout=subprocess.PIPE) as hook:
        assert hook.stdin
        assert hook.stdout
        assert hook.wait(timeout=20) == 0
        assert hook.stdout.read().startswith(b"UNCHECKED the push: nothing reviewed: hook.deadline_s (3 s) is over")


def test_the_deadline_holds_for_a_stdout_that_nobody_reads(scene: PushScene, providers: FakeProviders) -> None:
    """The review is done by then, for its answers are kept: its verdict counts."""
    scene.install(providers)
    scene.git_push("--dry-run", "origin", "feature")
    scene.install(providers, "hook: {deadline_s: 12}\n")
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    with started_hook(scene, stdout=writing) as hook:
        os.close(writing)
        assert hook.stdin
        hook.stdin.write(line_of(scene))
        hook.stdin.close()
        assert hook.wait(timeout=30) == 1
        assert scene.unread() == []
    os.close(reading)


@pytest.mark.needs("/dev/full")
def test_a_stdout_that_cannot_be_written_stops_no_push(scene: PushScene, providers: FakeProviders) -> None:
    providers.script = nothing
    scene.install(providers)
    with Path("/dev/full").open("wb") as full, started_hook(scene, stdout=full.fileno()) as hook:
        _, said = hook.communicate(line_of(scene), timeout=30)
        assert hook.returncode == 0
        assert b"PASS" in said


def test_a_hook_that_only_warns_shows_what_it_found_and_lets_the_push_go(
    scene: PushScene, providers: FakeProviders
) -> None:
    scene.install(providers, "hook: {mode: warn, reviewers: [gpt], min_agreement: 1}\n")
    warned = scene.git_push("origin", "feature")
    assert (warned.code, at_remote(scene, "feature"), scene.unread()) == (0, True, [])
    assert "src/stats.py:3" in warned.out
    assert "The push goes on, because hook.mode is warn." in warned.out
    assert len(providers.requests) == 1


def test_several_refs_are_asked_about_at_once_and_written_apart(
    scene: PushScene, providers: FakeProviders, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    scene.install(providers, options=f"--format json={out}")
    scene.repo.git("checkout", "--quiet", "-b", "b2", "main")
    scene.repo.commit({"b.py": "x = 1\n"})
    scene.repo.git("tag", "v1", "b2")
    ended = scene.git_push("origin", "b2", "feature", "v1")
    assert ended.code == 1
    paths = [json.loads(path.read_text())["change"]["files"][0]["path"] for path in (out, tmp_path / "out-2.json")]
    assert sorted(paths) == ["b.py", "src/stats.py"]
    assert len(providers.requests) == 6
    assert not at_remote(scene, "b2")


def hanging_push(scene: PushScene, providers: FakeProviders) -> subprocess.Popen[bytes]:
    """`git push` in a process group of its own, its hook waiting for an answer."""
    providers.script = lambda _: Hang()
    child = subprocess.Popen(
        ["git", "push", "origin", "feature"],
        cwd=scene.repo.path,
        env=environment(scene.home, KEYS),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    end = time.monotonic() + 40
    while not providers.requests and time.monotonic() < end:
        time.sleep(0.05)
    assert providers.requests
    return child


@pytest.mark.requirement("R40")
@pytest.mark.needs("signals")
def test_an_interrupt_ends_the_push_at_once_and_leaves_nothing(scene: PushScene, providers: FakeProviders) -> None:
    scene.install(providers)
    child = hanging_push(scene, providers)
    started = time.monotonic()
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=20)
    assert time.monotonic() - started < 5
    assert child.returncode != 0
    assert (at_remote(scene, "feature"), scene.unread()) == (False, [])
    assert b"Traceback" not in out + err


@pytest.mark.requirement("R11")
@pytest.mark.needs("signals")
def test_a_hook_that_is_killed_leaves_the_next_push_working(scene: PushScene, providers: FakeProviders) -> None:
    scene.install(providers)
    child = hanging_push(scene, providers)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate(timeout=20)
    assert not at_remote(scene, "feature")
    providers.script = nothing
    passed = scene.git_push("origin", "feature")
    assert (passed.code, scene.unread()) == (0, [])
    assert "PASS, no findings (3 of 3 reviewers, 1 file)" in passed.out


def test_two_pushes_at_once_are_both_reviewed(scene: PushScene, providers: FakeProviders) -> None:
    scene.repo.git("branch", "b2", "main")
    scene.repo.git("checkout", "--quiet", "b2")
    scene.repo.commit({"b.py": "x = 1\n"})
    both = threading.Barrier(6, timeout=30)

    def script(_: Recorded) -> object:
        both.wait()  # nobody is answered before everybody has asked
        return CLEAN

    providers.script = script  # type: ignore[assignment]
    scene.install(providers)
    ended: dict[str, tuple[int, str]] = {}

    def push(branch: str) -> None:
        done = scene.git_push("origin", branch)
        ended[branch] = (done.code, done.out)

    threads = [threading.Thread(target=push, args=(branch,)) for branch in ("feature", "b2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for branch in ("feature", "b2"):
        assert ended[branch] == (
            0,
            f"reviewbot: {branch} to origin: PASS, no findings (3 of 3 reviewers, 1 file)\n",
        )
    assert scene.unread() == []
