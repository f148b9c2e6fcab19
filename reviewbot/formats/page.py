"""Lines of styled text beside a gutter of labels, for a screen of a given width."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.text import Text

from reviewbot.model import Conclusion, Severity
from reviewbot.sanitize import ascii_text, not_a_command, terminal
from reviewbot.sanitize.code import Fence, blocks

GUTTER = 12
_WIDEST_PROSE = 90
_NARROWEST = 24
_HANGING = re.compile(r" *(?:[-*+] |[0-9]{1,3}[.)] )?")
_CODE_SPAN = r"(`+)[^`]+\1"
SEVERITY_STYLE = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "bold cyan",
}
VERDICT_STYLE = {
    Conclusion.PASS: "bold green",
    Conclusion.BLOCK: "bold red",
    Conclusion.INCOMPLETE: "bold yellow",
    Conclusion.SKIPPED: "bold",
}


class Page(Struct, frozen=True, kw_only=True):
    """Where text goes: `width` columns in all, prose never wider than is good to read."""

    width: int
    ascii_only: bool
    console: Console

    @classmethod
    def of(cls, *, width: int, color: bool, ascii_only: bool) -> Page:
        """A page that takes nothing from the environment; without colour no escape byte reaches it."""
        console = Console(
            file=io.StringIO(),
            color_system="standard" if color else None,
            force_terminal=color,
            no_color=False,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            width=width,
            _environ={},
        )
        return cls(width=width, ascii_only=ascii_only, console=console)

    @property
    def room(self) -> int:
        """Columns beside the gutter."""
        return max(_NARROWEST, self.width - GUTTER)

    @property
    def bar(self) -> str:
        return "|" if self.ascii_only else "│"

    @property
    def dot(self) -> str:
        return " - " if self.ascii_only else " · "

    @property
    def rule(self) -> str:
        return "-" if self.ascii_only else "─"

    @property
    def ellipsis(self) -> str:
        return "..." if self.ascii_only else "…"

    def wrapped(self, text: Text, *, width: int | None = None) -> list[Text]:
        """The text on as many lines as it needs; a word longer than a line is folded."""
        room = min(self.room, _WIDEST_PROSE) if width is None else width
        if "\n" not in text.plain and cell_len(text.plain) <= room:
            lines = [text.copy()]
        else:
            lines = list(text.wrap(self.console, max(room, 8), overflow="fold"))
        for line in lines:
            line.rstrip()
        return lines

    def words(self, text: str, *, style: str = "") -> list[Text]:
        """A reviewer's words, any text: paragraphs and list items wrapped, fenced code indented as it stands."""
        lines: list[Text] = []
        if not text.strip():
            return lines
        for block in blocks(terminal(text).strip("\n")):
            if isinstance(block, Fence):
                lines += self.code("\n".join(block.lines))
            else:
                for line in block.text.split("\n"):
                    lines += self._paragraph(line.rstrip(), style)
        return lines

    def code(self, text: str) -> list[Text]:
        """Sanitised code as it stands, indented; long lines are folded."""
        parts = [
            part for line in text.split("\n") for part in self.wrapped(Text(line, style="dim"), width=self.room - 2)
        ]
        return [Text("  ") + part for part in parts]

    def _paragraph(self, line: str, style: str) -> list[Text]:
        hanging = _HANGING.match(line)
        lead = hanging[0] if hanging is not None and len(hanging[0]) <= self.room // 3 else ""
        rest = Text(line[len(lead) :], style=style)
        rest.highlight_regex(_CODE_SPAN, "cyan")
        width = min(self.room, _WIDEST_PROSE) - len(lead)
        parts = self.wrapped(rest, width=width) or [Text("")]
        return [Text(lead if number == 0 else " " * len(lead)) + part for number, part in enumerate(parts)]

    def trimmed(self, text: Text, width: int) -> Text:
        """One line cut to the width, with an ellipsis where something is missing."""
        if cell_len(text.plain) <= width:
            return text
        short = text.copy()
        short.truncate(max(1, width - len(self.ellipsis)))
        short.rstrip()
        return Text.assemble(short, (self.ellipsis, "dim"))

    def painted(self, lines: Iterable[Text]) -> str:
        """The lines as a string that ends in a line feed.

        No line has blanks at its end, and none is a workflow command, whatever the wrapping brought to its start.
        """
        shown: list[str] = []
        for line in lines:
            line.rstrip()
            safe = not_a_command(line.plain)
            shown += [self._coded(line) if safe == line.plain else safe, "\n"]
        return ascii_text("".join(shown)) if self.ascii_only else "".join(shown)

    def _coded(self, line: Text) -> str:
        """One line with the codes of its colours. The console itself would lay each line out once more to print it."""
        if self.console.color_system is None:
            return line.plain
        segments = Text("").join([line]).render(self.console)
        return "".join(
            segment.style.render(segment.text, color_system=ColorSystem.STANDARD) if segment.style else segment.text
            for segment in segments
        )


def beside(labels: Sequence[Text], lines: Iterable[Text]) -> list[Text]:
    """Lines to the right of the gutter, with the labels in it from the first line on."""
    shown: list[Text] = []
    rest = list(labels)
    for line in lines:
        label = rest.pop(0) if rest else Text("")
        if not label and not line:
            shown.append(Text(""))
            continue
        padding = " " * (GUTTER - cell_len(label.plain))
        shown.append(Text.assemble(label, padding, line))
    return shown


def columns(rows: Sequence[Sequence[Text]]) -> list[Text]:
    """Rows with their cells under each other, two blanks apart, nothing behind the last cell of a row."""
    count = max((len(row) for row in rows), default=0)
    widths = [max((cell_len(row[at].plain) for row in rows if at < len(row)), default=0) for at in range(count)]
    lines: list[Text] = []
    for row in rows:
        line = Text("  ").join(
            Text.assemble(cell, " " * (width - cell_len(cell.plain))) for cell, width in zip(row, widths, strict=False)
        )
        line.rstrip()
        lines.append(line)
    return lines
