"""Laws of the diff parsers: total on any bytes, nothing lost, nothing changed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reviewbot.errors import DiffError
from reviewbot.model import Diff, FileDiff, FileStatus, Hunk, LineKind
from reviewbot.stages.diff import decode, parse_patch, parse_raw_patch

OLD, NEW = b"1" * 40, b"2" * 40

# Pieces that mean something to a parser, mixed with bytes that mean nothing.
FRAGMENTS = st.sampled_from(
    [
        b"diff --git a/x b/x\n",
        b"diff --git x b/x x b/x\n",
        b'diff --git "a/\\t" "b/\\t"\n',
        b"diff --cc x\n",
        b"index 1111111..2222222 100644\n",
        b"new file mode 100644\n",
        b"deleted file mode 100644\n",
        b"old mode 100644\nnew mode 100755\n",
        b"rename from x\nrename to y\n",
        b"--- a/x\n",
        b"+++ b/x\n",
        b"--- /dev/null\n",
        b"+++ /dev/null\n",
        b"Index: x\n=====\n",
        b"Only in a: x\n",
        b"Binary files a/x and b/x differ\n",
        b"GIT binary patch\nliteral 1\n",
        b"@@ -1 +1 @@\n-a\n+b\n",
        b"@@ -1,2 +1,2 @@ def f():\n c\n-a\n+b\n",
        b"@@ -0,0 +1,3 @@\n",
        b"@@ -99999999999 +1 @@\n",
        b"@@@ -1 -1 +1 @@@\n",
        b"* Unmerged path x\n",
        b"\\ No newline at end of file\n",
        b"-- \n",
        b" c\n",
        b"-r\n",
        b"+a\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b":100644 100644 " + OLD + b" " + NEW + b" M\0x\0",
        b":100644 120000 " + OLD + b" " + NEW + b" T\0x\0",
        b":100644 100644 " + OLD + b" " + NEW + b" R100\0x\0y\0",
        b":000000 000000 " + OLD + b" " + NEW + b" U\0x\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
    ]
)
SOUP = st.lists(FRAGMENTS | st.binary(max_size=8), max_size=24).map(b"".join)

LOOKALIKES = [b"-- a/x", b"++ b/x", b"@@ -1 +1 @@", b"diff --git a/x b/x", b"- ", b"\\ No newline", b"", b"\r", b"x\r"]
CONTENT = st.sampled_from(LOOKALIKES) | st.binary(max_size=30).map(lambda text: text.replace(b"\n", b""))
KINDS = st.sampled_from(list(LineKind))
HUNKS = st.lists(st.lists(st.tuples(KINDS, CONTENT), min_size=1, max_size=8), max_size=4)
NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: b"\0" not in name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Hunks as a diff writes them, and the lines that were meant."""

    body: bytes
    lines: list[tuple[LineKind, bytes]]


def written(hunks: list[list[tuple[LineKind, bytes]]]) -> Written:
    body = bytearray()
    old = new = 1
    for hunk in hunks:
        old_count = sum(kind is not LineKind.ADDED for kind, _ in hunk)
        new_count = sum(kind is not LineKind.REMOVED for kind, _ in hunk)
        body += b"@@ -%d,%d +%d,%d @@ heading\n" % (old, old_count, new, new_count)
        for kind, text in hunk:
            body += kind.value.encode() + text + b"\n"
        old += old_count + 5
        new += new_count + 5
    return Written(body=bytes(body), lines=[line for hunk in hunks for line in hunk])


def lines(file: FileDiff) -> list[tuple[LineKind, str]]:
    return [(line.kind, line.text) for hunk in file.hunks for line in hunk.lines]


def numbers_add_up(hunk: Hunk) -> bool:
    olds = [line.old for line in hunk.lines if line.kind is not LineKind.ADDED]
    news = [line.new for line in hunk.lines if line.kind is not LineKind.REMOVED]
    return olds == list(range(hunk.old_start, hunk.old_start + hunk.old_count)) and news == list(
        range(hunk.new_start, hunk.new_start + hunk.new_count)
    )


def is_sound(diff: Diff) -> bool:
    return all(
        (file.problem is None or not file.hunks) and all(numbers_add_up(hunk) for hunk in file.hunks)
        for file in diff.files
    )


@pytest.mark.requirement("R32")
@given(SOUP | st.binary(max_size=200))
@example(b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\n")
def test_any_bytes_are_a_sound_diff_or_a_diff_error(data: bytes) -> None:
    for parse in (parse_patch, parse_raw_patch):
        try:
            diff = parse(data)
        except DiffError:
            continue
        assert is_sound(diff)


@given(SOUP)
def test_no_path_is_listed_twice_in_a_diff_that_somebody_brings(data: bytes) -> None:
    try:
        diff = parse_patch(data)
    except DiffError:
        return
    assert len({file.path for file in diff.files}) == len(diff.files)


@given(SOUP, st.integers(min_value=1, max_value=40))
def test_the_pieces_in_which_bytes_arrive_do_not_matter(data: bytes, size: int) -> None:
    def read(whole: bool) -> Diff | str:
        try:
            return parse_raw_patch(data if whole else [data[at : at + size] for at in range(0, len(data), size)])
        except DiffError as exc:
            return str(exc)

    assert read(whole=True) == read(whole=False)


@pytest.mark.requirement("R32")
@given(st.lists(st.tuples(NAMES, HUNKS), max_size=4, unique_by=lambda file: decode(file[0])))
def test_what_git_writes_is_read_back_line_by_line(
    files: list[tuple[bytes, list[list[tuple[LineKind, bytes]]]]],
) -> None:
    parts = [(name, written(hunks)) for name, hunks in files]
    raw = b"".join(b":100644 100644 %s %s M\0%s\0" % (OLD, OLD if not part.body else NEW, name) for name, part in parts)
    patch = b"".join(b"diff --git a/f b/f\n--- a/f\n+++ b/f\n" + part.body for _, part in parts)
    diff = parse_raw_patch(raw + b"\0" + patch)
    assert [(file.path, file.status, file.problem) for file in diff.files] == [
        (decode(name), FileStatus.MODIFIED, None) for name, _ in parts
    ]
    assert [lines(file) for file in diff.files] == [[(k, decode(text)) for k, text in part.lines] for _, part in parts]


@given(st.lists(HUNKS, max_size=4))
def test_a_plain_diff_is_read_back_line_by_line_whatever_its_lines_look_like(
    files: list[list[list[tuple[LineKind, bytes]]]],
) -> None:
    parts = [(f"dir/file{number}", written(hunks)) for number, hunks in enumerate(files) if hunks]
    data = b"".join(b"--- a/%s\n+++ b/%s\n%s" % (path.encode(), path.encode(), part.body) for path, part in parts)
    diff = parse_patch(data)
    assert [(file.path, file.problem) for file in diff.files] == [(path, None) for path, _ in parts]
    assert [lines(file) for file in diff.files] == [[(k, decode(text)) for k, text in part.lines] for _, part in parts]


@given(st.binary(max_size=60))
def test_decoded_bytes_can_always_be_encoded_again(data: bytes) -> None:
    assert decode(data).encode("utf-8") or not data
