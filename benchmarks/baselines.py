"""Ways to group findings that the product has to be better than. None of them uses anything of the product's merging.

A rule about pairs groups by connected components: what a chain of pairs ties together is one group.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, count

from groupings import Grouping, Groups

from reviewbot.model import Finding

RATIO = 0.85
NEAR = 5
"""Lines between two starts."""
TFIDF_THRESHOLD = 0.20
_SHORTEST, _LONGEST = 3, 5
"""Characters of an n-gram."""
_KEPT_TEXTS = 2_048

Same = Callable[[Finding, Finding], bool]


def nothing(findings: Sequence[Finding]) -> Groups:
    return [[number] for number in range(len(findings))]


def everything(findings: Sequence[Finding]) -> Groups:
    return [list(range(len(findings)))] if findings else []


def by_pairs(same: Same) -> Grouping:
    """The connected components of what `same` holds of; it is asked with the earlier finding first."""

    def grouping(findings: Sequence[Finding]) -> Groups:
        group_of = list(range(len(findings)))
        for one, two in combinations(range(len(findings)), 2):
            stays, goes = group_of[one], group_of[two]
            if stays != goes and same(findings[one], findings[two]):
                group_of = [stays if group == goes else group for group in group_of]
        members: defaultdict[int, list[int]] = defaultdict(list)
        for number, group in enumerate(group_of):
            members[group].append(number)
        return list(members.values())

    return grouping


# ---------------------------------------------------------------- words


def same_title(a: Finding, b: Finding) -> bool:
    """Equal but for case and white space; the bodies where there is no title."""
    one, two = (" ".join((finding.title or finding.body).casefold().split()) for finding in (a, b))
    return one == two


def alike(a: Finding, b: Finding) -> bool:
    """Whether `SequenceMatcher` finds title and body alike in `RATIO` of their characters, in either order."""
    one, two = sorted(f"{finding.title}\n{finding.body}" for finding in (a, b))
    # Its `autojunk` leaves out what stands often in a long text, which is every letter.
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.real_quick_ratio() >= RATIO and matcher.quick_ratio() >= RATIO and matcher.ratio() >= RATIO


# ---------------------------------------------------------------- places


def starts_near(a: Finding, b: Finding) -> bool:
    """In one file, and at most `NEAR` lines from start to start."""
    one, two = a.anchor, b.anchor
    if one.path is None or one.path != two.path or one.start is None or two.start is None:
        return False
    return abs(one.start - two.start) <= NEAR


def lines_shared(a: Finding, b: Finding) -> bool:
    """In one file, with a line in common."""
    one, two = a.anchor, b.anchor
    if one.path is None or one.path != two.path or one.start is None or two.start is None:
        return False
    return one.start <= (two.end or two.start) and two.start <= (one.end or one.start)


# ---------------------------------------------------------------- TF-IDF


def tfidf(findings: Sequence[Finding]) -> Groups:
    """Average linkage at `TFIDF_THRESHOLD` over cosines of character n-grams within word boundaries.

    A word is what stands between white space, in small letters, with a blank on either side. An n-gram found n times in
    a text weighs 1 + ln n, times ln((1 + texts) / (1 + texts with it)) + 1.
    """
    texts = [f"{finding.title}\n{finding.body}" for finding in findings]
    return average_linkage(_cosines([_ngrams(text) for text in texts]), TFIDF_THRESHOLD)


_number_of: defaultdict[str, int] = defaultdict(count().__next__)
"""N-grams by number: numbers take less room than the n-grams, of which a text has a thousand."""


@lru_cache(maxsize=_KEPT_TEXTS)
def _ngrams(text: str) -> Mapping[int, float]:
    """N-gram -> 1 + ln of how often it is there."""
    counts: Counter[str] = Counter()
    for word in text.lower().split():
        bounded = f" {word} "
        for length in range(_SHORTEST, _LONGEST + 1):
            counts.update(bounded[start : start + length] for start in range(len(bounded) - length + 1))
    return {_number_of[ngram]: 1 + math.log(times) for ngram, times in counts.items()}


def _cosines(texts: Sequence[Mapping[int, float]]) -> list[list[float]]:
    containing = Counter(ngram for text in texts for ngram in text)
    weighted = [
        {ngram: often * (math.log((1 + len(texts)) / (1 + containing[ngram])) + 1) for ngram, often in text.items()}
        for text in texts
    ]
    lengths = [math.sqrt(math.fsum(weight * weight for weight in text.values())) or 1.0 for text in weighted]
    cosines = [[1.0] * len(texts) for _ in texts]
    for one, two in combinations(range(len(texts)), 2):
        a, b = weighted[one], weighted[two]
        shared = math.fsum(a[ngram] * b[ngram] for ngram in a.keys() & b.keys())
        cosines[one][two] = cosines[two][one] = shared / (lengths[one] * lengths[two])
    return cosines


def average_linkage(similarity: Sequence[Sequence[float]], threshold: float) -> Groups:
    """Join the two groups that are most alike on average over their pairs, until none reach the threshold.

    Of equally alike ones the first are joined.
    """
    sums = [list(row) for row in similarity]
    """Over the pairs of two groups; a group is known by its first member."""
    members = {number: [number] for number in range(len(sums))}
    while len(members) > 1:
        alike, one, two = max(
            ((sums[a][b] / (len(members[a]) * len(members[b])), -a, -b) for a, b in combinations(members, 2)),
        )
        one, two = -one, -two
        if alike < threshold:
            break
        for other in members:
            sums[one][other] = sums[other][one] = sums[one][other] + sums[two][other]
        members[one] += members.pop(two)
    return list(members.values())


# ---------------------------------------------------------------- all of them

TFIDF = f"TF-IDF {TFIDF_THRESHOLD:.2f}"

OF_WORDS: Mapping[str, Grouping] = {
    "nothing merged": nothing,
    "all merged": everything,
    "exact title": by_pairs(same_title),
    f"characters {RATIO:.2f}": by_pairs(alike),
    TFIDF: tfidf,
}
OF_PLACES: Mapping[str, Grouping] = {
    f"starts within {NEAR}": by_pairs(starts_near),
    "lines overlap": by_pairs(lines_shared),
}
"""Those that need a file and lines."""
