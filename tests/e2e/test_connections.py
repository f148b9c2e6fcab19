"""Every connection of a review, seen from outside of its processes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from commandline import command, environment
from pull_scene import opened
from stats_defects import UNSET


@pytest.mark.requirement("R42")
@pytest.mark.needs("strace")
def test_a_review_and_its_git_connect_to_the_named_servers_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as scene:
        scene.both(UNSET)
        work, variables = scene.job()
        log = tmp_path / "connections"
        watched = ["strace", "-f", "-qq", "-e", "trace=connect,execve", "-o", str(log), *command("pr")]
        done = subprocess.run(watched, cwd=work, env=environment(work, variables), capture_output=True, timeout=120)
        assert done.returncode == 1, done.stderr.decode()
        assert scene.providers is not None
        urls = (scene.github.api_url, scene.github.server_url)
        servers = {scene.providers.port, *(urlsplit(url).port for url in urls)}
    seen = log.read_text(errors="replace")
    place = r'sa_family=AF_INET6?, sin6?_port=htons\((\d+)\)[^"\n]*"([^"\n]+)"'
    made = re.findall(rf"^(\d+) +connect\([^\n]*?{place}", seen, re.MULTILINE)
    assert {address for _, _, address in made} == {"127.0.0.1"}
    assert {int(port) for _, port, _ in made} == servers
    of_git = set(re.findall(r'^(\d+) +execve\("[^"\n]*git[^"\n]*"', seen, re.MULTILINE))
    assert of_git & {process for process, _, _ in made}, "what git connects to is seen"
