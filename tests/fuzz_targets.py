"""Every parser of text from outside, what it may raise, and texts to begin with; see tests/fuzz and tools/fuzz.py."""

from __future__ import annotations

import json

from config_files import Files
from fuzz_folders import FOLDERS
from fuzz_mutations import in_pieces, json_values, marker_values, sometimes_scrambled, told, toml_values, yaml_values
from fuzz_patches import patches, raw_patches
from fuzz_run import Target
from fuzz_seeds import (
    ANSWERS,
    DIFF_WORDS,
    FRAGMENTS,
    HOSTILE,
    IDS,
    IGNORED,
    JSON_WORDS,
    MARKERS,
    MEMORIES,
    ORDERS,
    PATCH,
    PYPROJECTS,
    RAW,
    REPORTS,
    ROOT,
    SARIF,
    SECRETS,
    TOML_WORDS,
    YAML_WORDS,
)
from fuzz_servers import SERVERS
from values import change, file, hunk

from reviewbot.config.ignored import read_ignored
from reviewbot.config.load import Overrides, load_config
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.errors import ConfigError, DiffError, InputError, ReplyError, UsageError
from reviewbot.formats.marker import read_finding, read_memory, read_summary
from reviewbot.model import Diff
from reviewbot.parts.read import read_part, read_report
from reviewbot.pushed import parse_push
from reviewbot.sanitize import clean_words, markdown, markdown_cell, markdown_code, markdown_line, terminal
from reviewbot.stages.diff import parse_patch, parse_raw_patch
from reviewbot.stages.injection import injection_findings
from reviewbot.stages.redact import redact_text
from reviewbot.stages.reply import parse_reply

BRIEFS = dict.fromkeys(("reviewers/opus.md", "reviewers/gpt.md", "AGENTS.md", "REVIEW.md"), b"Mind the locks.")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _with_hunks(diff: Diff) -> object:
    return diff if any(file.hunks for file in diff.files) else None


def _ignored(data: bytes) -> object:
    return read_ignored(read_yaml("ignored.yaml", data))


def _config(data: bytes) -> object:
    return load_config(Files({".reviewbot.yaml": data, **BRIEFS}), explicit=None, environ={}, overrides=Overrides())


def _toml(data: bytes) -> object:
    loaded = load_config(Files({"pyproject.toml": data, **BRIEFS}), explicit=None, environ={}, overrides=Overrides())
    return loaded if loaded.source else None


def _markers(data: bytes) -> object:
    text = _text(data)
    found = read_finding(text), read_summary(text), read_memory(text, "review")
    return found if any(found) else None


def _sanitised(data: bytes) -> object:
    text = _text(data)
    return [show(text) for show in (clean_words, markdown, markdown_line, markdown_cell, markdown_code, terminal)]


def _searched(data: bytes) -> object:
    lines = "\n".join(f"+{line}" for line in _text(data).split("\n"))
    return injection_findings(change(file("a.py", hunk(lines))).diff, (_text(data),))


TARGETS = {
    "diff": Target(
        read=lambda data: _with_hunks(parse_patch(data)),
        errors=(DiffError,),
        seeds=(PATCH,),
        words=DIFF_WORDS,
        mutate=sometimes_scrambled(patches),
    ),
    "raw diff": Target(
        read=lambda data: _with_hunks(parse_raw_patch(data)),
        errors=(DiffError,),
        seeds=(RAW,),
        words=DIFF_WORDS,
        mutate=sometimes_scrambled(raw_patches),
    ),
    "config": Target(
        read=_config,
        errors=(ConfigError,),
        seeds=((ROOT / "config.example.yaml").read_bytes(), b"gate: {fail_on: high, min_agreement: 2}\n"),
        words=YAML_WORDS,
        mutate=yaml_values,
    ),
    "pyproject": Target(
        read=_toml,
        errors=(ConfigError,),
        seeds=PYPROJECTS,
        words=TOML_WORDS,
        mutate=toml_values,
    ),
    "ignored findings": Target(
        read=_ignored,
        errors=(ConfigError,),
        seeds=(IGNORED,),
        words=YAML_WORDS,
        mutate=yaml_values,
    ),
    "reply": Target(
        read=lambda data: parse_reply(_text(data), reviewer="opus", chunk=1),
        errors=(ReplyError,),
        seeds=ANSWERS,
        words=JSON_WORDS,
        mutate=sometimes_scrambled(told),
    ),
    "marker": Target(
        read=_markers,
        errors=(),
        seeds=(*MARKERS, *MEMORIES),
        mutate=marker_values,
        words=(b"<!-- reviewbot:finding:1:", b" -->", b"=", b"\n", b"eJw"),
    ),
    "report": Target(
        read=lambda data: read_report(data, "r.json"),
        errors=(InputError,),
        seeds=REPORTS,
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "part": Target(
        read=lambda data: read_part(data, "p.json"),
        errors=(InputError,),
        seeds=(json.dumps(SARIF).encode(), b'{"reviewer": "a", "findings": []}', *REPORTS[:2]),
        words=JSON_WORDS,
        mutate=json_values,
    ),
    "push": Target(
        read=parse_push,
        errors=(UsageError,),
        seeds=(
            b"refs/heads/main %s refs/heads/main %s\n" % IDS,
            b"(delete) %s refs/heads/x %s\n" % (b"0" * 40, IDS[0]),
        ),
        words=(b"HEAD~1 ", b" ", b"\n", b"\r\n", b"0" * 40, b"refs/tags/v1", b"\xff"),
        mutate=in_pieces(rb"[ \n]"),
    ),
    "sanitiser": Target(
        read=_sanitised,
        errors=(),
        seeds=HOSTILE,
        words=FRAGMENTS,
        repeats=False,  # tests/property/test_sanitize_properties.py shows that
    ),
    "secrets": Target(
        read=lambda data: redact_text(_text(data)),
        errors=(),
        seeds=SECRETS,
        words=(*FRAGMENTS[:20], b"-----BEGIN", b"key = "),
    ),
    "injection": Target(read=_searched, errors=(), seeds=ORDERS, words=FRAGMENTS),
    **FOLDERS,
    **SERVERS,
}
