"""A judge of Markdown: what in a document would act when GitHub renders it. Parses for real, with markdown-it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reviewbot.sanitize.elements import ELEMENTS, TYPE_NAMES


class _Credulous(MarkdownIt):
    """Takes every address for one that may be linked, whatever its scheme."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name that markdown-it calls
        return True


_PARSER = _Credulous("commonmark", {"html": True}).enable(["table", "strikethrough"])

# What GitHub makes of text outside code after parsing it: mentions, references, addresses.
_IN_TEXT = {
    "mention": re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9]"),
    "e-mail": re.compile(r"[A-Za-z0-9._+-]@[A-Za-z0-9_-]+\.[A-Za-z0-9]"),
    "issue": re.compile(r"#[0-9]|(?i:\bgh-[0-9])"),
    "address": re.compile(r"(?i:(?:https?|ftp)://\S|(?<![a-z0-9])www\.[a-z0-9])"),
}
_INERT_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s+[A-Za-z0-9_:.-]+)*\s*/?>")
_SCOPED_NAME = re.compile(r"[A-Za-z0-9_]+(?:::[A-Za-z0-9_]+)+")
_SEEN_AS_TEXT = re.compile(
    "[^\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\U000e0000-\U000e007f]*"
)


def tokens(document: str) -> Iterator[Token]:
    """Every token of the document, inline ones included."""
    return _flat(_PARSER.parse(document))


def acting(document: str, *, allow_inert: bool = False) -> list[tuple[str, str]]:
    """(kind, source) of everything that would link, load, mention, refer, hide or run.

    allow_inert: accept words in angle brackets that no renderer knows, such as `List<String>` and `<std::string>`.
    """
    found: list[tuple[str, str]] = []
    for token in tokens(document):
        if allow_inert and _is_inert(token):
            continue
        if token.type in ("link_open", "image", "html_inline", "html_block"):
            found.append((token.type, token.content or str(token.attrs)))
        if token.type == "text":
            found += [(kind, token.content) for kind, pattern in _IN_TEXT.items() if pattern.search(token.content)]
        if token.type == "fence" and re.match(r"(?i)suggestion|mermaid|geojson|topojson|stl|math", token.info.strip()):
            found.append(("acting fence", token.info))
    if re.search(r"(?i)<!--\s*reviewbot", document):
        found.append(("marker", document))
    if not _SEEN_AS_TEXT.fullmatch(document):
        found.append(("unseen", document))
    return found


def shown(document: str) -> str:
    """The text that a reader sees, code included, without any white space."""
    parts = [t.content for t in tokens(document) if t.type in ("text", "code_inline", "fence", "code_block")]
    return "".join("".join(parts).split())


def _is_inert(token: Token) -> bool:
    if token.type == "link_open":
        return token.markup == "autolink" and _SCOPED_NAME.fullmatch(str(token.attrs.get("href"))) is not None
    tag = _INERT_TAG.fullmatch(token.content) if token.type == "html_inline" else None
    return tag is not None and (tag[1].lower() not in ELEMENTS or tag[1] in TYPE_NAMES)


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.children is None:
            yield token
        else:
            yield from _flat(token.children)
