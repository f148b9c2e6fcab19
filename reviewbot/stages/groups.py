"""Files by who was to read them and who did: what chunks are in a run, for a report that does not tell its chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from reviewbot.model import Coverage, FileResult


class Groups(Struct, frozen=True, kw_only=True):
    by_path: Mapping[str, int]
    """Paths that somebody was to read."""
    coverage: tuple[Coverage, ...]
    """By number, from 1 on."""
    anybody: tuple[str, ...]
    """Who answered about anything."""

    @classmethod
    def made(cls, by_path: Mapping[str, int], coverage: Sequence[Coverage]) -> Groups:
        anybody = tuple({name: None for covered in coverage for name in covered.answered})
        return cls(by_path=by_path, coverage=tuple(coverage), anybody=anybody)

    def of(self, path: str | None) -> int | None:
        return self.by_path.get(path or "")

    def answered(self, path: str | None) -> tuple[str, ...]:
        """Who answered about a path; for one of no group, who answered about anything."""
        number = self.of(path)
        return self.anybody if number is None else self.coverage[number - 1].answered


def group(files: Sequence[FileResult]) -> Groups:
    """The groups, numbered in the order of the files."""
    numbers: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    by_path = {
        file.path: numbers.setdefault((file.asked, file.answered), len(numbers) + 1) for file in files if file.asked
    }
    return Groups.made(
        by_path,
        [Coverage(chunk=number, configured=asked, answered=answered) for (asked, answered), number in numbers.items()],
    )
