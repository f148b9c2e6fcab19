"""What a flood does to the groups there are, and which of them each of its findings comes to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from values import finding

from reviewbot.model import Finding
from reviewbot.stages.merging.crowd import Crowd
from reviewbot.stages.merging.tuning import TUNED, Tuning
from reviewbot.stages.merging.voices import Voice

RACE = "Two threads increment `hit_count` without holding the lock, so updates of the counter get lost."
RACE_AGAIN = "The increment of `hit_count` is not atomic: threads that run it at once lose updates, hold the lock."
RACE_RETOLD = "Lost updates: `hit_count` is incremented outside the lock while other threads increment it as well."
LEAK = "The file handle opened by `read_rows` is never closed, so handles leak until the process ends."


def say(
    reviewer: str, text: str, start: int | None = 10, end: int | None = None, *, path: str | None = "a.py"
) -> Finding:
    return finding(reviewer, path, start, end, title="", body=text)


def crowd(*groups: Sequence[Finding], tuning: Tuning = TUNED) -> Crowd:
    """Groups of a panel, before anybody else is heard."""
    return Crowd([[Voice([said]) for said in group] for group in groups], tuning)


def hear(to: Crowd, *said: Finding) -> None:
    to.hear([Voice([one]) for one in said])


def groups(of: Crowd) -> list[list[str]]:
    """Who is in each group."""
    return sorted(sorted(voice.reading.reviewer for voice in group) for group in of.groups())


def beside(of: Crowd, one: Finding) -> list[Finding]:
    """What else is in the group of a finding."""
    (group,) = [found for group in of.groups() if one in (found := [voice.findings[0] for voice in group])]
    return [other for other in group if other is not one]


# ---------------------------------------------------------------- what the panel said


def test_the_groups_of_the_panel_are_there_before_anybody_else_is_heard() -> None:
    assert groups(crowd([say("opus", RACE), say("gpt", RACE_AGAIN)], [say("opus", LEAK, 40)])) == [
        ["gpt", "opus"],
        ["opus"],
    ]
    assert groups(crowd([say("opus", RACE)])) == [["opus"]]
    assert groups(crowd()) == []


def test_a_finding_of_the_crowd_joins_the_group_it_fits_and_others_stay_alone() -> None:
    heard = crowd([say("opus", RACE), say("gpt", RACE_AGAIN)], [say("opus", LEAK, 40)])
    hear(heard, say("loud", RACE_RETOLD, 11), say("loud", "Unused import", 10))
    assert groups(heard) == [["gpt", "loud", "opus"], ["loud"], ["opus"]]


def test_a_finding_joins_the_group_that_it_fits_best_whichever_was_there_first() -> None:
    near, far = say("opus", RACE, 10), say("opus", RACE, 18)
    for panel in ([near], [far]), ([far], [near]):
        heard, late = crowd(*panel), say("loud", RACE_AGAIN, 10)
        hear(heard, late)
        assert beside(heard, late) == [near]


def test_a_finding_that_fits_two_groups_of_the_panel_makes_them_no_one() -> None:
    heard, both = crowd([say("opus", RACE, 10)], [say("gpt", RACE_AGAIN, 13)]), say("loud", RACE_RETOLD, 10)
    hear(heard, both)
    assert len(beside(heard, both)) == 1
    assert len(heard.groups()) == 2


def test_two_findings_that_resemble_each_other_do_not_tie_the_groups_that_they_joined() -> None:
    lenient = Tuning(own=0.01, bridge=0, groups=0)
    race, leak = say("opus", f"{RACE} A process dies."), say("gpt", LEAK)
    to_leak, to_race = say("loud", f"{LEAK} Really."), say("loud", f"{RACE} A process dies. Really.")
    heard = crowd([race], [leak], tuning=lenient)
    hear(heard, to_leak, to_race)
    assert heard.similarity(2, 3) > lenient.own
    assert (beside(heard, to_leak), beside(heard, to_race)) == ([leak], [race])


def test_a_finding_keeps_out_of_a_group_with_a_member_that_it_contradicts() -> None:
    user = "`user` may be undefined when the session expired, so reading its id throws."
    order = "When the session expired `order` is undefined and reading its id throws."
    heard, late = crowd([say("opus", user)]), say("loud", order)
    hear(heard, late)
    assert beside(heard, late) == []


# ---------------------------------------------------------------- what the crowd says


def test_findings_of_several_in_the_crowd_find_each_other() -> None:
    heard = crowd([say("opus", LEAK, 40)])
    hear(heard, say("loud", RACE), say("loud", "Unused import", 70))
    hear(heard, say("louder", RACE_AGAIN), say("louder", "Typo in a label", 10))
    assert groups(heard) == [["loud"], ["loud", "louder"], ["louder"], ["opus"]]


def test_without_a_panel_the_crowd_is_heard_all_the_same() -> None:
    heard = crowd()
    hear(heard, say("loud", RACE))
    hear(heard, say("louder", RACE_AGAIN))
    assert groups(heard) == [["loud", "louder"]]


def test_one_of_the_crowd_repeats_itself_at_one_place_only() -> None:
    heard = crowd()
    hear(heard, say("loud", RACE), say("loud", f"{RACE} Really."), say("loud", f"{RACE} Indeed.", 12))
    assert groups(heard) == [["loud"], ["loud", "loud"]]


def test_what_one_repeats_follows_it_into_a_group_of_the_panel() -> None:
    heard = crowd([say("opus", RACE)])
    hear(heard, say("loud", RACE_AGAIN), say("loud", f"{RACE_AGAIN} Really."))
    assert groups(heard) == [["loud", "loud", "opus"]]


def test_a_group_takes_in_twelve_findings_of_the_crowd_and_those_of_the_panel_do_not_count() -> None:
    heard = crowd([say("opus", RACE), say("gpt", RACE)])
    for number in range(14):
        hear(heard, say(f"loud{number:02}", RACE))
    assert max(map(len, heard.groups())) == 14


def test_what_resembles_a_finding_alone_follows_it_into_a_group_of_many() -> None:
    panel = [say(name, "alpha bravo carol delta fargo gamma hotel india") for name in ("a", "b", "c", "d", "e")]
    joins = say("loud", "alpha bravo carol delta fargo gamma hotel india papas quebe romeo sierr")
    follows = say("loud", "alpha papas quebe romeo sierr umbra vicar whisk")
    heard = crowd(panel, tuning=Tuning(bridge=0))
    hear(heard, follows, joins)
    assert heard.similarity(0, 5) < TUNED.same_lines < heard.similarity(0, 6)
    assert sorted(beside(heard, follows), key=lambda one: one.reviewer) == [*panel, joins]


@pytest.mark.parametrize(("others", "joins"), [(3, True), (4, False)])
def test_a_finding_tries_four_groups_and_then_stays_alone(others: int, joins: bool) -> None:
    text = "`{}` may be undefined when the session expired, so reading its id throws."
    panel = [[say(f"p{n}", text.format(name))] for n, name in enumerate(("order", "cart", "item", "price")[:others])]
    right = say("right", "The session expired and `user` is undefined, so clicking on it crashes the page.")
    heard, late = crowd(*panel, [right]), say("loud", text.format("user"))
    hear(heard, late)
    assert beside(heard, late) == ([right] if joins else [])


@pytest.mark.parametrize(("needed", "joins"), [(1.0, True), (1.01, False)])
def test_a_finding_that_is_just_as_alike_as_it_needs_to_be_joins(needed: float, joins: bool) -> None:
    heard, late = crowd([say("opus", "Deadlock")], tuning=Tuning(same_lines=needed)), say("loud", "Deadlock")
    hear(heard, late)
    assert bool(beside(heard, late)) is joins


def test_a_word_that_the_crowd_wears_out_counts_for_less_once_half_as_many_again_were_heard() -> None:
    heard = crowd([say("opus", "token alpha bravo")], [say("gpt", "token delta gamma", 40)])
    before = heard.similarity(0, 1)
    hear(heard, say("loud", "token", 100))
    assert 0 < heard.similarity(0, 1) < before
    hear(heard, *(say("loud", f"token w{n}", 100 * n) for n in range(20)))
    assert 0 < heard.similarity(0, 1) < before / 2


# ---------------------------------------------------------------- who meets whom

EVERYWHERE = [say("loud", RACE, 1000 * n, path=f"other{n}.py") for n in range(1, 14)]
"""So many that what shares words with them is looked for among its neighbours only. None may join what `loud` says."""


@pytest.mark.parametrize(
    ("there", "here"),
    [
        pytest.param((10, 10), (10, 10), id="the-same-line"),
        pytest.param((1, 1), (1, 1), id="the-first-line"),
        pytest.param((19, 19), (20, 20), id="the-line-before-in-another-block"),
        pytest.param((20, 20), (19, 19), id="the-line-after-in-another-block"),
        pytest.param((39, 39), (40, 40), id="further-down-before"),
        pytest.param((40, 40), (39, 39), id="further-down-after"),
        pytest.param((165, 165), (100, 180), id="in-the-midst-of-many-lines"),
        pytest.param((35, 35), (30, 34), id="after-a-few-lines"),
        pytest.param((130, 130), (100, 130), id="at-the-end-of-some-lines"),
        pytest.param((None, None), (30, 34), id="without-a-line"),
        pytest.param((None, None), (None, None), id="both-without-a-line"),
    ],
)
def test_a_finding_meets_its_neighbours_however_common_their_words_are(
    there: tuple[int | None, int | None], here: tuple[int | None, int | None]
) -> None:
    neighbour, late = say("opus", RACE, *there), say("loud", RACE, *here)
    heard = crowd(*([said] for said in EVERYWHERE), [neighbour])
    hear(heard, late)
    assert beside(heard, late) == [neighbour]


def test_a_finding_with_a_place_meets_one_that_has_none() -> None:
    nowhere, late = say("opus", RACE, None, path=None), say("loud", RACE)
    heard = crowd(*([said] for said in EVERYWHERE), [nowhere])
    hear(heard, late)
    assert beside(heard, late) == [nowhere]


def test_a_finding_without_a_place_meets_one_that_has_a_place() -> None:
    somewhere, late = say("opus", RACE), say("loud", RACE, None, path=None)
    heard = crowd([somewhere], *([said] for said in EVERYWHERE))
    hear(heard, late)
    assert beside(heard, late) == [somewhere]


@pytest.mark.parametrize("path", ["a.py", "b.py"])
def test_far_away_a_finding_is_found_by_a_rare_word(path: str) -> None:
    rare, late = say("opus", RACE_RETOLD, 500, path=path), say("loud", RACE, 10)
    heard = crowd([rare], [say("opus", LEAK, 40)])
    hear(heard, late)
    assert beside(heard, late) == [rare]


@pytest.mark.parametrize(("others", "found"), [(11, True), (12, False)])
def test_a_word_of_twelve_findings_is_still_rare(others: int, found: bool) -> None:
    far, late = say("opus", RACE, 500, path="b.py"), say("loud", RACE)
    heard = crowd([far], *([said] for said in EVERYWHERE[:others]))
    hear(heard, late)
    assert beside(heard, late) == ([far] if found else [])


@pytest.mark.parametrize(("others", "found"), [(11, True), (12, False)])
def test_a_finding_meets_the_first_twelve_neighbours_that_share_a_word(others: int, found: bool) -> None:
    before = [say("loud", RACE, n) for n in range(1, others + 1)]
    neighbour, late = say("opus", RACE, 15), say("loud", RACE, 15)
    heard = crowd(*([said] for said in [*EVERYWHERE, *before, neighbour]))
    hear(heard, late)
    assert beside(heard, late) == ([neighbour] if found else [])


def test_a_finding_about_very_many_lines_takes_no_longer() -> None:
    heard, late = crowd([say("opus", RACE)]), say("loud", RACE, 1, 10**12)
    hear(heard, late)
    assert len(beside(heard, late)) == 1
