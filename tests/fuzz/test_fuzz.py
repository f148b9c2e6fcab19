"""Some seconds of what `make fuzz` does for as long as one likes."""

from __future__ import annotations

import random

import pytest
from fuzz_targets import MAX_BYTES, TARGETS, Trouble, attempt, mutation


def report(trouble: Trouble | None) -> str:
    return "" if trouble is None else f"{trouble.target}: {trouble.what}: {trouble.data[:300]!r}"


@pytest.mark.requirement("R32")
@pytest.mark.requirement("R34")
@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_and_many_a_mutation_is_read_or_refused(name: str) -> None:
    target = TARGETS[name]
    chance = random.Random(name)
    for data in (*target.seeds, *(mutation(chance, target.seeds, target.words) for _ in range(150))):
        assert report(attempt(name, data)) == ""


# Of the sanitisers tests/property/test_sanitize_properties.py shows it.
@pytest.mark.parametrize("name", [name for name in TARGETS if name != "sanitiser"])
def test_a_word_that_is_repeated_without_end_takes_bounded_time(name: str) -> None:
    for word in TARGETS[name].words:
        assert report(attempt(name, (word * MAX_BYTES)[: MAX_BYTES // 4])) == ""


def test_mutations_differ_and_stay_small() -> None:
    target = TARGETS["reply"]
    made = {mutation(random.Random(number), target.seeds, target.words) for number in range(200)}
    assert len(made) > 150
    assert max(map(len, made)) <= MAX_BYTES


def test_what_a_target_may_not_raise_is_told() -> None:
    assert attempt("config", b"[") is None
    assert attempt("diff", b"\x00" * 10) is None
