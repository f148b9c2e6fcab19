"""The fake GitHub keeps GitHub's rules for who may do what, over REST and over GraphQL."""

from __future__ import annotations

import json

import pytest
from github import Github, GithubException
from github_scene import IN_DIFF, NAME, Scene, message
from github_server import FORK_TOKEN, JOB_TOKEN, USER_TOKEN
from github_values import GHOST, JOB_LOGIN
from provider_formats import Object, objects

# ---------------------------------------------------------------- who may


WRITES: tuple[tuple[str, str, Object], ...] = (
    ("POST", "/pulls/7/reviews", {"body": "x", "event": "COMMENT"}),
    ("PUT", "/pulls/7/reviews/1", {"body": "x"}),
    ("DELETE", "/pulls/7/reviews/1", {}),
    ("POST", "/pulls/7/comments/1/replies", {"body": "x"}),
    ("PATCH", "/pulls/comments/1", {"body": "x"}),
    ("POST", "/issues/7/comments", {"body": "x"}),
    ("PATCH", "/issues/comments/1", {"body": "x"}),
    ("POST", "/check-runs", {"name": "x", "head_sha": "x"}),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_token_that_only_reads_is_refused_every_write(scene: Scene, method: str, path: str, body: Object) -> None:
    assert scene.call("/pulls/7", token=FORK_TOKEN)[0] == 200
    status, value, _ = scene.call(path, body, method=method, token=FORK_TOKEN)
    assert (status, message(value)) == (403, "Resource not accessible by integration")
    assert scene.call(path, body, method=method, token="wrong")[0] == 401
    assert scene.call(path, body, method=method, token=None)[0] == 401
    assert scene.pull.reviews == []


def test_a_token_says_who_it_is_unless_it_is_a_jobs(scene: Scene, client: Github) -> None:
    with scene.client(USER_TOKEN) as rob:
        assert rob.get_user().login == "rob"
    with pytest.raises(GithubException) as refusal:
        assert client.get_user().login
    assert (refusal.value.status, refusal.value.message) == (403, "Resource not accessible by integration")
    status, value, _ = scene.call("/pulls/7", token="wrong")
    assert (status, message(value)) == (401, "Bad credentials")
    assert scene.call("/pulls/7", token=None)[0] == 200


def test_every_token_says_over_graphql_who_it_is(scene: Scene) -> None:
    told = {token: scene.graphql("{ viewer { login } }", token=token) for token in (JOB_TOKEN, USER_TOKEN)}
    assert told == {
        JOB_TOKEN: {"data": {"viewer": {"login": "github-actions"}}},
        USER_TOKEN: {"data": {"viewer": {"login": "rob"}}},
    }


def test_a_private_repository_is_not_there_for_others(scene: Scene) -> None:
    scene.repo.private = True
    assert [scene.call("/pulls/7", token=token)[0] for token in (None, USER_TOKEN, JOB_TOKEN)] == [404, 404, 200]
    scene.repo.collaborator("rob", "read")
    assert scene.call("/pulls/7", token=USER_TOKEN)[0] == 200


def test_roles_are_told_in_the_old_words_too(scene: Scene, client: Github) -> None:
    for login, role in {"meg": "maintain", "tom": "triage", "wes": "write", "ann": "admin"}.items():
        scene.repo.collaborator(login, role)
    repo = client.get_repo(NAME)
    told = {login: repo.get_collaborator_permission(login) for login in ("meg", "tom", "wes", "ann", "ada")}
    assert told == {"meg": "write", "tom": "read", "wes": "write", "ann": "admin", "ada": "read"}
    assert scene.call("/collaborators/nobody/permission")[0] == 404


def test_check_runs_are_for_apps_with_the_permission(scene: Scene) -> None:
    run: Object = {"name": "reviewbot", "head_sha": scene.pull.head_sha, "status": "completed", "conclusion": "neutral"}
    note: Object = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "x"}
    assert scene.call("/check-runs", run)[0] == 403
    assert scene.call("/check-runs", run, token=USER_TOKEN)[0] == 403
    assert scene.call("/check-runs", {**run, "output": {"title": "x"}}, token="checker")[0] == 422
    output: Object = {"title": "x", "summary": "y" * 65_535, "annotations": [note] * 50}
    assert scene.call("/check-runs", {**run, "output": output}, token="checker")[0] == 201
    bad: list[Object] = [{"summary": "y" * 65_536}, {"annotations": [note] * 51}, {"annotations": [{"path": "a.py"}]}]
    for more in bad:
        assert scene.call("/check-runs", {**run, "output": {**output, **more}}, token="checker")[0] == 422
    assert scene.call("/check-runs", {**run, "conclusion": None}, token="checker")[0] == 422
    assert len(scene.repo.check_runs) == 1


# ---------------------------------------------------------------- threads

THREADS = """
query Threads($owner: String!, $name: String!, $number: Int!, $first: Int = 2, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated viewerCanResolve
          resolvedBy { login }
          comments(first: 1) { nodes { databaseId author { __typename login ... on Bot { login } } } }
        }
      }
    }
  }
}
"""
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
PLACE: Object = {"owner": "acme", "name": "shop", "number": 7}


def _threads(scene: Scene, variables: Object, token: str = JOB_TOKEN) -> tuple[list[Object], Object]:
    value = json.loads(json.dumps(scene.graphql(THREADS, {**PLACE, **variables}, token=token)))
    found = value["data"]["repository"]["pullRequest"]["reviewThreads"]
    return found["nodes"], found["pageInfo"]


def test_threads_are_read_page_by_page(scene: Scene) -> None:
    scene.pull.review(JOB_LOGIN, comments=[IN_DIFF] * 2)
    scene.pull.review("eve", comments=[IN_DIFF])
    scene.pull.resolve(scene.pull.comments[0].id, "ada")
    first, info = _threads(scene, {})
    assert info["hasNextPage"] is True
    second, info = _threads(scene, {"after": info["endCursor"]})
    assert info["hasNextPage"] is False
    nodes = [*first, *second]
    assert [node["isResolved"] for node in nodes] == [True, False, False]
    assert [node["resolvedBy"] for node in nodes] == [{"login": "ada"}, None, None]
    assert [node["comments"] for node in nodes] == [
        {"nodes": [{"databaseId": one.id, "author": {"__typename": kind, "login": login}}]}
        for one, kind, login in zip(
            scene.pull.comments, ("Bot", "Bot", "User"), ("github-actions", "github-actions", "eve"), strict=True
        )
    ]
    assert scene.github.counts["POST /graphql repository"] == 2


@pytest.mark.parametrize(
    ("token", "resolves"),
    [(JOB_TOKEN, False), (FORK_TOKEN, False), ("resolver", True), (USER_TOKEN, False), ("author", True)],
)
def test_who_may_resolve_a_thread(scene: Scene, token: str, resolves: bool) -> None:
    scene.pull.review(JOB_LOGIN, comments=[IN_DIFF])
    nodes, _ = _threads(scene, {}, token)
    assert nodes[0]["viewerCanResolve"] is resolves
    value = scene.graphql(RESOLVE, {"id": nodes[0]["id"]}, token=token)
    assert ("errors" not in value) is resolves
    if not resolves:
        assert value["data"] == {"resolveReviewThread": None}
        assert "FORBIDDEN" in str(value["errors"])
    assert [thread.resolved_by is not None for thread in scene.pull.threads()] == [resolves]


def test_pygithub_resolves_a_thread(scene: Scene) -> None:
    scene.pull.review(JOB_LOGIN, comments=[IN_DIFF])
    with scene.client("resolver") as client:
        _, data = client.requester.graphql_named_mutation(
            "resolveReviewThread", {"threadId": scene.pull.threads()[0].id}, "thread { id isResolved }"
        )
    assert data["thread"]["isResolved"] is True
    assert scene.github.counts == {"POST /graphql resolveReviewThread": 1}


@pytest.mark.parametrize(
    "query",
    [
        '{ repository(owner: "acme", name: "shop") { stargazers } }',
        "{ viewer { email } }",
        '{ repository(owner: "acme", name: "shop") { pullRequest(number: 7) { reviewThreads { totalCount } } } }',
        '{ repository(owner: "acme", name: "shop") { pullRequest(number: 7) { reviewThreads(first: 101) { id } } } }',
        "{ repository(",
        "",
    ],
)
def test_what_is_not_known_of_graphql_is_an_error_and_noted(scene: Scene, query: str) -> None:
    value = scene.graphql(query)
    assert "data" not in value
    assert value["errors"]
    assert len(scene.github.unexpected) == 1


def test_graphql_wants_a_token_and_finds_only_what_is_there(scene: Scene) -> None:
    body: Object = {"query": THREADS, "variables": {**PLACE, "number": 8}}
    assert scene.call(scene.github.graphql_url, body, token=None)[0] == 401
    value = scene.graphql(THREADS, {**PLACE, "name": "other"})
    assert "Could not resolve to a Repository with the name 'acme/other'." in str(value["errors"])
    assert "NOT_FOUND" in str(scene.graphql(THREADS, {**PLACE, "number": 8}))
    assert "NOT_FOUND" in str(scene.graphql(RESOLVE, {"id": "PRRT_1"}, token="resolver"))


def test_what_a_deleted_account_said_may_have_no_user(scene: Scene) -> None:
    scene.pull.comment(GHOST, "Boo")
    scene.pull.review(GHOST, comments=[IN_DIFF])
    for path in ("/issues/7/comments", "/pulls/7/reviews"):
        _, value, _ = scene.call(path)
        assert [one["user"] for one in objects(value)] == [None]
    nodes, _ = _threads(scene, {})
    assert nodes[0]["comments"] == {"nodes": [{"databaseId": scene.pull.comments[0].id, "author": None}]}
