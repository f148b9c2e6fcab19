"""The store where answers cannot be kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reviewbot.ports import StoredAnswer


class NoStore:
    """Implements `ports.AnswerStore`: holds nothing, and says why."""

    def __init__(self, problem: str) -> None:
        self._notes = (f"Answers are not kept: {problem}.",)

    @property
    def notes(self) -> tuple[str, ...]:
        return self._notes

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, StoredAnswer]:
        del keys
        return {}

    def keep(self, answers: Sequence[StoredAnswer], *, used: Collection[bytes] = ()) -> None: ...

    def secret(self) -> bytes | None:
        return None
