"""SECURITY.md makes each point that somebody who trusts reviewbot has to know, and none can go unnoticed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")
POINTS: Mapping[str, tuple[str, ...]] = {
    "Security": (
        "holds model keys and a token",
        "what is defended against whom, what is sent where, and what is not protected",
        "[docs/security.md]",
    ),
    "Report a weakness": (
        "only the maintainers read",
        "Do not open an issue",
        "`--record DIR` helps",
        "Never send a working key",
        "newest release is the one that gets fixes",
        "An advisory is published with the fix",
        "a key, a token or a secret of a change that gets out",
        "code of a change that runs",
        "acts where it is shown",
        "a gate that passes what it should not",
        "writes on somebody else's pull request",
        "somebody other than the operator can make",
        "is no weakness of this kind",
    ),
    "Who is who": (
        "what keeps them from more",
        "| the operator | everything",
        "| the author of a change, also from a fork | every byte of the head",
        "nothing of it is run, imported, opened by its path or taken for a setting",
        "| anybody with an account | comments",
        "ours is what our login wrote",
        "only who may write turns a finding down",
        "| a model, or who has talked it into something | any answer",
        "no tools; read strictly; its words are made harmless; it adds findings and takes none away",
        "| a model's server, or who stands for it | any bytes",
        "one host for each key, https, no redirects, a size, a deadline, no compressed bodies",
        "| GitHub, or a fault of it | refuse, be late, lose an answer",
        "no write is repeated blindly",
        "| a dependency | whatever its release does in our process",
        "locked to hashes, wheels only, a week old, audited",
        "| who reads logs, artifacts and comments | read them",
        "what a model encodes in another way is not known for a key",
        "A failure is never a clean review",
    ),
    "What is sent to whom": (
        "To each vendor of the panel, and to nobody else: changed lines",
        "Secrets in them are replaced first",
        "Commit messages, titles, descriptions, comments and files that did not change are not sent",
        "`reviewbot review --dry-run` names the hosts",
        "To each vendor, its own key",
        "your server is that vendor",
        "What a vendor keeps is between you and it",
        "To GitHub: the review, with the token",
        "`reviewbot pr --dry-run` posts nothing",
        "To a package index, by the Action",
        "To us: nothing",
        "There is no telemetry",
        "the models' answers in your cache folder",
        "in the repository's git folder the titles of the findings",
        "the ids of commits that were pushed without a review",
        "a log with secrets replaced",
        "a random secret that seals its answers",
        "leaves its reports in the runner's folder",
    ),
    "What is not protected": (
        "**An insider who can push a branch can edit the workflow.**",
        "the workflow of the head runs",
        "Only rules of the repository stop that",
        "**A gate in a hook or a job is a help, not a wall.**",
        "Whoever may merge past it can",
        "**Models that agree on something wrong**",
        "Agreement counts heads",
        "Choose different vendors",
        "**Models that can be talked out of a finding.**",
        "can persuade a reviewer to be silent",
        "nothing makes it impossible",
        "**Findings that are plausible and wrong.**",
        "read it before you apply it",
        "**Who speaks for the panel in a report.**",
        "are what that job wrote",
        "made anew, and the pull request is the run's own",
        "**Secrets in no known form**",
        "what was pushed is public",
        "**A vendor that you chose**",
        "**Your machine.**",
        "A local run trusts the configuration in your work tree",
        "In a clone that you do not trust, use `reviewbot pr` instead",
        "**A dependency that turns bad",
        "an index that serves what was locked",
        "not that it is a good one",
    ),
    "For operators": (
        "`contents: read` and `pull-requests: write`, and no more",
        "warns of a token that may do more",
        "`limits.max_cost_usd`",
        "Pin the Action by its commit",
        "Tags can be moved",
        "never add a checkout of the head",
        "`gate.on_missing_keys: fail`",
        "leave `gate.on_incomplete` at `fail`",
    ),
}
"""By heading, words of each point. A reworded point has its new words here; one that is gone needs a reason."""


def sections(text: str) -> dict[str, str]:
    """What stands below each heading, on one line."""
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {head: " ".join(body.split()) for head, body in zip(parts[1::2], parts[2::2], strict=True)}


def missing(text: str) -> list[str]:
    told = sections(text)
    return [point for head, points in POINTS.items() for point in points if point not in told.get(head, "")]


def sentences() -> Iterator[str]:
    """Each sentence and each row of a table, as it stands in the file, line ends and all."""
    for block in re.split(r"\n(?=\n|- |\| |#)", TEXT):
        if block.strip() and not block.lstrip().startswith(("#", "|---")):
            yield from [block] if block.startswith("|") else re.split(r"(?<=\.)\s+(?=[A-Z`])", block.strip("\n- "))


@pytest.mark.requirement("R51")
def test_every_point_is_made_under_its_heading() -> None:
    assert missing(TEXT) == []


@pytest.mark.requirement("R51")
def test_no_sentence_can_go_without_a_point_that_is_missed() -> None:
    found = [sentence for sentence in sentences() if not missing(TEXT.replace(sentence, "", 1))]
    assert found == [], "name the point of each under its heading"
    assert len(list(sentences())) > 50


@pytest.mark.requirement("R51")
def test_a_point_under_another_heading_is_missed() -> None:
    moved = TEXT.replace("There is no telemetry.", "", 1) + "\nThere is no telemetry.\n"
    assert missing(moved) == ["There is no telemetry"]
