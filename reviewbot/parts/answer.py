"""A reviewer's answer with its name added -> a Part: `{"reviewer": "opus", "findings": [...]}`."""

from __future__ import annotations

from msgspec.structs import replace

from reviewbot.errors import ReplyError
from reviewbot.model import BUILTIN, Finding, ReviewerResult, ReviewerStatus, Usage
from reviewbot.parts.node import Node
from reviewbot.parts.values import Part, Said
from reviewbot.parts.words import MAX_FINDINGS, reviewer_name
from reviewbot.sanitize import clean_body, clean_title
from reviewbot.stages.entry import read_finding


def answer_part(answer: Node, name: str) -> Part:
    """Read an answer in the form that reviewers give it in; a finding without a place is one, too.

    An entry that is no finding is left out and told, as in a review. Raises InputError when none of several can be
    read, because that is no clean answer.
    """
    reviewer = reviewer_name(answer.at("reviewer"))
    if not isinstance(answer.at("findings").value, list):
        raise answer.at("findings").refuse("must be a list; an empty one is a clean answer")
    if reviewer.casefold() == BUILTIN:
        raise answer.at("reviewer").refuse(f"{BUILTIN} is the built-in reviewer's name; give another")
    findings: list[Finding] = []
    dropped: list[str] = []
    for node in answer.items("findings", limit=MAX_FINDINGS):
        try:
            finding = read_finding(node.value, reviewer=reviewer, chunk=None, placeless=True)
        except (ReplyError, ValueError, OverflowError) as error:
            dropped.append(f"{node.where}: {error}")
        else:
            findings.append(replace(finding, title=clean_title(finding.title), body=clean_body(finding.body)))
    if dropped and not findings:
        raise answer.refuse(f"no finding in it can be read; {dropped[0].removeprefix(f'{answer.where}: ')}")
    entries = "1 entry" if len(dropped) == 1 else f"{len(dropped)} entries"
    unknown = Usage(cost_usd=None)
    result = ReviewerResult(
        name=reviewer,
        model=answer.optional_text("model", limit=300) or "",
        vendor=answer.optional_text("vendor", limit=100) or reviewer,
        status=ReviewerStatus.REVIEWED,
        findings=len(findings),
        usage=unknown,
    )
    return Part(
        name=name,
        reviewers=(result,),
        said=tuple(Said(finding=replace(finding, usage=unknown)) for finding in findings),
        notes=(f"{entries} of {name} could not be read as a finding ({dropped[0]}).",) if dropped else (),
    )
