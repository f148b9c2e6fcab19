from __future__ import annotations

import json
from pathlib import Path

import pytest
from values import finding

from reviewbot.after import MergeRequest, merge_files
from reviewbot.model import Anchor, FileResult, FileStatus, ReviewerResult, ReviewerStatus
from reviewbot.parts.redacted import redacted
from reviewbot.parts.values import NamedBytes, Part, Said

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2


def row(reason: str | None) -> ReviewerResult:
    return ReviewerResult(name="opus", model="m", vendor="v", status=ReviewerStatus.REVIEWED, reason=reason)


def part(words: str) -> Part:
    said = finding("opus", f"{words}.py", 1, title=words, body=words, source=words)
    listed = FileResult(path=f"{words}.py", status=FileStatus.ADDED, reviewed=True, reason=words)
    return Part(
        name="a.json",
        reviewers=(row(words),),
        said=(Said(finding=said),),
        files=(listed,),
        skipped=words,
        notes=(words,),
    )


def test_no_text_of_a_part_keeps_a_secret_and_paths_stay_equal() -> None:
    clean = redacted(part(f"it has {TOKEN}"))
    assert TOKEN not in repr(clean)
    assert clean.files is not None
    assert clean.files[0].path == clean.said[0].finding.anchor.path == "it has [REDACTED:github-token].py"


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
    report = merge_files(MergeRequest(files=(file,), cwd=tmp_path, environ={}))
    (entry,) = report.findings
    assert "[REDACTED:github-token]" in entry.lead.title + entry.lead.body
    assert TOKEN not in repr(report)
