"""The shell of `reviewbot init`: look at what is there, and write what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from reviewbot.config.checks import is_loopback
from reviewbot.config.load import FILES, Overrides, WorkTree, existing_file, load_config
from reviewbot.config.panel import default_panel
from reviewbot.config.starter import config_text, starting_panel
from reviewbot.errors import ConfigError
from reviewbot.platforms.git_checkout import find_work_tree
from reviewbot.platforms.github.workflow import FOLDER, uses_reviewbot, workflow_text
from reviewbot.platforms.new_files import check_new, write_new
from reviewbot.wiring import Seat, seat_panel

CONFIG, WORKFLOW = FILES[0], f"{FOLDER}/reviewbot.yml"


class Start(Struct, frozen=True, kw_only=True):
    """What a repository needs for its first review."""

    root: Path
    """The top of the work tree."""
    texts: Mapping[str, str]
    """Path relative to `root` -> content of each file that is missing."""
    config: str | None
    """What holds the configuration already; None when it is among `texts`."""
    workflow: str | None
    """The workflow that runs reviewbot already; None when it is among `texts`."""
    reviewers: tuple[str, ...]
    """The panel of a new configuration."""
    key_names: tuple[str, ...]
    """The variables that hold the reviewers' keys."""
    unset: tuple[str, ...]
    """Those of `key_names` that are not set here, or only to blanks."""
    on_this_machine: tuple[str, ...]
    """Reviewers that a server on this machine answers for."""
    guessed: bool
    """No key is set, so that whose keys there will be is not known."""


def plan_start(cwd: Path, environ: Mapping[str, str]) -> Start:
    """What is missing in the repository around `cwd`. Raises UsageError, and ConfigError for an unusable file."""
    root = find_work_tree(cwd, environ).root
    tree = WorkTree(root)
    config, workflow = existing_file(tree), _workflow(tree)
    panel = starting_panel(environ)
    seats = () if config is None else _configured(tree, environ)
    key_names = _keys(seats) if seats else tuple(dict.fromkeys(seat.key_name for seat in panel))
    texts = {} if config is not None else {CONFIG: config_text(panel)}
    if workflow is None:
        texts[WORKFLOW] = workflow_text(key_names)
    check_new(root, texts)
    return Start(
        root=root,
        texts=texts,
        config=config,
        workflow=workflow,
        reviewers=tuple(seat.entry.name for seat in panel),
        key_names=key_names,
        unset=tuple(name for name in key_names if not environ.get(name, "").strip()),
        on_this_machine=tuple(seat.reviewer.name for seat in seats if is_loopback(seat.endpoint.host)),
        guessed=config is None and not default_panel(environ),
    )


def carry_out_start(start: Start) -> None:
    """Write the files, all or none. Raises UsageError."""
    write_new(start.root, start.texts)


def _workflow(tree: WorkTree) -> str | None:
    """The path of the workflow that runs reviewbot, or stands where ours would."""
    folder = tree.root / FOLDER
    if (tree.root / WORKFLOW).exists():
        return WORKFLOW
    names = sorted(path.name for pattern in ("*.yml", "*.yaml") for path in folder.glob(pattern))
    return next((path for name in names if _runs_reviewbot(tree, path := f"{FOLDER}/{name}")), None)


def _runs_reviewbot(tree: WorkTree, path: str) -> bool:
    try:
        data = tree.read(path)
    except ConfigError:  # one that cannot be read as a file of this repository is none of ours
        return False
    return data is not None and uses_reviewbot(data.decode("utf-8", "replace"))


def _configured(tree: WorkTree, environ: Mapping[str, str]) -> tuple[Seat, ...]:
    """The panel of the configuration that is there; empty where it names none and no key is set."""
    found = {**environ, "REVIEWBOT_CONFIG": ""}  # a job finds the file by its name
    loaded = load_config(tree, explicit=None, environ=found, overrides=Overrides(), with_texts=False)
    return seat_panel(loaded.config, environ)


def _keys(seats: Sequence[Seat]) -> tuple[str, ...]:
    names = (
        seat.key_name or next(iter(seat.endpoint.key_names if seat.endpoint.needs_key else ()), None) for seat in seats
    )
    return tuple(dict.fromkeys(name for name in names if name is not None))
