"""A deadline for the whole process, kept by signals where there are any, and by a thread everywhere."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

_STUCK_S = 2.0
"""After the deadline, for what has to be put away; then the process ends wherever it is."""


class OutOfTime(SystemExit):
    """The deadline is over. No Exception, so that nothing between here and the door takes it for a failure."""


class Deadline:
    """Raises OutOfTime in the main thread when the time is over, for as long as the `with` block lasts.

    Where that does not end the block in two more seconds, `last_words` gets two to say what it has to, and the process
    ends with `code`. Without signals (on Windows) that is all there is.
    """

    def __init__(
        self, *, started: float, seconds: float, last_words: Callable[[], None], code: Callable[[], int]
    ) -> None:
        """`started` is on the clock time.monotonic; it can be read again."""
        self.started = started
        self._end = started + seconds
        self._last_words = last_words
        self._code = code
        self._over = threading.Event()
        self._moved = threading.Condition()

    def move(self, seconds: float) -> None:
        """Another number of seconds since the start."""
        with self._moved:
            self._end = self.started + seconds
            self._moved.notify()
        self._arm()

    def __enter__(self) -> Self:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, _ring)
        self._arm()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with self._moved:
            self._moved.notify()
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _arm(self) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, max(0.001, self._end - time.monotonic()))

    def _watch(self) -> None:
        with self._moved:
            while not self._over.is_set() and (left := self._end + _STUCK_S - time.monotonic()) > 0:
                self._moved.wait(left)
        if not self._over.is_set():
            words = threading.Thread(target=self._last_words, daemon=True)  # nobody may be reading them
            words.start()
            words.join(_STUCK_S)
            os._exit(self._code())


def _ring(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise OutOfTime
