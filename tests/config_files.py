"""Configurations for tests: files in memory, and the usual way to load them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reviewbot.config.load import Overrides, load_config
from reviewbot.config.values import LoadedConfig
from reviewbot.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Files:
    """A TextReader over a mapping; a ConfigError as content is raised when it is read."""

    contents: Mapping[str, bytes | ConfigError] = field(default_factory=dict)
    root: Path | None = None

    def read(self, path: str) -> bytes | None:
        content = self.contents.get(path)
        if isinstance(content, ConfigError):
            raise content
        return content


def loaded(
    text: str | bytes | None = None,
    *,
    file: str = ".reviewbot.yaml",
    others: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Overrides | None = None,
    explicit: str | None = None,
) -> LoadedConfig:
    """Load a configuration with `text` in `file`, beside `others`."""
    contents: dict[str, bytes | ConfigError] = {name: content.encode() for name, content in (others or {}).items()}
    if text is not None:
        contents[file] = text.encode() if isinstance(text, str) else text
    return load_config(Files(contents), explicit=explicit, environ=environ or {}, overrides=overrides or Overrides())


def refusal(text: str | bytes, *, file: str = ".reviewbot.yaml") -> str:
    """The message with which a configuration is refused."""
    with pytest.raises(ConfigError) as caught:
        loaded(text, file=file)
    return str(caught.value)
