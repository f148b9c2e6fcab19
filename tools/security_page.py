"""Write docs/security.md: every requirement, the tests that show it, and what falls short. `make docs` runs it.

A test says what it shows with `@pytest.mark.requirement("R17")`, or `@pytest.mark.incident("I4")`, and with `thorough`
and `needs` where it does not run. The marks are read from the source, and nothing is run; the words stand in
security_page.toml.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, get_args

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/security.md"
WORDS = Path(__file__).with_suffix(".toml")
MARKS = ("requirement", "incident")
THOROUGH = "pytest.mark.thorough"

State = Literal["shown", "shown in part", "not shown", "left out"]
STATES: tuple[State, ...] = get_args(State)

_HEAD = """\
# Security: what is required, and what shows it

<!-- Written by `make docs` from tools/security_page.toml and the marks of the tests; change those, not this page. -->

[SECURITY.md](../SECURITY.md) says who may do harm, what is sent to whom, and what is not protected. This page lists
what is required for that, most important first, with the tests that would fail without it. `make test` runs them all
but the dear ones, which `make thorough` runs: those are marked *thorough*, or *thorough in part* where that holds for
some of their rows. Neither needs a network or a key. What *needs* something is skipped on a machine that lacks it.
A test is listed here because it carries the number as a mark, and a test checks that this page is what the marks say.

- **shown**: the tests show all of it.
- **shown in part**: the tests show what the text says, and the text says what is missing.
- **not shown**: it is wanted, and no test shows it yet.
- **left out**: it is not done on purpose, and the text says why.
"""


_IN_PART = "thorough in part"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedTest:
    """A test that says what it shows. `path`: from the root of the repository, `numbers`: as R17 or I4."""

    path: str
    name: str
    numbers: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    """In words: where it does not run."""

    @property
    def everywhere(self) -> bool:
        """At least some of it runs in `make test`, on every machine."""
        return self.conditions in ((), (_IN_PART,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The words about one requirement or incident; all are markdown, and `note` may be empty."""

    number: str
    title: str
    text: str
    state: State
    note: str


def marked_tests(folder: Path = ROOT / "tests", *, root: Path = ROOT) -> tuple[MarkedTest, ...]:
    """Every test below `folder` that has a mark of ours, by file and then in the order of the file.

    Raises ValueError with the place of a mark whose numbers cannot be read from the source.
    """
    return tuple(
        test
        for file in sorted(folder.rglob("test_*.py"))
        for test in _tests_of(ast.parse(file.read_text("utf-8")), file.relative_to(root).as_posix())
    )


def _tests_of(module: ast.Module, path: str) -> Iterator[MarkedTest]:
    everywhere = [
        mark
        for statement in module.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "pytestmark"
        for mark in _listed(statement.value)
    ]
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith("test_"):
            marks = [*everywhere, *statement.decorator_list]
            if numbers := sorted(set(_words(marks, MARKS, path)), key=order):
                conditions = tuple(_conditions(marks, statement, path))
                yield MarkedTest(path=path, name=statement.name, numbers=tuple(numbers), conditions=conditions)


def _listed(value: ast.expr) -> Sequence[ast.expr]:
    return value.elts if isinstance(value, ast.List | ast.Tuple) else [value]


def _words(marks: Sequence[ast.expr], names: Sequence[str], path: str) -> Iterator[str]:
    """What stands in the marks of these names."""
    for mark in marks:
        if not isinstance(mark, ast.Call) or ast.unparse(mark.func) not in {f"pytest.mark.{name}" for name in names}:
            continue
        for argument in mark.args:
            word = argument.value if isinstance(argument, ast.Constant) else None
            if not isinstance(word, str):
                raise ValueError(f'{path}:{mark.lineno}: write it as a text, such as "R17"')  # noqa: TRY004
            yield word


def _conditions(marks: Sequence[ast.expr], test: ast.AST, path: str) -> Iterator[str]:
    if any(ast.unparse(mark) == THOROUGH for mark in marks):
        yield "thorough"
    elif any(
        isinstance(part, ast.Attribute) and ast.unparse(part) == THOROUGH for mark in marks for part in ast.walk(mark)
    ):
        yield _IN_PART
    needed = list(_words(marks, ["needs"], path))
    if needed:
        yield f"needs {', '.join(needed)}"
    parts = (part for tree in (*marks, test) for part in ast.walk(tree) if isinstance(part, ast.Call))
    if any(ast.unparse(part.func) in ("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif") for part in parts):
        raise ValueError(f"{path}: say with `needs` what a machine lacks where a test with a number is skipped")


def order(number: str) -> tuple[str, int]:
    """R2 comes before R10; incidents stand apart."""
    return number[:1], int(number[1:]) if number[1:].isdecimal() else 0


def read_words(file: Path = WORDS) -> dict[str, Entry]:
    """The words about each number. Raises ValueError when an entry lacks something or says what is not known."""
    tables = tomllib.loads(file.read_text("utf-8"))
    return {number: _entry(number, table) for number, table in tables.items()}


def _entry(number: str, table: Mapping[str, str]) -> Entry:
    state = table.get("state", "shown")
    if unknown := table.keys() - {"title", "text", "state", "note"}:
        raise ValueError(f"{number}: {', '.join(sorted(unknown))} is not known")
    if state not in STATES:
        raise ValueError(f"{number}: state is one of {', '.join(STATES)}")
    known: State = next(one for one in STATES if one == state)
    title, text, note = (_flowed(table.get(key, "")) for key in ("title", "text", "note"))
    if not title or not text or not (note or known == "shown"):
        raise ValueError(f"{number}: title, text, and a note unless all is shown, have to be there")
    return Entry(number=number, title=title, text=text, state=known, note=note)


def _flowed(text: str) -> str:
    return " ".join(text.split())


def render(words: Mapping[str, Entry], tests: Sequence[MarkedTest]) -> str:
    """The whole document."""
    requirements = [words[number] for number in sorted(words, key=order) if number.startswith("R")]
    incidents = [words[number] for number in sorted(words, key=order) if number.startswith("I")]
    parts = [_HEAD, *_overview(requirements, tests)]
    parts += ["## Requirements\n", *(line for entry in requirements for line in _section(entry, tests))]
    if incidents:
        parts += ["## Incidents that the requirements come from\n"]
        parts += [line for entry in incidents for line in _section(entry, tests)]
    return "\n".join(parts)


def _overview(entries: Sequence[Entry], tests: Sequence[MarkedTest]) -> Iterator[str]:
    yield "## At a glance\n"
    yield "| | requirement | result | tests |\n|---|---|---|---|"
    for entry in entries:
        link = f"[{entry.number}](#{_anchor(entry)})"
        yield f"| {link} | {entry.title} | {entry.state} | {_count(_of(entry, tests))} |"
    yield ""


def _section(entry: Entry, tests: Sequence[MarkedTest]) -> Iterator[str]:
    yield f"### {entry.number} {entry.title}\n"
    yield f"{entry.text}\n"
    yield f"**{entry.state.capitalize()}.**{f' {entry.note}' if entry.note else ''}\n"
    for path, group in groupby(_of(entry, tests), key=lambda test: test.path):
        yield f"- [{path}](../{path}): {', '.join(map(_shown, group))}"
    yield ""


def _count(tests: Sequence[MarkedTest]) -> str:
    """How many, and how many of them are not in every run."""
    less = sum(not test.everywhere for test in tests)
    return f"{len(tests) or ''}" + (f" ({less} not in every run)" if less else "")


def _shown(test: MarkedTest) -> str:
    return f"`{test.name}`" + (f" (*{', '.join(test.conditions)}*)" if test.conditions else "")


def _of(entry: Entry, tests: Sequence[MarkedTest]) -> list[MarkedTest]:
    return [test for test in tests if entry.number in test.numbers]


def _anchor(entry: Entry) -> str:
    """As GitHub makes it of the heading."""
    kept = "".join(letter for letter in f"{entry.number} {entry.title}".lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


if __name__ == "__main__":
    DOCUMENT.write_text(render(read_words(), marked_tests()), encoding="utf-8")
