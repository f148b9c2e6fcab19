from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import string
import zlib

import pytest
from gfm import acting
from hostile_text import FRAGMENTS
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from reports import SAMPLES, blocking, entry, placed, report, sample_change
from values import change, file, finding, hunk

from reviewbot.formats.marker import (
    ROOM,
    Rounds,
    finding_marker,
    memory,
    posted_as,
    read_finding,
    read_memory,
    read_summary,
)
from reviewbot.formats.review_draft import LIMIT, SummaryState, comment_body, draft_review, without_lines
from reviewbot.model import MergedFinding, Report, Severity, Side, State
from reviewbot.posted import Posted, ReviewDraft

DIFF = sample_change().diff


def drafted(
    shown: Report,
    inline: list[MergedFinding],
    *,
    commented: tuple[str, ...] = (),
    told: tuple[str, ...] = (),
    carried: tuple[Posted, ...] = (),
    round_: int = 1,
    summary: SummaryState = "kept",
) -> ReviewDraft:
    outside = [e for e in shown.findings if not e.lead.anchor.placed and e.state is State.NEW]
    return draft_review(
        shown, inline, outside, commented=commented, told=told, carried=carried, round_=round_, summary=summary
    )


def on_lines(shown: Report) -> list[MergedFinding]:
    return [e for e in shown.findings if e.lead.anchor.placed and e.lead.anchor.start is not None]


def without_marker(text: str) -> str:
    return re.sub(r"\n*<!-- reviewbot:[^\n]*-->$", "", text)


# ---------------------------------------------------------------- a comment


def test_a_comment_says_what_who_and_why_and_ends_in_its_marker() -> None:
    first = blocking().findings[1]
    body = comment_body(first, DIFF)
    head, title, *_ = body.split("\n\n")
    assert head == "**high** · blocks · security · **3 of 3** (codex, gemini, opus)"
    assert title.startswith("**Tokens are compared with")
    assert "What the others said" in body
    assert "codex" in body.partition("What the others said")[2]
    assert "Prompt for a coding agent" in body
    posted = read_finding(body)
    assert posted is not None
    assert (posted.fingerprint, posted.title) == ("a3f1c2d4e5b60718", first.lead.title)


def test_a_comment_stands_on_the_whole_range() -> None:
    shown = report(
        entry(placed("opus", "src/auth/session.py", 40, 41)), entry(placed("opus", "src/auth/store.py", 113))
    )
    two, one = drafted(shown, on_lines(shown)).comments
    assert (two.path, two.side, two.start_line, two.line) == ("src/auth/session.py", Side.RIGHT, 40, 41)
    assert (one.start_line, one.line) == (None, 113)


def suggested(text: str | None, start: int = 41, end: int = 42, **changes: object) -> str:
    said = replace(placed("opus", "src/auth/session.py", start, end), suggestion=text, **changes)
    return comment_body(entry(said), DIFF)


def test_a_suggestion_replaces_just_the_lines_that_the_comment_is_on() -> None:
    body = suggested("    if compare_digest(token, stored):\n        return self.user\n")
    assert "```suggestion\n    if compare_digest(token, stored):\n        return self.user\n```" in body


def test_a_suggestion_with_a_fence_in_it_has_a_longer_one() -> None:
    assert "````suggestion\n```\nx\n````" in suggested("```\nx")


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    "body",
    [
        suggested(None),
        suggested("    if token == stored:\n        return self.user"),
        suggested("a\0b"),
        suggested("a\r\nb"),
        suggested("x", 39, 500),
        suggested("a\u200fb"),
        suggested("a\x0cb"),
        suggested("a\u2028b"),
        suggested("token = '[REDACTED:github-token]'"),
        comment_body(entry(replace(placed("opus", "src/auth/store.py", 113, side=Side.LEFT), suggestion="x")), DIFF),
    ],
)
def test_what_would_not_apply_is_not_suggested(body: str) -> None:
    assert "suggestion\n" not in body.partition("<details>")[0]


def test_a_suggestion_for_lines_that_the_reviewer_did_not_name_is_not_offered() -> None:
    said = placed("opus", "src/auth/session.py", 41, 42)
    moved = replace(said, suggestion="x", anchor=replace(said.anchor, note="moved"))
    assert "```suggestion" not in comment_body(entry(moved), DIFF)
    assert said.said is not None
    named = replace(said, suggestion="x", said=replace(said.said, start=40))
    assert "```suggestion" not in comment_body(entry(named), DIFF)


# ---------------------------------------------------------------- review and summary


def test_a_change_without_findings_has_no_review_and_a_short_summary() -> None:
    draft = drafted(SAMPLES["clean"](), [])
    assert not draft.has_review
    assert draft.summary.startswith("**PASS** · No findings. 3 files, +8 -3. 3 of 3 files reviewed.")
    assert without_marker(draft.summary).count("\n") == 0


def test_what_fits_no_line_stands_in_the_review_under_its_own_heading() -> None:
    shown = report(entry(finding("opus", None, None, title="Two stores of sessions")))
    draft = drafted(shown, [])
    assert draft.comments == ()
    assert "## On no line of this change" in draft.body
    assert "Two stores of sessions" in draft.body
    assert draft.has_review


def test_the_review_says_how_many_findings_are_in_the_summary_only() -> None:
    shown = report(*(entry(placed("opus", "src/auth/store.py", n, title=f"t{n}")) for n in (112, 113, 114)))
    body = without_marker(drafted(shown, on_lines(shown)[:1]).body)
    assert body.endswith("1 new finding. 2 more findings in the summary.")
    for summary in ("none", "ended"):
        body = without_marker(drafted(shown, on_lines(shown)[:1], summary=summary).body)
        assert body.endswith("1 new finding. 2 more findings in the report of the job.")


def test_the_summary_lists_all_and_tells_in_full_what_stands_nowhere_else() -> None:
    shown = report(
        *(entry(placed("opus", "src/auth/store.py", n, title=f"title {n}", body=f"body {n}.")) for n in (112, 113))
    )
    summary = drafted(shown, on_lines(shown)[:1]).summary
    assert "title 112" in summary
    assert "title 113" in summary
    assert "body 112" not in without_marker(summary)
    assert "body 113" in without_marker(summary)


def test_the_summary_remembers_what_no_comment_does() -> None:
    shown = report(*(entry(placed("opus", "src/auth/store.py", n, title=f"title {n}")) for n in (112, 113, 114)))
    entries = on_lines(shown)
    earlier = replace(posted_as(entries[0]), title="of an earlier run")
    draft = drafted(shown, entries[:1], commented=(entries[1].fingerprint,), carried=(earlier,), round_=2)
    rounds = read_summary(draft.summary)
    assert rounds is not None
    assert (rounds.round, rounds.head) == (2, shown.change.head)
    assert [posted.title for posted in rounds.findings] == ["title 114", "of an earlier run"]


def test_a_summary_that_is_no_longer_kept_says_so_and_remembers_what_was_told() -> None:
    shown = report(
        entry(placed("opus", "src/auth/store.py", 112, title="never told")),
        entry(placed("opus", "src/auth/store.py", 113, title="known"), state=State.KNOWN),
        entry(finding("opus", None, None, title="outside")),
    )
    draft = drafted(shown, [], summary="ended")
    assert "no longer kept" in draft.summary
    assert "known" not in without_marker(draft.summary)
    rounds = read_summary(draft.summary)
    assert rounds is not None
    assert {posted.title for posted in rounds.findings} == {"known", "outside"}
    assert drafted(shown, [], summary="none").summary == ""


def test_the_text_of_a_review_remembers_what_it_tells_itself() -> None:
    shown = report(
        entry(placed("opus", "src/auth/store.py", 112)), entry(finding("opus", None, None, title="Two stores"))
    )
    rounds = read_memory(drafted(shown, on_lines(shown), round_=3).body, "review")
    assert rounds is not None
    assert (rounds.round, [posted.title for posted in rounds.findings]) == (3, ["Two stores"])


@pytest.mark.requirement("R38")
def test_comments_that_are_refused_are_told_and_remembered_in_the_text() -> None:
    shown = report(*(entry(placed("opus", "src/auth/store.py", n, title=f"title {n}")) for n in (112, 113)))
    draft = drafted(shown, on_lines(shown))
    text = without_lines(draft, draft.comments[1:])
    assert text.comments == draft.comments[:1]
    assert "title 113" in without_marker(text.body)
    assert "title 112" not in text.body
    for rounds in (read_memory(text.body, "review"), read_summary(text.summary)):
        assert rounds is not None
        assert [posted.title for posted in rounds.findings] == ["title 113"]


@pytest.mark.requirement("R39")
def test_a_text_of_very_many_refused_comments_is_cut_between_two_and_counts_the_rest() -> None:
    long = "Open `a` and close it.\n\n```\ncode\n```\n\n" * 60
    shown = report(
        *(
            entry(placed("opus", "src/auth/store.py", 112, title=f"t{n}", body=long), fingerprint=f"{n:x}")
            for n in range(40)
        )
    )
    draft = drafted(shown, on_lines(shown))
    text = without_lines(draft, draft.comments)
    body = without_marker(text.body)
    assert len(text.body) < 65_536
    assert body.count("<details>") == body.count("</details>")
    assert body.count("```") % 2 == 0
    rounds = read_memory(text.body, "review")
    assert rounds is not None
    told = len(rounds.findings)
    assert 1 < told < 40
    assert body.endswith(f"and {40 - told} more findings, for length")


@pytest.mark.requirement("R39")
def test_of_very_many_findings_everything_stays_below_what_a_comment_may_have() -> None:
    long = "The cache of the session store is read without its lock. " * 120
    shown = report(
        *(
            entry(placed("opus", "src/auth/store.py", 112, title=f"t {n} {long}", body=long), fingerprint=f"{n:x}")
            for n in range(400)
        )
    )
    draft = drafted(shown, on_lines(shown)[:30])
    bodies = [draft.body, draft.summary, *(comment.body for comment in draft.comments)]
    assert max(map(len, bodies)) < 65_536
    assert read_summary(draft.summary) is not None
    assert all(read_finding(comment.body) for comment in draft.comments)
    assert len(without_marker(draft.summary)) <= LIMIT + 500


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("name", SAMPLES)
def test_hostile_words_do_nothing_in_what_is_posted(name: str) -> None:
    shown = SAMPLES[name]()
    draft = drafted(shown, on_lines(shown))
    for text in (draft.body, draft.summary, *(comment.body for comment in draft.comments)):
        assert [act for act in acting(without_marker(text)) if act[0] != "html_block"] == []


hostile = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)


@pytest.mark.requirement("R14")
@settings(deadline=None)
@given(hostile, hostile, hostile)
def test_no_text_forges_a_marker_or_closes_a_fold(title: str, body: str, other: str) -> None:
    said = [
        placed("opus", "src/auth/store.py", 112, title=title, body=body),
        placed("gpt", "src/auth/store.py", 112, title=other, body=title),
    ]
    text = comment_body(entry(*said), DIFF)
    assert text.count("<!-- reviewbot:") == 1
    assert [act for act in acting(without_marker(text)) if act[0] != "html_block"] == []
    assert text.count("<details>") == text.count("</details>") == 2


# ---------------------------------------------------------------- markers


def test_a_marker_gives_back_what_was_posted() -> None:
    for shown in SAMPLES.values():
        for found in shown().findings:
            back, was = read_finding(f"text\n\n{finding_marker(found)}\n"), posted_as(found)
            encodable = {name: getattr(was, name).encode("utf-8", "replace").decode() for name in ("title", "body")}
            assert back == replace(was, **encodable)


def test_a_summary_gives_back_its_rounds_and_findings() -> None:
    listed = tuple(posted_as(found) for found in blocking().findings)
    rounds = read_summary(f"text\n{memory('summary', Rounds(round=3, head='abc', findings=listed)).line}")
    assert rounds is not None
    assert (rounds.round, rounds.head) == (3, "abc")
    assert set(rounds.findings) == {replace(posted, body=posted.body[:400]) for posted in listed}


def many(count: int, severity: Severity, words: str) -> list[Posted]:
    found = posted_as(blocking().findings[0])
    return [
        replace(
            found,
            fingerprint=hashlib.sha256(f"{severity}{n}".encode()).hexdigest()[:16],
            source=hashlib.sha256(f"{n}{severity}".encode()).hexdigest()[:16],
            severity=severity,
            title=f"{n} {severity} {words}"[:200],
            body=words,
        )
        for n in range(count)
    ]


def test_a_memory_holds_some_hundred_findings() -> None:
    words = "The cache of the session store is read without its lock, so a second request may see half of an entry. "
    listed = tuple(many(120, Severity.HIGH, words * 5))
    kept = memory("summary", Rounds(round=1, head="abc", findings=listed))
    assert (kept.forgotten, len(kept.line) <= ROOM) == (0, True)
    rounds = read_summary(kept.line)
    assert rounds is not None
    assert [posted.fingerprint for posted in rounds.findings] == [posted.fingerprint for posted in listed]
    assert all(len(posted.body) >= 100 for posted in rounds.findings)


def test_where_a_memory_overflows_it_keeps_the_most_severe_and_counts_the_rest() -> None:
    rng = random.Random(7)
    noise = "".join(rng.choices(string.ascii_letters, k=400))
    low, high = many(900, Severity.LOW, noise), many(30, Severity.HIGH, noise)
    for n, posted in enumerate(low):
        low[n] = replace(posted, title="".join(rng.choices(string.ascii_letters, k=200)))
    kept = memory("summary", Rounds(round=1, head="abc", findings=(*low, *high)))
    rounds = read_summary(kept.line)
    assert rounds is not None
    assert len(kept.line) <= ROOM
    assert len(rounds.findings) + kept.forgotten == 930
    assert [posted.severity for posted in rounds.findings[:30]] == [Severity.HIGH] * 30
    assert 30 < len(rounds.findings) < 930


def marker_of(data: bytes, kind: str = "summary") -> str:
    return f"<!-- reviewbot:{kind}:1:{base64.urlsafe_b64encode(data).decode().rstrip('=')} -->"


@pytest.mark.parametrize(
    "document",
    [
        "[" * 100_000,
        '{"round": ' + "9" * 5_000 + "}",
        '{"round": 1' + "0" * 4_000 + ', "head": "", "findings": []}',
        '{"round": -1, "head": "", "findings": []}',
        '{"round": true, "head": "", "findings": []}',
        '{"round": NaN, "head": "", "findings": []}',
        '{"round": 1, "head": 7, "findings": []}',
        '{"round": 1, "head": "' + "a" * 65 + '", "findings": []}',
        '{"round": 1, "head": "", "findings": {}}',
        " " * 50_000_000,
        '{"round": 1, "head": "", "findings": [' + ",".join(["[]"] * 300_000) + "]}",
    ],
)
def test_hostile_data_in_a_memory_is_no_memory(document: str) -> None:
    assert read_summary(marker_of(zlib.compress(document.encode(), 9))) is None


@pytest.mark.parametrize("data", [b"", b"x", zlib.compress(b"{}")[:-3], zlib.compress(b"\xff\xfe"), b"{}"])
def test_data_that_is_not_packed_as_ours_is_no_memory(data: bytes) -> None:
    assert read_summary(marker_of(data)) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("of", 10**400),
        ("of", -1),
        ("of", True),
        ("title", "t" * 501),
        ("body", "b" * 601),
        ("path", "\ud800"),
        ("path", "p" * 5_001),
        ("reviewers", ["x"] * 101),
        ("reviewers", [7]),
        ("reviewers", ["x" * 201]),
    ],
)
def test_a_finding_beyond_all_bounds_is_not_remembered(key: str, value: object) -> None:
    line = finding_marker(entry(placed("opus", "src/auth/store.py", 112)))
    document = json.loads(base64.urlsafe_b64decode(line.split(":")[-1].removesuffix(" -->") + "=="))
    assert read_finding(line) is not None
    assert read_finding(marker_of(json.dumps({**document, key: value}).encode(), "finding")) is None


def test_halves_of_characters_are_made_printable_and_names_of_files_stay() -> None:
    odd = replace(posted_as(blocking().findings[0]), title="a\ud800b", path="caf\udce9.py")
    rounds = read_summary(memory("summary", Rounds(round=1, head="", findings=(odd,))).line)
    assert rounds is not None
    assert [(posted.title, posted.path) for posted in rounds.findings] == [("a?b", "caf\udce9.py")]


@pytest.mark.requirement("R18")
def test_only_a_last_line_that_is_whole_is_a_marker() -> None:
    line = finding_marker(blocking().findings[0])
    for text in (
        f"> {line}",
        f"{line}\nmore",
        f"{line[:-10]}",
        f"a {line}",
        line.replace(":1:", ":2:"),
        "",
        line[:60] + "!" + line[60:],
    ):
        assert read_finding(text) is None
    assert read_summary(line) is None


@settings(deadline=None)
@given(st.text(alphabet="ABCabc019_-", max_size=80), st.sampled_from(["finding", "summary"]))
def test_any_marker_is_read_or_is_none(data: str, kind: str) -> None:
    text = f"<!-- reviewbot:{kind}:1:{data} -->"
    read_finding(text)
    read_summary(text)


@pytest.mark.parametrize(
    "key", ["fingerprint", "side", "category", "severity", "title", "body", "reviewers", "of", "source"]
)
@pytest.mark.parametrize("value", [None, 1.5, {}, "nonsense"])
def test_a_marker_that_lacks_something_is_none(key: str, value: object) -> None:
    line = finding_marker(entry(placed("opus", "src/auth/store.py", 112)))
    data = line.split(":")[-1].removesuffix(" -->")
    document = json.loads(base64.urlsafe_b64decode(data + "=="))
    if value == "nonsense" and key in ("fingerprint", "title", "body", "source"):
        return
    text = base64.urlsafe_b64encode(json.dumps({**document, key: value}).encode()).decode().rstrip("=")
    assert read_finding(f"<!-- reviewbot:finding:1:{text} -->") is None


def test_a_suggestion_is_not_offered_over_removed_lines() -> None:
    diff = change(file("a.py", hunk("+one\n-gone\n+two", old=1, new=1))).diff
    both = entry(replace(placed("opus", "a.py", 1, 2), suggestion="three"))
    second = entry(replace(placed("opus", "a.py", 2), suggestion="three"))
    assert "```suggestion" not in comment_body(both, diff)
    assert "```suggestion\nthree\n```" in comment_body(second, diff)


def test_a_known_finding_that_nothing_else_shows_keeps_its_words_in_the_summary() -> None:
    known = replace(entry(placed("opus", "a.py", 900, title="Known and open")), state=State.KNOWN)
    shown = replace(SAMPLES["clean"](), findings=(known,))
    assert "1 finding without a comment" in drafted(shown, []).summary
    for quiet in (drafted(shown, [], told=(known.fingerprint,)), drafted(shown, [], commented=(known.fingerprint,))):
        assert "without a comment" not in quiet.summary


def test_what_the_text_of_a_review_told_is_remembered_as_told() -> None:
    shown = SAMPLES["blocking"]()
    outside = [e for e in shown.findings if not e.lead.anchor.placed and e.state is State.NEW]
    rounds = read_summary(drafted(shown, []).summary)
    assert rounds is not None
    assert {p.fingerprint for p in rounds.findings if p.told} == {e.fingerprint for e in outside}
    assert len(rounds.findings) > len(outside)


def test_findings_that_have_no_room_are_counted() -> None:
    many = tuple(
        replace(entry(placed("opus", "a.py", n, title=f"t{n}", body="word " * 300)), fingerprint=f"{n:016}")
        for n in range(1, 61)
    )
    text = drafted(replace(SAMPLES["clean"](), findings=many), []).summary
    assert "60 findings without a comment" in text
    assert re.search(r"and [1-9][0-9]* more findings, for length; the table has them", text)


@pytest.mark.parametrize(("count", "words"), [(1, "1 earlier finding is"), (3, "3 earlier findings are")])
def test_a_clean_summary_says_what_was_not_repeated(count: int, words: str) -> None:
    draft = draft_review(
        SAMPLES["clean"](), [], [], commented=(), told=(), carried=(), unrepeated=count, round_=2, summary="kept"
    )
    assert without_marker(draft.summary).endswith(f"{words} not repeated, and not known to be gone.")
