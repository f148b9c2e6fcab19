"""One pass over Markdown prose that takes out what acts: tags, links, mentions, references, addresses, entities.

Positions are searched in a copy of the text whose code is masked, so that code keeps its `@` and `<`. Where a reader
of GitHub Flavored Markdown could see a tag or a definition before it sees the code in it, the text itself is searched.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5

from reviewbot.late import late
from reviewbot.sanitize.characters import is_unseen
from reviewbot.sanitize.code import OWN_MARKER, spans
from reviewbot.sanitize.elements import ELEMENTS, TYPE_NAMES

_MASK = "\x00"  # cannot occur: controls are taken out first

Cut = tuple[int, int]

_CONTAINERS = r"[ \t>*+\-0-9.)]*+"  # what may stand before a block begins: quotes, list markers, indentation
_BLOCK_START = late(_CONTAINERS)
_LINE_END = late(r"[ \t]*+(?:\n|\Z)")
_DELIMITER_ROW = late(r"(?m)^(?=[^\n-]*+-)[ \t|:>*+\-0-9.)]*+$")
_DEFINITION = late(rf"(?m)^{_CONTAINERS}\[(?:[^\[\]\\]|\\[\s\S])*+\](?=:)")

_TAG = late(
    r"""<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)
    (?P<attributes>(?:[ \t\n]++[A-Za-z_:][A-Za-z0-9_.:-]*+
        (?:[ \t\n]*+=[ \t\n]*+(?:"[^"]*+"|'[^']*+'|[^ \t\n"'=<>`]++))?+)*+)
    [ \t\n]*+/?>""",
    re.VERBOSE,
)
_UNFINISHED_TAG = late(r"</?(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?=[ \t\n/>]|\Z)")
_DECLARATION = late(r"<(?:\?|!\[|![A-Za-z])")
_AUTOLINK = late(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^ \t\n<>]*+|[^ \t\n<>@]++@[^ \t\n<>]++)>")
_SCOPED_NAME = late(r"<\w++(?:::\w++)++>")
_QUOTE_PREFIX = late(r"\n[ \t]*+>[ \t>]*+")

_LINK = late(
    r"""(?<!\\)(?P<open>!?\[)(?P<text>(?:[^\[\]\\\n]|\\.)*+)(?P<close>\]\([ \t]*+
    (?P<target><[^<>\n]*+>|(?:[^\s()<\x00\\]|\\.|\([^\s()\x00]*+\))++)
    (?:[ \t]++(?:"[^"\n]*+"|'[^'\n]*+'|\([^()\n]*+\)))?+[ \t]*+\))""",
    re.VERBOSE,
)
_ADDRESS_MARK = late("[/.:#?]")
_JOINT = late(r"\](?=\()")
# A footnote that is not defined is shown as it is written, backticks included: code in it would be code no longer.
_FOOTNOTE = late(r"\[\^")
_ENTITY = late(r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,7}|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));")
# GitHub Flavored Markdown links addresses with these beginnings without being asked, and other renderers those that
# begin with the host; a backslash may stand between. https://github.github.com/gfm/#autolinks-extension-
_SCHEME = late(r"(?i)(?:https?|ftp)\\?:\\?/\\?/(?=\S)|(?<![a-z0-9])www\\?\.|(?<!:)/\\?/(?=[^\s/.]++\.)")
_ACTIVE_CHARACTERS = late(
    r"(?<!@)@++(?=\\?(?:[A-Za-z0-9]|[\w-]++\.))"  # a mention, an e-mail address, owner/name@commit
    r"|(?<!#)#++(?=[0-9])"  # an issue or pull request, alone or behind owner/name
    r"|(?i:(?<![a-z0-9])gh\\?)(?P<dash>-)(?=[0-9])"  # the same as GH-1
    r"|~{3,}"  # a fence inside a quote or list
)

# What no match of these two is without. Most texts have none of it, and that is found out in a fraction of the time.
_MAYBE_SCHEME = late(r"/|[wW]{3}\\?\.")
_MAYBE_ACTIVE = late(r"[@#~]|[hH]\\?-")


def clean_prose(text: str) -> str:
    """Lines of prose without what acts at first sight."""
    masked, cuts = _mask_code(text)
    cuts += _markup(text, masked)
    cuts += [(match.end(), match.end() + 1) for match in _DEFINITION.finditer(text)]
    cuts += _links(masked)
    cuts += [(at.start(), at.start() + 1) for at in _FOOTNOTE.finditer(masked, 0, masked.rfind(_MASK) + 1)]
    cuts += [at.span() for at in OWN_MARKER.finditer(text)]
    cuts += [match.span() for match in _ENTITY.finditer(masked) if _is_harmful(match)]
    if _MAYBE_SCHEME.search(masked):
        cuts += [match.span() for match in _SCHEME.finditer(masked)]
    if _MAYBE_ACTIVE.search(masked):
        cuts += [match.span("dash" if match["dash"] else 0) for match in _ACTIVE_CHARACTERS.finditer(masked)]
    return _cut(text, cuts)


def _cut(text: str, cuts: list[Cut]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in sorted(cuts):
        if start > position:
            pieces.append(text[position:start])
        position = max(position, end)
    pieces.append(text[position:])
    return "".join(pieces)


def _mask_code(text: str) -> tuple[str, list[Cut]]:
    """The text with its code spans masked, and the runs of backticks that go.

    A run without a partner on its line goes: then every reader pairs the rest alike, wherever a paragraph ends. So
    does a span with a `|` where there may be a table, whose cells end before code begins.
    """
    has_table = _DELIMITER_ROW.search(text) is not None
    masked: list[str] = []
    cuts: list[Cut] = []
    offset = 0
    for line in text.split("\n"):
        found, alone = spans(line)
        cuts += [(offset + start, offset + end) for start, end in alone]
        position = 0
        for span in found:
            if has_table and "|" in line[span.start : span.end]:
                ends = ((span.start, span.start + span.width), (span.end - span.width, span.end))
                cuts += [(offset + start, offset + end) for start, end in ends]
                continue
            masked += [line[position : span.start], _MASK * (span.end - span.start)]
            position = span.end
        masked += [line[position:], "\n"]
        offset += len(line) + 1
    return "".join(masked)[:-1], cuts


def _links(masked: str) -> list[Cut]:
    """Links and images but their text. What is left with the joint of a link (`table[key](argument)`) loses that."""
    links = [link for link in _LINK.finditer(masked) if link["open"] == "![" or _ADDRESS_MARK.search(link["target"])]
    if links:
        return [link.span(part) for link in links for part in ("open", "close")]
    return [joint.span() for joint in _JOINT.finditer(masked)]


def _markup(text: str, masked: str) -> Iterator[Cut]:
    """Comments whole; tags without what they enclose; the brackets of autolinks; what begins other HTML blocks."""
    unquoted = _QUOTE_PREFIX.sub(lambda match: "\n" + " " * (len(match[0]) - 1), text)
    done = 0
    lead_end = _end(_BLOCK_START.match(text))
    comments_end = text.rfind("-->")
    for opening in re.finditer("<", masked):
        at = opening.start()
        if at < done:
            continue
        if (line_feed := text.rfind("\n", done, at)) >= 0:
            lead_end = _end(_BLOCK_START.match(text, line_feed + 1))
        leads = at <= lead_end
        done = at
        if text.startswith("<!--", at):
            done = text.index("-->", at + 2) + 3 if at + 2 <= comments_end else at + 4
            yield at, done
        elif (tag := _TAG.match(text, at) or _TAG.match(unquoted, at)) is not None:
            if not _is_inert(tag, text):
                done = tag.end()
                yield at, done
            elif leads and _LINE_END.match(text, tag.end()):  # would turn the lines after it, code included, into HTML
                yield at, at + 1
                yield tag.end() - 1, tag.end()
        elif (link := _AUTOLINK.match(text, at)) is not None:
            if not _SCOPED_NAME.match(text, at):
                yield at, at + 1
                yield link.end() - 1, link.end()
        elif _hides(text, at, leads=leads):
            yield at, at + 1


def _end(match: re.Match[str] | None) -> int:
    return 0 if match is None else match.end()


def _is_inert(tag: re.Match[str], text: str) -> bool:
    """A word in angle brackets that no renderer gives a meaning."""
    if "=" in tag["attributes"]:
        return False
    if tag["name"].lower() not in ELEMENTS:
        return True
    attached = tag.start() > 0 and (text[tag.start() - 1].isalnum() or text[tag.start() - 1] == "_")
    return attached and tag["name"] in TYPE_NAMES and not tag["attributes"] and not tag["close"]


def _hides(text: str, at: int, *, leads: bool) -> bool:
    """Whether a declaration, or an element at the beginning of a line, hides what follows though it never ends."""
    if _DECLARATION.match(text, at):
        return True
    name = _UNFINISHED_TAG.match(text, at)
    return leads and name is not None and name["name"].lower() in ELEMENTS


def _is_harmful(entity: re.Match[str]) -> bool:
    """Whether it stands for a character that would act or not be seen; `&lt;` and `&eacute;` do neither."""
    if entity["name"] and f"{entity['name']};" not in html5:
        return False
    shown = html.unescape(entity[0])
    return any(is_unseen(char) or (char < "\x80" and char not in "<>&\"'") for char in shown)
