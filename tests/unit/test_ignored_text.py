"""One more block in `.reviewbot/ignored.yaml`: where it goes, and that nothing else moves."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from reviewbot.config.ignored import MAX_REASON, asked_fingerprint, asked_reason
from reviewbot.config.ignored_text import HEADER, block, with_ignored
from reviewbot.config.values import IgnoredFinding
from reviewbot.config.yaml_tree import MAX_BYTES
from reviewbot.errors import ConfigError, UsageError

LOW, MIDDLE, HIGH = "0" * 16, "8" * 16, "f" * 16
NEW = IgnoredFinding(
    fingerprint=MIDDLE,
    path="src/app.py",
    title="Password is logged",
    reason="It is the placeholder of the demo, and never a person's.",
    who="Ada Lovelace <ada@example.com>",
    when="2026-11-25",
)
SHORT = f'"{LOW}": {{reason: x}}\n'
FOLDED = f'"{LOW}":\n  reason: |\n    x\n    # y\n'
BLOCK = block(NEW, end="\n")


def added(text: str, finding: IgnoredFinding = NEW) -> str:
    return with_ignored(text.encode(), finding).decode()


def one(fingerprint: str, *comments: str) -> str:
    return "".join(f"{comment}\n" for comment in comments) + f'"{fingerprint}":\n    reason:  as it was   # why\n'


def test_a_block_is_written_as_the_documents_show_it() -> None:
    assert (
        f'"{MIDDLE}":\n  path: src/app.py\n  title: Password is logged\n'
        "  reason: It is the placeholder of the demo, and never a person's.\n"
        '  who: Ada Lovelace <ada@example.com>\n  when: "2026-11-25"\n'
    ) == BLOCK


def test_a_new_file_says_what_it_is() -> None:
    assert with_ignored(None, NEW).decode() == f"{HEADER}\n{BLOCK}"


def test_texts_that_are_empty_are_left_out() -> None:
    bare = replace(NEW, path="", title="", who="", when="")
    assert added("", bare) == f'"{MIDDLE}":\n  reason: It is the placeholder of the demo, and never a person\'s.\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", BLOCK),
        ("\n\n", f"\n\n{BLOCK}"),
        ("# ours", f"# ours\n\n{BLOCK}"),
        ("# ours\n\n", f"# ours\n\n{BLOCK}"),
        ("---\n", f"---\n\n{BLOCK}"),
        ("---\n# ours\n...\n# over\n", f"---\n# ours\n\n{BLOCK}...\n# over\n"),
        (one(LOW), f"{one(LOW)}\n{BLOCK}"),
        (one(LOW).rstrip("\n"), f"{one(LOW)}\n{BLOCK}"),
        (one(HIGH), f"{BLOCK}\n{one(HIGH)}"),
        (f"{one(LOW)}\n\n{one(HIGH)}", f"{one(LOW)}\n\n{BLOCK}\n{one(HIGH)}"),
        (one(LOW) + one(HIGH), f"{one(LOW)}\n{BLOCK}\n{one(HIGH)}"),
        (f"# head\n\n{one(HIGH, '# of', '# this')}", f"# head\n\n{BLOCK}\n{one(HIGH, '# of', '# this')}"),
        (f"{one(HIGH)}\n{one(LOW)}", f"{BLOCK}\n{one(HIGH)}\n{one(LOW)}"),
        (f"{SHORT}{one(HIGH).rstrip()}", f"{SHORT}\n{BLOCK}\n{one(HIGH).rstrip()}"),
        (f"{FOLDED}{one(HIGH)}", f"{FOLDED}\n{BLOCK}\n{one(HIGH)}"),
        (f'"{LOW}":\n  reason: |\n    x', f'"{LOW}":\n  reason: |\n    x\n\n{BLOCK}'),
    ],
)
def test_it_goes_to_its_place_and_every_other_line_stays(before: str, after: str) -> None:
    assert added(before) == after


def test_a_file_that_is_indented_gets_a_block_that_is() -> None:
    indented = "".join(f"  {line}\n" for line in BLOCK.splitlines())
    assert added(f'  "{LOW}":\n    reason: x\n') == f'  "{LOW}":\n    reason: x\n\n{indented}'


def test_a_file_that_ends_its_lines_in_two_characters_goes_on_doing_so() -> None:
    before = f"# ours\r\n\r\n{one(LOW)}\n{one(HIGH)}".replace("\r\n", "\n").replace("\n", "\r\n")
    assert added(before) == f"# ours\n\n{one(LOW)}\n{BLOCK}\n{one(HIGH)}".replace("\n", "\r\n")


def test_a_byte_order_mark_stays_in_front() -> None:
    assert with_ignored(b"\xef\xbb\xbf" + one(HIGH).encode(), NEW) == b"\xef\xbb\xbf" + f"{BLOCK}\n{one(HIGH)}".encode()


@pytest.mark.parametrize(
    "text", ["{}\n", f'{{"{LOW}": {{reason: x}}}}\n', f'"{LOW}": {{reason: "x\n# y"}}\n"{HIGH}": {{reason: z}}\n']
)
def test_where_no_block_can_be_added_a_person_is_shown_what_to_add(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        added(text)
    assert f"add this one by hand:\n\n{BLOCK}" in str(caught.value)


@pytest.mark.parametrize("text", ["a: [", f'"{LOW}": {{}}\n', f"{LOW}: {{reason: x}}\n", "\ta: b\n", "a\rb"])
def test_a_file_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"ignored\.yaml"):
        added(text)


def test_a_file_is_not_made_larger_than_is_read() -> None:
    full = f"# {'x' * (MAX_BYTES - 100)}\n"
    with pytest.raises(ConfigError, match="64 KiB; take out blocks"):
        added(full)


# ---------------------------------------------------------------- what a person gives


@pytest.mark.parametrize("text", [None, "", " \n", "\u200b", "\x1c"])
def test_a_reason_that_says_nothing_is_refused_with_the_reason_for_that(text: str | None) -> None:
    with pytest.raises(UsageError, match="has to see why"):
        asked_reason(text)


@pytest.mark.parametrize(("text", "shown"), [("a\x1b[31m", "U\\+001B"), ("a\udc80", "U\\+DC80"), ("\0b", "U\\+0000")])
def test_a_reason_that_is_no_text_is_refused(text: str, shown: str) -> None:
    with pytest.raises(UsageError, match=shown):
        asked_reason(text)


def test_a_reason_is_on_one_line() -> None:
    assert (
        asked_reason("  Nobody\r\n calls\tit. \U0001f468\u200d\U0001f469 ")
        == "Nobody calls it. \U0001f468\u200d\U0001f469"
    )


def test_a_reason_is_no_essay() -> None:
    assert len(asked_reason("x" * MAX_REASON)) == MAX_REASON
    with pytest.raises(UsageError, match="1,001 characters"):
        asked_reason("x" * (MAX_REASON + 1))


def test_a_fingerprint_is_read_in_capitals_too_and_nothing_else_is_one() -> None:
    assert asked_fingerprint(" ABCDEF0123456789-2 ") == "abcdef0123456789-2"
    for text in ("", "abc", "g" * 16, f"{LOW}-0", f"{LOW}0", "../../x"):
        with pytest.raises(UsageError, match="is no fingerprint"):
            asked_fingerprint(text)
