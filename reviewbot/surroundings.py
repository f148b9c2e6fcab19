"""Where a command runs, and what it says about the configuration: what every shell is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.discreet import Discreet

if TYPE_CHECKING:  # importing them costs time that a push of what the remote has should not take
    from reviewbot.config.load import DefaultPanel
    from reviewbot.config.overrides import Overrides


class Surroundings(Discreet, frozen=True, kw_only=True):
    """Where a command runs, and what it says about the configuration."""

    cwd: Path
    environ: Mapping[str, str]
    config_path: str | None
    overrides: Overrides
    panel: DefaultPanel | None = None
    """Who reviews when the configuration names nobody; None for whose keys are set."""
