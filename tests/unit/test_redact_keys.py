"""Where a private key begins and ends, line by line."""

from __future__ import annotations

from random import Random

import pytest
from secret_samples import pem
from values import file, hunk

from reviewbot.model import Diff
from reviewbot.stages.redact import redact, redact_text

BEGIN, *BODY, LAST, END = pem(Random(7), lines=6)
GONE = "[REDACTED:private-key]"
LETTERS = "QwErTyUiOpAsDfGhJkLzXcVbNmQwErTy"


def shown(*lines: str) -> list[str]:
    return redact_text("\n".join(lines)).split("\n")


# ---------------------------------------------------------------- one line between two markers


@pytest.mark.parametrize(
    "line",
    [
        LETTERS,
        LETTERS[:15] + "7",
        LETTERS[:15] + "+",
        LETTERS[:15] + "=",
        *(f"{begin}{LETTERS}"[:12] for begin in ("MI", "MC", "ME", "MH", "b3Bl", "lQ")),
    ],
)
def test_a_line_that_cannot_be_a_word_is_key_material(line: str) -> None:
    assert shown(BEGIN, line, END) == [GONE] * 3


@pytest.mark.parametrize("line", [LETTERS[:31], LETTERS[:14] + "7", "MI" + LETTERS[:9], LETTERS[:10] + "MI"])
def test_a_line_that_may_be_a_word_is_none(line: str) -> None:
    assert shown(BEGIN, line, END) == [BEGIN, line, END]


# ---------------------------------------------------------------- from the beginning


HEADERS = ["Version: 4", "Comment: ours", "Comment: of 2026", "Hash: SHA256", ""]


def test_five_lines_of_headers_may_stand_before_a_key_and_six_between_its_lines() -> None:
    assert shown(BEGIN, *HEADERS, BODY[0]) == [GONE, *HEADERS, GONE]
    assert shown(BEGIN, BODY[0], "", *HEADERS, BODY[1]) == [GONE, GONE, "", *HEADERS, GONE]


def test_after_more_headers_no_key_is_looked_for() -> None:
    assert shown(BEGIN, "", *HEADERS, BODY[0]) == [BEGIN, "", *HEADERS, BODY[0]]
    assert shown(BEGIN, BODY[0], "", "", *HEADERS, BODY[1]) == [GONE, GONE, "", "", *HEADERS, BODY[1]]


def test_a_key_that_code_follows_ends_there() -> None:
    assert shown(BEGIN, BODY[0], "total = compute(items)", BODY[1]) == [GONE, GONE, "total = compute(items)", BODY[1]]
    assert shown(BEGIN, "total = compute(items)", BODY[0]) == [BEGIN, "total = compute(items)", BODY[0]]


def test_a_key_ends_with_its_short_line() -> None:
    assert shown(BEGIN, BODY[0], "aB==", BODY[1]) == [GONE, GONE, GONE, BODY[1]]


def test_the_marker_of_a_certificate_that_follows_a_key_without_an_end_stays() -> None:
    certificate = pem(Random(3), label="CERTIFICATE", lines=3)
    assert shown(BEGIN, BODY[0], *certificate) == [GONE, GONE, *certificate]


def test_two_keys_of_which_the_first_has_no_end_are_two() -> None:
    lines = [BEGIN, BODY[0], BEGIN, BODY[1], END]
    result = redact(Diff(files=(file("k", hunk("\n".join(f"+{line}" for line in lines))),)))
    assert [(secret.line, secret.end) for secret in result.secrets] == [(1, 2), (3, 5)]


# ---------------------------------------------------------------- to the end


def test_a_key_may_end_with_a_short_line_and_a_checksum() -> None:
    assert shown(BODY[0], BODY[1], "aB==", END) == [GONE] * 4
    assert shown(BODY[0], BODY[1], "aB==", "=aB3d", END) == [GONE] * 5


def test_three_short_lines_before_the_end_are_no_key() -> None:
    lines = [BODY[0], "aB==", "cD==", "=aB3d", END]
    assert shown(*lines) == lines


def test_a_word_above_the_lines_of_a_key_stays_and_so_does_what_is_above_it() -> None:
    assert shown("key", BODY[0], BODY[1], END) == ["key", GONE, GONE, GONE]
    assert shown(BODY[2], "key", BODY[0], END) == [BODY[2], "key", GONE, GONE]
    assert shown(BODY[2], "x = f(y)", BODY[0], END) == [BODY[2], "x = f(y)", GONE, GONE]


def test_five_blank_lines_may_stand_before_the_end_and_six_between_the_lines_above_it() -> None:
    five = [""] * 5
    assert shown(BODY[0], *five, END) == [GONE, *five, GONE]
    assert shown(BODY[0], *five, "", BODY[1], END) == [GONE, *five, "", GONE, GONE]


def test_above_more_blank_lines_no_key_is_looked_for() -> None:
    five = [""] * 5
    assert shown(BODY[0], *five, "", END) == [BODY[0], *five, "", END]
    assert shown(BODY[0], *five, "", "", BODY[1], END) == [BODY[0], *five, "", "", GONE, GONE]
