"""The job and its token, as far as reading tells. Nothing is written to find out more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from reviewbot.config.values import NetworkConfig
from reviewbot.doctor.values import Check, State
from reviewbot.errors import GitHubError, Refusal, ReviewbotError, UsageError
from reviewbot.platforms.actions import is_restricted_run
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.github.access import Rights, read_access, server_url
from reviewbot.platforms.github.event import NothingToDo, from_event

ANSWERS_S = 20
"""For all of GitHub's answers together."""
_TOKEN_FIX = "give the step `env: GITHUB_TOKEN: ${{ github.token }}`"  # noqa: S105 - no token, but where it is from


def check_job(environ: Mapping[str, str]) -> Check:
    """What a job's event means for a review."""
    if is_restricted_run(environ):
        return Check(
            subject="job",
            state=State.WARNING,
            said="for a fork's or a bot's pull request: GitHub gives it no secrets, and a token that may only read",
            fix="nothing: gate.on_missing_keys says whether such a job passes (it does by default) or fails",
        )
    try:
        target = from_event(environ)
    except UsageError as error:
        return Check(subject="job", state=State.WARNING, said=str(error))
    if isinstance(target, NothingToDo):
        return Check(subject="job", state=State.OK, said=target.reason, idle=True)
    return Check(subject="job", state=State.OK, said=f"reviews {target.repository}#{target.number}")


def token_check(environ: Mapping[str, str], checkout: Checkout | None, *, in_job: bool) -> Callable[[], Check]:
    """A check of GITHUB_TOKEN that can run beside others: what has to be imported for it is imported here."""
    bad = State.ERROR if in_job else State.WARNING
    if not environ.get("GITHUB_TOKEN", "").strip():
        said = "GITHUB_TOKEN is not set; `reviewbot pr` needs it"
        missing = Check(
            subject="github", state=bad if in_job else State.SKIPPED, said=said, fix=_TOKEN_FIX if in_job else None
        )
        return lambda: missing
    try:
        access = read_access(environ, NetworkConfig(trust_env=False, ca_bundle=None))
        repository = environ.get("GITHUB_REPOSITORY") or _origin(checkout, server_url(environ))
    except UsageError as error:
        unusable = Check(subject="github", state=bad, said=str(error))
        return lambda: unusable
    from reviewbot.platforms.github.client import GitHub

    client = GitHub(access)

    def look() -> Check:
        client.finish_within(ANSWERS_S)
        try:
            rights = client.rights(repository) if repository else None
            login = client.login()
        except GitHubError as error:
            return _refused(error, repository, bad)
        return _rights(login, repository, rights)

    return look


def _origin(checkout: Checkout | None, server: str) -> str | None:
    """`owner/name` of the remote `origin`, when it is on this server."""
    if checkout is None:
        return None
    try:
        address = checkout.user.run("config", "--get", "remote.origin.url").line
    except ReviewbotError:
        return None
    host = re.escape(urlsplit(server).netloc)
    found = re.fullmatch(
        rf"(?:https?://(?:[^@/]*@)?{host}/|(?:ssh://)?git@{host}(?::|/))([\w-]+/[\w.-]+?)(?:\.git)?/?", address
    )
    return found[1] if found else None


def _refused(error: GitHubError, repository: str | None, bad: State) -> Check:
    match error.refused:
        case Refusal.UNAUTHORIZED:
            fix: str | None = "make a new token: this one is wrong or has expired"
        case Refusal.MISSING:
            fix = f"give the token access to {repository}, if that is its name"
        case Refusal.LIMITED:
            fix = "wait"
        case _:
            fix = None
    return Check(subject="github", state=bad, said=str(error), fix=fix)


def _rights(login: str | None, repository: str | None, rights: Rights | None) -> Check:
    if rights is None and login is None:
        return Check(
            subject="github",
            state=State.WARNING,
            said="GitHub does not tell whom GITHUB_TOKEN speaks for",
            fix="run this in a clone whose remote `origin` is on GitHub, and check GITHUB_API_URL where it is set",
        )
    who = login or "somebody whose name GitHub does not tell"
    if rights is None:
        said = f"GITHUB_TOKEN speaks for {who}; for which repository is not known here"
        return Check(subject="github", state=State.OK, said=said)
    said = f"GITHUB_TOKEN speaks for {who} in {repository}"
    if rights.archived:
        return Check(
            subject="github",
            state=State.WARNING,
            said=f"{said}, which is archived: nobody may write",
            fix="unarchive it",
        )
    needed = {"repo"} if rights.private else {"repo", "public_repo"}
    if rights.scopes and not needed.intersection(rights.scopes):
        return Check(
            subject="github",
            state=State.WARNING,
            said=f"{said} and may not write comments: its scopes are {', '.join(rights.scopes)}",
            fix=f"make a token with the scope {' or '.join(sorted(needed))}",
        )
    if rights.scopes:
        return Check(subject="github", state=State.OK, said=f"{said} and may write comments")
    return Check(
        subject="github",
        state=State.OK,
        said=f"{said}; whether it may write comments is not told (it needs `pull-requests: write`)",
    )
