"""Pull requests as large as GitHub lists, and larger than GitHub shows."""

from __future__ import annotations

FILES = 3_000
LINES = 25_000
WRONG_FILE, WRONG_LINE = "src/part17/m1717.py", 12_345
"""Where each has a defect: on line 2 of the one file, and on that line of `table.py`."""


def many_files(*, changed: bool) -> dict[str, str | bytes | None]:
    """3,000 small modules, before the change or after it."""
    files: dict[str, str | bytes | None] = {}
    for number in range(FILES):
        factor = number + changed + (f"src/part{number % 100}/m{number}.py" == WRONG_FILE)
        files[f"src/part{number % 100}/m{number}.py"] = f"def scale(value):\n    return value * {factor}\n"
    return files


def many_lines(*, changed: bool) -> dict[str, str | bytes | None]:
    """One module whose every line of 25,000 changes."""
    factor = 7 if changed else 6
    rows = [f"rows[{n}] = {n} * {factor + (changed and n + 1 == WRONG_LINE)}\n" for n in range(LINES)]
    return {"table.py": "".join(rows)}
