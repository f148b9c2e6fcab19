from __future__ import annotations

import json
from pathlib import Path

import pytest
from values import finding

from reviewbot.after import MergeRequest, merge_files
from reviewbot.config.overrides import Overrides
from reviewbot.model import Anchor, FileResult, FileStatus, ReviewerResult, ReviewerStatus
from reviewbot.parts.redacted import redacted
from reviewbot.parts.values import NamedBytes, Part, Said
from reviewbot.surroundings import Surroundings

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2


def here(folder: Path) -> Surroundings:
    return Surroundings(cwd=folder, environ={}, config_path=None, overrides=Overrides())


def row(reason: str | None, name: str = "opus") -> ReviewerResult:
    return ReviewerResult(name=name, model=name, vendor=name, status=ReviewerStatus.REVIEWED, reason=reason)


def part(words: str) -> Part:
    said = finding(words, f"{words}.py", 1, title=words, body=words, source=words)
    listed = FileResult(
        path=f"{words}.py", status=FileStatus.ADDED, reviewed=True, reason=words, asked=(words,), answered=(words,)
    )
    return Part(
        name="a.json",
        reviewers=(row(words, words),),
        said=(Said(finding=said),),
        files=(listed,),
        skipped=words,
        notes=(words,),
        repository=words,
    )


@pytest.mark.requirement("R9")
def test_no_text_of_a_part_keeps_a_secret_and_paths_stay_equal() -> None:
    clean = redacted(part(f"it has {TOKEN}"))
    assert TOKEN not in repr(clean)
    assert clean.files is not None
    assert clean.files[0].path == clean.said[0].finding.anchor.path == "it has [REDACTED:github-token].py"
    assert clean.files[0].answered == (clean.reviewers[0].name,) == (clean.said[0].finding.reviewer,)


def test_reviewers_that_differ_in_nothing_but_a_secret_are_one_and_agree_with_nobody(tmp_path: Path) -> None:
    found = {"path": "a.py", "start_line": 1, "severity": "high", "title": "total is never reset", "body": "At once."}
    files = [
        NamedBytes(name=name, data=json.dumps({"reviewer": f"gpt {token}", "findings": [found]}).encode())
        for name, token in (("a.json", TOKEN), ("b.json", "ghp_" + "z9Y8x7W6v5" * 4))
    ]
    report = merge_files(MergeRequest(files=tuple(files), around=here(tmp_path)))
    assert [row.name for row in report.reviewers] == ["gpt [REDACTED:github-token]"]
    (entry,) = report.findings
    assert (entry.agreement.count, entry.agreement.of) == (1, 1)
    assert TOKEN not in repr(report)


def test_a_part_without_secrets_stays_as_it_is() -> None:
    plain = part("total is never reset")
    assert redacted(plain) == plain
    bare = Part(name="b", reviewers=(row(None),), said=(Said(finding=finding(path=None, start=None)),))
    assert redacted(bare) == bare
    assert bare.said[0].finding.anchor == Anchor(path=None)


@pytest.mark.parametrize("format_", ["answer", "sarif"])
def test_a_merge_shows_no_secret_that_a_file_quotes(tmp_path: Path, format_: str) -> None:
    words = f"the key {TOKEN} is in the code"
    found = {"path": "a.py", "start_line": 1, "severity": "high", "title": words, "body": words}
    place = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}
    result = {"ruleId": "leak", "level": "error", "message": {"text": words}, "locations": [place]}
    run = {"tool": {"driver": {"name": "scanner"}}, "results": [result]}
    document = {
        "answer": {"reviewer": "opus", "findings": [found]},
        "sarif": {"version": "2.1.0", "runs": [run]},
    }[format_]
    file = NamedBytes(name="a.json", data=json.dumps(document).encode())
    report = merge_files(MergeRequest(files=(file,), around=here(tmp_path)))
    (entry,) = report.findings
    assert "[REDACTED:github-token]" in entry.lead.title + entry.lead.body
    assert TOKEN not in repr(report)
