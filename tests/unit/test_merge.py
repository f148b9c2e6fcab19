from __future__ import annotations

from itertools import permutations

import pytest
from values import finding

from reviewbot.model import BUILTIN, Agreement, Anchor, Category, Finding, MergedFinding, Severity, Side, State
from reviewbot.stages.merging import merge

RACE = (
    "Counter increment is not atomic",
    "Two threads increment the counter without holding the lock and lose updates.",
)
RACE_AGAIN = ("Race on the counter", "The lock is not held while the counter is incremented, so threads lose updates.")
RACE_RETOLD = ("Counter is not protected", "It changes outside the lock, so threads overwrite updates of each other.")
LEAK = ("Log file is never closed", "The log file opened in run() stays open and handles leak until the process ends.")
NO_LIMIT = (
    "parse_limit returns None for an empty text",
    "parse_limit falls through without a return when the text is empty; fetch_page compares None with an int then.",
)
NO_LIMIT_AT_CALL = (
    "fetch_page raises TypeError for an empty limit",
    "An empty text makes parse_limit return None, and comparing None with an int in fetch_page raises TypeError.",
)


def say(
    reviewer: str,
    words: tuple[str, str],
    start: int | None = 10,
    *,
    path: str | None = "a.py",
    end: int | None = None,
    category: Category = Category.CORRECTNESS,
    side: Side = Side.RIGHT,
) -> Finding:
    return finding(reviewer, path, start, end, title=words[0], body=words[1], category=category, side=side)


def together(*findings: Finding) -> list[list[str]]:
    """Reviewers per entry, in the order of the entries."""
    return [[member.reviewer for member in entry.members] for entry in merge(findings)]


def one(*findings: Finding) -> MergedFinding:
    (entry,) = merge(findings)
    return entry


# ---------------------------------------------------------------- one defect


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (say("opus", RACE), say("gpt", RACE)),
        (say("opus", RACE), say("gpt", RACE_AGAIN)),
        (say("opus", RACE), say("gpt", RACE_AGAIN, 11)),
        (say("opus", RACE, 8, end=14), say("gpt", RACE_AGAIN, 12)),
        (say("opus", RACE), say("gpt", RACE_AGAIN, category=Category.CONCURRENCY)),
        (say("opus", RACE), say("gpt", RACE, category=Category.PERFORMANCE)),
        (say("opus", RACE), say("gpt", RACE_AGAIN, 40, side=Side.LEFT)),
        (say("opus", RACE), say("gpt", RACE_AGAIN, None)),
        (say("opus", RACE), say("gpt", RACE_AGAIN, None, path=None)),
        (say("opus", RACE, None, path=None), say("gpt", RACE_AGAIN, None, path=None)),
        (say("opus", NO_LIMIT, 10), say("gpt", NO_LIMIT_AT_CALL, 70)),
        (say("opus", NO_LIMIT, 10), say("gpt", NO_LIMIT_AT_CALL, 70, path="b.py")),
        (say("opus", ("SQL injection", "")), say("gpt", ("SQL injection risk", ""))),
        (
            say("opus", ("缺少空指针检查", "当用户未登录时 user 为空，读取名称会抛出异常。")),
            say("gpt", ("未检查 user 是否为空", "用户未登录时 user 为空指针，访问名称时抛出异常。")),
        ),
        (
            say("opus", ("ファイルが閉じられない", "例外が発生するとファイルハンドルが閉じられずリークします。")),
            say("gpt", ("例外時にハンドルがリークする", "open したファイルは例外が発生した場合に閉じられません。"), 11),
        ),
        (
            say("opus", ("Нет проверки на None", "Если пользователь не найден, find вернёт None и имя упадёт.")),
            say("gpt", ("Возможен None", "find возвращает None, когда пользователь не найден, и имя упадёт.")),
        ),
    ],
)
def test_one_defect_told_by_two_reviewers_is_one_entry(a: Finding, b: Finding) -> None:
    assert one(a, b).reviewers == ("gpt", "opus")


# ---------------------------------------------------------------- two defects


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (say("opus", RACE), say("gpt", LEAK)),
        (say("opus", RACE), say("gpt", LEAK, None, path=None)),
        (say("opus", RACE), say("gpt", RACE_AGAIN, 10, path="b.py")),
        (say("opus", RACE), say("gpt", RACE_AGAIN, 90)),
        (say("opus", RACE), say("gpt", RACE, 90)),
        (say("opus", ("Typo", "")), say("gpt", ("Unused import", ""))),
        (say("opus", ("", "")), say("gpt", ("", ""))),
        (
            say("opus", ("Missing null guard on a", "a may be None here and a.name raises then.")),
            say("gpt", ("Missing null guard on b", "b may be None here and b.name raises then."), 11),
        ),
        (
            say("opus", ("Null check missing", "`user` can be None when the session has expired.")),
            say("gpt", ("Null check missing", "`account` can be None when the session has expired.")),
        ),
        (
            say("opus", ("Increase the request timeout", "5 s is too short for slow networks; uploads fail.")),
            say("gpt", ("Decrease the request timeout", "5 s is too long for people who wait; the page hangs.")),
        ),
        (
            say("opus", ("`load_orders` is open to injection", "`user_id` arrives there unescaped.")),
            say("gpt", ("`load_orders` lacks coverage", "Nobody calls it with an empty `user_id`.")),
        ),
        (
            say("opus", ("缺少空指针检查", "当用户未登录时 user 为空，读取名称会抛出异常。")),
            say("gpt", ("循环中执行查询", "每个订单都会单独访问数据库，性能很差。")),
        ),
    ],
)
def test_two_defects_stay_two_entries(a: Finding, b: Finding) -> None:
    assert len(merge([a, b])) == 2


def test_several_defects_on_one_line_stay_apart() -> None:
    injection = (
        "SQL injection through user_id",
        "The value of user_id from the request is put into the SQL string in load_orders; a caller can read any table.",
    )
    loop = (
        "N+1 queries in load_orders",
        "load_orders runs one SQL query per user_id inside the loop; a page with 100 users makes 100 round trips.",
    )
    leak = ("Connection is never closed", "Each call leaves a connection open until the pool runs dry.")
    slow = say("gpt", loop, category=Category.PERFORMANCE)
    assert len(merge([say("opus", injection, category=Category.SECURITY), slow, say("gemini", leak)])) == 3


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_a_finding_that_names_two_defects_does_not_make_them_one(order: str) -> None:
    race = ("Race on the cache", "Two workers write the file at once without a lock, and the slower one wins.")
    stale = ("Stale cache entries", "A run that fails leaves its file behind, so the disk fills up over the weeks.")
    both = ("Race on the cache, and stale entries", f"{race[1]} {stale[1]}")
    entries = merge([say(name, words) for name, words in zip(order, (both, race, stale), strict=True)])
    assert sorted(len(entry.members) for entry in entries) == [1, 2]
    assert both[0] in {member.title for entry in entries if len(entry.members) == 2 for member in entry.members}


def test_who_speaks_later_does_not_join_what_was_told_apart() -> None:
    race = ("Race on the cache", "Two workers write the file at once; the last one wins.")
    stale = (
        "Cache entries stay",
        "A worker that fails leaves its temporary file behind for weeks, until the disk is full.",
    )
    both = ("Race on the cache, and stale entries", f"{race[1]} {stale[1]}")
    apart = [say("a", race), say("b", stale)]
    late = [say("c", both), say("c", LEAK, 90)]
    assert [len(entry.members) for entry in merge(apart)] == [1, 1]
    assert not any({"a", "b"} <= set(entry.reviewers) for entry in merge([*apart, *late]))


def test_two_defects_that_others_report_as_well_are_not_tied_by_one_that_names_both() -> None:
    race = ("Race on the cache", "Two workers write the cache file at once without a lock, and the slower one wins.")
    stale = ("Stale cache entries", "A worker that fails leaves its entry behind, so the disk fills up over the weeks.")
    both = ("Race on the cache, and stale entries", f"{race[1]} {stale[1]}")
    said = [say("a", race), say("b", race), say("c", stale), say("d", stale), say("e", both)]
    entries = [{member.reviewer for member in entry.members} - {"e"} for entry in merge(said)]
    assert sorted(map(sorted, entries)) == [["a", "b"], ["c", "d"]]


def test_two_things_in_like_words_stay_apart_however_many_say_so() -> None:
    user = ("", "`user` may be undefined when the session expired, so reading its id throws.")
    user_too = ("", "When the session has expired `user` is undefined and accessing id crashes.")
    order = ("", "`order` may be undefined when the cart is empty, so reading its id throws.")
    order_too = ("", "When the cart is empty `order` is undefined and accessing id crashes.")
    said = [say("a", user, 12), say("b", user_too, 12), say("e", order, 13), say("f", order_too, 13)]
    assert together(*said) == [["a", "b"], ["e", "f"]]


def test_a_third_reviewer_ties_what_two_told_too_differently() -> None:
    short = ("Lost updates", "Updates of the counter are lost when requests overlap.")
    other = ("No lock", "Threads touch the counter without taking the lock when it is shared by requests.")
    middle = (
        "Lost updates without the lock",
        "Threads run increment without the lock, so updates of the counter are lost.",
    )
    assert len(merge([say("a", short), say("b", other)])) == 2
    assert one(say("a", short), say("b", other), say("c", middle)).reviewers == ("a", "b", "c")


def test_a_reviewer_with_many_findings_is_merged_as_well() -> None:
    many = [
        say("opus", (f"Leak of handle h{n}", f"The handle h{n} that open_{n} gives is never closed."), 40 * n)
        for n in range(60)
    ]
    again = [
        say("gpt", (f"h{n} leaks", f"Nobody closes the handle h{n} that comes from open_{n}."), 40 * n)
        for n in range(60)
    ]
    entries = merge([*many, *again])
    assert [sorted(entry.reviewers) for entry in entries] == [["gpt", "opus"]] * 60


def test_nothing_found_is_no_entry() -> None:
    assert merge([]) == ()


# ---------------------------------------------------------------- one reviewer


def test_a_reviewer_that_says_the_same_twice_said_it_once() -> None:
    assert together(say("opus", RACE), say("opus", RACE)) == [["opus", "opus"]]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (say("opus", RACE), say("opus", RACE, 11)),
        (say("opus", RACE), say("opus", RACE, path="b.py")),
        (say("opus", RACE), say("opus", RACE_RETOLD)),
        (say("opus", RACE), say("opus", RACE, None)),
        (say(BUILTIN, ("Secret", "A key was added.")), say(BUILTIN, ("Secret", "A key was added."))),
    ],
)
def test_a_reviewer_does_not_repeat_itself_otherwise(a: Finding, b: Finding) -> None:
    assert len(merge([a, b])) == 2


def test_a_model_may_back_the_built_in_reviewer() -> None:
    secret = say(
        BUILTIN, ("An AWS access key was added", "Revoke the access key; whoever reads the history can use it.")
    )
    hard_coded = say("opus", ("Hard-coded AWS access key", "The access key can be used by whoever reads the history."))
    assert together(secret, hard_coded) == [["opus", BUILTIN]]


def test_another_reviewer_does_not_tie_two_findings_of_one() -> None:
    assert len(merge([say("opus", RACE), say("gpt", RACE_RETOLD)])) == 1
    entries = merge([say("opus", RACE), say("opus", RACE_RETOLD), say("gpt", RACE_AGAIN)])
    assert sorted(len(entry.members) for entry in entries) == [1, 2]


# ---------------------------------------------------------------- a reviewer that floods


@pytest.mark.requirement("R28")
@pytest.mark.parametrize("name", ["aaa", "zzz"])
def test_a_flood_neither_joins_nor_parts_what_others_said(name: str) -> None:
    others = [
        say("opus", RACE),
        say("gpt", RACE_AGAIN, 11),
        say("opus", LEAK, 40),
        say("gpt", NO_LIMIT, 70),
        say("gemini", NO_LIMIT_AT_CALL, 72),
    ]
    words = [w for pair in (RACE, RACE_AGAIN, LEAK, NO_LIMIT, NO_LIMIT_AT_CALL) for w in pair[1].split()]
    flood = [
        say(name, (" ".join(words[n % 40 : n % 40 + 9]), " ".join(words[n % 7 :: 2])), n % 90 + 1, end=n % 90 + n % 50)
        for n in range(300)
    ]
    alone = {frozenset(m.title for m in entry.members) for entry in merge(others)}
    flooded = {frozenset(m.title for m in e.members if m.reviewer != name) for e in merge([*others, *flood])}
    assert flooded - {frozenset()} == alone
    assert alone == {
        frozenset((RACE[0], RACE_AGAIN[0])),
        frozenset((LEAK[0],)),
        frozenset((NO_LIMIT[0], NO_LIMIT_AT_CALL[0])),
    }


# ---------------------------------------------------------------- what an entry says


@pytest.mark.requirement("R28")
def test_the_severity_is_the_highest_of_the_members() -> None:
    low = finding("gpt", severity=Severity.LOW)
    assert one(finding("opus", severity=Severity.HIGH), low).severity is Severity.HIGH
    assert one(low).severity is Severity.LOW


def test_members_keep_their_own_words_and_votes() -> None:
    a, b = say("opus", RACE), say("gpt", RACE_AGAIN, 11)
    assert one(a, b).members == (b, a)


def test_later_stages_fill_in_the_rest() -> None:
    entry = one(finding())
    assert (entry.agreement, entry.state, entry.blocking) == (Agreement(count=0, of=0, vendors=0), State.NEW, False)


def test_a_finding_on_a_line_leads_one_that_has_none() -> None:
    nowhere = finding("opus", severity=Severity.CRITICAL, path=None, start=None)
    assert one(nowhere, finding("gpt", severity=Severity.LOW)).lead.reviewer == "gpt"
    outside = finding("opus", severity=Severity.CRITICAL)
    assert one(outside, finding("gpt", severity=Severity.LOW, placed=True)).lead.reviewer == "gpt"


def test_the_most_severe_leads_and_then_the_fullest_and_then_the_first_by_name() -> None:
    body = "The second call adds to the total of the first."
    long = f"{body} So the report of the second call is wrong."
    assert one(finding("a"), finding("b", severity=Severity.CRITICAL), finding("c", body=long)).lead.reviewer == "b"
    assert one(finding("a"), finding("b"), finding("c", body=long)).lead.reviewer == "c"
    assert one(finding("b"), finding("a"), finding("c")).lead.reviewer == "a"


@pytest.mark.parametrize(("shorter", "leads"), [(1199, "b"), (1200, "a")])
def test_beyond_twelve_hundred_characters_more_is_not_fuller(shorter: int, leads: str) -> None:
    body = "The second call adds to the total of the first. " * 40
    assert one(finding("a", body=body[:shorter]), finding("b", body=body[:1800])).lead.reviewer == leads


def test_other_places_are_listed() -> None:
    other = (NO_LIMIT_AT_CALL[0], f"{NO_LIMIT[1]} The command line crashes.")
    entry = one(say("opus", NO_LIMIT, 10), say("gpt", NO_LIMIT_AT_CALL, 70), say("gemini", other, 71, path="b.py"))
    places = [(anchor.path, anchor.start) for anchor in (entry.lead.anchor, *entry.also_at)]
    assert sorted(place for place in places if place[0] is not None) == [("a.py", 10), ("a.py", 70), ("b.py", 71)]


def test_the_same_words_about_two_files_are_one_entry_that_lists_both() -> None:
    entry = one(say("opus", RACE), say("gpt", RACE, 30, path="b.py"))
    assert [(anchor.path, anchor.start) for anchor in (entry.lead.anchor, *entry.also_at)] == [
        ("b.py", 30),
        ("a.py", 10),
    ]


def test_reviewers_that_report_both_of_two_files_agree_on_each() -> None:
    both = [say(name, RACE, 10, path=path) for name in ("opus", "gpt") for path in ("a.py", "b.py")]
    assert [{m.anchor.path for m in entry.members} for entry in merge(both)] == [{"a.py"}, {"b.py"}]
    assert together(*both) == [["gpt", "opus"], ["gpt", "opus"]]


def test_places_that_touch_the_leads_or_are_beside_them_are_not_listed_again() -> None:
    assert one(say("opus", RACE, 10, end=14), say("gpt", RACE_AGAIN, 14), say("gemini", RACE, None)).also_at == ()
    assert one(say("opus", RACE, 10), say("gpt", RACE_AGAIN, 13)).also_at == ()


def test_a_bare_title_does_not_lead_one_that_says_why() -> None:
    scan = finding("scan", severity=Severity.CRITICAL, title="Total is never reset", body="Total is never reset")
    assert one(scan, finding("opus", severity=Severity.LOW, title="Total is never reset")).lead.reviewer == "opus"


def test_a_title_alone_does_not_lead_one_that_says_why() -> None:
    bare = finding("a", severity=Severity.CRITICAL, title="The total is never reset, so the second call adds", body=" ")
    assert one(bare, finding("b", severity=Severity.LOW)).lead.reviewer == "b"


def test_places_in_the_file_of_the_lead_come_before_those_in_others() -> None:
    lead = say("c", (NO_LIMIT[0], f"{NO_LIMIT[1]} The command line crashes then."), 10, path="b.py")
    entry = one(lead, say("a", NO_LIMIT, 10, path="a.py"), say("b", NO_LIMIT_AT_CALL, 70, path="b.py"))
    assert entry.lead == lead
    assert [(anchor.path, anchor.start) for anchor in entry.also_at] == [("b.py", 70), ("a.py", 10)]


def test_a_file_without_a_line_is_listed_once_and_ends_no_list() -> None:
    lead = say("a", (NO_LIMIT[0], f"{NO_LIMIT[1]} The command line crashes then."), 10, path="b.py")
    others = [say("b", NO_LIMIT, None, path="b.py"), say("c", NO_LIMIT, None, path="a.py")]
    also = one(lead, *others, say("d", NO_LIMIT, None, path="a.py"), say("e", NO_LIMIT, 7, path="d.py")).also_at
    assert [(anchor.path, anchor.start) for anchor in also] == [("a.py", None), ("d.py", 7)]


def test_a_place_near_one_that_is_listed_already_is_not_listed_again() -> None:
    lead = say("a", (NO_LIMIT[0], f"{NO_LIMIT[1]} The command line crashes then."), 10)
    entry = one(lead, say("b", NO_LIMIT_AT_CALL, 70), say("c", NO_LIMIT_AT_CALL, 73), say("d", NO_LIMIT_AT_CALL, 71))
    assert [anchor.start for anchor in entry.also_at] == [70]


def test_a_removed_line_is_another_place() -> None:
    entry = one(say("opus", RACE), say("gpt", RACE_AGAIN, side=Side.LEFT))
    assert [anchor.side for anchor in (entry.lead.anchor, *entry.also_at)] in ([*Side], [*Side][::-1])


def test_entries_are_sorted_by_place_and_those_without_one_come_last() -> None:
    words = [("Alpha overflow", "x"), ("Bravo underflow", "y"), ("Charlie deadlock", "z"), ("Delta leak", "w")]
    places = [("b.py", 1), (None, None), ("a.py", 30), ("a.py", 4)]
    entries = merge([say("opus", said, start, path=path) for said, (path, start) in zip(words, places, strict=True)])
    assert [(entry.lead.anchor.path, entry.lead.anchor.start) for entry in entries] == [
        ("a.py", 4),
        ("a.py", 30),
        ("b.py", 1),
        (None, None),
    ]


def test_of_entries_at_one_line_the_shorter_place_comes_first_and_one_without_a_line_before_all() -> None:
    words = [("Alpha overflow", "x"), ("Bravo underflow", "y"), ("Charlie deadlock", "z")]
    lines = [(4, 9), (4, 5), (None, None)]
    entries = merge([say("opus", said, start, end=end) for said, (start, end) in zip(words, lines, strict=True)])
    assert [(entry.lead.anchor.start, entry.lead.anchor.end) for entry in entries] == [(None, None), (4, 5), (4, 9)]


def test_entries_that_differ_in_their_bodies_alone_are_in_the_same_order_every_time() -> None:
    told = [say("opus", ("Wrong", body)) for body in ("alpha bravo", "delta fargo", "hotel india")]
    entries = merge(told)
    assert [entry.lead for entry in entries] == told
    assert all(merge(findings) == entries for findings in permutations(told))


# ---------------------------------------------------------------- identity


def fingerprint(**changes: object) -> str:
    values: dict[str, object] = {"start": 3, "placed": True, "source": "    total += item", **changes}
    return one(finding(**values)).fingerprint  # type: ignore[arg-type]


def test_a_fingerprint_survives_new_words_and_moved_lines() -> None:
    assert len(fingerprint()) == 16
    assert fingerprint(start=90) == fingerprint()
    assert fingerprint(title="another title", body="another body") == fingerprint()
    assert fingerprint(source="\ttotal  += item") == fingerprint()
    assert fingerprint(severity=Severity.LOW, reviewer="gpt") == fingerprint()


@pytest.mark.parametrize(
    "changes", [{"path": "b.py"}, {"source": "total -= item"}, {"category": Category.SECURITY}, {"path": None}]
)
def test_another_file_line_or_category_is_another_fingerprint(changes: dict[str, object]) -> None:
    assert fingerprint(**changes) != fingerprint()


def test_the_title_stands_for_a_line_that_is_not_there() -> None:
    nowhere = {"placed": False, "source": "", "start": None}
    assert fingerprint(**nowhere, body="another") == fingerprint(**nowhere)
    assert fingerprint(**nowhere, title="The TOTAL is  never reset") == fingerprint(**nowhere)
    assert fingerprint(**nowhere, title="another") != fingerprint(**nowhere)


def test_equal_fingerprints_of_one_run_are_numbered_in_order() -> None:
    entries = merge([finding("opus", start=n, placed=True, source="return x", title=f"t{n}") for n in (90, 5, 40)])
    first, second, third = (entry.fingerprint for entry in entries)
    assert [entry.lead.anchor.start for entry in entries] == [5, 40, 90]
    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_text_that_cannot_be_encoded_has_a_fingerprint() -> None:
    odd = Finding(
        reviewer="opus",
        anchor=Anchor(path="\ud800.py"),
        severity=Severity.LOW,
        category=Category.DATA,
        title="\udfff",
        body="\x00",
    )
    assert len(one(odd).fingerprint) == 16
