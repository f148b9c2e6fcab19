from __future__ import annotations

import pytest
from values import finding

from reviewbot.model import BUILTIN, Anchor, Category, Finding, Side
from reviewbot.stages.merging.reading import Named, read, terms, wording
from reviewbot.stages.merging.similarity import (
    NEVER,
    SAME_WORDS,
    Vector,
    contradict,
    cosine,
    gap,
    needed,
    vector,
    vocabulary,
)
from reviewbot.stages.merging.tuning import TUNED


def said(
    title: str, body: str = "", *, reviewer: str = "opus", path: str | None = "a.py", start: int | None = 1
) -> Finding:
    return finding(reviewer, path, start, title=title, body=body)


def threshold(a: Finding, b: Finding) -> float:
    return needed(read(a), read(b), TUNED)


def contrary(a: Finding, b: Finding, similarity: float = 0.5) -> bool:
    return contradict(read(a), read(b), wording(a), wording(b), similarity)


def vectors(*findings: Finding) -> list[Vector]:
    readings = [read(finding) for finding in findings]
    containing: dict[str, int] = {}
    for term in (term for reading in readings for term in reading.terms):
        containing[term] = containing.get(term, 0) + 1
    return [vector(reading, vocabulary(len(readings), containing)) for reading in readings]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("maxRetries", {"max", "retri"}),
        ("max_retries", {"max", "retri"}),
        ("HTTPServer2", {"http", "serve", "2"}),
        ("locks Locking LOCKED", {"locks", "locki", "locke"}),
        ("the a of to", set()),
        ("x + y", set()),
        ("не найден", {"не", "найде"}),
        ("paramètre", {"param"}),
        ("사용자의 이름", {"사용자의", "이름"}),
        ("db id 12", {"db", "id", "12"}),
        ("空指针", {"空指", "指针"}),
        ("空", {"空"}),
        ("user は空", {"user", "は空"}),
        ("", set()),
    ],
)
def test_a_text_becomes_terms(text: str, wanted: set[str]) -> None:
    assert set(terms(text)) == wanted


def test_repetition_is_counted() -> None:
    assert terms("lock the lock, unlock") == {"lock": 2, "unloc": 1}
    weighed = read(said("", "lock the lock, unlock")).terms
    assert weighed == {"lock": pytest.approx(1.69, abs=0.01), "unloc": 1}


@pytest.mark.parametrize(
    "title", ["The lock of the counter is never re", "The lock of the counter is…", "The lock of ..."]
)
def test_a_title_that_is_the_start_of_the_text_repeats_no_word(title: str) -> None:
    body = "The lock of the counter is never released when the update of the counter fails."
    assert read(said(title, body)).terms == read(said("", body)).terms
    assert read(said("The lock leaks", body)).terms["lock"] > read(said("", body)).terms["lock"]


@pytest.mark.parametrize("other", ["", " – ", " ライン "])
def test_terms_are_the_same_whatever_stands_beside_them(other: str) -> None:
    text = f"maxRetries of {'long' * 20} HTTPServer2 in snake_case, 12ab"
    assert terms(text) == terms(text + other) - terms(other)


def test_places_named_in_a_text_are_no_terms() -> None:
    reading = read(said("Unused", "see app.py:12-14, lines 3 to 5 and L77"))
    assert reading.named == (
        Named(file="app.py", start=12, end=14),
        Named(file=None, start=3, end=5),
        Named(file=None, start=77, end=77),
    )
    assert set(reading.terms) == {"unuse", "see"}


@pytest.mark.parametrize("text", ["outline 5", "a deadline of 10", "5 lines", "HTML5", "in 2 lines: 3"])
def test_numbers_that_are_no_places_stay_terms(text: str) -> None:
    assert read(said(text)).named == ()


def test_equal_texts_are_as_similar_as_can_be() -> None:
    one, two = vectors(said("The lock is never released"), said("The lock is never released"))
    assert cosine(one, two) == pytest.approx(1)


def test_texts_without_a_common_term_are_not_similar_at_all() -> None:
    one, two = vectors(said("The lock is never released"), said("Unused import"))
    assert cosine(one, two) == 0


def test_a_text_without_terms_resembles_nothing() -> None:
    one, two = vectors(said("?!"), said("?!"))
    assert cosine(one, two) == 0


def test_a_term_that_most_findings_have_counts_less_than_a_rare_one() -> None:
    topic = [said(f"token {word}", path=f"{word}.py") for word in ("alpha", "bravo", "carol", "delta")]
    common, _, rare, other = vectors(said("token expiry"), *topic[:1], said("rollback expiry"), said("token rollback"))
    assert cosine(rare, other) > cosine(common, other)


def test_a_very_long_text_keeps_its_most_telling_terms() -> None:
    long = said("Overflow", " ".join(f"filler{chr(97 + n % 26)}{n}" for n in range(3000)))
    (words,) = vectors(long)
    assert 0 < len(words) <= 64
    hundred = [f"{a}{b}" for a in "bcdfghjklm" for b in "opqrstuvwx"]
    (words,) = vectors(said("", " ".join([*hundred, "zone zone zone"])))
    assert len(words) == 64
    assert next(iter(words)) == "zone"


def test_two_findings_are_weighed_as_if_more_had_been_read() -> None:
    weighed = vocabulary(2, {"both": 2, "one": 1}).weights
    assert weighed["one"] > weighed["both"] > 0.7 * weighed["one"]


# ---------------------------------------------------------------- wording


def test_the_words_of_a_text_are_names_or_prose() -> None:
    read_in = wording(said("The HTTP call of getUser fails", "A `user.name` in snake_case, x and v2 of 12 wait."))
    assert read_in.names == {"getuser", "user", "name", "snakecase", "x", "v2", "12", "a"}
    assert read_in.prose == {"http", "call", "fails", "wait"}
    assert read_in.words == read_in.names | read_in.prose
    assert read_in.title == {"http", "call", "getuser", "fails"}


@pytest.mark.parametrize(
    ("title", "body", "subject"),
    [
        ("`user` is None", "Reading `user` fails.", "user"),
        ("`user.name` is None", "", "user name"),
        ("`user_name` is None", "`userName` is never set.", "username"),
        ("`user` is None", "`order` is None too.", None),
        ("user is None", "", None),
    ],
)
def test_the_subject_is_the_one_name_that_a_text_quotes(title: str, body: str, subject: str | None) -> None:
    assert wording(said(title, body)).subject == subject


@pytest.mark.parametrize(
    ("title", "advice"),
    [
        ("Errors must be logged", ("logged", False)),
        ("Errors must not be logged", ("logged", True)),
        ("Log errors", ("log", False)),
        ("Do not log errors", ("log", True)),
        ("`log` errors", ("log", False)),
        ("", ("", False)),
        ("?!", ("", False)),
    ],
)
def test_the_advice_is_what_a_title_tells_to_do_or_not_to_do(title: str, advice: tuple[str, bool]) -> None:
    assert wording(said(title)).advice == advice


# ---------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("a", "b", "lines"),
    [
        ((10, 12), (12, 20), 0),
        ((10, 12), (13, 20), 1),
        ((30, 30), (10, 12), 18),
        ((1, 100), (50, 50), 0),
        ((10, None), (10, 10), 0),
        ((10, None), (15, None), 5),
        ((None, None), (10, 10), None),
        ((12, 10), (12, 10), 0),
    ],
)
def test_the_gap_between_places(
    a: tuple[int | None, int | None], b: tuple[int | None, int | None], lines: int | None
) -> None:
    one, two = Anchor(path="a.py", start=a[0], end=a[1]), Anchor(path="a.py", start=b[0], end=b[1])
    assert gap(one, two) == lines
    assert gap(two, one) == lines


def test_lines_of_two_files_or_sides_do_not_compare() -> None:
    here = Anchor(path="a.py", start=3, end=3)
    assert gap(here, Anchor(path="b.py", start=3, end=3)) is None
    assert gap(here, Anchor(path="a.py", start=3, end=3, side=Side.LEFT)) is None
    assert gap(Anchor(path=None, start=3, end=3), Anchor(path=None, start=3, end=3)) is None


def test_the_threshold_rises_with_the_distance() -> None:
    here = finding("opus", start=100)
    by_distance = [threshold(here, finding("gpt", start=100 + lines)) for lines in range(15)]
    assert by_distance[0] == TUNED.same_lines
    assert by_distance == sorted(by_distance)
    assert by_distance[9] < by_distance[10]
    assert by_distance[10:] == pytest.approx([TUNED.far_lines] * 5)
    assert by_distance[5] == pytest.approx((TUNED.same_lines + TUNED.far_lines) / 2)


@pytest.mark.parametrize("start", [None, 5])
def test_without_a_line_or_a_path_the_words_alone_decide(start: int | None) -> None:
    assert threshold(finding("opus", "a.py", 90), finding("gpt", None, start)) == TUNED.words_alone
    assert threshold(finding("opus", "a.py", 90), finding("gpt", "a.py", None)) == TUNED.words_alone
    assert threshold(finding("opus", "a.py", 90), finding("gpt", "a.py", 5, side=Side.LEFT)) == TUNED.words_alone


def test_two_files_need_more_than_two_lines() -> None:
    assert threshold(finding("opus", "a.py", 1), finding("gpt", "b.py", 1)) == TUNED.other_file > TUNED.far_lines


def test_findings_that_name_each_others_place_stand_at_one() -> None:
    call = finding("opus", "src/api.py", 60, title="crash", body="parse() in db.py:12 returns None")
    definition = finding("gpt", "src/db.py", 10, 14, title="no return", body="api.py:60 then fails")
    assert threshold(call, definition) == TUNED.same_lines
    one_way = finding("gpt", "src/db.py", 10, 14, title="no return", body="the caller then fails")
    assert threshold(call, one_way) == TUNED.other_file


def test_a_line_without_a_file_is_one_of_the_own_file() -> None:
    patch = finding("opus", "t.py", 15, body="the sleep in line 62 does nothing")
    sleep = finding("gpt", "t.py", 57, 66, body="sleep is patched on line 15")
    assert threshold(patch, sleep) == TUNED.same_lines
    assert threshold(patch, finding("gpt", "other.py", 57, 66, body="patched on line 15")) == TUNED.other_file


@pytest.mark.parametrize("path", ["api.py", "src/lib/api.py"])
def test_a_file_is_named_by_the_last_part_of_its_path(path: str) -> None:
    call = finding("opus", path, 60, body="see line 3 and db.py:12")
    assert threshold(call, finding("gpt", "db.py", 10, 14, body="api.py:60 fails, main.py:7 does not")) == (
        TUNED.same_lines
    )
    assert threshold(call, finding("gpt", "db.py", 10, 14, body="main.py:60 fails")) == TUNED.other_file


@pytest.mark.parametrize(("line", "named"), [(9, False), (10, True), (14, True), (15, False)])
def test_a_named_line_is_one_of_the_lines_of_the_other_finding(line: int, named: bool) -> None:
    for text in (f"see db.py:{line}", f"see db.py:{line}-{line}"):
        call = finding("opus", "api.py", 60, body=text)
        definition = finding("gpt", "db.py", 10, 14, body="api.py:60 fails")
        assert threshold(call, definition) == (TUNED.same_lines if named else TUNED.other_file)


@pytest.mark.parametrize(
    ("path", "needed"), [("db.py", TUNED.other_file), ("api.py", TUNED.words_alone), (None, TUNED.words_alone)]
)
def test_a_finding_without_a_line_stands_at_no_place_that_can_be_named(path: str | None, needed: float) -> None:
    call = finding("opus", "api.py", 60, body="see db.py:12 and line 12")
    assert threshold(call, finding("gpt", path, None, body="api.py:60 and line 60 fail")) == needed


def test_one_reviewer_repeats_itself_only_at_one_place() -> None:
    assert threshold(finding("opus", start=5), finding("opus", start=5)) == TUNED.own
    assert threshold(finding("opus", start=5), finding("opus", start=6)) == NEVER
    assert threshold(finding("opus", "a.py"), finding("opus", "b.py")) == NEVER
    assert threshold(finding("opus", None, None), finding("opus", None, None)) == TUNED.own
    assert threshold(finding("opus", None, None), finding("opus", "a.py", 3)) == NEVER


def test_the_built_in_reviewer_never_repeats_itself() -> None:
    assert threshold(finding(BUILTIN), finding(BUILTIN)) == NEVER
    assert threshold(finding(BUILTIN), finding("opus")) == TUNED.same_lines


@pytest.mark.parametrize("category", [Category.PERFORMANCE, Category.TESTS, Category.DOCS, Category.STYLE])
def test_another_kind_of_finding_needs_more(category: Category) -> None:
    other = finding("gpt", category=category)
    assert threshold(finding("opus"), other) == pytest.approx(TUNED.same_lines + TUNED.other_kind)
    assert threshold(finding("opus", category=category), other) == TUNED.same_lines
    elsewhere, nowhere = finding("opus", "b.py"), finding("opus", None, None)
    assert threshold(elsewhere, other) == pytest.approx(TUNED.other_file + TUNED.other_kind)
    assert threshold(nowhere, other) == pytest.approx(TUNED.words_alone + TUNED.other_kind)
    call = finding("opus", "b.py", 60, body="see a.py:12")
    definition = finding("gpt", "a.py", 12, body="b.py:60 fails", category=category)
    assert threshold(call, definition) == pytest.approx(TUNED.same_lines + TUNED.other_kind)


@pytest.mark.parametrize("category", [Category.SECURITY, Category.CONCURRENCY, Category.ERROR_HANDLING, Category.DATA])
def test_categories_of_behaviour_are_taken_for_one_another(category: Category) -> None:
    assert threshold(finding("opus"), finding("gpt", category=category)) == TUNED.same_lines


# ---------------------------------------------------------------- nearly equal texts


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Missing null guard on a", "Missing null guard on b"),
        ("Null check missing for `user`", "Null check missing for `account`"),
        ("Off by one in first_page", "Off by one in last_page"),
        ("Increase the request timeout", "Decrease the request timeout"),
        ("The null check is missing here", "The null check is redundant here"),
        ("Retry limit is too high, lower it", "Retry limit is too low, raise it"),
        ("Argument 1 is not escaped", "Argument 2 is not escaped"),
        ("Enable strict mode here", "Disable strict mode here"),
        ("Allow empty names", "Reject empty names"),
        ("Make the token private", "Make the token public"),
        ("The upper bound should be inclusive", "The upper bound should be exclusive"),
        ("Load the hero image lazily", "Load the hero image eagerly"),
        ("Minimum of the slider is off by one", "Maximum of the slider is off by one"),
        ("The session cookie must be HttpOnly", "The session cookie must not be HttpOnly"),
        ("Column email should allow NULL", "Column email should never allow NULL"),
        ("Wrap the order update in a transaction", "Do not wrap the order update in a transaction"),
        (
            "`user` may be undefined when the session expired, so reading its id throws.",
            "When the cart is empty `order` is undefined and reading its id throws.",
        ),
        (
            "`name` is saved without validation, so blank records enter the table.",
            "Nothing validates `email` before saving; records with a blank one get into the table.",
        ),
        ("`$SRC` is unquoted, so paths with spaces are split.", "Paths with spaces split as `$DST` is unquoted."),
    ],
)
def test_equal_words_about_another_thing_are_another_defect(one: str, two: str) -> None:
    assert contrary(said(one), said(two))
    assert contrary(said(two), said(one))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Missing null guard on `user`", "Missing null check on `user`"),
        ("Missing null guard on `user`", "Null guard on `user` is missing"),
        ("SQL injection", "SQL injection risk"),
        ("Possible SQL injection in load", "SQL injection risk in load"),
        ("Error is ignored in load()", "Exception is ignored in load()"),
        ("Typo: `test_inalid` should be valid", "Typo: `inalid` should be valid"),
        ("The counter is not atomic", "Two threads lose updates of the counter"),
        ("Null check missing for `getUser`", "Null check missing for `get_user`"),
        ("Errors must not be swallowed", "The error is swallowed"),
        ("Do not swallow the error", "Swallowed error"),
        ("The upload size should be limited", "The upload size is not limited"),
        ("Do not log the password", "The password must not be logged"),
    ],
)
def test_another_word_for_the_same_thing_is_no_contradiction(one: str, two: str) -> None:
    assert not contrary(said(one), said(two))


def test_a_plain_word_in_the_title_tells_defects_apart_when_the_lines_differ_too() -> None:
    user = said("Null check missing for users", "find() gives None for a deleted one.", start=10)
    order = said("Null check missing for orders", "load() gives None before checkout.", start=12)
    assert contrary(user, order)
    assert not contrary(user, said(order.title, order.body, start=10))


def test_a_name_that_the_other_text_also_has_is_no_difference() -> None:
    one = said("`get_user` ignores errors", "Errors of `load_user` vanish.")
    two = said("`load_user` ignores errors", "`get_user` hides what it raises.")
    assert not contrary(one, two)


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        ("`user` alpha bravo carol delta", "`order` alpha bravo fargo gamma hotel", True),
        ("`user` alpha bravo carol", "`order` alpha fargo gamma", False),
        ("`user` alpha", "`order` alpha bravo", True),
        ("`user` alpha bravo carol delta", "`order` alpha bravo carol delta of the user", False),
        ("`user` alpha bravo carol delta of the order", "`order` alpha bravo carol delta", False),
    ],
)
def test_two_subjects_are_two_defects_when_half_of_the_shorter_text_is_shared_and_neither_names_both(
    one: str, two: str, differ: bool
) -> None:
    assert contrary(said("", one), said("", two)) is differ
    assert contrary(said("", two), said("", one)) is differ


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        ("Log alpha bravo carol", "Do not log alpha delta fargo", True),
        ("Log alpha bravo", "Do not log delta fargo", False),
        ("Log", "Never log", True),
    ],
)
def test_opposite_advice_is_two_defects_when_half_of_the_shorter_title_is_shared(
    one: str, two: str, differ: bool
) -> None:
    assert contrary(said(one), said(two)) is differ
    assert contrary(said(two), said(one)) is differ


EIGHT = "alpha bravo carol delta fargo gamma hotel india"


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        pytest.param("Null guard x", "Null guard y", True, id="one-name-beside-two-words"),
        pytest.param("Guard x", "Guard y", False, id="one-name-beside-one-word"),
        pytest.param("alpha bravo add retry", "alpha bravo remove pause", True, id="opposites-in-half-of-the-words"),
        pytest.param("alpha bravo add retry now", "alpha bravo remove pause soon", False, id="opposites-in-most-words"),
        pytest.param(f"{EIGHT} load_a save_a", f"{EIGHT} load_b save_b", True, id="two-names-beside-eight-words"),
        pytest.param(f"{EIGHT[6:]} load_a save_a", f"{EIGHT[6:]} load_b save_b", False, id="two-names-beside-seven"),
        pytest.param(f"{EIGHT} papas quebe", f"{EIGHT} romeo sierr", False, id="two-plain-words-beside-eight"),
        pytest.param(f"{EIGHT} papas", f"{EIGHT} romeo", True, id="one-plain-word-beside-eight"),
        pytest.param(f"{EIGHT} get_user v1", f"{EIGHT} get_user_id w1", True, id="one-of-two-names-only-longer"),
        pytest.param(f"{EIGHT} get_user", f"{EIGHT} get_user_id", False, id="one-name-only-longer"),
        pytest.param(
            f"{EIGHT} hit_count papas quebe", f"{EIGHT} hit_count load_b romeo", False, id="a-name-on-one-side-alone"
        ),
        pytest.param(f"{EIGHT} missing", f"{EIGHT} absent", False, id="synonyms"),
        pytest.param(f"{EIGHT} missing", f"{EIGHT} null", True, id="no-synonyms"),
        pytest.param(f"{EIGHT} problem", f"{EIGHT} romeo", False, id="a-word-of-no-weight"),
        pytest.param(f"{EIGHT} missing bug", f"{EIGHT} redundant", True, id="opposites-beside-a-longer-text"),
    ],
)
def test_nearly_equal_texts_differ_in_the_few_words_that_matter(one: str, two: str, differ: bool) -> None:
    assert contrary(said("", one), said("", two)) is differ
    assert contrary(said("", two), said("", one)) is differ


def test_names_of_code_alone_prove_nothing_about_shared_lines() -> None:
    injection = said("`load_orders` is open to injection", "`user_id` arrives unescaped.")
    untested = said("`load_orders` lacks coverage", "Nobody calls it with an empty `user_id`.")
    assert contrary(injection, untested)
    assert not contrary(injection, said(untested.title, untested.body, path=None, start=None))


def test_a_few_words_prove_nothing_about_two_places() -> None:
    here = said("Unused import of `os`")
    assert contrary(here, said("`os` is imported but unused", start=90))
    assert contrary(here, said("`os` is imported but unused", path="b.py"))
    assert not contrary(here, said("`os` is imported but unused", start=2))


@pytest.mark.parametrize(("words", "tied"), [("alpha bravo carol", False), ("alpha bravo carol delta", True)])
def test_two_places_need_six_words_in_common(words: str, tied: bool) -> None:
    here, there = said("", f"hit_count {words} papas romeo"), said("", f"hit_count {words} quebe sierr", start=90)
    assert len(read(here).terms.keys() & read(there).terms.keys()) == (6 if tied else 5)
    assert contrary(here, there) is not tied


@pytest.mark.parametrize(
    ("name", "tied"),
    [("`retry`", True), ("`db`", True), ("hit_count", True), ("retry", False), ("i", False), ("404", False)],
)
def test_a_letter_or_a_number_or_a_plain_word_ties_no_two_places(name: str, tied: bool) -> None:
    words = "Two threads add to the counter without the lock, one update is lost"
    here, there = said("", f"{words}: {name}"), said("", f"{words}: {name.strip('`')}", start=90)
    assert contrary(here, there) is not tied


def test_what_the_built_in_reviewer_says_twice_is_two_defects() -> None:
    secret = said("Secret", "A key was added.", reviewer=BUILTIN)
    assert contrary(secret, secret)
    assert not contrary(secret, said("Secret", "A key was added."))


def test_two_places_are_tied_by_a_name_of_code() -> None:
    here = said("Lost updates", "Two threads add to the counter without the lock, one update is lost.")
    there = said("Race", "Two threads add to the counter; updates get lost without the lock.", start=90)
    assert contrary(here, there)
    assert not contrary(here, said(there.title, there.body, start=3))
    named = said(there.title, there.body.replace("the counter", "`hit_counter`"), start=90)
    assert not contrary(said(here.title, here.body.replace("the counter", "hit_counter")), named)


def test_the_same_words_about_two_places_of_a_file_are_two_defects() -> None:
    text = "The socket of `connect_peer` stays open when the handshake with the peer fails half way."
    here, far, near = (said("Socket leak", text, start=start) for start in (10, 90, 12))
    assert contrary(here, far, 1.0)
    assert not contrary(here, said("Socket leak", text, path="b.py"), 1.0)
    assert not contrary(here, near, 1.0)
    assert contrary(here, far, SAME_WORDS)
    assert not contrary(here, far, 0.89)
    assert not contrary(here, said("Socket leak", text, start=13), 1.0)
    assert contrary(here, said("Socket leak", text, start=14), 1.0)
