"""What each kind computes, as LaTeX: for every kind, shape and choice of params."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.formulas import kind_formulas
from explorer.kind import LayerKind, ShapeProblem
from explorer.layers import KINDS, kind_of
from tests.explorer.networks import layers

FORMS = {"element", "matrix", "element_backward", "matrix_backward"}
each_kind = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if not kind.expands and not kind.from_file], ids=lambda kind: kind.id
)


def balanced(tex: str) -> bool:
    """Whether braces and parentheses close."""
    return all(tex.count(a) == tex.count(b) for a, b in (("{", "}"), ("(", ")"), (r"\begin", r"\end")))


@each_kind
@settings(max_examples=20)
@given(data=st.data())
def test_every_layer_has_its_formulas(kind: LayerKind, data: st.DataObject) -> None:
    params, inputs, output = data.draw(layers(kind), label="layer")
    found = kind_formulas(kind, params, inputs, output)
    assert set(found) == (FORMS if kind.ports else set())
    for tex in found.values():
        left, equals, right = tex.replace("&=", "=").partition(" = ")
        assert left
        assert equals
        assert right
        assert balanced(tex)
        rows = tex.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}").split(r" \\ ")
        assert all(row.count("{") == row.count("}") for row in rows if r"\begin" not in row)
        assert "out" not in tex.replace("outer", "")  # the names of nodes stay inside
        assert len(tex) < (900 if kind.inner_shapes(params, inputs) else 600)


@pytest.mark.parametrize(
    ("kind", "inputs", "output", "form", "tex"),
    [
        ("dense", ((64,),), (10,), "element", r"z_{j} = b_{j} + \sum_{i} w_{j,i} \, x_{i}"),
        ("dense", ((64,),), (10,), "matrix", "z = W x + b"),
        (
            "dense",
            ((64,),),
            (10,),
            "element_backward",
            r"\frac{\partial E}{\partial x_{i}} = \sum_{j} \delta_{j} \, w_{j,i}",
        ),
        ("dense", ((64,),), (10,), "matrix_backward", r"\frac{\partial E}{\partial x} = {W}^{T} \delta"),
        ("sigmoid", ((4,),), (4,), "element", r"a_{j} = \frac{1}{1 + {e}^{-z_{j}}}"),
        ("add", ((4,), (4,)), (4,), "matrix", "z = a + b"),
        (
            "rnn",
            ((5, 8),),
            (10,),
            "matrix",
            r"\begin{aligned} h_t &= \tanh(x_t {W_{ih}}^{T} + b_{ih} + h_{t-1} {W_{hh}}^{T} + b_{hh}) \\ y &= h_T "
            r"\end{aligned}",
        ),
        (
            "polynomial",
            ((5,),),
            (15,),
            "matrix_backward",
            r"\frac{\partial E}{\partial x} = \delta_{1} + 2 \, x \, \delta_{2} + 3 \, {x}^{2} \, \delta_{3}",
        ),
        (
            "rnn",
            ((5, 8),),
            (10,),
            "element",
            r"\begin{aligned} h_{t,j} &= \tanh(b^{ih}_{j} + \sum_{i} w^{ih}_{j,i} \, x_{t,i} \\ & \quad + b^{hh}_{j} + "
            r"\sum_{k} w^{hh}_{j,k} \, h_{t-1,k}) \\ y_{j} &= h_{5,j} \end{aligned}",
        ),
        ("softmax", ((9,),), (9,), "element", r"a_{j} = \frac{{e}^{z_{j}}}{\sum_{k} {e}^{z_{k}}}"),
    ],
)
def test_textbook_forms(
    kind: str, inputs: tuple[tuple[int, ...], ...], output: tuple[int, ...], form: str, tex: str
) -> None:
    entry = kind_of(kind)
    params = {param.name: param.default for param in entry.params}
    assert kind_formulas(entry, params, inputs, output)[form] == tex


@each_kind
def test_large_layers_have_the_same_formulas_as_fast(kind: LayerKind) -> None:
    params = {param.name: param.default for param in kind.params}
    for small, large in (((20,), (3 * 10**6,)), ((3, 20, 20), (3, 4000, 4000))):
        inputs = [(shape,) * len(kind.ports) for shape in (small, large)]
        try:
            outputs = [kind.output_shape(params, shapes) for shapes in inputs]
        except ShapeProblem:
            continue
        many = {p.name: p.check(10**6) if p.name == "units" else params[p.name] for p in kind.params}
        started = time.monotonic()
        found = [kind_formulas(kind, many, shapes, shape) for shapes, shape in zip(inputs, outputs, strict=True)]
        assert found[0] == found[1]
        assert time.monotonic() - started < 1.0


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if len(kind.ports) == 1 and not (kind.expands or kind.from_file or kind.over_time)]
)
@settings(max_examples=30)
@given(data=st.data())
def test_what_comes_in_has_an_index_for_each_axis(kind: LayerKind, data: st.DataObject) -> None:
    params, inputs, output = data.draw(layers(kind), label="layer")
    letter = "z" if kind.activation else "x"
    found = kind_formulas(kind, params, inputs, output)["element"]
    for number in re.finditer(rf"(?<![a-z]){letter}(?:\^\{{\(n\)\}})?_\{{([^{{}}]*)\}}", found):
        assert len(number[1].split(",")) == len(inputs[0]), found


def test_any_number_of_inputs_has_letters() -> None:
    shapes = ((4,),) * 11
    assert kind_formulas(kind_of("add"), {}, shapes, (4,))["matrix"] == r"z = x^{(1)} + x^{(2)} + \cdots + x^{(11)}"
