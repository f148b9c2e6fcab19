from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from commandline import entry
from reports import SAMPLES

from reviewbot.errors import InputError
from reviewbot.formats.json import render_json
from reviewbot.model import BUILTIN, Category, ReviewerStatus, Severity, State
from reviewbot.parts.node import parse_document
from reviewbot.parts.read import read_part
from reviewbot.parts.values import Part

RULES = [
    {"id": "no-md5", "properties": {"security-severity": "8.1"}, "messageStrings": {"use": {"text": "{0} is weak"}}},
    {"id": "slow", "defaultConfiguration": {"level": "note"}, "properties": {"tags": ["x", "performance"]}},
    {"id": "bare", "shortDescription": {"text": "A loop that never ends"}},
]


def part(value: object, name: str = "a.json") -> Part:
    return read_part(json.dumps(value).encode(), name)


def sarif(*results: object, **run: object) -> Part:
    driver = {"name": "scanner", "version": "4.2", "rules": RULES}
    return part({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]})


def at(uri: str, **region: object) -> list[object]:
    return [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}]


# ---------------------------------------------------------------- answers


def test_an_answer_with_a_name_is_what_that_reviewer_said() -> None:
    read = part({"reviewer": "opus", "findings": [entry("a.py", 3, "It fails", "When empty.", severity="blocker")]})
    (said,) = read.said
    assert (said.finding.reviewer, said.finding.severity, said.state) == ("opus", Severity.CRITICAL, State.NEW)
    assert [(r.name, r.status, r.findings) for r in read.reviewers] == [("opus", ReviewerStatus.REVIEWED, 1)]
    assert read.files is None


def test_an_answer_may_speak_of_no_place_or_of_a_file_as_a_whole() -> None:
    nowhere = entry("a.py", 3, "It fails", "When empty.") | {"path": None, "start_line": None}
    whole = entry("a.py", 3, "It fails", "When empty.") | {"start_line": None}
    places = [said.finding.anchor for said in part({"reviewer": "opus", "findings": [nowhere, whole]}).said]
    assert [(anchor.path, anchor.start) for anchor in places] == [(None, None), ("a.py", None)]


def test_an_entry_that_is_no_finding_costs_that_entry_and_is_told() -> None:
    good = entry("a.py", 3, "It fails", "When empty.")
    read = part({"reviewer": "opus", "findings": [good, good | {"severity": "awful"}, {"path": "a.py"}, 7]})
    assert len(read.said) == 1
    (note,) = read.notes
    assert note.startswith("3 entries of a.json could not be read as a finding (a.json: findings[1]: the severity")


def test_an_answer_of_which_nothing_can_be_read_is_refused() -> None:
    with pytest.raises(InputError, match=r"no finding in it can be read; findings\[0\]"):
        part({"reviewer": "opus", "findings": [{"path": "a.py"}]})


def test_an_empty_answer_is_a_clean_one() -> None:
    read = part({"reviewer": "opus", "findings": []})
    assert (read.said, read.reviewers[0].status) == ((), ReviewerStatus.REVIEWED)


# ---------------------------------------------------------------- reports


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"hostile"}))  # whose names contradict each other
def test_every_report_of_ours_can_be_read_again(name: str) -> None:
    report = SAMPLES[name]()
    read = read_part(render_json(report, tool_version="1").encode(), "r.json")
    assert len(read.said) == sum(len(finding.members) for finding in report.findings)
    assert [r.name for r in read.reviewers] == [r.name for r in report.reviewers]
    assert (read.base, read.head) == (report.change.base, report.change.head)


MINIMAL: dict[str, object] = {
    "schema_version": 1,
    "tool": {"name": "reviewbot", "version": "0.1.0"},
    "change": {
        "repository": None,
        "pull_request": None,
        "base": "b" * 40,
        "head": "c" * 40,
        "files": [{"path": "a.py", "status": "modified", "reviewed": True, "reason": None}],
    },
    "reviewers": [
        {
            "name": "opus",
            "model": "m",
            "vendor": "anthropic",
            "status": "reviewed",
            "reason": None,
            "findings": 1,
            "duration_s": 2.1,
            "input_tokens": 900,
            "output_tokens": 80,
            "cached": False,
            "cost_usd": 0.004,
        }
    ],
    "findings": [
        {
            "fingerprint": "f00d",
            "state": "new",
            "path": "a.py",
            "side": "RIGHT",
            "start_line": 3,
            "end_line": 4,
            "placed": True,
            "also_at": [],
            "severity": "high",
            "category": "security",
            "title": "It fails",
            "body": "When empty.",
            "suggestion": None,
            "agreement": {"count": 1, "of": 1, "vendors": 1},
            "reviewers": ["opus"],
            "blocking": True,
            "members": [
                {
                    "reviewer": "opus",
                    "path": "a.py",
                    "start_line": 3,
                    "end_line": 4,
                    "severity": "high",
                    "category": "security",
                    "title": "It fails",
                    "body": "When empty.",
                    "confidence": None,
                }
            ],
        }
    ],
    "verdict": {"conclusion": "block", "reason": "1 finding.", "fail_on": "high", "min_agreement": 1},
    "usage": {"input_tokens": 900, "output_tokens": 80, "cost_usd": 0.004, "duration_s": 2.4},
}


def minimal(*path: str | int, value: object = None, drop: bool = False) -> dict[str, object]:
    """The smallest report there is, with the value at `path` replaced or dropped."""
    report = json.loads(json.dumps(MINIMAL))
    *outer, last = path
    holder = report
    for key in outer:
        holder = holder[key]
    if drop:
        del holder[last]
    else:
        holder[last] = value
    assert isinstance(report, dict)
    return report


def test_a_report_with_the_documented_keys_alone_can_be_read() -> None:
    read = part(MINIMAL)
    (said,) = read.said
    assert (said.finding.anchor.placed, said.finding.fingerprint) == (True, "f00d")
    assert said.finding.category is Category.SECURITY
    assert read.reviewers[0].usage.cost_usd == 0.004


def test_a_member_with_a_place_of_its_own_keeps_it() -> None:
    report = minimal("findings", 0, "members", 0, "start_line", value=9)
    report = json.loads(json.dumps(report).replace('"end_line": 4, "severity"', '"end_line": 9, "severity"'))
    assert part(report).said[0].finding.anchor.start == 9


def test_who_reported_what_is_gone_need_not_be_among_the_reviewers() -> None:
    report = json.dumps(minimal("findings", 0, "state", value="fixed")).replace(
        '"reviewer": "opus"', '"reviewer": "eve"'
    )
    (said,) = part(json.loads(report)).said
    assert (said.state, said.finding.reviewer) == (State.FIXED, "eve")


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: minimal("schema_version", value=2), "schema_version: this version of reviewbot reads schema version 1"),
    (lambda: minimal("schema_version", value=True), "schema_version"),
    (lambda: minimal("findings", drop=True), "findings: is missing"),
    (lambda: minimal("findings", value={}), "findings: must be a list"),
    (lambda: minimal("findings", 0, value="x"), "findings[0]: must be an object"),
    (lambda: minimal("findings", 0, "members", value=[]), "findings[0].members: an entry has at least one member"),
    (lambda: minimal("findings", 0, "members", 0, "reviewer", value="eve"), "'eve' is none of the report's reviewers"),
    (lambda: minimal("findings", 0, "members", 0, "severity", value="awful"), "must be one of critical, high"),
    (lambda: minimal("findings", 0, "members", 0, "start_line", value=-1), "must be a line number"),
    (lambda: minimal("findings", 0, "members", 0, "end_line", value=1), "comes before start_line"),
    (lambda: minimal("findings", 0, "members", 0, "title", value=7), "title: must be text"),
    (lambda: minimal("findings", 0, "start_line", value=True), "must be a whole number"),
    (lambda: minimal("findings", 0, "state", value="gone"), "must be one of new, known, fixed, declined"),
    (lambda: minimal("findings", 0, "placed", value=1), "must be true or false"),
    (lambda: minimal("reviewers", 0, "name", value=BUILTIN), "is the built-in reviewer"),
    (lambda: minimal("reviewers", 0, "name", value=" \u200b"), "must be a reviewer's name"),
    (lambda: minimal("reviewers", 0, "status", value="fine"), "must be one of reviewed"),
    (lambda: minimal("reviewers", 0, "cost_usd", value=-1), "must be a number from 0 on"),
    (lambda: minimal("reviewers", 0, "input_tokens", value="many"), "must be a number"),
    (lambda: minimal("change", value=None), "change: must be an object"),
    (lambda: minimal("verdict", drop=True), "verdict: must be an object"),
    (lambda: minimal("verdict", "conclusion", value="fine"), "verdict.conclusion: must be one of pass"),
    (lambda: [MINIMAL], "must be an object"),
    (lambda: {"findings": []}, 'add "reviewer": "NAME"'),
    (lambda: {"hello": 1}, "neither a report"),
    (lambda: {"reviewer": BUILTIN, "findings": []}, "built-in reviewer's name"),
    (lambda: {"reviewer": 3, "findings": []}, "reviewer: must be a reviewer's name"),
    (lambda: {"reviewer": "opus", "findings": None, "runs": 3}, "version"),
    (lambda: {"version": "1.0", "runs": []}, "only SARIF 2"),
    (lambda: {"version": "2.1.0", "runs": []}, "nobody has reviewed anything"),
    (lambda: {"version": "2.1.0", "runs": [{}]}, "runs[0].tool: must be an object"),
    (
        lambda: {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Reviewbot"}}, "results": []}]},
        "give its report",
    ),
]


@pytest.mark.parametrize(("value", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_used_is_refused_with_its_place(value: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        part(value())
    assert str(caught.value).startswith("a.json")
    assert said in str(caught.value)


HOSTILE = [
    (b"", "is not JSON"),
    (b"\xff\xfe", "not text in UTF-8"),
    (b"[" * 200_000, "nested too deeply"),
    (b"[" * 3_000_000, "more values than a report has"),
    (b'{"a": ' + b"0," * 5_000_000, "more values than a report has"),
    (b'{"a": NaN}', "NaN is not JSON"),
    (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
    (b'{"a": ' + b"9" * 10_000 + b"}", "is not JSON that can be used"),
    (b'{"schema_version": 1', "is not JSON"),
]


@pytest.mark.parametrize(("data", "said"), HOSTILE, ids=[said for _, said in HOSTILE])
def test_hostile_bytes_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_document(data, "a.json")


# ---------------------------------------------------------------- SARIF


def test_a_tool_is_a_reviewer_and_its_results_are_what_it_said() -> None:
    read = sarif(
        {
            "ruleId": "no-md5",
            "message": {"id": "use", "arguments": ["md5"]},
            "locations": at("src/a%20b.py", startLine=7, endLine=9, snippet={"text": "  md5(x)\n"}),
        },
        {"ruleIndex": 1, "message": {"text": "N queries\nfor each row"}, "rank": 40.0},
        {"ruleId": "bare", "level": "error", "message": {}},
    )
    first, second, third = [said.finding for said in read.said]
    assert (first.reviewer, first.severity, first.category) == ("scanner", Severity.HIGH, Category.SECURITY)
    assert (first.anchor.path, first.anchor.start, first.anchor.end) == ("src/a b.py", 7, 9)
    assert (first.title, first.quote) == ("md5 is weak", "  md5(x)")
    assert (second.severity, second.category, second.confidence) == (Severity.LOW, Category.PERFORMANCE, 0.4)
    assert (second.title, second.body, second.anchor.path) == ("N queries", "N queries\nfor each row", None)
    assert (third.title, third.severity) == ("A loop that never ends", Severity.HIGH)
    assert [(r.name, r.model, r.status) for r in read.reviewers] == [("scanner", "scanner 4.2", "reviewed")]


def test_results_that_report_no_defect_are_none() -> None:
    said = sarif({"kind": "pass", "message": {"text": "ok"}}, {"kind": "notApplicable", "message": {"text": "ok"}}).said
    assert said == ()


def test_a_suppressed_result_is_declined_and_one_that_is_gone_is_fixed() -> None:
    read = sarif(
        {"message": {"text": "a"}, "suppressions": [{"kind": "external"}]},
        {"message": {"text": "b"}, "suppressions": [{"kind": "external", "status": "rejected"}]},
        {"message": {"text": "c"}, "baselineState": "absent"},
    )
    assert [said.state for said in read.said] == [State.DECLINED, State.NEW, State.FIXED]


def test_a_suppression_that_the_author_of_the_change_may_have_written_declines_nothing() -> None:
    (said,) = sarif({"message": {"text": "a"}, "suppressions": [{"kind": "inSource"}]}).said
    assert said.state is State.NEW


def test_rules_of_an_extension_are_found_and_no_other_is_taken_for_one() -> None:
    rule = {"id": "js/sql", "properties": {"security-severity": "9.8"}, "defaultConfiguration": {"level": "error"}}
    tool = {
        "driver": {"name": "CodeQL", "rules": [{"id": "other", "defaultConfiguration": {"level": "note"}}]},
        "extensions": [{"name": "queries", "rules": [rule]}],
    }
    named = {"rule": {"id": "js/sql", "index": 0, "toolComponent": {"index": 0}}, "message": {"text": "[x](1) is used"}}
    by_id = {"ruleId": "js/sql", "ruleIndex": 0, "message": {"text": "b"}}
    read = part({"version": "2.1.0", "runs": [{"tool": tool, "results": [named, by_id]}]})
    assert [said.finding.severity for said in read.said] == [Severity.CRITICAL] * 2
    assert read.said[0].finding.title == "x is used"


def test_two_runs_of_one_tool_are_one_reviewer() -> None:
    run = {"tool": {"driver": {"name": "scanner"}}, "results": [{"message": {"text": "a"}}]}
    read = part({"version": "2.1.0", "runs": [run, run | {"results": None}]})
    assert [(r.name, r.status, r.findings) for r in read.reviewers] == [("scanner", ReviewerStatus.PARTIAL, 1)]


def test_what_only_informs_is_low_whatever_its_rule_says() -> None:
    (said,) = sarif({"ruleId": "slow", "kind": "informational", "message": {"text": "a"}}).said
    assert said.finding.severity is Severity.LOW


def test_a_place_may_be_named_by_its_number_and_a_line_that_is_none_costs_the_line() -> None:
    location = [{"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 0}}}]
    (said,) = sarif({"message": {"text": "a"}, "locations": location}, artifacts=[{"location": {"uri": "a.py"}}]).said
    assert (said.finding.anchor.path, said.finding.anchor.start) == ("a.py", None)


def test_a_run_that_failed_is_never_a_clean_reviewer() -> None:
    failed = sarif(invocations=[{"executionSuccessful": False}]).reviewers[0]
    assert (failed.status, failed.reason) == (ReviewerStatus.FAILED, "its run says that it failed")
    nothing = part({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scanner"}}}]}).reviewers[0]
    assert (nothing.status, nothing.reason) == (ReviewerStatus.FAILED, "its run has no results")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("file:///work/src/a.py", "work/src/a.py"),
        ("https://[bad/a.py", "https://[bad/a.py"),
        ("", None),
    ],
)
def test_a_uri_becomes_a_path(uri: str, path: str | None) -> None:
    (said,) = sarif({"message": {"text": "a"}, "locations": at(uri, startLine=1)}).said
    assert said.finding.anchor.path == path
