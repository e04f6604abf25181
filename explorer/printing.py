"""Writes expression trees as LaTeX or plain text; how operands are called is the caller's choice."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from explorer.arrays import MatMul, Part, Rearranged, Transposed
from explorer.equations import (
    Apply,
    Choose,
    Difference,
    Expr,
    LogSumExp,
    Negative,
    Number,
    Pick,
    Power,
    Product,
    Quantity,
    Quotient,
    Ref,
    SoftmaxShare,
    Sum,
    operands,
)

Names = Callable[[Quantity], str]
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
LONG_SUM = 6
"""More terms than this are written with a capital sigma, or with dots once numbers stand in them."""

_SINGLE = ("rate", "epsilon", "cost", "output_cost", "example_cost", "overall")
"""Roles of single numbers, which have no index either."""
_CONSTANTS = {
    0.5: ("1/2", r"\tfrac{1}{2}"),
    math.sqrt(2): ("√2", r"\sqrt{2}"),
    math.sqrt(2 * math.pi): ("√(2π)", r"\sqrt{2\pi}"),
}
_TEX_FUNCTIONS = {
    "ln": r"\ln",
    "tanh": r"\tanh",
    "max": r"\max",
    "min": r"\min",
    "erf": r"\operatorname{erf}",
    "sign": r"\operatorname{sign}",
    "sigmoid": r"\sigma",
}


@dataclass(frozen=True)
class Writer:
    """Writes trees: with ``tex`` as LaTeX, else as text. ``numbers`` says that operands are written as numbers.

    Sums of more than ``longest`` terms are written with a sigma where they have a typical term. ``arrays`` says that
    operands are whole arrays: their product element by element is ⊙.
    """

    names: Names
    tex: bool = False
    numbers: bool = False
    longest: int = LONG_SUM
    arrays: bool = False

    def write(self, expr: Expr, level: int = 0) -> str:
        """The tree, in parentheses where it binds less than ``level``."""
        text, own = self._form(expr)
        if own < level and self.tex and text.startswith("-"):
            return f"({{{text}}})"  # as one group, or the minus would be spaced like a difference
        return f"({text})" if own < level else text

    def _form(self, expr: Expr) -> tuple[str, int]:
        """(text, how tightly it binds)."""
        if isinstance(expr, Ref):
            return self._operand(self.names(expr.quantity))
        if isinstance(expr, Number):
            return self._operand(self._constant(expr.value))
        if isinstance(expr, Sum):
            return self._sum(expr), SUM
        if isinstance(expr, Difference):
            return f"{self.write(expr.left, SUM)} {self._minus} {self._right(expr.right, PRODUCT)}", SUM
        if isinstance(expr, Product):
            return self._product(expr), PRODUCT
        if isinstance(expr, Negative):
            return f"{self._minus}{self._right(expr.argument, PRODUCT)}", SUM
        if isinstance(expr, Quotient):
            return self._quotient(expr)
        if isinstance(expr, Power):
            return self._power(self._base(expr.argument), f"{expr.exponent:g}"), POWER
        return self._other(expr)

    def _other(self, expr: Expr) -> tuple[str, int]:
        """Functions and arrays."""
        if isinstance(expr, Apply):
            return self._apply(expr)
        if isinstance(expr, Choose):
            return self._choose(expr)
        if isinstance(expr, Pick):
            return self._pick(expr), ATOM
        if isinstance(expr, SoftmaxShare):
            return self._softmax(expr)
        if isinstance(expr, LogSumExp):
            inside = self._exponentials(expr.arguments)
            if is_whole(expr.arguments):
                inside = rf"\sum {inside}" if self.tex else f"Σ {inside}"
            return (rf"\ln({inside})" if self.tex else f"ln({inside})"), ATOM
        if isinstance(expr, MatMul):
            right = self.write(expr.right, POWER)
            return f"{self.write(expr.left, POWER)} {self._power(right, 'T') if expr.outer else right}", PRODUCT
        if isinstance(expr, Transposed):
            return self._power(self.write(expr.argument, ATOM), "T"), POWER
        if isinstance(expr, Part):
            if self.numbers:
                return self._form(expr.argument)
            return (expr.symbol if self.tex else re.sub(r"[{}\\]", "", expr.symbol)), ATOM
        if isinstance(expr, Rearranged):
            name = f"\\operatorname{{{expr.name}}}" if self.tex else expr.name
            return f"{name}({', '.join(self.write(argument) for argument in expr.arguments)})", ATOM
        raise TypeError(f"no way to write {type(expr).__name__}")

    def _operand(self, text: str) -> tuple[str, int]:
        """A negative number binds like a sum, and a name such as dE/dw or g·g like a product, for the parentheses."""
        if text.startswith(("-", "−", "{-")):
            return text, SUM
        return text, ATOM if self.tex or not ("/" in text or "·" in text) else PRODUCT

    def _right(self, expr: Expr, level: int) -> str:
        """What follows an operator: negative numbers get parentheses there."""
        text, own = self._form(expr)
        negative = text.startswith(("-", "−", "{-"))
        if own < level or (negative and level):
            return f"({{{text}}})" if self.tex and negative else f"({text})"
        return text

    def _base(self, expr: Expr) -> str:
        """What is raised to a power: a name that LaTeX sets as a fraction, such as dE/dw, gets parentheses."""
        text = self._right(expr, ATOM)
        return f"({text})" if isinstance(expr, Ref) and text.startswith(r"\frac") else text

    def _sum(self, expr: Sum) -> str:
        terms = expr.terms
        longest = LONG_SUM if expr.summary is None else self.longest
        if not longest >= len(terms) - expr.lead > 0:
            if expr.summary is not None and not self.numbers:
                letter, typical = expr.summary
                sigma = f"\\sum_{{{letter}}} {self.write(typical, PRODUCT)}"
                short = sigma if self.tex else f"Σ_{letter} {self.write(typical, PRODUCT)}"
                return " + ".join([*(self.write(term, SUM) for term in terms[: expr.lead]), short])
            shown = [*terms[: expr.lead + 2], None, terms[-1]]
        else:
            shown = list(terms)
        dots = r"\cdots" if self.tex else "…"
        parts = []
        for place, term in enumerate(shown):
            parts.append(dots if term is None else self.write(term, SUM) if place == 0 else self._right(term, SUM))
        return " + ".join(parts)

    def _product(self, expr: Product) -> str:
        factors = [self.write(expr.factors[0], PRODUCT)]
        factors += [self._right(factor, PRODUCT) for factor in expr.factors[1:]]
        if not self.numbers:
            factors = [factor for factor in factors if factor != "1"] or ["1"]
        if self.arrays and sum(map(_is_array, expr.factors)) > 1:
            return (r" \odot " if self.tex else " ⊙ ").join(factors)
        if not self.tex:
            return " · ".join(factors)
        return (r" \cdot " if self.numbers else r" \, ").join(factors)

    def _quotient(self, expr: Quotient) -> tuple[str, int]:
        if self.tex:
            return f"\\frac{{{self.write(expr.numerator)}}}{{{self.write(expr.denominator)}}}", PRODUCT
        return f"{self.write(expr.numerator, PRODUCT)} / {self.write(expr.denominator, POWER)}", PRODUCT

    def _power(self, base: str, exponent: str) -> str:
        if self.tex:
            return f"{{{base}}}^{{{exponent}}}"
        marks = {"2": "²", "3": "³", "T": "ᵀ"}
        return base + marks.get(exponent, f"^{exponent}")

    def _apply(self, expr: Apply) -> tuple[str, int]:
        inside = ", ".join(self.write(argument) for argument in expr.arguments)
        if expr.function == "exp":
            return self._power("e", inside if self.tex or inside.isalnum() else f"({inside})"), POWER
        if expr.function == "ln1pexp":
            return (f"\\ln(1 + e^{{{inside}}})" if self.tex else f"ln(1 + e^({inside}))"), ATOM
        if expr.function == "abs":
            return f"|{inside}|", ATOM
        if expr.function == "sqrt":
            return (f"\\sqrt{{{inside}}}" if self.tex else f"√({inside})"), ATOM
        plain = {"sigmoid": "σ"}.get(expr.function, expr.function)
        name = _TEX_FUNCTIONS.get(expr.function, expr.function) if self.tex else plain
        grouped = f"{{{inside}}}" if self.tex and inside.startswith("-") else inside
        return f"{name}({grouped})", ATOM

    def _choose(self, expr: Choose) -> tuple[str, int]:
        kept, conditions = conditions_of(expr)
        then, otherwise = self.write(kept), self.write(expr.otherwise)
        tests = [self._condition(*condition) for condition in conditions]
        if self.tex:
            when = r" \\ & \text{and } ".join(tests)
            rows = rf"{then} & \text{{if }} {when} \\ {otherwise} & \text{{otherwise}}"
            return rf"\begin{{cases}} {rows} \end{{cases}}", ATOM
        return f"({then} if {' and '.join(tests)}, else {otherwise})", ATOM

    def _condition(self, left: Expr, or_equal: bool, right: Expr) -> str:
        sign = (r"\geq" if self.tex else "≥") if or_equal else ">"
        return f"{self.write(left, SUM)} {sign} {self.write(right, SUM)}"

    def _pick(self, expr: Pick) -> str:
        """The element's number, or its name with the place as the first index."""
        place = self.write(expr.place)
        return self.write(expr.at(int(place) if self.numbers else place))

    def _softmax(self, expr: SoftmaxShare) -> tuple[str, int]:
        if expr.one is None:
            name = r"\operatorname{softmax}" if self.tex else "softmax"
            return f"{name}({self.write(expr.arguments[0])})", ATOM
        own = self._apply(Apply("exp", (expr.one,)))[0]
        below = self._exponentials(expr.arguments)
        return (f"\\frac{{{own}}}{{{below}}}" if self.tex else f"{own} / ({below})"), PRODUCT

    def _exponentials(self, arguments: tuple[Expr, ...]) -> str:
        """The sum of e to each; many operands of one array are written with a running index."""
        first = arguments[0]
        typical = None
        if isinstance(first, Ref) and all(isinstance(argument, Ref) for argument in arguments):
            index = (*first.quantity.index[:-1], "k")
            typical = ("k", Apply("exp", (Ref(replace(first.quantity, index=index)),)))
        return self._sum(Sum(tuple(Apply("exp", (argument,)) for argument in arguments), typical))

    def _constant(self, value: float) -> str:
        if value in _CONSTANTS:
            return _CONSTANTS[value][1 if self.tex else 0]
        return show_plain(value, self.tex).removeprefix(r"1 \cdot ")

    @property
    def _minus(self) -> str:
        return "-" if self.tex else "−"


def show_plain(value: float, tex: bool = False, digits: int = 12) -> str:
    """A number with up to ``digits`` significant digits: a real minus sign in text, a power of ten in LaTeX."""
    if not math.isfinite(value):
        word = "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
        return (
            rf"\mathrm{{{word}}}"
            if tex and word == "NaN"
            else word.replace("∞", r"\infty").replace("−", "-")
            if tex
            else word
        )
    mantissa, _, exponent = f"{value + 0.0:.{digits}g}".partition("e")  # -0 is 0
    if not exponent:
        # {-} keeps LaTeX from setting the sign as an operator, with space around it.
        return mantissa.replace("-", "{-}") if tex else mantissa.replace("-", "−")
    if tex:
        mantissa = mantissa.replace("-", "{-}")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def text(expr: Expr, names: Names, numbers: bool = False) -> str:
    """The tree as plain text."""
    return Writer(names, numbers=numbers).write(expr)


def latex(expr: Expr, names: Names, numbers: bool = False, longest: int = LONG_SUM, arrays: bool = False) -> str:
    """The tree as LaTeX."""
    return Writer(names, True, numbers, longest, arrays).write(expr)


def is_whole(arguments: Sequence[Expr]) -> bool:
    """Whether the arguments are one array, rather than the numbers of one; a single number has an index."""
    return len(arguments) == 1 and isinstance(arguments[0], Ref) and not arguments[0].quantity.index


def _is_array(expr: Expr) -> bool:
    """Whether a whole array is among the operands."""
    return any(not q.index and q.role not in _SINGLE for q in operands(expr))


def conditions_of(choice: Choose) -> tuple[Expr, list[tuple[Expr, bool, Expr]]]:
    """What is chosen if all conditions hold, and these: two sides, and whether they may be equal.

    A choice within a choice is one more condition where both come to the same number otherwise.
    """
    then: Expr = choice
    conditions = list[tuple[Expr, bool, Expr]]()
    while isinstance(then, Choose) and (not conditions or _same_number(then.otherwise, choice.otherwise)):
        test = then.test
        left, right = (test.left, test.right) if isinstance(test, Difference) else (test, Number(0.0))
        conditions.append((left, then.or_equal, right))
        then = then.then
    return then, conditions


def _same_number(one: Expr, other: Expr) -> bool:
    return isinstance(one, Number) and isinstance(other, Number) and one.value == other.value
