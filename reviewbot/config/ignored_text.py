"""One more finding in the text of `.reviewbot/ignored.yaml`: a block at its place, and every other byte as it was.

Blocks are sorted by fingerprint with a blank line between, so that two branches that each add one seldom add them at
the same place. What comes out is read back before it is given away.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from msgspec.structs import replace

from reviewbot.config.ignored import IGNORED_FILE, KEYS, read_ignored
from reviewbot.config.tree import Document, decode
from reviewbot.config.values import IgnoredFinding
from reviewbot.config.yaml_tree import MAX_BYTES, read_yaml
from reviewbot.errors import ConfigError

HEADER = "# Findings that are turned down, sorted by fingerprint: `reviewbot ignore FINGERPRINT --reason TEXT`\n"
"""Begins a new file."""

# Words that YAML takes for something else than text, in this version of it or an older one, stand in quotes.
_PLAIN = re.compile(
    r"(?!(?:null|true|false|yes|no|on|off|y|n)$)[a-z](?:[\w ./()@<>+=,;'`-]*[\w./()@<>+=-])?", re.IGNORECASE | re.ASCII
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_END_OF_DOCUMENT = re.compile(r"\.\.\.(?:\s|$)")


def with_ignored(data: bytes | None, finding: IgnoredFinding) -> bytes:
    """The file with a block for `finding`, which it must not have yet; None stands for no file.

    Raises ConfigError for a file that cannot be read, or to which no block can be added without changing the rest.
    """
    finding = writable(finding)
    document = read_yaml(IGNORED_FILE, data or b"")
    before = read_ignored(document)
    text = decode(IGNORED_FILE, data) if data is not None else HEADER
    end = "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"
    added = _inserted(text, document, finding, end)
    made = (codecs.BOM_UTF8 if (data or b"").startswith(codecs.BOM_UTF8) else b"") + added.encode()
    if len(made) > MAX_BYTES:
        raise ConfigError(
            f"{IGNORED_FILE} would be larger than {MAX_BYTES // 1024} KiB; take out blocks of findings that are gone"
        )
    if not _holds(made, (*before, finding)):
        by_hand = block(finding, end="\n").rstrip("\n")
        raise ConfigError(
            f"{IGNORED_FILE} is written in a way that no block can be added to; add this one by hand:\n\n{by_hand}\n"
        )
    return made


def writable(finding: IgnoredFinding) -> IgnoredFinding:
    """The finding in characters that YAML has: half of a surrogate pair and NUL are written out, as `\\udc80`."""
    texts = {name: getattr(finding, name) for name in finding.__struct_fields__}
    return replace(
        finding,
        **{
            name: text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
            for name, text in texts.items()
        },
    )


def block(finding: IgnoredFinding, *, end: str, margin: str = "") -> str:
    """The block of a finding, with each text on one line. Texts that are empty are left out."""
    told = ((key, getattr(finding, key)) for key in KEYS)
    lines = [f'"{finding.fingerprint}":', *(f"  {key}: {_scalar(text)}" for key, text in told if text)]
    return "".join(f"{margin}{line}{end}" for line in lines)


def _inserted(text: str, document: Document, finding: IgnoredFinding, end: str) -> str:
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    top = document.marks.get(())
    margin = " " * (top.column - 1) if top and document.value else ""
    at, is_last = _place(lines, document, finding.fingerprint, margin)
    if lines and at == len(lines) and not lines[-1].endswith("\n"):
        lines[-1] += end
    before = [end] if at and lines[at - 1].strip() else []
    after = [] if is_last else [end]
    return "".join([*lines[:at], *before, block(finding, end=end, margin=margin), *after, *lines[at:]])


def _place(lines: Sequence[str], document: Document, fingerprint: str, margin: str) -> tuple[int, bool]:
    """Before how many lines the block comes, and whether it is the last one.

    It comes before the first block that sorts after it, and before the comment that stands right above that one.
    """
    following = next((name for name in document.value if name > fingerprint), None)
    mark = document.marks.get((following,)) if following is not None else None
    if mark is None:
        ended = (number for number, line in enumerate(lines) if _END_OF_DOCUMENT.match(line))
        return next(ended, len(lines)), True
    at = mark.line - 1
    while at and lines[at - 1].startswith(f"{margin}#"):
        at -= 1
    return at, False


def _holds(data: bytes, expected: Sequence[IgnoredFinding]) -> bool:
    """Whether the file says this, in any order."""
    try:
        found = read_ignored(read_yaml(IGNORED_FILE, data))
    except ConfigError:
        return False
    return sorted(map(_stripped, found)) == sorted(map(_stripped, expected))


def _stripped(finding: IgnoredFinding) -> tuple[str, ...]:
    return tuple(getattr(finding, name).strip() for name in finding.__struct_fields__)


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    """What is not seen is written out, so that the file shows all that it holds."""
    if char in _ESCAPES or char == " ":
        return _ESCAPES.get(char, char)
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
