"""What a job is about, by its event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewbot.errors import UsageError
from reviewbot.platforms.github.event import NothingToDo, PullTarget, from_event

ANN = {"login": "ann", "type": "User"}
ASKING = {"opened", "reopened", "synchronize", "ready_for_review", "review_requested", "labeled", "unlabeled"}
TARGET = PullTarget(repository="acme/shop", number=7)


def _asked(folder: Path, name: str, event: Mapping[str, Any]) -> PullTarget | NothingToDo:
    path = folder / "event.json"
    path.write_text(json.dumps(event))
    return from_event(
        {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), "GITHUB_REPOSITORY": "acme/shop"},
    )


def _comment(body: str | None, **more: Any) -> dict[str, Any]:
    """`more` replaces what the comment, or with `issue=`, the issue has."""
    issue = {"number": 7, "state": "open", "pull_request": {"url": "https://api.github.com"}, **more.pop("issue", {})}
    action = more.pop("action", "created")
    return {"action": action, "issue": issue, "comment": {"body": body, "user": ANN, **more}}


def _told(asked: PullTarget | NothingToDo) -> str:
    assert isinstance(asked, NothingToDo)
    return asked.reason


# ---------------------------------------------------------------- a change


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize("action", sorted(ASKING))
def test_a_change_is_reviewed(tmp_path: Path, name: str, action: str) -> None:
    event = {"action": action, "number": 7, "pull_request": {"state": "open"}}
    assert _asked(tmp_path, name, event) == TARGET


@pytest.mark.parametrize("action", ["edited", "assigned", "converted_to_draft", "locked", "dequeued", None, 5])
def test_what_changes_nothing_is_reviewed_too_for_a_failed_check_must_not_turn(tmp_path: Path, action: object) -> None:
    event = {"action": action, "number": 7, "pull_request": {"state": "open"}, "changes": {"title": {"from": "old"}}}
    assert _asked(tmp_path, "pull_request", event) == TARGET


@pytest.mark.parametrize("action", ["closed", "labeled", "synchronize"])
def test_what_is_closed_is_not_reviewed(tmp_path: Path, action: str) -> None:
    event = {"action": action, "number": 7, "pull_request": {"state": "closed", "merged": True}}
    assert _told(_asked(tmp_path, "pull_request", event)) == "acme/shop#7 is closed."


@pytest.mark.parametrize("name", ["pull_request_review", "pull_request_review_comment"])
def test_a_review_asks_for_none(tmp_path: Path, name: str) -> None:
    event = {"action": "created", "pull_request": {"number": 7}, "comment": {"body": "/reviewbot review", "user": ANN}}
    assert "Comment /reviewbot review on the pull request" in _told(_asked(tmp_path, name, event))


@pytest.mark.parametrize("name", ["push", "workflow_run", "schedule", "issues"])
def test_an_event_about_no_pull_request_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="about no pull request"):
        _asked(tmp_path, name, {"number": 7})


@pytest.mark.parametrize("number", [True, False, None, 0, -7, 7.0, "", "7a", "٧", "9" * 5_000, [7], {"a": 7}])
def test_a_number_that_is_none_is_an_error(tmp_path: Path, number: object) -> None:
    with pytest.raises(UsageError, match="no number"):
        _asked(tmp_path, "pull_request", {"action": "opened", "number": number, "pull_request": {}})
    with pytest.raises(UsageError, match="no number"):
        _asked(tmp_path, "workflow_dispatch", {"inputs": {"pr": number}})


@pytest.mark.parametrize("inputs", [{"number": "7"}, {"pr": "#7"}, {"pull_request": 7}])
def test_a_number_can_be_given_by_hand(tmp_path: Path, inputs: Mapping[str, object]) -> None:
    assert _asked(tmp_path, "workflow_dispatch", {"inputs": inputs}) == TARGET


# ---------------------------------------------------------------- a comment


@pytest.mark.parametrize(
    "body",
    ["/reviewbot review", "  /reviewbot review  ", "/reviewbot review\r\nplease", "/reviewbot\treview\n\n> quote"],
)
def test_the_command_asks_for_a_review(tmp_path: Path, body: str) -> None:
    target = _asked(tmp_path, "issue_comment", _comment(body))
    assert target == PullTarget(repository="acme/shop", number=7, commander="ann")


@pytest.mark.incident("I1")
@pytest.mark.parametrize(
    "body",
    [
        "/reviewbot reviewers please",
        "/reviewbot review everything",
        "/reviewbot review.",
        "/reviewbotreview",
        "/reviewbot",
        "/Reviewbot review",
        "> /reviewbot review",
        "please /reviewbot review",
        "Nice.\n/reviewbot review",
        "",
        None,
    ],
)
def test_other_words_ask_for_nothing(tmp_path: Path, body: str | None) -> None:
    assert "is not /reviewbot review" in _told(_asked(tmp_path, "issue_comment", _comment(body)))


def test_who_declines_on_the_whole_pull_request_is_told_where_to(tmp_path: Path) -> None:
    told = _told(_asked(tmp_path, "issue_comment", _comment("/reviewbot ignore it is meant")))
    assert "in reply to the comment that shows the finding" in told


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        (None, "no account"),
        ({}, "no account"),
        ({"login": None}, "no account"),
        ({"login": "dependabot[bot]", "type": "Bot"}, "is a bot"),
        ({"login": "helper", "type": "Bot"}, "is a bot"),
    ],
)
def test_nobody_and_bots_ask_for_nothing(tmp_path: Path, user: object, reason: str) -> None:
    assert reason in _told(_asked(tmp_path, "issue_comment", _comment("/reviewbot review", user=user)))


def test_a_comment_asks_once_and_on_an_open_pull_request_alone(tmp_path: Path) -> None:
    words = "/reviewbot review"
    assert "no new one" in _told(_asked(tmp_path, "issue_comment", _comment(words, action="edited")))
    assert "is closed" in _told(_asked(tmp_path, "issue_comment", _comment(words, issue={"state": "closed"})))
    assert "on an issue" in _told(_asked(tmp_path, "issue_comment", _comment(words, issue={"pull_request": None})))
