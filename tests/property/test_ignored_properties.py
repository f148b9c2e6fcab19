"""Whatever a finding is called, its block says it, and the blocks before it stay as they are."""

from __future__ import annotations

from itertools import takewhile

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.config.ignored import IGNORED_FILE, asked_reason, read_ignored
from reviewbot.config.ignored_text import block, with_ignored, writable
from reviewbot.config.values import IgnoredFinding
from reviewbot.config.yaml_tree import PARSERS, read_yaml
from reviewbot.errors import ConfigError, UsageError

AWKWARD = [
    *("# no comment", "a # b", "a: b", ": ", "- a", "? a", "'", '"', '\\"', "a,", "|", ">", "=", "<<", "---", "..."),
    *("null", "~", "yes", "No", "y", "1e3", "0x1f", "2026-11-25", "!tag", "&a", "*a", "%a", "@a", "`a`", "{a}", "[a]"),
    *("a\nb", "\r\n", "\t", "\0", "\x85", "\u2028", "\ufeff", "\u202e", "\x1b[31m", " a ", "", "a" * 300, "e\u0301"),
    *("\U0001f468\u200d\U0001f469", "\ud800", "\udfff\udc80"),
]
ANY_CHARACTER = st.characters(codec=None)
TEXT = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(ANY_CHARACTER, max_size=40),
    st.lists(st.sampled_from(AWKWARD), max_size=4).map("".join),
)
FINGERPRINT = st.from_regex(r"[0-9a-f]{16}(-[1-9])?", fullmatch=True)
FINDING = st.builds(
    IgnoredFinding,
    fingerprint=FINGERPRINT,
    path=TEXT,
    title=TEXT,
    reason=TEXT.filter(str.strip),
    who=TEXT,
    when=st.just("2026-11-25"),
)


def listed(data: bytes) -> list[IgnoredFinding]:
    return list(read_ignored(read_yaml(IGNORED_FILE, data)))


def stripped(finding: IgnoredFinding) -> IgnoredFinding:
    """The reader takes blanks off a reason, and off nothing else."""
    texts = {name: getattr(finding, name) for name in finding.__struct_fields__}
    return IgnoredFinding(**{**texts, "reason": texts["reason"].strip()})


@given(finding=FINDING)
def test_a_block_is_read_back_as_it_was_meant(finding: IgnoredFinding) -> None:
    meant = stripped(writable(finding))
    assert listed(with_ignored(None, finding)) == [meant]
    text = block(writable(finding), end="\n")
    for parser in PARSERS:
        assert list(read_ignored(read_yaml(IGNORED_FILE, text.encode(), parser))) == [meant]
    assert all(line.isprintable() for line in text.split("\n"))


@given(finding=FINDING)
def test_readers_of_an_older_yaml_read_the_same(finding: IgnoredFinding) -> None:
    meant = writable(finding)
    (told,) = yaml.safe_load(block(meant, end="\n")).values()
    assert told == {key: text for key in ("path", "title", "reason", "who", "when") if (text := getattr(meant, key))}


@given(findings=st.lists(FINDING, min_size=1, max_size=4, unique_by=lambda finding: finding.fingerprint))
def test_the_order_of_adding_leaves_no_trace(findings: list[IgnoredFinding]) -> None:
    one = other = None
    for finding in findings:
        one = with_ignored(one, finding)
    for finding in reversed(findings):
        other = with_ignored(other, finding)
    assert one == other
    assert [finding.fingerprint for finding in listed(one or b"")] == sorted(f.fingerprint for f in findings)


COMMENT = st.sampled_from(["# a\n", "  # b\n", "\n", "# c: d\n", ""])
END = st.sampled_from(["\n", "\r\n"])
STYLE = st.sampled_from(
    [
        "{{reason: {0}}}",
        "\n  reason: {0}",
        "\n    reason: '{0}'  # why",
        "\n  reason: |\n    {0}\n    # more\n",
        "\n  reason: >-\n    {0}",
    ]
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A list as people write it."""
    text = draw(COMMENT) + draw(st.sampled_from(["", "---\n"]))
    for name in draw(st.lists(FINGERPRINT, max_size=4, unique=True)):
        text += draw(COMMENT) + draw(COMMENT) + f'"{name}": ' + draw(STYLE).format("words") + "\n"
    text += draw(COMMENT) + draw(st.sampled_from(["", "# end"]))
    if text.startswith("---"):  # only then may a document that is empty be ended
        text += "\n...\n"
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.replace("\n", draw(END)).encode()


@given(data=files(), finding=FINDING)
def test_every_byte_that_was_there_stays(data: bytes, finding: IgnoredFinding) -> None:
    before = listed(data)
    if finding.fingerprint in {each.fingerprint for each in before}:
        return
    after = with_ignored(data, finding)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(data, after, strict=False)))
    assert after.endswith(data[same:])
    assert len(after) > len(data)
    assert sorted(listed(after), key=str) == sorted([*before, stripped(writable(finding))], key=str)


@given(text=st.text(ANY_CHARACTER, max_size=60))
def test_a_reason_is_a_line_that_can_be_read_or_is_refused(text: str) -> None:
    try:
        reason = asked_reason(text)
    except UsageError:
        return
    assert len(reason.splitlines()) == 1
    assert asked_reason(reason) == reason
    assert (
        writable(IgnoredFinding(fingerprint="0" * 16, path="", title="", reason=reason, who="", when="")).reason
        == reason
    )


def test_bytes_that_are_no_list_are_refused_and_never_written_to() -> None:
    with pytest.raises(ConfigError):
        with_ignored(b"\xff\xfe", IgnoredFinding(fingerprint="0" * 16, path="", title="", reason="x", who="", when=""))
