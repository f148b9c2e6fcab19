"""The jobs of a workflow file, one after the other, each on a machine of its own."""

from __future__ import annotations

import fnmatch
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from action_expressions import Functions, filled, holds
from action_runner import ROOT, Runner, StepEnd

OURS = ("reviewbot/reviewbot", "./")


@dataclass(kw_only=True)
class JobEnd:
    """How a job ended."""

    result: str = "success"
    steps: dict[str, Any] = field(default_factory=dict)
    """The context of that name."""
    runner: Runner | None = None
    failed: list[str] = field(default_factory=list)
    """Steps that failed the job, by name, else by what they use."""
    variables: list[Mapping[str, str]] = field(default_factory=list)
    """What each step that used the Action was given."""

    @property
    def log(self) -> str:
        return self.runner.log if self.runner is not None else ""


@dataclass(kw_only=True)
class WorkflowRun:
    """A run of a workflow: GitHub's part of it."""

    path: Path
    folder: Path
    github: Mapping[str, Any]
    """The context of that name, without its token: that is what the permissions of the job make it."""
    servers: Mapping[str, str]
    secrets: Mapping[str, str]
    environment: Path
    """What action/install.sh would make."""
    artifacts: Path
    jobs: dict[str, JobEnd] = field(default_factory=dict)
    """By the job's id; those of a matrix by `id (value)`."""

    def __post_init__(self) -> None:
        self.artifacts.mkdir(exist_ok=True)
        self._said: Any = yaml.safe_load(self.path.read_text("utf-8"))

    def run(self, *, lost: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> WorkflowRun:
        """All jobs, or only these; those that are lost fail before their first step."""
        for name, job in self._said["jobs"].items():
            for shown, matrix in _instances(name, job):
                if only and shown not in only:
                    continue
                self.jobs[shown] = JobEnd(result="failure") if shown in lost else self._job(shown, job, matrix)
        return self

    def result(self, job: str) -> str:
        """Of all instances of a matrix together."""
        found = {ended.result for name, ended in self.jobs.items() if name.partition(" ")[0] == job}
        return next(result for result in ("failure", "cancelled", "success", "skipped") if result in found)

    def _job(self, shown: str, job: Any, matrix: Mapping[str, Any]) -> JobEnd:
        needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        needs = {name: {"result": self.result(name), "outputs": {}} for name in needed}
        github = {**self.github, "token": _token(job["permissions"])}
        contexts = {"github": github, "matrix": matrix, "needs": needs, "secrets": self.secrets}
        well = all(one["result"] == "success" for one in needs.values())
        ended = JobEnd()
        if not holds(str(job.get("if", "true")), contexts, _functions(well=well, work=None)):
            ended.result = "skipped"
            return ended
        ended.runner = Runner(folder=self.folder / shown, github=github, servers=self.servers)
        (ended.runner.temp / "reviewbot-environment").symlink_to(self.environment)
        contexts["steps"] = ended.steps
        for step in job["steps"]:
            self._step(step, ended, ended.runner, contexts)
        return ended

    def _step(self, step: Any, ended: JobEnd, runner: Runner, contexts: Mapping[str, Any]) -> None:
        functions = _functions(well=ended.result == "success", work=runner.work)
        if not holds(str(step.get("if", "true")), contexts, functions):
            return
        env = {name: filled(str(text), contexts) for name, text in step.get("env", {}).items()}
        given = {name: filled(_plain(text), contexts) for name, text in step.get("with", {}).items()}
        used = step.get("uses", "").partition("@")[0]
        if used in OURS:
            ended.variables.append(env)
            done = runner.use(given, env)
        elif used:
            code = getattr(self, f"_{used.partition('/')[2].replace('-', '_')}")(given, runner)
            done = StepEnd(code=code, outputs={}, log="")
        else:
            done = runner.run(step["run"], env)
        if "id" in step:
            ended.steps[step["id"]] = {"outputs": done.outputs}
        if done.code and not step.get("continue-on-error"):
            ended.result = "failure"
            ended.failed.append(step.get("name", used))

    def _checkout(self, given: Mapping[str, str], runner: Runner) -> int:
        assert given["persist-credentials"] == "false"
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        for name in listed.split("\0")[:-1]:
            (runner.work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, runner.work / name)
        return 0

    def _upload_artifact(self, given: Mapping[str, str], runner: Runner) -> int:
        """A path that is empty is an error, and so is one without a file, for the workflows ask for that."""
        assert given["if-no-files-found"] == "error"
        if not given["path"] or not Path(given["path"]).is_file():
            return 1
        folder = self.artifacts / given["name"]
        folder.mkdir()
        shutil.copy(given["path"], folder)
        return 0

    def _download_artifact(self, given: Mapping[str, str], runner: Runner) -> int:
        """A pattern that fits none is none downloaded, and no error."""
        for folder in self.artifacts.iterdir():
            if fnmatch.fnmatch(folder.name, given["pattern"]):
                shutil.copytree(folder, runner.work / given["path"] / folder.name)
        return 0


def _token(permissions: Mapping[str, str]) -> str:
    """The one of the fake GitHub that may do as much."""
    writes = {name for name, level in permissions.items() if level == "write"}
    return {"": "fork-token", "pull-requests": "job-token", "checks,pull-requests": "checks-token"}[
        ",".join(sorted(writes))
    ]


def _instances(name: str, job: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    axes = job.get("strategy", {}).get("matrix")
    if axes is None:
        yield name, {}
        return
    ((axis, values),) = axes.items()
    for one in values:
        yield f"{name} ({one})", {axis: one}


def _plain(text: Any) -> str:
    return str(text).lower() if isinstance(text, bool) else str(text)


def _functions(*, well: bool, work: Path | None) -> Functions:
    def hash_files(pattern: str) -> str:
        assert work is not None
        return "0123abcd" if any(path.is_file() for path in work.glob(pattern)) else ""

    return {
        "always": lambda: True,
        "cancelled": lambda: False,
        "success": lambda: well,
        "failure": lambda: not well,
        "hashFiles": hash_files,
        "startsWith": lambda text, start: str(text).lower().startswith(str(start).lower()),
    }
