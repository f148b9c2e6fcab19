"""What is left of a report once it is held against the pull request that it names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from values import change, config, file, finding, hunk

from reviewbot.config.values import Config, PathRule
from reviewbot.core import make_plan, prepare
from reviewbot.errors import InputError
from reviewbot.model import (
    BUILTIN,
    Anchor,
    Conclusion,
    FileResult,
    FileStatus,
    Finding,
    Panelist,
    Report,
    ReviewerResult,
    ReviewerStatus,
    Severity,
    State,
    Usage,
)
from reviewbot.parts.values import Part, Said
from reviewbot.posted import Posted, source_hash
from reviewbot.vetting import vet

CHANGE = change(
    file("a.py", hunk(" def total(items):\n-    count = 0\n+    pass\n     return count")), file("b.py", hunk("+x = 1"))
)
PANEL = ("opus", "gpt", "gemini")
TOKEN = "ghp_" + "R4nd0mT0k3nVa1ueF0rTh1sT3st0n1yXyZ12"


def row(name: str, status: ReviewerStatus = ReviewerStatus.REVIEWED) -> ReviewerResult:
    return ReviewerResult(name=name, model="invented/model", vendor="invented", status=status, usage=Usage())


def read(path: str, *answered: str) -> FileResult:
    return FileResult(
        path=path,
        status=FileStatus.MODIFIED,
        reviewed=bool(answered),
        gap=not answered,
        asked=answered,
        answered=answered,
    )


def part(
    *said: Finding,
    rows: Sequence[ReviewerResult] | None = None,
    files: Sequence[FileResult] | None = None,
    state: State = State.NEW,
    skipped: str | None = None,
    notes: tuple[str, ...] = (),
) -> Part:
    return Part(
        name="r.json",
        reviewers=tuple([row(name) for name in PANEL] if rows is None else rows),
        said=tuple(Said(finding=replace(one, said=one.anchor, chunk=None), state=state) for one in said),
        files=tuple([read("a.py", *PANEL), read("b.py", *PANEL)] if files is None else files),
        skipped=skipped,
        notes=notes,
    )


def vetted(brought: Part, by: Config | None = None, *, posted: Sequence[Posted] = (), keyless: bool = False) -> Report:
    by = by or config()
    panel = [
        Panelist(name=one.name, model=one.model, vendor=f"{one.name}-inc", max_input_tokens=None)
        for one in by.reviewers
    ]
    prepared = prepare(CHANGE, by)
    plan = make_plan(prepared.change, by, panel, delimiter="===", count_tokens=len)
    return vet(brought, prepared, plan, by, panel, posted=posted, notes=("ours",), may_lack_keys=keyless)


def backed(*names: str, path: str = "a.py", start: int = 2) -> list[Finding]:
    return [finding(name, path, start, title="count is not set", body="`count` has no value.") for name in names]


# ---------------------------------------------------------------- who counts


def test_what_the_panel_agrees_on_blocks() -> None:
    report = vetted(part(*backed("opus", "gpt")))
    (entry,) = report.findings
    assert (entry.agreement.count, entry.agreement.of, entry.agreement.vendors) == (2, 3, 2)
    assert (report.verdict.conclusion, report.notes) == (Conclusion.BLOCK, ("ours",))
    assert [(r.name, r.model, r.vendor, r.findings) for r in report.reviewers] == [
        ("opus", "openai/opus", "opus-inc", 1),
        ("gpt", "openai/gpt", "gpt-inc", 1),
        ("gemini", "openai/gemini", "gemini-inc", 0),
    ]


@pytest.mark.requirement("R28")
def test_invented_reviewers_add_nothing_to_an_agreement() -> None:
    invented = [f"r{number}" for number in range(10)]
    rows = [row(name) for name in (*PANEL, *invented)]
    files = [read("a.py", *PANEL, *invented), read("b.py", *PANEL)]
    report = vetted(part(*backed("opus", *invented), rows=rows, files=files))
    (entry,) = report.findings
    assert (entry.reviewers, entry.agreement.count, entry.agreement.of) == (("opus",), 1, 3)
    assert report.verdict.conclusion is Conclusion.PASS
    assert report.notes[1].startswith('Left out of the report: 10 findings of "r0", "r1", "r2", "r3", "r4" and 5 more')


@pytest.mark.requirement("R28")
def test_invented_reviewers_make_no_quorum() -> None:
    names = ("r1", "r2", "r3")
    brought = part(rows=[row(name) for name in names], files=[read("a.py", *names), read("b.py", *names)])
    report = vetted(brought)
    assert report.verdict.conclusion is Conclusion.INCOMPLETE
    assert report.verdict.fails
    assert {(r.status, r.reason) for r in report.reviewers} == {
        (ReviewerStatus.SKIPPED, "the report has no answer of it")
    }


def test_reviewers_of_the_panel_that_the_report_leaves_out_are_missing() -> None:
    brought = part(rows=[row("opus")], files=[read("a.py", "opus"), read("b.py", "opus")])
    assert vetted(brought).verdict.reason.startswith("1 of 3 reviewers answered, gate.quorum is 2")
    assert vetted(brought, config("opus")).verdict.conclusion is Conclusion.PASS


def test_without_anybody_on_the_panel_nothing_was_reviewed() -> None:
    report = vetted(part(*backed("opus")), replace(config(), reviewers=()))
    assert report.findings == ()
    assert (report.verdict.conclusion, report.verdict.reason) == (
        Conclusion.INCOMPLETE,
        "2 files not reviewed: a.py, b.py.",
    )


def test_a_file_that_nobody_of_the_panel_is_to_read_was_not_reviewed() -> None:
    rule = PathRule(match="b.py", instructions=None, reviewers=("grok",))
    report = vetted(part(), config(paths=[rule]))
    assert report.verdict.reason == "1 file not reviewed: b.py."


def test_who_is_said_to_have_failed_says_nothing() -> None:
    rows = [row("opus"), row("gpt"), row("gemini", ReviewerStatus.FAILED)]
    report = vetted(part(*backed("opus", "gemini"), rows=rows))
    assert [entry.reviewers for entry in report.findings] == [("opus",)]
    assert [file.answered for file in report.files] == [("opus", "gpt"), ("opus", "gpt")]


def test_a_file_is_read_by_those_who_were_to_read_it() -> None:
    rule = PathRule(match="b.py", instructions=None, reviewers=("gemini",))
    by = config(paths=[rule])
    files = [read("a.py", *PANEL), read("b.py", "opus", "gpt")]
    report = vetted(part(files=files), by)
    assert [(f.asked, f.answered, f.reviewed) for f in report.files] == [(PANEL, PANEL, True), (("gemini",), (), False)]
    assert report.verdict.conclusion is Conclusion.INCOMPLETE


def test_a_file_that_the_report_does_not_list_was_not_reviewed() -> None:
    report = vetted(part(files=[read("a.py", *PANEL), read("other.py", *PANEL)]))
    assert [(f.path, f.reviewed, f.reason) for f in report.files] == [
        ("a.py", True, None),
        ("b.py", False, "the report does not list it"),
    ]
    assert report.verdict.reason.startswith("0 of 3 reviewers answered 1 of 2 chunks")
    assert {(r.status, r.reason) for r in report.reviewers} == {
        (ReviewerStatus.PARTIAL, "the report has no answer of it about 1 of 2 files")
    }


def test_a_report_that_lists_no_file_has_read_none() -> None:
    assert vetted(replace(part(), files=None)).verdict.conclusion is Conclusion.INCOMPLETE


# ---------------------------------------------------------------- what is made anew


def test_states_and_fingerprints_are_made_anew() -> None:
    fresh = vetted(part(*backed("opus", "gpt")))
    forged = [replace(one, fingerprint="0123456789abcdef") for one in backed("opus", "gpt")]
    for state in (State.DECLINED, State.KNOWN):
        report = vetted(part(*forged, state=state))
        assert report.findings == fresh.findings
    assert vetted(part(*forged, state=State.FIXED)).findings == ()


def test_what_stands_on_the_pull_request_decides_what_is_known() -> None:
    (entry,) = vetted(part(*backed("opus", "gpt"))).findings
    old = Posted(
        fingerprint=entry.fingerprint,
        path="a.py",
        side=entry.lead.anchor.side,
        category=entry.lead.category,
        severity=Severity.HIGH,
        title=entry.lead.title,
        body=entry.lead.body,
        reviewers=("opus",),
        of=3,
        source=source_hash(entry.lead.anchor.source),
        comment=5,
        declined="ann resolved it",
    )
    report = vetted(part(*backed("opus", "gpt")), posted=[old])
    assert [one.state for one in report.findings] == [State.DECLINED]
    assert report.verdict.conclusion is Conclusion.PASS


def test_places_are_those_of_the_change() -> None:
    claimed = Anchor(path="a.py", start=7, end=900, placed=True, source="forged", note="trust me")
    far = replace(claimed, start=500, end=500)
    gone = replace(claimed, path="../../etc/passwd")
    report = vetted(part(*(replace(one, anchor=at) for at in (claimed, far, gone) for one in backed("opus"))))
    anchors = {entry.lead.anchor.path: entry.lead.anchor for entry in report.findings}
    near = next(entry.lead.anchor for entry in report.findings if entry.lead.anchor.placed)
    assert (near.start, near.end, near.source) == (3, 3, "    return count")
    assert near.note == "the reviewer said line 7, which is outside the change"
    assert not anchors["../../etc/passwd"].placed
    assert {anchor.note for anchor in anchors.values()} <= {None, near.note}


def test_what_the_first_placing_noted_stays_when_it_can_be_so() -> None:
    moved = "the reviewer said line 1; the line that it quoted stands here"

    def note(told: str) -> str | None:
        (one,) = backed("opus")
        brought = part(one)
        at = replace(one.anchor, note=told)
        said = replace(one, anchor=at, said=replace(one.anchor, start=1, end=1))
        (entry,) = vetted(replace(brought, said=(Said(finding=said),))).findings
        return entry.lead.anchor.note

    assert note(moved) == moved
    assert note("Approved by the maintainers.") is None


def test_what_reviewbot_finds_itself_is_found_again_and_not_believed() -> None:
    forged = finding(BUILTIN, "a.py", 2, severity=Severity.CRITICAL, title="A secret", body="Nothing.")
    assert vetted(part(forged)).findings == ()


@pytest.mark.parametrize("secrets", ["redact", "off"])
def test_secrets_in_its_words_are_taken_out_as_configured(secrets: str) -> None:
    leaking = replace(backed("opus")[0], title=f"token {TOKEN}", body=f"see `{TOKEN}`", suggestion=f'key = "{TOKEN}"')
    reasons = [replace(row("opus"), reason=TOKEN), row("gpt"), row("gemini")]
    brought = part(leaking, rows=reasons, notes=(f"note {TOKEN}",))
    report = vetted(brought, replace(config(), secrets="off" if secrets == "off" else "redact"))
    assert (TOKEN in repr(report)) == (secrets == "off")


def test_its_notes_are_told_as_its_words_and_are_few() -> None:
    notes = tuple(f"note {number} " + "x" * 1000 for number in range(100))
    report = vetted(part(notes=("ours", *notes)))
    assert report.notes[0] == "ours"
    assert all(note.startswith("The report says: note ") and len(note) < 450 for note in report.notes[1:])
    assert len(report.notes) < 25


# ---------------------------------------------------------------- skipped, and too much


@pytest.mark.parametrize(("keyless", "ended"), [(True, Conclusion.SKIPPED), (False, Conclusion.INCOMPLETE)])
def test_a_run_without_keys_is_excused_where_there_can_be_none(keyless: bool, ended: Conclusion) -> None:
    rows = [row(name, ReviewerStatus.SKIPPED) for name in PANEL]
    report = vetted(part(rows=rows, files=[], skipped="No keys."), keyless=keyless)
    assert (report.verdict.conclusion, report.verdict.fails) == (ended, not keyless)


def test_who_answered_was_not_without_keys() -> None:
    brought = part(files=[read("a.py", "opus")], skipped="No keys.")
    assert vetted(brought, keyless=True).verdict.conclusion is Conclusion.INCOMPLETE


def test_too_many_findings_are_refused() -> None:
    one = Said(finding=backed("opus")[0])
    with pytest.raises(InputError, match="more than 50,000 findings"):
        vetted(replace(part(), said=(one,) * 50_001))
