from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from reviewbot.sanitize.keys import HIDDEN, hide_key, said

KEY = "sk-" + "can4ry+Key/0987654321-zyxwv"


@pytest.mark.incident("I4")
@pytest.mark.requirement("R9")
@pytest.mark.parametrize(
    "shown",
    [
        KEY,
        KEY[4:],
        KEY[:-5],
        KEY[5:17],
        KEY[::-1],
        KEY.upper(),
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
        base64.b64encode(f"a{KEY}b".encode()).decode(),
        base64.b64encode(f"ab{KEY}".encode()).decode(),
        base64.b64encode(f"Bearer {KEY}".encode()).decode(),
        " ".join(KEY),
        "\n".join((KEY[:9], KEY[9:])),
    ],
)
def test_no_form_of_a_key_is_shown(shown: str) -> None:
    hidden = hide_key(f"got {shown}, which is wrong", KEY)

    squeezed = "".join(hidden.split()).lower()
    plain = "".join(shown.split()).lower()
    assert HIDDEN in hidden
    assert not any(plain[at : at + 12] in squeezed for at in range(len(plain) - 11) if plain[at : at + 12].isascii())
    assert hidden.startswith("got ")


@pytest.mark.requirement("R9")
def test_several_occurrences_are_all_hidden() -> None:
    assert hide_key(f"{KEY} and {KEY}", KEY) == f"{HIDDEN} and {HIDDEN}"


def test_letters_that_grow_when_they_become_small_move_nothing() -> None:
    assert hide_key(f"{'İ' * 20} {KEY} and more", KEY) == f"{'İ' * 20} {HIDDEN} and more"
    assert hide_key(f"{'İ' * 20} {KEY}", KEY) == f"{'İ' * 20} {HIDDEN}"


@pytest.mark.parametrize("text", ["", "nothing to see", "sk-can4ry", "Incorrect API key provided: sk-...zyxwv"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert hide_key(text, KEY) == text


def test_a_short_key_is_hidden_whole_and_a_placeholder_is_no_key() -> None:
    assert hide_key("my-short is wrong", "my-short") == f"{HIDDEN} is wrong"
    assert hide_key("none of it, nothing", "none") == "none of it, nothing"
    assert hide_key("anything", None) == "anything"


def test_what_a_server_said_is_one_short_printable_line() -> None:
    line = said(f"first\r\n::error::second\x1b[31m\u202e {KEY} " + "x" * 5000, KEY)

    assert line.startswith("first ::error::second [31m [key] xxx")
    assert len(line) == 200
    assert line.isprintable()
