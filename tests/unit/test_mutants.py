"""The mistakes that mutation testing makes, on small modules."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import CodeType

import pytest
from mutant_runs import changed_function
from mutants import mutants, mutated
from mutate import PARTS


def made_of(source: str) -> dict[str, str]:
    """What each mutant says, and the module that it is."""
    return {mutant.what: ast.unparse(mutated(source, mutant.number)) for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "what", "result"),
    [
        ("x = a < b", "a < b -> a <= b", "x = a <= b"),
        ("x = a == b", "a == b -> a != b", "x = a != b"),
        ("x = a in b", "a in b -> a not in b", "x = a not in b"),
        ("x = a and b", "a and b -> a or b", "x = a or b"),
        ("x = a + b", "a + b -> a - b", "x = a - b"),
        ("x = not a", "not a -> a", "x = a"),
        ("x = a if b else c", "a if b else c -> c if b else a", "x = c if b else a"),
        ("x = min(a)", "min(a) -> max(a)", "x = max(a)"),
        ("x = a.startswith(b)", "a.startswith(b) -> a.endswith(b)", "x = a.endswith(b)"),
        ("x = [a for a in b if a]", "without the condition a", "x = [a for a in b]"),
        ("x = True", "True -> False", "x = False"),
        ("x = 1", "1 -> 2", "x = 2"),
        ("x = 'a'", "'a' -> 'aXX'", "x = 'aXX'"),
        ("def f():\n    return a", "return a -> return None", "def f():\n    return None"),
        ("if a:\n    b()", "if a -> if not", "if not a:\n    b()"),
        ("if a:\n    b()", "without b()", "if a:\n    pass"),
        ("x += a", "without x += a", "pass"),
        ("for a in b:\n    continue", "continue -> break", "for a in b:\n    break"),
    ],
)
def test_a_mistake_is_made_in_one_place(source: str, what: str, result: str) -> None:
    assert made_of(source)[what] == result


def test_every_mutant_differs_from_the_module_and_from_the_others() -> None:
    source = "def f(a, b=1):\n    if a > b and not a:\n        return [x + 1 for x in a if x]\n    return b or 'y'\n"
    made = [ast.unparse(mutated(source, mutant.number)) for mutant in mutants(source)]
    assert len(set(made)) == len(made) == 12
    assert ast.unparse(ast.parse(source)) not in made


def test_lines_are_those_of_the_source() -> None:
    found = [(mutant.line, mutant.what) for mutant in mutants("\n\nx = 1\ny = [a for a in b if c]\n")]
    assert found == [(3, "1 -> 2"), (4, "without the condition c")]


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "import a",
        "x: Literal['a']",
        "def f(a: 'b') -> 'c': ...",
        "@dataclass(frozen=True)\nclass A: ...",
        "class A(Struct, frozen=True): ...",
        "__all__ = ['a']",
        "x = f'{a} b'",
        "raise ValueError('no')",
        "if TYPE_CHECKING:\n    import a",
    ],
)
def test_what_no_test_should_depend_on_is_left_alone(source: str) -> None:
    assert mutants(source) == ()


def test_a_number_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="the module has 1 mutants, and no number 1"):
        mutated("x = 1", 1)


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("def f(a):\n    return a", "def f(a):\n    return 1", "f"),
        (
            "class A:\n    def f(self):\n        return [x for x in self]",
            "class A:\n    def f(self):\n        return [x for x in blah]",
            "A.f",
        ),
        (
            "def f():\n    def g():\n        return 1\n    return g",
            "def f():\n    def g():\n        return 2\n    return g",
            "f",
        ),
    ],
)
def test_a_mistake_in_the_body_of_a_function_is_known_as_that(before: str, after: str, name: str) -> None:
    old, new = changed_function(compiled(before), compiled(after)) or (None, None)
    assert old is not None
    assert new is not None
    assert old.co_qualname == new.co_qualname == name


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1", "x = 2"),
        ("def f(a=1):\n    return a", "def f(a=2):\n    return a"),
        ("class A:\n    x = 1", "class A:\n    x = 2"),
        ("f = lambda: 1", "f = lambda: 2"),
        ("def f():\n    return 1", "def f():\n    return 1"),
        ("def f():\n    return 1\nx = 1", "def f():\n    return 2\nx = 2"),
    ],
)
def test_any_other_mistake_needs_an_import(before: str, after: str) -> None:
    assert changed_function(compiled(before), compiled(after)) is None


def compiled(source: str) -> CodeType:
    return compile(source, "a.py", "exec")


@pytest.mark.requirement("R50")
@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_score_that_reaches_the_aim(part: str) -> None:
    document = (Path(__file__).parents[2] / "docs/mutation.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| {part} \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d.]+) % \|$", document, re.MULTILINE)
    there, tried, killed = (int(number.replace(",", "")) for number in row[:3])
    assert killed <= tried <= there
    assert float(row[3]) == round(100 * killed / tried, 1)
    assert float(row[3]) >= 85
