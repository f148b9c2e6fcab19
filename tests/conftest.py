from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from git_http import serve
from git_pull import Pull
from gitrepo import GitRepo, two_defects
from needs import is_here
from tls_server import TlsServer, tls_served

if TYPE_CHECKING:  # PyGithub takes a while, and few tests need it
    from github import Github
    from github_scene import Scene


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """More than there are cores: many tests wait for a server that is slow on purpose."""
    del config
    return max(2, (os.cpu_count() or 1) * 2)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test on a machine that lacks what its marks say it needs."""
    lacking = [what for mark in item.iter_markers("needs") for what in mark.args if not is_here(what)]
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")


@pytest.fixture(scope="session")
def action_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Action's install step makes of the lock; made once, for it takes the package index otherwise."""
    from action_runner import make_environment

    folder = tmp_path_factory.mktemp("action") / "environment"
    make_environment(folder)
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return two_defects(tmp_path / "repo")


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[TlsServer]:
    folder = tmp_path / "tls"
    folder.mkdir()
    with tls_served(folder) as server:
        yield server


@pytest.fixture
def pull(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pull]:
    """An empty repository, a server that will have it, and a folder of its own for temporary files."""
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    with serve(tmp_path / "served") as server:
        yield Pull(repo=GitRepo(tmp_path / "author"), server=server, temp=temp)
    assert list(temp.iterdir()) == []


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A pull request on the fake GitHub."""
    from github_scene import opened

    with opened(tmp_path) as scene:
        yield scene


@pytest.fixture
def client(scene: Scene) -> Iterator[Github]:
    """PyGithub, as the job of that pull request."""
    with scene.client() as client:
        yield client
