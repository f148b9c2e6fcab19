from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from values import finding

from reviewbot.model import Conclusion, Coverage, FileResult, FileStatus, MergedFinding, Severity, State
from reviewbot.stages.gate import Judgement, Policy, judge, with_quorum

PANEL = ("opus", "gpt", "gemini")


def entry(
    *reviewers: str,
    severity: Severity = Severity.HIGH,
    state: State = State.NEW,
    placed: bool = True,
    chunk: int | None = 1,
) -> MergedFinding:
    members = tuple(finding(name, severity=severity, placed=placed, chunk=chunk) for name in reviewers)
    return MergedFinding(lead=members[0], members=members, severity=severity, fingerprint="f", state=state)


def covered(*answered: str, chunk: int = 1, configured: Sequence[str] = PANEL) -> Coverage:
    return Coverage(chunk=chunk, configured=tuple(configured), answered=answered)


def decide(
    findings: Sequence[MergedFinding] = (),
    coverage: Sequence[Coverage] = (covered(*PANEL),),
    *,
    gaps: Sequence[str] = (),
    panel: Sequence[str] = PANEL,
    fail_on: Severity | None = Severity.HIGH,
    min_agreement: int = 2,
    quorum: int | None = None,
    fail_incomplete: bool = True,
) -> Judgement:
    policy = Policy(fail_on=fail_on, min_agreement=min_agreement, quorum=quorum, fail_incomplete=fail_incomplete)
    return judge(findings, coverage, gaps=gaps, panel=panel, policy=policy)


# The whole table: what one finding, who answered and the policy come to. The expectation is written as the rules are
# said to users, apart from the code.
TABLE = list(
    itertools.product(
        [None, *Severity],  # the finding's severity; None is no finding
        [("opus",), ("gpt", "opus"), ("gemini", "gpt", "opus"), ("reviewbot",), ("opus", "reviewbot")],  # who backs it
        list(State),
        [None, *Severity],  # fail_on; None is never
        [1, 2, 4],  # min_agreement
        [PANEL, ("opus", "gpt"), ("opus",), ()],  # who answered
        [None, 1, 3],  # quorum
        [(), ("big.py",)],  # gaps
        [True, False],  # on_incomplete: fail
    )
)


def expected(row: tuple[object, ...]) -> tuple[Conclusion, bool]:
    severity, backers, state, fail_on, min_agreement, answered, quorum, gaps, fail_incomplete = row
    assert isinstance(backers, tuple)
    assert isinstance(answered, tuple)
    assert isinstance(min_agreement, int)
    models = [name for name in backers if name != "reviewbot"]
    bad_enough = isinstance(severity, Severity) and isinstance(fail_on, Severity) and severity.rank >= fail_on.rank
    backed = "reviewbot" in backers or len(models) >= min(min_agreement, 3)
    if bad_enough and backed and state in (State.NEW, State.KNOWN):
        return Conclusion.BLOCK, True
    assert quorum is None or isinstance(quorum, int)
    if len(answered) < (2 if quorum is None else quorum) or gaps:
        return Conclusion.INCOMPLETE, bool(fail_incomplete)
    return Conclusion.PASS, False


@pytest.mark.requirement("R10")
def test_every_row_of_the_decision_table() -> None:
    for row in TABLE:
        severity, backers, state, fail_on, min_agreement, answered, quorum, gaps, fail_incomplete = row
        found = [] if severity is None else [entry(*backers, severity=severity, state=state)]
        verdict = decide(
            found,
            [covered(*answered)],
            fail_on=fail_on,
            min_agreement=min_agreement,
            quorum=quorum,
            gaps=gaps,
            fail_incomplete=fail_incomplete,
        ).verdict
        assert (verdict.conclusion, verdict.fails) == expected(row), row
        assert verdict.reason.endswith(".")


def test_nothing_found_passes() -> None:
    verdict = decide().verdict
    assert (verdict.conclusion, verdict.fails, verdict.reason) == (Conclusion.PASS, False, "No findings.")


def test_nothing_to_review_passes() -> None:
    assert decide(coverage=()).verdict.reason == "There was nothing to review."


def test_what_blocks_is_marked() -> None:
    judged = decide([entry("opus"), entry("opus", "gpt")])
    assert [f.blocking for f in judged.findings] == [False, True]
    assert judged.verdict.reason == "1 finding of severity high or higher, backed by at least 2 reviewers."


def test_an_unplaced_finding_blocks_too() -> None:
    assert decide([entry("opus", "gpt", placed=False)]).verdict.conclusion is Conclusion.BLOCK


def test_agreement_is_never_asked_of_more_reviewers_than_are_configured() -> None:
    verdict = decide([entry("opus")], [covered("opus", configured=("opus",))], panel=("opus",)).verdict
    assert (verdict.conclusion, verdict.min_agreement) == (Conclusion.BLOCK, 1)


@pytest.mark.requirement("R10", "R28")
def test_an_outage_does_not_lower_the_agreement_that_is_asked_for() -> None:
    verdict = decide([entry("opus")], [covered("opus")], quorum=1).verdict
    assert (verdict.conclusion, verdict.min_agreement) == (Conclusion.PASS, 2)


def test_for_paths_with_fewer_reviewers_their_number_is_enough() -> None:
    coverage = [covered(*PANEL), covered("opus", chunk=2, configured=("opus",))]
    assert decide([entry("opus", chunk=2)], coverage).verdict.conclusion is Conclusion.BLOCK
    assert decide([entry("opus", chunk=1)], coverage).verdict.conclusion is Conclusion.PASS


def test_saying_it_again_elsewhere_makes_nothing_weaker() -> None:
    coverage = [covered(*PANEL), covered("opus", chunk=2, configured=("opus",))]
    members = (finding("opus", chunk=2), finding("opus", chunk=1))
    twice = MergedFinding(lead=members[0], members=members, severity=Severity.HIGH, fingerprint="f")
    verdict = decide([twice], coverage).verdict
    assert (verdict.conclusion, verdict.reason) == (Conclusion.BLOCK, "1 finding of severity high or higher.")


@pytest.mark.requirement("R10")
def test_quorum_is_counted_for_each_chunk() -> None:
    coverage = [covered(*PANEL), covered("gpt", chunk=2)]
    verdict = decide(coverage=coverage).verdict
    assert verdict.conclusion is Conclusion.INCOMPLETE
    assert verdict.reason == "1 of 3 reviewers answered 1 of 2 chunks, gate.quorum is 2."


@pytest.mark.requirement("R28")
def test_a_quorum_over_the_panel_of_a_chunk_asks_for_all_of_it() -> None:
    alone = covered("opus", configured=("opus",))
    assert decide(coverage=[alone], quorum=3, panel=("opus",)).verdict.conclusion is Conclusion.PASS


@pytest.mark.parametrize(("size", "needed"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_the_default_quorum_is_half_rounded_up(size: int, needed: int) -> None:
    panel = [f"r{i}" for i in range(size)]
    for answering in range(size + 1):
        coverage = [covered(*panel[:answering], configured=panel)]
        complete = decide(coverage=coverage, panel=panel).verdict.conclusion is Conclusion.PASS
        assert complete == (answering >= needed)


def test_a_chunk_that_nobody_could_be_asked_about_is_not_reviewed() -> None:
    assert decide(coverage=[covered(configured=())], panel=()).verdict.conclusion is Conclusion.INCOMPLETE


@pytest.mark.requirement("R10")
def test_a_gap_is_named() -> None:
    verdict = decide(gaps=["a.py", "b.py", "c.py", "d.py"]).verdict
    assert verdict.reason == "4 files not reviewed: a.py, b.py, c.py and 1 more."


def test_what_reviewbot_itself_finds_needs_no_agreement_but_the_severity() -> None:
    assert decide([entry("reviewbot", chunk=None)]).verdict.reason == "1 finding of reviewbot's own checks."
    low = entry("reviewbot", severity=Severity.MEDIUM, chunk=None)
    assert decide([low]).verdict.conclusion is Conclusion.PASS


def test_both_kinds_of_reason_are_told() -> None:
    reason = decide([entry("opus", "gpt"), entry("reviewbot")]).verdict.reason
    assert reason == (
        "1 finding of severity high or higher, backed by at least 2 reviewers, and 1 finding of reviewbot's own checks."
    )


# ---------------------------------------------------------------- words, and files that a quorum read


def read_by(*answered: str, asked: Sequence[str] = PANEL) -> FileResult:
    return FileResult(
        path="-".join(answered) or "none",
        status=FileStatus.MODIFIED,
        reviewed=True,
        asked=tuple(asked),
        answered=answered,
    )


@pytest.mark.requirement("R10")
def test_a_file_counts_as_read_when_a_quorum_of_those_asked_answered() -> None:
    files = [read_by(), read_by("opus"), read_by("opus", "gpt"), read_by(*PANEL), read_by(asked=())]
    assert with_quorum(files, None) == {"opus-gpt", "opus-gpt-gemini"}
    assert with_quorum(files, 1) == {"opus", "opus-gpt", "opus-gpt-gemini"}
    assert with_quorum(files, 9) == {"opus-gpt-gemini"}
    assert with_quorum([read_by(asked=())], None) == frozenset()


@pytest.mark.requirement("R10")
def test_of_several_chunks_the_one_with_the_fewest_answers_is_told() -> None:
    chunks = [covered("opus", chunk=1), covered(chunk=2), covered(*PANEL, chunk=3)]
    reason = decide(coverage=chunks).verdict.reason
    assert reason == "0 of 3 reviewers answered 2 of 3 chunks, gate.quorum is 2."


def test_the_only_chunk_is_not_counted() -> None:
    reason = decide(coverage=[covered("opus")]).verdict.reason
    assert reason == "1 of 3 reviewers answered, gate.quorum is 2."


def test_three_files_that_were_not_reviewed_are_all_named() -> None:
    assert decide(gaps=["a", "b", "c"]).verdict.reason == "3 files not reviewed: a, b, c."


def test_files_and_answers_that_are_missing_are_told_together() -> None:
    reason = decide(coverage=[covered("opus")], gaps=["a.py"]).verdict.reason
    assert reason == "1 of 3 reviewers answered, gate.quorum is 2; 1 file not reviewed: a.py."


def test_the_least_backing_of_what_blocks_is_told() -> None:
    judged = decide([entry("opus", "gpt"), entry(*PANEL)])
    assert judged.verdict.reason == "2 findings of severity high or higher, backed by at least 2 reviewers."


def test_a_pass_says_what_would_have_blocked() -> None:
    low = entry("opus", severity=Severity.LOW)
    assert decide([low]).verdict.reason == "No finding of severity high or higher that 2 reviewers back."
    assert decide([low], min_agreement=1).verdict.reason == "No finding of severity high or higher."
    assert decide([low], fail_on=None).verdict.reason == "gate.fail_on is never."


def test_a_pass_says_who_did_not_answer() -> None:
    one = covered("opus", "gpt")
    assert decide(coverage=[one]).verdict.reason == "No findings. Only 2 of 3 reviewers answered."
    worse = covered("gpt", chunk=2)
    several = decide(coverage=[covered(*PANEL, chunk=3), one, worse], quorum=1).verdict
    assert several.reason == "No findings. Only 1 of 3 reviewers answered about some of it."
    wide = covered("a", "b", "c", chunk=4, configured=("a", "b", "c", "d"))
    mixed = decide(coverage=[wide, covered("gpt", chunk=2)], quorum=1).verdict
    assert mixed.reason == "No findings. Only 1 of 3 reviewers answered about some of it."
    assert decide([entry("reviewbot", state=State.DECLINED)], coverage=()).verdict.reason.startswith("No finding of")


def test_a_small_chunk_that_all_answered_does_not_hide_a_larger_one() -> None:
    small = covered("opus", chunk=1, configured=("opus",))
    reason = decide(coverage=[small, covered("opus", "gpt", chunk=2)]).verdict.reason
    assert reason == "No findings. Only 2 of 3 reviewers answered about some of it."
