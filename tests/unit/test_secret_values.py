"""Whether a value is a secret or stands in for one, at the borders of each answer."""

from __future__ import annotations

from base64 import b64encode

import pytest

from reviewbot.stages.secrets.values import (
    is_basic_credentials,
    is_filled_in,
    is_password,
    is_random,
    is_scrambled,
    is_set_password,
    is_url_password,
)

WEAK = (
    *("abc", "admin", "bar", "baz", "changeit", "credentials", "default", "demo", "foo", "foobar", "guest", "hello"),
    *("key", "letmein", "mypassword", "none", "null", "p", "pass", "passphrase", "passwd", "password", "postgres"),
    *("pw", "pwd", "qwerty", "root", "sa", "sample", "secret", "some", "string", "test", "testing", "token"),
    *("user", "username", "value", "welcome", "xyz"),
)
MIXED = "k3Jd8Q2m" + "Zx7Lp0Vw"


@pytest.mark.parametrize(
    "value", ["your-key", "sk-YOUR.key", "a-placeholder", "xxxxxx", "a******b", "0000001", "change_me_1", "me@example"]
)
def test_what_documents_write_in_place_of_a_secret_is_not_filled_in(value: str) -> None:
    assert not is_filled_in(value)


@pytest.mark.parametrize("value", ["Kyourb12", "xxxxx", "a*****b", "00000", "exampl1"])
def test_what_only_looks_a_little_like_it_is_filled_in(value: str) -> None:
    assert is_filled_in(value)


def test_the_key_of_the_storage_emulator_is_no_secret() -> None:
    assert not is_filled_in("Eby8vdM02xNO" + "cqFlqUwJ")
    assert is_filled_in("cqFlqUwJ" + "Eby8vdM02xNO")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MIXED, True),
        (MIXED[:15], False),
        ("a1B2c3D4" * 2, True),
        (("a1B2c3D" * 3)[:16], False),
        ("k3Jd8Q2m-abcdefg", True),
        ("k3Jd8Q2m-abcdefgh", False),
        ("${" + MIXED + "}", False),
        ("1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", False),
    ],
)
def test_a_random_value_is_long_of_many_signs_and_half_of_it_is_in_no_order(value: str, expected: bool) -> None:
    assert is_random(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc!def1", True),
        ("ab!def1", False),
        ("aB3!xy", True),
        ("aB3xyz", False),
        ("Xk8!b9cQ", True),
        ("k)8!b9cQ", True),
        ("aB3!{name}cdQ9", True),
        ("aB3!{name}cdQ", False),
        *((f"{sign}k8!b9cQ", False) for sign in ").,;:]+"),
    ],
)
def test_a_password_mixes_three_kinds_of_signs_and_a_short_one_all_four(value: str, expected: bool) -> None:
    assert is_password(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("hunter2x", True),
        ("8hunter", True),
        ("hunters", False),
        ("12345678", False),
        ("my8password", False),
        ("MY8Secret1", False),
        ("/srv/app2024", False),
        ("a1.b2.c3", False),
    ],
)
def test_a_password_without_quotes_has_letters_and_digits_and_is_no_name(value: str, expected: bool) -> None:
    assert is_set_password(value) is expected


@pytest.mark.parametrize("word", WEAK)
def test_what_people_write_when_any_password_will_do_is_none_with_digits_and_signs_around_it(word: str) -> None:
    assert not is_url_password(f"!{word.title()}123")


@pytest.mark.parametrize("value", ["ab...cd9", "test123!", "Secret", "", "ab${DB}9", "<pass>", "$PASS", "xxxxxx"])
def test_any_password_that_will_do_is_none_in_a_url(value: str) -> None:
    assert not is_url_password(value)


def test_credentials_are_encoded_and_the_password_is_all_that_follows_the_first_colon() -> None:
    def encoded(text: str) -> str:
        return b64encode(text.encode()).decode()

    assert is_basic_credentials(encoded("deploy:k3Jd8Q2m"))
    assert is_basic_credentials(encoded("deploy:k3Jd8:test"))
    assert not is_basic_credentials(encoded("deploy:test"))
    assert not is_basic_credentials(encoded("deploy-k3Jd8Q2m"))
    assert not is_basic_credentials(encoded("deploy:k3Jd8Q2m").replace("b", "b!", 1))
    assert not is_basic_credentials(b64encode(b"deploy:\xff\xfe\xfd").decode())


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("abcdefghij1klm2", True),  # three turns in fifteen letters
        ("abcdefghijk1lmn2", False),
        ("ab1cdefgh", False),
        ("ABCDEFGHIJ1KLM2", True),
        ("AbcdEfgh1j", True),  # three turns in ten
        ("AbcdeEfgh1j", False),
        ("CurrencyOfOrder", False),
        ("aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeF", True),
        ("aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDe", False),
    ],
)
def test_a_scrambled_word_turns_oftener_than_a_name_does(word: str, expected: bool) -> None:
    assert is_scrambled(word) is expected
