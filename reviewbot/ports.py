"""What the shell needs from the outside world, as protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct, field

from reviewbot.model import Outcome, Usage


class Message(Struct, frozen=True, kw_only=True):
    """One turn of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    text: str


class Answer(Struct, frozen=True, kw_only=True):
    """What one call brought back: never empty text."""

    text: str
    cut_off: bool
    """The model stopped at its token limit."""
    usage: Usage = field(default_factory=Usage)


class CallError(Exception):
    """One call to a model brought no answer. `reason` is for a person and holds no key.

    retryable: the same call may succeed later. retry_after: seconds the server asked to wait.
    down: no other call to this reviewer can succeed either (its key, its model name), so none should be made.
    usage: what the call cost all the same.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        down: bool = False,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after
        self.down = down
        self.usage = usage or Usage()


class Model(Protocol):
    """One configured model that can be asked. One call, no retries, no deadline: those are the caller's."""

    async def ask(self, messages: Sequence[Message]) -> Answer:
        """Send the conversation once. Raises CallError."""
        ...

    async def close(self) -> None:
        """Release connections. May be called twice."""
        ...


class StoredAnswer(Struct, frozen=True, kw_only=True):
    """An answer as it is stored: bytes that only who has the secret behind `mac` can have made.

    model: for people, and as little to be trusted as anything that the secret does not vouch for.
    """

    key: bytes
    mac: bytes
    payload: bytes
    model: str


class AnswerStore(Protocol):
    """Answers of earlier runs. Nothing that goes wrong with it is a reason for a review to fail: it is in `notes`."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of it so far, in sentences."""
        ...

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, StoredAnswer]:
        """Those of the answers that are there and not too old."""
        ...

    def keep(self, answers: Sequence[StoredAnswer], *, used: Collection[bytes] = ()) -> None:
        """Store answers, each in place of what has its key; `used`: keys of answers that served once more."""
        ...

    def secret(self) -> bytes | None:
        """Random bytes that stay the same for this user and that no stored answer can have brought along; None when
        they cannot be had."""
        ...


class Progress(Protocol):
    """Someone who watches a run. Called from one thread, in order."""

    def begin(self, questions: Mapping[str, int]) -> None:
        """The run starts: how many questions each reviewer, by name, will be asked."""
        ...

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None:
        """A question failed and is asked again after that many seconds."""
        ...

    def done(self, outcome: Outcome) -> None:
        """One question has its outcome."""
        ...

    def end(self) -> None:
        """No more events follow. Called once, also when the run is interrupted."""
        ...
