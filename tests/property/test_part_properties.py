"""Whatever stands in a file to merge or in a record: it is read, or refused by its name and place; nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import SAMPLES

from reviewbot.combine import combine
from reviewbot.errors import InputError
from reviewbot.formats.json import render_json
from reviewbot.formats.markdown import render_markdown
from reviewbot.formats.text import render_text
from reviewbot.model import Severity
from reviewbot.parts.read import read_part
from reviewbot.stages.gate import Policy

POLICY = Policy(fail_on=Severity.HIGH, min_agreement=2, quorum=None, fail_incomplete=True)
REPORT = json.loads(render_json(SAMPLES["blocking"](), tool_version="1"))
RULE = {
    "id": "weak",
    "properties": {"tags": ["security"], "security-severity": "9.1"},
    "defaultConfiguration": {"level": "error"},
    "messageStrings": {"use": {"text": "{0} is weak"}},
    "shortDescription": {"text": "Weak"},
}
RESULT = {
    "ruleId": "weak",
    "ruleIndex": 0,
    "rule": {"id": "weak", "index": 0},
    "rank": 3,
    "kind": "fail",
    "level": "error",
    "baselineState": "new",
    "suppressions": [{"kind": "inSource", "status": "accepted"}],
    "message": {"id": "use", "arguments": ["md5"]},
    "locations": [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a.py"},
                "region": {"startLine": 1, "endLine": 2, "snippet": {"text": "md5()"}},
            }
        }
    ],
}
DRIVER = {"name": "scanner", "version": "1", "organization": "them", "rules": [RULE]}
RUN = {"tool": {"driver": DRIVER}, "invocations": [{"executionSuccessful": True}], "results": [RESULT]}
ENTRY = {
    "path": "a.py",
    "start_line": 1,
    "end_line": 2,
    "side": "RIGHT",
    "quote": "md5()",
    "severity": "high",
    "category": "security",
    "title": "md5 is weak",
    "body": "It can be forged.",
    "suggestion": "sha256()",
    "confidence": 0.5,
}
DOCUMENTS = {
    "report": REPORT,
    "sarif": {"version": "2.1.0", "runs": [RUN]},
    "answer": {"reviewer": "opus", "model": "m", "vendor": "v", "findings": [ENTRY]},
}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 10**30, 1.5, 1e308, "", "x", "\x00", "\ud800", "\u202e", "9" * 30]),
    st.text(max_size=5),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)


def places(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if place:
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*place, key))


PLACES = {name: list(places(document)) for name, document in DOCUMENTS.items()}


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_file_with_anything_anywhere_is_read_or_refused(name: str, data: st.DataObject) -> None:
    document = copy.deepcopy(DOCUMENTS[name])
    *outer, last = data.draw(st.sampled_from(PLACES[name]))
    holder = document
    for key in outer:
        holder = holder[key]
    holder[last] = data.draw(VALUES)
    try:
        part = read_part(json.dumps(document).encode(), "a.json")
        report = combine([part, read_part(json.dumps(DOCUMENTS["answer"]).encode(), "b.json")], policy=POLICY)
    except InputError:
        return
    for shown in (
        render_json(report, tool_version="1"),
        render_text(report, width=80, color=False, verbose=True),
        render_markdown(report),
    ):
        assert shown.encode()
