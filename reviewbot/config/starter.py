"""A first configuration file, for a person to read and change. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reviewbot.config.panel import THROUGH_OPENROUTER, VENDORS, Entry, Seated, default_panel

_HEAD = """\
# What reviewbot does in this repository. Every key has a default; what is left
# out keeps it. For a pull request the file of the base branch counts.
#
#   reviewbot doctor           are the keys set, and do the models answer?
#   reviewbot config show      what holds, and where each value comes from
#   reviewbot config schema    every key, for your editor
#
# No key of a model is written here: `api_key_env` is the NAME of the
# environment variable that holds it.

# The panel: who reads a change. Models of different vendors find different
# defects. Any model that litellm knows will do, as vendor/model.
reviewers:
"""
_REST = """
# AGENTS.md and REVIEW.md are read to every reviewer, where they are there.
# Other files of yours (each has to exist):
# instructions: [docs/style.md]

# Listed as not reviewed. Path patterns as in .gitignore.
exclude: ["**/*.lock", "vendor/**"]

# What makes a run fail.
gate:
  # Findings from this severity up can block:
  # critical | high | medium | low | never
  fail_on: high
  # Reviewers that must back a finding before it blocks; never more than are
  # configured.
  min_agreement: 2

# Bounds of one run.
limits:
  # No further question is asked when it would pass this cost. null: no limit.
  # It holds for models whose price litellm lists. It lists none for OpenRouter:
  # set a limit on the key there.
  max_cost_usd: 1.00
  # Seconds. Who has not answered by then is cut off.
  deadline_s: 300

# More instructions for some paths:
# paths:
#   - match: "migrations/**"
#     instructions: Check that the migration can be rolled back.
"""


def starting_panel(environ: Mapping[str, str]) -> tuple[Seated, ...]:
    """Who is asked with the keys that are set; three vendors through OPENROUTER_API_KEY when none is."""
    return default_panel(environ) or tuple(
        Seated(entry=entry, key_name=entry.key_names[0]) for entry in THROUGH_OPENROUTER
    )


def config_text(panel: Sequence[Seated]) -> str:
    """The file, with these reviewers."""
    return _HEAD + "\n".join(_reviewers(panel)) + "\n" + _REST


def _reviewers(panel: Sequence[Seated]) -> Iterator[str]:
    for seat in panel:
        yield from _entry(seat.entry, seat.key_name)
        if seat is panel[0]:
            yield "    # Your own words to this reviewer, in a file that has to exist:"
            yield f"    # brief: reviewers/{seat.entry.name}.md"
    seated = {seat.entry.name for seat in panel}
    another = next((entry for entry in VENDORS if entry.name not in seated), None)
    if another is not None:
        yield "  # One more, once its key is set:"
        yield from (f"  # {line[2:]}" for line in _entry(another, another.key_names[0]))


def _entry(entry: Entry, key_name: str) -> Iterator[str]:
    yield f"  - name: {entry.name}"
    yield f"    model: {entry.model}"
    yield f"    api_key_env: {key_name}"
