"""What `benchmarks/consolidation.py` measures, on labelled findings invented here."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from baselines import OF_PLACES, OF_WORDS, TFIDF, average_linkage
from bench_report import bench_report
from consolidation import main
from crossvalidation import Point, best_backed, choose, fewest_mistakes, grid, left_out, nearest_to_the_middle
from groupings import entries_of, product
from labelled import Claim, read_located
from mistakes import mistakes
from resampling import difference, draws, estimate, mean, measure
from reviewbench import read_bench
from scoring import (
    AWAY,
    F1,
    LEFT,
    PER_CHANGE,
    PRECISION,
    RECALL,
    Backed,
    Pairs,
    Severe,
    add,
    backed,
    backed_rates,
    earned,
    pair_rates,
    pairs_of,
    severe_rates,
)
from tables import table
from teams import entries_by_change, present, random_teams
from values import finding

from reviewbot.model import Category, Finding, Severity
from reviewbot.stages.merging import TUNED

SCRIPT = Path(__file__).parents[2] / "benchmarks/consolidation.py"

RACE = "Two threads increment the counter without holding the lock and lose updates."
RACE_AGAIN = "The lock is not held while threads increment the counter, so updates are lost."
LEAK = "The log file that run() opens is never closed, so handles leak until the process ends."
LEAK_AGAIN = "run() opens the log file and never closes it: file handles leak until the end of the process."

Json = Mapping[str, object]


def claim(reviewer: str, *defects: str) -> Claim:
    return Claim(finding=finding(reviewer), defects=frozenset(defects))


# ---------------------------------------------------------------- data on disk


def said(name: str, body: str, *, pr: str = "one", pool: str = "p", reviewer: str = "opus", start: int = 10) -> Json:
    return {
        "pr": pr,
        "pool": pool,
        "id": name,
        "reviewer": reviewer,
        "path": "a.py",
        "start_line": start,
        "end_line": start,
        "body": body,
    }


def gold(*groups: Sequence[str], pr: str = "one", pool: str = "p") -> Json:
    return {"pr": pr, "pool": pool, "groups": groups}


def write_lines(path: Path, rows: Sequence[Json]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def located(folder: Path, findings: Sequence[Json], groups: Sequence[Json]) -> Path:
    write_lines(folder / "findings.jsonl", findings)
    write_lines(folder / "gold.jsonl", groups)
    return folder


def two_changes(folder: Path) -> Path:
    return located(
        folder,
        [
            said("a", RACE),
            said("b", RACE_AGAIN, reviewer="gpt"),
            said("c", LEAK, start=40),
            said("d", LEAK, pr="two"),
            said("e", RACE, pr="two", reviewer="gpt", start=80),
        ],
        [gold(["a", "b"], ["c"]), gold(["d"], ["e"], pr="two")],
    )


def evaluation(known: Sequence[str], matched: Sequence[tuple[str, str]], others: Sequence[str] = ()) -> Json:
    """What a judge says of one tool and change; `matched` has known defects with the texts that matched them."""
    found = {defect for defect, _ in matched}
    return {
        "true_positives": [{"golden_comment": defect, "matched_candidate": text} for defect, text in matched],
        "false_positives": [{"candidate": text} for text in others],
        "false_negatives": [{"golden_comment": defect} for defect in known if defect not in found],
        "total_golden": len(known),
    }


def bench(folder: Path, changes: Json, *, judge: str = "judge", severities: Mapping[str, str] | None = None) -> Path:
    at = folder / "offline/results" / judge
    at.mkdir(parents=True)
    (at / "evaluations.json").write_text(json.dumps(changes), encoding="utf-8")
    if severities is not None:
        golden = folder / "offline/golden_comments"
        golden.mkdir(exist_ok=True)
        comments = [{"comment": comment, "severity": severity} for comment, severity in severities.items()]
        (golden / "project.json").write_text(json.dumps([{"comments": comments}]), encoding="utf-8")
    return folder


def small_bench(folder: Path, *, judge: str = "judge") -> Path:
    known = ["race", "leak"]
    return bench(
        folder,
        {
            "one": {
                "claude": evaluation(known, [("race", RACE), ("leak", LEAK)]),
                "gemini": evaluation(known, [("race", RACE_AGAIN)], ["The name of the test is too long to read."]),
                "copilot": evaluation(known, [("leak", LEAK_AGAIN)]),
            },
            "two": {"claude": evaluation(["race"], [("race", RACE)]), "gemini": evaluation(["race"], [])},
        },
        judge=judge,
        severities={"race": "High", " leak\n": "Low"},
    )


# ---------------------------------------------------------------- pairs


def test_pairs_are_counted_by_hand() -> None:
    entries = [
        [claim("a", "race"), claim("b", "race"), claim("c", "leak")],
        [claim("d", "race"), claim("e")],
        [claim("e", "leak")],
    ]
    # Together: a-b. Wrong: a-c, b-c. Missed: a-d, b-d, c-e. The first entry hides one of two defects.
    counted = pairs_of(entries, across=True)
    assert counted == Pairs(together=1, wrong=2, missed=3, away=1, left=2, entries=3)
    rates = pair_rates(*counted)
    assert rates[PRECISION] == pytest.approx(1 / 3)
    assert rates[RECALL] == pytest.approx(1 / 4)
    assert rates[F1] == pytest.approx(2 / 7)
    assert (rates[AWAY], rates[LEFT], rates[PER_CHANGE]) == (1, 2, 3)


def test_pairs_of_one_reviewer_count_only_where_asked_for() -> None:
    entries = [[claim("a", "race"), claim("a", "leak"), claim("b", "race", "leak")]]
    assert pairs_of(entries, across=True)[:3] == (2, 0, 0)
    assert pairs_of(entries, across=False)[:3] == (2, 1, 0)


def test_nothing_merged_and_nothing_to_merge_is_perfect() -> None:
    rates = pair_rates(*pairs_of([[claim("a", "race")], [claim("b", "leak")]], across=True))
    assert (rates[PRECISION], rates[RECALL], rates[F1]) == (1, 1, 1)


def test_pools_of_one_change_add_up_to_one_change() -> None:
    assert add([Pairs(together=1, entries=2), Pairs(missed=3, entries=4)]) == Pairs(together=1, missed=3, entries=6)


# ---------------------------------------------------------------- what several back


def test_an_entry_earns_one_defect_and_gives_way_to_another_that_has_no_choice() -> None:
    # Taken one by one, the first entry would take "a" and leave nothing to the second; a longer chain follows.
    assert earned([frozenset("ab"), frozenset("a")], {}) == {"a", "b"}
    assert earned([frozenset("ab"), frozenset("bc"), frozenset("c"), frozenset("a")], {}) == {"a", "b", "c"}
    assert earned([frozenset("a"), frozenset("a"), frozenset()], {}) == {"a"}


def test_of_equally_many_defects_the_most_severe_are_earned() -> None:
    severities = {"a": Severity.LOW, "b": Severity.CRITICAL, "c": Severity.HIGH}
    assert earned([frozenset("abc")], severities) == {"b"}
    assert earned([frozenset("abc"), frozenset("ab")], severities) == {"b", "c"}
    assert earned([frozenset("ax")], severities) == {"a"}, "a severity that is not known comes last"


def test_what_two_back_is_counted_by_hand() -> None:
    entries = [
        [claim("a", "race"), claim("b", "leak")],
        [claim("a", "race"), claim("c")],
        [claim("a"), claim("b")],
        [claim("a", "limit"), claim("a", "limit")],
    ]
    severities = {"race": Severity.CRITICAL, "leak": Severity.LOW, "limit": Severity.LOW}
    counted, severe = backed(entries, 2, known=4, severities=severities)
    assert counted == Backed(earned=2, shown=3, known=4, away=1)
    rates = backed_rates(*counted)
    assert (rates[PRECISION], rates[RECALL], rates[PER_CHANGE]) == (2 / 3, 1 / 2, 3)
    assert rates[F1] == pytest.approx(4 / 7)
    assert severe == Severe(1, 0, 0, 1, 1, 0, 0, 2)
    recalls = [*severe_rates(*severe).values()]
    assert (recalls[0], recalls[3]) == (1, 1 / 2)
    assert math.isnan(recalls[1])


def test_a_level_that_nothing_reaches_shows_nothing() -> None:
    counted, _ = backed([[claim("a", "race")]], 2, known=1, severities={})
    assert counted == Backed(known=1)
    assert [*backed_rates(*counted).values()] == [0, 0, 0, 0, 0]


# ---------------------------------------------------------------- baselines


def sizes(way: str, *findings: Finding) -> list[int]:
    return sorted(len(group) for group in {**OF_WORDS, **OF_PLACES}[way](findings))


@pytest.mark.parametrize(
    ("way", "same", "other"),
    [
        ("exact title", finding(title="The  LOCK\tis missing"), finding(title="The lock is gone")),
        ("characters 0.85", finding(title="The lock is missing."), finding(title="A file leaks", body=LEAK)),
        (TFIDF, finding(title="A lock missing"), finding(title="Off by one", body="Xyzzy, quux.")),
        ("starts within 5", finding(start=15), finding(start=16)),
        ("starts within 5", finding(start=5), finding(path="b.py", start=10)),
        ("lines overlap", finding(start=12, end=20), finding(start=13, end=20)),
        ("lines overlap", finding(start=1, end=10), finding(start=None)),
        ("lines overlap", finding(start=11), finding(path=None)),
    ],
)
def test_a_baseline_merges_what_its_rule_says_and_nothing_else(way: str, same: Finding, other: Finding) -> None:
    one = finding(title="The lock is missing", start=10, end=12)
    assert sizes(way, one, same) == [2]
    assert sizes(way, one, other) == [1, 1]


def test_where_there_is_no_title_equal_texts_are_equal() -> None:
    assert sizes("exact title", finding(title="", body="A\nb"), finding(title="", body="a B")) == [2]
    assert sizes("exact title", finding(title="", body="a"), finding(title="", body="b")) == [1, 1]


def test_letters_count_in_long_texts_too() -> None:
    long = f"{RACE} {LEAK} {RACE_AGAIN} {LEAK_AGAIN}"
    assert sizes("characters 0.85", finding(body=long), finding(body=long.replace("the", "this"))) == [2]


def test_pairs_are_tied_together_by_chains() -> None:
    assert sizes("starts within 5", *(finding(start=line) for line in (20, 10, 15, 30))) == [1, 3]


def test_nothing_and_everything_merged() -> None:
    three = [finding(body=body) for body in (RACE, LEAK, RACE)]
    assert sizes("nothing merged", *three) == [1, 1, 1]
    assert sizes("all merged", *three) == [3]
    assert sizes("all merged") == []
    assert sizes(TFIDF) == []


def test_average_linkage_looks_at_every_pair_of_two_groups() -> None:
    near = [[1.0, 0.9, 0.4], [0.9, 1.0, 0.2], [0.4, 0.2, 1.0]]
    assert average_linkage(near, 0.3) == [[0, 1, 2]]
    assert average_linkage(near, 0.31) == [[0, 1], [2]]
    assert average_linkage(near, 0.95) == [[0], [1], [2]]


def test_a_grouping_that_loses_a_finding_is_refused() -> None:
    with pytest.raises(ValueError, match="each once"):
        entries_of([claim("a"), claim("b")], lambda _: [[0]])


def test_the_product_merges_findings_that_are_equal_in_all_but_their_number() -> None:
    claims = [Claim(finding=finding(chunk=None), defects=frozenset(name)) for name in "ab"]
    (entry,) = entries_of(claims, product())
    assert {frozenset("a"), frozenset("b")} == {claim.defects for claim in entry}


# ---------------------------------------------------------------- intervals


def test_the_interval_of_what_every_change_has_is_that_number() -> None:
    drawn = draws(7, rounds=200, seed=3)
    rates = measure([Backed(earned=1, shown=2, known=4, away=0)] * 7, backed_rates, drawn)
    of = estimate(rates[PRECISION])
    assert (of.value, of.low, of.high) == (0.5, 0.5, 0.5)


def test_a_rate_is_that_of_the_sums_and_not_the_mean_of_rates() -> None:
    rates = measure([Backed(1, 1, 1, 0), Backed(0, 9, 9, 0)], backed_rates, draws(2, rounds=400, seed=3))
    of = estimate(rates[PRECISION])
    assert (of.value, of.low, of.high) == (0.1, 0, 1)
    assert set(rates[PRECISION]) == {0, 0.1, 1}


def test_two_ways_are_compared_on_the_same_draws() -> None:
    drawn = draws(9, rounds=300, seed=3)
    less = measure([Backed(n, 9, 9, 0) for n in range(9)], backed_rates, drawn)[RECALL]
    more = measure([Backed(n + 1, 9, 9, 0) for n in range(9)], backed_rates, drawn)[RECALL]
    of = estimate(difference(more, less))
    assert (of.value, of.low, of.high) == pytest.approx((1 / 9, 1 / 9, 1 / 9))
    assert estimate(less).low < estimate(less).value < estimate(less).high


def test_every_draw_has_as_many_changes_as_there_are() -> None:
    drawn = draws(5, rounds=20, seed=1)
    assert drawn[0] == [1] * 5
    assert len(drawn) == 21
    assert {sum(times) for times in drawn} == {5}
    assert drawn == draws(5, rounds=20, seed=1)
    assert drawn != draws(5, rounds=20, seed=2)


def test_draws_without_a_number_are_left_out_of_an_interval() -> None:
    of = estimate([0.5, math.nan, 0.25, 0.75])
    assert (of.value, of.low, of.high) == (0.5, 0.25, 0.75)
    assert math.isnan(estimate([0.5]).low)


def test_the_mean_is_taken_draw_by_draw() -> None:
    assert mean([{F1: [0.0, 1.0]}, {F1: [1.0, 3.0]}]) == {F1: [0.5, 2.0]}


# ---------------------------------------------------------------- cross-validation


def test_a_change_has_no_say_in_what_it_is_merged_with() -> None:
    clean, away = Pairs(), Pairs(away=1)
    rows: dict[Point, list[Pairs]] = {(0,): [away, clean, clean], (1,): [clean, Pairs(left=1), Pairs(left=1)]}
    # All three together would choose the first value's 3 mistakes or the second's 2: the second. Without the first
    # change the first value is perfect, and without one of the others it costs 3 to 1.
    chosen = choose(rows, fewest_mistakes)
    assert chosen == [(0,), (1,), (1,)]
    assert left_out(rows, chosen) == [away, Pairs(left=1), Pairs(left=1)]


def test_ties_go_to_the_middle() -> None:
    assert nearest_to_the_middle([(1,), (2,), (3,), (4,)]) == (2,)
    assert nearest_to_the_middle([(0,), (1,), (8,)]) == (1,)
    assert nearest_to_the_middle([(0, 0), (0, 1), (0, 2)]) == (0, 1)
    assert choose({(n,): [Pairs(left=n == 4)] * 2 for n in range(5)}, fewest_mistakes) == [(1,), (1,)]


def test_a_defect_merged_away_takes_back_one_earned() -> None:
    assert fewest_mistakes([Pairs(left=2, away=1), Pairs(left=1)]) == -6
    row = (Backed(earned=3, shown=4, known=4, away=1), Backed(earned=1, shown=1, known=1))
    assert best_backed([row]) == pytest.approx((4 / 8 + 2 / 2) / 2)


def test_a_grid_varies_its_axes_alone() -> None:
    tunings = grid({"own": (0.1, 0.2), "bridge": (0.3,)})
    assert {at: (tuning.own, tuning.bridge) for at, tuning in tunings.items()} == {
        (0, 0): (0.1, 0.3),
        (1, 0): (0.2, 0.3),
    }
    assert {tuning.words_alone for tuning in tunings.values()} == {TUNED.words_alone}


# ---------------------------------------------------------------- reading


def test_findings_with_places_are_read_with_their_defects(tmp_path: Path) -> None:
    rows = [
        {**said("a", RACE), "title": None, "category": "concurrency", "pool": "q"},
        {**said("b", LEAK), "title": "A leak", "category": "bug", "path": None, "start_line": None, "end_line": None},
    ]
    (change,) = read_located(located(tmp_path, rows, [gold(["a"], pool="q"), gold(["b"])]))
    ((b,), (a,)) = (pool.claims for pool in change.pools)
    assert (a.finding.title, a.finding.category) == (RACE[:80], Category.CONCURRENCY)
    assert (b.finding.title, b.finding.category, b.finding.anchor.path) == ("A leak", Category.CORRECTNESS, None)


def test_the_bench_is_read_with_defects_and_severities(tmp_path: Path) -> None:
    known = ["the  lock", "a leak"]
    changes = {
        "one": {
            "claude": evaluation(known, [("the  lock", "x"), ("a leak", "x")], ["y", "y"]),
            "gemini": {"skipped": True, "reason": "nothing to judge"},
        }
    }
    (judged,) = read_bench(bench(tmp_path, changes, severities={"the lock": "Critical", "a leak": "Cosmetic"}))
    (change,) = judged.changes
    assert [(c.finding.body, c.defects) for c in change.said_by(["claude", "gemini"])] == [
        ("x", {"the lock", "a leak"}),
        ("y", frozenset()),
    ]
    assert (change.known, change.severities, judged.tools) == (2, {"the lock": Severity.CRITICAL}, ("claude",))


def test_what_two_of_a_team_back_on_the_bench(tmp_path: Path) -> None:
    (judged,) = read_bench(small_bench(tmp_path))
    one, two = entries_by_change(judged, ("claude", "gemini", "copilot"), product())
    assert sorted(len(entry) for entry in one) == [1, 2, 2]
    assert backed(one, 2, 2, judged.changes[0].severities)[0] == Backed(earned=2, shown=2, known=2)
    assert len(two) == 1


# ---------------------------------------------------------------- teams


def test_tools_that_are_not_there_are_skipped_and_said() -> None:
    teams, notes = present([("a", "b", "x"), ("a", "y", "z"), ("b", "a", "x")], ["a", "b"])
    assert teams == [("a", "b"), ("b", "a")]
    assert notes == ["Not in the data, and skipped: x, y, z.", "Fewer than two tools left, and skipped: a + y + z."]


def test_random_teams_are_different_and_the_same_every_time() -> None:
    teams = random_teams("abcdefgh", 3, 10, seed=1)
    assert len(set(teams)) == 10
    assert teams == random_teams("abcdefgh", 3, 10, seed=1) != random_teams("abcdefgh", 3, 10, seed=2)
    assert random_teams("abcd", 3, 10, seed=1) == [("a", "b", "c"), ("a", "b", "d"), ("a", "c", "d"), ("b", "c", "d")]
    assert random_teams("ab", 3, 10, seed=1) == []


# ---------------------------------------------------------------- mistakes


def test_mistakes_are_entries_with_two_defects_and_defects_in_two_entries() -> None:
    entries = [[claim("a", "race"), claim("b", "leak", "race")], [claim("c", "race"), claim("d", "limit")]]
    found = list(mistakes("here", entries))
    assert [(mistake.size, mistake.what) for mistake in found] == [
        (1, "here: an entry merges 2 defects"),
        (1, "here: a defect stays in 2 entries: race"),
    ]
    assert [name for name, _ in found[0].parts] == ["defect: limit", "defect: race"]


def test_a_finding_of_two_defects_is_no_mistake() -> None:
    assert list(mistakes("here", [[claim("a", "race", "leak"), claim("b", "leak")]])) == []


# ---------------------------------------------------------------- the command


def test_a_table_lines_up_and_keeps_text_of_the_data_in_its_cells() -> None:
    assert list(table(("a", "b"), [("x|y", "1"), ("\x1b\n z", "12345")])) == [
        "| a      |     b |",
        "| ------ | ----: |",
        "| x\\|y   |     1 |",
        "| \\x1b z | 12345 |",
    ]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True, timeout=60, cwd="/")


def test_the_report_has_every_way_and_says_the_same_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places, judges = tmp_path / "places", tmp_path / "judges"
    places.mkdir()
    two_changes(places)
    small_bench(judges, judge="first")
    small_bench(judges, judge="second")
    words = [str(places), str(judges), "--rounds", "50", "--teams", "2"]
    assert main(words) == 0
    said_once = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == said_once
    for way in ("product", *OF_WORDS, *OF_PLACES):
        assert f"| {way} " in said_once
    assert "5 findings of 4 defects in 2 pools of 2 changes." in said_once
    assert "6 findings of 3 tools; 3 known defects of 2 changes." in said_once
    assert "not measured: starts within 5, lines overlap." in said_once
    assert "Not in the data, and skipped: augment, bugbot, coderabbit, greptile." in said_once
    assert "There are fewer than 5 tools, so no teams of 5." in said_once
    assert said_once.count("| second ") == 3
    assert "recall of critical" in said_once
    assert RACE not in said_once, "texts are the data's"


def test_the_numbers_of_a_report_are_those_counted_by_hand(tmp_path: Path) -> None:
    (judged,) = read_bench(small_bench(tmp_path))
    lines = list(bench_report("x", judged, [judged], teams=0, rounds=1, seed=1))
    rows = [line for line in lines if line.startswith("| product ") and " >= 2 " in line]
    measures = [cell.split()[0] for cell in rows[0].split("|")[3:-1]]
    # Of three known defects two are backed twice, by two entries in two changes.
    assert measures == ["1.000", "0.667", "0.800", "1.0", "0.0"]
    severe = [cell.split()[0] for cell in rows[1].split("|")[3:-1]]
    assert severe == ["-", "0.500", "-", "1.000"]


def test_without_golden_comments_severity_is_left_out(tmp_path: Path) -> None:
    changes = {"one": {tool: evaluation(["race"], [("race", RACE)]) for tool in ("claude", "gemini")}}
    (judged,) = read_bench(bench(tmp_path, changes))
    said_once = "\n".join(bench_report("x", judged, [judged], teams=1, rounds=1, seed=1))
    assert "recall by severity is left out" in said_once
    assert "recall of" not in said_once


def test_cross_validation_shows_what_it_chose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places, judges = tmp_path / "places", tmp_path / "judges"
    places.mkdir()
    two_changes(places)
    small_bench(judges)
    assert main(["--cross-validate", "--rounds", "5", str(places), str(judges)]) == 0
    said_once = capsys.readouterr().out
    for part in ("| product, tuned on the other changes ", "| product as shipped ", f"| {TFIDF} ", "| same_lines "):
        assert part in said_once
    assert "| words_alone " in said_once


def test_cross_validation_of_one_change_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cross-validate", str(located(tmp_path, [said("a", RACE)], [gold(["a"])]))]) == 0
    assert "needs two changes" in capsys.readouterr().out


def test_texts_are_shown_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    located(tmp_path, [said("a", f"\x1b[2J{RACE}"), said("b", LEAK)], [gold(["a", "b"])])
    assert main([str(tmp_path), "--rounds", "1", "--errors", "5"]) == 0
    shown = capsys.readouterr().out
    assert "The worst 1 of 1 mistakes" in shown
    assert RACE in shown
    assert "\x1b" not in shown


def test_the_script_runs_from_anywhere(tmp_path: Path) -> None:
    ran = run(two_changes(tmp_path), "--rounds", "10")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "| product " in ran.stdout
    assert "findings.jsonl" in run("--help").stdout


# ---------------------------------------------------------------- data that are not as they must be


def problem(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main([str(word) for word in words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    return shown.err


def test_a_wrong_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    ran = run(tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"consolidation.py: {tmp_path}: holds neither findings.jsonl with gold.jsonl nor "
        "offline/results/*/evaluations.json; give a folder of labelled findings (--help shows both layouts)\n"
    )


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no folder" in problem(capsys, tmp_path / "none")


@pytest.mark.parametrize(
    ("findings", "groups", "message"),
    [
        ([], [], "findings.jsonl: holds no finding"),
        ([said("a", RACE)], [], "gold.jsonl: says nothing about pool 'p' of change 'one'"),
        ([said("a", RACE), said("b", LEAK)], [gold(["a"])], "gold.jsonl, line 1: leaves out findings of the pool: b;"),
        ([said("a", RACE)], [gold(["a", "b"])], "line 1: names ids that no finding of the pool has: b;"),
        ([said("a", RACE)], [gold(["a"], ["a"])], "line 1: names ids in two places: a;"),
        ([said("a", RACE)], [gold(["a"]), gold(["a"])], "gold.jsonl, line 2: pool 'p' of change 'one' stands twice"),
        ([said("a", RACE), said("a", LEAK)], [gold(["a"])], "findings.jsonl, line 2: the id 'a' stands twice"),
        ([{**said("a", RACE), "start_line": "10"}], [gold(["a"])], 'line 1, "start_line": must be a whole number'),
        ([{**said("a", RACE), "start_line": True}], [gold(["a"])], 'line 1, "start_line": must be a whole number'),
        ([{"pr": "one"}], [gold(["a"])], 'findings.jsonl, line 1: has no "id"'),
        (
            [said("a", RACE)],
            [{"pr": "one", "pool": "p", "groups": ["a"]}],
            "gold.jsonl, line 1, a group: must be a list",
        ),
    ],
)
def test_labels_that_do_not_fit_the_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], findings: list[Json], groups: list[Json], message: str
) -> None:
    assert message in problem(capsys, located(tmp_path, findings, groups))


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(f"{json.dumps(said('a', RACE))}\n{{", encoding="utf-8")
    assert f"{path}, line 2: is not JSON" in problem(capsys, tmp_path)
    path.write_bytes(b"\xff")
    assert f"{path}: cannot be read" in problem(capsys, tmp_path)
    write_lines(path, [said("a", RACE)])
    assert "gold.jsonl: there is no such file" in problem(capsys, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "evaluations.json: is not JSON"),
        ("[]", "evaluations.json: must be an object"),
        ("{}", "evaluations.json: holds no finding"),
        ('{"one": {"claude": {"true_positives": []}}}', 'evaluations.json, one, claude: has no "false_positives"'),
        ('{"one": {"claude": {"true_positives": [1]}}}', 'one, claude, "true_positives": must be an object'),
    ],
)
def test_evaluations_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    bench(tmp_path, {})
    (tmp_path / "offline/results/judge/evaluations.json").write_text(text, encoding="utf-8")
    assert message in problem(capsys, tmp_path)


def test_a_judge_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_bench(tmp_path, judge="first")
    small_bench(tmp_path, judge="second")
    assert "has no judge 'third'; give --judge one of first, second" in problem(capsys, tmp_path, "--judge", "third")


def test_full_tables_are_of_the_judge_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_bench(tmp_path, judge="first")
    small_bench(tmp_path, judge="second")
    for words, judge in (((), "first"), (("--judge", "second"), "second")):
        assert main([str(tmp_path), "--rounds", "1", *words]) == 0
        assert f"Code Review Bench, judged by {judge}\n" in capsys.readouterr().out
