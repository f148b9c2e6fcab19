"""A small pull request on the fake GitHub, and plain requests about it, for the tests of the fake itself."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from github import Auth, Github
from github_server import JOB_TOKEN, TOKENS, FakeGitHub
from github_state import Pull, Repository
from github_values import Placed, Token
from gitrepo import GitRepo
from provider_formats import Json, Object

NAME = "acme/shop"
REPO = "/repos/{owner}/{repo}"
REVIEWS = f"POST {REPO}/pulls/{{number}}/reviews"
LINES = [f"line {number}\n" for number in range(1, 61)]
ALL_TOKENS: Mapping[str, Token] = {
    **TOKENS,
    "resolver": Token.job("pull_requests", "contents"),
    "checker": Token.job("checks"),
    "author": Token.user("ada"),
}
IN_DIFF = Placed(path="a.py", line=10, body="Why?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`a.py` of 60 lines: the head changes line 10 and deletes lines 50 and 51, and brings the new file `new.py`, a
    changed binary and a renamed file. The base has three more lines on top, which are not the pull request's."""

    github: FakeGitHub
    repo: Repository
    pull: Pull
    work: GitRepo
    bare: Path
    fork: str
    """The commit at which base and head parted."""

    def client(self, token: str = JOB_TOKEN) -> Github:
        return Github(
            auth=Auth.Token(token),
            base_url=self.github.api_url,
            retry=None,
            timeout=20,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )

    def push(self, files: Mapping[str, str | bytes | None], start: str = "") -> str:
        """A new commit on the head, or on `start`, that the server has; returned, not yet the head."""
        self.work.git("checkout", "--quiet", "--detach", start or self.pull.head_sha)
        sha = self.work.commit(files)
        self.work.git("push", "--quiet", str(self.bare), f"{sha}:refs/heads/more-{sha}")
        return sha

    def call(
        self, path: str, body: Json | bytes = None, *, method: str = "", token: str | None = JOB_TOKEN, accept: str = ""
    ) -> tuple[int, Json, Mapping[str, str]]:
        """Status, JSON (else the text) and headers, without a client's opinion."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept or "application/vnd.github+json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        address = path if path.startswith("http") else f"{self.github.api_url}/repos/{NAME}{path}"
        request = urllib.request.Request(
            address, data=data, headers=headers, method=method or ("GET" if data is None else "POST")
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, _read(answer.read()), dict(answer.headers.items())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read()), dict(error.headers.items())

    def post_review(
        self,
        *comments: Object,
        body: Json = "Summary",
        event: str | None = "COMMENT",
        token: str = JOB_TOKEN,
        **more: Json,
    ) -> tuple[int, Json]:
        payload: Object = {"body": body, "comments": list(comments), **more}
        if event is not None:
            payload["event"] = event
        return self.call("/pulls/7/reviews", payload, token=token)[:2]

    def graphql(self, query: str, variables: Object | None = None, *, token: str = JOB_TOKEN) -> Object:
        status, value, _ = self.call(
            self.github.graphql_url, {"query": query, "variables": variables or {}}, token=token
        )
        assert status == 200
        assert isinstance(value, dict)
        return value


def _read(body: bytes) -> Json:
    try:
        value: Json = json.loads(body)
    except ValueError:
        return body.decode()
    return value


def publish(work: GitRepo, bare: Path) -> Path:
    GitRepo(bare, bare=True)
    work.git("push", "--quiet", str(bare), "+refs/heads/*:refs/heads/*")
    return bare


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Scene]:
    """Every request is checked for where it went."""
    work = GitRepo(folder / "work")
    fork = work.commit({"a.py": "".join(LINES), "bin.dat": b"\0one", "old name.txt": "\n".join("abcdefgh") + "\n"})
    base = work.commit({"a.py": "top\n" * 3 + "".join(LINES)}, "base moves on")
    work.git("checkout", "--quiet", "-b", "feature", fork)
    changed = [*LINES[:9], "changed 10\n", *LINES[10:49], *LINES[51:]]
    work.git("mv", "old name.txt", "new name.txt")
    head = work.commit({"a.py": "".join(changed), "bin.dat": b"\0two", "new.py": "one\ntwo\nthree\n"})
    bare = publish(work, folder / "bare.git")
    with FakeGitHub(ALL_TOKENS) as github:
        repo = github.repo(NAME, bare)
        pull = repo.pull(7, base=base, head=head)
        yield Scene(github=github, repo=repo, pull=pull, work=work, bare=bare, fork=fork)
        for request in github.requests:
            assert request.headers.get("host") == github.server_url.removeprefix("http://")


def errors(value: Json) -> Json:
    assert isinstance(value, dict)
    return value.get("errors")


def message(value: Json) -> Json:
    assert isinstance(value, dict)
    return value["message"]
