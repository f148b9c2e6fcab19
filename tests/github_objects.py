"""Trees and blobs of the git database, as the REST API tells them."""

from __future__ import annotations

import base64

from github_call import Call
from github_diff import git
from github_rules import RefusedError, not_found
from github_values import Response
from provider_formats import Object

MAX_TREE_ENTRIES = 100_000
"""Of a recursive listing. https://docs.github.com/rest/git/trees#get-a-tree"""
MAX_BLOB_BYTES = 100 * 1024 * 1024


def get_tree(call: Call) -> Response:
    """`recursive` is on whatever its value is."""
    repo, name = call.repo, call.params["sha"]
    recursive = "recursive" in call.query
    listed = git(repo.path, "ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), "--end-of-options", name)
    top = git(repo.path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{tree}}")
    if listed is None or top is None:
        raise not_found()
    entries = [_entry(line, f"{call.api}/repos/{repo.name}") for line in listed.split(b"\0")[:-1]]
    kept = entries[:MAX_TREE_ENTRIES] if recursive else entries
    return Response.of({"sha": top.decode().strip(), "tree": [*kept], "truncated": len(kept) < len(entries)})


def _entry(line: bytes, api: str) -> Object:
    meta, _, path = line.partition(b"\t")
    mode, kind, sha, size = meta.decode().split()
    entry: Object = {"path": path.decode("utf-8", "replace"), "mode": mode, "type": kind, "sha": sha}
    if kind == "blob":
        entry["size"] = int(size)
    if kind != "commit":
        entry["url"] = f"{api}/git/{kind}s/{sha}"
    return entry


def get_blob(call: Call) -> Response:
    repo, name = call.repo, call.params["sha"]
    content = git(repo.path, "cat-file", "blob", name)
    if content is None:
        raise not_found()
    if len(content) > MAX_BLOB_BYTES:
        error: Object = {"resource": "Blob", "field": "data", "code": "too_large"}
        raise RefusedError(403, "This API returns blobs up to 100 MB in size.", errors=[error])
    text = base64.encodebytes(content).decode()  # in lines of 60 characters there, of 76 here
    return Response.of({"sha": name, "size": len(content), "encoding": "base64", "content": text})


def get_contents(call: Call) -> Response:
    """A file, or what is in a folder. A link is shown as what it leads to when that is a file of the repository.
    https://docs.github.com/rest/repos/contents#get-repository-content"""
    repo, path, ref = call.repo, call.params["path"], call.query.get("ref", "HEAD")
    kind = git(repo.path, "cat-file", "-t", f"{ref}:{path}")
    if kind is None:
        raise not_found()
    if kind.strip() == b"tree":
        return Response.of([])
    content, sha = git(repo.path, "cat-file", "blob", f"{ref}:{path}"), git(repo.path, "rev-parse", f"{ref}:{path}")
    assert content is not None
    assert sha is not None
    found: Object = {"type": "file", "path": path, "size": len(content), "sha": sha.decode().strip()}
    return Response.of({**found, "encoding": "base64", "content": base64.encodebytes(content).decode()})
