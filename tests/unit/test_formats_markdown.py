from __future__ import annotations

import re

import pytest
from gfm import acting, tokens
from msgspec.structs import replace
from reports import (
    HOSTILE,
    SAMPLES,
    blocking,
    clean,
    entry,
    hostile,
    incomplete,
    many,
    nobody_answered,
    placed,
    report,
    single_reviewer,
    verdict,
)

from reviewbot.formats.markdown import LIMIT, render_markdown
from reviewbot.model import Anchor, Conclusion, FileResult, FileStatus, Report

OURS = {"<details>", "<summary>", "</summary>", "</details>"}


def acting_beyond_the_folds(document: str) -> list[tuple[str, str]]:
    for tag in OURS:
        document = document.replace(tag, "")
    return acting(document)


def rows(document: str) -> int:
    return [token.type for token in tokens(document)].count("tr_open")


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_in_the_document_acts_but_its_own_folds(name: str) -> None:
    document = render_markdown(SAMPLES[name]())

    assert acting_beyond_the_folds(document) == []
    assert document.count("<details>") == document.count("</details>")
    assert not any(line.lstrip().startswith("::") for line in document.split("\n"))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_table_has_its_rows(name: str) -> None:
    shown = SAMPLES[name]()
    tables = bool(shown.findings) + bool(shown.reviewers)

    assert rows(render_markdown(shown)) == len(shown.findings) + len(shown.reviewers) + tables


def test_a_clean_change_is_short() -> None:
    document = render_markdown(clean())

    assert document.startswith("## PASS\n\nNo finding of severity high or higher is backed by at least 2 reviewers.\n")
    assert "\n**No findings.**\n" in document
    assert "Not reviewed" not in document


@pytest.mark.requirement("R10")
def test_a_change_that_nobody_reviewed_does_not_look_clean() -> None:
    document = render_markdown(nobody_answered())

    assert "**No reviewer answered.**" in document
    assert "No findings" not in document
    assert "**failed**: 503 from the provider, three times" in document


def test_a_finding_has_a_row_and_a_section() -> None:
    document = render_markdown(blocking())

    title = "Tokens are compared with ==, so the time of a reply tells how many bytes are right"
    assert f"| 2 | **high**, blocks | 3 of 3 | {title} | `src/auth/session.py:41-42` |" in document
    assert f"### 2. {title}\n\n**high** · blocks · `src/auth/session.py:41-42` · security · **3 of 3**" in document
    assert "```diff\n+    if token == stored:\n+        return self.user\n```" in document


def test_each_member_has_its_own_words_in_a_fold() -> None:
    document = render_markdown(blocking())

    fold = document[document.index("<details>") : document.index("</details>")]
    assert (
        "**codex**, high, `src/auth/session.py:41`\n\n> **Timing attack on the session token**\n>\n> The comp" in fold
    )
    assert "**gemini**, medium" in fold
    assert "**opus**" not in fold


def test_a_finding_without_other_words_has_no_fold() -> None:
    assert "<details>" not in render_markdown(report(entry(placed("opus", "a.py", 1))))


def test_what_was_not_reviewed_is_listed_with_its_reason() -> None:
    document = render_markdown(incomplete())

    assert "- **gap:** `data/dump.sql`: too large for every reviewer\n- `assets/logo.png`: binary\n" in document
    assert "2 of 24 files reviewed." in document


def test_one_reviewer_is_told_that_agreement_means_nothing() -> None:
    assert "agreement means nothing" in render_markdown(replace(single_reviewer(), notes=()))


@pytest.mark.requirement("R10")
def test_a_lenient_policy_is_told() -> None:
    judged = verdict(Conclusion.INCOMPLETE, "1 of 3 reviewers answered.", fails=False)

    assert "1 of 3 reviewers answered. The policy lets it pass." in render_markdown(report(judged=judged))


# ---------------------------------------------------------------- length


def flood() -> Report:
    return many(files_changed=60, left_out=400)


@pytest.mark.requirement("R39")
def test_a_flood_of_findings_stays_within_the_limit_and_is_counted() -> None:
    document = render_markdown(flood())

    assert len(document) <= LIMIT
    listed = document.count("\n| ") - 1 - 4  # less both heads and the reviewers
    told = document.count("\n### ") - len(["Reviewers", "Not reviewed"])
    assert 0 < told < listed <= 240
    assert f"**{listed - told:,} more findings are listed above without their details, for length**" in document
    assert (f"**{240 - listed} more findings are not listed, for length**" in document) == (listed < 240)
    assert "and 380 more: excluded by third" in document
    assert acting_beyond_the_folds(document) == []


@pytest.mark.parametrize("size", [100, 10_000, 1_000_000])
def test_texts_without_end_are_cut(size: int) -> None:
    text = "<&`*|" * size
    evil = placed("opus", text[:4000], 1, title=text, body=text)
    evil = replace(evil, suggestion=text, anchor=replace(evil.anchor, note=text))
    places = tuple(Anchor(path=text[:4000], start=n, end=n) for n in range(1, 60))
    shown = report(
        *[entry(evil, replace(evil, reviewer="codex"), also_at=places)] * 5,
        reviewers=tuple(replace(r, reason=text, model=text[:500]) for r in blocking().reviewers) * 30,
        files=tuple(
            FileResult(path=text[:4000], status=FileStatus.ADDED, reviewed=False, reason=f"{n}{text[:4000]}")
            for n in range(99)
        ),
        judged=verdict(Conclusion.BLOCK, text, fails=True),
        notes=(text[:4000],) * 50,
    )

    document = render_markdown(shown)

    assert len(document) <= LIMIT
    assert acting_beyond_the_folds(document) == []
    told = len(re.findall(r"\n### [0-9]", document))
    left_out = [int(number) for number in re.findall(r"\n\*\*([0-9]+) more finding", document)]
    assert told + sum(left_out) == 5


@pytest.mark.requirement("R39")
def test_a_fence_that_is_cut_in_two_leaves_no_fence_open() -> None:
    body = "```python\n" + "x = 1\n" * 5_000 + "```"

    document = render_markdown(report(entry(placed("opus", "a.py", 1, body=body))))

    assert "### Reviewers" in document
    assert [token.type for token in tokens(document)].count("heading_open") == 3


def test_hostile_texts_are_shown_and_not_obeyed() -> None:
    document = render_markdown(hostile())

    assert acting_beyond_the_folds(document) == []
    assert "evil.example" in document
    assert HOSTILE not in document
