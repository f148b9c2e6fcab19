"""A ready answer that says nothing was found, laid where a model may copy it: told from a value by what stands around.

Code of a reviewer has such objects too, as values: behind an equals sign, a bracket, a return. In a comment, in prose
or in a block of its own nobody needs one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot.late import late
from reviewbot.stages.injection.hints import lines_with

_NAMES = ("findings", "issues", "problems", "vulnerabilities", "defects")
ANSWER_HINTS = tuple(f"{name}{quote}" for name in _NAMES for quote in ('"', "'", '\\"'))
_NONE_FOUND = late(rf"\\?[\"'](?:{'|'.join(_NAMES)})\\?[\"']\s?:\s?(?:\[\s?\]|0\b|null\b|none\b)")
_OUTCOME = late(
    r"\\?[\"'](?:verdict|decision|conclusion|approved?|review|result|status|summary)\\?[\"']\s?:\s?"
    r"(?:true\b|\\?[\"'](?:lgtm|approved?|pass(?:ed)?|clean|safe|no (?:issues|problems|findings)|ok|merge|success)\b)"
)
_MARK = late(r"\s*+(?:#|//|--|/?\*|<!--|;|%|rem )[\s#/*!-]*")
_COMMENTED_VALUE = late(r"(?:(?<![=!<>])=|[!=]=|[(\[,]|\breturn|\byield|\bassert)\s*[\"'`]{0,3}\s*$")
_PROSE_VALUE = late(r"(?:(?<![=!<>])=|[!=]=|[(\[,]|[\"'`]\s?:|\breturn)\s*[\"'`]{0,3}\s*$")
_SENTENCE = late(r"^[\"']{0,3}(?:[\w ,.'’-]*\w+ \w+ [\w ,.'’-]*[.:!]?|\w+[.!])$")
_FENCE = ("```", "~~~")
_QUOTES = ('"""', "'''")
_ABOVE = 4
"""Lines above a member of an object in which the object may begin."""
_PROSE = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc", ".mdc")


def is_prose(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(_PROSE) or "." not in name


def ready_answers(
    texts: Sequence[str], text: str, starts: Sequence[int], words: frozenset[str], *, prose: bool
) -> Iterator[tuple[int, bool]]:
    """Indices of the lines with such an answer, and whether it is one that documents also show.

    texts are the lines, in lower case; text is all of them, of these words, and starts says where each begins.
    """
    if words.isdisjoint(_NAMES):
        return
    for at in lines_with(ANSWER_HINTS, text, starts):
        found = _NONE_FOUND.search(texts[at])
        if found is None:
            continue
        first = _beginning(texts, at, found.start())
        if first is None:
            continue
        opens, before = first
        if _MARK.match(texts[at]):
            if not _COMMENTED_VALUE.search(before):
                yield at, False
            continue
        decided = _OUTCOME.search(" ".join(texts[opens : at + _ABOVE])) is not None
        weak = _stands_alone(texts, opens, before, prose=prose, decided=decided)
        if weak is not None:
            yield at, weak or not decided


def _beginning(texts: Sequence[str], at: int, end: int) -> tuple[int, str] | None:
    """The line in which the object of a member begins, and what stands before it there."""
    before = texts[at][:end]
    for line in range(at, max(at - _ABOVE, 0) - 1, -1):
        here = before if line == at else texts[line]
        opening = here.rfind("{")
        if opening >= 0:
            return line, here[:opening].rstrip()
        if line != at and not here.strip():
            return None
    return None


def _stands_alone(texts: Sequence[str], opens: int, before: str, *, prose: bool, decided: bool) -> bool | None:
    """Whether an object outside comments, with that before it, is one that documents show; None for a value in code.

    decided: whether it says how the review ends, as data of a program hardly does.
    """
    if before.strip().strip("\"'`"):
        return True if prose and not _PROSE_VALUE.search(before) else None
    above = next((text.strip() for text in reversed(texts[max(opens - 2, 0) : opens]) if text.strip()), "")
    if above.startswith(_FENCE):
        return True
    if above.endswith(_QUOTES) or _SENTENCE.match(above):
        return False
    return True if prose or (decided and not above) else None
