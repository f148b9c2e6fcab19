"""Bytes of a diff -> values."""

from __future__ import annotations

import time

import pytest

from reviewbot.errors import DiffError
from reviewbot.model import Diff, FileDiff, FileStatus, Hunk, Line, LineKind
from reviewbot.stages.diff import (
    MAX_DIFF_BYTES,
    MAX_FILE_BYTES,
    MAX_FILE_LINES,
    MAX_LINE_CHARS,
    parse_patch,
    parse_raw_patch,
)

OLD, NEW, NONE = "1" * 40, "2" * 40, "0" * 40


def raw(*entries: str, patch: str = "") -> bytes:
    """What git prints: entries with spaces between meta, status and paths shown as `|`."""
    fields = "".join(f":{entry}\0".replace("|", "\0") for entry in entries)
    return f"{fields}\0{patch}".encode("utf-8", errors="surrogateescape")


def modified(path: str) -> str:
    return f"100644 100644 {OLD} {NEW} M|{path}"


def section(path: str, *lines: str, index: str = f"{OLD}..{NEW}") -> str:
    return f"diff --git a/{path} b/{path}\nindex {index} 100644\n--- a/{path}\n+++ b/{path}\n" + "\n".join(lines) + "\n"


def only(diff: Diff) -> FileDiff:
    (file,) = diff.files
    return file


def texts(file: FileDiff) -> list[str]:
    return [line.kind.value + line.text for hunk in file.hunks for line in hunk.lines]


def paths(diff: Diff) -> list[str]:
    return [file.path for file in diff.files]


# ---------------------------------------------------------------- git's raw patch


def test_a_file_has_its_path_modes_and_numbered_lines() -> None:
    data = raw(modified("a.py"), patch=section("a.py", "@@ -3,2 +3,2 @@ def f():", " keep", "-old", "+new"))
    assert parse_raw_patch(data) == Diff(
        files=(
            FileDiff(
                path="a.py",
                status=FileStatus.MODIFIED,
                old_mode="100644",
                new_mode="100644",
                hunks=(
                    Hunk(
                        old_start=3,
                        old_count=2,
                        new_start=3,
                        new_count=2,
                        section="def f():",
                        lines=(
                            Line(kind=LineKind.CONTEXT, old=3, new=3, text="keep"),
                            Line(kind=LineKind.REMOVED, old=4, new=None, text="old"),
                            Line(kind=LineKind.ADDED, old=None, new=4, text="new"),
                        ),
                    ),
                ),
            ),
        )
    )


def test_no_output_is_an_empty_diff() -> None:
    assert parse_raw_patch(b"") == Diff(files=())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_pieces_of_any_size_make_the_same_diff(size: int) -> None:
    data = raw(
        modified("a.py"),
        f"100644 000000 {OLD} {NONE} D|gone",
        f"100644 120000 {OLD} {NEW} T|link",
        f"100644 100644 {OLD} {OLD} R100|from|to",
        patch=section("a.py", "@@ -1 +1 @@", "-a", "+b")
        + section("gone", "@@ -1 +0,0 @@", "-x", index=f"{OLD}..{NONE}")
        + section("link", "@@ -1 +0,0 @@", "-x", index=f"{OLD}..{NONE}")
        + section("link", "@@ -0,0 +1 @@", "+y", "\\ No newline at end of file", index=f"{NONE}..{NEW}")
        + "diff --git a/from b/to\nsimilarity index 100%\nrename from from\nrename to to\n",
    )
    whole = parse_raw_patch(data)
    assert [(f.path, f.status, texts(f), f.problem) for f in whole.files] == [
        ("a.py", FileStatus.MODIFIED, ["-a", "+b"], None),
        ("gone", FileStatus.DELETED, ["-x"], None),
        ("link", FileStatus.TYPE_CHANGED, ["-x", "+y"], None),
        ("to", FileStatus.RENAMED, [], None),
    ]
    assert parse_raw_patch(data[start : start + size] for start in range(0, len(data), size)) == whole


@pytest.mark.requirement("R21")
def test_a_path_comes_from_the_raw_part_whatever_the_patch_calls_it() -> None:
    data = raw(modified("x\n+++ b/y"), patch=section("anything", "@@ -1 +1 @@", "-a", "+b"))
    file = only(parse_raw_patch(data))
    assert (file.path, texts(file)) == ("x\n+++ b/y", ["-a", "+b"])


@pytest.mark.requirement("R21")
def test_one_file_that_cannot_be_read_hides_no_other() -> None:
    data = raw(
        modified("a"),
        modified("b"),
        modified("c"),
        patch=section("a", "@@ -1 +1 @@", "-a", "+b")
        + section("b", "@@ -1,9 +1 @@", "-a", "+b")
        + section("c", "@@ -1 +1 @@", "-a", "+b"),
    )
    a, b, c = parse_raw_patch(data).files
    assert (texts(a), texts(c), a.problem, c.problem) == (["-a", "+b"], ["-a", "+b"], None, None)
    assert b.hunks == ()
    assert b.problem == "its part of the diff cannot be read (Hunk is shorter than expected)"


@pytest.mark.parametrize(
    "body",
    [
        ["@@ -1 +1 @@", "-a", "+b", "+c"],
        ["@@ -1 +1 @@", "-a", "+b", "what is this"],
        ["@@ -1 +1 @@", "-a", "+b", "--- a/other", "+++ b/other", "@@ -1 +1 @@", "-c", "+d"],
        ["@@ -1 +1 @@", "-a", "+b", "Binary files a and b differ"],
        ["@@ -1,2 +1,2 @@", "-a", "@@ -5 +5 @@", "+b", "+c"],
        ["@@ -99999999999999999999 +1 @@", "-a", "+b"],
        ["@@ what @@", "-a", "+b"],
        ["@@ -1,2 +1,2 @@", " a", "\rb", "-c", "+d"],
    ],
)
def test_lines_that_belong_to_no_hunk_are_a_problem_and_not_lost(body: list[str]) -> None:
    file = only(parse_raw_patch(raw(modified("a"), patch=section("a", *body))))
    assert file.hunks == ()
    assert (file.problem or "").startswith("its part of the diff ")


def test_a_section_about_other_contents_is_a_problem() -> None:
    patch = section("a", "@@ -1 +1 @@", "-a", "+b", index=f"{NEW}..{OLD}")
    assert only(parse_raw_patch(raw(modified("a"), patch=patch))).problem == (
        "git's patch and its list of files do not agree on it"
    )


def test_a_changed_file_of_which_the_patch_shows_nothing_is_a_problem() -> None:
    patch = f"diff --git a/a b/a\nindex {OLD}..{NEW} 100644\n"
    assert only(parse_raw_patch(raw(modified("a"), patch=patch))).problem == "git's patch shows nothing of its content"


def test_a_binary_file_has_no_hunks_and_no_problem() -> None:
    patch = f"diff --git a/a b/a\nindex {OLD}..{NEW} 100644\nBinary files a/a and b/a differ\n"
    file = only(parse_raw_patch(raw(modified("a"), patch=patch)))
    assert (file.binary, file.hunks, file.problem) == (True, (), None)


def test_an_unmerged_path_has_no_section_and_is_listed() -> None:
    data = raw(
        f"000000 000000 {NONE} {NONE} U|conflict",
        modified("z"),
        patch="* Unmerged path conflict\n" + section("z", "@@ -1 +1 @@", "-a", "+b"),
    )
    conflict, z = parse_raw_patch(data).files
    assert (conflict.status, conflict.problem) == (FileStatus.UNMERGED, "unmerged: its conflicts are not resolved")
    assert (conflict.old_mode, conflict.new_mode, texts(z)) == (None, None, ["-a", "+b"])


def test_a_status_that_is_not_known_is_a_problem() -> None:
    data = raw(f"100644 100644 {OLD} {NEW} X|a", patch=section("a", "@@ -1 +1 @@", "-a", "+b"))
    assert only(parse_raw_patch(data)).problem == "git calls its status X, which is not known here"


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b"hello\0",
        b":100644\0a\0",
        raw(modified("a"))[:-4],
        raw(modified("a"), modified("b"), patch=section("a", "@@ -1 +1 @@", "-a", "+b")),
        raw(modified("a"), patch=section("a", "@@ -1 +1 @@", "-a", "+b") * 2),
        raw(modified("a"), patch="garbage\n" + section("a", "@@ -1 +1 @@", "-a", "+b")),
        raw(f"100644 120000 {OLD} {NEW} T|a", patch=section("a", "@@ -1 +1 @@", "-a", "+b")),
        raw(patch=section("a", "@@ -1 +1 @@", "-a", "+b")),
    ],
)
def test_what_git_does_not_print_is_refused(data: bytes) -> None:
    with pytest.raises(DiffError, match=r"^git's "):
        parse_raw_patch(data)


# ---------------------------------------------------------------- limits


def long_file(lines: int, text: str = "x") -> list[str]:
    return [f"@@ -0,0 +1,{lines} @@", *[f"+{text}"] * lines]


@pytest.mark.requirement("R31")
def test_a_file_at_the_limit_of_lines_is_read_and_one_beyond_is_listed() -> None:
    data = raw(
        modified("a"), modified("b"), patch=section("a", *long_file(20)) + section("b", *long_file(MAX_FILE_LINES))
    )
    a, b = parse_raw_patch(data).files
    assert (len(texts(a)), b.hunks) == (20, ())
    assert b.problem == f"its diff has {MAX_FILE_LINES + 1:,} lines; more than {MAX_FILE_LINES:,} are not reviewed"


@pytest.mark.requirement("R31")
def test_a_file_beyond_the_limit_of_bytes_is_listed_and_the_next_one_read() -> None:
    patch = section("a", *long_file(1, "x" * MAX_FILE_BYTES)) + section("b", "@@ -1 +1 @@", "-a", "+b")
    a, b = parse_raw_patch(raw(modified("a"), modified("b"), patch=patch)).files
    assert (a.hunks, a.problem) == ((), "its diff is 8.0 MB; more than 8 MB is not reviewed")
    assert texts(b) == ["-a", "+b"]


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("listed", [True, False])
def test_what_comes_behind_the_limit_of_bytes_is_listed_however_few_lines_came_before(listed: bool) -> None:
    lines = MAX_FILE_BYTES // MAX_LINE_CHARS - 1
    names = [str(number) for number in range(MAX_DIFF_BYTES // MAX_FILE_BYTES + 3)]
    patch = "".join(section(name, *long_file(lines, "x" * (MAX_LINE_CHARS - 1))) for name in names)
    diff = parse_raw_patch(raw(*map(modified, names), patch=patch)) if listed else parse_patch(patch.encode())
    assert paths(diff) == names
    problems = [file.problem for file in diff.files]
    limit = "the change has more than 40 MB of diff, and this file comes behind them"
    assert problems == [None] * (len(names) - 2) + [limit] * 2
    assert [bool(file.hunks) for file in diff.files] == [problem is None for problem in problems]


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("body", [b"@@ -1 +1 @@\n-a\n+b\n" * 480_000, b"@@ -0,0 +1 @@\n+" + b"x" * 50_000_000 + b"\n"])
def test_half_a_million_hunks_and_a_line_of_50_mb_are_listed_at_once(body: bytes) -> None:
    began = time.process_time()
    file = only(parse_patch(b"diff --git a/a b/a\n--- a/a\n+++ b/a\n" + body))
    assert (file.path, file.hunks) == ("a", ())
    assert "MB; more than 8 MB is not reviewed" in str(file.problem)
    assert time.process_time() - began < 20


@pytest.mark.requirement("R31")
def test_a_line_beyond_the_limit_is_named_with_its_number_and_length() -> None:
    body = ["@@ -7,2 +7,2 @@", " a", "-b", "+" + "c" * (MAX_LINE_CHARS + 1)]
    file = only(parse_raw_patch(raw(modified("a"), patch=section("a", *body))))
    assert (file.hunks, file.problem) == ((), "line 8 is 20,001 characters long")


def test_a_line_at_the_limit_is_read() -> None:
    body = ["@@ -1 +1 @@", "-b", "+" + "ü" * MAX_LINE_CHARS]
    assert only(parse_raw_patch(raw(modified("a"), patch=section("a", *body)))).problem is None


def test_a_heading_of_a_hunk_beyond_the_limit_is_a_problem() -> None:
    body = ["@@ -1 +1 @@ " + "x" * (MAX_LINE_CHARS + 1), "-b", "+c"]
    file = only(parse_raw_patch(raw(modified("a"), patch=section("a", *body))))
    assert file.problem == "the heading of a hunk is 20,001 characters long"


# ---------------------------------------------------------------- a diff that somebody brings


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf"])
def test_blank_input_is_an_empty_diff(data: bytes) -> None:
    assert parse_patch(data) == Diff(files=())


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "--- a\n",
        "--- a\n+++ b\n",
        "---\ntitle: front matter\n---\n+++ x\n",
        "*** a.c\n--- b.c\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n",
        "2c2\n< a\n---\n> b\n",
        "@@ -1 +1 @@\n-a\n+b\n",
        "Index: of things\n",
        "Binary files are not read\n",
    ],
)
def test_text_that_holds_no_diff_is_refused(text: str) -> None:
    with pytest.raises(DiffError, match="is not a unified diff"):
        parse_patch(text.encode())


def test_a_coloured_diff_is_refused_with_the_remedy() -> None:
    with pytest.raises(DiffError, match="--no-color"):
        parse_patch(b"\x1b[1mdiff --git a/x b/x\x1b[m\n\x1b[31m-a\x1b[m\n")


HUNK = "@@ -1,2 +1,2 @@\n keep\n-old\n+new\n"


@pytest.mark.parametrize(
    ("header", "path", "status"),
    [
        ("--- a/x.py\n+++ b/x.py\n", "x.py", FileStatus.MODIFIED),
        ("--- x.py\n+++ x.py\n", "x.py", FileStatus.MODIFIED),
        ("--- a/x.py\n+++ a/x.py\n", "a/x.py", FileStatus.MODIFIED),
        ("--- src/x.py\t2026-01-02 03:04:05 +0000\n+++ src/x.py\t2026-01-02\n", "src/x.py", FileStatus.MODIFIED),
        ("--- proj-1.0/src/x.py\n+++ proj-1.1/src/x.py\n", "src/x.py", FileStatus.MODIFIED),
        ("--- x.py.orig\n+++ x.py\n", "x.py", FileStatus.MODIFIED),
        ("--- /tmp/a/x.py\n+++ src/x.py\n", "src/x.py", FileStatus.MODIFIED),
        ("--- a/with space.py\t\n+++ b/with space.py\t\n", "with space.py", FileStatus.MODIFIED),
        ('--- "a/gr\\303\\266\\303\\237e.py"\n+++ "b/gr\\303\\266\\303\\237e.py"\n', "größe.py", FileStatus.MODIFIED),
        ("--- /dev/null\n+++ b/x.py\n", "x.py", FileStatus.ADDED),
        ("--- a/x.py\n+++ /dev/null\n", "x.py", FileStatus.DELETED),
        ("--- old/x.py\t1970-01-01 00:00:00.000000000 +0000\n+++ new/x.py\t2026-01-02\n", "x.py", FileStatus.ADDED),
        ("--- old/x.py\t2026-01-02\n+++ new/x.py\t1969-12-31 16:00:00.000000000 -0800\n", "x.py", FileStatus.DELETED),
        ("Index: x.py\n=====\n--- x.py\t(revision 3)\n+++ x.py\t(working copy)\n", "x.py", FileStatus.MODIFIED),
        ("Index: x.py\n=====\n--- x.py\t(nonexistent)\n+++ x.py\t(working copy)\n", "x.py", FileStatus.ADDED),
        ("Index: x.py\n=====\n--- x.py\t(revision 3)\n+++ x.py\t(nonexistent)\n", "x.py", FileStatus.DELETED),
        ("diff -r 0123456789ab x.py\n--- a/x.py\tMon Jan 01\n+++ b/x.py\tTue Jan 02\n", "x.py", FileStatus.MODIFIED),
        ("diff --git a/x.py b/x.py\nindex 1111..2222 100644\n--- a/x.py\n+++ b/x.py\n", "x.py", FileStatus.MODIFIED),
        ("diff --git x b/x.py x b/x.py\nindex 1..2\n--- x b/x.py\n+++ x b/x.py\n", "x b/x.py", FileStatus.MODIFIED),
        ("diff --git a/x b/y.py b/x b/y.py\n--- a/x b/y.py\n+++ b/x b/y.py\n", "x b/y.py", FileStatus.MODIFIED),
        ("diff --git i/x.py w/x.py\n--- i/x.py\n+++ w/x.py\n", "x.py", FileStatus.MODIFIED),
        ("diff --git b/x.py a/x.py\n--- b/x.py\n+++ a/x.py\n", "x.py", FileStatus.MODIFIED),
        ("diff --git a/old.py b/new.py\n--- a/old.py\n+++ b/new.py\n", "new.py", FileStatus.MODIFIED),
        ("diff --git a/x.py b/x.py\nnew file mode 100644\n--- /dev/null\n+++ b/x.py\n", "x.py", FileStatus.ADDED),
        ("diff --git b/x.py b/x.py\nnew file mode 100644\n--- /dev/null\n+++ b/x.py\n", "b/x.py", FileStatus.ADDED),
        ("diff --git a/x.py b/x.py\ndeleted file mode 100644\n--- a/x.py\n+++ /dev/null\n", "x.py", FileStatus.DELETED),
        ('diff --git "a/t\\tb.py" "b/t\\tb.py"\n--- "a/t\\tb.py"\n+++ "b/t\\tb.py"\n', "t\tb.py", FileStatus.MODIFIED),
        ('diff --git "a/q\\"\\\\.py" "b/q\\"\\\\.py"\n', 'q"\\.py', FileStatus.MODIFIED),
    ],
)  # fmt: skip
def test_the_path_and_status_of_a_file(header: str, path: str, status: FileStatus) -> None:
    file = only(parse_patch((header + HUNK).encode()))
    assert (file.path, file.status, file.problem) == (path, status, None)
    assert texts(file) == [" keep", "-old", "+new"]


def test_a_rename_without_hunks_has_both_paths() -> None:
    text = "diff --git a/b b/c d b/b c/d\nsimilarity index 100%\nrename from b b/c d\nrename to b c/d\n"
    file = only(parse_patch(text.encode()))
    assert (file.status, file.old_path, file.path) == (FileStatus.RENAMED, "b b/c d", "b c/d")


def test_a_copy_with_quoted_names_has_both_paths() -> None:
    text = 'diff --git a/x "b/\\303\\244"\ncopy from x\ncopy to "\\303\\244"\n--- a/x\n+++ "b/\\303\\244"\n'
    file = only(parse_patch((text + HUNK).encode()))
    assert (file.status, file.old_path, file.path, len(file.hunks)) == (FileStatus.COPIED, "x", "ä", 1)


def test_a_mode_change_alone_is_a_file() -> None:
    file = only(parse_patch(b"diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"))
    assert (file.path, file.old_mode, file.new_mode, file.hunks) == ("run", "100644", "100755", ())


def test_a_new_empty_file_is_a_file() -> None:
    file = only(parse_patch(b"diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n"))
    assert (file.status, file.old_mode, file.new_mode) == (FileStatus.ADDED, None, "100644")


@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/x.png b/x.png\nindex 1..2 100644\nBinary files a/x.png and b/x.png differ\n",
        "diff --git a/x.png b/x.png\nindex 1..2 100644\nGIT binary patch\nliteral 9\nQcmZQzU|?W;00jU5\n\n",
        "diff -ru old/x.png new/x.png\nBinary files old/x.png and new/x.png differ\n",
        "Index: x.png\n=======\nCannot display: file marked as a binary type.\nsvn:mime-type = image/png\n",
    ],
)
def test_a_binary_file_is_listed_and_the_next_one_read(text: str) -> None:
    image, x = parse_patch((text + "--- a/x.py\n+++ b/x.py\n" + HUNK).encode()).files
    assert (image.path, image.binary, image.hunks, image.problem) == ("x.png", True, (), None)
    assert (x.path, len(x.hunks)) == ("x.py", 1)


def test_a_file_that_became_a_link_is_one_file() -> None:
    text = (
        "diff --git a/t b/t\ndeleted file mode 100644\n--- a/t\n+++ /dev/null\n@@ -1 +0,0 @@\n-text\n"
        "diff --git a/t b/t\nnew file mode 120000\n--- /dev/null\n+++ b/t\n@@ -0,0 +1 @@\n+z\n"
    )
    file = only(parse_patch(text.encode()))
    assert (file.status, file.old_mode, file.new_mode) == (FileStatus.TYPE_CHANGED, "100644", "120000")
    assert texts(file) == ["-text", "+z"]


def test_a_removed_line_that_looks_like_a_header_stays_in_its_hunk() -> None:
    text = "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- old comment\n+++ new\n keep\n@@ -9 +9 @@\n-a\n+b\n"
    file = only(parse_patch(text.encode()))
    assert (texts(file), file.problem) == (["--- old comment", "+++ new", " keep", "-a", "+b"], None)


def test_a_mailed_patch_with_its_message_and_signature_is_read() -> None:
    text = (
        "From 0123 Mon Sep 17 00:00:00 2001\nFrom: Ada <ada@example.org>\nSubject: [PATCH] Change x\n\n"
        "Index: what I did\n--- some words\n+++ more words\n\n---\n x.py | 2 +-\n y.py | 2 +-\n\n"
        "diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n" + HUNK
        + "diff --git a/y.py b/y.py\nindex 1..2 100644\n--- a/y.py\n+++ b/y.py\n" + HUNK
        + "-- \n2.39.5\n\n"
    )  # fmt: skip
    assert [(file.path, file.problem, texts(file)) for file in parse_patch(text.encode()).files] == [
        ("x.py", None, [" keep", "-old", "+new"]),
        ("y.py", None, [" keep", "-old", "+new"]),
    ]


def test_text_of_svn_about_properties_is_passed_over() -> None:
    text = (
        "Index: x.py\n=====\n--- x.py\t(revision 1)\n+++ x.py\t(working copy)\n" + HUNK
        + "\nProperty changes on: x.py\n_____\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n"
        "\\ No newline at end of property\n"
        "Index: y.py\n=====\n--- y.py\t(revision 1)\n+++ y.py\t(working copy)\n\nProperty changes on: y.py\n"
    )  # fmt: skip
    assert [(f.path, len(f.hunks), f.problem) for f in parse_patch(text.encode()).files] == [
        ("x.py", 1, None),
        ("y.py", 0, None),
    ]


@pytest.mark.requirement("R45")
def test_a_diff_whose_own_lines_end_in_crlf_is_read_as_if_they_did_not() -> None:
    text = "diff --git a/x.py b/x.py\r\n--- a/x.py\r\n+++ b/x.py\r\n" + HUNK.replace("\n", "\r\n")
    file = only(parse_patch(text.encode()))
    assert (file.path, texts(file)) == ("x.py", [" keep", "-old", "+new"])


def test_lines_that_end_in_crlf_keep_it_when_the_diff_does_not() -> None:
    text = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n keep\r\n-old\n+new\r\n"
    assert texts(only(parse_patch(text.encode()))) == [" keep\r", "-old", "+new\r"]


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_diff_that_a_windows_shell_wrote_is_read(encoding: str) -> None:
    text = "--- a/größe.py\r\n+++ b/größe.py\r\n" + HUNK.replace("\n", "\r\n")
    assert only(parse_patch(text.encode(encoding))).path == "größe.py"


def test_blank_context_lines_without_their_space_are_read() -> None:
    text = "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n\n"
    assert texts(only(parse_patch(text.encode()))) == [" a", " ", "-b", "+c"]


@pytest.mark.requirement("R45")
def test_a_marker_in_another_language_is_read() -> None:
    text = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ Kein Zeilenumbruch.\n+b\n\\ Kein Zeilenumbruch.\n"
    file = only(parse_patch(text.encode()))
    assert [(line.text, line.no_newline) for line in file.hunks[0].lines] == [("a", True), ("b", True)]


def test_a_diff_that_ends_without_a_line_end_is_read() -> None:
    assert texts(only(parse_patch(b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b"))) == ["-a", "+b"]


@pytest.mark.parametrize(
    "header",
    [
        "diff --cc src/x.py\nindex 1,2..3\n--- a/src/x.py\n+++ b/src/x.py\n",
        "diff --combined src/x.py\nindex 1,2..3\n--- a/src/x.py\n+++ b/src/x.py\n",
        "--- a/src/x.py\n+++ b/src/x.py\n",
    ],
)
def test_a_combined_diff_is_listed_and_hides_no_other(header: str) -> None:
    text = header + "@@@ -1,2 -1,2 +1,2 @@@\n  keep\n- a\n--- b\n++c\n"
    combined, y = parse_patch((text + "diff --git a/y b/y\n--- a/y\n+++ b/y\n" + HUNK).encode()).files
    assert (combined.path, combined.hunks) == ("src/x.py", ())
    assert combined.problem == "a combined diff of a merge; give a diff of two versions"
    assert (y.path, len(y.hunks)) == ("y", 1)


@pytest.mark.parametrize(
    "broken",
    [
        "@@ -1,9 +1,9 @@\n keep\n-old\n+new\n",
        "@@ -1 +1 @@\n-a\n+b\n+c\n",
        "@@ -1 +1 @@\n-a\n+b\n c\n",
        "@@ -1 +1 @@\n-a\n+b\n-- c\n",
        "@@ -1 +1 @@\n-a\n+b\n\n@@ -9,9 +9 @@\n-c\n",
        "@@ -1,2 +1,2 @@\n-a\nwhat\n+b\n",
        "@@ garbage @@\n-a\n+b\n",
    ],
)
def test_a_broken_hunk_is_a_problem_of_its_file_alone(broken: str) -> None:
    text = "--- a/x\n+++ b/x\n" + broken + "--- a/y\n+++ b/y\n" + HUNK
    x, y = parse_patch(text.encode()).files
    assert (x.path, x.hunks) == ("x", ())
    assert x.problem == "a hunk in it does not have the lines that its first line promises"
    assert (y.path, y.problem) == ("y", None)


def test_hunks_behind_a_blank_line_belong_to_their_file() -> None:
    text = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\n@@ -9 +9 @@\n-c\n+d\n"
    assert texts(only(parse_patch(text.encode()))) == ["-a", "+b", "-c", "+d"]


def test_a_file_that_stands_twice_in_a_series_is_listed_once_with_the_remedy() -> None:
    one = "diff --git a/x b/x\n--- a/x\n+++ b/x\n" + HUNK
    x, y = parse_patch((one + one.replace("/x", "/y") + one).encode()).files
    assert (x.path, x.hunks) == ("x", ())
    assert x.problem == "it stands 2 times in this diff; give one diff from the first version to the last"
    assert (y.path, y.problem) == ("y", None)


def test_a_file_that_only_one_folder_has_is_listed() -> None:
    text = "Only in new/src: fresh.py\ndiff -ru old/x.py new/x.py\n--- old/x.py\n+++ new/x.py\n" + HUNK
    fresh, x = parse_patch(text.encode()).files
    assert (fresh.path, fresh.problem) == ("new/src/fresh.py", "the diff holds its name only; make it with diff -N")
    assert x.problem is None


@pytest.mark.requirement("R45")
def test_paths_that_are_not_utf8_show_their_bytes() -> None:
    assert paths(parse_patch(b"--- a/caf\xe9\n+++ b/caf\xe9\n" + HUNK.encode())) == ["caf\\xe9"]
