"""The list of findings that people have turned down: how it is read, and which findings it turns down."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from reports import entry, placed

from reviewbot.config.ignored import read_ignored
from reviewbot.config.values import IgnoredFinding
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.errors import ConfigError
from reviewbot.model import Finding, MergedFinding, State
from reviewbot.stages.decline import decline

FIRST, SECOND, THIRD = "0" * 16, "1234567890123456", "abcdef0123456789"


def listed(text: str) -> tuple[IgnoredFinding, ...]:
    return read_ignored(read_yaml(".reviewbot/ignored.yaml", text.encode()))


def test_a_block_is_read_as_it_was_written() -> None:
    (ignored,) = listed(
        f'"{FIRST}":\n  path: a.py\n  title: Password is logged\n  reason: " A demo. "\n'
        "  who: Ada <ada@example.com>\n  when: 2026-11-25\n"
    )
    assert ignored == IgnoredFinding(
        fingerprint=FIRST,
        path="a.py",
        title="Password is logged",
        reason="A demo.",
        who="Ada <ada@example.com>",
        when="2026-11-25",
    )


def test_only_the_reason_is_required() -> None:
    (ignored,) = listed(f'"{FIRST}-2": {{reason: A demo.}}\n')
    assert (ignored.fingerprint, ignored.path, ignored.reason) == (f"{FIRST}-2", "", "A demo.")


@pytest.mark.parametrize("text", ["", "# nobody yet\n"])
def test_an_empty_list_turns_nothing_down(text: str) -> None:
    assert listed(text) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'"{FIRST}": {{path: a.py}}', ["ignored.yaml:1", "no `reason`"]),
        (f'"{FIRST}": {{reason: "  "}}', ["no `reason`"]),
        (f'"{FIRST}":\n  reson: typo\n  reason: x', ["ignored.yaml:2", "`reson`", "`reason`?"]),
        (f'"{FIRST}": {{reason: 5}}', ["`reason` must be text"]),
        (f'"{FIRST}": nothing', ["must hold keys"]),
        ("everything: {reason: x}", ["`everything` is no fingerprint"]),
        (f'"{FIRST}-0": {{reason: x}}', ["is no fingerprint"]),
        (f'"{FIRST}": {{reason: x}}\n"{FIRST}": {{reason: y}}', ["ignored.yaml:2", "twice"]),
        (f"{SECOND}: {{reason: x}}", ["not text; put it in quotes"]),
        (f"- {FIRST}", ["must hold keys with values"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        listed(text)
    for words in told:
        assert words in str(caught.value)


def test_ten_things_are_told_at_most() -> None:
    with pytest.raises(ConfigError) as caught:
        listed("".join(f'"{number:016x}": {{}}\n' for number in range(30)))
    assert len(str(caught.value).splitlines()) == 10


def found(name: str, *members: str) -> MergedFinding:
    said: list[Finding] = [
        replace(placed(f"r{number}", "a.py", 3), fingerprint=member) for number, member in enumerate(members or (name,))
    ]
    return entry(*said, fingerprint=name)


def states(entries: list[MergedFinding], *ignored: str) -> list[str]:
    declined = decline(entries, ignored)
    assert [one.fingerprint for one in declined] == [one.fingerprint for one in entries]
    return [str(one.state) for one in declined]


def test_an_entry_of_that_fingerprint_is_declined_and_no_other() -> None:
    assert states([found(FIRST), found(SECOND)], SECOND) == ["new", "declined"]
    assert states([found(FIRST)], THIRD) == ["new"]
    assert states([], THIRD) == []


def test_an_entry_that_another_member_speaks_for_now_is_still_declined() -> None:
    assert states([found(FIRST, FIRST, SECOND)], SECOND) == ["declined"]


def test_one_line_turns_down_one_of_two_equal_ones() -> None:
    two = [found(FIRST), found(f"{FIRST}-2", FIRST)]
    assert states(two, FIRST) == ["declined", "new"]
    assert states(two, f"{FIRST}-2") == ["new", "declined"]
    assert states(two, FIRST, f"{FIRST}-2") == ["declined", "declined"]
    assert states([found(FIRST)], f"{FIRST}-2") == ["declined"]


def test_a_known_finding_can_be_declined() -> None:
    (one,) = decline([replace(found(FIRST), state=State.KNOWN)], [FIRST])
    assert one.state is State.DECLINED
