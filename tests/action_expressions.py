"""Expressions of GitHub Actions, as far as action.yml and the workflows use them; anything else is an error.

https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z_][\w-]*|\d+|&&|\|\||==|!=|[!().,])")
_EMBEDDED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}

Functions = Mapping[str, Callable[..., Any]]


def filled(text: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> str:
    """A text with its expressions replaced by their values, as the text that a variable gets."""
    return _EMBEDDED.sub(lambda found: written(value(found[1], contexts, functions)), text)


def holds(condition: str, contexts: Mapping[str, Any], functions: Functions) -> bool:
    """An `if:`; one that asks for no status is for the case that everything before went well."""
    condition = _EMBEDDED.sub(lambda found: f"({found[1]})", condition)
    asks = re.search(r"\b(always|cancelled|success|failure)\(", condition)
    return bool(value(condition if asks else f"success() && ({condition})", contexts, functions))


def written(found: Any) -> str:
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)


def value(expression: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> Any:
    """What an expression stands for. Raises ValueError for what is not understood."""
    reader = _Reader(_tokens(expression), contexts, functions or {})
    found = reader.either()
    if reader.ahead:
        raise ValueError(f"{expression!r} goes on with {reader.ahead!r}")
    return found


def _tokens(expression: str) -> Iterator[str]:
    place, text = 0, expression.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"{expression!r} is not understood from {text[place:]!r} on")
        yield found[1]
        place = found.end()


class _Reader:
    def __init__(self, tokens: Iterator[str], contexts: Mapping[str, Any], functions: Functions) -> None:
        self._tokens, self._contexts, self._functions = tokens, contexts, functions
        self.ahead = next(tokens, "")

    def _take(self, *wanted: str) -> str:
        token = self.ahead
        if wanted and token not in wanted:
            raise ValueError(f"{token!r} where {' or '.join(wanted)} was expected")
        self.ahead = next(self._tokens, "")
        return token

    def either(self) -> Any:
        found = self._both()
        while self.ahead == "||":
            self._take()
            other = self._both()
            found = found or other
        return found

    def _both(self) -> Any:
        found = self._compared()
        while self.ahead == "&&":
            self._take()
            other = self._compared()
            found = found and other
        return found

    def _compared(self) -> Any:
        found = self._single()
        while self.ahead in ("==", "!="):
            operator, other = self._take(), self._single()
            found = (written(found).lower() == written(other).lower()) is (operator == "==")
        return found

    def _single(self) -> Any:
        token = self._take()
        if token == "!":
            return not self._single()
        if token == "(":
            found = self.either()
            self._take(")")
            return found
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdigit():
            return int(token)
        if self.ahead == "(":
            return self._called(token)
        if token in _WORDS:
            return _WORDS[token]
        return self._looked_up(token)

    def _called(self, name: str) -> Any:
        self._take("(")
        given: list[Any] = []
        while self.ahead != ")":
            given.append(self.either())
            if self.ahead == ",":
                self._take()
        self._take(")")
        if name not in self._functions:
            raise ValueError(f"no function {name}")
        return self._functions[name](*given)

    def _looked_up(self, name: str) -> Any:
        """A name that a context does not have is null, as on GitHub; a context that is not there is an error."""
        if name not in self._contexts:
            raise ValueError(f"no context {name}")
        found = self._contexts[name]
        while self.ahead == ".":
            self._take()
            key = self._take()
            found = found.get(key) if isinstance(found, Mapping) else None
        return found
