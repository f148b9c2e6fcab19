"""Parts of a review, made by separate runs -> the report that one run of all their reviewers would have made. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from reviewbot.errors import InputError
from reviewbot.globs import plain_path
from reviewbot.model import (
    BUILTIN,
    ONE_REVIEWER,
    Anchor,
    Change,
    Conclusion,
    Coverage,
    Diff,
    FileResult,
    Finding,
    MergedFinding,
    Report,
    ReviewerResult,
    ReviewerStatus,
    State,
    Usage,
)
from reviewbot.parts.values import Part
from reviewbot.parts.words import MAX_FINDINGS
from reviewbot.stages.agreement import count, report_order
from reviewbot.stages.gate import Policy, judge
from reviewbot.stages.groups import Groups, group
from reviewbot.stages.identity import fingerprint
from reviewbot.stages.merging import merge


def combine(parts: Sequence[Part], *, policy: Policy, only: Collection[str] = ()) -> Report:
    """Merge what the parts' reviewers said, and judge it. The order of the parts changes nothing: their names give it.

    One name in several parts is one reviewer. A finding that stands in several parts letter by letter is one finding.
    `only`: the reviewers to heed; empty for all. Raises InputError for parts of different changes, for a reviewer in
    `only` that no part has, and for more than MAX_FINDINGS findings.
    """
    parts = sorted(parts, key=lambda part: part.name)
    _check_names(only, {result.name for part in parts for result in part.reviewers})
    parts = [_only(part, only) for part in parts] if only else parts
    reviewers = _reviewers(parts)
    change = _change(parts)
    files = _files(parts, list(reviewers))
    groups = _groups(files, parts, list(reviewers))
    voices = _findings(parts, _Paths(file.path for file in files), groups)
    vendors = {name: result.vendor for name, result in reviewers.items()}
    entries = [
        replace(
            count(entry, groups.answered(entry.lead.anchor.path), vendors),
            state=_state(entry, voices),
        )
        for entry in _entries(voices)
    ]
    gaps = [file.path for file in files if file.gap and not file.asked]
    judgement = judge(entries, groups.coverage, gaps=gaps, panel=list(reviewers), policy=policy)
    skipped = [part.skipped for part in parts]
    verdict = judgement.verdict
    if skipped and all(skipped) and verdict.conclusion is Conclusion.INCOMPLETE:
        verdict = replace(verdict, conclusion=Conclusion.SKIPPED, reason=skipped[0] or "", fails=False)
    said = Counter(member.reviewer for entry in entries for member in entry.members)
    return Report(
        change=change,
        files=files,
        reviewers=tuple(replace(result, findings=said[name]) for name, result in reviewers.items()),
        findings=tuple(sorted(judgement.findings, key=report_order)),
        verdict=verdict,
        usage=sum((result.usage for result in reviewers.values()), Usage()),
        duration_s=max((part.duration_s for part in parts), default=0.0),
        notes=_notes(parts, len(reviewers)),
    )


# ------------------------------------------------------------ the change


def _change(parts: Sequence[Part]) -> Change:
    """What all parts are about; what a part does not tell fits everything."""

    def told(key: str) -> object:
        values = {value: part.name for part in parts if (value := getattr(part, key)) is not None}
        if len(values) > 1:
            (one, first), (two, second) = list(values.items())[:2]
            raise InputError(
                f"{first} and {second} are of different changes: {key.replace('_', ' ')} {one} and {two}\n"
                "  merge what several reviewers said of one change"
            )
        return next(iter(values), None)

    base, head, repository, pull_request = (told(key) for key in ("base", "head", "repository", "pull_request"))
    return Change(
        diff=Diff(files=()),
        label="" if base else f"{len(parts)} file{'' if len(parts) == 1 else 's'} of findings",
        base=base if isinstance(base, str) else None,
        head=head if isinstance(head, str) else None,
        repository=repository if isinstance(repository, str) else None,
        pull_request=pull_request if isinstance(pull_request, int) else None,
    )


def _files(parts: Sequence[Part], panel: Sequence[str]) -> tuple[FileResult, ...]:
    """Every path that a part lists, once: reviewed when a part has reviewed it."""
    listed: dict[str, list[FileResult]] = {}
    for part in parts:
        for file in part.files or ():
            listed.setdefault(file.path, []).append(file)
    whole = [part for part in parts if part.files is None]
    readers = [result.name for part in whole for result in part.reviewers]
    finished = [r.name for part in whole for r in part.reviewers if r.status is ReviewerStatus.REVIEWED]
    results: list[FileResult] = []
    for path, rows in sorted(listed.items()):
        asked = {name for file in rows for name in file.asked}
        answered = {name for file in rows for name in file.answered}
        if asked:  # what nobody could be asked about, nobody has read: not those either who do not tell their files
            asked.update(readers)
            answered.update(finished)
        reviewed = any(file.reviewed for file in rows) or bool(answered)
        gap = not reviewed and any(file.gap for file in rows)
        reason = next((file.reason for file in rows if file.gap or not gap), None)
        results.append(
            FileResult(
                path=path,
                status=rows[0].status,
                reviewed=reviewed,
                reason=None if reviewed else reason,
                gap=gap,
                asked=tuple(name for name in panel if name in asked),
                answered=tuple(name for name in panel if name in answered),
            )
        )
    return tuple(results)


def _groups(files: Sequence[FileResult], parts: Sequence[Part], panel: Sequence[str]) -> Groups:
    """Where no part tells the files of the change, there is one group, of which everybody has read everything."""
    groups = group(files)
    if groups.by_path or all(part.files is not None for part in parts):
        return groups
    finished = {r.name for part in parts for r in part.reviewers if r.status is ReviewerStatus.REVIEWED}
    everything = Coverage(chunk=1, configured=tuple(panel), answered=tuple(name for name in panel if name in finished))
    return Groups.made({}, [everything])


# ------------------------------------------------------------ the reviewers


def _only(part: Part, names: Collection[str]) -> Part:
    """A part as if nobody else had been asked; the built-in reviewer is always heard."""
    return replace(
        part,
        reviewers=tuple(result for result in part.reviewers if result.name in names),
        said=tuple(said for said in part.said if said.finding.reviewer in {*names, BUILTIN}),
        files=part.files and tuple(_only_read_by(file, names) for file in part.files),
    )


def _only_read_by(file: FileResult, names: Collection[str]) -> FileResult:
    if not file.asked:
        return file
    asked = tuple(name for name in file.asked if name in names)
    answered = tuple(name for name in file.answered if name in names)
    reason = "no reviewer answered" if asked else "none of the named reviewers was asked about it"
    return replace(
        file,
        asked=asked,
        answered=answered,
        reviewed=bool(answered),
        gap=not answered,
        reason=None if answered else reason,
    )


def _check_names(only: Iterable[str], reviewers: Collection[str]) -> None:
    for name in only:
        if name not in reviewers:
            raise InputError(f"--reviewer {name}: no file has a reviewer of that name")


def _reviewers(parts: Iterable[Part]) -> dict[str, ReviewerResult]:
    """One row for each name, in the order in which they are met."""
    rows: dict[str, list[ReviewerResult]] = {}
    for part in parts:
        for result in part.reviewers:
            rows.setdefault(result.name, []).append(result)
    # Of rows that are equal to the millisecond both tell of one run.
    return {name: _reviewer(list(dict.fromkeys(mine))) for name, mine in rows.items()}


def _reviewer(rows: Sequence[ReviewerResult]) -> ReviewerResult:
    """One reviewer over several runs. A run that skipped it says nothing where another has asked it."""
    asked = [row for row in rows if row.status is not ReviewerStatus.SKIPPED] or rows
    states = {row.status for row in asked}
    return replace(
        asked[0],
        status=asked[0].status if len(states) == 1 else ReviewerStatus.PARTIAL,
        reason=next((row.reason for row in asked if row.reason), None),
        model=next((row.model for row in asked if row.model), ""),
        vendor=next((row.vendor for row in asked if row.vendor != row.name), asked[0].name),
        duration_s=max(row.duration_s for row in asked),
        usage=sum((row.usage for row in asked), Usage()),
        cached=all(row.cached for row in asked),
    )


# ------------------------------------------------------------ the findings


class _Paths:
    """The paths of the change by the names that other tools have for them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = {plain_path(path): path for path in paths}
        self._by_name: dict[str, list[str]] = {}
        for plain in sorted(self._paths):
            self._by_name.setdefault(plain.rpartition("/")[2], []).append(plain)

    def known(self, path: str) -> str:
        """The one path of the change that is meant, absolute, with ./ or a/ before it or backslashes; else as it is."""
        plain = plain_path(path)
        for candidate in (plain, plain[2:] if plain[:2] in ("a/", "b/") else plain):
            if candidate in self._paths:
                return self._paths[candidate]
        same = self._by_name.get(plain.rpartition("/")[2], [])
        meant = [known for known in same if plain.endswith(f"/{known}") or known.endswith(f"/{plain}")]
        return self._paths[meant[0]] if len(meant) == 1 else plain or path


class _Voice(Struct, kw_only=True):
    """How often a finding stands in the part that has it most often, and in which states."""

    times: int = 0
    states: set[State] = field(default_factory=set)


def _findings(parts: Sequence[Part], paths: _Paths, groups: Groups) -> Mapping[Finding, _Voice]:
    """What was said. A part that repeats what another has, because both hold the same run, adds nothing."""
    voices: dict[Finding, _Voice] = {}
    for part in parts:
        here: Counter[Finding] = Counter()
        for said in part.said:
            finding = _placed(said.finding, paths, groups)
            here[finding] += 1
            voices.setdefault(finding, _Voice()).states.add(said.state)
        for finding, times in here.items():
            voices[finding].times = max(voices[finding].times, times)
    if sum(voice.times for voice in voices.values()) > MAX_FINDINGS:
        raise InputError(f"more than {MAX_FINDINGS:,} findings; merge fewer files at a time")
    return voices


def _placed(finding: Finding, paths: _Paths, groups: Groups) -> Finding:
    """With the path as the change has it, and the group of its file for a chunk."""
    anchor: Anchor = finding.anchor
    path = None if anchor.path is None else paths.known(anchor.path)
    placed = replace(
        finding,
        anchor=anchor if path == anchor.path else replace(anchor, path=path),
        said=finding.said or anchor,
        chunk=groups.of(path),
    )
    return replace(placed, fingerprint=fingerprint(placed))


def _entries(voices: Mapping[Finding, _Voice]) -> Iterator[MergedFinding]:
    """What is there, and apart from that what is gone, which backs nothing."""
    for gone in (False, True):
        yield from merge(
            [
                finding
                for finding, voice in voices.items()
                for _ in range(voice.times)
                if (voice.states == {State.FIXED}) is gone
            ]
        )


def _state(entry: MergedFinding, voices: Mapping[Finding, _Voice]) -> State:
    """Declined or fixed when all of its members are; known when one of them is; else new."""
    met = {state for member in entry.members for state in voices[member].states}
    if met in ({State.DECLINED}, {State.FIXED}):
        return met.pop()
    return State.KNOWN if State.KNOWN in met else State.NEW


def _notes(parts: Iterable[Part], panel: int) -> tuple[str, ...]:
    """The parts' notes, each once, but for what was true of a part's panel alone."""
    notes = {note: None for part in parts for note in part.notes if note != ONE_REVIEWER}
    return (*([ONE_REVIEWER] if panel == 1 else []), *notes)
