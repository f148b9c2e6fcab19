from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from reviewbot.sanitize.keys import HIDDEN, hide_key, hide_secrets, said, secret_values

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
        "".join(f"%{byte:02X}" for byte in KEY.encode()),
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


_BETWEEN = ["\u200b", "\u200d", "\x00", "\x08", "\u00ad", "\ufe0f", ".", "_", "@", " - ", "<!-- -->"]


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("between", _BETWEEN, ids=ascii)
def test_a_key_is_hidden_whatever_sign_stands_between_its_letters(between: str) -> None:
    assert hide_key(f"got {between.join(KEY)}, which is wrong", KEY) == f"got {HIDDEN}, which is wrong"


@pytest.mark.requirement("R9")
def test_a_key_of_twelve_letters_and_digits_is_hidden_with_signs_in_between() -> None:
    assert hide_key("got " + ".".join("abcd-EFGH-1234") + " back", "abcd-EFGH-1234") == f"got {HIDDEN} back"


@pytest.mark.requirement("R9")
def test_a_key_with_few_letters_is_hidden_when_it_is_written_in_per_cent_signs() -> None:
    short = "s3cr3t-!?"
    assert hide_key("".join(f"%{byte:02X}" for byte in short.encode()), short) == HIDDEN


@pytest.mark.requirement("R9")
def test_the_end_of_an_encoded_key_is_left_whatever_letter_it_is() -> None:
    key = KEY[:20] + "W"  # whose base64 ends with an X
    assert hide_key(base64.b64encode(key.encode()).decode(), key) == f"{HIDDEN}X"


@pytest.mark.requirement("R9")
def test_a_key_in_wide_letters_is_hidden() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in KEY)
    assert hide_key(f"got {wide}, which is wrong", KEY) == f"got {HIDDEN}, which is wrong"


@pytest.mark.requirement("R9")
def test_several_occurrences_are_all_hidden() -> None:
    assert hide_key(f"{KEY}, {KEY} and {KEY}", KEY) == f"{HIDDEN}, {HIDDEN} and {HIDDEN}"
    assert hide_key(f"a{KEY}{KEY}b", KEY) == f"a{HIDDEN}b"


@pytest.mark.requirement("R9")
def test_of_a_key_that_repeats_itself_no_character_is_left() -> None:
    assert hide_key("x" + "a" * 19, "a" * 13) == f"x{HIDDEN}"


@pytest.mark.requirement("R9")
@pytest.mark.parametrize(("before", "shared"), [("", 0), ("?", 2), ("??", 3)])
def test_of_an_encoded_key_only_the_ends_that_it_shares_with_others_are_left(before: str, shared: int) -> None:
    encoded = base64.b64encode((before + KEY).encode()).decode()
    last = len(encoded.rstrip("=")) - 1
    assert hide_key(encoded, KEY) == encoded[:shared] + HIDDEN + encoded[last:]


def test_letters_that_grow_when_they_become_small_move_nothing() -> None:
    assert hide_key(f"{'İ' * 20} {KEY} and more", KEY) == f"{'İ' * 20} {HIDDEN} and more"
    assert hide_key(f"{'İ' * 20} {KEY}", KEY) == f"{'İ' * 20} {HIDDEN}"


@pytest.mark.parametrize("text", ["", "nothing to see", "sk-can4ry", "Incorrect API key provided: sk-...zyxwv"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert hide_key(text, KEY) == text


def test_a_short_key_is_hidden_whole_and_a_placeholder_is_no_key() -> None:
    assert hide_key("my-short is wrong", "my-short") == f"{HIDDEN} is wrong"
    assert hide_key("six6ix is wrong", "six6ix") == f"{HIDDEN} is wrong"
    assert hide_key("none of it, nothing", "none") == "none of it, nothing"
    assert hide_key("anything", None) == "anything"


def test_what_a_server_said_is_one_short_printable_line() -> None:
    line = said(f"first\r\n::error::second\x1b[31m\u202e {KEY} " + "x" * 5000, KEY)

    assert line.startswith("first ::error::second [31m [key] xxx")
    assert len(line) == 200
    assert line.isprintable()


def test_a_line_as_long_as_it_may_be_is_shown_whole_and_one_that_begins_too_late_is_not() -> None:
    assert said("x" * 200, None) == "x" * 200
    assert said("x" * 201, None) == "x" * 199 + "…"
    assert said(" " * 39 + "x", None, cap=2) == "x"
    assert said(" " * 40 + "x", None, cap=2) == ""


@pytest.mark.requirement("R9")
def test_secrets_of_the_environment_are_known_by_the_names_of_their_variables() -> None:
    environ = {
        "API_KEY": "k3y-0123456789",
        "same_token": "k3y-0123456789",
        "DB_PASSWORD": "s3cret",
        "SHORT_SECRET": "12ab5",
        "TOKEN_LIMIT": "200000",
        "KEYMAP": "emacs-like",
        "KEY_FILE": "/etc/reviewbot-9/key",
        "PATH": "/usr/bin:/usr/bin2",
    }
    assert secret_values(environ) == ("k3y-0123456789", "s3cret")
    assert secret_values(environ, ordinary=True) == (
        "k3y-0123456789",
        "s3cret",
        "200000",
        "emacs-like",
        "/etc/reviewbot-9/key",
    )


def test_several_secrets_are_hidden_in_one_text() -> None:
    assert hide_secrets(f"{KEY} and s3cret", (KEY, "s3cret")) == f"{HIDDEN} and {HIDDEN}"
    assert hide_secrets("nothing", ()) == "nothing"
