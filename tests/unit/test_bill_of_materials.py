"""The bill of materials of a release says what the lock says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bill_of_materials import Licence, bill, installed_licence
from locked import Locked, read_lock

from reviewbot import __version__

ROOT = Path(__file__).parents[2]
LOCK = """\
alpha==1.0 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via reviewbot (pyproject.toml)
beta==2.0.post1 ; sys_platform == 'win32' \\
    --hash=sha256:{c}
    # via
    #   alpha
    #   reviewbot (pyproject.toml)
gamma==3.0 \\
    --hash=sha256:{c}
    # via beta
""".format(a="a" * 64, b="b" * 64, c="c" * 64)


def test_a_lock_is_read_with_hashes_markers_and_who_asks() -> None:
    alpha, beta, gamma = read_lock(LOCK)
    assert alpha == Locked(name="alpha", version="1.0", marker=None, hashes=("a" * 64, "b" * 64), via=(), wanted=True)
    assert (beta.version, beta.marker, beta.via, beta.wanted) == (
        "2.0.post1",
        "sys_platform == 'win32'",
        ("alpha",),
        True,
    )
    assert (gamma.via, gamma.wanted) == (("beta",), False)


@pytest.mark.requirement("R25")
@pytest.mark.parametrize(
    "line",
    [
        "alpha==1.0",
        f"alpha>=1.0 --hash=sha256:{'a' * 64}",
        f"alpha==1.0 --hash=md5:{'a' * 32}",
        f"alpha==1.0 --hash=sha256:{'a' * 64} --hash=md5:{'a' * 32}",
        f"alpha @ https://files.example/alpha.whl --hash=sha256:{'a' * 64}",
        "git+https://git.example/alpha",
        "--index-url https://mirror.example",
        "-r other.txt",
    ],
)
def test_what_is_not_one_version_with_its_hashes_is_no_line_of_a_lock(line: str) -> None:
    with pytest.raises(ValueError, match="is not a package with one version and its hashes"):
        read_lock(f"{line}\n")


@pytest.mark.requirement("R48")
def test_every_package_of_the_lock_is_in_the_bill_with_its_hashes_licence_and_users() -> None:
    licences = {
        "alpha": Licence(text="MIT OR Apache-2.0", expression=True),
        "gamma": Licence(text="see the file", expression=False),
    }
    document: Any = bill(read_lock(LOCK), name="reviewbot", version="9", licence=licences.get)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    alpha, beta, gamma = document["components"]
    assert (alpha["purl"], alpha["licenses"]) == ("pkg:pypi/alpha@1.0", [{"expression": "MIT OR Apache-2.0"}])
    assert gamma["licenses"] == [{"license": {"name": "see the file"}}]
    (page,) = alpha["externalReferences"]
    assert [known["content"] for known in page["hashes"]] == ["a" * 64, "b" * 64]
    assert "licenses" not in beta
    assert beta["properties"] == [{"name": "marker", "value": "sys_platform == 'win32'"}]
    assert {one["ref"].rpartition("/")[2]: one["dependsOn"] for one in document["dependencies"]} == {
        "reviewbot@9": ["pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0.post1"],
        "alpha@1.0": ["pkg:pypi/beta@2.0.post1"],
        "beta@2.0.post1": ["pkg:pypi/gamma@3.0"],
        "gamma@3.0": [],
    }


def test_the_same_lock_gives_the_same_bill_and_another_one_another_number() -> None:
    once, again = (bill(read_lock(LOCK), name="r", version="1", licence=lambda name: None) for _ in range(2))
    other = bill(read_lock(LOCK), name="r", version="2", licence=lambda name: None)
    assert once == again
    assert once["serialNumber"] != other["serialNumber"]


def test_a_licence_is_that_of_the_installed_package() -> None:
    assert installed_licence("litellm") == Licence(text="MIT", expression=True)
    assert installed_licence("pyyaml") == Licence(text="MIT", expression=False), (
        "not in the language of SPDX by its words"
    )
    assert installed_licence("jinja2") == Licence(text="BSD License", expression=False), "told by a classifier alone"
    assert installed_licence("no-such-package-here") is None


@pytest.mark.requirement("R48")
def test_the_script_writes_the_bill_of_our_own_lock(tmp_path: Path) -> None:
    output = tmp_path / "bill.json"
    subprocess.run([sys.executable, "tools/bill_of_materials.py", str(output)], cwd=ROOT, check=True)
    document = json.loads(output.read_text("utf-8"))
    assert document["metadata"]["component"]["version"] == __version__
    listed = {(one["name"], one["version"]) for one in document["components"]}
    locked = read_lock((ROOT / "requirements/run.txt").read_text("utf-8"))
    assert listed == {(package.name, package.version) for package in locked}
    refs = {one["bom-ref"] for one in document["components"]}
    used = {ref for one in document["dependencies"] for ref in one["dependsOn"]}
    assert used == refs, "every package is there for somebody"
