"""Text from outside, made fit for each place where it is shown. One module per sink; all of them are pure.

`clean_words` takes out of a reviewer's words what may not be shown and adds nothing. `terminal`, `markdown`,
`markdown_line`, `markdown_cell` and `markdown_code` are the last step before a sink: they lose nothing, and what
would act there is escaped.
"""

from reviewbot.sanitize.markdown import markdown, markdown_cell, markdown_code, markdown_line, markdown_span
from reviewbot.sanitize.terminal import ascii_text, not_a_command, terminal, terminal_line
from reviewbot.sanitize.words import clean_body, clean_title, clean_words

__all__ = [
    "ascii_text",
    "clean_body",
    "clean_title",
    "clean_words",
    "markdown",
    "markdown_cell",
    "markdown_code",
    "markdown_line",
    "markdown_span",
    "not_a_command",
    "terminal",
    "terminal_line",
]
