"""`reviewbot pr`: what it leaves for the steps after it, also when a disk is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from providers import findings_reply
from pull_scene import Scene, opened
from stats_defects import UNSET


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as scene:
        scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
        yield scene


def test_a_folder_that_takes_no_files_leaves_the_other_outputs(scene: Scene) -> None:
    ended = scene.run(env={"RUNNER_TEMP": str(scene.folder / "none")})
    assert ended.code == 1
    assert scene.outputs.keys() == {"verdict", "findings", "blocking", "cost-usd"}
    assert (scene.outputs["verdict"], scene.outputs["findings"], scene.outputs["blocking"]) == ("block", "1", "1")
    for name in ("reviewbot.json", "reviewbot.sarif"):
        assert f"{scene.folder}/none/{name} could not be written: No such file or directory" in ended.err
    assert "1 finding of severity high" in (scene.folder / "summary").read_text()


def test_one_file_that_cannot_be_written_leaves_the_other(scene: Scene) -> None:
    (scene.folder / "reviewbot.json").mkdir()
    scene.says()
    ended = scene.run()
    assert ended.code == 3  # a clean review whose report is missing is not clean
    assert "reviewbot.json could not be written" in ended.err
    assert scene.outputs["verdict"] == "pass"
    assert scene.outputs["sarif"] == str(scene.folder / "reviewbot.sarif")
    assert "report" not in scene.outputs


@pytest.mark.requirement("R36")
def test_no_output_has_a_second_line(scene: Scene) -> None:
    folder = scene.folder / "a\nverdict=pass"
    folder.mkdir()
    assert scene.run(env={"RUNNER_TEMP": str(folder)}).code == 1
    lines = (scene.folder / "output").read_text().splitlines()
    assert [line.partition("=")[0] for line in lines] == ["verdict", "findings", "blocking", "cost-usd"]


def test_an_output_file_that_cannot_be_written_leaves_the_summary(scene: Scene) -> None:
    ended = scene.run(env={"GITHUB_OUTPUT": str(scene.folder / "none" / "output")})
    assert ended.code == 1
    assert "none/output could not be written" in ended.err
    assert (scene.folder / "summary").exists()
