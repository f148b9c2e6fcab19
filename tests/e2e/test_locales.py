"""The language, the encoding and the clock of a machine change nothing of what is read and written."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import KEYS, reviewbot

DIFF = """\
diff --git a/naïve/日本.py b/naïve/日本.py
--- a/naïve/日本.py
+++ b/naïve/日本.py
@@ -1 +1 @@
-a = "ä"\r
+a = "ß €"\r
diff --git "a/lat\\351in.py" "b/lat\\351in.py"
--- "a/lat\\351in.py"
+++ "b/lat\\351in.py"
@@ -1 +1 @@
-a
+LATIN
diff --git a/\u00e9.py b/\u00e9.py
--- a/\u00e9.py
+++ b/\u00e9.py
@@ -1 +1 @@
-a
+composed
diff --git a/e\u0301.py b/e\u0301.py
--- a/e\u0301.py
+++ b/e\u0301.py
@@ -1 +1 @@
-a
+in two parts
""".encode().replace(b"LATIN", b"caf\xe9")


def planned(folder: Path, env: dict[str, str]) -> tuple[int, object, str]:
    """The exit code, the plan and what is said beside it."""
    config = "reviewers: [{name: a, model: openai/m, api_key_env: GPT_KEY, instructions: Größe zählt.}]\n"
    (folder / ".reviewbot.yaml").write_text(config, "utf-8")
    words = ("review", "--dry-run", "--format", "json", "--diff", "-")
    ended = reviewbot(*words, cwd=folder, env={**KEYS, **env}, stdin=DIFF)
    return ended.code, ended.report, ended.err


@pytest.mark.requirement("R45")
@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "latin-1", "TZ": "Pacific/Kiritimati"},
    ],
)
def test_what_is_read_and_written_is_the_same_in_every_locale(tmp_path: Path, env: dict[str, str]) -> None:
    code, plan, said = planned(tmp_path, {})
    assert isinstance(plan, dict)
    assert plan["chunks"][0]["files"] == ["e\u0301.py", "lat\\xe9in.py", "naïve/日本.py", "\u00e9.py"]
    assert planned(tmp_path, env) == (code, plan, said) == (0, plan, "")
