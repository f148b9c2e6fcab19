"""A runner of GitHub Actions: the steps of action.yml, run as GitHub runs them, in an empty work tree."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from action_expressions import filled

ROOT = Path(__file__).parents[1]
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
_MULTILINE = re.compile(r"([^=<\n]+)<<(\S+)\n(.*?)\n\2\n|([^=<\n]+)=([^\n]*)\n", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnd:
    """How a step ended. `log` is what it printed, both streams."""

    code: int
    outputs: Mapping[str, str]
    log: str
    summary: str = ""


@dataclass(kw_only=True)
class Runner:
    """A machine with its temporary folder and its work tree, for one job."""

    folder: Path
    github: Mapping[str, Any]
    """The context of that name: event_name, event, repository, token."""
    servers: Mapping[str, str]
    """GITHUB_API_URL and GITHUB_SERVER_URL."""
    actor: str = "ann"
    log: str = ""
    _steps: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for name in ("temp", "work", "home", "files"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "event.json").write_text(json.dumps(self.github["event"]))

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def use(self, given: Mapping[str, str], env: Mapping[str, str]) -> StepEnd:
        """The Action with these inputs, and the variables of the step that uses it."""
        unknown = given.keys() - ACTION["inputs"].keys()
        assert not unknown, f"action.yml has no input {unknown}"
        inputs = {
            name: given.get(name, filled(str(said.get("default", "")), {"github": self.github}))
            for name, said in ACTION["inputs"].items()
        }
        ended: dict[str, Any] = {}
        contexts = {"github": self.github, "inputs": inputs, "steps": ended}
        last = StepEnd(code=0, outputs={}, log="")
        for step in ACTION["runs"]["steps"]:
            variables = {name: filled(str(text), contexts) for name, text in step.get("env", {}).items()}
            assert "${{" not in step["run"]
            last = self.run(step["run"], {**env, **variables, "GITHUB_ACTION_PATH": str(ROOT)})
            ended[step["id"]] = {"outputs": last.outputs}
            if last.code:
                break
        outputs = {name: filled(said["value"], contexts) for name, said in ACTION["outputs"].items()}
        return StepEnd(code=last.code, outputs=outputs, log=last.log, summary=last.summary)

    def run(self, script: str, env: Mapping[str, str]) -> StepEnd:
        """A `run:` of bash, with files of its own to write to."""
        self._steps += 1
        files = {
            name: self.folder / "files" / f"{self._steps}-{name}"
            for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.touch()
        body = self.folder / "files" / f"{self._steps}.sh"
        body.write_text(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(body)],
            cwd=self.work,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder / "home"),
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTOR": self.actor,
                "GITHUB_EVENT_NAME": self.github["event_name"],
                "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
                "GITHUB_REPOSITORY": self.github["repository"],
                "GITHUB_WORKSPACE": str(self.work),
                "RUNNER_TEMP": str(self.temp),
                **self.servers,
                **env,
                **{name: str(file) for name, file in files.items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
        log = done.stdout.decode()
        self.log += log
        assert files["GITHUB_ENV"].read_text() == files["GITHUB_PATH"].read_text() == ""
        outputs = read_outputs(files["GITHUB_OUTPUT"].read_text())
        return StepEnd(code=done.returncode, outputs=outputs, log=log, summary=files["GITHUB_STEP_SUMMARY"].read_text())


def read_outputs(text: str) -> dict[str, str]:
    """The file of a step's outputs, as the runner reads it."""
    found = {}
    place = 0
    while place < len(text):
        entry = _MULTILINE.match(text, place)
        assert entry is not None, f"no output begins at {text[place : place + 80]!r}"
        found[entry[1] or entry[4]] = entry[3] if entry[1] else entry[5]
        place = entry.end()
    return found


def make_environment(folder: Path) -> None:
    """What action/install.sh would have made in the same job: the locked dependencies, from where the tests run."""
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    installed = Path(yaml.__file__).parents[1]
    (packages / "dependencies.pth").write_text(f"{installed}\n")
    shutil.copyfile(ROOT / "requirements" / "run.txt", folder / "requirements.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel made by hand, for an index that is a folder."""

    name: str
    path: Path

    @property
    def requirement(self) -> str:
        return f"{self.name}==1.0 --hash=sha256:{hashlib.sha256(self.path.read_bytes()).hexdigest()}\n"


def make_wheel(folder: Path, name: str, files: Mapping[str, str]) -> Wheel:
    """A wheel of version 1.0 with these files, by their names in the archive."""
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    members = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            listed = zipfile.ZipInfo(member)
            listed.external_attr = (0o100755 if "/scripts/" in member else 0o100644) << 16
            archive.writestr(listed, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{member},,\n" for member in (*members, f"{info}/RECORD")))
    return Wheel(name=name, path=path)
