"""Untrusted text as GitHub Flavored Markdown that shows what was written and does nothing.

Fences and code spans stay code. In prose every character with a meaning is escaped, and a word that a platform would
turn into a link by itself (a mention, a reference, an address, a commit, a host or file name) becomes a code span:
nothing is linked in code, so nothing has to be taken away or mixed with invisible characters.
https://github.github.com/gfm/,
https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

from __future__ import annotations

import re

from reviewbot.late import late
from reviewbot.sanitize.characters import with_unseen_shown
from reviewbot.sanitize.code import OWN_MARKER, Fence, blocks, fence_language, spans
from reviewbot.sanitize.terminal import not_a_command

_LINKED = late(
    r"@[A-Za-z0-9]"  # mentions and e-mail addresses
    r"|#[0-9]|(?i:gh-[0-9])"  # issues and pull requests
    r"|//|(?i:www\.|mailto:|xmpp:)"  # addresses
    r"|(?<![A-Za-z0-9])[0-9a-f]{7,40}(?![A-Za-z0-9])"  # commits
    r"|[^\W_]\.[^\W\d_]{2}"  # host names, which some renderers link, and the names of files and members
)
_WORD = late(r"\S+|\s+")
_ACTIVE = late(r"[\\*_\[\]|~$#]")
_ENTITIES = {"`": "&#96;", "<": "&lt;", ">": "&gt;"}
_ENTITY_START = late(r"&(?=[#A-Za-z])")
# What begins a list, a heading's underline, a table, a workflow command or a slash command for some other bot.
_LEADING_MARK = late(r"[-+=:/]|[0-9]{1,9}(?=[.)])")
_LIST_OR_TABLE = late(r"\s*(?:[-*+](?:\s|$)|[>|]|[0-9]{1,9}[.)]\s)")
_LONGEST_PEELED = 200
_OPENERS, _CLOSERS = "([{<", ")]}>"


def markdown(text: str) -> str:
    """Any text as Markdown blocks: paragraphs that read as written, code spans and closed fences.

    Controls and invisible characters are written out. A fence that does not end is read as prose.
    """
    pieces: list[str] = []
    for block in blocks(_shown(text)):
        if isinstance(block, Fence):
            pieces.append(_fence("\n".join(block.lines), block.language))
        else:
            pieces.append(_prose(block.text))
    return "\n".join(pieces).strip("\n")


def markdown_line(text: str) -> str:
    """Any text as one line of Markdown, for a heading, a list item or a sentence."""
    return _lead_escaped(_inline(" ".join(_shown(text).split()), in_table=False))


def markdown_cell(text: str) -> str:
    """The same for a cell of a table: it brings no `|` of its own."""
    return _inline(" ".join(_shown(text).split()), in_table=True)


def markdown_code(text: str, language: str = "") -> str:
    """Any text as a fence that nothing in the text can close. An unknown or acting language is left out."""
    return _fence(_shown(text).removesuffix("\n"), fence_language(language))


def markdown_span(text: str, *, in_table: bool = False) -> str:
    """Any text as a code span on one line, empty for empty text."""
    return _span(" ".join(_shown(text).split("\n")), in_table=in_table)


def _shown(text: str) -> str:
    return with_unseen_shown(text.replace("\r\n", "\n"))


def _fence(text: str, language: str) -> str:
    run = "`" * max(3, _longest_run(text) + 1)
    return f"{run}{language}\n{_defused(text)}\n{run}"


def _prose(text: str) -> str:
    """Paragraphs. A line that another begins a list or table row under ends hard, so that they stay two lines."""
    lines = text.split("\n")
    shown: list[str] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        ends_hard = line.strip() != "" and _LIST_OR_TABLE.match(below) is not None
        shown.append(_lead_escaped(_inline(line.strip(), in_table=False)) + ("\\" if ends_hard else ""))
    return "\n".join(shown)


def _lead_escaped(line: str) -> str:
    mark = _LEADING_MARK.match(line)
    if mark is None:
        return line
    at = mark.end() if mark[0][0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def _inline(line: str, *, in_table: bool) -> str:
    found, _ = spans(line)
    pieces: list[str] = []
    position = 0
    for span in found:
        pieces += _words(line[position : span.start], in_table=in_table)
        pieces.append(_span(line[span.start + span.width : span.end - span.width], in_table=in_table))
        position = span.end
    pieces += _words(line[position:], in_table=in_table)
    return _joined(pieces)


def _joined(pieces: list[str]) -> str:
    """Put together, with a blank where two code spans would grow into one."""
    text = ""
    shown: list[str] = []
    for piece in pieces:
        if text.endswith("`") and piece.startswith("`"):
            shown.append(" ")
        if piece:
            shown.append(piece)
            text = piece
    return "".join(shown)


def _words(prose: str, *, in_table: bool) -> list[str]:
    pieces: list[str] = []
    for word in _WORD.findall(prose):
        if not _LINKED.search(word):
            pieces.append(_escaped(word, in_table=in_table))
            continue
        start, end = _core(word)
        pieces += [
            _escaped(word[:start], in_table=in_table),
            _span(word[start:end], in_table=in_table),
            _escaped(word[end:], in_table=in_table),
        ]
    return pieces


def _core(word: str) -> tuple[int, int]:
    """Where the word is without the punctuation around it; brackets that belong to it stay."""
    start, end = 0, len(word)
    if end > _LONGEST_PEELED:
        return start, end
    while start < end and (word[start] in "\"'*_" or _is_loose(word, start, end, at=start)):
        start += 1
    while start < end and (word[end - 1] in "\"'*_.,;:!?" or _is_loose(word, start, end, at=end - 1)):
        end -= 1
    if word[start] in _OPENERS and word[end - 1] == _CLOSERS[_OPENERS.index(word[start])]:
        return start + 1, end - 1
    return start, end


def _is_loose(word: str, start: int, end: int, *, at: int) -> bool:
    """Whether there is a bracket here whose other half is not in the word."""
    index = (_OPENERS + _CLOSERS).find(word[at])
    if index < 0:
        return False
    opener, closer = _OPENERS[index % 4], _CLOSERS[index % 4]
    surplus = word.count(opener, start, end) - word.count(closer, start, end)
    return surplus > 0 if index < len(_OPENERS) else surplus < 0


def _escaped(prose: str, *, in_table: bool) -> str:
    escaped = _ENTITY_START.sub("&amp;", prose)
    escaped = _ACTIVE.sub(lambda match: f"\\{match[0]}", escaped)
    for char, entity in _ENTITIES.items():
        escaped = escaped.replace(char, entity)
    return escaped.replace("\\|", "&#124;") if in_table else escaped


def _span(code: str, *, in_table: bool) -> str:
    if not code.strip():
        return code
    if in_table:
        code = code.replace("|", "\\x7c")
    run = "`" * (_longest_run(code) + 1)
    padded = code[0] == "`" or code[-1] == "`" or (code[0] == " " and code[-1] == " ")
    return _defused(f"{run} {code} {run}" if padded else f"{run}{code}{run}")


def _defused(code: str) -> str:
    """Code cannot be escaped, so what would act in it even as source gets a visible backslash."""
    return OWN_MARKER.sub(r"<\\", not_a_command(code))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
