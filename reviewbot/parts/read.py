"""Tell the three kinds of files apart, and read them."""

from __future__ import annotations

from reviewbot.parts.answer import answer_part
from reviewbot.parts.node import parse_document
from reviewbot.parts.report import report_part
from reviewbot.parts.sarif import sarif_part
from reviewbot.parts.values import Part


def read_report(data: bytes, name: str) -> Part:
    """A report, and nothing else. Raises InputError, which names the file and the place."""
    document = parse_document(data, name)
    if "schema_version" not in document.tree():
        raise document.refuse("is no report (--format json)")
    return report_part(document, name)


def read_part(data: bytes, name: str) -> Part:
    """A report, an answer with its reviewer's name, or SARIF. Raises InputError, which names the file and the place."""
    document = parse_document(data, name)
    keys = document.tree()
    if "schema_version" in keys:
        return report_part(document, name)
    if "runs" in keys:
        return sarif_part(document, name)
    if "findings" in keys and "reviewer" not in keys:
        raise document.refuse('this answer does not say whose it is; add "reviewer": "NAME" to it')
    if "findings" in keys:
        return answer_part(document, name)
    raise document.refuse(
        "is neither a report (--format json), nor a reviewer's answer with its name "
        '({"reviewer": "NAME", "findings": [...]}), nor SARIF'
    )
