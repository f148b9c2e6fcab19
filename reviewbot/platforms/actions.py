"""What GitHub Actions tells a job about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_MAX_EVENT_BYTES = 30_000_000
_WITH_SECRETS = frozenset({"pull_request_target", "issue_comment", "workflow_run", "workflow_dispatch", "schedule"})
_DEPENDABOT = "dependabot[bot]"


def is_restricted_run(environ: Mapping[str, str]) -> bool:
    """Whether this is a job for a fork's or a bot's pull request, to which GitHub gives no secrets.

    A pull request comes from a fork when its head repository is gone or is not the repository itself. Jobs of some
    events have the secrets all the same, unless Dependabot started them: there a missing key is a mistake.
    https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return False
    if environ.get("GITHUB_EVENT_NAME", "") in _WITH_SECRETS:
        return environ.get("GITHUB_ACTOR", "") == _DEPENDABOT
    if environ.get("GITHUB_ACTOR", "").endswith("[bot]"):
        return True
    event = read_event(environ)
    pull_request = event.get("pull_request")
    if not isinstance(pull_request, dict):
        return False
    user = pull_request.get("user")
    if isinstance(user, dict) and str(user.get("login", "")).endswith("[bot]"):
        return True
    head = pull_request.get("head")
    repository = event.get("repository")
    source = head.get("repo") if isinstance(head, dict) else None
    own = repository.get("full_name") if isinstance(repository, dict) else None
    return not isinstance(source, dict) or source.get("full_name") != own


def read_event(environ: Mapping[str, str]) -> dict[str, object]:
    """The event that started the job; empty when it cannot be read."""
    name = environ.get("GITHUB_EVENT_PATH")
    if not name:
        return {}
    try:
        with Path(name).open("rb") as file:
            event = json.loads(file.read(_MAX_EVENT_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}
