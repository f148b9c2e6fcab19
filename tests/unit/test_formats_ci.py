"""What other programs read: SARIF, the Reviewdog format, annotations of a job."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hostile_text import FRAGMENTS
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from reports import SAMPLES, blocking, entry, incomplete, placed, report, verdict
from values import finding

from reviewbot.formats.github import MOST, render_github
from reviewbot.formats.rdjson import render_rdjson
from reviewbot.formats.sarif import render_sarif
from reviewbot.model import Anchor, Category, Conclusion, MergedFinding, Report, Severity, Side, State
from reviewbot.parts.read import read_part

COMMAND = re.compile(r"::(error|warning|notice) (?:[a-zA-Z]+=[^:,\r\n]*(?:,|(?=::)))+::([^\r\n]*)")


def sarif_run(shown: Report) -> dict[str, Any]:
    document = json.loads(render_sarif(shown, tool_version="0.1.0"))
    assert document["version"] == "2.1.0"
    run: dict[str, Any]
    (run,) = document["runs"]
    return run


def results(*entries: MergedFinding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif_run(report(*entries))["results"]
    return found


def diagnostics(*entries: MergedFinding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render_rdjson(report(*entries)))["diagnostics"]
    return found


def many(count: int, severity: Severity = Severity.HIGH) -> list[MergedFinding]:
    return [
        entry(placed("opus", "src/auth/store.py", 112, title=f"defect {n}", severity=severity)) for n in range(count)
    ]


# ---------------------------------------------------------------- SARIF


@pytest.mark.parametrize("name", SAMPLES)
def test_every_result_has_what_a_code_scanning_service_requires(name: str) -> None:
    run = sarif_run(SAMPLES[name]())
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize("name", SAMPLES)
def test_our_own_sarif_can_be_read_again(name: str) -> None:
    shown = SAMPLES[name]()
    text = render_sarif(shown, tool_version="0.1.0").replace('"name": "reviewbot"', '"name": "other"')
    part = read_part(text.encode(), name="own.sarif")
    assert [said.state is State.DECLINED for said in part.said] == [
        e.state is State.DECLINED for e in shown.findings if e.state is not State.FIXED
    ]


def test_a_range_ends_where_its_last_line_ends() -> None:
    (result,) = results(entry(placed("opus", "src/auth/session.py", 40, 41)))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 40, "startColumn": 1, "endLine": 41, "endColumn": len("    if token == stored:") + 1}


def test_a_path_becomes_a_uri() -> None:
    (result,) = results(entry(finding("opus", "src/a b/ü#%.py", 3)))
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/a%20b/%C3%BC%23%25.py", "uriBaseId": "%SRCROOT%"}


def test_what_has_no_line_in_the_head_says_what_it_is_about() -> None:
    removed, whole = results(
        entry(placed("opus", "src/auth/store.py", 113, side=Side.LEFT)), entry(finding("opus", None, None, title="Odd"))
    )
    assert removed["message"]["text"].startswith("About removed line 113: ")
    assert removed["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert whole["message"]["text"].startswith("About the change as a whole: Odd")


def test_what_was_declined_is_suppressed_and_what_is_gone_is_not_listed() -> None:
    said = placed("opus", "src/auth/store.py", 112)
    (declined,) = results(entry(said, state=State.DECLINED), entry(said, state=State.FIXED))
    assert declined["suppressions"] == [{"kind": "external", "status": "accepted"}]


def test_a_suggestion_is_a_fix_of_whole_lines_in_the_head() -> None:
    said = replace(placed("opus", "src/auth/store.py", 113, 114), suggestion="    pass")
    (fixed,) = results(entry(said))
    replacement = fixed["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "    pass\n"}
    assert replacement["deletedRegion"] == {"startLine": 113, "startColumn": 1, "endLine": 115, "endColumn": 1}
    unplaced = replace(said, anchor=replace(said.anchor, placed=False))
    assert "fixes" not in results(entry(unplaced))[0]


def test_a_security_rule_has_a_score_for_its_severity() -> None:
    (rule,) = sarif_run(report(entry(placed("opus", "a.py", 1, category=Category.SECURITY))))["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "8.0"


def test_an_incomplete_review_is_no_successful_execution() -> None:
    (invocation,) = sarif_run(incomplete())["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert any("not reviewed" in text for text in told)


# ---------------------------------------------------------------- Reviewdog


def test_a_diagnostic_says_where_what_and_who() -> None:
    said = replace(placed("opus", "src/auth/store.py", 113, 114), suggestion="    pass")
    (told,) = diagnostics(entry(said))
    lines = {"start": {"line": 113}, "end": {"line": 114}}
    assert told["location"] == {"path": "src/auth/store.py", "range": lines}
    assert told["suggestions"] == [{"range": lines, "text": "    pass"}]
    assert told["severity"] == "ERROR"
    assert "1 of 3: opus" in str(told["message"])


def test_a_removed_line_is_told_at_its_file() -> None:
    (told,) = diagnostics(entry(placed("opus", "src/auth/store.py", 113, side=Side.LEFT)))
    assert told["location"] == {"path": "src/auth/store.py"}
    assert str(told["message"]).startswith("(removed line 113) ")


def test_what_is_gone_or_declined_is_no_diagnostic() -> None:
    said = placed("opus", "src/auth/store.py", 112)
    assert diagnostics(entry(said, state=State.DECLINED), entry(said, state=State.FIXED)) == []


# ---------------------------------------------------------------- annotations


def lines(shown: Report) -> list[str]:
    text = render_github(shown)
    assert text.endswith("\n")
    return text[:-1].split("\n")


def test_only_what_blocks_is_an_error() -> None:
    kinds = [line.split(" ")[0] for line in lines(blocking())]
    assert kinds == ["::error", "::error", "::warning", "::warning", "::notice", "::error"]


def test_a_verdict_that_passes_is_a_notice() -> None:
    passed = report(judged=verdict(Conclusion.PASS, "All fine: 100%."))
    assert lines(passed) == ["::notice title=reviewbot%3A pass::All fine: 100%25."]


def test_what_a_step_may_not_annotate_stands_in_the_log() -> None:
    shown = lines(report(*many(MOST + 3), *many(2, severity=Severity.LOW)))
    assert sum(line.startswith("::warning") for line in shown) == MOST
    assert sum(line.startswith("::notice") for line in shown) == 3
    assert shown[MOST + 2] == "3 more findings, beyond what a step may annotate:"
    assert shown[MOST + 3] == "  high src/auth/store.py:112 defect 9 (1 of 3)"


@pytest.mark.requirement("R35")
def test_a_path_cannot_add_a_property() -> None:
    (line, _) = lines(report(entry(finding("opus", "a,line=1::b%.py\n::error::x", 3))))
    assert line.startswith("::warning file=a%2Cline=1%3A%3Ab%25.py")
    assert "\n" not in line


hostile = st.lists(st.sampled_from([*FRAGMENTS, "::error::", "::stop-commands::x", "##[error]", "%0A", "\r"])).map(
    "".join
)


@pytest.mark.incident("I16")
@pytest.mark.requirement("R35")
@settings(deadline=None)
@given(hostile, hostile, hostile, st.integers(0, MOST + 2))
def test_no_text_becomes_a_command_of_its_own(path: str, title: str, body: str, before: int) -> None:
    said = replace(
        placed("opus", "a.py", 1, title=title, body=body),
        anchor=Anchor(path=path or None, start=3, end=3),
    )
    shown = lines(report(*many(before), entry(said), judged=verdict(reason=body or "none")))
    plain = [line for line in shown if not COMMAND.fullmatch(line)]
    assert not any(line.lstrip().startswith("::") or re.search(r"##\w*\[", line) for line in plain)
    assert not any(re.search(r"##\w*\[", line) for line in shown)
