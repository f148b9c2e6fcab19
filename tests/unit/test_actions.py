"""Which jobs get no secrets from GitHub, so that a missing key is no mistake there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewbot.platforms.actions import is_restricted_run


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    ("event", "actor", "home", "restricted"),
    [
        ("pull_request", "ada", "ada/shop", True),
        ("pull_request", "ada", "acme/shop", False),
        ("pull_request", "ada", None, True),
        ("pull_request", "dependabot[bot]", "acme/shop", True),
        ("pull_request_target", "ada", "ada/shop", False),
        ("pull_request_target", "dependabot[bot]", "acme/shop", True),
        ("pull_request_target", "renovate[bot]", "acme/shop", False),
        ("issue_comment", "ada", "ada/shop", False),
    ],
)
def test_only_jobs_without_secrets_are_restricted(
    tmp_path: Path, event: str, actor: str, home: str | None, restricted: bool
) -> None:
    path = tmp_path / "event.json"
    repo = {"full_name": home} if home else None
    pull = {"head": {"repo": repo}, "user": {"login": "ada"}}
    path.write_text(json.dumps({"pull_request": pull, "repository": {"full_name": "acme/shop"}}))
    job = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_ACTOR": actor, "GITHUB_EVENT_PATH": str(path)}
    assert is_restricted_run(job) is restricted
    assert not is_restricted_run({**job, "GITHUB_ACTIONS": "false"})
