"""Targets for what lies in folders: records, reports, the cache, the git folder, hooks, lists that people edit."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from answer_store import answer, key
from fuzz_mutations import in_pieces, json_values, told, yaml_values
from fuzz_run import Target
from fuzz_seeds import ANSWERS, IDS, IGNORED, JSON_WORDS, REPORTS, SARIF, YAML_WORDS
from msgspec.structs import replace
from reports import sample_change
from values import config

from reviewbot.after import MergeRequest, merge_files, replay
from reviewbot.cache.database import FILE
from reviewbot.cache.store import AnswerCache
from reviewbot.config.ignored_text import with_ignored
from reviewbot.config.load import Overrides
from reviewbot.config.values import Config, IgnoredFinding, Json
from reviewbot.core import Prepared, make_plan, prepare, read_reply
from reviewbot.errors import ConfigError, InputError, ReviewbotError
from reviewbot.formats.github import render_github
from reviewbot.formats.json import render_json
from reviewbot.formats.markdown import render_markdown
from reviewbot.formats.rdjson import render_rdjson
from reviewbot.formats.sarif import render_sarif
from reviewbot.formats.text import render_text
from reviewbot.hook_file.owners import calls_reviewbot, is_from_lefthook, is_run_by_pre_commit, reads_own_name
from reviewbot.hook_file.script import read_command, read_script, render_command, render_script
from reviewbot.model import Chunk, Panelist, Plan, Report, Reviewed, Segment
from reviewbot.parts.read import read_report
from reviewbot.parts.shown import read_kept, read_shown
from reviewbot.parts.values import NamedBytes
from reviewbot.platforms.git_unchecked import Unchecked
from reviewbot.platforms.github.workflow import uses_reviewbot, workflow_text
from reviewbot.pushed import NewCommits
from reviewbot.record.codec import to_json
from reviewbot.record.folder import Recorder, read_record
from reviewbot.record.values import Answered, Answers, Asked, Merge, Read
from reviewbot.stages.kept_answer import KeptAnswer, pack, unpack
from reviewbot.stages.placement import moves_since, places
from reviewbot.surroundings import Surroundings
from reviewbot.vetting import vet

_ROOT = Path(tempfile.mkdtemp(prefix="reviewbot-fuzz-"))
"""Of the process that imports this; those that it forks to try an input one after the other share it."""
atexit.register(shutil.rmtree, _ROOT, ignore_errors=True)


def scratch_folder(name: str) -> Path:
    folder = _ROOT / name
    folder.mkdir(exist_ok=True)
    return folder


def _shown(report: Report) -> object:
    return (
        render_text(report, width=80, color=False),
        render_json(report, tool_version="1"),
        render_markdown(report),
        render_sarif(report, tool_version="1"),
        render_rdjson(report),
        render_github(report),
    )


# ------------------------------------------------------------ records and reports

_PANEL = ("opus", "gpt", "gemini")
_SEATS = tuple(Panelist(name=name, model=f"x/{name}", vendor=name, max_input_tokens=None) for name in _PANEL)
_PATHS = tuple(file.path for file in sample_change().diff.files)


def _document(value: object) -> Json:
    tree = to_json(value)
    return {"format": 1, **(tree if isinstance(tree, dict) else {})}


def _records() -> tuple[bytes, bytes]:
    """One of a review, and one of a merge."""
    asked = Asked(
        tool="1",
        change=sample_change(),
        chunks=(Read(number=1, paths=_PATHS[:2], reviewers=_PANEL), Read(number=2, paths=_PATHS[2:], reviewers=_PANEL)),
        skipped=(),
        own_findings=(),
        panel=_SEATS,
    )
    reply = ANSWERS[0].decode().replace("src/stats.py", _PATHS[0])
    given = tuple(
        Answered(reviewer=name, chunk=chunk, reply=reply)
        if name != "gpt"
        else Answered(reviewer=name, chunk=chunk, failure="x")
        for name in _PANEL
        for chunk in (1, 2)
    )
    settings = _document(config())
    review = {
        "change": _document(asked),
        "config": settings,
        "answers": _document(Answers(answers=given, duration_s=2.0)),
    }
    merge = Merge(files=(NamedBytes(name="a.json", data=REPORTS[1]), NamedBytes(name="b.json", data=ANSWERS[0])))
    return json.dumps(review).encode(), json.dumps({"merge": _document(merge), "config": settings}).encode()


def _replayed(data: bytes) -> object:
    """The files of a record under their names; what is no object of such is the first file itself."""
    try:
        files = json.loads(data)
    except (ValueError, RecursionError):
        files = None
    folder = scratch_folder("record")
    for path in folder.iterdir():
        path.unlink()
    for name in ("change", "config", "answers", "merge"):
        if isinstance(files, dict) and name in files:
            (folder / f"{name}.json").write_text(json.dumps(files[name]))
    if not isinstance(files, dict):
        (folder / "change.json").write_bytes(data)
    return _shown(replay(folder, Overrides()))


def _merged(data: bytes) -> object:
    files = (NamedBytes(name="a.json", data=data), NamedBytes(name="b.json", data=REPORTS[1]))
    around = Surroundings(cwd=Path(), environ={}, config_path=None, overrides=Overrides())
    return _shown(merge_files(MergeRequest(files=files, around=around)))


def _recorded(data: bytes) -> object:
    """Any file that a merge is given, kept in a record and read from there."""
    folder = scratch_folder("recorded")
    for path in folder.iterdir():
        path.unlink()
    Recorder(folder, hidden=("k3y-0123456789",)).keep_merge(
        Merge(files=(NamedBytes(name="a.json", data=data),)), config()
    )
    return read_record(folder)


@cache
def _reviewable() -> tuple[Prepared, Plan, Config]:
    settings = config()
    prepared = prepare(sample_change(), settings)
    return prepared, make_plan(prepared.change, settings, _SEATS, delimiter="===", count_tokens=len), settings


def _vetted(data: bytes) -> object:
    prepared, plan, settings = _reviewable()
    part = read_report(data, "r.json")
    return _shown(vet(part, prepared, plan, settings, _SEATS, posted=(), notes=(), may_lack_keys=True))


# ------------------------------------------------------------ the cache

_CHUNK = Chunk(
    number=1,
    segments=tuple(Segment(file=file, hunks=file.hunks) for file in sample_change().diff.files),
    reviewers=_PANEL,
)


def _kept_answers(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """What was kept of replies of any kind, where all hunks stood elsewhere; or anything."""
    if chance.random() < 0.5:
        return json_values(chance, seeds, words)
    by = chance.choice((0, 0, 1, 70, 10**9))
    moved = [replace(place, new_start=place.new_start + by) for place in places(_CHUNK)]
    return pack(KeptAnswer(reply=told(chance, ANSWERS, words).decode("utf-8", "replace"), places=tuple(moved)))


_KEPT = pack(KeptAnswer(reply=ANSWERS[0].decode(), places=places(_CHUNK)))


def _recalled(data: bytes) -> object:
    kept = unpack(data)
    moves = None if kept is None else moves_since(kept.places, _CHUNK)
    if kept is None or moves is None:
        return None
    outcome = read_reply(kept.reply, reviewer="opus", chunk=1, cut_off=False, moves=moves)
    return outcome if isinstance(outcome, Reviewed) else None


def _cache(folder: Path) -> AnswerCache:
    return AnswerCache(folder, secret_file=None, clock=lambda: 1_800_000_000.0, most_s=1.0)


@cache
def _database() -> bytes:
    folder = scratch_folder("seed")
    _cache(folder).keep([answer("one"), answer("two")])
    return (folder / FILE).read_bytes()


def _found(data: bytes) -> object:
    folder = scratch_folder("cache")
    for path in folder.iterdir():
        path.unlink()
    (folder / FILE).write_bytes(data)
    (folder / FILE).chmod(0o600)
    store = _cache(folder)
    found = store.find([key("one"), key("two")])
    store.keep([answer("three")], used=[key("one")])
    store.clear()
    return found or None


# ------------------------------------------------------------ the git folder and hooks

_UNCHECKED = {"remote": "origin", "refs": ["refs/heads/main"], "base": IDS[0].decode(), "head": IDS[1].decode()}
_ONE = IgnoredFinding(fingerprint="7" * 16, path="a.py", title="é: x", reason="y", who="B", when="2026-11-25")


def _unchecked(data: bytes) -> object:
    folder = scratch_folder("unchecked")
    (folder / "a.json").write_bytes(data)
    kept: tuple[NewCommits, ...] = Unchecked(folder).read()
    return [new.label for new in kept] or None


def _hooks(data: bytes) -> object:
    """What is said of a hook, a setting of git's, a configuration of another tool or a workflow with this text."""
    text = data.decode("utf-8", "surrogateescape")
    looks = (calls_reviewbot, is_from_lefthook, is_run_by_pre_commit, reads_own_name)
    told = (read_script(data), read_command(text).python, *(look(data) for look in looks), uses_reviewbot(text))
    return told if any(told) else None


FOLDERS = {
    "record": Target(read=_replayed, errors=(ReviewbotError,), seeds=_records(), words=JSON_WORDS, mutate=json_values),
    "merge": Target(
        read=_merged,
        errors=(ReviewbotError,),
        seeds=(*REPORTS, *ANSWERS, json.dumps(SARIF).encode()),
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "merge that is recorded": Target(
        read=_recorded,
        errors=(),
        seeds=(*ANSWERS, *REPORTS[:3]),
        words=(*JSON_WORDS, b"k3y-0123456789"),
        mutate=json_values,
    ),
    "publish": Target(read=_vetted, errors=(InputError,), seeds=REPORTS, words=JSON_WORDS, mutate=json_values),
    "kept answer": Target(read=_recalled, errors=(), seeds=(_KEPT,), words=JSON_WORDS, mutate=_kept_answers),
    "cache": Target(read=_found, errors=(), seeds=(_database(),), words=(b"\0" * 16, b"\xff", b"CREATE")),
    "unchecked": Target(
        read=_unchecked, errors=(), seeds=(json.dumps(_UNCHECKED).encode(),), words=JSON_WORDS, mutate=json_values
    ),
    "shown findings": Target(
        read=lambda data: read_kept(data, "f.json"),
        errors=(InputError,),
        seeds=(b'{"format": 1, "findings": [{"fingerprint": "3f2a9c0d1e4b5a67", "path": "a.py", "title": "x"}]}',),
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "report to ignore from": Target(
        read=lambda data: read_shown(data, "r.json"),
        errors=(InputError,),
        seeds=REPORTS,
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "ignored list": Target(
        read=lambda data: with_ignored(data, _ONE),
        errors=(ConfigError,),
        seeds=(IGNORED, b"# mine\n" + IGNORED + b"\n" + IGNORED.replace(b"3f2a", b"f000")),
        words=(*YAML_WORDS, b"# a comment\n", b"\n\n", b"  reason: z\n"),
        mutate=lambda chance, seeds, words: chance.choice((yaml_values, in_pieces(rb"\n")))(chance, seeds, words),
    ),
    "hook": Target(
        read=_hooks,
        errors=(),
        seeds=(
            render_script("/opt/reviewbot/bin/python"),
            render_command("/opt/it's/python").encode(),
            b"#!/bin/sh\ncall_lefthook run pre-push\nreviewbot hook pre-push\n",
            b"repos:\n- repo: https://x\n  hooks:\n  - {id: reviewbot, stages: [pre-push]}\n",
            b'#!/usr/bin/env bash\nname="$(basename -- "${BASH_SOURCE[0]}")"\n',
            workflow_text(["OPENAI_API_KEY"]).encode(),
        ),
        words=(
            b"basename ",
            b"basename\t--  ",
            b"'",
            b"; reviewbot_hook ",
            b"python=",
            b"\r\n",
            b"uses: ",
            b"id:   ",
            b"Path(  ",
        ),
        mutate=in_pieces(rb"[ \n]"),
    ),
}
"""By name. What has none: `.git/objects/info/alternates`, whose lines are taken as paths whatever they are, and what
git itself prints about a repository (ids, modes, kinds), in which only paths come from outside, each behind a NUL."""
