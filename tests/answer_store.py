"""A store of answers in memory, which keeps what `ports.AnswerStore` promises, and answers to put into one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

from reviewbot.ports import StoredAnswer


class MemoryStore:
    def __init__(self, secret: bytes | None = b"s" * 32) -> None:
        self.answers: dict[bytes, StoredAnswer] = {}
        self.used: list[bytes] = []
        self.looks = 0
        self._secret = secret

    @property
    def notes(self) -> tuple[str, ...]:
        return () if self._secret else ("There is no secret.",)

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, StoredAnswer]:
        self.looks += 1
        return {key: self.answers[key] for key in keys if key in self.answers}

    def keep(self, answers: Sequence[StoredAnswer], *, used: Collection[bytes] = ()) -> None:
        self.used += used
        self.answers.update({answer.key: answer for answer in answers})

    def secret(self) -> bytes | None:
        return self._secret


def answer(name: str, payload: bytes = b"payload", *, model: str = "openai/gpt") -> StoredAnswer:
    return StoredAnswer(key=key(name), mac=b"m" * 32, payload=payload, model=model)


def key(name: str) -> bytes:
    return sha256(name.encode()).digest()
