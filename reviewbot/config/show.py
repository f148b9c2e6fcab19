"""The effective configuration as a person reads it: YAML, with the origin of every value beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reviewbot.config.parse import DEFAULT
from reviewbot.config.tree import legible
from reviewbot.config.values import (
    Config,
    HookConfig,
    InstructionText,
    Json,
    LoadedConfig,
    PathRule,
    PublishConfig,
    ReviewerConfig,
)

_Line = tuple[str, str]
"""What stands on a line, and the comment beside it."""

_PLAIN = re.compile(r"(?:\.?/|\.?[A-Za-z_])[A-Za-z0-9_./@-]*")
# Words that some version of YAML does not take for text.
_NOT_TEXT = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"))
_WIDEST = 56
"""Where comments begin at the latest, if what stands before them lets them."""


def render_config(loaded: LoadedConfig) -> str:
    """The configuration as YAML with comments. Hand-written texts are shown by source and length; keys never."""
    lines = list(_body(loaded.config, loaded.origins))
    width = min(_WIDEST, max(len(text) for text, comment in lines if comment))
    rows = [f"{text:<{width}}  # {comment}" if comment else text for text, comment in lines]
    return "\n".join([*_head(loaded), *rows]) + "\n"


def _head(loaded: LoadedConfig) -> Iterator[str]:
    how = loaded.origins.get("source", "")
    if loaded.source is None:
        yield "# No configuration file: every value is a default."
    else:
        yield f"# From {legible(loaded.source)}{f' ({how})' if how.startswith('-') or how.isupper() else ''}."
    for note in loaded.notes:
        yield f"# Note: {legible(note)}"


def _body(config: Config, origins: Mapping[str, str]) -> Iterator[_Line]:
    yield from _list("reviewers", [_reviewer(reviewer) for reviewer in config.reviewers], origins)
    yield from _list("paths", [_rule(rule) for rule in config.paths], origins)
    yield from _instructions(config.instructions, origins.get("instructions", ""))
    yield from _entries("", {"exclude": list(config.exclude), "context_lines": config.context_lines}, origins)
    gate, limits, network = config.gate, config.limits, config.network
    yield "gate:", ""
    yield from _entries(
        "gate.",
        {
            "fail_on": gate.fail_on or "never",
            "min_agreement": gate.min_agreement,
            "quorum": gate.quorum,
            "on_incomplete": gate.on_incomplete,
            "on_missing_keys": gate.on_missing_keys,
        },
        origins,
    )
    yield from _publish(config.publish, origins)
    yield "limits:", ""
    yield from _entries(
        "limits.",
        {
            "deadline_s": limits.deadline_s,
            "max_cost_usd": limits.max_cost_usd,
            "max_concurrency": limits.max_concurrency,
        },
        origins,
    )
    yield from _hook(config.hook, origins)
    yield from _entries("", {"secrets": config.secrets, "cache": config.cache}, origins)
    yield "network:", ""
    yield from _entries("network.", {"trust_env": network.trust_env, "ca_bundle": network.ca_bundle}, origins)


def _publish(publish: PublishConfig, origins: Mapping[str, str]) -> Iterator[_Line]:
    yield "publish:", ""
    yield from _entries(
        "publish.",
        {
            "min_severity": publish.min_severity,
            "max_inline": publish.max_inline,
            "solo": publish.solo or "never",
            "summary": publish.summary,
            "check_run": publish.check_run,
        },
        origins,
    )
    yield "  skip:", ""
    skip = publish.skip
    yield from _entries(
        "publish.skip.",
        {"drafts": skip.drafts, "authors": list(skip.authors), "labels": list(skip.labels)},
        origins,
    )


def _hook(hook: HookConfig, origins: Mapping[str, str]) -> Iterator[_Line]:
    yield "hook:", ""
    if origins.get("hook.min_agreement") == DEFAULT:
        origins = {**origins, "hook.min_agreement": "as gate.min_agreement"}
    yield from _entries(
        "hook.",
        {
            "mode": hook.mode,
            "fail_on": hook.fail_on or "never",
            "min_agreement": hook.min_agreement,
            "reviewers": None if hook.reviewers is None else list(hook.reviewers),
            "deadline_s": hook.deadline_s,
            "on_incomplete": hook.on_incomplete,
        },
        origins,
    )


def _instructions(texts: Sequence[InstructionText], origin: str) -> Iterator[_Line]:
    if not texts:
        yield "instructions: []", f"{origin}, whose files are not there" if origin == DEFAULT else origin
        return
    yield "instructions:", origin
    for text in texts:
        yield f"  - {_scalar(text.source)}", _length(text)


def _entries(section: str, values: Mapping[str, Json], origins: Mapping[str, str]) -> Iterator[_Line]:
    indent = "  " * section.count(".")
    for name, value in values.items():
        yield f"{indent}{name}: {_value(value)}", origins.get(section + name, "")


def _list(name: str, entries: Sequence[Mapping[str, tuple[str, str]]], origins: Mapping[str, str]) -> Iterator[_Line]:
    if not entries:
        yield f"{name}: []", origins.get(name, "")
        return
    yield f"{name}:", origins.get(name, "")
    for position, entry in enumerate(entries):
        for first, (key, (text, remark)) in zip([True] + [False] * len(entry), entry.items(), strict=False):
            origin = origins.get(f"{name}[{position}].{key}", "")
            yield f"  {'- ' if first else '  '}{key}: {text}".rstrip(), ", ".join(filter(None, (origin, remark)))


def _reviewer(reviewer: ReviewerConfig) -> dict[str, tuple[str, str]]:
    """Key -> what is shown as its value, and a remark for its comment."""
    brief = reviewer.brief
    inline = brief is not None and brief.source == "inline"
    return {
        "name": (_scalar(reviewer.name), ""),
        "model": (_scalar(reviewer.model), ""),
        "api_base": (_value(reviewer.api_base), ""),
        "api_key_env": (_value(reviewer.api_key_env), ""),
        "brief": (_scalar(brief.source), _length(brief)) if brief and not inline else ("null", ""),
        "instructions": ("...", _length(brief)) if brief and inline else ("null", ""),
        "timeout_s": (_value(reviewer.timeout_s), ""),
        "max_output_tokens": (_value(reviewer.max_output_tokens), ""),
        "params": (_value(dict(reviewer.params)), ""),
    }


def _rule(rule: PathRule) -> dict[str, tuple[str, str]]:
    said = rule.instructions
    return {
        "match": (_scalar(rule.match), ""),
        "instructions": ("null", "") if said is None else ("...", f"{len(said):,} characters"),
        "reviewers": (_value(None if rule.reviewers is None else list(rule.reviewers)), ""),
    }


def _length(text: InstructionText) -> str:
    return f"{len(text.text):,} characters"


def _value(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _scalar(value)
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case int() | float():
            return repr(value)
        case list():
            return f"[{', '.join(_value(item) for item in value)}]"
        case dict():
            return f"{{{', '.join(f'{_scalar(key)}: {_value(item)}' for key, item in value.items())}}}"


def _scalar(text: str) -> str:
    """Text as YAML, in quotes unless every reader of YAML takes it for text as it is."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
