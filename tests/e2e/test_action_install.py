"""action/install.sh: the real script, pip and uv, with wheels made here for an index that is a folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from action_runner import ROOT, Wheel, make_wheel, read_outputs

pytestmark = pytest.mark.thorough

UV = Path(sys.executable).with_name("uv")
PROGRAMS = ("bash", "cmp", "cp", "dirname", "mktemp", "rm")


@dataclass
class Machine:
    """An Action's folder, an index, a runner's folders, and a PATH on which a test decides what there is."""

    folder: Path
    wheel: Wheel

    def __post_init__(self) -> None:
        for name in ("temp", "work", "bin", "home", "cache"):
            (self.folder / name).mkdir()
        for program in PROGRAMS:
            (self.folder / "bin" / program).symlink_to(str(shutil.which(program)))
        self.has("python3.12", sys.executable)
        action = self.folder / "action folder" / "action"
        action.mkdir(parents=True)
        shutil.copyfile(ROOT / "action" / "install.sh", action / "install.sh")
        self.requires(self.wheel.requirement)

    @property
    def environment(self) -> Path:
        return self.folder / "temp" / "reviewbot-environment"

    def requires(self, text: str, name: str = "run.txt") -> None:
        folder = self.folder / "action folder" / "requirements"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)

    def has(self, program: str, target: str | Path) -> None:
        """A program of this name on the PATH."""
        (self.folder / "bin" / program).write_text(f'#!/bin/sh\nexec "{target}" "$@"\n')
        (self.folder / "bin" / program).chmod(0o755)

    def install(self, env: Mapping[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
        """The exit code, the log, and the outputs."""
        output = self.folder / "output"
        output.write_text("")
        done = subprocess.run(
            ["bash", str(self.folder / "action folder" / "action" / "install.sh")],
            cwd=self.folder / "work",
            env={
                "PATH": str(self.folder / "bin"),
                "HOME": str(self.folder / "home"),
                "GITHUB_ACTION_PATH": str(self.folder / "action folder"),
                "GITHUB_OUTPUT": str(output),
                "RUNNER_TEMP": str(self.folder / "temp"),
                "RUNNER_TOOL_CACHE": str(self.folder / "cache"),
                "INPUT_PYTHON": "",
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.wheel.path.parent),
                "UV_OFFLINE": "1",
                "UV_FIND_LINKS": str(self.wheel.path.parent),
                **(env or {}),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout.decode(), read_outputs(output.read_text())

    def says(self) -> str:
        """What the module of the wheel says in the environment."""
        python = self.environment / "bin" / "python"
        code = "import dependency; print(dependency.SAYS)"
        return subprocess.run([python, "-I", "-c", code], capture_output=True, check=True, text=True).stdout.strip()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    index = tmp_path / "index"
    index.mkdir()
    return Machine(folder=tmp_path, wheel=make_wheel(index, "dependency", {"dependency.py": "SAYS = 'here'\n"}))


@pytest.mark.requirement("R1")
def test_the_environment_is_made_once_in_a_job_and_the_caller_keeps_its_own(machine: Machine) -> None:
    machine.has("uv", UV)
    work = machine.folder / "work"
    trap = "open('canary', 'w')\n"
    for name in ("venv.py", "site.py", "sitecustomize.py", "ensurepip.py"):
        (work / name).write_text(trap)
    (work / ".python-version").write_text("2.7")
    for folder in (work, machine.folder):  # uv takes the configuration of folders above as well
        (folder / "uv.toml").write_text("no-such-setting = 1\n")
    before = sorted(work.iterdir())
    code, log, outputs = machine.install({"PYTHONPATH": str(work), "VIRTUAL_ENV": str(work)})
    assert code == 0, log
    assert outputs == {"python": str(machine.environment / "bin" / "python")}
    assert machine.says() == "here"
    assert sorted(work.iterdir()) == before
    assert [path.name for path in (machine.folder / "temp").iterdir()] == ["reviewbot-environment"]
    assert list((machine.folder / "home").iterdir()) == []
    (machine.folder / "bin" / "uv").unlink()
    assert machine.install() == (0, "", outputs)


def test_the_environment_of_another_version_is_made_anew(machine: Machine) -> None:
    machine.has("uv", UV)
    machine.install()
    index = machine.wheel.path.parent
    machine.requires(make_wheel(index, "dependency", {"dependency.py": "SAYS = 'newer'\n"}).requirement)
    code, log, _ = machine.install()
    assert code == 0, log
    assert machine.says() == "newer"


@pytest.mark.thorough
def test_without_uv_the_one_of_the_lock_is_brought(machine: Machine) -> None:
    brought = {"uv-1.0.data/scripts/uv": f'#!/bin/sh\necho "with $*"\nexec "{UV}" "$@"\n'}
    machine.requires(make_wheel(machine.wheel.path.parent, "uv", brought).requirement, "action.txt")
    code, log, _ = machine.install()
    assert code == 0, log
    assert "with pip install" in log
    assert machine.says() == "here"


@pytest.mark.requirement("R25")
@pytest.mark.parametrize("name", ["run.txt", "action.txt"])
def test_a_file_with_another_hash_is_not_installed(machine: Machine, name: str) -> None:
    uv = make_wheel(machine.wheel.path.parent, "uv", {"uv-1.0.data/scripts/uv": "#!/bin/sh\ntouch ran\n"})
    requirement = {"run.txt": machine.wheel, "action.txt": uv}[name].requirement
    machine.requires(f"{requirement.rpartition(':')[0]}:{'0' * 64}\n", name)
    if name == "run.txt":
        machine.has("uv", UV)
    code, log, outputs = machine.install()
    assert (code, outputs) == (2, {})
    assert "::error title=reviewbot::" in log
    assert "sha256" in log
    code, _, outputs = machine.install()
    assert (code, outputs) == (2, {})  # half an environment is none


@pytest.mark.incident("I13")
@pytest.mark.requirement("R25")
def test_what_is_no_wheel_is_not_installed(machine: Machine) -> None:
    machine.has("uv", UV)
    sdist = machine.wheel.path.with_name("built-1.0.tar.gz")
    sdist.write_bytes(b"setup.py would run")
    machine.requires(f"built==1.0 --hash=sha256:{'0' * 64}\n")
    code, log, _ = machine.install()
    assert code == 2
    assert "wheels" in log


@pytest.mark.incident("I13")
@pytest.mark.requirement("R25")
def test_no_program_sees_a_key_or_runs_in_the_work_tree_and_a_mirror_is_told(machine: Machine) -> None:
    machine.has("uv", UV)
    seen = machine.folder / "seen"
    for program in (*PROGRAMS[1:], "uv"):
        script = machine.folder / "bin" / program
        real = UV if program == "uv" else script.resolve()
        script.unlink()
        script.write_text(f'#!/bin/bash\n{{ echo "{program} in $PWD"; export; }} >>"{seen}"\nexec "{real}" "$@"\n')
        script.chmod(0o755)
    keys = {"OPENAI_API_KEY": "canary-key", "GITHUB_TOKEN": "canary-token", "OTHER": "canary-other"}
    for _ in ("made", "found made"):
        code, log, _ = machine.install({**keys, "PIP_INDEX_URL": "https://mirror.example/simple"})
        assert code == 0, log
    text = seen.read_text()
    assert text.count("cmp in ") == 2
    assert "canary" not in text
    assert f"in {machine.folder / 'work'}\n" not in text
    assert 'UV_DEFAULT_INDEX="https://mirror.example/simple"' in text


def test_a_python_of_the_tool_cache_is_found_where_the_path_has_none(machine: Machine) -> None:
    machine.has("uv", UV)
    (machine.folder / "bin" / "python3.12").unlink()
    code, log, _ = machine.install()
    assert code == 2
    assert log.startswith("::error title=reviewbot::no Python 3.11 or newer was found on this runner")
    cached = machine.folder / "cache" / "Python" / "3.12.1" / "x64" / "bin"
    cached.mkdir(parents=True)
    (cached / "python3").symlink_to(sys.executable)
    code, log, _ = machine.install()
    assert code == 0, log


def test_a_python_that_is_named_is_taken_or_refused(machine: Machine) -> None:
    machine.has("uv", UV)
    machine.has("old", "false")
    for name in ("old", "missing", "; touch canary"):
        code, log, outputs = machine.install({"INPUT_PYTHON": name})
        assert (code, outputs) == (2, {})
        assert "the input python is not a Python 3.11 or newer" in log
    assert machine.install({"INPUT_PYTHON": sys.executable})[0] == 0
    assert not list(machine.folder.rglob("canary"))
