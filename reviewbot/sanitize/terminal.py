"""Text for a terminal, a pipe and a CI log."""

from __future__ import annotations

import re

from reviewbot.sanitize.characters import with_unseen_shown

TAB = 4

# The runner takes a line as a command when it begins with `::` after blanks, or holds `##[` anywhere; Azure's begins
# with `##vso[`. https://docs.github.com/actions/reference/workflow-commands-for-github-actions,
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = re.compile(r"(?m)^([^\S\n]*+)(?=::)")
_OLD_COMMAND = re.compile(r"#(?=#\w*+\[)")


def terminal(text: str) -> str:
    """Any text as lines that a terminal shows and a CI log does not obey.

    Controls and invisible characters are written out (`\\x1b`, `<U+202E>`), tabs become blanks, CRLF becomes LF, and
    a line that would be a workflow command gets a backslash in front. Only line feeds remain as control characters.
    """
    shown = with_unseen_shown(text.replace("\r\n", "\n"))
    return not_a_command(shown.expandtabs(TAB))


def terminal_line(text: str) -> str:
    """The same for what has to stay on one line: a path, a name, a title."""
    return terminal(text.replace("\r\n", "\n").replace("\n", "\\n"))


def not_a_command(text: str) -> str:
    """Break what a CI runner would take for a workflow command, on any line of the text.

    A caller that wraps or joins sanitised text uses it again on the result: a break can bring `::` to a line's start.
    """
    return _OLD_COMMAND.sub(r"#\\", _COMMAND.sub(r"\1\\", text))


def ascii_text(text: str) -> str:
    """The text with everything beyond ASCII written as Python would, for an output that has no other characters."""
    return text.encode("ascii", "backslashreplace").decode("ascii")
