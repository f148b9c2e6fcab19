"""Findings of all reviewers -> entries: what reports one defect becomes one `MergedFinding`, and nothing is lost.

Reviewers speak in turn, who says least first. A finding may join one entry of those who spoke before, the one it
fits best, and every member of that entry must suit it. So entries of earlier reviewers never become one, however
many findings a later reviewer makes and whatever it writes, and none of their members ever leaves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reviewbot.model import BUILTIN, Anchor, Finding, MergedFinding
from reviewbot.stages.identity import fingerprint
from reviewbot.stages.reading import Reading, Wording, read, wording
from reviewbot.stages.similarity import REACH, Vector, contradict, cosine, gap, needed, vector, vocabulary

GUARD = 0.67
"""Share of the similarity that a pair needs, which every two members of an entry must have: one finding that speaks
of two defects does not make them one."""
_REFRESH = 1.5
"""Words are weighed anew when the findings heard have grown by this factor."""
# Bounds for hostile or enormous input. They keep the work in proportion to the findings; with fewer than about forty in
# a file they change nothing.
_NEIGHBOURS = 12
_CANDIDATES = 40
_TRIES = 6
_FULL = 40
_SENSIBLE_BODY = 1_200


def merge(findings: Sequence[Finding]) -> tuple[MergedFinding, ...]:
    """Every finding becomes a member of exactly one entry; the result does not depend on their order.

    The same findings give the same entries, also when they are members of entries merged before. Adding a reviewer
    that says more than each of the others changes nothing about who is together with whom among these; adding any
    other can, where its findings fit between those of others. Two findings of one reviewer share an entry only
    when they say almost the same at the same place. Agreement, state and blocking are left for later stages.
    """
    entries = sorted((_entry(group) for group in _groups(findings)), key=lambda entry: _order(entry.lead))
    return tuple(_with_unique_fingerprints(entries))


def _groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Split the findings into those that report one defect each."""
    table = _Table()
    by_reviewer: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_reviewer[finding.reviewer].append(finding)
    for name in sorted(by_reviewer, key=lambda name: (len(by_reviewer[name]), name)):
        table.hear(sorted(by_reviewer[name], key=_order))
    return table.groups()


class _Table:
    """The findings heard so far and the entries they form. Equal findings of one reviewer are one voice in it."""

    def __init__(self) -> None:
        self._voices: list[list[Finding]] = []
        self._readings: list[Reading] = []
        self._vectors: dict[int, Vector] = {}
        self._wordings: dict[int, Wording] = {}
        self._entry_of: list[int] = []
        self._entries: dict[int, list[int]] = {}
        self._index = _Index()
        self._containing: Counter[str] = Counter()
        self._weighed = 0
        self._vocabulary = vocabulary(0, {})

    def groups(self) -> list[list[Finding]]:
        return [[f for voice in entry for f in self._voices[voice]] for entry in self._entries.values()]

    def hear(self, findings: Sequence[Finding]) -> None:
        """Let one reviewer add all it has to say."""
        first = len(self._voices)
        for voice in _voices(findings):
            reading = read(voice[0])
            self._entries[len(self._voices)] = [len(self._voices)]
            self._entry_of.append(len(self._voices))
            self._voices.append(voice)
            self._readings.append(reading)
            self._containing.update(reading.terms.keys())
        self._weigh()
        tries: Counter[int] = Counter()
        for _, new, other in sorted(self._pairs(first)):
            if tries[new] < _TRIES and not self._join(new, other, first):
                tries[new] += 1

    def _weigh(self) -> None:
        if len(self._voices) >= _REFRESH * self._weighed:
            self._weighed = len(self._voices)
            self._vocabulary = vocabulary(self._weighed, self._containing)
            self._vectors.clear()

    def _vector(self, voice: int) -> Vector:
        if voice not in self._vectors:
            self._vectors[voice] = vector(self._readings[voice], self._vocabulary)
        return self._vectors[voice]

    def _pairs(self, first: int) -> Iterator[tuple[float, int, int]]:
        """What the new findings have in common with others, as (how much more than needed, negated; new; other)."""
        for new in range(first, len(self._voices)):
            reading, words = self._readings[new], self._vector(new)
            for other in self._index.near(reading.anchor, words):
                least = needed(reading, self._readings[other])
                if least <= 1 and (similarity := cosine(words, self._vector(other))) >= least:
                    yield least - similarity, new, other
            self._index.add(new, reading.anchor, words)

    def _join(self, new: int, other: int, first: int) -> bool:
        """Make one entry of two, unless some of their members do not suit each other."""
        mine, theirs = self._entries[self._entry_of[new]], self._entries[self._entry_of[other]]
        if mine is theirs:
            return True
        if len(mine) + len(theirs) > _FULL or (min(mine) < first and min(theirs) < first):
            return False
        if not all(self._suit(a, b) for a in mine for b in theirs):
            return False
        gone = self._entry_of[new]
        for voice in mine:
            self._entry_of[voice] = self._entry_of[other]
        theirs += mine
        del self._entries[gone]
        return True

    def _suit(self, a: int, b: int) -> bool:
        one, two = self._readings[a], self._readings[b]
        least = needed(one, two) * (1.0 if one.reviewer == two.reviewer else GUARD)
        similarity = cosine(self._vector(a), self._vector(b)) if least <= 1 else 0.0
        if similarity < least:
            return False
        return not contradict(one, two, self._wording(a), self._wording(b), similarity)

    def _wording(self, voice: int) -> Wording:
        if voice not in self._wordings:
            self._wordings[voice] = wording(self._voices[voice][0])
        return self._wordings[voice]


_Holders = defaultdict[str, list[int]]
"""The first findings that contain each term."""


class _Index:
    """Which findings contain a term, by file and line, so that a finding meets its neighbours and not everybody."""

    def __init__(self) -> None:
        self._nearby: defaultdict[tuple[str | None, int], _Holders] = defaultdict(lambda: defaultdict(list))
        self._everywhere: _Holders = defaultdict(list)

    def add(self, voice: int, anchor: Anchor, words: Vector) -> None:
        nearby, everywhere = self._nearby[anchor.path, _block(anchor.start)], self._everywhere
        for term in words:
            if len(holders := nearby[term]) < _NEIGHBOURS:
                holders.append(voice)
            if len(holders := everywhere[term]) <= _NEIGHBOURS:  # one more, which tells that there are too many
                holders.append(voice)

    def near(self, anchor: Anchor, words: Vector) -> list[int]:
        """At most `_CANDIDATES` findings that share a term with this one: telling terms and near lines first."""
        here, last = _block(anchor.start), _block(anchor.end or anchor.start)
        blocks = [-1] if here < 0 else [*range(max(0, here - 1), min(last, here + 2) + 2), -1]
        places = [(anchor.path, block) for block in blocks] + ([] if anchor.path is None else [(None, -1)])
        nearby = [self._nearby[place] for place in places if place in self._nearby]
        found: dict[int, None] = {}
        for term in words:
            for holding in nearby:
                if holders := holding.get(term):
                    found.update(dict.fromkeys(holders))
            everybody = self._everywhere.get(term, [])
            if anchor.path is None or len(everybody) <= _NEIGHBOURS:
                found.update(dict.fromkeys(everybody[:_NEIGHBOURS]))
            if len(found) >= _CANDIDATES:
                break
        return list(found)[:_CANDIDATES]


def _block(line: int | None) -> int:
    return -1 if line is None else line // REACH


def _voices(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Put findings of one reviewer that say the same about the same lines together; the built-in one never repeats."""
    said: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        anchor = finding.anchor
        same = (anchor.path, anchor.side, anchor.start, anchor.end, finding.title, finding.body)
        said.setdefault(number if finding.reviewer == BUILTIN else same, []).append(finding)
    return list(said.values())


def _order(finding: Finding) -> tuple[object, ...]:
    """A total order of findings: by place, findings without one last."""
    anchor = finding.anchor
    where = (anchor.path is None, anchor.path or "", anchor.start or 0, anchor.end or 0, anchor.side)
    return (*where, finding.reviewer, finding.title, _Whole(finding))


class _Whole:
    """All of a finding, for an order in which few findings are alike until the end: writing one out is slow."""

    __slots__ = ("_finding", "_text")

    def __init__(self, finding: Finding) -> None:
        self._finding = finding
        self._text = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and self._written() == other._written()

    def __lt__(self, other: _Whole) -> bool:
        return self._written() < other._written()

    __hash__ = None  # type: ignore[assignment]

    def _written(self) -> str:
        self._text = self._text or repr(self._finding)
        return self._text


def _entry(group: Iterable[Finding]) -> MergedFinding:
    members = tuple(sorted(group, key=lambda member: (member.reviewer, _order(member))))
    lead = _lead(members)
    return MergedFinding(
        lead=lead,
        members=members,
        severity=max((member.severity for member in members), key=lambda severity: severity.rank),
        fingerprint=fingerprint(lead),
        also_at=_also_at(lead, members),
    )


def _lead(members: Iterable[Finding]) -> Finding:
    """The member whose words and place stand for the entry.

    One that can be shown at a line, so that the entry is seen where it belongs; then the most severe, so that the text
    says why the entry is as severe as it is; then the fullest, which most often names the situation that fails
    (beyond some length more is not better); then the first by name, so that the choice is the same every time.
    """
    return min(
        members,
        key=lambda member: (
            not member.anchor.placed,
            member.anchor.start is None,
            -member.severity.rank,
            -min(len(member.body), _SENSIBLE_BODY),
            member.reviewer,
            _order(member),
        ),
    )


def _also_at(lead: Finding, members: Iterable[Finding]) -> tuple[Anchor, ...]:
    """Places of members that share no line with the lead's or with one listed before; the lead's file goes first."""
    listed = [lead.anchor]
    home = lead.anchor.path
    for member in sorted(members, key=lambda member: (member.anchor.path != home, _order(member))):
        anchor = member.anchor
        if anchor.path is None or (anchor.start is None and any(other.path == anchor.path for other in listed)):
            continue
        if not any(gap(anchor, other) == 0 for other in listed):
            listed.append(anchor)
    return tuple(listed[1:])


def _with_unique_fingerprints(entries: Iterable[MergedFinding]) -> Iterator[MergedFinding]:
    """Number the entries of one run whose fingerprints are equal, in their order: the second ends in "-2"."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.fingerprint] += 1
        number = seen[entry.fingerprint]
        yield entry if number == 1 else replace(entry, fingerprint=f"{entry.fingerprint}-{number}")
