"""Every single call of git that a run makes: its environment, its settings, and what stands for a name.

Most of what is held here keeps something out that the rest keeps out as well, so that no change of behaviour would tell
when it is gone; the other tests of git show what they do together.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from git_pull import SENT, TOKEN, Pull
from gitrepo import GitRepo, environ

from reviewbot.object_ids import OBJECT_ID
from reviewbot.platforms.git import GitRepository
from reviewbot.platforms.git_command import find_git
from reviewbot.platforms.git_pull import pull_request_objects
from reviewbot.platforms.git_remote import Remote

pytestmark = [
    pytest.mark.requirement("R20"),
    pytest.mark.needs("/proc"),
]

ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LC_ALL": "C",  # its messages are recognised
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
SETTINGS = {
    "core.fsmonitor": "",
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",
    "core.quotePath": "false",
    "protocol.allow": "never",
}
TEMPORARY = {"core.bigFileThreshold": str(64 << 20), "core.commitGraph": "false", "core.looseCompression": "0"}
"""In the repository of our own."""
FETCHING = {
    "core.alternateRefsCommand": ":",
    "core.askPass": "",
    "credential.helper": "",
    "fetch.unpackLimit": "1",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "21",
    "http.proxy": "",
    "maintenance.auto": "false",
    "protocol.http.allow": "always",
    "remote.origin.partialCloneFilter": "blob:none",
    "remote.origin.promisor": "true",
    "submodule.recurse": "false",
}
FETCH = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no"]
DIFF = [
    "diff-tree", "-r", "-p", "--raw", "-z", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "-M", "-C",
    "-l400", "--inter-hunk-context=0", "--submodule=short", "--ignore-submodules=none", "--src-prefix=a/",
    "--dst-prefix=b/", "-U3", "--end-of-options",
]  # fmt: skip
OF_A_USER = {
    "GITHUB_TOKEN": TOKEN,
    "OPENAI_API_KEY": "sk-of-the-user",
    "GIT_PAGER": "less",
    "LD_PRELOAD": "",
    "LANG": "de",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    settings: Mapping[str, str]
    """What `-c` sets."""
    args: Sequence[str]
    environ: Mapping[str, str]

    @property
    def place(self) -> set[str]:
        """Variables that say where things are."""
        return self.environ.keys() & {"GIT_DIR", "GIT_WORK_TREE", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}

    @property
    def other(self) -> dict[str, str]:
        return {name: value for name, value in self.environ.items() if name not in {*self.place, "PATH", "PWD"}}


class Watch:
    """A git that writes down how it is called, and is the real one otherwise, with `variables` (A=1) of its own."""

    def __init__(self, folder: Path, variables: str = "") -> None:
        self._log = folder / "calls"
        self._log.mkdir(parents=True)
        program = folder / "bin" / "git"
        program.parent.mkdir()
        program.write_text(
            f"#!/bin/sh\nprintf '%s\\0' \"$@\" >'{self._log}'/$$.args\ncat /proc/$$/environ >'{self._log}'/$$.environ\n"
            f"{variables} exec '{shutil.which('git')}' \"$@\"\n"
        )
        program.chmod(0o755)
        self.path = os.pathsep.join([str(program.parent), environ()["PATH"]])

    def calls(self, *commands: str) -> list[Call]:
        """All so far, or those of these commands; asking for the version apart."""
        found = [_read(file) for file in self._log.glob("*.args")]
        return [call for call in found if call.args[0] != "version" and (not commands or call.args[0] in commands)]


def _read(file: Path) -> Call:
    words = file.read_text().split("\0")[:-1]
    settings = {}
    while words[0] == "-c":
        name, _, value = words[1].partition("=")
        settings[name] = value
        del words[:2]
    variables = file.with_suffix(".environ").read_text().split("\0")[:-1]
    return Call(settings=settings, args=words, environ=dict(each.split("=", 1) for each in variables))


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path / "watch")


@pytest.fixture
def repository(tmp_path: Path, watch: Watch) -> GitRepository:
    """Two commits on a branch beside main, and something in the work tree."""
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n"})
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"a.py": "two\n"})
    repo.write({"a.py": "three\n", "new.py": "new\n"})
    return GitRepository.discover(repo.path, environ(PATH=watch.path, **OF_A_USER))


def test_in_a_local_run_every_call_has_this_environment_and_these_settings(
    repository: GitRepository, watch: Watch
) -> None:
    repository.fetch_range(None, context_lines=3)
    repository.fetch_staged(context_lines=3)
    repository.fetch_uncommitted(context_lines=3)
    calls = [call for call in watch.calls() if call.args[0] != "config"]
    assert len(calls) > 15
    for call in calls:
        assert call.other == ENVIRONMENT, call.args
        assert call.settings.items() >= SETTINGS.items(), call.args
        in_ours = call.args[0] == "init" or "GIT_DIR" in call.place
        assert (call.settings.items() >= TEMPORARY.items()) is in_ours, call.args
        assert call.args[0] not in ("diff", "show", "log", "status", "checkout", "add"), "only plumbing"
        assert in_ours or call.args[0] not in ("diff-tree", "diff-files", "update-index", "ls-files", "write-tree")
    (init,) = {tuple(call.args[:5]) for call in watch.calls("init")}
    assert init == ("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
    assert {call.environ["GIT_DIR"] for call in watch.calls("diff-tree")}.isdisjoint({str(repository.root / ".git")})


def test_what_the_user_s_own_settings_are_is_the_only_question_asked_under_them(
    repository: GitRepository, watch: Watch
) -> None:
    repository.fetch_uncommitted(context_lines=3)
    asked = [call for call in watch.calls() if call.other != ENVIRONMENT]
    assert asked
    for call in asked:
        assert call.args[0] == "config"
        assert {"--list", "--get"} & set(call.args)
        assert call.other.keys() <= {"HOME", "LC_ALL", "GIT_CONFIG_NOSYSTEM"}


def test_two_trees_are_compared_by_their_ids_and_nothing_that_is_configured(
    repository: GitRepository, watch: Watch
) -> None:
    repository.fetch_range("topic^..topic", context_lines=3)
    (compared,) = (call.args for call in watch.calls("diff-tree") if "-p" in call.args)
    assert compared[:-2] == DIFF
    assert all(OBJECT_ID.fullmatch(name) for name in compared[-2:])


def test_a_name_goes_to_git_once_and_behind_the_end_of_the_options(repository: GitRepository, watch: Watch) -> None:
    repository.fetch_range("topic^..topic", context_lines=3)
    named = {tuple(call.args) for call in watch.calls() if any("topic" in word for word in call.args)}
    assert named == {("rev-parse", "--verify", "--quiet", "--end-of-options", name) for name in ("topic", "topic^")}


def test_of_what_the_user_trusts_git_is_told_to_accept_the_one_that_is_read(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "watch", "GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.py": "one\n"})
    trusted = tmp_path / "gitconfig"
    trusted.write_text("[safe]\n\tdirectory = *\n")
    GitRepository.discover(repo.path, environ(PATH=watch.path, GIT_CONFIG_GLOBAL=str(trusted)))
    asked = [call.settings.get("safe.directory") for call in watch.calls("rev-parse")]
    assert sorted(asked, key=str) == [str(repo.path.resolve()), None], "it is asked without at first"


@pytest.mark.requirement("R4", "R6", "R9")
def test_a_fetch_has_these_settings_and_what_else_runs_can_reach_nobody(pull: Pull, watch: Watch) -> None:
    commits = pull.open({"a.py": "2\n"}, base={"a.py": "1\n"})
    git = find_git(environ(PATH=watch.path, **OF_A_USER), cwd=pull.temp, tree=None)
    remote = Remote(url=pull.server.url(), token=TOKEN)
    with pull_request_objects(git, remote, commits, deadline_s=20) as objects:
        objects.diff(context_lines=3)
    authorization = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.http://127.0.0.1:{pull.server.port}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {SENT}",
    }
    told = {**SETTINGS, **TEMPORARY, **FETCHING, "remote.origin.url": remote.url}
    fetches = watch.calls("fetch")
    assert len(fetches) == 2
    for call in fetches:
        assert call.other == {**ENVIRONMENT, "GIT_ALLOW_PROTOCOL": "http", **authorization}
        negotiation = {"fetch.negotiationAlgorithm": "noop"} if "--stdin" in call.args else {}
        assert call.settings == {**told, **negotiation}
        assert call.args[: len(FETCH)] == FETCH
        assert not any(TOKEN in word or SENT in word for word in (*call.args, *call.settings.values()))
    rest = [call for call in watch.calls() if call.args[0] != "fetch"]
    assert rest
    for call in rest:
        assert call.other == ENVIRONMENT, call.args
        assert call.settings == {**SETTINGS, **TEMPORARY}, call.args
