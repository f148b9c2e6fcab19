from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reviewbot.config.values import Json
from reviewbot.stages.kept_answer import (
    Asking,
    KeptAnswer,
    answer_key,
    framed,
    is_sealed,
    pack,
    seal,
    sealing_key,
    unpack,
)
from reviewbot.stages.placement import Place

ASKING = Asking(
    prompt_version=1,
    reviewer="opus",
    route="anthropic/claude",
    api_base="https://api.anthropic.com",
    max_output_tokens=8000,
    params={"temperature": 0.2, "thinking": {"budget_tokens": 9, "type": "enabled"}},
    schema={"type": "object"},
    system="Review.",
)
PLACE = Place(
    path="src/ä\udcff.py".encode("utf-8", "replace").decode(), old_start=0, old_count=0, new_start=1, new_count=3
)
KEPT = KeptAnswer(reply='{"findings": []} \ud800 \U0001f600', places=(PLACE, replace(PLACE, new_start=90)))
SECRET = sealing_key("sk-ant-0123456789abcdef0123456789")


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKING, prompt_version=2),
        replace(ASKING, reviewer="opus2"),
        replace(ASKING, route="openai/claude"),
        replace(ASKING, api_base="https://proxy.example"),
        replace(ASKING, max_output_tokens=8001),
        replace(ASKING, params={}),
        replace(ASKING, params={"temperature": 0.3, "thinking": {"budget_tokens": 9, "type": "enabled"}}),
        replace(ASKING, schema={"type": "array"}),
        replace(ASKING, system="Review.\n"),
    ],
    ids=str,
)
def test_another_way_to_ask_is_another_question(other: Asking) -> None:
    assert answer_key(other, "the change") != answer_key(ASKING, "the change")


def test_every_field_of_a_question_counts() -> None:
    assert len(Asking.__struct_fields__) == 8  # one more needs a line in `answer_key` and in the test above


def test_another_change_is_another_question_and_the_same_one_is_the_same() -> None:
    assert answer_key(ASKING, "the change") == answer_key(replace(ASKING), "the change")
    assert answer_key(ASKING, "the change") != answer_key(ASKING, "the change ")
    assert len(answer_key(ASKING, "\udcff")) == 32


def test_parameters_in_another_order_are_the_same() -> None:
    turned: dict[str, Json] = {"thinking": {"type": "enabled", "budget_tokens": 9}, "temperature": 0.2}
    assert answer_key(replace(ASKING, params=turned), "x") == answer_key(ASKING, "x")


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_no_two_lists_of_parts_are_framed_alike(one: list[str], other: list[str]) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)


@pytest.mark.requirement("R15")
def test_a_seal_holds_for_its_key_its_payload_and_its_secret_alone() -> None:
    key, payload = answer_key(ASKING, "x"), pack(KEPT)
    mac = seal(key, payload, SECRET)
    assert is_sealed(key, payload, mac, SECRET)
    assert not is_sealed(answer_key(ASKING, "y"), payload, mac, SECRET)
    assert not is_sealed(key, payload + b" ", mac, SECRET)
    assert not is_sealed(key, payload, mac, sealing_key("sk-ant-0123456789abcdef012345678X"))
    assert not is_sealed(key, payload, mac[:-1], SECRET)
    assert not is_sealed(key, payload, b"", SECRET)
    assert not is_sealed(key[:-1], key[-1:] + payload, mac, SECRET)


@pytest.mark.requirement("R15")
def test_what_seals_is_not_the_key_itself() -> None:
    assert b"0123456789abcdef" not in SECRET
    assert sealing_key("a" * 32) == sealing_key(b"a" * 32)


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack(KEPT)) == KEPT


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"reply": "x"}',
        b'{"reply": 3, "places": []}',
        b'{"reply": "x", "places": 3}',
        b'{"reply": "x", "places": [3]}',
        b'{"reply": "x", "places": [["a", 1, 1, 1]]}',
        b'{"reply": "x", "places": [["a", 1, 1, 1, 1, 1]]}',
        b'{"reply": "x", "places": [["a", 1, 1, 1, true]]}',
        b'{"reply": "x", "places": [["a", 1, 1, 1, -1]]}',
        b'{"reply": "x", "places": [["a", 1, 1, 1, 1e3]]}',
        b'{"reply": "x", "places": [["a", 1, 1, 1, 99999999999999]]}',
        b'{"reply": "x", "places": [[3, 1, 1, 1, 1]]}',
        b'{"reply": "x", "places": [[]]}',
        b"[" * 100_000,
    ],
    ids=lambda payload: payload[:40].decode("ascii", "replace"),
)
def test_anything_else_is_no_answer(payload: bytes) -> None:
    assert unpack(payload) is None


def test_what_is_kept_is_the_reply_and_where_the_hunks_stood() -> None:
    assert json.loads(pack(KEPT)).keys() == {"reply", "places"}
