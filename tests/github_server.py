"""GitHub on 127.0.0.1: it keeps what is posted, keeps the real rules, and fails as the real one does.

A repository is a real git repository on disk, so that hunks, merge bases and `git fetch` are git's own::

    with FakeGitHub() as github:
        repo = github.repo("acme/shop", bare.path)
        pull = repo.pull(7, base=base, head=head)               # commits that are in `bare`
        pull.review("eve", comments=[Placed(path="a.py", line=3, body="Why?")])
        github.fault("POST /repos/{owner}/{repo}/pulls/{number}/reviews", Drop(applied=True))
        ...                                                     # something talks to github.api_url with "job-token"
        assert [review.body for review in pull.reviews] == [...]
        assert github.counts["GET /repos/{owner}/{repo}/pulls/{number}"] == 1
        assert not github.unexpected

The rules stand in `github_rules`, the endpoints in `github_rest`, threads in `github_graphql`, faults in
`github_faults`, and what tests set up and look at in `github_state`.
"""

from __future__ import annotations

import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import github_git
import github_graphql
import github_rest
import github_shapes
from github_call import Call
from github_faults import Fault
from github_http import Connection, Recorded, Server
from github_rules import RefusedError
from github_state import Pull, Repository, Site
from github_values import Rate, Response, Token
from provider_formats import Object

UNKNOWN = "unknown"
GRAPHQL = "POST /graphql"
JOB_TOKEN, FORK_TOKEN, USER_TOKEN, APP_TOKEN = "job-token", "fork-token", "user-token", "app-token"
CHECKS_TOKEN = "checks-token"
GIST_TOKEN, REPO_TOKEN = "gist-token", "repo-token"
"""Classic tokens of a person, with these scopes."""
TOKENS: Mapping[str, Token] = {
    GIST_TOKEN: Token(login="rob", scopes="gist, read:org"),
    REPO_TOKEN: Token(login="rob", scopes="gist, repo"),
    CHECKS_TOKEN: Token.job("pull_requests", "checks"),
    JOB_TOKEN: Token.job(),
    FORK_TOKEN: Token.fork_job(),
    USER_TOKEN: Token.user("rob"),
    APP_TOKEN: Token.installation("shop-review[bot]"),
}


@dataclass(slots=True, kw_only=True)
class _Scripted:
    template: str
    fault: Fault
    wait: int
    times: int


class FakeGitHub:
    """A context manager around the server. An error of the server's own fails the test at its end."""

    def __init__(self, tokens: Mapping[str, Token] = TOKENS) -> None:
        self.site = Site(tokens=tokens)
        self.requests: list[Recorded] = []
        self.connections = 0
        self.crashes: list[str] = []
        self.stopped = threading.Event()
        self._faults: list[_Scripted] = []
        self._server = Server(("127.0.0.1", 0), Connection)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    # -------------------------------------------------------- what a test says and asks

    @property
    def server_url(self) -> str:
        """Where git fetches, as GITHUB_SERVER_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        """As of github.com. Every path is also there under `/api/v3`, as of an enterprise server."""
        return self.server_url

    @property
    def graphql_url(self) -> str:
        return f"{self.server_url}/graphql"

    @property
    def rate(self) -> Rate:
        return self.site.rate

    def repo(self, name: str, path: Path) -> Repository:
        return self.site.repo(name, path)

    def event(self, pull: Pull, action: str = "opened") -> Object:
        """What a job finds at GITHUB_EVENT_PATH."""
        return github_shapes.event(pull, self.api_url, action)

    def run_event(self, pull: Pull) -> Object:
        """What a job finds there that the end of a pull request's workflow has started."""
        return github_shapes.run_event(pull, self.api_url)

    def fault(self, template: str, fault: Fault, *, nth: int = 1, times: int = 1) -> None:
        """From now on, let something happen to the `nth` request of a template, and to those after it, `times` in
        all. Several faults for one template are used up one after the other."""
        known = (*github_rest.ENDPOINTS, github_git.ADVERTISE, github_git.UPLOAD_PACK, UNKNOWN)
        assert template in known or template.startswith(GRAPHQL), f"no such template: {template}"
        self._faults.append(_Scripted(template=template, fault=fault, wait=nth - 1, times=times))

    def calm(self) -> None:
        """From now on, let nothing more happen."""
        with self.site.world.lock:
            self._faults.clear()

    @property
    def faults_left(self) -> list[Fault]:
        """Those that were not used up."""
        return [scripted.fault for scripted in self._faults if scripted.times > 0]

    @property
    def counts(self) -> Counter[str]:
        """Requests by template."""
        return Counter(request.template for request in self.requests)

    @property
    def unexpected(self) -> list[Recorded]:
        """Requests for what this server does not know."""
        return [request for request in self.requests if request.template == UNKNOWN]

    @property
    def writes(self) -> list[Recorded]:
        """Requests that would change something."""
        reading = (github_git.UPLOAD_PACK, f"{GRAPHQL} repository", f"{GRAPHQL} viewer")
        return [one for one in self.requests if one.method != "GET" and one.template not in reading]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if error is None:
            assert not self.crashes, self.crashes[0]

    # -------------------------------------------------------- what a request gets

    def take_fault(self, template: str) -> Fault | None:
        with self.site.world.lock:
            for scripted in self._faults:
                if scripted.template != template or scripted.times == 0:
                    continue
                if scripted.wait > 0:
                    scripted.wait -= 1
                    return None
                scripted.times -= 1
                return scripted.fault
            return None

    def apply(self, request: Recorded) -> Response:
        """Let the request take effect."""
        request.applied += 1
        try:
            if request.template in (github_git.ADVERTISE, github_git.UPLOAD_PACK):
                return self._fetch(request)
            with self.site.world.lock:
                return self._limited(request)
        except RefusedError as refused:
            return Response.of(refused.body, status=refused.status, headers=refused.headers)
        except Exception:  # noqa: BLE001  (the test has to hear of it, not the client)
            self.crashes.append(traceback.format_exc())
            return Response.of({"message": "the fake server is broken"}, status=500)

    def _token(self, request: Recorded) -> Token | None:
        if "authorization" not in request.headers:
            return None
        token = self.site.tokens.get(request.token or "")
        if token is None:
            raise RefusedError(401, "Bad credentials")
        return token

    def _fetch(self, request: Recorded) -> Response:
        try:
            token = self._token(request)
        except RefusedError:
            return github_git.refused(401)
        name = "/".join(request.path.strip("/").split("/")[:2]).removesuffix(".git")
        return github_git.serve(
            self.site, request.template, name, request.headers, request.raw_query, request.body, token
        )

    def _limited(self, request: Recorded) -> Response:
        rate, now = self.rate, time.time()
        if "user-agent" not in request.headers:
            raise RefusedError(403, "Request forbidden by administrative rules. Please use a User-Agent header.")
        token = self._token(request)
        if request.template != "GET /rate_limit":
            rate.count(now)
        headers = {
            "x-ratelimit-limit": str(rate.limit),
            "x-ratelimit-remaining": str(rate.remaining),
            "x-ratelimit-used": str(rate.used),
            "x-ratelimit-reset": str(rate.reset),
            "x-ratelimit-resource": "core",
        }
        if token is not None and token.scopes is not None:
            headers["x-oauth-scopes"] = token.scopes
        if rate.used > rate.limit and request.template != "GET /rate_limit":
            raise RefusedError(403, "API rate limit exceeded for installation ID 1.", headers=headers)
        try:
            response = self._answer(request, token)
        except RefusedError as refused:
            refused.headers = {**headers, **refused.headers}
            raise
        return replace(response, headers={**headers, **response.headers})

    def _answer(self, request: Recorded, token: Token | None) -> Response:
        enterprise = request.path.startswith("/api/v3/")
        path = request.path.removeprefix("/api/v3") if enterprise else request.path
        found = github_rest.find(request.method, self._named(path))
        call = Call(
            site=self.site,
            path=self._named(path),
            params=found[1] if found else {},
            query=request.query,
            accept=request.headers.get("accept", ""),
            body=request.body,
            token=token,
            api=self.api_url + ("/api/v3" if enterprise else ""),
        )
        if found:
            return github_rest.ENDPOINTS[found[0]](call)
        if request.template.startswith(GRAPHQL):
            if token is None:
                raise RefusedError(401, "This endpoint requires you to be authenticated.")
            value, known = github_graphql.answer(self.site, call.payload, token)
            if not known:
                request.template = UNKNOWN
            return Response.of(value)
        raise RefusedError(404, "Not Found")

    def _named(self, path: str) -> str:
        """The path with a repository's name where the client gave its id."""
        found = re.match(r"/repositories/(\d+)(?=/|$)", path)
        for repo in self.site.repos.values():
            if found and int(found[1]) == repo.id:
                return f"/repos/{repo.name}{path[found.end() :]}"
        return path

    def template(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> str:
        if fetch := github_git.find(method, path, query):
            return fetch[0]
        if method == "POST" and path in ("/graphql", "/api/graphql"):
            return f"{GRAPHQL} {github_graphql.root_field(body)}".rstrip()
        found = github_rest.find(method, self._named(path.removeprefix("/api/v3")))
        return found[0] if found else UNKNOWN
