"""Who has answered so far, on stderr: a live table in a terminal, a line for each event elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from reviewbot.cli.output import write_stderr
from reviewbot.model import Failed, Outcome
from reviewbot.ports import Progress
from reviewbot.sanitize import terminal_line

if TYPE_CHECKING:
    from rich.table import Table


def watch(*, quiet: bool, color: bool) -> Progress:
    """The progress that fits: nothing with -q, live in a terminal, lines elsewhere."""
    if quiet:
        return Silent()
    return Live(color=color) if sys.stderr.isatty() else Lines()


class Silent:
    """Says nothing."""

    def begin(self, questions: Mapping[str, int]) -> None: ...

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None: ...

    def done(self, outcome: Outcome) -> None: ...

    def end(self) -> None: ...


class Lines:
    """One line for each event, for logs."""

    def begin(self, questions: Mapping[str, int]) -> None:
        for name, number in questions.items():
            _line(f"asking {name}{'' if number == 1 else f' about {number} chunks'}")

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None:
        _line(f"{reviewer}: {reason}; asking again in {seconds:.1f} s")

    def done(self, outcome: Outcome) -> None:
        _line(f"{outcome.reviewer}: {describe(outcome)}")

    def end(self) -> None: ...


def describe(outcome: Outcome) -> str:
    """What came of one question, in a few words."""
    if isinstance(outcome, Failed):
        return f"failed: {outcome.reason}"
    number = len(outcome.findings)
    cut = ", cut off" if outcome.cut_off else ""
    return f"{number} finding{'' if number == 1 else 's'} in {outcome.duration_s:.1f} s{cut}"


def _line(text: str) -> None:
    write_stderr(f"reviewbot: {terminal_line(text)}")


class _Row(Struct, kw_only=True):
    questions: int
    outcomes: list[Outcome] = field(default_factory=list)
    retry: str | None = None

    def text(self) -> tuple[str, str]:
        """What to show and in which style."""
        failed = [o for o in self.outcomes if isinstance(o, Failed)]
        if len(self.outcomes) < self.questions:
            part = f" ({len(self.outcomes)} of {self.questions} chunks)" if self.questions > 1 else ""
            return (f"{self.retry or 'waiting'}{part}", "dim")
        if failed:
            return (f"failed: {failed[0].reason}", "red")
        number = sum(len(o.findings) for o in self.outcomes if not isinstance(o, Failed))
        seconds = max(o.duration_s for o in self.outcomes)
        return (f"{number} finding{'' if number == 1 else 's'} in {seconds:.1f} s", "green")


class Live:
    """A table that is redrawn in place."""

    def __init__(self, *, color: bool) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        self._rows: dict[str, _Row] = {}
        self._started = 0.0
        self._console = Console(file=sys.stderr, no_color=not color, highlight=False)
        self._live = RichLive(console=self._console, refresh_per_second=8, get_renderable=self._table)
        self._running = False

    def begin(self, questions: Mapping[str, int]) -> None:
        self._rows = {name: _Row(questions=number) for name, number in questions.items()}
        self._started = time.monotonic()
        self._running = True
        self._live.start()

    def retrying(self, reviewer: str, reason: str, seconds: float) -> None:
        self._rows[reviewer].retry = f"{reason}; again in {seconds:.1f} s"

    def done(self, outcome: Outcome) -> None:
        row = self._rows[outcome.reviewer]
        row.retry = None
        row.outcomes.append(outcome)

    def end(self) -> None:
        if self._running:
            self._running = False
            self._live.stop()

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        for name, row in self._rows.items():
            words, style = row.text()
            clock = f"{time.monotonic() - self._started:.0f} s" if len(row.outcomes) < row.questions else ""
            table.add_row(
                Text(terminal_line(name), style="bold"), Text(terminal_line(words), style=style), Text(clock, "dim")
            )
        return table
