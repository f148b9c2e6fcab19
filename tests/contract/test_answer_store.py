"""What every store of answers keeps: the one on the disk, and the one that tests of what uses it have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from answer_store import MemoryStore, answer, key
from msgspec.structs import replace

from reviewbot.cache.nowhere import NoStore
from reviewbot.cache.store import AnswerCache
from reviewbot.ports import AnswerStore

Make = Callable[[], AnswerStore]


@pytest.fixture(params=["disk", "memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    if request.param == "memory":
        store = MemoryStore()
        return lambda: store
    return lambda: AnswerCache(tmp_path / "cache", secret_file=tmp_path / "state" / "secret")


def test_what_is_kept_is_found_and_nothing_else(make: Make) -> None:
    one, two = answer("one"), answer("two", b"\0\xff" * 5000)
    make().keep([one, two])
    assert make().find([one.key, key("three"), two.key]) == {one.key: one, two.key: two}
    assert make().find([]) == {}
    assert make().notes == ()


def test_an_empty_store_finds_nothing_and_that_is_no_trouble(make: Make) -> None:
    store = make()
    assert store.find([key("one")]) == {}
    store.keep([])
    store.keep([], used=[key("one")])
    assert (store.find([key("one")]), store.notes) == ({}, ())


def test_a_later_answer_takes_the_place_of_an_earlier_one(make: Make) -> None:
    make().keep([answer("one", b"old")])
    new = replace(answer("one", b"new"), mac=b"n" * 32, model="other")
    make().keep([new], used=[new.key])
    assert make().find([new.key]) == {new.key: new}


def test_using_an_answer_changes_nothing_about_it(make: Make) -> None:
    one = answer("one")
    make().keep([one])
    for _ in range(3):
        make().keep([], used=[one.key, key("gone")])
    assert make().find([one.key, key("gone")]) == {one.key: one}


def test_the_secret_stays_the_same(make: Make) -> None:
    secret = make().secret()
    assert secret is not None
    assert len(secret) == 32
    assert make().secret() == secret


def test_where_answers_cannot_be_kept_none_is_and_it_is_said_why() -> None:
    store: AnswerStore = NoStore("the reason")
    store.keep([answer("one")], used=[key("two")])
    assert (store.find([key("one")]), store.secret()) == ({}, None)
    assert store.notes == ("Answers are not kept: the reason.",)
