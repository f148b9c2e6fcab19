"""What GitHub, git and providers answer, to begin a mutation with."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha1
from typing import Any

from fuzz_seeds import MARKERS, MEMORIES
from provider_formats import FORMATS, Said

BASE, HEAD = "b" * 40, "a" * 40


def object_id(content: bytes, kind: bytes = b"blob") -> str:
    return sha1(b"%s %d\0" % (kind, len(content)) + content, usedforsecurity=False).hexdigest()


FILE = b"gate: {quorum: 1}\n"
TREE = b"100644 .reviewbot.yaml\0" + bytes.fromhex(object_id(FILE)) + b"40000 src\0" + b"\2" * 20
COMMIT = b"tree %s\nauthor A <a@b.co> 1 +0000\n\nx\n" % object_id(TREE, b"tree").encode()


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def _person(login: str = "ann") -> dict[str, Any]:
    return {"login": login, "type": "Bot" if login.endswith("]") else "User"}


_SIDE = {"sha": HEAD, "ref": "feature", "repo": {"full_name": "acme/shop"}, "user": _person()}
PULL_JSON = {
    "number": 7, "state": "open", "title": "x", "user": _person(), "labels": [{"name": "a"}], "head": _SIDE,
    "draft": False, "base": {**_SIDE, "sha": BASE, "ref": "main"}, "merged": False, "changed_files": 2,
}  # fmt: skip
THREADS = {
    "data": {
        "viewer": {"login": "reviewbot"},
        "repository": {
            "pullRequest": {
                "reviewThreads": {
                    "pageInfo": {"hasNextPage": True, "endCursor": "Y3"},
                    "nodes": [
                        {
                            "id": "PRRT_1",
                            "isResolved": True,
                            "viewerCanResolve": True,
                            "resolvedBy": {"login": "ann"},
                            "comments": {"nodes": [{"fullDatabaseId": "11"}]},
                        }
                    ],
                }
            }
        },
    }
}
ERROR = {
    "message": "Validation Failed",
    "errors": ["line must be part of the diff", {"code": "invalid"}],
    "status": "422",
}
EVENT = {
    "action": "created",
    "number": 7,
    "pull_request": PULL_JSON,
    "issue": {"number": 7, "state": "open", "pull_request": {"url": "https://api.github.com"}},
    "comment": {"body": "/reviewbot review", "user": _person()},
    "inputs": {"number": "7"},
    "workflow_run": {"head_sha": HEAD, "head_repository": {"full_name": "acme/shop"}},
    "repository": {"full_name": "acme/shop"},
}
_OLD, _NEW = b"one\ntwo\n", b"one\n2\n"


def _content(content: bytes, path: str) -> dict[str, Any]:
    return {"path": path, "mode": "100644", "type": "blob", "sha": object_id(content), "size": len(content)}


def _listed(path: str, status: str, patch: str | None, more: dict[str, Any] | None = None) -> dict[str, Any]:
    counts = {"additions": (patch or "").count("\n+"), "deletions": (patch or "").count("\n-")}
    return {"filename": path, "status": status, "sha": object_id(_NEW), "patch": patch, **counts, **(more or {})}


CHANGE = {
    "pull": {**PULL_JSON, "changed_files": 3},
    "before": {"truncated": False, "tree": [_content(_OLD, name) for name in ("a.py", "b.py", "same.py", "gone.py")]},
    "after": {"truncated": False, "tree": [_content(_NEW, "a.py"), _content(_NEW, "c.py"), _content(_OLD, "same.py")]},
    "files": [
        _listed("a.py", "modified", "@@ -1,2 +1,2 @@\n one\n-two\n+2"),
        _listed("c.py", "renamed", "@@ -1,2 +1,2 @@\n one\n-two\n+2", {"previous_filename": "b.py"}),
        _listed("gone.py", "removed", "@@ -1,2 +0,0 @@\n-one\n-two", {"additions": 0, "deletions": 2}),
    ],
    "blob": "a\0b",
}
TOP = {"truncated": False, "tree": [_content(FILE, ".reviewbot.yaml"), {**_content(FILE, "src"), "mode": "040000"}]}
PLAIN = {"type": "file", "size": len(FILE), "sha": object_id(FILE), "content": b64encode(FILE).decode()}


def _comment(number: int, body: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "user": _person("github-actions[bot]"), "body": body, "path": "a.py", "line": 3, **more}


POSTED = {
    "comments": [
        *(_comment(10 + number, f"x\n\n{marker.decode()}") for number, marker in enumerate(MARKERS[:4])),
        _comment(30, "/reviewbot ignore it is meant so", in_reply_to_id=11, user=_person()),
    ],
    "issue": [_comment(40, f"## PASS\n\n{MEMORIES[0].decode()}")],
    "reviews": [_comment(50, f"x\n\n{MEMORIES[1].decode()}", state="COMMENTED")],
    "threads": THREADS,
    "permission": "write",
}
_SAID = Said(text='{"findings": []}', reasoning="hm", cached_tokens=3)
_OPENAI, _RESPONSES = FORMATS["openai"], FORMATS["responses"]
_SAYINGS = _SAID, Said(text="x", cut_off=True), Said(text=None, tool="run")
BODIES = (
    *(dumped(form.success(said, {})) for form in (_OPENAI, _RESPONSES) for said in _SAYINGS),
    *(dumped(FORMATS[kind].error(429, "quota: response_format")) for kind in ("openai", "gemini", "ollama")),
)
