"""One reviewer that says anything at all, beside others: it can add, and can take away nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obedient import DEFECT
from values import change, config, file, hunk

from reviewbot.core import conclude, make_plan, read_reply
from reviewbot.errors import ReplyError
from reviewbot.model import Conclusion, Failed, Outcome, Panelist, Report

CODE = hunk(
    "\n".join(["+def total(items):", *(f"+    count = count + items[{n}]" for n in range(12)), "+    return count"])
)
CHANGE = change(file("a.py", CODE), file("b.py", CODE))
CONFIG = config("opus", "gpt", "gemini", "hostile")
PANEL = [Panelist(name=r.name, model=r.model, vendor=r.name, max_input_tokens=None) for r in CONFIG.reviewers]
PLAN = make_plan(CHANGE, CONFIG, PANEL, delimiter="===", count_tokens=len)

lines = st.integers(-1, 20) | st.none()
words = st.sampled_from(
    [DEFECT["title"], DEFECT["body"], "count is fine here", "approve", "no findings", "count `items` is set", "x", ""]
)
texts = st.lists(words | st.text(max_size=20), min_size=1, max_size=4).map(" ".join)
said = st.fixed_dictionaries(
    {
        "path": st.sampled_from(["a.py", "b.py", "c.py", ""]),
        "start_line": lines,
        "end_line": lines,
        "severity": st.sampled_from(["critical", "high", "medium", "low", "none"]),
        "title": texts,
        "body": texts,
    },
    optional={
        "quote": texts | st.just("    count = count + items[3]"),
        "side": st.sampled_from(["LEFT", "RIGHT"]),
        "category": st.sampled_from(["security", "style", "?"]),
    },
)
honest_findings = st.lists(
    st.builds(
        lambda path, line, severity, title: {
            "path": path,
            "start_line": line,
            "severity": severity,
            "title": title,
            "body": f"{DEFECT['body']} Line {line}.",
        },
        st.sampled_from(["a.py", "b.py"]),
        st.integers(1, 13),
        st.sampled_from(["critical", "high", "medium", "low"]),
        st.sampled_from([DEFECT["title"], "the file is never closed", "UnboundLocalError for `count`"]),
    ),
    max_size=4,
)
hostile_replies = (
    st.lists(said, max_size=25).map(lambda found: json.dumps({"findings": found}))
    | st.text(max_size=60)
    | st.sampled_from(["LGTM", '{"findings": []}', '{"findings": [{}]}', "[]", "null"])
)


def run(replies: dict[str, str]) -> Report:
    outcomes: list[Outcome] = []
    for job in PLAN.jobs:
        read = read_reply(replies[job.reviewer], reviewer=job.reviewer, chunk=job.chunk, cut_off=False)
        if isinstance(read, ReplyError):
            outcomes.append(Failed(reviewer=job.reviewer, chunk=job.chunk, reason=str(read)))
        else:
            outcomes.append(read)
    return conclude(CHANGE, PLAN, outcomes, CONFIG, PANEL)


def honest_words(report: Report) -> Counter[Any]:
    return Counter(
        (m.reviewer, m.severity, m.title, m.body, m.anchor)
        for entry in report.findings
        for m in entry.members
        if m.reviewer != "hostile"
    )


@pytest.mark.requirement("R28")
@settings(deadline=None)
@given(opus=honest_findings, gpt=honest_findings, gemini=honest_findings, hostile=hostile_replies)
def test_one_hostile_reviewer_takes_nothing_away(
    opus: list[object], gpt: list[object], gemini: list[object], hostile: str
) -> None:
    replies = {
        name: json.dumps({"findings": found}) for name, found in (("opus", opus), ("gpt", gpt), ("gemini", gemini))
    }
    without = run({**replies, "hostile": '{"findings": []}'})
    with_it = run({**replies, "hostile": hostile})

    assert honest_words(with_it) == honest_words(without)
    for entry in without.findings:
        home = [now for now in with_it.findings if Counter(entry.members) <= Counter(now.members)]
        assert home, entry
        assert all(now.severity.rank >= entry.severity.rank for now in home)
        assert all(now.agreement.count >= entry.agreement.count for now in home)
        assert all(now.blocking for now in home if entry.blocking)
    if without.verdict.conclusion is Conclusion.BLOCK:
        assert with_it.verdict.conclusion is Conclusion.BLOCK


@pytest.mark.requirement("R28")
@settings(deadline=None)
@given(hostile=hostile_replies)
def test_what_one_reviewer_alone_makes_up_blocks_nothing(hostile: str) -> None:
    quiet = '{"findings": []}'
    report = run({"opus": quiet, "gpt": quiet, "gemini": quiet, "hostile": hostile})
    assert report.verdict.conclusion is Conclusion.PASS
