"""Writes expression trees and names as MathML, which browsers draw by themselves; nothing in a name becomes markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

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
)
from explorer.printing import ATOM, LONG_SUM, POWER, PRODUCT, SUM, conditions_of, is_whole, show_plain

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_GREEK = {"delta": "δ", "eta": "η", "epsilon": "ε", "alpha": "α", "beta": "β", "gamma": "γ", "mu": "μ", "sigma": "σ"}
_WORDS = _GREEK | {"Delta": "Δ", "partial": "∂", "cdot": "·", "sum": "∑", "ln": "ln", "infty": "∞"}
_TOKEN = re.compile(r"\\([A-Za-z]+) ?|\\(.)|([{}_^])|(\d+(?:\.\d+)?)|([^\W\d_](?:[^\W_]|\\_)*)|(\s+)|(.)", re.DOTALL)
_NUMBER = re.compile(r"([-−]?)([^e]*)(?:e([-−+]?\d+))?")
_DEEPEST = 200
_OPERATORS = {"−", "+", "·", "-"}


def operator(mark: str) -> str:
    """An operator or a bracket."""
    return f"<mo>{escape(mark)}</mo>"


def identifier(word: str) -> str:
    """A name of one or several letters, upright or slanted as browsers do it."""
    return f"<mi>{escape(word)}</mi>"


def row(*parts: str) -> str:
    """Parts beside each other, as one."""
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def number(shown: str) -> str:
    """A number as it is shown, such as −0.0134 or 5e−10, with a power of ten for an exponent."""
    found = _NUMBER.fullmatch(shown)
    if found is None or found[3] is None:
        return f"<mn>{escape(shown)}</mn>"
    power = f"<msup><mn>10</mn><mn>{escape(found[3].lstrip('+'))}</mn></msup>"
    return row(f"<mn>{escape(found[1] + found[2])}</mn>", operator("·"), power)


def name(tex: str) -> str:
    """A quantity's LaTeX name as MathML: ``\\delta_{c_{1}}``, ``\\frac{\\partial E}{\\partial w_{5}}``."""
    return _Names(tex).whole()


class _Names:
    """Reads the LaTeX that names of quantities are written in: groups, fractions, sub- and superscripts, Greek."""

    def __init__(self, tex: str) -> None:
        self._tokens = list(_TOKEN.finditer(tex))
        self._at = 0

    def whole(self) -> str:
        return row(*(self._group(0) or ["<mrow/>"]))

    def _group(self, depth: int) -> list[str]:
        """The parts up to the closing brace or the end."""
        parts: list[str] = []
        while self._at < len(self._tokens):
            mark = self._tokens[self._at][3]
            if mark == "}":
                self._at += 1
                break
            if mark in ("_", "^"):
                self._at += 1
                scripts = {mark: self._argument(depth + 1)}
                if self._at < len(self._tokens) and self._tokens[self._at][3] in {"_", "^"} - {mark}:
                    other = self._tokens[self._at][3]
                    self._at += 1
                    scripts[other] = self._argument(depth + 1)
                parts.append(_scripted(parts.pop() if parts else "<mrow/>", scripts))
                continue
            part = self._part(depth)
            if part:
                parts.append(part)
        return parts

    def _argument(self, depth: int) -> str:
        """A group in braces, or one part."""
        if self._at >= len(self._tokens) or depth > _DEEPEST:
            self._at += 1
            return "<mrow/>"
        return self._part(depth) or "<mrow/>"

    def _part(self, depth: int) -> str:
        """One part; empty for a space that only ends a command."""
        token = self._tokens[self._at]
        self._at += 1
        command, escaped, mark, digits, word, space, other = token.groups()
        if command in ("frac", "tfrac"):
            return f"<mfrac>{self._argument(depth + 1)}{self._argument(depth + 1)}</mfrac>"
        if command == "hat":
            return f'<mover accent="true">{self._argument(depth + 1)}<mo>^</mo></mover>'
        if command in ("mathbf", "mathrm", "operatorname", "text"):
            return f"<mstyle>{self._argument(depth + 1)}</mstyle>"
        if command is not None:
            shown = _WORDS.get(command, command)
            return operator(shown) if shown in ("·", "∑", "∂") else identifier(shown)
        if escaped == " ":
            return '<mspace width="0.3em"/>'
        if mark == "{":
            return row(*(self._group(depth + 1) or ["<mrow/>"])) if depth < _DEEPEST else ""
        if digits is not None:
            return f"<mn>{digits}</mn>"
        if word is not None:
            return identifier(word.replace("\\_", "_"))
        return "" if space is not None else operator((escaped or other or mark or "").replace("-", "−"))


def _scripted(base: str, scripts: dict[str, str]) -> str:
    if len(scripts) == 2:
        return f"<msubsup>{base}{scripts['_']}{scripts['^']}</msubsup>"
    mark, script = next(iter(scripts.items()))
    tag = "msub" if mark == "_" else "msup"
    return f"<{tag}>{base}{script}</{tag}>"


@dataclass(frozen=True)
class MathWriter:
    """Writes trees as MathML: operands by their LaTeX ``names``, or as the ``values`` that stand for them, if given.

    Sums of more than ``longest`` terms are written with a sigma where they have a typical term, else with dots.
    """

    names: Callable[[Quantity], str]
    values: Callable[[Quantity], str] | None = None
    longest: int = LONG_SUM

    def write(self, expr: Expr, level: int = 0) -> str:
        """The tree, in parentheses where it binds less than ``level``."""
        markup, own = self._form(expr)
        return _bracketed(markup) if own < level else markup

    def _form(self, expr: Expr) -> tuple[str, int]:
        """(markup, how tightly it binds)."""
        if isinstance(expr, Ref):
            if self.values is None:
                return name(self.names(expr.quantity)), ATOM
            shown = self.values(expr.quantity)
            return number(shown), _tightness(shown)
        if isinstance(expr, Number):
            return _constant(expr.value), ATOM if expr.value in _CONSTANTS else _tightness(show_plain(expr.value))
        if isinstance(expr, Sum):
            return self._sum(expr), SUM
        if isinstance(expr, Difference):
            return row(self.write(expr.left, SUM), operator("−"), self._right(expr.right, PRODUCT)), SUM
        if isinstance(expr, Product):
            return self._product(expr), PRODUCT
        if isinstance(expr, Negative):
            return row(operator("−"), self._right(expr.argument, PRODUCT)), SUM
        if isinstance(expr, Quotient):
            return f"<mfrac>{self.write(expr.numerator)}{self.write(expr.denominator)}</mfrac>", ATOM
        if isinstance(expr, Power):
            base = self._right(expr.argument, ATOM)
            base = _bracketed(base) if base.startswith("<mfrac>") else base
            return f"<msup>{base}<mn>{expr.exponent:g}</mn></msup>", POWER
        return self._other(expr)

    def _other(self, expr: Expr) -> tuple[str, int]:
        """Functions and arrays."""
        if isinstance(expr, Apply):
            return self._apply(expr)
        if isinstance(expr, Choose):
            return self._choose(expr), ATOM
        if isinstance(expr, Pick):
            return self._pick(expr), ATOM
        if isinstance(expr, SoftmaxShare):
            if expr.one is None:
                return self._called("softmax", expr.arguments[:1]), ATOM
            return f"<mfrac>{_exp(self.write(expr.one))}{self._exponentials(expr.arguments)}</mfrac>", ATOM
        if isinstance(expr, LogSumExp):
            inside = self._exponentials(expr.arguments)
            inside = row(operator("∑"), inside) if is_whole(expr.arguments) else inside
            return row(identifier("ln"), _bracketed(inside)), ATOM
        if isinstance(expr, MatMul):
            right = self.write(expr.right, POWER)
            return row(self.write(expr.left, POWER), _transposed(right) if expr.outer else right), PRODUCT
        if isinstance(expr, Transposed):
            return _transposed(self.write(expr.argument, ATOM)), POWER
        if isinstance(expr, Part):
            return self._form(expr.argument) if self.values is not None else (name(expr.symbol), ATOM)
        if isinstance(expr, Rearranged):
            return self._called(expr.name, expr.arguments), ATOM
        raise TypeError(f"no way to write {type(expr).__name__}")

    def _right(self, expr: Expr, level: int) -> str:
        """What follows an operator: negative numbers get parentheses there."""
        markup, own = self._form(expr)
        negative = markup.startswith(("<mn>−", "<mn>-", "<mrow><mn>−", "<mrow><mo>−", "<mrow><mn>-"))
        return _bracketed(markup) if own < level or (negative and level) else markup

    def _sum(self, expr: Sum) -> str:
        terms = expr.terms
        longest = LONG_SUM if expr.summary is None else self.longest
        if longest >= len(terms) - expr.lead > 0:
            shown: list[Expr | None] = list(terms)
        elif expr.summary is not None and self.values is None:
            letter, typical = expr.summary
            sigma = row(f"<munder><mo>∑</mo>{identifier(letter)}</munder>", self.write(typical, PRODUCT))
            return _joined("+", [*(self.write(term, SUM) for term in terms[: expr.lead]), sigma])
        else:
            shown = [*terms[: expr.lead + 2], None, terms[-1]]
        first, *rest = shown
        written = [self.write(first, SUM) if first is not None else ""]
        written += [operator("⋯") if term is None else self._right(term, SUM) for term in rest]
        return _joined("+", written)

    def _product(self, expr: Product) -> str:
        factors = expr.factors
        if self.values is None:
            factors = tuple(f for f in factors if not (isinstance(f, Number) and f.value == 1)) or factors[:1]
        first, *rest = factors
        written = [self.write(first, PRODUCT), *(self._right(factor, PRODUCT) for factor in rest)]
        return _joined("·", written) if self.values is not None else f"<mrow>{_THIN.join(written)}</mrow>"

    def _apply(self, expr: Apply) -> tuple[str, int]:
        inside = _joined(",", [self.write(argument) for argument in expr.arguments])
        if expr.function == "exp":
            return _exp(inside), POWER
        if expr.function == "ln1pexp":
            return row(identifier("ln"), _bracketed(row("<mn>1</mn>", operator("+"), _exp(inside)))), ATOM
        if expr.function == "abs":
            return row(operator("|"), inside, operator("|")), ATOM
        if expr.function == "sqrt":
            return f"<msqrt>{inside}</msqrt>", ATOM
        return self._called({"sigmoid": "σ"}.get(expr.function, expr.function), expr.arguments), ATOM

    def _called(self, function: str, arguments: tuple[Expr, ...]) -> str:
        return row(identifier(function), _bracketed(_joined(",", [self.write(argument) for argument in arguments])))

    def _choose(self, expr: Choose) -> str:
        kept, conditions = conditions_of(expr)
        cases, value, word = [], self.write(kept), "if"
        for left, or_equal, right in conditions:
            test = row(self.write(left, SUM), operator("≥" if or_equal else ">"), self.write(right, SUM))
            cases.append((value, row(f"<mtext>{word} </mtext>", test)))
            value, word = "", "and"
        cases.append((self.write(expr.otherwise), _OTHERWISE))
        rows = "".join(f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>" for value, when in cases)
        return row(operator("{"), f"<mtable>{rows}</mtable>")

    def _pick(self, expr: Pick) -> str:
        """The element's number, or its name with the place as its first index."""
        if self.values is None:
            place = expr.place
            return self.write(expr.at(self.names(place.quantity) if isinstance(place, Ref) else "k"))
        return self.write(expr.at(int(float(_place(expr.place, self.values)))))

    def _exponentials(self, arguments: tuple[Expr, ...]) -> str:
        """The sum of e to each; many operands of one array are written with a running index."""
        first, typical = arguments[0], None
        if isinstance(first, Ref) and all(isinstance(argument, Ref) for argument in arguments):
            index = (*first.quantity.index[:-1], "k")
            typical = ("k", Apply("exp", (Ref(replace(first.quantity, index=index)),)))
        return self._sum(Sum(tuple(Apply("exp", (argument,)) for argument in arguments), typical))


_THIN = '<mo>\u2062</mo><mspace width="0.2em"/>'
"""Between names that are multiplied."""
_OTHERWISE = "<mtext>otherwise</mtext>"
_CONSTANTS = {
    0.5: "<mfrac><mn>1</mn><mn>2</mn></mfrac>",
    2.0**0.5: "<msqrt><mn>2</mn></msqrt>",
    (2 * 3.141592653589793) ** 0.5: "<msqrt><mrow><mn>2</mn><mi>π</mi></mrow></msqrt>",
}


def _constant(value: float) -> str:
    return _CONSTANTS.get(value) or number(show_plain(value))


def _tightness(shown: str) -> int:
    """How tightly a number binds: a negative one like a sum, one with a power of ten like a product."""
    return SUM if shown.startswith(("-", "−")) else PRODUCT if "e" in shown else ATOM


def _place(place: Expr, values: Callable[[Quantity], str]) -> str:
    return values(place.quantity).replace("−", "-") if isinstance(place, Ref) else str(place.evaluate(lambda q: 0.0))


def _bracketed(markup: str) -> str:
    return row(operator("("), markup, operator(")"))


def _joined(mark: str, parts: list[str]) -> str:
    """Parts with an operator between them."""
    out = [parts[0]]
    for part in parts[1:]:
        out += [operator(mark), part]
    return row(*out)


def _exp(inside: str) -> str:
    return f"<msup><mi>e</mi>{row(inside)}</msup>"


def _transposed(markup: str) -> str:
    return f"<msup>{markup}<mi>T</mi></msup>"
