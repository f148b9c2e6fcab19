from __future__ import annotations

from pathlib import Path

import pytest
from gitrepo import GitRepo

BEFORE = """\
def total(items):
    count = 0
    for item in items:
        count += item
    return count
"""
AFTER = """\
def total(items):
    for item in items:
        count += item
    return count


def mean(items):
    return total(items) / len(items)
"""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """A repository with `main` and a branch `feature` that is checked out and brings two defects."""
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"src/stats.py": BEFORE, "README.md": "# Stats\n"}, "Start")
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.commit({"src/stats.py": AFTER}, "Add mean")
    return repo
