"""Arithmetic that a person types: numbers, + − × ÷ ^, brackets and a few functions; read by hand, never run as code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

LONGEST = 300
_DEEPEST = 40
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?|\.\d+)(?:[eE]([-+]?\d{1,4}))?|([A-Za-zσπ]+)|(.))")
_SAME = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", ":": "/", "[": "(", "]": ")",
                       "²": "^2", "³": "^3", "√": " sqrt ", "π": "(π)"})  # fmt: skip
_CONSTANTS = {"e": math.e, "π": math.pi, "pi": math.pi}


class ArithmeticProblem(Exception):
    """What is typed is no arithmetic: one sentence for a person."""


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "abs": abs,
    "σ": _sigmoid,
    "sigmoid": _sigmoid,
}


def calculate(text: str) -> float:
    """The value of what is typed, such as ``0.25 - 0.5*0.0106``; a comma may be the decimal point.

    Raises ArithmeticProblem, also where the value is not finite. Powers bind before signs: -2^2 is -4.
    """
    if len(text) > LONGEST:
        raise ArithmeticProblem(f"Type at most {LONGEST} characters.")
    if not text.strip():
        raise ArithmeticProblem("Type a number, or a calculation such as 0.25 − 0.5·0.0106.")
    plain = re.sub(r"(?<=\d),(?=\d)", ".", text.translate(_SAME)).replace("**", "^")
    reader = _Reader(plain)
    try:
        value = reader.whole()
    except (OverflowError, ValueError, ZeroDivisionError):
        raise ArithmeticProblem("This calculation has no finite result.") from None
    if not math.isfinite(value):
        raise ArithmeticProblem("This calculation has no finite result.")
    return value


class _Reader:
    """A recursive-descent reader: sums of products of signs of powers of atoms."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text.rstrip(), 0, 0

    def whole(self) -> float:
        value = self._sum()
        if self._at < len(self._text):
            raise ArithmeticProblem(f"“{self._text[self._at :].strip()[:20]}” cannot be read here.")
        return value

    def _peek(self) -> str:
        """The next mark that is neither a number nor a name; empty for these, and at the end."""
        found = _TOKEN.match(self._text, self._at)
        return found[4] or "" if found is not None else ""

    def _take(self) -> re.Match[str] | None:
        found = _TOKEN.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _sum(self) -> float:
        value = self._product()
        while (mark := self._peek()) in ("+", "-"):
            self._take()
            value = value + self._product() if mark == "+" else value - self._product()
        return value

    def _product(self) -> float:
        value = self._signed()
        while (mark := self._peek()) in ("*", "/", "("):
            if mark != "(":  # a bracket right after a number multiplies
                self._take()
            value = value / self._signed() if mark == "/" else value * self._signed()
        return value

    def _signed(self) -> float:
        sign = 1.0
        while (mark := self._peek()) in ("+", "-"):
            self._take()
            sign = -sign if mark == "-" else sign
        return sign * self._power()

    def _power(self) -> float:
        base = self._atom()
        if self._peek() != "^":
            return base
        self._take()
        self._deeper()
        exponent = self._signed()
        self._depth -= 1
        value = base**exponent
        if isinstance(value, complex):
            raise ValueError
        return float(value)

    def _atom(self) -> float:
        token = self._take()
        if token is None:
            raise ArithmeticProblem("The calculation breaks off; a number is missing at its end.")
        if token[1] is not None:
            return float(token[1] + (f"e{token[2]}" if token[2] else ""))
        if token[3] is not None:
            return self._named(token[3])
        if token[4] != "(":
            raise ArithmeticProblem(f"A number is missing before “{token[4]}”.")
        return self._bracket()

    def _named(self, word: str) -> float:
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        if word not in FUNCTIONS:
            known = ", ".join(name for name in FUNCTIONS if name != "sigmoid")
            raise ArithmeticProblem(f"“{word[:20]}” is not known here; use numbers, and {known}.")
        if self._peek() != "(":
            raise ArithmeticProblem(f"Write brackets after {word}: {word}(0.5).")
        self._take()
        return float(FUNCTIONS[word](self._bracket()))

    def _bracket(self) -> float:
        self._deeper()
        value = self._sum()
        if self._peek() != ")":
            raise ArithmeticProblem("A bracket is not closed.")
        self._take()
        self._depth -= 1
        return value

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ArithmeticProblem("There are too many brackets in brackets.")
