"""docs/config.md says what the schema says."""

from __future__ import annotations

import re

from config_reference import DOCUMENT, render

from reviewbot.config.schema import load_schema, top, walk

_TEXT = DOCUMENT.read_text("utf-8")


def test_the_document_is_what_make_docs_writes() -> None:
    assert render() == _TEXT, "run `make docs`"


def test_every_key_has_a_row_in_the_section_of_the_key_that_holds_it() -> None:
    shown = set[str]()
    for section in re.split(r"^## ", _TEXT, flags=re.MULTILINE)[1:]:
        path = found[1] + "." if (found := re.match("`(.+)`", section)) else ""
        shown.update(path + name for name in re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert shown == {".".join(names) for names, _ in walk(top(load_schema()))}


def test_every_row_has_its_four_cells() -> None:
    rows = [line for line in _TEXT.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_links_within_the_document_lead_to_its_sections() -> None:
    titles = {title.strip("`").replace(".", "") for title in re.findall(r"^## (.+)$", _TEXT, re.MULTILINE)}
    assert set(re.findall(r"\(#(\w+)\)", _TEXT)) == titles - {"Top of the file"}


def test_a_row_shows_values_default_and_whether_it_is_there_yet() -> None:
    assert "| `fail_on` | `critical`, `high`, `medium`, `low`, `never` | `high` | Findings of" in _TEXT
    assert "| `timeout_s` | number above 0 to 3600 | `120` | Seconds" in _TEXT
    assert "| `model` | text | required | Any model" in _TEXT
    assert "| `api_base` | text or `null` | `null` | Where" in _TEXT
    for name, key in top(load_schema()).keys.items():
        row = re.search(rf"^\| `{name}` .*$", _TEXT.partition("## `")[0], re.MULTILINE)
        assert row is not None
        assert key.description in row[0]
