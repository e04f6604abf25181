"""Reads a formula with numbers back as text and computes it: a calculator that shares nothing with the program."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(?P<number>\d+(?:\.\d+)?(?:e[−-]?\d+)?|∞|NaN|π)|\s*(?P<word>ln|tanh|max|min|erf|sign|if|and|else|e(?![a-z]))"
    r"|\s*(?P<mark>[-−+·/()|^,>≥²³√σ])"
)
_NUMBERS = {"∞": math.inf, "NaN": math.nan, "π": math.pi}


class NotReadError(ValueError):
    """A text that is no formula, or one in which terms were left out."""


def computed(text: str) -> float:
    """The value of a formula such as ``0.5 · (1 − 0.73)²``; raises NotReadError."""
    reader = _Reader(_tokens(text))
    value = reader.sum()
    if reader.left:
        raise NotReadError(f"{text!r} goes on after its end with {reader.left[0]!r}")
    return value


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise NotReadError(f"{text[place : place + 20]!r} is no part of a formula")
        found.append(match.group().strip())
        place = match.end()
    return found


class _Reader:
    """Sums of products of powers, read from the left."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def take(self, *wanted: str) -> str:
        """The next token, which must be one of those wanted."""
        if not self.left or self.left[0] not in wanted:
            raise NotReadError(f"{wanted} should come before {self.left[:4]}")
        return self.left.pop(0)

    def next_is(self, *tokens: str) -> bool:
        """Whether the next token is one of these."""
        return bool(self.left) and self.left[0] in tokens

    def sum(self) -> float:
        """a + b − c; a minus at the beginning is the sign of the first product."""
        terms = [self.product()]
        while self.next_is("+", "−"):
            sign = 1.0 if self.take("+", "−") == "+" else -1.0
            terms.append(sign * self.product())
        return math.fsum(terms) if all(map(math.isfinite, terms)) else sum(terms)

    def product(self) -> float:
        """a · b / c."""
        if self.next_is("−"):
            self.take("−")
            return -self.product()
        value = self.power()
        while self.next_is("·", "/"):
            if self.take("·", "/") == "·":
                value *= self.power()
            else:
                value = _divided(value, self.power())
        return value

    def power(self) -> float:
        """A number, something in parentheses or a function, and what it is raised to."""
        if self.next_is("e"):
            self.take("e")
            if self.next_is("²", "³"):
                return _exp(2.0 if self.take("²", "³") == "²" else 3.0)
            self.take("^")
            return _exp(self.base())
        value = self.base()
        if self.next_is("²", "³"):
            return value ** (2 if self.take("²", "³") == "²" else 3)
        if self.next_is("^"):
            self.take("^")
            sign = -1.0 if self.next_is("-", "−") and self.take("-", "−") else 1.0
            return float(value ** (sign * float(self.left.pop(0))))
        return value

    def base(self) -> float:
        """A number, a function of its arguments, or what stands in parentheses."""
        if self.next_is("("):
            return self.in_parentheses()
        if self.next_is("|"):
            self.take("|")
            value = self.sum()
            self.take("|")
            return abs(value)
        if self.next_is("√"):
            self.take("√")
            return math.sqrt(self.base())
        if self.left and self.left[0] in _FUNCTIONS:
            function = _FUNCTIONS[self.left.pop(0)]
            return function(*self.arguments())
        if not self.left or not (self.left[0][0].isdigit() or self.left[0] in _NUMBERS):
            raise NotReadError(f"a number should come before {self.left[:4]}")
        number = self.left.pop(0)
        if self.next_is("π"):  # 2π
            return float(number) * _NUMBERS[self.left.pop(0)]
        return _NUMBERS[number] if number in _NUMBERS else float(number.replace("−", "-"))

    def in_parentheses(self) -> float:
        """(a), or (a if b > c and e > f, else d)."""
        self.take("(")
        value = self.sum()
        if self.next_is("if"):
            self.take("if")
            holds = self.comparison()
            while self.next_is("and"):
                self.take("and")
                holds = self.comparison() and holds
            self.take(",")
            self.take("else")
            otherwise = self.sum()
            value = value if holds else otherwise
        self.take(")")
        return value

    def comparison(self) -> bool:
        """a > b, or a ≥ b."""
        one = self.sum()
        or_equal = self.take(">", "≥") == "≥"
        other = self.sum()
        return one > other or (or_equal and one == other)

    def arguments(self) -> list[float]:
        """(a, b, c)."""
        self.take("(")
        found = [self.sum()]
        while self.next_is(","):
            self.take(",")
            found.append(self.sum())
        self.take(")")
        return found


def _divided(above: float, below: float) -> float:
    if below:
        return above / below
    return math.nan if above == 0 or math.isnan(above) else math.copysign(math.inf, above)


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf


def _ln(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "ln": _ln,
    "tanh": math.tanh,
    "max": max,
    "min": min,
    "erf": math.erf,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "σ": lambda x: 1 / (1 + _exp(-x)),
}
