from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.model import Job, Prompt
from reviewbot.stages.budget import Purse, beyond, in_rounds

NAMES = ("opus", "gpt", "gemini")


def job(reviewer: str, chunk: int, tokens: int = 100) -> Job:
    return Job(reviewer=reviewer, chunk=chunk, prompt=Prompt(system="", user=""), tokens=tokens)


def jobs(*chunks: int, names: tuple[str, ...] = NAMES) -> list[Job]:
    return [job(name, chunk) for chunk in chunks for name in names]


def test_one_chunk_is_asked_in_the_order_of_the_panel() -> None:
    assert [j.reviewer for j in in_rounds(jobs(1))] == list(NAMES)


def test_every_chunk_has_a_first_reader_before_any_has_a_second() -> None:
    order = in_rounds(jobs(1, 2, 3, 4))
    assert [j.chunk for j in order] == [1, 2, 3, 4] * 3
    assert [j.reviewer for j in order[:4]] == ["opus", "gpt", "gemini", "opus"]


def test_chunks_with_fewer_reviewers_end_earlier() -> None:
    order = in_rounds([job("opus", 1), *jobs(2)])
    assert [(j.reviewer, j.chunk) for j in order] == [("opus", 1), ("gpt", 2), ("gemini", 2), ("opus", 2)]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 6)), unique=True))
def test_rounds_lose_no_question_and_ask_none_twice(pairs: list[tuple[str, int]]) -> None:
    asked = [job(name, chunk) for name, chunk in sorted(pairs, key=lambda pair: pair[1])]
    assert sorted((j.chunk, j.reviewer) for j in in_rounds(asked)) == sorted((j.chunk, j.reviewer) for j in asked)


def test_what_is_beyond_the_budget_is_the_end_of_the_order() -> None:
    order = in_rounds(jobs(1, 2))
    assert beyond(order, lambda _: 0.25, 1.0) == order[4:]
    assert beyond(order, lambda _: 0.25, None) == ()


def test_a_question_without_a_price_is_never_beyond_the_budget() -> None:
    assert beyond(in_rounds(jobs(1)), lambda j: None if j.reviewer == "gpt" else 5.0, 1.0) == (
        job("opus", 1),
        job("gemini", 1),
    )


def test_a_cheaper_question_behind_one_that_does_not_fit_is_asked() -> None:
    order = [job("opus", 1, 400), job("gpt", 1, 900), job("gemini", 1, 500)]
    assert beyond(order, lambda j: j.tokens / 1000, 1.0) == (order[1],)


def test_the_purse_knows_what_is_held_and_what_is_spent() -> None:
    purse = Purse(limit=1.0)
    purse.hold(0.1)
    purse.hold(0.7)
    assert not purse.fits(0.3)
    purse.spent += 0.5
    purse.release(0.1)
    assert not purse.fits(0.1)
    purse.release(0.7)
    assert (purse.held, purse.spent, purse.under_way) == (0.0, 0.5, 0)
    assert purse.fits(0.5)
