"""Targets for what servers answer: GitHub's API and events, git objects that were fetched, providers of models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import httpx
from fuzz_folders import scratch_folder
from fuzz_mutations import in_pieces, json_values
from fuzz_run import Target
from fuzz_seeds import JSON_WORDS
from fuzz_server_seeds import (
    BASE,
    BODIES,
    CHANGE,
    COMMIT,
    ERROR,
    EVENT,
    FILE,
    HEAD,
    PLAIN,
    POSTED,
    PULL_JSON,
    THREADS,
    TOP,
    TREE,
    dumped,
    object_id,
)
from reports import SAMPLES, sample_change

from reviewbot.errors import ConfigError, GitError, GitHubError, UsageError
from reviewbot.platforms.actions import is_restricted_run
from reviewbot.platforms.commit_tree import CommitTree
from reviewbot.platforms.git_command import Result
from reviewbot.platforms.git_remote import GitSizeError, Link
from reviewbot.platforms.git_tree import FetchedObjects
from reviewbot.platforms.github.answer import REMAINING, RESET, Answer, Call, read_answer
from reviewbot.platforms.github.client import read_pull
from reviewbot.platforms.github.event import PullTarget, from_event
from reviewbot.platforms.github.graphql import read_threads, read_viewer
from reviewbot.platforms.github.origin import read_origin
from reviewbot.platforms.github.source import ApiSource, Reader
from reviewbot.ports import CallError
from reviewbot.posted import PullRequest, Thread
from reviewbot.publishing.before import read_before
from reviewbot.publishing.host import Host
from reviewbot.reviewers.answers import Reader as AnswerReader
from reviewbot.reviewers.failures import about_schema, failure
from reviewbot.reviewers.transport import Exchange, is_object
from reviewbot.stages.known import compare, gone_entry

_NOW = 1_800_000_000.0
_PULL = PullRequest(
    repository="acme/shop", number=7, title="", base=BASE, base_ref="main", head=HEAD, head_repository="acme/shop",
    draft=False, author="ann", labels=(),
)  # fmt: skip


def _json(data: bytes) -> Any:
    """As the client reads an answer, before anything looks at what it holds."""
    return read_answer(_answer(200, data), _READ, token="", now=_NOW)


_READ = Call(verb="GET", path="/repos/acme/shop/pulls/7")
_KEY = "sk-0123456789abcdef0123"
_TOKEN = "ghs_0123456789abcdef"


def _answer(status: int, data: bytes) -> Answer:
    numbers = {REMAINING: 0, RESET: 1_800_000_060}
    return Answer(status=status, numbers=numbers, has_next=None, text=data.decode("utf-8", "replace"))


# ------------------------------------------------------------ GitHub


def _answered(data: bytes) -> object:
    """An answer as each of what it may be an answer to."""
    found: list[object] = []
    for status in (200, 301, 403, 422, 429, 500):
        try:
            value = read_answer(_answer(status, data), _READ, token=_TOKEN, now=_NOW)
        except GitHubError as error:
            found += [] if status != 403 or "no reason" in str(error) else [error]
            continue
        found += filter(None, [read_viewer(value)])
        with suppress(GitHubError):
            found.append(read_threads(value)[0])
        with suppress(GitHubError):
            found += [read_pull(value, "acme/shop")] if isinstance(value, dict) else []
    return found or None


_EVENTS = (
    *("pull_request", "pull_request_target", "issue_comment", "workflow_dispatch", "workflow_run", "merge_group"),
    *("pull_request_review", "push"),
)


def _event(data: bytes) -> object:
    """One file as each kind of event, asked everything that is asked of an event."""
    path = scratch_folder("event") / "event.json"
    path.write_bytes(data)
    found: list[object] = []
    for name in _EVENTS:
        environ = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_REPOSITORY": "acme/shop"}
        environ |= {"GITHUB_EVENT_PATH": str(path), "GITHUB_ACTOR": "ann"}
        is_restricted_run(environ)
        for read in (from_event, read_origin):
            try:
                told = read(environ)
            except UsageError:
                continue
            found += [told] if isinstance(told, PullTarget) else []
    return found or None


@dataclass(frozen=True)
class ToldRepository:
    """A Reader of what one JSON object says. As the client, it gives objects and lists of them, or raises."""

    said: Mapping[str, Any]

    def pull(self, repository: str, number: int) -> PullRequest:
        return read_pull(self._object("pull"), repository)

    def files(self, repository: str, number: int) -> list[dict[str, Any]]:
        return _items(self.said.get("files"))

    def tree(self, repository: str, name: str, *, recursive: bool) -> dict[str, Any]:
        return self._object("after" if name == HEAD else "before" if recursive else "top")

    def blob(self, repository: str, name: str) -> bytes:
        return str(self.said.get("blob")).encode("utf-8", "replace")

    def content(self, repository: str, path: str, commit: str) -> Any:
        return self.said.get("content")

    def _object(self, name: str) -> dict[str, Any]:
        found = self.said.get(name)
        if not isinstance(found, dict):
            raise GitHubError(f"GitHub's answer to {name} is not an object")
        return found


def _items(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, list):
        raise GitHubError("GitHub's answer is not a list")
    return [item for item in found if isinstance(item, dict)]


def _object(data: bytes) -> Mapping[str, Any]:
    found = _json(data)
    if not isinstance(found, dict):
        raise GitHubError("GitHub's answer is not an object")
    return found


def _changed(data: bytes) -> object:
    """The change of a pull request from the API alone."""
    source = ApiSource(reader=cast("Reader", ToldRepository(_object(data))), pull=_PULL, merge_base=BASE)
    return source.diff().files or None


def _base_file(data: bytes) -> object:
    """A file of the base from the API alone."""
    source = ApiSource(reader=cast("Reader", ToldRepository(_object(data))), pull=_PULL, merge_base=BASE)
    return (source.tree().read(".reviewbot.yaml"),)


@dataclass(frozen=True)
class _Comments:
    """What a Host is asked before a review is published."""

    said: Mapping[str, Any]

    def review_comments(self, repository: str, number: int) -> list[dict[str, Any]]:
        return _items(self.said.get("comments"))

    def issue_comments(self, repository: str, number: int) -> list[dict[str, Any]]:
        return _items(self.said.get("issue"))

    def reviews(self, repository: str, number: int) -> list[dict[str, Any]]:
        return _items(self.said.get("reviews"))

    def threads(self, repository: str, number: int) -> list[Thread]:
        return read_threads(self.said.get("threads"))[0]

    def login(self) -> str | None:
        return "github-actions[bot]"

    def permission(self, repository: str, login: str) -> str:
        return str(self.said.get("permission"))


def _before(data: bytes) -> object:
    """What stands on a pull request, and what it comes to beside the findings of a run."""
    before = read_before(cast("Host", _Comments(_object(data))), _PULL, in_job=True, with_reviews=True)
    entries = SAMPLES["mixed"]().findings if "mixed" in SAMPLES else next(iter(SAMPLES.values()))().findings
    diff = sample_change().diff
    sorted_ = compare(entries, before.posted, diff, reviewed=[file.path for file in diff.files], whole=True)
    return [gone_entry(old) for old in sorted_.gone] + list(before.posted) or None


# ------------------------------------------------------------ git objects


@dataclass(frozen=True)
class OneCommit:
    """A Link to a repository that holds one commit, one tree, and one file."""

    commit: bytes
    tree: bytes

    @cached_property
    def held(self) -> dict[str, bytes]:
        """By id."""
        return {self.id: self.commit, self.tree_id: self.tree, object_id(FILE): FILE}

    @property
    def id(self) -> str:
        return object_id(self.commit, b"commit")

    @property
    def tree_id(self) -> str:
        return object_id(self.tree, b"tree")

    @property
    def source(self) -> FetchedObjects:
        return FetchedObjects(link=cast("Link", self))

    @property
    def git(self) -> OneCommit:
        return self

    @property
    def remote(self) -> OneCommit:
        return self

    host = "example.com"

    def ask(self, *args: str, stdin: bytes = b"") -> Result:
        names = stdin.decode("ascii").split("\n")[:-1]
        sizes = "".join(f"{n} blob {len(self.held[n])}\n" if n in self.held else f"{n} missing\n" for n in names)
        return Result(code=0, out=sizes.encode() if "--batch-check" in args else self.held[args[-1]], err=b"")

    def fetch_objects(self, ids: list[str], *, max_bytes: int) -> None:
        if max_bytes < len(ids):
            raise GitSizeError("too large")


def _fetched(data: bytes) -> object:
    """Files of a commit with this tree; before a line `--` stands the commit itself."""
    commit, cut, tree = data.partition(b"\n--\n")
    objects = OneCommit(commit, tree) if cut else OneCommit(b"tree %s\n" % object_id(data, b"tree").encode(), data)
    base = CommitTree(commit=objects.id, objects=objects.source)
    found: list[object] = []
    for path in (".reviewbot.yaml", "x", "src/a.py", "../a"):
        try:
            found += filter(None, [base.read(path)])
        except (ConfigError, GitError):
            continue
    return found or None


# ------------------------------------------------------------ providers


def _replied(data: bytes) -> object:
    """A body as a success in both forms, where it may be one, and as the words of an error with each status."""
    reader = AnswerReader(host="example.com", key=_KEY, info=None, max_output_tokens=100, states_cost=True)
    found: list[object] = []
    for status in (200, 400, 401, 429, 500):
        exchange = Exchange(sent=True, status=status, headers=httpx.Headers({"retry-after": "7"}), body=data)
        error = failure(exchange, ValueError("x"), host="example.com", key=_KEY)
        about_schema(exchange, error)
    if not is_object(data):
        return None
    for read in (reader.chat, reader.response):
        try:
            found.append(read(json.loads(data)))
        except CallError:
            continue
    return found or None


def _waited(data: bytes) -> object:
    """The header that says how long to wait."""
    exchange = Exchange(sent=True, status=429, headers=httpx.Headers([(b"retry-after", data)]))
    return failure(exchange, ValueError("x"), host="example.com", key=None).retry_after


SERVERS = {
    "GitHub's answer": Target(
        read=_answered,
        errors=(),
        seeds=(dumped(PULL_JSON), dumped(THREADS), dumped(ERROR)),
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "GitHub's change": Target(
        read=_changed,
        errors=(GitHubError,),
        seeds=(dumped(CHANGE), dumped({**CHANGE, "before": {"truncated": True, "tree": []}})),
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "GitHub's file": Target(
        read=_base_file,
        errors=(GitHubError, ConfigError),
        seeds=(dumped({"top": TOP, "blob": FILE.decode()}), dumped({"top": TOP, "blob": "x", "content": PLAIN})),
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "event": Target(read=_event, errors=(), seeds=(dumped(EVENT),), words=JSON_WORDS, mutate=json_values),
    "GitHub's comments": Target(
        read=_before, errors=(GitHubError,), seeds=(dumped(POSTED),), words=JSON_WORDS, mutate=json_values
    ),
    "fetched objects": Target(
        read=_fetched,
        errors=(),
        seeds=(TREE, COMMIT + b"\n--\n" + TREE),
        words=(b"tree ", b"40000 ", b"120000 ", b"160000 ", b"\0", b"\xff", b"..", b"1" * 20),
        mutate=in_pieces(rb"[ \n\0]"),
    ),
    "Retry-After": Target(
        read=_waited,
        errors=(),
        seeds=(b"120", b"Wed, 21 Oct 2026 07:28:00 GMT", b"21-Oct-26 07:28 +0100"),
        words=(b"GMT", b":", b"-", b",", b"+9999", b"0", b"99999999999", b"\xff", b"1e999", b"nan", b"."),
        mutate=in_pieces(rb"[ :,-]"),
    ),
    "model's answer": Target(read=_replied, errors=(), seeds=BODIES, words=JSON_WORDS, mutate=json_values),
}
"""By name. What has none: GitHub's headers, of which three numbers, a list of words and one word in a link are looked
for by patterns (tests/contract/test_github_client.py), and the list of models in litellm's package."""
