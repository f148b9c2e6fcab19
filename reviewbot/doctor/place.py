"""Which configuration is looked at: in a job about a pull request that of its base, as `reviewbot pr` reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from reviewbot.config.load import LoadedConfig, TextReader, WorkTree
from reviewbot.config.values import NetworkConfig
from reviewbot.doctor.github import ANSWERS_S
from reviewbot.doctor.values import Check, State
from reviewbot.errors import ConfigError, GitHubError, UsageError
from reviewbot.platforms.git_checkout import Checkout, likely_top
from reviewbot.platforms.github.access import read_access
from reviewbot.platforms.github.event import PullTarget, from_event
from reviewbot.platforms.github.source import ApiSource

Load = Callable[[TextReader], LoadedConfig]
"""Raises ConfigError, and what the reader raises."""


class Found(Struct, frozen=True, kw_only=True):
    loaded: LoadedConfig
    where: str
    """What to add to the name of the file."""


def find_config(
    load: Load,
    cwd: Path,
    environ: Mapping[str, str],
    checkout: Checkout | None,
    *,
    named: str | None,
    in_job: bool,
    offline: bool,
) -> Found | Check:
    """The configuration, or a line that says why there is none to look at. `named`: what a person names it by."""
    top = checkout.root if checkout else likely_top(cwd.resolve())
    target = _target(environ) if in_job else None
    try:
        if target is not None and not offline:
            return _of_base(load, target, top or cwd, environ)
        if in_job and top is None and not (named and Path(named).is_absolute()):
            of = f"the base of {target.repository}#{target.number}" if target else "a work tree"
            why = "--offline" if target else "a job without a checkout"
            return Check(subject="config", state=State.SKIPPED, said=f"that of {of}, which {why} does not look at")
        other = f"; `reviewbot pr` reads that of {target.repository}#{target.number}'s base" if target else ""
        return Found(loaded=load(WorkTree(top or cwd)), where=f" of the work tree{other}" if in_job else "")
    except ConfigError as error:
        return Check(subject="config", state=State.ERROR, said=str(error))


def _target(environ: Mapping[str, str]) -> PullTarget | None:
    try:
        target = from_event(environ)
    except UsageError:  # told where the job is looked at
        return None
    return target if isinstance(target, PullTarget) else None


def _of_base(load: Load, target: PullTarget, root: Path, environ: Mapping[str, str]) -> Found | Check:
    """Nothing of a checkout: that of a pull request is what the pull request wants it to be."""
    name = f"{target.repository}#{target.number}"
    if not environ.get("GITHUB_TOKEN", "").strip():
        said = f"that of the base of {name}, which is not read without GITHUB_TOKEN"
        return Check(subject="config", state=State.SKIPPED, said=said)
    try:
        access = read_access(environ, NetworkConfig(trust_env=False, ca_bundle=None))
        from reviewbot.platforms.github.client import GitHub

        client = GitHub(access)
        client.finish_within(ANSWERS_S)
        pull = client.pull(target.repository, target.number)
        loaded = load(ApiSource(reader=client, pull=pull, merge_base=pull.base).tree(root=root))
    except (GitHubError, UsageError) as error:
        return Check(subject="config", state=State.ERROR, said=f"that of the base of {name} cannot be read: {error}")
    return Found(loaded=loaded, where=f" of the base of {name}")
