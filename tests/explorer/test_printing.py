"""What is written means what is evaluated: text and LaTeX are read back with Python's own rules of precedence."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from explorer.arrays import MatMul, Rearranged, Transposed
from explorer.equations import (
    Apply,
    Choose,
    Expr,
    LogSumExp,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Quotient,
    Ref,
    SoftmaxShare,
    Sum,
    exp,
    total,
)
from explorer.printing import LONG_SUM, latex, show_plain, text

NAMES = "abcd"
VALUES = {"a": 1.25, "b": -0.75, "c": 2.5, "d": -3.0}
FUNCTIONS = {
    "ln": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "erf": math.erf,
    "max": max,
    "min": min,
    "abs": abs,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}
LEAVES = st.sampled_from([Ref(Quantity("value", name)) for name in NAMES]) | st.sampled_from(
    [Number(number) for number in (0.5, 1.0, 2.0, -3.0, 0.25, math.sqrt(2))]
)


def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """One more level of a tree."""
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        some.map(Sum),
        some.map(Product),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(Quotient, inner, inner),
        st.builds(Negative, inner),
        st.builds(Power, inner, st.sampled_from([2.0, 3.0])),
        st.builds(lambda a: Apply("tanh", (a,)), inner),
        st.builds(lambda a: Apply("abs", (a,)), inner),
        st.builds(lambda how, a, b: Apply(how, (a, b)), st.sampled_from(["max", "min"]), inner, inner),
    )


TREES = st.recursive(LEAVES, grow, max_leaves=8)


def name(q: Quantity) -> str:
    return q.node


def number(q: Quantity, tex: bool = False) -> str:
    return show_plain(VALUES[q.node], tex)


def lookup(q: Quantity) -> float:
    return VALUES[q.node]


def read_text(written: str) -> float:
    """The value of a formula in plain text."""
    for mark, meaning in (("−", "-"), ("·", "*"), ("²", "**2"), ("³", "**3"), ("√2", "sqrt(2)"), ("^", "**")):
        written = written.replace(mark, meaning)
    written = re.sub(r"\|([^|]*)\|", r"abs(\1)", written)
    return float(eval(written, {"__builtins__": {}}, {**FUNCTIONS, **VALUES}))


def group(written: str, start: int) -> tuple[str, int]:
    """What stands in the braces that open at ``start``, and the place behind them."""
    depth = 0
    for place in range(start, len(written)):
        depth += {"{": 1, "}": -1}.get(written[place], 0)
        if depth == 0:
            return written[start + 1 : place], place + 1
    raise AssertionError(f"braces do not close: {written}")


def python(written: str) -> str:
    """LaTeX as a Python expression."""
    written = written.replace(r"\tfrac", r"\frac").replace(r"\cdot", "*").replace(r"\,", "*").replace("^", "**")
    written = written.replace("{-}", "-").replace(r"\tanh", "tanh").replace(r"\max", "max").replace(r"\min", "min")
    result, place = "", 0
    while place < len(written):
        if written.startswith((r"\frac", r"\sqrt"), place):
            root = written.startswith(r"\sqrt", place)
            above, place = group(written, place + 5)
            below, place = ("", place) if root else group(written, place)
            result += f"sqrt({python(above)})" if root else f"(({python(above)})/({python(below)}))"
        elif written[place] == "{":
            inside, place = group(written, place)
            result += f"({python(inside)})"
        else:
            result += written[place]
            place += 1
    return re.sub(r"\|([^|]*)\|", r"abs(\1)", result)


def read_latex(written: str) -> float:
    return float(eval(python(written), {"__builtins__": {}}, {**FUNCTIONS, **VALUES}))


@settings(max_examples=300)
@given(TREES)
def test_text_and_latex_mean_what_is_evaluated(tree: Expr) -> None:
    expected = tree.evaluate(lookup)
    assume(math.isfinite(expected) and abs(expected) < 1e6)
    written = [(text(tree, name), text(tree, number, numbers=True))]
    written += [(latex(tree, name), latex(tree, lambda q: number(q, tex=True), numbers=True))]
    for pair, read in zip(written, (read_text, read_latex), strict=True):
        for formula in pair:
            if formula.count("|") > 2:
                continue  # nested bars are clear to a person, not to this reader
            assert read(formula) == pytest.approx(expected, rel=1e-9, abs=1e-9), formula


@settings(max_examples=100)
@given(TREES)
def test_plain_text_has_no_hyphen_for_minus_and_latex_no_sign_that_it_cannot_set(tree: Expr) -> None:
    for formula in (text(tree, name), text(tree, number, numbers=True)):
        assert "-" not in formula
    for formula in (latex(tree, name), latex(tree, lambda q: number(q, tex=True), numbers=True)):
        assert formula.isascii()
        assert "(-" not in formula  # libraries set a minus after a parenthesis as if it joined two numbers


X = [Ref(Quantity("value", "x", index=(i,))) for i in range(9)]


def indexed(q: Quantity) -> str:
    return q.node + "".join(str(i + 1) if isinstance(i, int) else i for i in q.index)


def test_long_sums_are_written_short() -> None:
    typical = Ref(Quantity("value", "x", index=("i",)))
    long = total(list(X), "i", typical)
    assert text(long, indexed) == "Σ_i xi"
    assert latex(long, indexed) == r"\sum_{i} xi"
    assert text(total([Ref(Quantity("weight", "b")), *X], "i", typical, 1), indexed) == "b + Σ_i xi"
    assert text(total(list(X[:LONG_SUM]), "i", typical), indexed) == "x1 + x2 + x3 + x4 + x5 + x6"
    assert text(total(list(X)), indexed) == "x1 + x2 + … + x9"
    assert text(long, lambda q: str(q.index[0]), numbers=True) == "0 + 1 + … + 8"


@pytest.mark.parametrize(
    ("tree", "as_text", "as_latex"),
    [
        (exp(-X[0]), "e^(−x1)", "{e}^{-x1}"),
        (Apply("tanh", (-X[0],)), "tanh(−x1)", r"\tanh({-x1})"),
        (Apply("sqrt", (X[0],)), "√(x1)", r"\sqrt{x1}"),
        (Apply("ln1pexp", (X[0],)), "ln(1 + e^(x1))", r"\ln(1 + e^{x1})"),
        (Number(0.5) * X[0], "1/2 · x1", r"\tfrac{1}{2} \, x1"),
        (X[0] * 1, "x1", "x1"),
        (Transposed(X[0]), "x1ᵀ", "{x1}^{T}"),
        (MatMul(Transposed(X[0]), X[1]), "x1ᵀ x2", "{x1}^{T} x2"),
        (MatMul(X[0], X[1], outer=True), "x1 x2ᵀ", "x1 {x2}^{T}"),
        (MatMul(X[0] + X[1], X[2]), "(x1 + x2) x3", "(x1 + x2) x3"),
        (Rearranged("cols", (X[0],), lambda x: x), "cols(x1)", r"\operatorname{cols}(x1)"),
        (SoftmaxShare((X[0], X[1]), X[0]), "e^x1 / (e^x1 + e^x2)", r"\frac{{e}^{x1}}{{e}^{x1} + {e}^{x2}}"),
        (SoftmaxShare((X[0],)), "softmax(x1)", r"\operatorname{softmax}(x1)"),
        (LogSumExp((X[0], X[1])), "ln(e^x1 + e^x2)", r"\ln({e}^{x1} + {e}^{x2})"),
        (LogSumExp((X[0],)), "ln(e^x1)", r"\ln({e}^{x1})"),
        (LogSumExp((Ref(Quantity("value", "x")),)), "ln(Σ e^x)", r"\ln(\sum {e}^{x})"),
        (
            Choose(X[0], Number(1.0), Number(0.0), or_equal=True),
            "(1 if x1 ≥ 0, else 0)",
            r"\begin{cases} 1 & \text{if } x1 \geq 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (
            Choose(X[0] - X[1] * 2, Number(1.0), Number(0.0)),
            "(1 if x1 > x2 · 2, else 0)",
            r"\begin{cases} 1 & \text{if } x1 > x2 \, 2 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (
            Choose(X[0] - X[1], Choose(X[2], X[3], Number(0.0), or_equal=True), Number(0.0)),
            "(x4 if x1 > x2 and x3 ≥ 0, else 0)",
            r"\begin{cases} x4 & \text{if } x1 > x2 \\ & \text{and } x3 \geq 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (
            Choose(X[0], Choose(X[1], X[2], Number(1.0)), Number(0.0)),
            "((x3 if x2 > 0, else 1) if x1 > 0, else 0)",
            r"\begin{cases} \begin{cases} x3 & \text{if } x2 > 0 \\ 1 & \text{otherwise} \end{cases}"
            r" & \text{if } x1 > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (Apply("min", (X[0], X[1])), "min(x1, x2)", r"\min(x1, x2)"),
        (Apply("max", (X[0], Number(1e-12))), "max(x1, 1e−12)", r"\max(x1, 10^{-12})"),
        (X[0] + 2e-12, "x1 + 2e−12", r"x1 + 2 \cdot 10^{-12}"),
    ],
)
def test_forms(tree: Expr, as_text: str, as_latex: str) -> None:
    assert text(tree, indexed) == as_text
    assert latex(tree, indexed) == as_latex


def test_names_that_are_fractions_or_products_are_kept_together() -> None:
    slope, product = Ref(Quantity("gradient", "w")), Ref(Quantity("overall", label="g·g"))
    names = {slope.quantity: ("dE/dw", r"\frac{dE}{dw}"), product.quantity: ("g·g", r"g \cdot g")}
    for tree, as_text, as_latex in (
        (slope**2, "(dE/dw)²", r"{(\frac{dE}{dw})}^{2}"),
        (X[0] * slope, "x1 · dE/dw", r"x1 \, \frac{dE}{dw}"),
        (X[0] / product, "x1 / (g·g)", r"\frac{x1}{g \cdot g}"),
        (product / X[0], "g·g / x1", r"\frac{g \cdot g}{x1}"),
    ):
        assert text(tree, lambda q: names[q][0] if q in names else indexed(q)) == as_text
        assert latex(tree, lambda q: names[q][1] if q in names else indexed(q)) == as_latex


@pytest.mark.parametrize(
    ("value", "shown", "tex"),
    [
        (0.5, "0.5", "0.5"),
        (-0.25, "−0.25", "{-}0.25"),
        (1e-7, "1e−7", r"1 \cdot 10^{-7}"),
        (-2.5e20, "−2.5e20", r"{-}2.5 \cdot 10^{20}"),
        (1 / 3, "0.333333333333", "0.333333333333"),
        (0.0, "0", "0"),
        (math.inf, "∞", r"\infty"),
        (-math.inf, "−∞", r"-\infty"),
        (math.nan, "NaN", r"\mathrm{NaN}"),
    ],
)
def test_numbers(value: float, shown: str, tex: str) -> None:
    assert show_plain(value) == shown
    assert show_plain(value, tex=True) == tex


def test_digits_are_a_choice() -> None:
    assert show_plain(math.pi, digits=3) == "3.14"


def test_an_unknown_tree_is_a_type_error() -> None:
    class Strange(Expr):
        def evaluate(self, lookup: Any) -> Any:
            return 0.0

    with pytest.raises(TypeError, match="Strange"):
        text(Strange(), name)
