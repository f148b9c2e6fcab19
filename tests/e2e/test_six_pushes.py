"""Six pushes on one pull request: what reviewers say each time, and what stands there afterwards.

Findings are told in other words and by other reviewers in every run, move down, are fixed, come back and are declined,
and one run fails. Nothing may be said twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from commandline import entry
from provider_formats import Object
from providers import findings_reply
from pull_scene import Scene, opened

from reviewbot.formats.marker import read_finding
from reviewbot.publishing import GONE

pytestmark = pytest.mark.thorough

TOTAL = "def total(items):\n    for item in items:\n        count += item\n    return count\n"
MEAN = "def mean(items):\n    return total(items) / len(items)\n"
LAST = "def last(items):\n    return items[len(items)]\n"
GOOD_TOTAL, GOOD_LAST = "def total(items):\n    return sum(items)\n", "def last(items):\n    return items[-1]\n"
HEADER = '"""Sums and means."""\n\nfrom __future__ import annotations\n\nDEFAULT = 0\n'

UNSET = (
    ("count is used before it is set", "`count += item` raises UnboundLocalError: the start value was removed."),
    ("UnboundLocalError: count has no start value", "`count = 0` is gone, so `count += item` fails on the first item."),
    ("No start value for count", "Adding to `count` fails with UnboundLocalError: nothing sets it before the loop."),
)
EMPTY = (
    ("mean() divides by zero for an empty list", "len(items) is 0 for [] and mean([]) raises ZeroDivisionError."),
    ("ZeroDivisionError in mean()", "For an empty list len(items) is 0, so mean([]) raises ZeroDivisionError."),
    ("mean([]) is not handled", "An empty list makes len(items) 0, and the division raises ZeroDivisionError."),
)
BEYOND = (
    ("last() reads beyond the end", "items[len(items)] raises IndexError for every list; the last index is one less."),
    ("IndexError in last()", "`items[len(items)]` is one past the last item, so last() raises IndexError always."),
    ("Off by one in last()", "The index len(items) is beyond the end of items: last() always raises IndexError."),
)
CONFIG = "gate: {fail_on: high, min_agreement: 2}\npublish: {min_severity: medium, solo: medium}\n"


def file(*parts: str) -> str:
    return "\n\n".join(parts)


@dataclass(frozen=True, kw_only=True)
class Defect:
    words: tuple[tuple[str, str], ...]
    quote: str
    severity: str
    category: str

    def told(self, content: str, variant: int) -> Object:
        """In the words of a variant, on the line where the quoted one stands now."""
        title, body = self.words[variant % len(self.words)]
        line = content.split("\n").index(self.quote) + 1
        return entry(
            "src/stats.py", line, title, body, severity=self.severity, category=self.category, quote=self.quote
        )


COUNT = Defect(words=UNSET, quote="        count += item", severity="high", category="correctness")
ZERO = Defect(words=EMPTY, quote="    return total(items) / len(items)", severity="medium", category="error-handling")
INDEX = Defect(words=BEYOND, quote="    return items[len(items)]", severity="critical", category="correctness")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as made:
        made.configure(CONFIG)
        yield made


def say(scene: Scene, content: str, variant: int, *defects: Defect) -> None:
    """Two of the three reviewers report each defect, others and in other words with each variant."""
    answers = [
        [d.told(content, variant + who) for at, d in enumerate(defects) if (variant + who + at) % 3 != 2]
        for who in range(3)
    ]
    scene.says(*(findings_reply(answer) for answer in answers))


def states(scene: Scene) -> list[tuple[str, str]]:
    """Severity and state of each finding of the report, the most severe first."""
    report = json.loads(Path(scene.outputs["report"]).read_text())
    order = ("critical", "high", "medium", "low")
    return sorted(
        ((found["severity"], found["state"]) for found in report["findings"]), key=lambda told: order.index(told[0])
    )


def shown(scene: Scene) -> list[str]:
    """The severities of the comments that show a finding, in the order in which they were posted."""
    return [posted.severity.value for body in scene.comments if (posted := read_finding(body))]


def test_six_pushes_say_everything_once(scene: Scene) -> None:
    calls: list[int] = []

    def push(content: str, variant: int, *defects: Defect) -> int:
        (scene.folder / "output").unlink(missing_ok=True)
        scene.push({"src/stats.py": content})
        say(scene, content, variant, *defects)
        code = scene.run(action="synchronize").code
        calls.append(scene.api_calls)
        return code

    # 1: two findings, one of which blocks
    assert push(file(TOTAL, MEAN), 0, COUNT, ZERO) == 1
    assert states(scene) == [("high", "new"), ("medium", "new")]
    assert shown(scene) == ["high", "medium"]

    # 2: both in other words and further down, and a third one
    assert push(file(HEADER, TOTAL, MEAN, LAST), 1, COUNT, ZERO, INDEX) == 1
    assert states(scene) == [("critical", "new"), ("high", "known"), ("medium", "known")]
    assert shown(scene) == ["high", "medium", "critical"]

    # 3: the first is fixed, the second declined, the third still blocks
    scene.pull.repo.collaborator("ann", "write")
    scene.pull.reply("ann", scene.pull.comments[1].id, "/reviewbot ignore callers never pass an empty list")
    assert push(file(HEADER, GOOD_TOTAL, MEAN, LAST), 2, ZERO, INDEX) == 1
    assert states(scene) == [("critical", "known"), ("high", "fixed"), ("medium", "declined")]
    assert scene.comments.count(GONE) == 1

    # 4: the third is fixed, but nobody answers: nothing is said, and nothing is called fixed
    content = file(HEADER, GOOD_TOTAL, MEAN, GOOD_LAST)
    before = list(scene.comments)
    scene.push({"src/stats.py": content})
    scene.fail()
    assert scene.run(action="synchronize").code == 3
    assert (states(scene), scene.comments) == ([], before)
    assert scene.summary.startswith("## INCOMPLETE")

    # 5: the third is seen to be fixed, and the first is back
    assert push(file(HEADER, TOTAL, MEAN, GOOD_LAST), 4, COUNT, ZERO) == 1
    assert states(scene) == [("critical", "fixed"), ("high", "new"), ("medium", "declined")]
    assert shown(scene) == ["high", "medium", "critical", "high"]
    assert scene.comments.count(GONE) == 2

    # 6: it is fixed again, and all that is still said was declined
    assert push(content, 5, ZERO) == 0
    assert states(scene) == [("high", "fixed"), ("medium", "declined")]
    assert shown(scene) == ["high", "medium", "critical", "high"]
    assert scene.comments.count(GONE) == 3
    assert scene.summary.startswith("## PASS")

    # 7: the same again
    comments, reviews = list(scene.comments), len(scene.pull.reviews)
    say(scene, content, 6, ZERO)
    assert scene.run(action="synchronize").code == 0
    assert (scene.comments, len(scene.pull.reviews), len(scene.pull.issue_comments)) == (comments, reviews, 1)
    assert max(calls) <= 12
