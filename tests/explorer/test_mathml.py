"""MathML means what is evaluated: it is read back by Python's own rules of precedence, and names never are markup."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from explorer.equations import Choose, Expr, LogSumExp, Number, Pick, Quantity, Ref, SoftmaxShare, Sum, exp, total
from explorer.mathml import MathWriter, name, number
from explorer.printing import LONG_SUM, show_plain
from tests.explorer.test_printing import FUNCTIONS, TREES, VALUES

MARKS = {"−": "-", "·": "*", "\u2062": "*", "+": "+", "(": "(", ")": ")", ",": ","}
A, B, C, D = (Ref(Quantity("value", letter)) for letter in "abcd")


def shown(q: Quantity) -> str:
    return show_plain(VALUES[q.node])


def parse(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<math>{markup}</math>")


def as_python(element: ElementTree.Element) -> str:
    """What a reader sees, as Python; rows add no brackets of their own."""
    parts = [as_python(child) for child in element]
    if element.tag in ("math", "mrow", "mstyle"):
        marks = [child.text if child.tag == "mo" else "" for child in element]
        if marks[:1] == ["|"]:
            return f"abs({''.join(parts[1:-1])})"
        return "".join(parts)
    if element.tag == "mfrac":
        return f"(({parts[0]})/({parts[1]}))"
    if element.tag == "msup":
        return f"exp({parts[1]})" if element[0].text == "e" else f"{parts[0]}**{parts[1]}"
    if element.tag == "msqrt":
        return f"sqrt({parts[0]})"
    if element.tag == "mspace":
        return ""
    text = element.text or ""
    return MARKS.get(text, text) if element.tag == "mo" and text != "|" else text.replace("−", "-")


@settings(max_examples=400, deadline=None)
@given(TREES, st.booleans())
def test_what_is_written_is_what_is_evaluated(tree: Expr, numbers: bool) -> None:
    value = tree.evaluate(lambda q: VALUES[q.node])
    assume(math.isfinite(value) and abs(value) < 1e30)
    markup = MathWriter(lambda q: q.node, shown if numbers else None).write(tree)
    code = as_python(parse(markup))
    try:
        found = eval(code, {"__builtins__": {}}, FUNCTIONS | VALUES)  # our own output, in a test
    except (OverflowError, ZeroDivisionError):
        assume(False)
    assert math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12), code


@pytest.mark.parametrize(
    ("tex", "seen"),
    [
        (r"\frac{\partial E}{\partial w_{5}}", "∂E∂w5"),
        (r"\delta_{c_{1}}", "δc1"),
        (r"new\ bw_{3}", "newbw3"),
        (r"h.W_{ih}[2,0]", "h.Wih[2,0]"),
        (r"a^{2,(1)}_{12}", "a122,(1)"),
        (r"block\_1/conv-2", "block_1/conv−2"),
        (r"E(w_{1}-\epsilon)", "E(w1−ε)"),
        (r"\hat{m}_{w_{1}}", "m^w1"),
        (r"local_{sum,y}", "localsum,y"),
    ],
)
def test_names(tex: str, seen: str) -> None:
    assert "".join(parse(name(tex)).itertext()) == seen


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text("\\{}_^<>&\"' a1", max_size=60))
def test_any_name_is_well_formed_and_no_markup(tex: str) -> None:
    markup = "".join(mark for mark in name(tex) if mark.isprintable())
    tags = {element.tag for element in parse(markup).iter()}
    assert tags <= {"math", "mrow", "mi", "mo", "mn", "msub", "msup", "msubsup", "mfrac", "mover", "mspace", "mstyle"}


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("0.5", "<mn>0.5</mn>"),
        ("−0.0134", "<mn>−0.0134</mn>"),
        ("5.6e−10", "<mrow><mn>5.6</mn><mo>·</mo><msup><mn>10</mn><mn>−10</mn></msup></mrow>"),
        ("<b>", "<mn>&lt;b&gt;</mn>"),
    ],
)
def test_numbers(text: str, markup: str) -> None:
    assert number(text) == markup


def test_long_sums_have_a_sigma_with_names_and_dots_with_numbers() -> None:
    long = Sum(tuple([A] * (LONG_SUM + 1)), ("i", B))
    assert "∑" in MathWriter(lambda q: q.node).write(long)
    written = MathWriter(lambda q: q.node, shown).write(long)
    assert "⋯" in written
    assert "∑" not in written


def test_branches_exponentials_and_picks() -> None:
    write = MathWriter(lambda q: f"{q.node}[{q.index[0]}]" if q.index else q.node).write
    assert "<mtext>otherwise</mtext>" in write(Choose(A - Number(1.0), B, C))
    both = write(Choose(A, Choose(B, C, Number(0.0)), Number(0.0)))
    assert re.findall("<mtext>.*?</mtext>", both) == [
        "<mtext>if </mtext>",
        "<mtext>and </mtext>",
        "<mtext>otherwise</mtext>",
    ]
    assert both.count("<mtr><mtd></mtd>") == 1
    assert re.search(r"<mfrac><msup><mi>e</mi>.*</mfrac>", write(SoftmaxShare((A, B), A)))
    assert write(LogSumExp((A, B))).startswith("<mrow><mi>ln</mi>")
    assert "∑" not in write(LogSumExp((Ref(Quantity("value", "x", index=(0,))),)))
    assert "∑" in write(LogSumExp((Ref(Quantity("value", "x")),)))
    assert "[" in write(Pick(A, Ref(Quantity("value", "table", index=(0,))), 3))
    assert write(exp(A)) == "<msup><mi>e</mi><mi>a</mi></msup>"
    assert write(total([])) == "<mn>0</mn>"


def test_an_unknown_tree_is_a_type_error() -> None:
    class Strange(Expr):
        def evaluate(self, lookup: object) -> float:
            return 0.0

    with pytest.raises(TypeError, match="Strange"):
        MathWriter(lambda q: q.node).write(Strange())
