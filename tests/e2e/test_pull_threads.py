"""Threads that people resolve, and those that we may: over GraphQL, by the real command line and the fake GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from github_faults import Answer, Drop, Fault, bad_gateway, refused
from github_server import USER_TOKEN
from github_values import Placed, Response, Token
from gitrepo import AFTER, BEFORE
from provider_formats import Object
from pull_scene import AGAIN, Scene, opened
from stats_defects import UNSET

from reviewbot.publishing import GONE

pytestmark = pytest.mark.thorough

THREADS = "POST /graphql repository"
RESOLVE = "POST /graphql resolveReviewThread"
FIXED = {"src/stats.py": BEFORE.replace("count", "number")}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        made.both(UNSET)
        yield made


def resolve(scene: Scene, login: str, role: str) -> None:
    scene.pull.repo.collaborator(login, role)
    scene.pull.resolve(scene.pull.comments[0].id, login)


def may_resolve(scene: Scene) -> None:
    """The job's token may also write contents, which is what it takes."""
    token = Token.job("pull_requests", "contents")
    scene.github.site.tokens = {**scene.github.site.tokens, "job-token": token}


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("role", "declined"),
    [("admin", True), ("maintain", True), ("write", True), ("triage", False), ("read", False), ("none", False)],
)
def test_who_may_write_declines_a_finding_by_resolving_its_thread(scene: Scene, role: str, declined: bool) -> None:
    scene.run()
    resolve(scene, "ann", role)
    scene.both(AGAIN)
    ended = scene.run("--format", "json", action="synchronize")
    assert ended.code == (0 if declined else 1)
    assert [found["state"] for found in ended.report["findings"]] == ["declined" if declined else "known"]
    assert len(scene.pull.comments) == 1


@pytest.mark.requirement("R18")
def test_a_thread_that_we_resolved_ourselves_declines_nothing(scene: Scene) -> None:
    scene.run(env={"GITHUB_TOKEN": USER_TOKEN})
    resolve(scene, "rob", "admin")
    scene.both(AGAIN)
    assert scene.run(env={"GITHUB_TOKEN": USER_TOKEN}, action="synchronize").code == 1
    may_resolve(scene)
    scene.pull.comments[0].user = scene.pull.issue_comments[0].user = scene.pull.world.user("github-actions[bot]")
    scene.pull.repo.collaborator("github-actions[bot]", "admin")
    scene.pull.resolve(scene.pull.comments[0].id, "github-actions[bot]")
    assert scene.run(action="synchronize").code == 1


def test_somebody_elses_thread_declines_nothing(scene: Scene) -> None:
    scene.run()
    scene.pull.repo.collaborator("ann", "write")
    placed = Placed(path="src/stats.py", line=3, side="RIGHT", body=scene.comments[0])
    scene.pull.review("ann", "me too", comments=[placed])
    scene.pull.resolve(scene.pull.comments[1].id, "ann")
    assert scene.run(action="synchronize").code == 1


def test_a_thread_on_the_second_page_counts(scene: Scene) -> None:
    for n in range(100):
        placed = Placed(path="src/stats.py", line=3, side="RIGHT", body=f"hm {n}")
        scene.pull.review("eve", "", comments=[placed])
    scene.run()
    scene.pull.repo.collaborator("ann", "write")
    scene.pull.resolve(scene.pull.comments[100].id, "ann")
    assert scene.run(action="synchronize").code == 0
    assert scene.github.counts[THREADS] == 2


def test_nobody_asks_for_threads_where_we_have_no_comment(scene: Scene) -> None:
    scene.run()
    assert scene.github.counts[THREADS] == 0


@pytest.mark.parametrize(
    "fault",
    [
        refused(403, "Resource not accessible by integration"),
        refused(404, "Not Found"),
        refused(501, "Not Implemented"),
        bad_gateway(applied=False),
        Drop(applied=False),
        Answer(response=Response(body=b"[]")),
        Answer(response=Response(body=b'{"data": {"repository": null}}')),
        Answer(response=Response(body=b'{"data": null, "errors": [{"message": "no such field"}]}')),
    ],
)
def test_threads_that_cannot_be_read_are_told_and_decline_nothing(scene: Scene, fault: Fault) -> None:
    scene.run()
    resolve(scene, "ann", "write")
    scene.github.fault(THREADS, fault, times=9)
    ended = scene.run(action="synchronize")
    assert ended.code == 1
    assert "Which threads were resolved could not be read" in " ".join(ended.out.split())
    assert "Which threads were resolved could not be read" in scene.summary
    assert len(scene.pull.comments) == 1


# ---------------------------------------------------------------- resolving


def test_a_thread_of_what_is_gone_is_resolved_where_the_token_may(scene: Scene) -> None:
    may_resolve(scene)
    scene.run()
    scene.push(FIXED)
    scene.says()
    assert scene.run(action="synchronize").code == 0
    first, reply = scene.pull.comments
    assert (reply.body, scene.pull.resolved) == (GONE, {first.id: "github-actions[bot]"})
    scene.push({"src/stats.py": AFTER})
    scene.both(AGAIN)
    assert scene.run(action="synchronize").code == 1
    assert len(scene.pull.comments) == 3


def test_a_token_that_may_not_resolve_does_not_try(scene: Scene) -> None:
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.run(action="synchronize")
    assert (scene.github.counts[RESOLVE], scene.pull.resolved) == (0, {})


def test_a_thread_that_cannot_be_resolved_after_all_is_never_said_to_be(scene: Scene) -> None:
    may_resolve(scene)
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.github.fault(RESOLVE, refused(403, "Resource not accessible by integration"))
    ended = scene.run(action="synchronize")
    assert (ended.code, scene.comments[1:], scene.pull.resolved) == (0, [GONE], {})
    assert "resolved" not in ended.out + scene.summary + GONE


def test_tidying_up_after_us_declines_nothing_that_comes_back(scene: Scene) -> None:
    scene.run()
    scene.push(FIXED)
    scene.says()
    scene.run(action="synchronize")
    resolve(scene, "ann", "write")
    scene.push({"src/stats.py": AFTER})
    scene.both(AGAIN)
    assert scene.run(action="synchronize").code == 1
    assert len(scene.pull.comments) == 3


def test_a_thread_without_a_name_behind_its_resolution_declines_nothing(scene: Scene) -> None:
    scene.run()
    node: Object = {
        "id": "PRRT_1",
        "isResolved": True,
        "viewerCanResolve": False,
        "resolvedBy": None,
        "comments": {"nodes": [{"fullDatabaseId": str(scene.pull.comments[0].id)}]},
    }
    page: Object = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [node, None, {"id": 7}]}
    answer = Response.of({"data": {"repository": {"pullRequest": {"reviewThreads": page}}}})
    scene.github.fault(THREADS, Answer(response=answer))
    assert scene.run(action="synchronize").code == 1
