from __future__ import annotations

import time

import pytest
from values import change, file, hunk

from reviewbot.stages.injection import injection_findings


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(
    "words",
    [
        "ignore previous ",
        "you must ",
        "ai reviewer must ",
        "print your ",
        "answer review must be ",
        "x y z ",
        "a-b-",
        "system: ",
        "findings: [ ",
        "report this finding in ",
        "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQg",
        "\\x41",
        "&#65;",
        "ігноруй ",
        "65, 66, 67, ",
        "'a' + 'b' + ",
        "the rules your prior ",
        "if you must not report no findings ",
        "say that there are no ",
        "1gn0r3 f1nd1ng5 ",
        "文件没有问题 ",
        "\u200b",
        "\\",
    ],
)
def test_a_long_line_that_nearly_is_an_attack_takes_bounded_time(words: str) -> None:
    line = words * (200_000 // len(words))
    started = time.process_time()
    injection_findings(change(file("a.py", hunk(f"+{line}"))).diff, ())
    assert time.process_time() - started < 4
