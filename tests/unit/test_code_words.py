"""What of a line is code, so that a name in it is told from a word of a comment or a string."""

from __future__ import annotations

from time import process_time

import pytest

from reviewbot.stages.code_words import code_of


@pytest.mark.parametrize(
    ("path", "line", "code"),
    [
        ("a.py", "x = 'abc'  # d", "x = " + " " * 10),
        ("a.py", "x = f'a{b.c}d{e}'", "x = f  {b    {e  "),
        ("a.py", "it's = 1", "it's = 1"),
        ("a.py", r"x = 'a\'b' + c", "x =        + c"),
        ("a.rs", "fn f<'a>(x: &'a str) { 'x' }  // y", "fn f<'a>(x: &'a str) {     }      "),
        ("a.js", "f(`a ${b}`) /* c */ + d", "f(    {b  )         + d"),
        ("a.js", "f(a) /* not closed", "f(a)              "),
        ("a.java", "f(`a`);", "f(`a`);"),
        ("a.sh", "run a#b # c", "run a#b    "),
        ("a.sql", "select a -- b", "select a     "),
        ("src/A.JAVA", "return x;", "return x;"),
    ],
)
def test_strings_and_comments_of_a_line_are_blanks(path: str, line: str, code: str) -> None:
    assert code_of(line, path) == code


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("README.md", "x = 1"),
        ("ru.json", '{"a": 1}'),
        ("", "x = 1"),
        ("a.py", "Some words of a docstring"),
        ("A.java", "     * see f(x)"),
        ("a.c", " */"),
    ],
)
def test_a_line_of_no_source_or_without_a_sign_of_code_is_prose(path: str, line: str) -> None:
    assert code_of(line, path) is None


@pytest.mark.parametrize("path", ["a.py", "a.rs", "a.js", "a.sql"])
@pytest.mark.parametrize("part", ["'", '"', "`", "\\'", "'\"", "/*", "/*'", "'{a", "x'a' ", "--", " #", "* "])
def test_r33_a_long_line_is_told_apart_in_a_time_that_is_no_more_than_its_length(path: str, part: str) -> None:
    times: list[float] = []
    for length in (20_000, 200_000):
        line = f"x = {part * (length // len(part))}"
        began = process_time()
        code_of(line, path)
        times.append(process_time() - began)
    assert times[1] < 40 * times[0] + 0.5
