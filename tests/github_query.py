"""A reader of GraphQL documents: one operation, fields with arguments and aliases, variables, inline fragments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from provider_formats import Json

_TOKEN = re.compile(r'[\s,]+|#[^\n]*|([A-Za-z_]\w*|\$\w+|\.\.\.|-?\d+|"(?:[^"\\\n]|\\.)*"|[{}()\[\]:!=])')


class QueryError(Exception):
    """An answer with `errors` and without `data`."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Of an inline fragment, the name is `...` and the alias is its type."""

    name: str
    alias: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    fields: Sequence[Field] = ()

    def given(self, variables: Mapping[str, Json]) -> Mapping[str, Json]:
        return {name: _filled(value, variables) for name, value in self.arguments.items()}


def _filled(value: object, variables: Mapping[str, Json]) -> Json:
    match value:
        case Variable():
            return variables.get(value.name)
        case dict():
            return {name: _filled(item, variables) for name, item in value.items()}
        case list():
            return [_filled(item, variables) for item in value]
        case None | bool() | int() | str():
            return value
    raise AssertionError(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    mutation: bool
    defaults: Mapping[str, Json]
    fields: Sequence[Field]


def parse(text: str) -> Operation:
    return _Reader(text).operation()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise QueryError(f"Parse error on {text[at]!r}")
            at = found.end()
            if found[1]:
                self.tokens.append(found[1])
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token != wanted):
            raise QueryError(f"Parse error on {token!r}, expected {wanted or 'more'!r}")
        self.at += 1
        return token

    def name(self) -> str:
        token = self.take()
        if not re.fullmatch(r"[A-Za-z_]\w*", token):
            raise QueryError(f"Parse error on {token!r}, expected a name")
        return token

    def operation(self) -> Operation:
        kind, defaults = "query", dict[str, Json]()
        if self.peek() in ("query", "mutation"):
            kind = self.take()
            if self.peek() not in ("(", "{"):
                self.name()
            if self.peek() == "(":
                defaults = self.variables()
        fields = self.selections()
        if self.peek():
            raise QueryError(f"Parse error on {self.peek()!r}: one operation is read, without named fragments")
        return Operation(mutation=kind == "mutation", defaults=defaults, fields=fields)

    def variables(self) -> dict[str, Json]:
        defaults = dict[str, Json]()
        self.take("(")
        while self.peek() != ")":
            name = self.take().removeprefix("$")
            self.take(":")
            while self.peek() == "[":
                self.take()
            self.name()
            while self.peek() in ("]", "!"):
                self.take()
            if self.peek() == "=":
                self.take()
                defaults[name] = _filled(self.value(), {})
        self.take(")")
        return defaults

    def selections(self) -> list[Field]:
        fields = []
        self.take("{")
        while self.peek() != "}":
            fields.append(self.field())
        self.take("}")
        if not fields:
            raise QueryError("Parse error on '}'")
        return fields

    def field(self) -> Field:
        if self.peek() == "...":
            self.take()
            self.take("on")
            return Field(name="...", alias=self.name(), fields=self.selections())
        alias = name = self.name()
        if self.peek() == ":":
            self.take()
            name = self.name()
        arguments = self.pairs("(", ")") if self.peek() == "(" else {}
        fields = self.selections() if self.peek() == "{" else []
        return Field(name=name, alias=alias, arguments=arguments, fields=fields)

    def pairs(self, opening: str, closing: str) -> dict[str, object]:
        pairs = dict[str, object]()
        self.take(opening)
        while self.peek() != closing:
            name = self.name()
            self.take(":")
            pairs[name] = self.value()
        self.take(closing)
        return pairs

    def value(self) -> object:
        match self.peek():
            case "{":
                return self.pairs("{", "}")
            case "[":
                self.take()
                items = []
                while self.peek() != "]":
                    items.append(self.value())
                self.take()
                return items
        token = self.take()
        if token.startswith("$"):
            return Variable(token[1:])
        if token.startswith('"') or token.lstrip("-").isdigit() or token in ("true", "false", "null"):
            value: object = json.loads(token)
            return value
        return token
