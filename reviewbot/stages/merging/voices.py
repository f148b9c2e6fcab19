"""Findings of all reviewers -> what each reviewer has to say, equal findings of one being said once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from reviewbot.model import BUILTIN, Finding
from reviewbot.stages.merging.reading import Reading, Wording, read, wording


class Voice:
    """A finding, as often as its reviewer made it, and what a comparison reads in it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = findings
        self.reading: Reading = read(findings[0])

    @cached_property
    def wording(self) -> Wording:
        """Read when it is first asked for: most findings resemble no other."""
        return wording(self.findings[0])


def voices_by_reviewer(findings: Iterable[Finding]) -> list[list[Voice]]:
    """What each reviewer says, who says least first; the same for the findings in any order."""
    said: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        said[finding.reviewer].append(finding)
    return [_voices(sorted(said[name], key=order)) for name in sorted(said, key=lambda name: (len(said[name]), name))]


def _voices(findings: Sequence[Finding]) -> list[Voice]:
    """Put findings of one reviewer that say the same about the same lines together; the built-in one never repeats."""
    alike: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        anchor = finding.anchor
        same = (anchor.path, anchor.side, anchor.start, anchor.end, finding.title, finding.body)
        alike.setdefault(number if finding.reviewer == BUILTIN else same, []).append(finding)
    return [Voice(group) for group in alike.values()]


def order(finding: Finding) -> tuple[object, ...]:
    """A total order of findings: by place, findings without one last."""
    anchor = finding.anchor
    where = (anchor.path is None, anchor.path or "", anchor.start or 0, anchor.end or 0, anchor.side)
    return (*where, finding.reviewer, finding.title, _Whole(finding))


class _Whole:
    """All of a finding, for an order in which few findings are alike until the end: writing one out is slow.

    It is only sorted by, so it has no equality: of two findings that are the same neither comes first.
    """

    __slots__ = ("_finding", "_text")

    def __init__(self, finding: Finding) -> None:
        self._finding = finding
        self._text = ""

    def __lt__(self, other: _Whole) -> bool:
        return self._written() < other._written()

    def _written(self) -> str:
        self._text = self._text or repr(self._finding)
        return self._text
