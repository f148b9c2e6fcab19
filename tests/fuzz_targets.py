"""Every parser of text from outside, what it may raise, and texts to begin with; see tests/fuzz and tools/fuzz.py."""

from __future__ import annotations

import json
from pathlib import Path

from attack_corpus import attacks
from config_files import Files
from fuzz_run import Target
from hostile_text import ATTACKS, FRAGMENTS
from reports import SAMPLES
from secret_samples import samples
from values import change, file, hunk

from reviewbot.config.ignored import read_ignored
from reviewbot.config.load import Overrides, load_config
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.errors import ConfigError, DiffError, InputError, ReplyError, UsageError
from reviewbot.formats.json import render_json
from reviewbot.formats.marker import finding_marker, read_finding, read_memory, read_summary
from reviewbot.model import Diff
from reviewbot.parts.read import read_part, read_report
from reviewbot.pushed import parse_push
from reviewbot.sanitize import clean_words, markdown, markdown_cell, markdown_code, markdown_line, terminal
from reviewbot.stages.diff import parse_patch, parse_raw_patch
from reviewbot.stages.injection import injection_findings
from reviewbot.stages.redact import redact_text
from reviewbot.stages.reply import parse_reply

ROOT = Path(__file__).parents[1]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _with_hunks(diff: Diff) -> object:
    return diff if any(file.hunks for file in diff.files) else None


def _ignored(data: bytes) -> object:
    return read_ignored(read_yaml("ignored.yaml", data))


def _config(data: bytes) -> object:
    return load_config(Files({".reviewbot.yaml": data}), explicit=None, environ={}, overrides=Overrides())


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


_PATCH = b"""\
diff --git a/src/a.py b/src/a.py
index 1111111..2222222 100644
--- a/src/a.py
+++ b/src/a.py
@@ -1,3 +1,3 @@ def f():
 one
-two
+2
 three
\\ No newline at end of file
diff --git "a/t\\tb" "b/t\\tb"
similarity index 90%
rename from "t\\tb"
rename to c d
diff --git a/x.png b/x.png
Binary files a/x.png and b/x.png differ
"""
_IDS = b"1" * 40, b"2" * 40
_RAW = b":100644 100644 %s %s M\0src/a.py\0:100644 000000 %s %s D\0b\0\0" % (*_IDS, *_IDS) + _PATCH
_DIFF_WORDS = (
    *(
        b"diff --git a/x b/x\n",
        b"--- a/x\n",
        b"+++ b/x\n",
        b"@@ -1 +1 @@\n",
        b"@@ -0,0 +1,99999 @@\n",
        b"+++ /dev/null\n",
    ),
    *(
        b"\\ No newline at end of file\n",
        b"rename from x\n",
        b"new file mode 120000\n",
        b"GIT binary patch\n",
        b"\0",
        b"\r\n",
    ),
)
_YAML_WORDS = (
    *(
        b"- ",
        b": ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"<<: ",
        b"!!python/object:os.system ",
        b"|\n",
        b">-\n",
        b"? ",
        b"#",
    ),
    *(
        b"\t",
        b"---\n",
        b"...\n",
        b"%YAML 1.2\n",
        b"'",
        b'"',
        b"0o7",
        b"1:30",
        b"2026-11-28",
        b"~",
        b"yes",
        b".inf",
        b"reviewers:\n",
    ),
)
_JSON_WORDS = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b":",
        b",",
        b"null",
        b"NaN",
        b"1e999",
        b"-0",
        b"9" * 30,
        b"\\ud800",
        b"\\u0000",
        b"true",
    ),
    *(
        b'"findings": [',
        b'{"findings": []}',
        b'"severity": "high"',
        b'"path": ',
        b"```json\n",
        b"<think>",
        b"</think>",
        b"\xff",
    ),
)
_SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "scanner",
                    "rules": [{"id": "weak", "messageStrings": {"use": {"text": "{0} is weak"}}}],
                }
            },
            "results": [
                {
                    "ruleId": "weak",
                    "level": "error",
                    "message": {"id": "use", "arguments": ["md5"]},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "a.py"},
                                "region": {"startLine": 1, "endLine": 2},
                            }
                        }
                    ],
                }
            ],
        }
    ],
}
_REPORTS = tuple(render_json(make(), tool_version="1").encode() for make in SAMPLES.values())
_ANSWERS = tuple(path.read_bytes() for path in sorted((ROOT / "tests/answers").glob("*.json")))
_HOSTILE = tuple(text.encode("utf-8", "replace") for text in ATTACKS.values())
_FRAGMENTS = tuple(text.encode("utf-8", "replace") for text in FRAGMENTS)
_ORDERS = tuple(attack.text.encode() for attack in attacks())
_SECRETS = tuple(sample.line.encode() for sample in samples())
_MARKERS = tuple(finding_marker(entry).encode() for make in SAMPLES.values() for entry in make().findings)
_IGNORED = b'"3f2a9c0d1e4b5a67":\n  path: src/app.py\n  title: x\n  reason: y\n  who: A\n  when: "2026-11-25"\n'

TARGETS = {
    "diff": Target(
        read=lambda data: _with_hunks(parse_patch(data)), errors=(DiffError,), seeds=(_PATCH,), words=_DIFF_WORDS
    ),
    "raw diff": Target(
        read=lambda data: _with_hunks(parse_raw_patch(data)), errors=(DiffError,), seeds=(_RAW,), words=_DIFF_WORDS
    ),
    "config": Target(
        read=_config,
        errors=(ConfigError,),
        seeds=((ROOT / "config.example.yaml").read_bytes(), b"gate: {fail_on: high, min_agreement: 2}\n"),
        words=_YAML_WORDS,
    ),
    "ignored findings": Target(read=_ignored, errors=(ConfigError,), seeds=(_IGNORED,), words=_YAML_WORDS),
    "reply": Target(
        read=lambda data: parse_reply(_text(data), reviewer="opus", chunk=1),
        errors=(ReplyError,),
        seeds=(*_ANSWERS, b'Sure!\n```json\n{"findings": []}\n```\n', b'<think>{"findings": []}</think>'),
        words=_JSON_WORDS,
    ),
    "marker": Target(
        read=_markers, errors=(), seeds=_MARKERS, words=(b"<!-- reviewbot:finding:1:", b" -->", b"=", b"\n", b"eJw")
    ),
    "report": Target(
        read=lambda data: read_report(data, "r.json"), errors=(InputError,), seeds=_REPORTS, words=_JSON_WORDS
    ),
    "part": Target(
        read=lambda data: read_part(data, "p.json"),
        errors=(InputError,),
        seeds=(json.dumps(_SARIF).encode(), b'{"reviewer": "a", "findings": []}', *_REPORTS[:2]),
        words=_JSON_WORDS,
    ),
    "push": Target(
        read=parse_push,
        errors=(UsageError,),
        seeds=(
            b"refs/heads/main %s refs/heads/main %s\n" % _IDS,
            b"(delete) %s refs/heads/x %s\n" % (b"0" * 40, _IDS[0]),
        ),
        words=(b"HEAD~1 ", b" ", b"\n", b"\r\n", b"0" * 40, b"refs/tags/v1", b"\xff"),
    ),
    "sanitiser": Target(
        read=_sanitised,
        errors=(),
        seeds=_HOSTILE,
        words=_FRAGMENTS,
        repeats=False,  # tests/property/test_sanitize_properties.py shows that
    ),
    "secrets": Target(
        read=lambda data: redact_text(_text(data)),
        errors=(),
        seeds=_SECRETS,
        words=(*_FRAGMENTS[:20], b"-----BEGIN", b"key = "),
    ),
    "injection": Target(read=_searched, errors=(), seeds=_ORDERS, words=_FRAGMENTS),
}
