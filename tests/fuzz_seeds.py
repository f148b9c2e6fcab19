"""Texts that parsers of text from outside read, to begin a mutation with, and words that mean something to them."""

from __future__ import annotations

from pathlib import Path

from attack_corpus import attacks
from hostile_text import ATTACKS
from hostile_text import FRAGMENTS as _ALL
from reports import SAMPLES
from secret_samples import samples

from reviewbot.formats.json import render_json
from reviewbot.formats.marker import Rounds, finding_marker, memory, posted_as

ROOT = Path(__file__).parents[1]

PATCH = b"""\
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
IDS = b"1" * 40, b"2" * 40
RAW = (
    b":100644 100644 %s %s M\0src/a.py\0:100644 100644 %s %s R090\0t\tb\0c d\0\0" % (*IDS, *IDS)
    + b"diff --git a/src/a.py b/src/a.py\nindex %s..%s 100644\n--- a/src/a.py\n+++ b/src/a.py\n" % IDS
    + b"@@ -1,3 +1,3 @@ def f():\n one\n-two\n+2\n three\n\\ No newline at end of file\n"
    + b"diff --git a/x b/y\nsimilarity index 90%%\nrename from x\nrename to y\nindex %s..%s\n" % IDS
    + b"--- a/x\n+++ b/y\n@@ -1 +1,2 @@\n one\n+two\n"
)
DIFF_WORDS = (
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
YAML_WORDS = (
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
JSON_WORDS = (
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
SARIF = {
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
REPORTS = tuple(render_json(make(), tool_version="1").encode() for make in SAMPLES.values())
ANSWERS = tuple(path.read_bytes() for path in sorted((ROOT / "tests/answers").glob("*.json")))
HOSTILE = tuple(text.encode("utf-8", "replace") for text in ATTACKS.values())
FRAGMENTS = tuple(text.encode("utf-8", "replace") for text in _ALL)
ORDERS = tuple(attack.text.encode() for attack in attacks())
SECRETS = tuple(sample.line.encode() for sample in samples())
MARKERS = tuple(finding_marker(entry).encode() for make in SAMPLES.values() for entry in make().findings)
_POSTED = tuple(posted_as(entry) for make in SAMPLES.values() for entry in make().findings)
_ROUNDS = Rounds(round=3, head="1" * 40, findings=_POSTED)
MEMORIES = memory("summary", _ROUNDS).line.encode(), memory("review", _ROUNDS).line.encode()
IGNORED = b'"3f2a9c0d1e4b5a67":\n  path: src/app.py\n  title: x\n  reason: y\n  who: A\n  when: "2026-11-25"\n'
PYPROJECTS = (
    b"""\
[project]
name = "shop"
[tool.reviewbot]
exclude = ["**/*.lock", 'vendor/**']
instructions = ["AGENTS.md"]
gate = {fail_on = "high", min_agreement = 2}
[tool.reviewbot.limits]
deadline_s = 300
max_cost_usd = 1.5
[[tool.reviewbot.reviewers]]
name = "opus"
model = "anthropic/claude-opus-4-6"
params = {temperature = 0.2}
[[tool.reviewbot.reviewers]]
name = "gpt"
model = "openai/gpt-5.2"
instructions = '''
Mind the locks.
'''
[[tool.reviewbot.paths]]
match = "migrations/**"
reviewers = ["gpt"]
""",
    b"[tool.reviewbot]\ngate.quorum = 1\nhook.mode = 'warn'\n",
)
TOML_WORDS = (
    *(b"[", b"]", b"[[", b"]]", b"=", b".", b"'", b'"', b"{", b"}", b"\n", b",", b"#"),
    *(
        b"[tool.reviewbot]\n",
        b"a.b.c = 1\n",
        b"'''",
        b"1979-05-27",
        b"0x10",
        b"inf",
        b"nan",
        b"1_000",
        b"\\u0000",
        b"a.",
    ),
)
