"""A recorded `reviewbot pr`, replayed: what earlier runs posted is part of the record."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import reviewbot
from pull_scene import opened
from stats_defects import UNSET

pytestmark = pytest.mark.thorough


def test_a_replay_knows_what_was_declined_and_stdout_is_the_reports(tmp_path: Path) -> None:
    with opened(tmp_path) as scene:
        scene.both(UNSET)
        assert scene.run().code == 1
        scene.pull.repo.collaborator("ann", "write")
        scene.pull.reply("ann", scene.pull.comments[0].id, "/reviewbot ignore it is meant")
        record = tmp_path / "record"
        ended = scene.run("--record", str(record), "--dry-run", "--format", "json", action="synchronize")
    again = reviewbot("replay", str(record), "--format", "json", cwd=tmp_path)
    assert (ended.code, again.code) == (0, 0)
    assert [found["state"] for found in ended.report["findings"]] == ["declined"]
    assert again.report["findings"] == ended.report["findings"]
    assert "---- end of what would be posted" in ended.err
