"""The words of a finding about a secret: where it stands, and what to do."""

from __future__ import annotations

import pytest
from secret_samples import samples
from values import file, hunk

from reviewbot.model import Diff, FileDiff, FileStatus
from reviewbot.stages.redact import redact, redact_subjects, secret_findings

TOKEN = next(sample.secret for sample in samples() if sample.rule == "github-token")
USABLE = (
    "Everybody who can read the repository can use it, and its history keeps what was in it once. Revoke the secret"
    " where it was issued, take it out, and let the program read its successor from the environment or from a secret"
    " store."
)
IN_HISTORY = (
    "It stays in the history, where everybody who can read the repository finds it: revoke it where it was issued."
)
NAME_OR_HEADING = "The name of this file, or the heading of one of its hunks, holds"


def body(changed: FileDiff) -> str:
    redacted = redact(Diff(files=(changed,)))
    (finding,) = secret_findings(redacted.secrets, redacted.diff)
    return finding.body


@pytest.mark.parametrize(
    ("line", "where", "remedy"),
    [
        (f"+a = {TOKEN}", "What this change adds holds", USABLE),
        (f"-a = {TOKEN}", "What this change removes held", IN_HISTORY),
        (f" a = {TOKEN}", "This line, which the change shows and leaves as it is, holds", USABLE),
    ],
)
def test_a_secret_on_a_line_is_told_by_what_the_change_does_with_it(line: str, where: str, remedy: str) -> None:
    assert body(file("a.py", hunk(line))) == f"{where} what looks like a secret: GitHub token. {remedy}"


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        (file(f"{TOKEN}.txt", hunk("+x")), USABLE),
        (file("a.env", hunk("+x", section=f"A={TOKEN}")), USABLE),
        (file(f"{TOKEN}.txt", hunk("-x"), status=FileStatus.DELETED), IN_HISTORY),
        (file("b.txt", status=FileStatus.RENAMED, old_path=f"{TOKEN}.txt"), IN_HISTORY),
    ],
)
def test_a_secret_without_a_line_is_told_to_be_in_a_name_or_a_heading(changed: FileDiff, remedy: str) -> None:
    assert body(changed) == f"{NAME_OR_HEADING} what looks like a secret: GitHub token. {remedy}"


def test_a_secret_in_a_commit_message_or_title_is_told_to_be_there() -> None:
    _, secrets = redact_subjects([f"Use {TOKEN}"])
    (finding,) = secret_findings(secrets, Diff(files=()))
    assert finding.body == (
        f"A commit message of this change, or its title, holds what looks like a secret: GitHub token. {USABLE}"
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [(f"+{TOKEN}", "GitHub token in the change"), (f"-{TOKEN}", "GitHub token that the change removes")],
)
def test_the_title_says_whether_the_change_removes_it(line: str, title: str) -> None:
    redacted = redact(Diff(files=(file("a.py", hunk(line)),)))
    assert [finding.title for finding in secret_findings(redacted.secrets, redacted.diff)] == [title]


def test_a_token_that_the_end_of_a_heading_cuts_off_is_called_the_beginning_of_one() -> None:
    whole = next(sample.secret for sample in samples() if sample.rule == "digitalocean-token")
    redacted = redact(Diff(files=(file("a.env", hunk("+x", section=f"export PRODUCTION_DROPLETS={whole}"[:80])),)))
    assert [finding.title for finding in secret_findings(redacted.secrets, redacted.diff)] == [
        "Beginning of a secret in the change"
    ]
