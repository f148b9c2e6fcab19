"""Checked settings and the texts of the files that they name -> the configuration as values."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.config.section import Section
from reviewbot.config.values import (
    Config,
    GateConfig,
    HookConfig,
    InstructionText,
    Json,
    LimitsConfig,
    NetworkConfig,
    PathRule,
    Policy,
    PublishConfig,
    ReviewerConfig,
    Secrets,
    SkipConfig,
    Summary,
)
from reviewbot.model import Severity


def build(settings: Mapping[str, Json], texts: Mapping[str, str]) -> Config:
    """`texts`: path -> content. It holds every brief; instructions that are not in it are left out."""
    values = Section(settings)
    gate = _gate(values.section("gate"))
    return Config(
        reviewers=tuple(_reviewer(entry, texts) for entry in values.sections("reviewers")),
        paths=tuple(_rule(entry) for entry in values.sections("paths")),
        instructions=tuple(
            InstructionText(source=path, text=texts[path])
            for path in dict.fromkeys(values.texts("instructions"))
            if path in texts
        ),
        exclude=values.texts("exclude"),
        context_lines=values.whole("context_lines"),
        gate=gate,
        publish=_publish(values.section("publish")),
        limits=_limits(values.section("limits")),
        hook=_hook(values.section("hook"), gate),
        secrets=_secrets(values.text("secrets")),
        cache=values.flag("cache"),
        network=_network(values.section("network")),
    )


def severity_or_never(word: str) -> Severity | None:
    """A severity's name, or None for "never"."""
    return None if word == "never" else Severity(word)


def _reviewer(values: Section, texts: Mapping[str, str]) -> ReviewerConfig:
    file, inline = values.text_or_none("brief"), values.text_or_none("instructions")
    brief = None
    if file is not None:
        brief = InstructionText(source=file, text=texts[file])
    elif inline is not None:
        brief = InstructionText(source="inline", text=inline)
    return ReviewerConfig(
        name=values.text("name"),
        model=values.text("model"),
        api_base=values.text_or_none("api_base"),
        api_key_env=values.text_or_none("api_key_env"),
        brief=brief,
        timeout_s=values.number("timeout_s"),
        max_output_tokens=values.whole("max_output_tokens"),
        params=values.section("params").values,
    )


def _rule(values: Section) -> PathRule:
    return PathRule(
        match=values.text("match"),
        instructions=values.text_or_none("instructions"),
        reviewers=None if values.values["reviewers"] is None else values.texts("reviewers"),
    )


def _gate(values: Section) -> GateConfig:
    return GateConfig(
        fail_on=severity_or_never(values.text("fail_on")),
        min_agreement=values.whole("min_agreement"),
        quorum=values.whole_or_none("quorum"),
        on_incomplete=_policy(values.text("on_incomplete")),
        on_missing_keys=_policy(values.text("on_missing_keys")),
    )


def _publish(values: Section) -> PublishConfig:
    skip = values.section("skip")
    return PublishConfig(
        min_severity=Severity(values.text("min_severity")),
        max_inline=values.whole("max_inline"),
        solo=severity_or_never(values.text("solo")),
        summary=_summary(values.text("summary")),
        check_run=values.flag("check_run"),
        skip=SkipConfig(drafts=skip.flag("drafts"), authors=skip.texts("authors"), labels=skip.texts("labels")),
    )


def _limits(values: Section) -> LimitsConfig:
    return LimitsConfig(
        deadline_s=values.number("deadline_s"),
        max_cost_usd=values.number_or_none("max_cost_usd"),
        max_concurrency=values.whole("max_concurrency"),
    )


def _hook(values: Section, gate: GateConfig) -> HookConfig:
    fail_on, min_agreement = values.text_or_none("fail_on"), values.whole_or_none("min_agreement")
    return HookConfig(
        mode="warn" if values.text("mode") == "warn" else "block",
        fail_on=gate.fail_on if fail_on is None else severity_or_never(fail_on),
        min_agreement=gate.min_agreement if min_agreement is None else min_agreement,
        reviewers=None if values.values["reviewers"] is None else values.texts("reviewers"),
        deadline_s=values.number("deadline_s"),
        on_incomplete=_policy(values.text("on_incomplete")),
    )


def _network(values: Section) -> NetworkConfig:
    return NetworkConfig(trust_env=values.flag("trust_env"), ca_bundle=values.text_or_none("ca_bundle"))


def _policy(word: str) -> Policy:
    return "pass" if word == "pass" else "fail"


def _summary(word: str) -> Summary:
    match word:
        case "findings" | "never":
            return word
        case _:
            return "always"


def _secrets(word: str) -> Secrets:
    match word:
        case "off" | "block":
            return word
        case _:
            return "redact"
