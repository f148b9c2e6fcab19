"""docs/security.md says what the marks of the tests say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from security_page import DOCUMENT, MarkedTest, marked_tests, order, read_words, render

TESTS = marked_tests()
WORDS = read_words()


def test_the_document_is_what_make_docs_writes() -> None:
    assert render(WORDS, TESTS) == DOCUMENT.read_text("utf-8"), "run `make docs`"


def test_what_is_said_to_be_shown_has_a_test_that_always_runs() -> None:
    always = {number for test in TESTS if test.everywhere for number in test.numbers}
    assert {entry.number for entry in WORDS.values() if entry.state.startswith("shown")} <= always


def test_every_number_at_a_test_has_its_words() -> None:
    assert {number for test in TESTS for number in test.numbers} <= WORDS.keys()


def test_what_is_said_to_be_shown_has_a_test() -> None:
    marked = {number for test in TESTS for number in test.numbers}
    assert {entry.number for entry in WORDS.values() if entry.state.startswith("shown")} <= marked


def test_what_has_a_test_is_not_said_to_have_none() -> None:
    marked = {number for test in TESTS for number in test.numbers}
    assert not marked & {entry.number for entry in WORDS.values() if entry.state == "not shown"}


@pytest.mark.requirement("R53")
@pytest.mark.parametrize("number", range(1, 17))
def test_every_incident_has_a_test_that_is_named_after_it(number: int) -> None:
    assert any(test.name.startswith(f"test_i{number:02}_") and f"I{number}" in test.numbers for test in TESTS)


def test_every_requirement_up_to_45_and_every_incident_has_its_words() -> None:
    wanted = {f"R{number}" for number in range(1, 46)} | {f"I{number}" for number in range(1, 17)}
    assert wanted <= WORDS.keys()


def _found(tmp_path: Path, source: str) -> tuple[MarkedTest, ...]:
    (tmp_path / "test_it.py").write_text(source)
    return marked_tests(tmp_path, root=tmp_path)


def test_a_mark_is_found_at_a_test_and_for_a_whole_module(tmp_path: Path) -> None:
    source = (
        'pytestmark = [pytest.mark.slow, pytest.mark.requirement("R9")]\n'
        '@pytest.mark.requirement("R10", "R2")\n@pytest.mark.parametrize("x", [1])\ndef test_a(x): ...\n'
        "def helper(): ...\n"
        '@pytest.mark.incident("I4")\nasync def test_b(): ...\n'
    )
    assert _found(tmp_path, source) == (
        MarkedTest(path="test_it.py", name="test_a", numbers=("R2", "R9", "R10")),
        MarkedTest(path="test_it.py", name="test_b", numbers=("I4", "R9")),
    )


@pytest.mark.parametrize(
    ("marks", "conditions", "shown"),
    [
        ("", (), "`test_a`"),
        ("@pytest.mark.thorough\n", ("thorough",), "`test_a` (*thorough*)"),
        ('@pytest.mark.needs("strace", "/proc")\n', ("needs strace, /proc",), "`test_a` (*needs strace, /proc*)"),
        (
            '@pytest.mark.needs("root")\n@pytest.mark.parametrize("x", [param(1, marks=pytest.mark.thorough)])\n',
            ("thorough in part", "needs root"),
            "`test_a` (*thorough in part, needs root*)",
        ),
    ],
)
def test_where_a_test_does_not_run_is_told(tmp_path: Path, marks: str, conditions: tuple[str, ...], shown: str) -> None:
    (test,) = _found(tmp_path, f'{marks}@pytest.mark.requirement("R1")\ndef test_a(x): ...\n')
    assert test.conditions == conditions
    assert test.everywhere is (conditions == ())
    page = render(WORDS, [test])
    assert f"- [test_it.py](../test_it.py): {shown}\n" in page
    assert f"| shown | 1{'' if test.everywhere else ' (1 not in every run)'} |" in page


def test_a_whole_module_may_be_thorough(tmp_path: Path) -> None:
    source = 'pytestmark = pytest.mark.thorough\n@pytest.mark.requirement("R1")\ndef test_a(): ...\n'
    assert [test.conditions for test in _found(tmp_path, source)] == [("thorough",)]


@pytest.mark.parametrize(
    "source",
    [
        '@pytest.mark.requirement("R1")\n@pytest.mark.skipif(X, reason="x")\ndef test_a(): ...\n',
        '@pytest.mark.requirement("R1")\ndef test_a():\n    if x:\n        pytest.skip("x")\n',
    ],
)
def test_a_test_with_a_number_is_skipped_by_what_it_needs_alone(tmp_path: Path, source: str) -> None:
    with pytest.raises(ValueError, match=r"test_it\.py: say with `needs`"):
        _found(tmp_path, source)


def test_who_asks_for_a_certificate_needs_the_program_that_makes_it() -> None:
    for file in Path(__file__).parents[1].rglob("test_*.py"):
        for part in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(part, ast.FunctionDef) and "tls_server" in {each.arg for each in part.args.args}:
                assert "pytest.mark.needs('openssl')" in map(ast.unparse, part.decorator_list), part.name


def test_a_test_without_a_mark_is_not_listed(tmp_path: Path) -> None:
    assert _found(tmp_path, "@pytest.mark.slow('R1')\ndef test_a(): ...\n") == ()


def test_a_number_that_only_a_run_could_tell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"test_it\.py:1: write it as a text"):
        _found(tmp_path, "@pytest.mark.requirement(NUMBER)\ndef test_a(): ...\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[R1]\ntitle = "T"\n', "R1: title, text"),
        ('[R1]\ntitle = "T"\ntext = "t"\nstate = "shown in part"\n', "a note unless all is shown"),
        ('[R1]\ntitle = "T"\ntext = "t"\nstate = "done"\n', "state is one of"),
        ('[R1]\ntitle = "T"\ntext = "t"\nlimits = "x"\n', "limits is not known"),
    ],
)
def test_words_that_lack_something_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "words.toml").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_words(tmp_path / "words.toml")


def test_numbers_come_in_their_order() -> None:
    assert sorted(["R10", "R2", "I3", "R1"], key=order) == ["I3", "R1", "R2", "R10"]
