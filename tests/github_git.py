"""git's smart HTTP protocol for fetching, served by git's own `http-backend`, with GitHub's way of asking who it is."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping

from github_state import Repository, Site
from github_values import Response, Token
from gitrepo import environ

ADVERTISE = "GET /{owner}/{repo}.git/info/refs"
UPLOAD_PACK = "POST /{owner}/{repo}.git/git-upload-pack"
_PATH = re.compile(r"/([^/]+/[^/]+?)(?:\.git)?/(info/refs|git-upload-pack)")


def find(method: str, path: str, query: Mapping[str, str]) -> tuple[str, str] | None:
    """The template of a request and the repository's name; None when it does not fetch."""
    match method, _PATH.fullmatch(path):
        case "GET", re.Match() as found if found[2] == "info/refs" and query.get("service") == "git-upload-pack":
            return ADVERTISE, found[1]
        case "POST", re.Match() as found if found[2] == "git-upload-pack":
            return UPLOAD_PACK, found[1]
    return None


def serve(
    site: Site, template: str, name: str, headers: Mapping[str, str], query: str, body: bytes, token: Token | None
) -> Response:
    """`token` is whom the request's password speaks for; a wrong one does not come here."""
    repo = site.repos.get(name)
    if repo is None or (token is None and (repo.private or repo.served.needs_auth)):
        return refused(401 if token is None else 404)
    return _from_cgi(_backend(repo, template, headers, query, body))


def refused(status: int) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="GitHub"'} if status == 401 else {}
    return Response(status=status, body=b"Repository not found.", content_type="text/plain", headers=headers)


def _backend(repo: Repository, template: str, headers: Mapping[str, str], query: str, body: bytes) -> bytes:
    served = repo.served
    settings = {
        "uploadpack.allowFilter": str(served.filters).lower(),
        "uploadpack.allowAnySHA1InWant": str(served.any_sha).lower(),
        "http.receivepack": "false",
    }
    method, _, path = template.partition(" ")
    variables = {
        "GIT_PROJECT_ROOT": str(repo.path.resolve()),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": str(len(settings)),
        "REQUEST_METHOD": method,
        "PATH_INFO": path.removeprefix("/{owner}/{repo}.git"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    if served.any_sha:  # protocol 2 lets a client ask for any object, whatever the settings say
        variables["GIT_PROTOCOL"] = headers.get("git-protocol", "")
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environ(**variables))
    return done.stdout


def _from_cgi(output: bytes) -> Response:
    head, _, body = output.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(fields.pop("Status", "200").split()[0])
    kind = fields.pop("Content-Type", "text/plain")
    return Response(status=status, body=body, content_type=kind, headers=fields)
