from __future__ import annotations

from pathlib import Path

import pytest
from gitrepo import GitRepo, two_defects


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return two_defects(tmp_path / "repo")
