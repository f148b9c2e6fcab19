"""`reviewbot merge` from outside: reports of real runs, answers and SARIF, in a folder with nothing else in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from commandline import CONFIG, KEYS, Ended, entry, reviewbot
from gitrepo import GitRepo
from providers import FakeProviders, Reply, Status, by_model, findings_reply

from reviewbot.formats.json import load_report_schema

COUNT = entry(
    "src/stats.py",
    3,
    "count is used before it is set",
    "`count += item` raises UnboundLocalError for the first item, because the start value was removed.",
    quote="        count += item",
)
COUNT_TOO = entry(
    "src/stats.py",
    2,
    "UnboundLocalError: count has no start value",
    "The line `count = 0` was removed, so `count += item` fails on the first item of every non-empty list.",
    severity="critical",
)
EMPTY = entry("src/stats.py", 8, "mean() divides by zero", "mean([]) raises ZeroDivisionError.", severity="medium")


def merge(cwd: Path, *args: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> Ended:
    return reviewbot("merge", *args, cwd=cwd, env=env, stdin=stdin)


def write(folder: Path, **values: object) -> list[str]:
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / f"{name}.json").write_text(text)
    return [f"{name}.json" for name in values]


def comparable(report: Any) -> Any:
    """A report without what takes time, and with names in one order: a merge goes by the names of its files."""
    for row in report["reviewers"]:
        row["duration_s"] = 0
    report["reviewers"].sort(key=lambda row: str(row["name"]))
    for file in report["change"]["files"]:
        file["asked"].sort()
        file["answered"].sort()
    report["usage"]["duration_s"] = 0
    return report


@pytest.mark.thorough
@pytest.mark.parametrize("gemini", [findings_reply([EMPTY]), Status(status=401)], ids=["all", "one down"])
def test_reports_of_one_reviewer_each_merge_to_the_report_of_one_run(
    repo: GitRepo, tmp_path: Path, gemini: Reply
) -> None:
    token = "ghp_" + "Ab1" * 12
    repo.commit({"src/login.py": f'TOKEN = "{token}"\n', "poetry.lock": "x\n"}, "Log in")
    replies: dict[str, Reply] = {
        "claude-sonnet-4-5": findings_reply([COUNT, EMPTY]),
        "gpt-test": findings_reply([COUNT_TOO]),
        "gemini-2.5-flash": gemini,
    }
    with FakeProviders(by_model(replies)) as providers:
        bases = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": CONFIG.format(**bases)})
        whole = reviewbot("review", "--format", "json", cwd=repo.path, env=KEYS)
        for name in ("opus", "gpt", "gemini"):
            one = ["--reviewer", name, "--format", "json", "--output", str(tmp_path / f"{name}.json")]
            reviewbot("review", *one, cwd=repo.path, env=KEYS)
    ended = merge(tmp_path, "opus.json", "gpt.json", "gemini.json", "--format", "json")
    jsonschema.validate(ended.report, load_report_schema())
    assert ended.code == whole.code == 1
    assert comparable(ended.report) == comparable(whole.report)
    shown = merge(tmp_path, "opus.json", "gpt.json", "gemini.json")
    assert shown.code == 1
    for words in ("BLOCK", "2 of ", "built-in check", "src/stats.py:", "2 of 3 files reviewed", "opus", "gpt"):
        assert words in shown.out, shown.out


def test_answers_and_sarif_are_merged_without_repository_key_or_configuration(tmp_path: Path) -> None:
    result = {
        "level": "error",
        "message": {"text": "count += item raises UnboundLocalError: the start value of count was removed"},
    }
    sarif = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scanner"}}, "results": [result]}]}
    files = write(tmp_path, a={"reviewer": "opus", "findings": [COUNT]}, b={"reviewer": "gpt", "findings": []}, c=sarif)
    (tmp_path / ".reviewbot.yaml").write_text("gate: {fail_on: never}\nnonsense: 1\n")
    ended = merge(tmp_path, *files, "--format", "json")
    jsonschema.validate(ended.report, load_report_schema())
    (found,) = ended.report["findings"]
    assert found["agreement"] == {"count": 2, "of": 3, "vendors": 2}
    assert (found["path"], found["reviewers"], found["blocking"]) == ("src/stats.py", ["opus", "scanner"], True)
    assert ended.report["usage"]["cost_usd"] is None
    assert ended.code == 1


def test_every_format_is_written_by_one_run(tmp_path: Path) -> None:
    files = write(tmp_path, a={"reviewer": "opus", "findings": [COUNT]}, b={"reviewer": "gpt", "findings": [COUNT]})
    ended = merge(tmp_path, *files, "--format", "github", "--format", "sarif=o.sarif", "--format", "rdjson=o.rdjson")
    assert ended.code == 1
    blocking, verdict = ended.out.splitlines()
    assert blocking.startswith("::error file=src/stats.py,line=")
    assert verdict.startswith("::error title=reviewbot%3A block::")
    (result,) = json.loads((tmp_path / "o.sarif").read_text())["runs"][0]["results"]
    (diagnostic,) = json.loads((tmp_path / "o.rdjson").read_text())["diagnostics"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/stats.py"
    assert diagnostic["location"]["path"] == "src/stats.py"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], 0),
        (["--min-agreement", "1"], 1),
        (["--min-agreement", "1", "--fail-on", "critical"], 0),
        (["--config", "gate.yaml"], 1),
        (["--config", "gate.yaml", "--min-agreement", "2"], 0),
        (["--reviewer", "opus"], 1),
        (["--reviewer", "gpt"], 0),
        (["--reviewer", "nobody"], 2),
        (["--config", "missing.yaml"], 2),
    ],
)
def test_the_gate_is_that_of_the_flags_and_of_a_configuration_that_is_named(
    tmp_path: Path, args: list[str], code: int
) -> None:
    files = write(tmp_path, a={"reviewer": "opus", "findings": [COUNT]}, b={"reviewer": "gpt", "findings": []})
    team = "reviewers: [{name: opus, model: openai/x, brief: not/here.md}]\ngate: {min_agreement: 1}\n"
    (tmp_path / "gate.yaml").write_text(team)
    assert merge(tmp_path, *files, *args).code == code


def test_a_configuration_that_the_environment_names_counts_too(tmp_path: Path) -> None:
    files = write(tmp_path, a={"reviewer": "opus", "findings": [COUNT]}, b={"reviewer": "gpt", "findings": []})
    (tmp_path / "gate.yaml").write_text("gate: {min_agreement: 1}\n")
    assert merge(tmp_path, *files, env={"REVIEWBOT_CONFIG": "gate.yaml"}).code == 1


def test_clean_answers_pass_and_say_so(tmp_path: Path) -> None:
    files = write(tmp_path, a={"reviewer": "opus", "findings": []}, b={"reviewer": "gpt", "findings": []})
    ended = merge(tmp_path, *files)
    assert (ended.code, "No findings." in ended.out) == (0, True)


def test_the_same_file_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    files = write(tmp_path, a={"reviewer": "opus", "findings": [COUNT]}, b={"reviewer": "opus", "findings": [COUNT]})
    ended = merge(tmp_path, *files, "--format", "json")
    assert len(ended.report["findings"][0]["members"]) == 1
    assert "b.json is the same as a.json and counts once." in ended.report["notes"]


def test_a_file_may_come_from_stdin(tmp_path: Path) -> None:
    said = json.dumps({"reviewer": "opus", "findings": [COUNT]}).encode()
    assert merge(tmp_path, "-", "--format", "json", stdin=said).report["findings"][0]["reviewers"] == ["opus"]


def test_the_order_of_the_files_changes_nothing(tmp_path: Path) -> None:
    files = write(
        tmp_path, a={"reviewer": "opus", "findings": [COUNT]}, b={"reviewer": "gpt", "findings": [COUNT_TOO, EMPTY]}
    )
    there = merge(tmp_path, *files, "--format", "json")
    assert merge(tmp_path, *reversed(files), "--format", "json").out == there.out


HOSTILE = {
    "null": b'{"reviewer": "opus", "findings": null}',
    "empty": b"",
    "prose": b"Looks good to me!",
    "nested": b"[" * 200_000,
    "cut off": b'{"reviewer": "opus", "findings": [{"path": "a.py"',
    "NaN": b'{"reviewer": "opus", "findings": [{"confidence": NaN}]}',
    "twice": b'{"reviewer": "opus", "reviewer": "gpt", "findings": []}',
    "wrong types": b'{"reviewer": ["opus"], "findings": {}}',
    "built-in": b'{"reviewer": "reviewbot", "findings": []}',
    "a list": b"[1, 2]",
    "too many values": b'{"reviewer": "opus", "findings": [' + b"[]," * 2_500_000 + b"[]]}",
    "binary": bytes(range(256)),
    "newer": b'{"schema_version": 99}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_its_name_and_nothing_is_merged(tmp_path: Path, name: str) -> None:
    (tmp_path / "bad.json").write_bytes(HOSTILE[name])
    good = write(tmp_path, good={"reviewer": "opus", "findings": [COUNT]})
    ended = merge(tmp_path, *good, "bad.json")
    assert (ended.code, ended.out) == (2, "")
    assert "bad.json" in ended.err


def test_a_file_without_end_is_refused_by_its_size(tmp_path: Path) -> None:
    ended = merge(tmp_path, "/dev/zero")
    assert ended.code == 2
    assert "/dev/zero: is larger than 64 MB" in ended.err


def test_words_of_outside_reviewers_are_harmless_where_they_are_shown(tmp_path: Path) -> None:
    bad = "\x1b[31m::error::x\u202e @root <!-- reviewbot --> ![i](https://evil.example/p.png)"
    answer = {"reviewer": f"e{bad}", "model": bad, "findings": [COUNT | {"title": bad, "body": bad, "path": bad}]}
    files = write(tmp_path, a=answer)
    for form in ("text", "markdown", "json"):
        out = merge(tmp_path, *files, "--format", form).out
        assert not [line for line in out.splitlines() if line.lstrip().startswith("::")], out
        assert "\x1b" not in out
        assert "\u202e" not in out


@pytest.mark.thorough
def test_findings_of_ten_thousand_lines_merge_in_bounded_time(tmp_path: Path) -> None:
    many = [
        COUNT | {"start_line": n, "title": f"name_{n} is unset", "body": f"name_{n} fails."} for n in range(1, 5001)
    ]
    files = write(tmp_path, a={"reviewer": "opus", "findings": many}, b={"reviewer": "gpt", "findings": many})
    ended = merge(tmp_path, *files, "--format", "json", "--output", os.devnull)
    assert ended.code == 1


def test_a_merge_of_a_merge_is_that_merge(tmp_path: Path) -> None:
    files = write(
        tmp_path, a={"reviewer": "opus", "findings": [COUNT, EMPTY]}, b={"reviewer": "gpt", "findings": [COUNT_TOO]}
    )
    first = merge(tmp_path, *files, "--format", "json", "--output", "once.json")
    again = merge(tmp_path, "once.json", "--format", "json")
    assert first.code == again.code == 1
    assert again.report == json.loads((tmp_path / "once.json").read_text())


def test_a_merge_in_a_job_leaves_outputs_a_report_and_a_summary(tmp_path: Path) -> None:
    parts = write(
        tmp_path, opus={"reviewer": "opus", "findings": [COUNT]}, gpt={"reviewer": "gpt", "findings": [COUNT]}
    )
    job = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "RUNNER_TEMP": str(tmp_path),
    }
    assert merge(tmp_path, *parts, env=job).code == 1
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert (outputs["verdict"], outputs["findings"], outputs["blocking"]) == ("block", "1", "1")
    assert json.loads(Path(outputs["report"]).read_text())["verdict"]["conclusion"] == "block"
    assert "count is used before it is set" in (tmp_path / "summary").read_text()
    (tmp_path / "reviewbot.json").unlink()
    (tmp_path / "reviewbot.json").mkdir()
    clean = merge(tmp_path, *write(tmp_path, nothing={"reviewer": "opus", "findings": []}), env=job)
    assert clean.code == 3  # a clean review whose report is missing is not clean
    assert "reviewbot.json could not be written" in clean.err
