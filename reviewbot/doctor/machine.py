"""What is on this machine: Python, git, the repository, the network's settings."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from pathlib import Path

from reviewbot.config.values import NetworkConfig
from reviewbot.doctor.values import Check, State
from reviewbot.errors import ConfigError, GitError, UsageError
from reviewbot.platforms.git_checkout import Checkout, NoRepositoryError, find_checkout
from reviewbot.platforms.git_command import find_git

_PROXY = re.compile(r"(HTTPS?|ALL)_PROXY", re.IGNORECASE)


def check_python() -> Check:
    return Check(subject="python", state=State.OK, said=platform.python_version())


def check_git(cwd: Path, environ: Mapping[str, str], *, in_job: bool) -> Check:
    """In a job git is a help: without it the change is read from the API."""
    try:
        said = find_git(environ, cwd=cwd, tree=None).run("version").out.decode("utf-8", "replace")
    except (GitError, UsageError) as error:
        return Check(subject="git", state=State.WARNING if in_job else State.ERROR, said=str(error))
    return Check(subject="git", state=State.OK, said=said.strip().removeprefix("git version "))


def check_repository(cwd: Path, environ: Mapping[str, str], *, in_job: bool) -> tuple[Check, Checkout | None]:
    """A job needs none: `reviewbot pr` fetches what it reads."""
    try:
        checkout = find_checkout(cwd, environ)
    except NoRepositoryError:
        return (
            Check(
                subject="repository",
                state=State.SKIPPED if in_job else State.WARNING,
                said=f"none around {cwd}",
                fix=None if in_job else "change to one; outside only `reviewbot review --diff FILE` works",
            ),
            None,
        )
    except (GitError, UsageError) as error:
        state = State.WARNING if in_job else State.ERROR
        return Check(subject="repository", state=state, said=str(error)), None
    return Check(subject="repository", state=State.OK, said=str(checkout.root)), checkout


def check_network(network: NetworkConfig, environ: Mapping[str, str]) -> Check:
    """Variables are named and not shown: an address of a proxy can hold a password."""
    if network.ca_bundle is not None:
        from reviewbot.reviewers.transport import open_pool

        try:
            open_pool("https://localhost", network)
        except ConfigError as error:
            return Check(subject="network", state=State.ERROR, said=str(error), fix="name a readable file of PEM")
    proxies = sorted(name for name, value in environ.items() if _PROXY.fullmatch(name) and value)
    own = ["SSL_CERT_FILE"] if environ.get("SSL_CERT_FILE") and network.ca_bundle is None else []
    trusted = network.ca_bundle or "the usual certificates"
    if network.trust_env:
        used = f"through {', '.join(proxies)}" if proxies else "no proxy"
        return Check(subject="network", state=State.OK, said=f"{used}; {' '.join(own) or trusted}")
    if proxies or own:
        return Check(
            subject="network",
            state=State.WARNING,
            said=f"{', '.join([*proxies, *own])} set in the environment and not used",
            fix="network.trust_env: true in the configuration uses them",
        )
    return Check(subject="network", state=State.OK, said=f"no proxy; {trusted}")
