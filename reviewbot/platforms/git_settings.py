"""The few settings of the user that decide what a file of the work tree is in git's eyes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from msgspec import Struct

from reviewbot.platforms.git_command import Git

_CARRIED = frozenset(
    {
        "core.autocrlf",
        "core.eol",
        "core.filemode",
        "core.ignorecase",
        "core.precomposeunicode",
        "core.sparsecheckout",
        "core.symlinks",
    }
)
_FILES = {"core.excludesfile": "ignore", "core.attributesfile": "attributes"}
"""With the names that git takes under the user's git folder when nothing is set."""
_FILTER = re.compile(rb"filter\.(.+)\.(?:clean|process)", re.DOTALL)


class Settings(Struct, frozen=True, kw_only=True):
    config: Mapping[str, str]
    filters: frozenset[bytes]
    """Names of the filter drivers that change what is stored. They are never run."""


def read_settings(user: Git) -> Settings:
    """Read the configuration once, as the user's own git would."""
    entries = [entry.partition(b"\n") for entry in user.ask("config", "--null", "--list").fields]
    values = {os.fsdecode(key): os.fsdecode(value) if has_value else "true" for key, has_value, value in entries}
    config = {key: value for key, value in values.items() if key in _CARRIED}
    config["core.safecrlf"] = "false"  # it warns, or refuses to add a file
    folder = user.environ.get("XDG_CONFIG_HOME") or os.path.join(user.environ.get("HOME", "/nonexistent"), ".config")  # noqa: PTH118
    for key, name in _FILES.items():
        told = user.run("config", "--type=path", "--get", key)
        config[key] = told.line if told.code == 0 else os.path.join(folder, "git", name)  # noqa: PTH118
    drivers = (_FILTER.fullmatch(key) for key, _, _ in entries)
    return Settings(config=config, filters=frozenset(match[1] for match in drivers if match))
