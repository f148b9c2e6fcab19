"""Pull requests past GitHub's limits for a diff are reviewed whole, from git objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import entry
from github_git import UPLOAD_PACK
from providers import Recorded, Reply, Script, findings_reply
from pull_large import FILES, LINES, WRONG_FILE, WRONG_LINE, many_files, many_lines
from pull_scene import Scene, opened

DIFF_TEMPLATES = ("GET /repos/{owner}/{repo}/pulls/{number}/files", "GET /repos/{owner}/{repo}/git/trees/{sha}")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        yield made


def where_asked(path: str, line: int, quote: str) -> Script:
    """Reviewers that report a defect in the chunk that has it, and nothing of the others."""
    found = findings_reply([entry(path, line, "This factor is one too large", "Every other one fits.", quote=quote)])
    none = findings_reply([])

    def answer(request: Recorded) -> Reply:
        return found if quote in request.body.decode() else none

    return answer


@pytest.mark.thorough
def test_three_thousand_files_are_reviewed_and_one_of_them_gets_its_comment(scene: Scene) -> None:
    scene.change(many_files(changed=False), many_files(changed=True))
    scene.script = where_asked(WRONG_FILE, 2, "    return value * 1719")
    ended = scene.run()
    assert ended.code == 1, ended.err
    assert [(comment.path, comment.line) for comment in scene.pull.comments] == [(WRONG_FILE, 2)]
    assert len(scene.files) == FILES
    assert set(scene.files.values()) == {(True, None)}
    assert scene.api_calls <= 8
    assert scene.github.counts[UPLOAD_PACK] <= 3
    assert not any(scene.github.counts[template] for template in DIFF_TEMPLATES)


@pytest.mark.thorough
def test_a_file_of_25_000_changed_lines_is_reviewed_and_its_finding_stands_where_github_takes_it(scene: Scene) -> None:
    scene.change(many_lines(changed=False), many_lines(changed=True))
    quote = f"rows[{WRONG_LINE - 1}] = {WRONG_LINE - 1} * 8"
    scene.script = where_asked("table.py", WRONG_LINE, quote)
    ended = scene.run()
    assert ended.code == 1, ended.err
    assert scene.files == {"table.py": (True, None)}
    (review,) = scene.pull.reviews
    assert scene.pull.comments == [], "GitHub shows no line of this file"
    assert f"table.py:{WRONG_LINE}" in review.body
    assert f"+{LINES:,} -{LINES:,}" in scene.summary


def test_25_000_lines_in_files_that_github_shows_get_their_comment(scene: Scene) -> None:
    text = many_lines(changed=True)["table.py"]
    assert isinstance(text, str)
    rows = text.splitlines(keepends=True)
    scene.change({}, {f"table{at // 5_000}.py": "".join(rows[at : at + 5_000]) for at in range(0, LINES, 5_000)})
    line = WRONG_LINE % 5_000
    scene.script = where_asked("table2.py", line, f"rows[{WRONG_LINE - 1}] = {WRONG_LINE - 1} * 8")
    assert scene.run().code == 1
    assert [(comment.path, comment.line) for comment in scene.pull.comments] == [("table2.py", line)]
    assert len(scene.files) == 5
