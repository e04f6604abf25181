"""Figures: how the numbers of a trace are written: as a textbook prints them, carried at four decimals, or exact."""

from __future__ import annotations

import math
from typing import Literal

from explorer.equations import Expr, Quantity
from explorer.printing import latex, show_plain, text
from explorer.stepping.explain import lettered
from explorer.stepping.naming import for_the_eye
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import MEASURED, Exact, Rounded, clean, has, stored
from explorer.stepping.textbook import Textbook
from explorer.stepping.trace import Trace

Mode = Literal["printed", "decimals", "exact"]
MEASURED_DIGITS = 9
SHORT_DIGITS = 6
HEAVY = 10_000
"""Products in one pass over the examples from which on numbers are shown exact at first, not carried."""
AGREEMENT = 1e-9
"""How far, relatively, an evaluated formula may be from what autograd computed."""


class Figures:
    """The values of one trace in three modes, as numbers and as texts with real minus signs.

    ``previous`` is the iteration before, whose rounded results this one carries on.
    """

    def __init__(self, trace: Trace, previous: Figures | None = None) -> None:
        self.trace, self._previous = trace, previous
        self.exact = Exact(trace.rules)
        self.rounded: Rounded = Rounded(trace.rules, 4, previous.rounded if previous else None)
        self.textbook = Textbook(trace, self.rounded)
        self._texts: dict[tuple[Quantity, Mode], str] = {}
        self._decimals: dict[Quantity, str] = {}
        resolved = trace.rules.resolved
        self.heavy = trace.rules.batch * sum(layer.operations for layer in resolved.running) > HEAVY
        """Whether numbers that are carried at four decimals, term by term, keep one waiting."""

    def anew(self) -> Figures:
        """The same numbers with memories of their own, for another thread."""
        return Figures(Trace(self.trace.record), self._previous)

    def value(self, q: Quantity, mode: Mode) -> float:
        """The number itself: exact, or rounded in the other modes."""
        return float(self.exact.step_value(q) if mode == "exact" else self.rounded(q))

    def text(self, q: Quantity, mode: Mode) -> str:
        """The number as it is shown; in the mode ``printed`` all that the textbook prints for it."""
        if (q, mode) not in self._texts:
            printed = self.textbook.text(q) if mode == "printed" else ""
            self._texts[q, mode] = printed or (self._exact_text(q) if mode == "exact" else self.decimals(q))
        return self._texts[q, mode]

    def short(self, q: Quantity, mode: Mode) -> str:
        """The number in few characters, for a diagram."""
        if mode == "exact":
            return show_plain(self._listed(q), digits=SHORT_DIGITS)
        number = self.textbook.number_text(q) if mode == "printed" else ""
        return number or self.decimals(q)

    def operand(self, q: Quantity, mode: Mode) -> str:
        """The number as it stands in a formula: of several prints the last, with which the textbook goes on."""
        number = self.textbook.number_text(q, last=True) if mode == "printed" else ""
        return number or (self._exact_text(q) if mode == "exact" else self.decimals(q))

    def decimals(self, q: Quantity) -> str:
        """The number carried at four decimals: padded with zeros where rounding cut something off."""
        if q not in self._decimals:
            self._decimals[q] = self._carried(q)
        return self._decimals[q]

    def _listed(self, q: Quantity) -> float:
        """An exact number: evaluated, or of a heavy network as PyTorch computed it, which tests hold to be the same."""
        return float(self.exact(q)) if self.heavy else self.value(q, "exact")

    def _carried(self, q: Quantity) -> str:
        if q.role in MEASURED:
            return show_plain(self.exact.step_value(q), digits=2 if q.role == "relative" else MEASURED_DIGITS)
        value = self.rounded(q)
        if not math.isfinite(value) or q.role in ("rate", "epsilon"):
            return show_plain(value)
        equation = self.trace.rules.equation(q)
        if equation is None:
            return _given(value)
        unrounded = clean(float(equation.evaluate(self.rounded)))
        return _plain(value) if unrounded == value else _plain(value, self.rounded.digits)

    def exact_digits(self, q: Quantity) -> str:
        """Every digit of the float64."""
        return repr(self._listed(q)).replace("-", "−")

    def substituted(self, expr: Expr, of: Quantity, mode: Mode, short: bool = False) -> str:
        """A formula as LaTeX with numbers for its operands; ``short`` cuts exact numbers to six digits."""
        return latex(expr, lambda q: number_tex(self.in_formula(q, mode, of, short)), numbers=True)

    def plain(self, expr: Expr, of: Quantity, mode: Mode, short: bool = False) -> str:
        """A formula as text with numbers for its operands."""
        return text(expr, lambda q: self.in_formula(q, mode, of, short), numbers=True)

    def part_value(self, part: Expr, mode: Mode) -> float:
        """The value of a part of a formula, on exact or rounded operands."""
        return clean(float(part.evaluate(self.exact if mode == "exact" else self.rounded)))

    def formula(self, expr: Expr, notation: Notation) -> str:
        """A formula as LaTeX with names for its operands."""
        return for_the_eye(latex(lettered(expr, notation), notation.latex))

    def autograd(self, q: Quantity) -> float | None:
        """What PyTorch computed for a quantity; None if it does not keep it."""
        if has(self.trace.record, q) and self.trace.rules.equation(q) is not None:
            return float(stored(self.trace.record, q))
        return None

    def agrees(self, q: Quantity) -> bool:
        """Whether the formula, on exact operands, gives what PyTorch computed."""
        torchs = self.autograd(q)
        value = float(self.exact.step_value(q))
        if torchs is None or (math.isnan(torchs) and math.isnan(value)):
            return True
        return math.isclose(value, torchs, rel_tol=AGREEMENT, abs_tol=1e-15)

    def in_formula(self, q: Quantity, mode: Mode, of: Quantity, short: bool = False) -> str:
        """An operand's number; what the check measures is computed from exact numbers."""
        shown: Mode = "exact" if of.role in MEASURED and mode == "decimals" else mode
        if shown == "exact" and short:
            return show_plain(float(self.exact(q)), digits=SHORT_DIGITS)
        return self.operand(q, shown)

    def _exact_text(self, q: Quantity) -> str:
        return show_plain(self._listed(q))


def number_tex(text: str) -> str:
    """A shown number as LaTeX: a sign that is no operator, a power of ten."""
    mantissa, mark, exponent = text.replace("−", "-").replace("∞", r"\infty").partition("e")
    signed = mantissa.replace("-", "{-}")
    return rf"{signed} \cdot 10^{{{int(exponent)}}}" if mark else signed


def _given(value: float) -> str:
    """A given number with at least two decimals, whole numbers without any."""
    if value == int(value):
        return str(int(value)).replace("-", "−")
    return _plain(value, 2)


def _plain(value: float, least: int = 0) -> str:
    """The shortest text of a number, with at least ``least`` decimals; no exponent unless it is tiny."""
    text = show_plain(value)
    if "e" in text:
        exponent = -int(text.partition("e")[2].replace("−", "-"))
        return f"{value:.{min(15, exponent + 11)}f}".rstrip("0").replace("-", "−") if 0 < exponent <= 8 else text
    whole, _, decimals = text.partition(".")
    padded = decimals.ljust(least, "0")
    return f"{whole}.{padded}" if padded else whole
