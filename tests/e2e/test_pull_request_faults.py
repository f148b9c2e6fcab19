"""`reviewbot pr` when GitHub fails: each fault at each place, what comes of it, and the table that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from github_faults import (
    Answer,
    Drop,
    Fault,
    Redirect,
    Truncated,
    bad_gateway,
    primary_limit,
    refused,
    secondary_limit,
    too_many,
    unprocessable,
)
from github_server import FakeGitHub
from github_values import Response
from providers import findings_reply
from pull_scene import opened
from stats_defects import EMPTY

pytestmark = pytest.mark.thorough

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
PULL, COMMENTS = "the pull request is read", "its comments are read"
REVIEW, SUMMARY = "the review is posted", "the summary is posted"
TEMPLATES = {
    PULL: "GET /repos/{owner}/{repo}/pulls/{number}",
    COMMENTS: "GET /repos/{owner}/{repo}/issues/{number}/comments",
    REVIEW: "POST /repos/{owner}/{repo}/pulls/{number}/reviews",
    SUMMARY: "POST /repos/{owner}/{repo}/issues/{number}/comments",
}
ALWAYS = 99
AGAIN = "nothing was reviewed; run again later"
UNPOSTED = "The review could not be posted: GitHub"
READ_ONLY = "The token may not write to the pull request"


@dataclass(frozen=True, slots=True)
class Row:
    """What comes of a fault, where the change has one finding that does not block."""

    where: str
    what: str
    fault: Callable[[], Fault] | None
    """None: a redirect to another server, which the test has to have."""
    times: int
    code: int
    requests: int | None
    """Of the kind that the fault befalls; None where more of them come later anyway."""
    posted: tuple[int, int]
    """Reviews, each with its comment, and summaries."""
    said: str = ""

    @property
    def line(self) -> str:
        """As the document has it."""
        reviews, summaries = self.posted
        posted = " and ".join(["review"] * reviews + ["summary"] * summaries) or "nothing"
        return f"| {self.where} | {self.what} | {self.code} | {self.requests or ''} | {posted} |"


def _page(status: int) -> Answer:
    return Answer(response=Response(status=status, body=b"<html>Welcome</html>", content_type="text/html"))


def _object() -> Answer:
    return Answer(response=Response.of({"message": 5}))


def _limited() -> Answer:
    return too_many(retry_after=1)


def _used_up() -> Answer:
    return primary_limit(reset_in=3000)


def _integration() -> Answer:
    return refused(403, "Resource not accessible by integration")


def _archived() -> Answer:
    return refused(403, "Repository was archived so is read-only.")


def _lost() -> Fault:
    return Drop(applied=False)


def _done() -> Fault:
    return Drop(applied=True)


NOTHING, NO_SUMMARY, ALL = (0, 0), (1, 0), (1, 1)
ROWS = [
    Row(PULL, "429 with Retry-After: 1, once", _limited, 1, 0, None, ALL),
    Row(PULL, "429 with Retry-After: 1, always", _limited, ALWAYS, 3, 3, NOTHING, AGAIN),
    Row(PULL, "403, the requests of this hour are used up", _used_up, ALWAYS, 3, 1, NOTHING, "the limit ends at"),
    Row(PULL, "the connection breaks, once", _lost, 1, 0, None, ALL),
    Row(PULL, "502, always", lambda: bad_gateway(applied=False), ALWAYS, 3, 3, NOTHING, AGAIN),
    Row(PULL, "200 with a web page", lambda: _page(200), ALWAYS, 3, 3, NOTHING, "cannot be read"),
    Row(PULL, "401", lambda: refused(401, "Bad credentials"), ALWAYS, 2, 1, NOTHING, "Bad credentials"),
    Row(PULL, "404", lambda: refused(404, "Not Found"), ALWAYS, 2, 1, NOTHING, "Not Found"),
    Row(PULL, "a redirect to another server", None, ALWAYS, 2, 1, NOTHING, "which is not followed"),
    Row(COMMENTS, "403 with Retry-After: 1, once", lambda: secondary_limit(retry_after=1), 1, 0, None, ALL),
    Row(COMMENTS, "half an answer, once", Truncated, 1, 0, None, ALL),
    Row(COMMENTS, "an object instead of a list", _object, ALWAYS, 3, 1, NOTHING, "is not a list"),
    Row(COMMENTS, "403, the requests of this hour are used up", _used_up, ALWAYS, 3, 1, NOTHING, "the limit ends at"),
    Row(REVIEW, "403 with Retry-After: 1, once", lambda: secondary_limit(retry_after=1), 1, 0, 2, ALL),
    Row(REVIEW, "429 with Retry-After: 1, always", _limited, ALWAYS, 3, 3, NOTHING, UNPOSTED),
    Row(REVIEW, "403, the requests of this hour are used up", _used_up, ALWAYS, 3, 1, NOTHING, UNPOSTED),
    Row(REVIEW, "403, the token may only read", _integration, ALWAYS, 0, 1, NOTHING, READ_ONLY),
    Row(REVIEW, "403, the repository is archived", _archived, ALWAYS, 0, 1, NOTHING, READ_ONLY),
    Row(REVIEW, "the connection breaks before it takes place", _lost, 1, 0, 2, ALL),
    Row(REVIEW, "the connection breaks after it took place", _done, 1, 0, 1, ALL),
    Row(REVIEW, "the connection breaks, always", _lost, ALWAYS, 3, 2, NOTHING, UNPOSTED),
    Row(REVIEW, "502 before it takes place", lambda: bad_gateway(applied=False), 1, 0, 2, ALL),
    Row(REVIEW, "502 after it took place", lambda: bad_gateway(applied=True), 1, 0, 1, ALL),
    Row(REVIEW, "half an answer", Truncated, 1, 0, 1, ALL),
    Row(REVIEW, "200 with a web page", lambda: _page(200), ALWAYS, 3, 2, NOTHING, UNPOSTED),
    Row(REVIEW, "401", lambda: refused(401, "Bad credentials"), ALWAYS, 3, 1, NOTHING, UNPOSTED),
    Row(REVIEW, "404", lambda: refused(404, "Not Found"), ALWAYS, 0, 1, NOTHING, READ_ONLY),
    Row(REVIEW, "422, always", lambda: unprocessable("No"), ALWAYS, 3, 2, NOTHING, UNPOSTED),
    Row(REVIEW, "a redirect to another server", None, ALWAYS, 3, 1, NOTHING, "which is not followed"),
    Row(SUMMARY, "429 with Retry-After: 1, once", _limited, 1, 0, 2, ALL),
    Row(SUMMARY, "403, the requests of this hour are used up", _used_up, ALWAYS, 3, 1, NO_SUMMARY, UNPOSTED),
    Row(SUMMARY, "the connection breaks before it takes place", _lost, 1, 0, 2, ALL),
    Row(SUMMARY, "the connection breaks after it took place", _done, 1, 0, 1, ALL),
    Row(SUMMARY, "502 after it took place", lambda: bad_gateway(applied=True), 1, 0, 1, ALL),
    Row(SUMMARY, "422", lambda: unprocessable("No"), ALWAYS, 3, 1, NO_SUMMARY, UNPOSTED),
]


@pytest.mark.requirement("R10", "R30")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.where}: {row.what}")
def test_a_fault_has_its_outcome(tmp_path: Path, row: Row) -> None:
    with opened(tmp_path) as scene, FakeGitHub() as other:
        scene.says(findings_reply([EMPTY]), findings_reply([EMPTY]))
        fault = row.fault() if row.fault else Redirect(to=other.api_url)
        scene.github.fault(TEMPLATES[row.where], fault, times=row.times)
        ended = scene.run()
        assert ended.code == row.code, ended.err
        if row.said == AGAIN:
            assert scene.outputs["verdict"] == "incomplete"
        pull = scene.pull
        assert (len(pull.reviews), len(pull.issue_comments)) == row.posted
        assert len(pull.comments) == len(pull.reviews)
        assert row.requests in (None, scene.github.counts[TEMPLATES[row.where]])
        assert row.said in " ".join((ended.out + ended.err).split())
        assert other.requests == []
        own = ("reviewbot: ", "  nothing was reviewed")
        assert [line for line in ended.err.splitlines() if not line.startswith(own)] == []


def test_the_document_has_the_outcomes() -> None:
    lines = DOCUMENT.read_text().splitlines()
    table = lines[lines.index("| where | what happens | exit code | requests | posted |") + 2 :]
    assert table == [row.line for row in ROWS]
