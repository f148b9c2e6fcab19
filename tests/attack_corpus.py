"""Texts that try to turn a reviewer, and innocent lines that look like them; see tests/attacks."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from values import change, file, hunk

from reviewbot.model import Change, FileStatus

FOLDER = Path(__file__).with_name("attacks")

_BEFORE_EACH = {
    "comment": ("app.py", "# "),
    "slashes": ("app.ts", "  // "),
    "block": ("app.c", " * "),
    "html": ("page.html", "<!-- "),
    "markdown": ("README.md", ""),
    "sql": ("change.sql", "-- "),
    "yaml": ("deploy.yaml", "note: "),
    "env": ("settings.py", ""),
    "log": ("app.log", "12:00:01 INFO "),
}
_AROUND = {
    "string": ("app.py", 'MESSAGE = "', '"'),
    "docstring": ("app.py", '    """', '"""'),
    "json": ("data.json", '  "note": "', '",'),
    "html": ("page.html", "<!-- ", " -->"),
}
_ALIKE = str.maketrans("aeopcyxi", "аеорсухі")
_DRESS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "hex": lambda text: text.encode().hex(),
    "backslash-x": lambda text: "".join(f"\\x{ord(char):02x}" for char in text),
    "backslash-u": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "entities": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "percent": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "reversed": lambda text: text[::-1],
    "spaced": lambda text: "   ".join(" ".join(word) for word in text.split()),
    "dashed": lambda text: " ".join("-".join(word) for word in text.split()),
    "homoglyphs": lambda text: text.translate(_ALIKE),
    "fullwidth": lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    "bold": lambda text: "".join(chr(0x1D41A + ord(char) - ord("a")) if "a" <= char <= "z" else char for char in text),
    "zero-width": "\u200b".join,
    "tags": lambda text: "x" + "".join(chr(0xE0000 + ord(char)) for char in text),
    "leet": lambda text: text.translate(str.maketrans("oieast", "013457")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One text, dressed as it comes, and where in a change it stands."""

    number: int
    kind: str
    where: str
    text: str
    file: str = "app.py"
    """Where `where` is "lines"."""

    @property
    def name(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def path(self) -> str:
        if self.where == "path":
            return self.text
        return _AROUND[self.where][0] if self.where in _AROUND else _BEFORE_EACH.get(self.where, (self.file, ""))[0]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that the change adds, innocent but for the attack."""
        text = self.text if self.where not in ("path", "subject") else "total = 0"
        if self.where in _AROUND:
            _, before, after = _AROUND[self.where]
            return tuple(f"{before}{text}{after}".split("\n"))
        return tuple(_BEFORE_EACH.get(self.where, ("", ""))[1] + line for line in text.split("\n"))

    @property
    def change(self) -> Change:
        """A change with this attack and an added line of code below it."""
        added = "\n".join(f"+{line}" for line in (*self.lines, "count = count + items"))
        subjects = ("add a counter", self.text) if self.where == "subject" else ("add a counter",)
        return change(file(self.path, hunk(f" start()\n{added}"), status=FileStatus.ADDED), subjects=subjects)


def attacks(name: str = "attacks") -> tuple[Attack, ...]:
    """A corpus in the order of its file: "attacks", or "held_out", which was written after the rules."""
    kinds = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    entries = [(kind, entry) for kind, entries in kinds.items() for entry in entries]
    return tuple(
        Attack(
            number=number,
            kind=kind,
            where=entry["where"],
            text=_DRESS[entry["encode"]](entry["text"]) if "encode" in entry else entry["text"],
            file=entry.get("path", "app.py"),
        )
        for number, (kind, entry) in enumerate(entries, start=1)
    )


def innocent(name: str = "innocent") -> tuple[str, ...]:
    """Lines that look near an attack: "innocent", or "innocent_held_out", which no rule was made for."""
    return tuple((FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:])
