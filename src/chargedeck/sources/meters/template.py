"""A small language for the place of a value in a message: paths into JSON, numbers, and the four rules.

`value` is the whole message, `ENERGY.Power` a place in it, `phases[0].power` an entry of a list,
`["1-0:16.7.0"]` a key of any characters, and `1000 * (delivered - returned)` a sum. What Home Assistant
writes, `{{ value_json.ENERGY.Power | float }}`, means the same. Nothing in it can call anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any, NoReturn

from chargedeck.domain.sentences import said

LONGEST = 200

Expression = Callable[[Any], float]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>[-+*/().\[\]]))"
)
_FILTER = re.compile(r"\|\s*float\s*$")
_PREFIXES = ("value_json", "value")


class TemplateError(ValueError):
    """The template cannot be understood, or the message has no such value; the text says which."""


def template(text: str) -> Expression:
    """Understand a template; raises TemplateError."""
    if len(text) > LONGEST:
        raise TemplateError(said("is longer than {longest} characters", longest=LONGEST))
    inner = text.strip()
    if inner.startswith("{{") and inner.endswith("}}"):
        inner = inner[2:-2]
    inner = _FILTER.sub("", inner.strip())
    parser = _Parser(inner)
    found = parser.sum()
    parser.end()
    return found


class _Parser:
    """Reads from left to right; every method leaves what it did not need."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise TemplateError(
                    said("cannot be understood from '{text}' on", text=text[at:].strip()[:20])
                )
            kind = match.lastgroup or ""
            self._tokens.append((kind, match[kind]))
            at = match.end()
        if not self._tokens:
            raise TemplateError(said("is empty; write value for a message that is the number itself"))
        self._tokens.append(("end", ""))
        self._at = 0

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> str | None:
        kind, text = self._next
        if kind == "sign" and text in signs:
            self._at += 1
            return text
        return None

    def _fail(self) -> NoReturn:
        _, text = self._next
        raise TemplateError(
            said("ends too early") if not text else said("cannot be understood at '{text}'", text=text)
        )

    def end(self) -> None:
        """Nothing may follow."""
        if self._next[0] != "end":
            self._fail()

    def sum(self) -> Expression:
        """Terms with plus and minus."""
        left = self._product()
        while (sign := self._take("+", "-")) is not None:
            left = _joined(left, sign, self._product())
        return left

    def _product(self) -> Expression:
        left = self._factor()
        while (sign := self._take("*", "/")) is not None:
            left = _joined(left, sign, self._factor())
        return left

    def _factor(self) -> Expression:
        if self._take("-"):
            inner = self._factor()
            return lambda message: -inner(message)
        if self._take("("):
            inside = self.sum()
            if not self._take(")"):
                self._fail()
            return inside
        kind, text = self._next
        if kind == "number":
            self._at += 1
            number = float(text)
            return lambda _: number
        return _place(self._path())

    def _path(self) -> list[str | int]:
        kind, text = self._next
        steps: list[str | int] = []
        if kind == "name":
            self._at += 1
            if text not in _PREFIXES:
                steps.append(text)
        elif text != "[":
            self._fail()
        while True:
            if self._take("."):
                steps.append(self._expect("name"))
            elif self._take("["):
                steps.append(self._key())
                if not self._take("]"):
                    self._fail()
            else:
                return steps

    def _key(self) -> str | int:
        if self._next[0] == "number":
            return int(self._expect("number"))
        return self._expect("text")[1:-1]

    def _expect(self, kind: str) -> str:
        found, text = self._next
        if found != kind or (kind == "number" and not text.isdigit()):
            self._fail()
        self._at += 1
        return text


def _joined(left: Expression, sign: str, right: Expression) -> Expression:
    match sign:
        case "+":
            return lambda message: left(message) + right(message)
        case "-":
            return lambda message: left(message) - right(message)
        case "*":
            return lambda message: left(message) * right(message)
        case _:
            return lambda message: _divided(left(message), right(message))


def _divided(left: float, right: float) -> float:
    if right == 0:
        raise TemplateError(said("divides by 0"))
    return left / right


def _place(steps: list[str | int]) -> Expression:
    def found(message: Any) -> float:
        value = message
        for step in steps:
            try:
                kind: type[Any] = list if isinstance(step, int) else dict
                value = value[step] if isinstance(value, kind) else None
            except LookupError:
                value = None
            if value is None:
                raise TemplateError(
                    said(
                        "looks for {steps}, and the message has {message}",
                        steps=_shown(steps),
                        message=_keys(message),
                    )
                )
        return _number(value, steps)

    return found


def _number(value: Any, steps: list[str | int]) -> float:
    """A number, or one in quotes, as some write it."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TemplateError(said("finds no number at {steps}", steps=_shown(steps)))
    return float(value)


def _shown(steps: list[str | int]) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(parts).lstrip(".") or "value"


def _keys(value: Any) -> str:
    if isinstance(value, dict) and value:
        return "only " + ", ".join(sorted(map(str, value))[:8])
    return f"a list of {len(value)}" if isinstance(value, list) else "nothing like it"
