"""The panel that is asked when no configuration names reviewers.

One reviewer for every vendor whose key is set: its middle-to-upper model of the day, which reads code well and costs
cents for an ordinary change. OPENROUTER_API_KEY alone brings three vendors. To update, change the two tables below
and nothing else; `reviewbot config show` prints what comes out. Each model outside OpenRouter has to be in the price
list of litellm, as a chat model that is no preview and has no date at which it ends (a test holds that).
OpenRouter's own names have a dot in the version (https://openrouter.ai/models); litellm's list has no prices for
them, so that their cost is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Entry(Struct, frozen=True, kw_only=True):
    """A reviewer that asks for no configuration."""

    name: str
    model: str
    key_names: tuple[str, ...]
    """Environment variables that may hold the key; the first that is set is used."""

    def key_name(self, environ: Mapping[str, str]) -> str | None:
        """The variable that holds the key; None when none is set, or only to blanks."""
        return next((name for name in self.key_names if environ.get(name, "").strip()), None)


class Seated(Struct, frozen=True, kw_only=True):
    """An entry whose key is set in the variable `key_name`."""

    entry: Entry
    key_name: str


VENDORS = (
    Entry(name="claude", model="anthropic/claude-sonnet-5-5", key_names=("ANTHROPIC_API_KEY",)),
    Entry(name="gpt", model="openai/gpt-5.6-terra", key_names=("OPENAI_API_KEY",)),
    Entry(name="gemini", model="gemini/gemini-3.8-flash", key_names=("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    Entry(name="mistral", model="mistral/mistral-medium-3-5", key_names=("MISTRAL_API_KEY",)),
    Entry(name="grok", model="xai/grok-4.7", key_names=("XAI_API_KEY",)),
    Entry(name="deepseek", model="deepseek/deepseek-v4-pro", key_names=("DEEPSEEK_API_KEY",)),
)
"""Asked directly, each when its own key is set."""

THROUGH_OPENROUTER = (
    Entry(name="claude", model="openrouter/anthropic/claude-sonnet-5.5", key_names=("OPENROUTER_API_KEY",)),
    Entry(name="gpt", model="openrouter/openai/gpt-5.6-terra", key_names=("OPENROUTER_API_KEY",)),
    Entry(name="gemini", model="openrouter/google/gemini-3.8-flash", key_names=("OPENROUTER_API_KEY",)),
)
"""Asked when OPENROUTER_API_KEY is the only key of this module that is set."""


def default_panel(environ: Mapping[str, str]) -> tuple[Seated, ...]:
    """Who is asked without a configuration. Empty when no key is set: the caller says so."""
    return _seated(VENDORS, environ) or _seated(THROUGH_OPENROUTER, environ)


def named_panel(models: Mapping[str, str]) -> tuple[Seated, ...]:
    """Those of the default panel who have one of these names (name -> model), for a run that asks nobody: the vendor's
    entry of that model, else its first one."""
    of_name: dict[str, list[Entry]] = {}
    for entry in (*VENDORS, *THROUGH_OPENROUTER):
        of_name.setdefault(entry.name, []).append(entry)
    return tuple(
        Seated(entry=entry, key_name=entry.key_names[0])
        for name, entries in of_name.items()
        if name in models
        for entry in [next((entry for entry in entries if entry.model == models[name]), entries[0])]
    )


def default_names() -> tuple[str, ...]:
    """Every name that a reviewer of the default panel can have."""
    return tuple(dict.fromkeys(entry.name for entry in (*VENDORS, *THROUGH_OPENROUTER)))


def _seated(entries: tuple[Entry, ...], environ: Mapping[str, str]) -> tuple[Seated, ...]:
    keyed = ((entry, entry.key_name(environ)) for entry in entries)
    return tuple(Seated(entry=entry, key_name=name) for entry, name in keyed if name is not None)
