"""The review step of the packaged Action: its inputs, as variables, become the arguments of `reviewbot`.

It is run by the Action's own environment, with `python -I`, so that nothing of the caller's work tree is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_USED = {
    "pr": ("PULL_REQUEST", "DRY_RUN", "CONFIG", "REVIEWERS", "FAIL_ON", "MIN_AGREEMENT"),
    "merge": ("REPORTS", "CONFIG", "REVIEWERS", "FAIL_ON", "MIN_AGREEMENT"),
    "publish": ("REPORTS", "DRY_RUN", "CONFIG", "REVIEWERS", "FAIL_ON", "MIN_AGREEMENT"),
}
"""Which inputs a command reads; another one that is set is an error, for it would be without effect."""
_DRY_RUN = {"": "", "false": "", "true": "--dry-run"}


class InputError(Exception):
    """An input that cannot be used; the message is for a person, and repeats no value."""


def arguments(environ: Mapping[str, str]) -> list[str]:
    """What `reviewbot` is called with. Raises InputError."""
    command = environ.get("INPUT_COMMAND", "").strip()
    if command not in _USED:
        raise InputError(f"the input command is none of {', '.join(_USED)}")
    given = {name: environ.get(f"INPUT_{name}", "").strip() for names in _USED.values() for name in names}
    if given["DRY_RUN"] not in _DRY_RUN:
        raise InputError("the input dry-run is neither true nor false")
    given["DRY_RUN"] = _DRY_RUN[given["DRY_RUN"]]
    for name, value in given.items():
        if value and name not in _USED[command]:
            raise InputError(f"the input {_shown(name)} has no meaning with the command {command}")
    options = [
        f"{option}={value}"
        for option, value in (
            ("--config", given["CONFIG"]),
            ("--fail-on", given["FAIL_ON"]),
            ("--min-agreement", given["MIN_AGREEMENT"]),
            *(("--reviewer", name) for name in _listed(given["REVIEWERS"].replace(",", "\n"))),
        )
        if value
    ]
    flags = [given["DRY_RUN"]] if given["DRY_RUN"] else []
    return [command, *options, *flags, "--", *_operands(command, given)]


def _operands(command: str, given: Mapping[str, str]) -> list[str]:
    if command == "pr":
        return [given["PULL_REQUEST"]] if given["PULL_REQUEST"] else []
    files = [file for name in _listed(given["REPORTS"]) for file in _files(Path(name))]
    if not files:
        raise InputError("the input reports names no file, or a folder without a .json file")
    if command == "publish" and len(files) > 1:
        raise InputError(f"the input reports stands for {len(files)} files; publish takes one, merge makes one of them")
    return files


def _files(path: Path) -> list[str]:
    return sorted(str(file) for file in path.rglob("*.json")) if path.is_dir() else [str(path)]


def _listed(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _shown(name: str) -> str:
    return name.lower().replace("_", "-")


def main() -> None:
    try:
        words = arguments(os.environ)
    except InputError as error:
        print(f"::error title=reviewbot::{error}")  # noqa: T201 - a workflow command goes to stdout
        sys.exit(2)
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.argv = ["reviewbot", *words]
    from reviewbot.cli import run

    run()


if __name__ == "__main__":
    main()
