"""Findings of this run against what earlier runs posted -> new, known or declined, and what of the posted is gone.

A finding is known when path, anchored source and category are those of a posted one and their texts are alike: not its
line number, which moves, and not its wording, which is another one in every run. Where equal lines stand at several
places, a comment that still stands at one of them is about that one. What was posted matches one finding at most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from reviewbot.model import BUILTIN, Agreement, Anchor, Diff, FileDiff, Finding, MergedFinding, Side, State
from reviewbot.posted import Posted, Sorted, source_hash
from reviewbot.stages.identity import fingerprint, plain
from reviewbot.stages.merging.similarity import Vocabulary, contradict, cosine, vector, vocabulary
from reviewbot.stages.merging.voices import Voice

ALIKE = 0.15
"""Similarity from which on two texts about one line, of one category, are the same finding told again. Lower than that
of merging: line and category are equal here, and a repeated comment is what people leave a review bot for."""
REPEATED = 0.40
"""Similarity from which on a finding of the same file, at whatever line, may be a posted one told again, so that this
is not said to be gone."""


def compare(
    entries: Sequence[MergedFinding], posted: Sequence[Posted], diff: Diff, *, reviewed: Iterable[str], whole: bool
) -> Sorted:
    """Give each entry its state, and tell which of the posted findings are gone.

    `diff` is the change as it is now; `reviewed` are the paths that a quorum reviewed: of others nothing is known to be
    gone. `whole`: that is so of all that should have been reviewed; else nothing is gone because its file is.
    """
    standing = [old for old in posted if old.declined or not old.fixed]
    sources, read = _Sources(diff, whole=whole), frozenset(reviewed)
    matched = _match(entries, standing, sources)
    states = {number: State.DECLINED if standing[at].declined else State.KNOWN for number, at in matched.items()}
    used = set(matched.values())
    rest = [old for at, old in enumerate(standing) if at not in used and not old.declined]
    gone = [(sources.lacks(old, read) or _is_own(old)) and not _is_repeated(old, entries) for old in rest]
    return Sorted(
        entries=tuple(replace(entry, state=states.get(number, State.NEW)) for number, entry in enumerate(entries)),
        posted={entries[number].fingerprint: standing[at] for number, at in matched.items()},
        gone=tuple(old for old, is_gone in zip(rest, gone, strict=True) if is_gone),
        carried=tuple(old for old, is_gone in zip(rest, gone, strict=True) if not is_gone and old.comment is None),
        unrepeated=gone.count(False),
    )


def gone_entry(old: Posted) -> MergedFinding:
    """What was posted and is gone, as an entry of the report."""
    members = tuple(
        Finding(
            reviewer=name,
            anchor=Anchor(path=old.path, side=old.side),
            severity=old.severity,
            category=old.category,
            title=old.title,
            body=old.body,
            fingerprint=old.fingerprint,
        )
        for name in old.reviewers or (BUILTIN,)
    )
    backers = [name for name in old.reviewers if name != BUILTIN]
    return MergedFinding(
        lead=members[0],
        members=members,
        severity=old.severity,
        fingerprint=old.fingerprint,
        agreement=Agreement(count=len(backers), of=max(old.of, len(backers)), vendors=len(backers)),
        state=State.FIXED,
    )


def same(one: Posted, two: Posted) -> bool:
    """Whether two that were posted are one finding: one identity, and texts that are alike."""
    return one.fingerprint == two.fingerprint and _similarities([(gone_entry(one).lead, two)])[0] >= ALIKE


def _match(entries: Sequence[MergedFinding], posted: Sequence[Posted], sources: _Sources) -> dict[int, int]:
    """Which entry is which posted finding, the most similar pairs first."""
    by_identity: dict[str, list[int]] = {}
    for at, old in enumerate(posted):
        by_identity.setdefault(plain(old.fingerprint), []).append(at)
    pairs = [
        (member, number, at)
        for number, entry in enumerate(entries)
        for member in entry.members
        for at in by_identity.get(plain(fingerprint(member)), ())
        if not sources.holds_elsewhere(posted[at], member.anchor)
    ]
    alike = _similarities([(member, posted[at]) for member, _, at in pairs])
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for value, number, at in sorted((-value, number, at) for value, (_, number, at) in zip(alike, pairs, strict=True)):
        if -value >= ALIKE and number not in matched and at not in taken:
            matched[number] = at
            taken.add(at)
    return matched


def _is_own(old: Posted) -> bool:
    """Whether it was about a name or a message and came from no model: each run finds it again while it is there."""
    return not old.source and all(name == BUILTIN for name in old.reviewers)


def _is_repeated(old: Posted, entries: Sequence[MergedFinding]) -> bool:
    """Whether somebody says it again, at a line that has changed or moved to another file's name."""
    same_file = [member for entry in entries for member in entry.members if member.anchor.path == old.path]
    return any(value >= REPEATED for value in _similarities([(member, old) for member in same_file]))


def _similarities(pairs: Sequence[tuple[Finding, Posted]]) -> list[float]:
    """How alike the texts are, 0 for those that contradict each other."""
    told = [(Voice([member]), Voice([_as_told(member, old)])) for member, old in pairs]
    readings = [voice.reading for pair in told for voice in pair]
    words = vocabulary(len(readings), Counter(term for reading in readings for term in reading.terms))
    return [_similarity(one, two, words) for one, two in told]


def _similarity(one: Voice, two: Voice, words: Vocabulary) -> float:
    value = cosine(vector(one.reading, words), vector(two.reading, words))
    if value < ALIKE or contradict(one.reading, two.reading, one.wording, two.wording, value):
        return 0.0
    return value


def _as_told(like: Finding, old: Posted) -> Finding:
    """What was posted, as another reviewer's finding at the place where it is told now."""
    return replace(like, reviewer=f"{like.reviewer}, before", title=old.title, body=old.body)


class _Sources:
    """The lines of a change by their hash."""

    def __init__(self, diff: Diff, *, whole: bool) -> None:
        self._whole = whole
        self._files: dict[str, list[FileDiff]] = {}
        for file in diff.files:
            for path in {file.path, file.old_path or file.path}:
                self._files.setdefault(path, []).append(file)
        self._hashes: dict[tuple[str, Side], Mapping[int, str]] = {}

    def holds_elsewhere(self, old: Posted, anchor: Anchor) -> bool:
        """Whether what a comment is about still stands at the comment's line, which is not the line of the anchor."""
        if old.path is None or old.line is None or not anchor.placed or anchor.start in (None, old.line):
            return False
        return bool(old.source) and self._of(old.path, old.side).get(old.line) == old.source

    def lacks(self, old: Posted, reviewed: frozenset[str]) -> bool:
        """Whether the line that a finding was about is no longer what it was."""
        if old.path is None or not old.source:
            return False
        files = self._files.get(old.path, [])
        if not files:
            return self._whole
        if any(file.path not in reviewed for file in files):
            return False
        return old.source not in self._of(old.path, old.side).values()

    def _of(self, path: str, side: Side) -> Mapping[int, str]:
        """By line number."""
        if (path, side) not in self._hashes:
            hunks = (hunk for file in self._files.get(path, []) for hunk in file.hunks)
            self._hashes[path, side] = {
                number: source_hash(line.text)
                for hunk in hunks
                for line in hunk.lines
                if (number := line.number(side)) is not None
            }
        return self._hashes[path, side]
