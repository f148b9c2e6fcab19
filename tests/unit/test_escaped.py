"""Keys that an answer spells with escapes."""

from __future__ import annotations

import json

import pytest

from reviewbot.core import read_reply
from reviewbot.model import Reviewed
from reviewbot.sanitize import clean_body, clean_title
from reviewbot.stages.escaped import spells_with_escapes, without_keys

KEY = "canary-key-0123456789abcdef"


def answered(reply: str) -> Reviewed:
    outcome = read_reply(reply, reviewer="opus", chunk=1, cut_off=False)
    assert isinstance(outcome, Reviewed)
    return outcome


def reply_with(word: str) -> str:
    entry = {"path": "a.py", "start_line": 1, "severity": "high", "title": f"t {word}", "body": f"b {word}"}
    return json.dumps({"findings": [{**entry, "suggestion": f"s {word}", "quote": word}]})


@pytest.mark.requirement("R9")
def test_a_key_that_is_spelt_with_escapes_is_hidden_once_it_is_decoded() -> None:
    escaped = "".join(f"\\u{ord(letter):04x}" if place % 6 == 0 else letter for place, letter in enumerate(KEY))
    outcome = answered(reply_with(KEY).replace(KEY, escaped))
    assert KEY in repr(outcome.findings)
    assert spells_with_escapes(outcome.reply)
    cleaned = without_keys(outcome, [KEY])
    assert isinstance(cleaned, Reviewed)
    assert KEY[:12] not in repr(cleaned.findings)
    assert cleaned.findings[0].title.startswith("t ")


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("between", ["<b></b>", "<!-- x -->", "![](x)", "\u200b", "\u2060<i></i>"])
def test_a_key_that_is_whole_once_its_words_are_cleaned_is_hidden_too(between: str) -> None:
    outcome = without_keys(answered(reply_with(between.join(KEY))), [KEY])
    assert isinstance(outcome, Reviewed)
    (finding,) = outcome.findings
    for shown in (clean_title(finding.title), clean_body(finding.body)):
        assert KEY[:12] not in "".join(filter(str.isalnum, shown))
        assert "[key]" in shown


def test_an_answer_without_such_escapes_is_left_as_it_is() -> None:
    outcome = answered(reply_with("\u2026 line\nfeed"))
    assert not spells_with_escapes(outcome.reply)
    assert without_keys(outcome, [KEY]) is outcome
