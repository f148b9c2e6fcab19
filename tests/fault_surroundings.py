"""Faults of what is around a run: signals, full disks, enormous changes, and what the change itself brings along."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping

from fault_run import HURRIED, Fault, Scene, Start, Status, defect
from measure import Measured
from providers import Hang, Reply, findings_reply


def _around(
    name: str,
    make: Callable[[Scene], Start],
    *says: str,
    code: int,
    status: Status | None = None,
    requests: int | None = 1,
    seconds: float = 40,
    mib: int = 400,
    answer: Reply | None = None,
    afresh: bool = True,
) -> Fault:
    said = answer or findings_reply([defect()])
    return Fault(
        name=name,
        make=make,
        code=code,
        says=says,
        status=status,
        requests=requests,
        seconds=seconds,
        mib=mib,
        afresh=afresh,
        reply=lambda request, trap: said,
    )


def _interrupted(sent: signal.Signals) -> Callable[[Scene], Start]:
    return lambda scene: Start(args=(), cwd=scene.repo().path, interrupt=sent, at="asked")


def _while_git_runs(scene: Scene) -> Start:
    repo = scene.repo()
    repo.commit({"large.txt": "x" * 999 + "\n" + "y = 1\n" * 2_000_000})
    return Start(args=(), cwd=repo.path, interrupt=signal.SIGTERM, at="git")


def _closed(scene: Scene) -> Start:
    def after(measured: Measured) -> Iterator[str]:
        if measured.err:
            yield f"says {measured.err!r} about it"

    return Start(args=("-q",), cwd=scene.repo().path, stdout="closed", after=after)


def _full_stdout(scene: Scene) -> Start:
    return Start(args=("-q",), cwd=scene.repo().path, stdout="full")


def _full_output(scene: Scene) -> Start:
    return Start(args=("--format", "json", "--output", "/dev/full"), cwd=scene.repo().path)


def _fills_up(scene: Scene) -> Start:
    """The report is larger than any file may become."""
    report = scene.folder / "report.json"
    report.write_text("the last one\n")

    def after(measured: Measured) -> Iterator[str]:
        if report.read_text() != "the last one\n":
            yield "the report that was there is damaged"
        yield from (f"left {path.name}" for path in scene.folder.glob(".reviewbot.*"))

    repo = scene.repo()
    return Start(args=("--format", f"json={report}"), cwd=repo.path, file_limit=1_024, after=after)


def _lines(number: int, *, size: int, width: int) -> str:
    return "".join(f"value_{number}_{line} = {line}".ljust(width - 1, "0") + "\n" for line in range(size // width))


def _large_commit(count: int, *, size: int, width: int, rest: str = HURRIED) -> Callable[[Scene], Start]:
    def make(scene: Scene) -> Start:
        repo = scene.repo(rest)
        repo.commit({f"pkg/mod_{n:05}.py": _lines(n, size=size, width=width) for n in range(count)})
        return Start(args=("--format", "json"), cwd=repo.path)

    return make


def _large_diff(count: int, *, size: int, width: int) -> Callable[[Scene], Start]:
    def make(scene: Scene) -> Start:
        (scene.folder / ".reviewbot.yaml").write_text(scene.config(HURRIED))
        with (scene.folder / "large.diff").open("w") as diff:
            for number in range(count):
                name, lines = f"pkg/mod_{number:05}.py", _lines(number, size=size, width=width).splitlines()
                diff.write(f"diff --git a/{name} b/{name}\nnew file mode 100644\n--- /dev/null\n+++ b/{name}\n")
                diff.writelines([f"@@ -0,0 +1,{len(lines)} @@\n", *(f"+{line}\n" for line in lines)])
        return Start(args=("--format", "json", "--diff", "large.diff"), cwd=scene.folder)

    return make


def _planted(files: Callable[[str], Mapping[str, str]], env: Mapping[str, str]) -> Callable[[Scene], Start]:
    """Programs that the change brings along. Each leaves a file behind if it is ever run."""

    def make(scene: Scene) -> Start:
        canary = scene.folder / "canary"
        repo = scene.repo()
        repo.commit(dict(files(str(canary))), "Plant")
        for program in repo.path.glob(".venv/bin/*"):
            program.chmod(0o755)

        def after(measured: Measured) -> Iterator[str]:
            if canary.exists():
                yield "something of the reviewed tree was run"

        here = {name: value.replace("TREE", str(repo.path)) for name, value in env.items()}
        return Start(args=("--format", "json"), cwd=repo.path, env=here, after=after)

    return make


def _modules(canary: str) -> Mapping[str, str]:
    code = f"open({canary!r}, 'w').close()\n"
    names = ("litellm.py", "sitecustomize.py", "usercustomize.py", "yaml.py", "click.py", "httpx.py", "openai.py")
    return {**dict.fromkeys(names, code), "conftest.py": code, "litellm_enterprise/__init__.py": code}


def _environment_folder(canary: str) -> Mapping[str, str]:
    packages = f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    code = f"open({canary!r}, 'w').close()\n"
    program = f"#!/bin/sh\n: > '{canary}'\nexit 1\n"
    return {
        ".venv/pyvenv.cfg": "home = /usr/bin\ninclude-system-site-packages = true\n",
        f"{packages}/first.pth": f"import sys; {code}",
        f"{packages}/litellm/__init__.py": code,
        f"{packages}/sitecustomize.py": code,
        **dict.fromkeys((".venv/bin/git", ".venv/bin/python", ".venv/bin/python3"), program),
    }


def _env_file(canary: str) -> Mapping[str, str]:
    trap = "".join(f"{name}=http://127.0.0.1:1\n" for name in _ADDRESSES)
    return {".env": f"{trap}OPUS_KEY=stolen\nGPT_KEY=stolen\nGEMINI_KEY=stolen\nLITELLM_LOG=DEBUG\n"}


_ADDRESSES = tuple(
    f"{vendor}_{kind}" for vendor in ("OPENAI", "ANTHROPIC", "GEMINI") for kind in ("API_BASE", "BASE_URL")
)
_PROXIES = tuple(name for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (upper, upper.lower()))


def _poisoned(names: tuple[str, ...]) -> Callable[[Scene], Start]:
    def make(scene: Scene) -> Start:
        trap = dict.fromkeys(names, f"http://127.0.0.1:{scene.trap.port}")
        return Start(args=("--format", "json"), cwd=scene.repo().path, env=trap)

    return make


_IN_TREE = {"PATH": f"TREE/.venv/bin:{os.environ['PATH']}", "VIRTUAL_ENV": "TREE/.venv"}

SURROUNDINGS = (
    _around("Ctrl-C while models are asked", _interrupted(signal.SIGINT), "interrupted", code=130, answer=Hang()),
    _around("SIGTERM while models are asked", _interrupted(signal.SIGTERM), "terminated", code=143, answer=Hang()),
    _around("SIGTERM while git reads", _while_git_runs, "terminated", code=143, requests=0, mib=150),
    _around("stdout is closed early", _closed, code=1),
    _around("a full disk behind stdout", _full_stdout, "stdout could not be written", code=1),
    _around(
        "a full disk behind `--output`",
        _full_output,
        "/dev/full could not be written",
        "what was meant for it is printed",
        code=3,
        answer=findings_reply([]),
        status="reviewed",
        afresh=False,
    ),
    _around(
        "a disk that fills up behind a report file",
        _fills_up,
        "could not be written",
        code=3,
        answer=findings_reply([]),
    ),
    _around(
        "a change of 100 MB in git",
        _large_commit(100, size=1_000_000, width=1_000),
        "more than 40 MB of diff",
        code=3,
        requests=None,
        seconds=90,
        mib=600,
        answer=findings_reply([]),
    ),
    _around(
        "a change of 100 MB in `--diff`",
        _large_diff(100, size=1_000_000, width=1_000),
        "more than 40 MB of diff",
        code=3,
        requests=None,
        seconds=90,
        mib=600,
        answer=findings_reply([]),
    ),
    _around(
        "a file of 100 MB",
        _large_diff(1, size=100_000_000, width=100),
        "more than 8 MB is not reviewed",
        code=3,
        requests=0,
        mib=600,
    ),
    _around(
        "a line of 5 MB",
        _large_commit(1, size=5_000_000, width=5_000_000),
        "characters long",
        code=3,
        answer=findings_reply([]),
        status="reviewed",
        afresh=False,
    ),
    _around(
        "10,000 files",
        _large_commit(10_000, size=60, width=30, rest=""),
        code=0,
        status="reviewed",
        requests=None,
        mib=600,
        answer=findings_reply([]),
    ),
    _around("a `.env` in the change", _planted(_env_file, {}), code=1, status="reviewed"),
    _around("`litellm.py`, `sitecustomize.py` and their like in the change", _planted(_modules, {}), code=1),
    _around("a virtual environment in the change, first on the PATH", _planted(_environment_folder, _IN_TREE), code=1),
    _around("addresses in the environment", _poisoned(_ADDRESSES), code=1, status="reviewed"),
    _around("proxies in the environment", _poisoned(_PROXIES), code=1, status="reviewed"),
)
