"""Small mistakes, put into the source of a module one at a time: what a test suite has to notice.

A mutant is the module with one place changed: a comparison, an operator, a condition, a number, a text, a value that is
returned, a statement that is left out. Types, decorators, options in the head of a class, docstrings and the words of
errors and of f-strings are left alone: no test should depend on them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SWAPPED = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
    "find": "rfind",
    "rfind": "find",
    "partition": "rpartition",
    "rpartition": "partition",
    "match": "search",
    "search": "match",
    "bisect_left": "bisect_right",
    "bisect_right": "bisect_left",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of a module. `number` counts them from 0; `line` is 1-based; `what` is for a person."""

    number: int
    line: int
    what: str


def mutants(source: str) -> tuple[Mutant, ...]:
    """All mutants of a module's source."""
    walk = _Walk(chosen=None)
    walk.visit(ast.parse(source))
    return tuple(Mutant(number=n, line=line, what=what) for n, (line, what) in enumerate(walk.found))


def mutated(source: str, number: int) -> ast.Module:
    """The tree of the module with that one change."""
    tree = ast.parse(source)
    walk = _Walk(chosen=number)
    walk.visit(tree)
    if number >= len(walk.found):
        raise ValueError(f"the module has {len(walk.found)} mutants, and no number {number}")
    return ast.fix_missing_locations(tree)


class _Walk(ast.NodeTransformer):
    """Goes through a tree in a fixed order, counts the places where a mistake could be, and makes the chosen one."""

    def __init__(self, *, chosen: int | None) -> None:
        self.found: list[tuple[int, str]] = []
        self._chosen = chosen

    def visit(self, node: ast.AST) -> ast.AST:
        result = node
        for what, other in _others(node):
            if len(self.found) == self._chosen:
                result = ast.copy_location(other, node)
            self.found.append((_line(node), what))
        self._go_on(node)
        return result

    def _go_on(self, node: ast.AST) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list") or isinstance(node, ast.Raise | ast.JoinedStr):
                continue
            if name == "keywords" and isinstance(node, ast.ClassDef):  # what a decorator would say otherwise
                continue
            if isinstance(value, list):
                value[:] = [self._child(item) for item in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, self._child(value))

    def _child(self, child: object) -> object:
        if not isinstance(child, ast.AST) or _is_left_alone(child):
            return child
        return self.visit(child)


def _line(node: ast.AST) -> int:
    return _line(node.target) if isinstance(node, ast.comprehension) else int(getattr(node, "lineno", 0))


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # a docstring


def _others(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.expr):
        yield from _expressions(node)
    elif isinstance(node, ast.comprehension):
        for at in range(len(node.ifs)):
            other = copy.deepcopy(node)
            what = f"without the condition {_short(other.ifs.pop(at))}"
            yield what, other
    elif isinstance(node, ast.stmt):
        yield from _statements(node)


def _expressions(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    other = copy.deepcopy(node)
    match other:
        case ast.Compare(ops=[op]) if type(op) in _COMPARED:
            other.ops = [_COMPARED[type(op)]()]
            yield _became(node, other), other
        case ast.BoolOp():
            other.op = ast.Or() if isinstance(other.op, ast.And) else ast.And()
            yield _became(node, other), other
        case ast.BinOp() if type(other.op) in _COMPUTED:
            other.op = _COMPUTED[type(other.op)]()
            yield _became(node, other), other
        case ast.UnaryOp(op=ast.Not()):
            yield _became(node, other.operand), other.operand
        case ast.IfExp():
            other.body, other.orelse = other.orelse, other.body
            yield _became(node, other), other
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED:
            other.func = ast.Name(id=_SWAPPED[name], ctx=ast.Load())
            if not name.startswith("bisect"):
                yield _became(node, other), other
        case ast.Call(func=ast.Attribute(attr=name) as called) if name in _SWAPPED:
            called.attr = _SWAPPED[name]
            yield _became(node, other), other
        case ast.Constant():
            yield from _constants(other)


def _constants(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", ast.Constant(value=not value)
        case ast.Constant(value=int(value)):
            yield f"{value} -> {value + 1}", ast.Constant(value=value + 1)
        case ast.Constant(value=float(value)):
            yield f"{value} -> {value * 2 + 1}", ast.Constant(value=value * 2 + 1)
        case ast.Constant(value=str(text)):
            changed = f"{text}XX" if text else "XX"
            yield f"{_short(node)} -> {_short(ast.Constant(value=changed))}", ast.Constant(value=changed)


def _statements(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    other = copy.deepcopy(node)
    match other:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
        case ast.If() | ast.While():
            if not isinstance(other.test, ast.Constant):
                what = f"if {_short(other.test)} -> if not"
                other.test = ast.UnaryOp(op=ast.Not(), operand=other.test)
                yield what, other
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield f"return {_short(value)} -> return None", ast.Return(value=ast.Constant(value=None))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign():
            yield f"without {_short(node)}", ast.Pass()
        case ast.Continue():
            yield "continue -> break", ast.Break()
        case ast.Break():
            yield "break -> continue", ast.Continue()


def _became(before: ast.AST, after: ast.AST) -> str:
    return f"{_short(before)} -> {_short(after)}"


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
