"""The hook of `.pre-commit-hooks.yaml`, run by the real pre-commit framework on real pushes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from commandline import environment

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_the_framework_accepts_the_manifest(tmp_path: Path) -> None:
    done = subprocess.run(
        [program("pre-commit"), "validate-manifest", str(MANIFEST)], env=environment(tmp_path), capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
