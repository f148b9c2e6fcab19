"""What flags change in a configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.problems import among
from reviewbot.config.tree import shown
from reviewbot.config.values import Config
from reviewbot.errors import ConfigError
from reviewbot.model import Severity


class Unset(Enum):
    """The type of a flag that was not given, where None means something."""

    UNSET = "unset"


class Overrides(Struct, frozen=True, kw_only=True):
    """What the flags say."""

    fail_on: Severity | Literal[Unset.UNSET] | None = Unset.UNSET
    """None stands for "never"."""
    min_agreement: int | None = None
    """None when the flag was not given."""
    reviewers: tuple[str, ...] = ()
    """Only these; empty: the whole panel."""


def overridden(config: Config, origins: Mapping[str, str], flags: Overrides) -> tuple[Config, Mapping[str, str]]:
    """The configuration with the flags' values, and the origins to match.

    Raises ConfigError for a reviewer that is not in the panel. A path rule keeps the reviewers that it names, also
    those that are not asked now.
    """
    gate, hook, changed = config.gate, config.hook, dict(origins)
    if flags.fail_on is not Unset.UNSET:
        gate, hook = replace(gate, fail_on=flags.fail_on), replace(hook, fail_on=flags.fail_on)
        changed["gate.fail_on"] = changed["hook.fail_on"] = "--fail-on"
    if flags.min_agreement is not None:
        if flags.min_agreement < 1:
            raise ConfigError(f"--min-agreement must be at least 1, but is {flags.min_agreement}")
        gate = replace(gate, min_agreement=flags.min_agreement)
        hook = replace(hook, min_agreement=flags.min_agreement)
        changed["gate.min_agreement"] = changed["hook.min_agreement"] = "--min-agreement"
    config = replace(config, gate=gate, hook=hook)
    return _only(config, changed, flags.reviewers) if flags.reviewers else (config, changed)


def for_push(config: Config) -> Config:
    """The configuration as it holds for a push: what `hook` says in the place of gate, limits and panel."""
    hook = config.hook
    wanted = config.reviewers if hook.reviewers is None else [r for r in config.reviewers if r.name in hook.reviewers]
    return replace(
        config,
        reviewers=tuple(wanted),
        gate=replace(
            config.gate,
            fail_on=hook.fail_on,
            min_agreement=hook.min_agreement,
            on_incomplete=hook.on_incomplete,
        ),
        limits=replace(config.limits, deadline_s=hook.deadline_s),
    )


def _only(config: Config, origins: Mapping[str, str], names: Sequence[str]) -> tuple[Config, Mapping[str, str]]:
    """The panel without everyone who is not named, in the panel's order."""
    there = [reviewer.name for reviewer in config.reviewers]
    for name in names:
        if name not in there:
            hint = among(name, there) if there else "no reviewer is configured and no key is set"
            raise ConfigError(f"--reviewer names no reviewer: {shown(name)}; {hint}")
    kept = [position for position, name in enumerate(there) if name in names]
    changed = {key: origin for key, origin in origins.items() if not key.startswith("reviewers")}
    changed["reviewers"] = changed["hook.reviewers"] = "--reviewer"
    for new, old in enumerate(kept):
        before = f"reviewers[{old}]."
        for key, origin in origins.items():
            if key.startswith(before):
                changed[f"reviewers[{new}].{key.removeprefix(before)}"] = origin
    hook = replace(config.hook, reviewers=None)  # the flag says who is asked, also about a push
    return replace(config, reviewers=tuple(config.reviewers[position] for position in kept), hook=hook), changed
