"""How much two findings look like the same defect: the words they share, and how far apart they point.

Everything here is about one pair of findings; `merge` decides which pairs become one entry.

Words. A term weighs more the fewer findings contain it: what the change is about is in most findings and tells them
apart least. `reading` says what a term is.

Place. The further apart the lines, the more the words must share. Texts that are nearly equal are looked at once more:
what they do not share may be just what tells two defects apart.

The thresholds are in `tuning`. The constants and word lists here are judgement: the labelled findings fit other values
as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from reviewbot.model import BUILTIN, Anchor
from reviewbot.stages.merging.reading import STEM, Reading, Wording
from reviewbot.stages.merging.tuning import Tuning

REACH = 10
"""Lines beyond which distance says no more: by then it is another statement, if not another function."""
DRIFT = 3
"""Lines by which two reviewers miss each other when they mean the same line. Beyond it they point at two places."""
SAME_WORDS = 0.90
"""Texts this equal about two places in a file are two defects. In two files they are one, that stands in both: each
reviewer came upon one of the places, and the entry lists both."""
ENOUGH = 6
"""Terms that texts about two places must share: a few words prove nothing there."""
BACKGROUND = 15
"""Terms weigh as if this many more findings, with none of them, had been read: so a shared word counts in a run of
three findings, too."""
NEVER = math.inf
"""A similarity that no pair reaches."""

_MAX_TERMS = 64

# Differences that mean nothing in nearly equal texts: words of no weight, and words that stand for each other.
_IDLE = frozenset(
    word[:STEM]
    for word in "bug code condition data defect here issue line logic possible potential problem risk statement".split()  # noqa: SIM905 - a word a line would fill a screen
)
_SYNONYMS: Mapping[str, int] = {
    word[:STEM]: number
    for number, words in enumerate(
        """
        null nil none undefined
        check guard handle handling test validate validation verify
        absent lack lacking missing no omitted without
        crash error exception fail failure raise throw
        call function method
        argument field parameter property value variable
        bad improper incorrect incorrectly invalid wrong
        cause lead result return
        mishandled unchecked unguarded unhandled unprotected unsafe
        """.strip().splitlines()
    )
    for word in words.split()
}
# Opposite directions of advice or complaint. Words whose direction depends on whether the defect or its fix is told
# ("before" and "after", "true" and "false") are not here.
_OPPOSITE = frozenset(
    frozenset(word[:STEM] for word in pair.split("/"))
    for pair in """
    add/remove add/delete add/drop increase/decrease increase/reduce increase/lower raise/lower raise/reduce
    extend/shorten widen/narrow tighten/relax tighten/loosen strict/lenient strict/loose strict/permissive long/short
    large/small big/small high/low early/late many/few slow/fast missing/redundant missing/unnecessary
    missing/superfluous missing/unneeded missing/duplicate necessary/unnecessary needed/unneeded keep/remove keep/drop
    enable/disable allow/reject allow/deny allow/forbid public/private inclusive/exclusive sync/async
    synchronous/asynchronous lazy/eager lazily/eagerly lazily/eager lazy/eagerly minimum/maximum min/max
    """.split()  # noqa: SIM905
)
_DIRECTED = frozenset[str]().union(*_OPPOSITE)

Vector = Mapping[str, float]
"""Terms and their weights, of length 1 (or empty), the weightiest first."""


class Vocabulary(Struct, frozen=True, kw_only=True):
    """What each term is worth in a run."""

    weights: Mapping[str, float]
    unheard: float
    """What a term is worth that no finding contains."""


def vocabulary(findings: int, containing: Mapping[str, int]) -> Vocabulary:
    """Weigh terms by how few of the findings contain them."""
    total = math.log(1 + BACKGROUND + findings)
    return Vocabulary(
        weights={term: total - math.log(1 + count) for term, count in containing.items()},
        unheard=total,
    )


def vector(reading: Reading, vocabulary: Vocabulary) -> Vector:
    """Weigh the terms of a finding; of very many only the most telling."""
    weights, unheard = vocabulary.weights, vocabulary.unheard
    heard = {term: weights.get(term, unheard) * often for term, often in reading.terms.items()}
    heaviest = sorted(heard, key=heard.__getitem__, reverse=True)[
        :_MAX_TERMS
    ]  # of equal ones the first by the alphabet
    length = math.sqrt(math.fsum([heard[term] * heard[term] for term in heaviest]))
    return {term: heard[term] / length for term in heaviest}


def cosine(a: Vector, b: Vector) -> float:
    """Similarity of two weighted texts, 0 to 1; exactly the same in any order."""
    return math.fsum([a[term] * b[term] for term in a.keys() & b.keys()])


def gap(a: Anchor, b: Anchor) -> int | None:
    """Lines from one place to the other, 0 when they share one; None when their numbers do not compare."""
    if a.path != b.path or a.path is None or a.side != b.side or a.start is None or b.start is None:
        return None
    start, end, other = (a.start, a.end, b.start) if a.start <= b.start else (b.start, b.end, a.start)
    return max(0, other - max(start, end or start))


def _names_place_of(a: Reading, b: Reading) -> bool:
    path, start = b.anchor.path, b.anchor.start
    if path is None or start is None:
        return False
    here, end = a.anchor.path == path, b.anchor.end or start
    file = path.rpartition("/")[2]
    return any(
        (named.file == file or (named.file is None and here)) and named.start <= end and start <= named.end
        for named in a.named
    )


def needed(a: Reading, b: Reading, tuning: Tuning) -> float:
    """The similarity from which on two findings report the same defect, as places, reviewers and categories have it."""
    if a.reviewer != b.reviewer:
        return threshold(a, b, tuning)
    nowhere = a.anchor.path == b.anchor.path and a.anchor.start is None and b.anchor.start is None
    return tuning.own if (gap(a.anchor, b.anchor) == 0 or nowhere) and a.reviewer != BUILTIN else NEVER


def threshold(a: Reading, b: Reading, tuning: Tuning) -> float:
    """The same as if two reviewers had made them."""
    one, two = a.anchor, b.anchor
    apart = gap(one, two)
    kinds = 0.0 if a.kind is b.kind else tuning.other_kind
    if a.named and b.named and _names_place_of(a, b) and _names_place_of(b, a):
        return tuning.same_lines + kinds
    if _elsewhere(one, two):
        return tuning.other_file + kinds
    if apart is None:
        return tuning.words_alone + kinds
    return tuning.same_lines + (tuning.far_lines - tuning.same_lines) * min(1.0, apart / REACH) + kinds


def _elsewhere(a: Anchor, b: Anchor) -> bool:
    return a.path is not None and b.path is not None and a.path != b.path


def contradict(a: Reading, b: Reading, one: Wording, two: Wording, similarity: float) -> bool:
    """Whether the texts, alike as they are, tell of two defects.

    They do when they are equal but for what they are about ("null guard on a", "null guard on b") or for the
    direction of their advice ("add", "remove"; "must", "must not"). Near the same lines they also do when they share
    nothing but names of code, which say where and not what; at two places when they share but a few words, or no name;
    and at two places of one file when they share everything.
    """
    if a.reviewer == b.reviewer == BUILTIN:
        return True
    lines = gap(a.anchor, b.anchor)
    far, elsewhere = (lines or 0) > DRIFT, _elsewhere(a.anchor, b.anchor)
    same_words = similarity >= SAME_WORDS
    if far and same_words:
        return True
    if lines is not None and one.words != two.words and one.prose.isdisjoint(two.prose):
        return True
    if far or (elsewhere and not same_words):
        shared = (
            {name for name in one.names | two.names if len(name) > 1 and not name.isdigit()} & one.words & two.words
        )
        if not shared or len(a.terms.keys() & b.terms.keys()) < ENOUGH:
            return True
    return (
        _differ_in_subject(one, two)
        or _advise_the_opposite(one, two)
        or _differ_in_substance(one, two, one.words, two.words, plain=True)
        or _differ_in_substance(one, two, one.title, two.title, plain=elsewhere or bool(lines))
    )


def _differ_in_subject(a: Wording, b: Wording) -> bool:
    """Whether two texts say much the same, each of the one thing that it quotes, and these are two things."""
    if a.subject is None or b.subject is None or a.subject in b.subject or b.subject in a.subject:
        return False
    mine, theirs = set(a.subject.split()), set(b.subject.split())
    if mine <= b.words or theirs <= a.words:
        return False
    return 2 * len(a.prose & b.prose) >= min(len(a.prose), len(b.prose)) > 0


def _advise_the_opposite(a: Wording, b: Wording) -> bool:
    """Whether one title tells to do what the other, in much the same words, tells not to."""
    if a.advice[0] != b.advice[0] or a.advice[1] == b.advice[1]:
        return False
    return 2 * len(a.title & b.title) >= min(len(a.title), len(b.title)) > 0


def _differ_in_substance(a: Wording, b: Wording, mine: frozenset[str], theirs: frozenset[str], *, plain: bool) -> bool:
    """Whether two texts, which are parts of `a` and `b`, differ in few words and these matter.

    `plain` lets a single word matter that is no mere synonym; otherwise only names of code do.
    """
    shared = len(mine & theirs)
    differing = max(len(mine), len(theirs)) - shared
    if shared < 2 or differing > shared:
        return False
    only_a, only_b = mine - b.words, theirs - a.words
    if any(frozenset((x, y)) in _OPPOSITE for x in only_a & _DIRECTED for y in only_b & _DIRECTED):
        return True
    if differing > max(1, shared // 4):
        return False
    if differing > 1 or not plain:
        only_a, only_b = only_a & a.names, only_b & b.names
    telling_a, telling_b = _without_synonyms(only_a, only_b), _without_synonyms(only_b, only_a)
    return any(x not in y and y not in x for x in telling_a for y in telling_b)


def _without_synonyms(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    groups = {_SYNONYMS[word] for word in others if word in _SYNONYMS}
    return frozenset(word for word in words - _IDLE if _SYNONYMS.get(word) not in groups)
