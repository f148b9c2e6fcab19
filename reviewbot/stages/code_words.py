"""What of a line is code and what is prose, as far as one line and the name of its file tell."""

from __future__ import annotations

import re
from functools import cache

from reviewbot.late import late

_ENDINGS = {
    "#": "py pyi pyx rb sh bash zsh fish ps1 pl pm r jl ex exs tf nix nim cr gd",
    "//": "js mjs cjs jsx ts mts cts tsx vue svelte go rs java kt kts scala groovy gradle c h cc cpp cxx hpp hh cs"
    " swift m mm dart php sol zig proto",
    "--": "sql lua hs elm",
    ";": "clj cljs lisp el scm",
}
"""By what a comment begins with: endings of file names."""
_COMMENT = {ending: mark for mark, endings in _ENDINGS.items() for ending in endings.split()}
_BLOCK = late(r"\s*+\*(?:\s|/|\Z)")
"""How a line within a comment of several lines mostly begins."""
_WORDED = frozenset(["sh", "bash", "zsh", "fish"])
"""Languages whose lines need no sign to be code."""
_ONE_CHARACTER = frozenset(["rs", "hs", "clj", "cljs", "lisp", "el", "scm"])
"""Languages in which a single quote also stands alone."""
_TEMPLATES = frozenset(["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "go"])
"""Languages in which backticks hold a string, and not a name."""
_FILLED_IN = late(r"\{[^\W\d]\w*+(?=[}!:.\[(])")
"""Code in a string."""
_SIGN = late(r"[={}()\[\];@]|\w[+*%]\w|&&|\|\||[^\W\d]\.\w")
_BEGINS = late(
    r"\s*+(?:import|from|use|using|include|require|package|export|return|yield|await|async|throw|raise|del|delete|assert"
    r"|global|nonlocal|echo|print|if|elif|else|while|for|match|case|switch|with|class|struct|enum|interface|trait|impl|mod"
    r"|module|def|fn|func|fun|function|let|const|var|val|new|public|private|protected|static|final|extends|goto|lambda"
    r"|not|and|or|select|insert|update|where|SELECT|INSERT|UPDATE|WHERE|\#\s*+(?:define|undef|if|ifdef|ifndef|elif))\s"
)
"""How lines of code begin that have no sign of it."""


def code_of(line: str, path: str) -> str | None:
    """The line with a blank for each character of its strings and comments; None where it is prose.

    Prose is a file that is no source, and a line without any sign of code, as documentation within a source has. A
    quote that is not closed quotes nothing: one alone would hide the rest of the line. Linear in its length.
    """
    ending = path.rpartition(".")[2].lower()
    mark = _COMMENT.get(ending)
    if mark is None or (mark == "//" and _BLOCK.match(line)):
        return None
    code = _prose(ending).sub(_blank, line)
    return code if ending in _WORDED or _SIGN.search(code) or _BEGINS.match(code) else None


@cache
def _prose(ending: str) -> re.Pattern[str]:
    """Strings and comments; an escape outside of both is passed over, so that its quote opens nothing."""
    strings = [rf"{quote}(?:[^{quote}\\]|\\.)*+{quote}" for quote in ('"', "'", "`")]
    if ending in _ONE_CHARACTER:
        strings[1] = r"'(?:[^'\\]|\\.)'"
    comments = {"//": r"/\*(?:(?!\*/).)*+(?:\*/)?|//.*", "#": r"(?<!\S)#.*"}
    mark = _COMMENT[ending]
    prose = (*(strings if ending in _TEMPLATES else strings[:2]), comments.get(mark, f"{mark}.*"))
    return re.compile(rf"\\.|(?P<prose>{'|'.join(prose)})")


def _blank(found: re.Match[str]) -> str:
    text = found["prose"]
    if text is None:
        return found[0]
    if not text.startswith(("'", '"', "`")):
        return " " * len(text)
    parts: list[str] = []
    at = 0
    for inside in _FILLED_IN.finditer(text):
        parts += (" " * (inside.start() - at), inside[0])
        at = inside.end()
    return "".join((*parts, " " * (len(text) - at)))
