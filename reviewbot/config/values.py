"""The effective configuration as values. Defaults stand in `schema.json`, once, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from reviewbot.model import Severity

Policy = Literal["pass", "fail"]
Secrets = Literal["redact", "block", "off"]
Summary = Literal["always", "findings", "never"]
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class InstructionText(Struct, frozen=True, kw_only=True):
    """A person's hand-written text, verbatim, and where it came from."""

    source: str
    """A path, or "inline"."""
    text: str


class ReviewerConfig(Struct, frozen=True, kw_only=True):
    """One reviewer of the panel: a model with a brief."""

    name: str
    model: str
    api_base: str | None
    api_key_env: str | None
    brief: InstructionText | None
    timeout_s: float
    """Seconds for one answer in all, retries and re-ask included."""
    max_output_tokens: int
    params: Mapping[str, Json]


class PathRule(Struct, frozen=True, kw_only=True):
    """Extra instructions, and optionally a smaller panel, for the paths that match."""

    match: str
    instructions: str | None
    reviewers: tuple[str, ...] | None


class IgnoredFinding(Struct, frozen=True, kw_only=True):
    """A finding that a person has turned down for good. Texts that are not given are empty."""

    fingerprint: str
    path: str
    title: str
    reason: str
    who: str
    when: str


class GateConfig(Struct, frozen=True, kw_only=True):
    fail_on: Severity | None
    """None stands for "never"."""
    min_agreement: int
    quorum: int | None
    on_incomplete: Policy
    on_missing_keys: Policy


class SkipConfig(Struct, frozen=True, kw_only=True):
    """Pull requests that are not reviewed."""

    drafts: bool
    authors: tuple[str, ...]
    labels: tuple[str, ...]


class PublishConfig(Struct, frozen=True, kw_only=True):
    min_severity: Severity
    max_inline: int
    solo: Severity | None
    """None stands for "never"."""
    summary: Summary
    check_run: bool
    skip: SkipConfig


class LimitsConfig(Struct, frozen=True, kw_only=True):
    deadline_s: float
    max_cost_usd: float | None
    max_concurrency: int


class HookConfig(Struct, frozen=True, kw_only=True):
    """What holds for a push, where it is not as elsewhere. What the file leaves to the gate is filled in here."""

    mode: Literal["block", "warn"]
    fail_on: Severity | None
    """None stands for "never"."""
    min_agreement: int
    reviewers: tuple[str, ...] | None
    """None: the whole panel."""
    deadline_s: float
    on_incomplete: Policy

    @property
    def stops_incomplete(self) -> bool:
        """Whether a push that could not be reviewed does not take place."""
        return self.mode == "block" and self.on_incomplete == "fail"


class NetworkConfig(Struct, frozen=True, kw_only=True):
    trust_env: bool
    ca_bundle: str | None


class Config(Struct, frozen=True, kw_only=True):
    """What a configuration file says, whole."""

    reviewers: tuple[ReviewerConfig, ...]
    paths: tuple[PathRule, ...]
    instructions: tuple[InstructionText, ...]
    exclude: tuple[str, ...]
    context_lines: int
    gate: GateConfig
    publish: PublishConfig
    limits: LimitsConfig
    hook: HookConfig
    secrets: Secrets
    cache: bool
    """Whether answers are kept and given again."""
    network: NetworkConfig
    ignored: tuple[IgnoredFinding, ...] = ()
    """What `.reviewbot/ignored.yaml` lists."""


class LoadedConfig(Struct, frozen=True, kw_only=True):
    """The effective configuration and where it comes from."""

    config: Config
    origins: Mapping[str, str]
    """Dotted key (`gate.fail_on`, `reviewers[0].model`) -> "default", "default, OPENAI_API_KEY is set",
    ".reviewbot.yaml:12" or the flag that set it. A list of plain values has one origin. `source` tells how the file
    was chosen: "found", "--config", "REVIEWBOT_CONFIG", or "default" for none."""
    notes: tuple[str, ...]
    """What a person should know, one sentence each."""
    source: str | None
    """The configuration file as a person names it; None when there is none."""
