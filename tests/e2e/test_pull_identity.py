"""Whose comments are ours: told by the platform, never by a text. The real command line against the fake GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from github_faults import Answer, Drop, Fault, Meanwhile, bad_gateway, refused
from github_server import APP_TOKEN, USER_TOKEN
from github_values import Placed
from pull_scene import AGAIN, COMMENT, REVIEWS, Scene, opened
from stats_defects import UNSET

pytestmark = pytest.mark.thorough

VIEWER = "POST /graphql viewer"
APP, USER = {"GITHUB_TOKEN": APP_TOKEN}, {"GITHUB_TOKEN": USER_TOKEN}
OUTSIDE_OF_JOBS = {"GITHUB_ACTIONS": None}
NAMELESS, DOWN = refused(404, "Not Found"), refused(501, "Not Implemented")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        made.both(UNSET)
        yield made


def posted(scene: Scene) -> tuple[int, int, int]:
    return len(scene.pull.reviews), len(scene.pull.comments), len(scene.pull.issue_comments)


@pytest.mark.parametrize(("token", "where"), [(APP, {}), (USER, {}), (APP, OUTSIDE_OF_JOBS)])
def test_a_token_of_ones_own_knows_its_comments_again(
    scene: Scene, token: dict[str, str], where: dict[str, str | None]
) -> None:
    assert scene.run(env={**token, **where}).code == 1
    scene.both(AGAIN)
    assert scene.run(env={**token, **where}, action="synchronize").code == 1
    assert posted(scene) == (1, 1, 1)
    assert "known" in scene.summary


@pytest.mark.parametrize(
    ("token", "write", "fault"),
    [
        (APP, REVIEWS, Drop(applied=True)),
        (APP, COMMENT, bad_gateway(applied=True)),
        (USER, REVIEWS, Drop(applied=False)),
        (USER, COMMENT, Drop(applied=True)),
    ],
)
def test_a_write_without_an_answer_is_looked_for_under_the_tokens_name(
    scene: Scene, token: dict[str, str], write: str, fault: Fault
) -> None:
    scene.github.fault(write, fault)
    assert scene.run(env=token).code == 1
    assert posted(scene) == (1, 1, 1)
    assert not scene.github.faults_left


@pytest.mark.parametrize(("answer", "write"), [(NAMELESS, REVIEWS), (DOWN, COMMENT)])
def test_without_a_name_a_write_is_looked_for_by_its_hidden_line(scene: Scene, answer: Answer, write: str) -> None:
    scene.github.fault(VIEWER, answer, times=9)
    scene.github.fault(write, Drop(applied=True))
    assert scene.run(env=APP).code == 1
    assert posted(scene) == (1, 1, 1)


def test_who_cannot_tell_its_name_now_writes_nothing_where_somebody_has_written_before(scene: Scene) -> None:
    scene.run(env=APP)
    scene.github.fault(VIEWER, refused(503, "Service Unavailable"), times=9)
    ended = scene.run(env=APP, action="synchronize")
    assert (ended.code, scene.github.writes) == (3, [])
    assert "nothing was reviewed; run again later" in ended.err


def test_a_jobs_own_token_need_not_ask_who_it_is(scene: Scene) -> None:
    scene.run()
    scene.run(action="synchronize")
    assert scene.github.counts["GET /user"] == scene.github.counts[VIEWER] == 0


@pytest.mark.requirement("R18")
def test_of_two_that_said_the_same_at_once_only_our_own_is_taken_away(scene: Scene) -> None:
    def another() -> None:
        (body,) = (comment.body for comment in scene.pull.comments)
        placed = Placed(path="src/stats.py", line=3, side="RIGHT", body=body)
        scene.pull.review("eve", "the same", comments=[placed])

    scene.github.fault(REVIEWS, Meanwhile(action=another, when="after"))
    scene.run(env=USER)
    assert [comment.user.login for comment in scene.pull.comments] == ["rob", "eve"]


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("token", "stranger"),
    [
        (USER, "rob[bot]"),
        (USER, "robb"),
        (APP, "shop-review"),
        (APP, "github-actions[bot]"),
        ({}, "github-actions"),
        ({}, "shop-review[bot]"),
    ],
)
def test_a_marker_under_a_like_name_is_none_of_ours(scene: Scene, token: dict[str, str], stranger: str) -> None:
    scene.run(env=token)
    stolen, summary = scene.comments[0], scene.summary
    other = scene.pull.repo.pull(8, base=scene.pull.base_sha, head=scene.pull.head_sha)
    other.review(stranger, "hi", comments=[Placed(path="src/stats.py", line=3, side="RIGHT", body=stolen)])
    theirs = other.comment(stranger, summary)
    scene.pull = other
    assert scene.run(env={**token, **OUTSIDE_OF_JOBS}).code == 1
    assert other.comments[0].user.login == stranger
    assert len(other.comments) == len(other.issue_comments) == 2
    assert theirs.body == summary


@pytest.mark.requirement("R18")
def test_the_same_name_in_other_letters_is_ours(scene: Scene) -> None:
    scene.run(env=USER)
    scene.pull.comments[0].user = scene.pull.issue_comments[0].user = scene.pull.world.user("Rob")
    scene.run(env=USER, action="synchronize")
    assert posted(scene) == (1, 1, 1)


@pytest.mark.requirement("R18")
def test_a_marker_that_is_quoted_or_edited_into_a_text_is_no_marker(scene: Scene) -> None:
    scene.run()
    marker = scene.comments[0].rpartition("\n")[2]
    comment = scene.pull.comments[0]
    for text in (f"> {marker}", f"{marker}\nThanks!", marker.replace("finding:1:", "finding:1:A")):
        comment.body = text
        before = len(scene.pull.comments)
        scene.run(action="synchronize")
        assert len(scene.pull.comments) == before + 1
        del scene.pull.comments[before:]
        scene.pull.issue_comments.clear()
