from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from values import finding

from reviewbot.combine import combine
from reviewbot.errors import InputError
from reviewbot.model import (
    BUILTIN,
    Agreement,
    Conclusion,
    FileResult,
    FileStatus,
    Finding,
    Report,
    ReviewerResult,
    ReviewerStatus,
    Severity,
    State,
    Usage,
)
from reviewbot.parts.values import Part, Said
from reviewbot.stages.gate import Policy

POLICY = Policy(fail_on=Severity.HIGH, min_agreement=2, quorum=None, fail_incomplete=True)


def defect(reviewer: str, path: str | None = "a.py", start: int | None = 1) -> Finding:
    return finding(
        reviewer,
        path,
        start,
        title="count is used before it is set",
        body="`count += 1` raises UnboundLocalError on the first item, because count has no start value.",
    )


def row(name: str, status: ReviewerStatus = ReviewerStatus.REVIEWED, cost: float | None = 0.5) -> ReviewerResult:
    reason = None if status is ReviewerStatus.REVIEWED else f"{name} is {status}"
    return ReviewerResult(
        name=name, model=f"x/{name}", vendor=f"{name}-inc", status=status, reason=reason, usage=Usage(cost_usd=cost)
    )


def read(path: str, *answered: str, asked: Sequence[str] | None = None) -> FileResult:
    return FileResult(
        path=path,
        status=FileStatus.MODIFIED,
        reviewed=bool(answered),
        reason=None if answered else "no reviewer answered",
        gap=not answered,
        asked=tuple(answered if asked is None else asked),
        answered=answered,
    )


def part(
    *findings: Finding,
    rows: Sequence[ReviewerResult] | None = None,
    files: Sequence[FileResult] | None = None,
    state: State = State.NEW,
    name: str = "p.json",
    head: str | None = None,
    skipped: str | None = None,
) -> Part:
    said = tuple(Said(finding=replace(f, chunk=None), state=state) for f in findings)
    names = dict.fromkeys(f.reviewer for f in findings if f.reviewer != BUILTIN)
    return Part(
        name=name,
        reviewers=tuple([row(n) for n in names] if rows is None else rows),
        said=said,
        files=None if files is None else tuple(files),
        head=head,
        skipped=skipped,
    )


def combined(*parts: Part, only: Sequence[str] = (), policy: Policy = POLICY) -> Report:
    return combine(parts, policy=policy, only=only)


def test_what_two_files_say_of_one_defect_is_one_entry_that_blocks() -> None:
    report = combined(part(defect("opus")), part(defect("gpt", start=2)))
    (entry,) = report.findings
    assert entry.agreement == Agreement(count=2, of=2, vendors=2)
    assert entry.blocking
    assert report.verdict.conclusion is Conclusion.BLOCK
    assert report.usage.cost_usd == 1.0


def test_one_name_in_several_files_is_one_reviewer_and_agrees_with_nobody() -> None:
    two = combined(part(defect("opus")), part(defect("opus", start=2)))
    assert [(r.name, r.findings) for r in two.reviewers] == [("opus", 2)]
    assert all(entry.agreement.count == 1 for entry in two.findings)
    assert "There is one reviewer, so agreement means nothing." in two.notes


def test_findings_without_a_place_are_compared_by_their_words() -> None:
    placed = defect("opus")
    nowhere = defect("gpt", None, None)
    (entry,) = combined(part(placed), part(nowhere)).findings
    assert (entry.agreement.count, entry.lead.anchor.path) == (2, "a.py")


def test_paths_of_other_tools_are_found_in_the_change() -> None:
    report = combined(
        part(defect("opus", "src/a.py"), files=[read("src/a.py", "opus")]),
        part(defect("scanner", "home/runner/work/src/a.py")),
        part(defect("other", "./src/a.py")),
    )
    (entry,) = report.findings
    assert {member.anchor.path for member in entry.members} == {"src/a.py"}
    assert entry.agreement == Agreement(count=3, of=3, vendors=3)


def test_a_path_that_could_be_two_files_stays_as_it_is() -> None:
    report = combined(
        part(files=[read("one/a.py", "opus"), read("two/a.py", "opus")], rows=[row("opus")]),
        part(defect("scanner", "a.py")),
    )
    assert report.findings[0].lead.anchor.path == "a.py"


def test_a_finding_that_two_files_repeat_letter_by_letter_is_one() -> None:
    secret = finding(BUILTIN, "a.py", 3, severity=Severity.CRITICAL, title="A token", body="Take it out.")
    one = part(secret, defect("opus"), rows=[row("opus")])
    two = part(secret, rows=[row("gpt")])
    report = combined(one, two, one)
    assert [entry.reviewers for entry in report.findings] == [(BUILTIN,), ("opus",)]
    assert all(len(entry.members) == 1 for entry in report.findings)


def test_what_one_file_says_twice_stays_said_twice() -> None:
    (entry,) = combined(part(defect("opus"), defect("opus"))).findings
    assert len(entry.members) == 2


def test_a_file_that_one_run_reviewed_is_reviewed_and_counts_whom_it_was_put_to() -> None:
    failed = row("gpt", ReviewerStatus.FAILED)
    report = combined(
        part(files=[read("a.py", "opus"), read("b.py", "opus")], rows=[row("opus")]),
        part(files=[read("a.py", asked=["gpt"]), read("b.py", asked=["gpt"])], rows=[failed]),
    )
    assert [(f.reviewed, f.asked, f.answered) for f in report.files] == [(True, ("opus", "gpt"), ("opus",))] * 2
    assert report.verdict.conclusion is Conclusion.PASS  # one of two is half of the panel


def test_a_quorum_that_is_missed_anywhere_makes_the_whole_incomplete() -> None:
    strict = replace(POLICY, quorum=2)
    parts = [
        part(files=[read("a.py", "opus"), read("b.py", "opus")], rows=[row("opus")]),
        part(files=[read("a.py", "gpt"), read("b.py", asked=["gpt"])], rows=[row("gpt", ReviewerStatus.PARTIAL)]),
    ]
    assert combined(*parts, policy=strict).verdict.conclusion is Conclusion.INCOMPLETE


def test_files_that_nobody_was_asked_about_are_a_gap_or_were_left_out_on_purpose() -> None:
    lock = FileResult(path="x.lock", status=FileStatus.ADDED, reviewed=False, reason="excluded by *.lock")
    broken = FileResult(path="y.py", status=FileStatus.ADDED, reviewed=False, reason="unreadable", gap=True)
    fine = combined(part(files=[read("a.py", "opus"), lock], rows=[row("opus")]))
    assert (fine.verdict.conclusion, fine.files[1].reason) == (Conclusion.PASS, "excluded by *.lock")
    assert combined(part(files=[broken], rows=[row("opus")])).verdict.conclusion is Conclusion.INCOMPLETE


def test_nobody_who_answered_is_incomplete_and_never_clean() -> None:
    report = combined(part(rows=[row("scanner", ReviewerStatus.FAILED)]))
    assert (report.verdict.conclusion, report.verdict.fails) == (Conclusion.INCOMPLETE, True)


def test_a_reviewer_that_one_run_skipped_and_another_asked_was_asked() -> None:
    report = combined(
        part(rows=[row("opus"), row("gpt", ReviewerStatus.SKIPPED)]),
        part(rows=[row("opus", ReviewerStatus.SKIPPED), row("gpt", ReviewerStatus.FAILED)]),
    )
    assert [(r.name, r.status) for r in report.reviewers] == [("opus", "reviewed"), ("gpt", "failed")]
    halves = combined(part(rows=[row("opus")]), part(rows=[row("opus", ReviewerStatus.FAILED)]))
    assert (halves.reviewers[0].status, halves.reviewers[0].reason) == (ReviewerStatus.PARTIAL, "opus is failed")


def test_runs_that_all_skipped_on_purpose_make_a_skipped_one() -> None:
    skipped = [row("opus", ReviewerStatus.SKIPPED)]
    report = combined(part(rows=skipped, files=[read("a.py", asked=["opus"])], skipped="No keys."))
    assert (report.verdict.conclusion, report.verdict.reason) == (Conclusion.SKIPPED, "No keys.")
    assert not report.verdict.fails


def test_a_known_entry_gates_and_a_declined_one_does_not() -> None:
    both = [defect("opus"), defect("gpt")]
    assert combined(part(*both, state=State.KNOWN)).verdict.conclusion is Conclusion.BLOCK
    declined = combined(part(*both, state=State.DECLINED))
    assert (declined.findings[0].state, declined.verdict.conclusion) == (State.DECLINED, Conclusion.PASS)
    mixed = combined(part(both[0], state=State.DECLINED), part(both[1]))
    assert (mixed.findings[0].state, mixed.verdict.conclusion) == (State.NEW, Conclusion.BLOCK)


def test_only_the_named_reviewers_are_heard() -> None:
    parts = [part(defect("opus")), part(defect("gpt"))]
    report = combined(*parts, only=["gpt"])
    assert [r.name for r in report.reviewers] == ["gpt"]
    assert report.findings[0].agreement == Agreement(count=1, of=1, vendors=1)
    with pytest.raises(InputError, match="no file has a reviewer of that name"):
        combined(*parts, only=["nobody"])


def test_what_nobody_could_read_stays_a_gap_whatever_another_tool_says() -> None:
    broken = FileResult(path="y.py", status=FileStatus.ADDED, reviewed=False, reason="too large", gap=True)
    report = combined(part(files=[broken], rows=[row("opus")]), part(rows=[row("lint")], name="lint"))
    assert report.verdict.conclusion is Conclusion.INCOMPLETE
    assert (report.files[0].reviewed, report.files[0].reason) == (False, "too large")


def test_the_built_in_reviewer_is_heard_whoever_else_is_left_out() -> None:
    secret = finding(BUILTIN, "a.py", 3, severity=Severity.CRITICAL, title="A token", body="Take it out.")
    report = combined(part(secret, rows=[row("opus"), row("gpt")], files=[read("a.py", "opus", "gpt")]), only=["opus"])
    assert report.verdict.conclusion is Conclusion.BLOCK


def test_a_file_that_the_named_reviewers_were_not_asked_about_is_a_gap() -> None:
    files = [read("a.py", "opus"), read("b.py", "gpt")]
    report = combined(part(files=files, rows=[row("opus"), row("gpt")]), only=["opus"])
    assert [(file.reviewed, file.gap) for file in report.files] == [(True, False), (False, True)]
    assert report.verdict.conclusion is Conclusion.INCOMPLETE


def test_the_same_row_in_two_files_is_paid_once() -> None:
    paid = replace(row("opus"), duration_s=1.5)
    report = combined(part(rows=[paid], name="one"), part(rows=[paid], name="two"))
    assert report.usage.cost_usd == 0.5


def test_a_vendor_that_is_told_stands_for_one_that_is_not() -> None:
    untold = replace(row("opus"), vendor="opus", model="")
    for parts in ([untold, row("opus")], [row("opus"), untold]):
        report = combined(*(part(rows=[one], name=f"{number}") for number, one in enumerate(parts)))
        assert (report.reviewers[0].vendor, report.reviewers[0].model) == ("opus-inc", "x/opus")


@pytest.mark.parametrize("path", ["src\\é.py", "C:\\work\\src\\é.py", "src/e\u0301.py", "./src/é.py", "a/src/é.py"])
def test_a_path_is_known_however_it_is_written(path: str) -> None:
    report = combined(
        part(defect("opus", "src/é.py"), files=[read("src/é.py", "opus")]), part(defect("gpt", path), name="two")
    )
    assert [entry.agreement.count for entry in report.findings] == [2]


def test_files_about_different_changes_are_refused() -> None:
    with pytest.raises(InputError, match=r"one\.json and two\.json are of different changes: head aaa and bbb"):
        combined(part(name="one.json", head="aaa"), part(name="two.json", head="bbb"), part(name="three.json"))


NAMES = st.sampled_from(["opus", "gpt", "gemini"])
FINDINGS = st.builds(
    lambda name, path, start, words: finding(name, path, start, title=words, body=words),
    NAMES,
    st.sampled_from(["a.py", "b.py", None]),
    st.integers(1, 30),
    st.sampled_from(["the lock is never released", "the lock is not released", "count has no start value", "x"]),
)


@given(st.lists(FINDINGS, max_size=8), st.lists(FINDINGS, max_size=8))
def test_the_order_of_the_files_changes_no_finding_and_none_is_lost(one: list[Finding], two: list[Finding]) -> None:
    parts = [part(*one, name="one"), part(*two, name="two")]
    there, back = combined(*parts), combined(*reversed(parts))
    assert there.findings == back.findings
    assert there.verdict == back.verdict
    said = {(m.reviewer, m.anchor.path, m.anchor.start, m.title) for entry in there.findings for m in entry.members}
    assert said == {(f.reviewer, f.anchor.path, f.anchor.start, f.title) for f in [*one, *two]}
    assert combined(*parts, *parts).findings == there.findings


def test_what_is_gone_backs_nothing_that_is_there() -> None:
    gone = part(defect("opus", start=None), rows=[row("opus")], state=State.FIXED, name="a.json")
    there = part(defect("gpt", start=None), rows=[row("gpt")], name="b.json")
    report = combine([gone, there], policy=POLICY)
    assert [(e.state, e.reviewers, e.agreement.count) for e in report.findings] == [
        (State.NEW, ("gpt",), 1),
        (State.FIXED, ("opus",), 1),
    ]
    assert report.verdict.conclusion is Conclusion.PASS
