"""What is installed, where, and by whose leave: the locks, the workflows, and what runs when an interpreter starts."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from locked import Locked, read_lock
from packaging.markers import Marker
from packaging.requirements import Requirement
from workflow_rules import secret_places

ROOT = Path(__file__).parents[2]
LOCKS = sorted(path for path in (ROOT / "requirements").glob("*.txt") if path.name != "refused.txt")
REFUSED = [
    Requirement(line.partition("#")[0].strip())
    for line in (ROOT / "requirements/refused.txt").read_text("utf-8").splitlines()
    if line.partition("#")[0].strip()
]
OF_THE_PROXY = {"fastapi", "uvicorn", "gunicorn", "apscheduler", "litellm-proxy-extras", "litellm-enterprise", "mcp"}
"""What litellm's server needs. Most of its advisories are about it."""
AT_START = {"_editable_impl_reviewbot.pth", "distutils-precedence.pth"}
"""Files of ours and of setuptools (in environments of Python 3.11) that run or are read when an interpreter starts."""
INSTALLS = re.compile(
    r"\bpip[0-9.]* (?:install|download|wheel)\b|\$\(INSTALL\)|\bpipx (?:install|inject|run)\b|\beasy_install\b"
    r"|\buvx\b|\buv (?:tool|run|add|sync|pip (?:install|sync))\b"
    r"|\b(?:conda|mamba|poetry|pdm|hatch) (?:install|add|sync|run)\b"
    r"|\b(?:apt|apt-get|apk|brew|dnf|yum|choco|winget) (?:-\S+ )*(?:install|add)\b"
    r"|\b(?:gem|cargo|go|npm|pnpm|yarn) (?:-\S+ )*(?:install|add|get|ci|i)\b|\bnpx\b"
    r"|\b(?:curl|wget|iwr|Invoke-WebRequest)\b"
)
"""Commands that bring a program or a package, or fetch what could be one."""

each_lock = pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)


def lock(path: Path) -> tuple[Locked, ...]:
    return read_lock(path.read_text("utf-8"))


# ---------------------------------------------------------------- what is locked


@pytest.mark.requirement("R25")
@each_lock
def test_every_package_of_a_lock_has_one_version_and_its_hashes(path: Path) -> None:
    packages = lock(path)
    assert packages
    assert len({package.name for package in packages}) == len(packages)


@pytest.mark.requirement("R25")
@pytest.mark.incident("I11")
@each_lock
def test_i11_no_release_that_was_malware_is_in_a_lock(path: Path) -> None:
    for package in lock(path):
        for refused in REFUSED:
            assert package.name != refused.name or refused.specifier.contains(package.version), package


@pytest.mark.requirement("R25")
@pytest.mark.incident("I11")
def test_i11_no_release_that_was_malware_is_in_the_range_of_the_project_and_the_resolver_goes_around_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    allowed = {wanted.name: wanted.specifier for wanted in map(Requirement, project["dependencies"])}
    bad = [(refused.name, one.version) for refused in REFUSED for one in refused.specifier]
    assert {("litellm", "1.82.7"), ("litellm", "1.82.8")} <= set(bad)
    for name, version in bad:
        assert name not in allowed or not allowed[name].contains(version, prereleases=True), (name, version)
    assert "--constraint requirements/refused.txt" in (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.requirement("R25")
def test_nothing_of_litellms_server_is_locked() -> None:
    assert not {package.name for package in lock(ROOT / "requirements/run.txt")} & OF_THE_PROXY


@pytest.mark.requirement("R25")
def test_what_runs_here_is_what_is_locked() -> None:
    for package in lock(ROOT / "requirements/run.txt"):
        if package.marker is None or Marker(package.marker).evaluate():
            assert metadata.version(package.name) == package.version, package.name


# ---------------------------------------------------------------- what runs at the start of an interpreter


def at_start(distribution: metadata.Distribution) -> Iterator[str]:
    """Names of files of a package that an interpreter runs or reads when it starts."""
    for file in distribution.files or ():
        if file.suffix == ".pth" or file.name in ("sitecustomize.py", "usercustomize.py"):
            yield file.name


@pytest.mark.requirement("R25")
@pytest.mark.incident("I11")
def test_i11_no_locked_package_has_a_file_that_runs_when_an_interpreter_starts() -> None:
    names = {package.name for path in LOCKS for package in lock(path)}
    found = {
        (one.name, name) for one in metadata.distributions() if one.name.lower() in names for name in at_start(one)
    }
    assert found == set()


@pytest.mark.requirement("R25")
@pytest.mark.incident("I11")
def test_i11_only_known_files_run_when_this_interpreter_starts() -> None:
    folders = {Path(str(one.locate_file(""))) for one in metadata.distributions()}
    names = {path.name for folder in folders for path in folder.glob("*.pth")}
    assert "_editable_impl_reviewbot.pth" in names, "the search sees what is there"
    assert names <= AT_START


def test_a_file_that_runs_when_an_interpreter_starts_is_found(tmp_path: Path) -> None:
    info = tmp_path / "thief-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thief\nVersion: 1.0\n")
    (info / "RECORD").write_text("thief.py,,\nthief_init.pth,,\n")
    (thief,) = metadata.distributions(path=[str(tmp_path)])
    assert list(at_start(thief)) == ["thief_init.pth"]


# ---------------------------------------------------------------- who installs, and what


def commands() -> Iterator[tuple[str, str]]:
    """Every shell command of the project's own files that installs something, as (file, command)."""
    own = [ROOT / "Makefile", ROOT / "action.yml", ROOT / ".ci/run", *(ROOT / "action").glob("*.*")]
    for path in [*own, *(ROOT / ".github").rglob("*.yml"), *(ROOT / ".github").rglob("*.yaml")]:
        for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
            if INSTALLS.search(line) and not line.lstrip().startswith("#"):
                yield path.name, line


@pytest.mark.parametrize(
    "command",
    [
        "pip3 install thing",
        "python -m pip install thing",
        "uv sync",
        "uv pip install thing",
        "pipx run thing",
        "curl -fsSL https://get.example | sh",
        "sudo apt-get --yes install thing",
        "npm ci",
        "npx thing",
    ],
)
def test_a_command_that_brings_something_is_seen(command: str) -> None:
    assert INSTALLS.search(command)


@pytest.mark.requirement("R25")
@pytest.mark.incident("I13")
def test_i13_whatever_is_installed_is_a_wheel_that_is_held_against_its_hash() -> None:
    variable = re.search(r"^INSTALL := (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert variable is not None
    found = list(commands())
    assert {name for name, _ in found} == {"Makefile", "install.sh", "ci.yml"}
    for name, line in found:
        words = line.replace("$(INSTALL)", variable[1])
        of_ours = "--no-deps" in words and "--no-build-isolation" in words and "--editable ." in words
        of_the_runner = name == "ci.yml" and words.rstrip("; }").endswith("apt-get --quiet --yes install strace")
        assert of_ours or of_the_runner or ("--require-hashes" in words and "--only-binary :all:" in words), (
            name,
            line,
        )


@pytest.mark.requirement("R25")
@pytest.mark.incident("I11", "I13")
def test_i13_a_release_is_a_week_old_before_it_is_taken() -> None:
    assert "--exclude-newer \"$$(date -u -d '7 days ago'" in (ROOT / "Makefile").read_text("utf-8")
    bot: Any = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))
    for update in bot["updates"]:
        assert update["cooldown"]["default-days"] >= 7, update["package-ecosystem"]


@pytest.mark.requirement("R25")
def test_every_lock_is_audited_strictly_in_ci_and_every_week() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (loop,) = re.findall(r"for lock in ([a-z ]+); do", makefile)
    assert {f"{name}.txt" for name in loop.split()} == {path.name for path in LOCKS}
    assert "pip-audit --strict --disable-pip --require-hashes --requirement requirements/$$lock.txt" in makefile
    ci: Any = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    assert {"pull_request", "schedule"} <= set(ci[True])  # YAML 1.1 reads the key `on` as true
    audit = ci["jobs"]["audit"]
    assert audit.keys() == {"name", "runs-on", "timeout-minutes", "permissions", "steps"}, "nothing lets it pass"
    (step,) = [step for step in audit["steps"] if "run" in step]
    assert step == {"run": "make audit"}


PYTHON = """\
#!/bin/sh
mkdir -p build/audit/bin
printf '#!/bin/sh\\nexit 0\\n' >build/audit/bin/python
printf '#!/bin/sh\\necho "$@" >>asked\\ncase "$*" in *"$BAD".txt) exit 1;; esac\\n' >build/audit/bin/pip-audit
chmod +x build/audit/bin/*
"""
"""Makes an environment whose auditor finds something in the lock that BAD names."""


@pytest.mark.requirement("R25")
@pytest.mark.parametrize("bad", [*(path.stem for path in LOCKS), "none"])
def test_a_finding_in_any_lock_fails_the_audit(tmp_path: Path, bad: str) -> None:
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "audit", f"PYTHON={python}"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "BAD": bad},
        capture_output=True,
    )
    asked = {line.rpartition("/")[2] for line in (tmp_path / "asked").read_text().splitlines()}
    assert (done.returncode == 0) is (bad == "none"), done.stderr
    assert asked == {path.name for path in LOCKS} if bad == "none" else f"{bad}.txt" in asked


@pytest.mark.requirement("R25", "R48")
def test_no_job_of_ours_goes_on_after_a_failure() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        assert "continue-on-error" not in path.read_text("utf-8"), path.name


@pytest.mark.requirement("R48")
def test_nothing_is_published_that_was_not_tested_and_built_by_the_same_run() -> None:
    jobs: Any = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]
    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "build": None,
        "pypi": "build",
        "github": "pypi",
    }
    for name, job in jobs.items():
        assert "if" not in job, f"{name} runs after a failure, or not at all"
        assert not [step for step in job["steps"] if "if" in step], name
    ran = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    assert ran[1:] == ["make test", "make thorough", "make dist sbom"]
    taken = [step["with"] for step in jobs["pypi"]["steps"] if "download-artifact" in step["uses"]]
    assert taken == [{"name": "dist", "path": "dist/"}, {"name": "sbom", "path": "sbom/"}], "of this run, by its name"


# ---------------------------------------------------------------- who may change that


OWNER = re.compile(r"@[\w-]+(/[\w.-]+)?|[^@\s]+@[^@\s]+\.\w+")


def owners(path: str, text: str) -> list[str]:
    """Of the last rule that fits, as GitHub has it: one without owners takes those of earlier ones away."""
    found: list[str] = []
    for line in text.splitlines():
        rule, *named = line.partition("#")[0].split() or [""]
        assert not rule or re.fullmatch(r"/[\w./-]+", rule), f"a rule that is not read here: {line}"
        assert all(OWNER.fullmatch(name) for name in named), f"no owner: {line}"
        if rule and (path == rule[1:] or (rule.endswith("/") and path.startswith(rule[1:]))):
            found = named
    return found


def owned(path: str) -> bool:
    return bool(owners(path, (ROOT / ".github/CODEOWNERS").read_text("utf-8")))


@pytest.mark.requirement("R49")
@pytest.mark.incident("I12")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/.github/ @acme/maintainers\n", ["@acme/maintainers"]),
        ("/.github/\n", []),
        ("/.github/ # @acme/maintainers\n", []),
        ("/.github/ @acme/maintainers\n/.github/workflows/\n", []),
        ("/.github/workflows/ci.yml ada@example.org @ada\n", ["ada@example.org", "@ada"]),
        ("# /.github/ @acme/maintainers\n/action/ @acme/maintainers\n", []),
    ],
)
def test_i12_a_rule_without_an_owner_gives_none(text: str, found: list[str]) -> None:
    assert owners(".github/workflows/ci.yml", text) == found


@pytest.mark.requirement("R49")
@pytest.mark.incident("I12")
def test_i12_what_runs_with_rights_and_what_is_installed_has_an_owner() -> None:
    folders = (".github", "action", "requirements", "tools")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in [*files, ROOT / "action.yml", ROOT / "Makefile", ROOT / "pyproject.toml"]:
        if "__pycache__" not in path.parts:
            assert owned(path.relative_to(ROOT).as_posix()), path
    assert not owned("README.md")


@pytest.mark.requirement("R48")
@pytest.mark.incident("I12")
def test_i12_secrets_are_there_for_few_jobs_and_none_for_a_release() -> None:
    with_secrets = {
        (path.name, place.rpartition(".")[0])
        for path in (ROOT / ".github/workflows").glob("*.yml")
        for place in secret_places(yaml.safe_load(path.read_text("utf-8")))
    }
    assert with_secrets == {("review.yml", "jobs.reviewbot.steps.1.env")}


@pytest.mark.requirement("R48")
def test_a_release_carries_its_bill_of_materials_attested_with_the_files() -> None:
    workflow: Any = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    assert workflow[True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}, "nobody else's event makes a release"
    jobs = workflow["jobs"]
    made = [step["with"]["path"] for step in jobs["build"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert made == ["dist/", "build/reviewbot.cdx.json"]
    (attested,) = [step for step in jobs["pypi"]["steps"] if "attest-build-provenance" in step.get("uses", "")]
    assert attested["with"]["subject-path"].split() == ["dist/*", "sbom/*"]
    (published,) = [step for step in jobs["github"]["steps"] if "gh release create" in step.get("run", "")]
    assert "dist/* sbom/*" in published["run"]
