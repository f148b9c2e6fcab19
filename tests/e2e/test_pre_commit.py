"""The hook of `.pre-commit-hooks.yaml`, run by the real pre-commit framework on real pushes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from commandline import CONFIG, KEY, KEYS, command, environment
from gitrepo import AFTER, BEFORE, GitRepo
from providers import FakeProviders, by_model, findings_reply
from stats_defects import CLEAN, UNSET

pytestmark = pytest.mark.thorough

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
MODELS = ("claude-sonnet-4-5", "gpt-test", "gemini-2.5-flash")


@dataclass(frozen=True, slots=True)
class Framework:
    """A clone with the framework's pre-push hook in it."""

    repo: GitRepo
    remote: GitRepo
    home: Path

    @property
    def config(self) -> Path:
        return self.home / "reviewbot.yaml"

    def run(self, *args: str) -> tuple[int, str]:
        """The exit code, and all that was printed."""
        places = {"PRE_COMMIT_HOME": str(self.home / "pre-commit"), "REVIEWBOT_CONFIG": str(self.config)}
        more = {**KEYS, **places, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            args,
            cwd=self.repo.path,
            env=environment(self.home, more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=90,
        )
        text = done.stdout.decode()
        assert KEY not in text, text
        return done.returncode, text

    def push(self, *refs: str) -> tuple[int, str]:
        return self.run("git", "push", "--quiet", "origin", *refs)

    def pre_commit(self, *args: str) -> tuple[int, str]:
        return self.run(program("pre-commit"), *args)

    def answer(self, providers: FakeProviders) -> None:
        """Configure the reviewers, out of the repository."""
        text = CONFIG.format(**{kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
        self.config.write_text(text)

    def branches(self) -> set[str]:
        """What has arrived."""
        return set(self.remote.git("for-each-ref", "--format=%(refname:short)").decode().split())

    def status(self) -> str:
        return self.repo.git("status", "--porcelain").decode()


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def hooks() -> str:
    """A configuration with the manifest's hook as it is, but for where the command comes from."""
    (hook,) = yaml.safe_load(MANIFEST.read_text("utf-8"))
    name, *rest = shlex.split(hook["entry"])
    assert name == "reviewbot"
    local = {**hook, "language": "system", "entry": shlex.join([*command(), *rest])}
    text: str = yaml.safe_dump({"repos": [{"repo": "local", "hooks": [local]}]})
    return text


@pytest.fixture
def framework(tmp_path: Path) -> Framework:
    repo, remote = GitRepo(tmp_path / "repo"), GitRepo(tmp_path / "remote", bare=True)
    home = tmp_path / "home"
    home.mkdir()
    files = {"src/stats.py": BEFORE, "README.md": "# Stats\n", "old.py": "x = 1\n", ".pre-commit-config.yaml": hooks()}
    repo.commit(files, "Start")
    repo.git("remote", "add", "origin", str(remote.path))
    repo.git("push", "--quiet", "--set-upstream", "origin", "main")
    repo.git("checkout", "--quiet", "-b", "feature")
    made = Framework(repo, remote, home)
    code, text = made.pre_commit("install", "--hook-type", "pre-push")
    assert code == 0, text
    return made


@pytest.fixture
def agreed() -> Iterator[FakeProviders]:
    """Two of three find a defect."""
    said = findings_reply([UNSET])
    with FakeProviders(by_model(dict(zip(MODELS, (said, said, CLEAN), strict=True)))) as providers:
        yield providers


@pytest.fixture
def content() -> Iterator[FakeProviders]:
    """Nobody finds anything."""
    with FakeProviders(CLEAN) as providers:
        yield providers


def test_the_framework_accepts_the_manifest(tmp_path: Path) -> None:
    done = subprocess.run(
        [program("pre-commit"), "validate-manifest", str(MANIFEST)], env=environment(tmp_path), capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_defect_stops_the_push_and_the_screen_says_why(framework: Framework, agreed: FakeProviders) -> None:
    framework.answer(agreed)
    framework.repo.commit({"src/stats.py": AFTER}, "Add mean")
    code, text = framework.push("feature")
    assert code == 1
    for words in ("src/stats.py:3", str(UNSET["title"]), "2 of 3", "reviewbot ignore"):
        assert words in text, text
    assert framework.branches() == {"main"}
    assert framework.status() == ""


def test_a_push_that_passes_leaves_the_work_tree_alone_and_is_told(
    framework: Framework, content: FakeProviders
) -> None:
    framework.answer(content)
    framework.repo.commit({"src/stats.py": AFTER}, "Add mean")
    framework.repo.write({"README.md": "# Not committed yet\n"})
    code, text = framework.push("feature")
    assert (code, framework.branches()) == (0, {"main", "feature"}), text
    assert "PASS, no findings (3 of 3 reviewers, 1 file)" in text, text
    assert "asking" not in text, text
    assert "files were modified" not in text, text
    assert framework.status() == " M README.md\n"
    assert len(content.requests) == len(MODELS)


def test_a_change_that_only_deletes_is_reviewed(framework: Framework, content: FakeProviders) -> None:
    framework.answer(content)
    framework.repo.commit({"old.py": None}, "Remove what is old")
    code, text = framework.push("feature")
    assert (code, len(content.requests)) == (0, len(MODELS)), text
    assert all("old.py" in request.prompt for request in content.requests)


@pytest.mark.thorough
def test_by_hand_and_in_a_job_the_range_is_named_or_the_usual_one(framework: Framework, agreed: FakeProviders) -> None:
    framework.answer(agreed)
    framework.repo.commit({"src/stats.py": AFTER}, "Add mean")
    named = ("--from-ref", "main", "--to-ref", "feature", "--hook-stage", "pre-push")
    for args in (("--hook-stage", "manual"), named):
        code, text = framework.pre_commit("run", *args)
        assert (code, str(UNSET["title"]) in text) == (1, True), text
    framework.repo.commit({"README.md": "# Statistics\n"}, "Say what it is")
    code, text = framework.pre_commit(
        "run", "--from-ref", "feature~1", "--to-ref", "feature", "--hook-stage", "pre-push"
    )
    assert "src/stats.py" not in "".join(request.prompt for request in agreed.requests[-len(MODELS) :])
