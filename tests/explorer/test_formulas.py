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
        (
            "conv2d",
            ((4, 8, 8),),
            (8, 6, 6),
            "element",
            r"z_{f,y,x} = b_{f} + \sum_{c,i,j} w_{f,c,i,j} \, x_{c,y+i,x+j}",
        ),
        (
            "conv2d",
            ((4, 8, 8),),
            (8, 6, 6),
            "element_backward",
            r"\frac{\partial E}{\partial x_{f,y,x}} = \sum_{g,i,j} \delta_{g,y-i,x-j} \, w_{g,f,i,j}",
        ),
        (
            "layer_norm",
            ((8,),),
            (8,),
            "element",
            r"\begin{aligned} \mu &= \frac{\sum_{k} x_{k}}{m} \\ "
            r"\sigma^{2} &= \frac{\sum_{k} {(x_{k} - \mu)}^{2}}{m} \\ "
            r"\hat{x}_{j} &= \frac{x_{j} - \mu}{\sqrt{\sigma^{2} + 10^{-5}}} \\ "
            r"y_{j} &= \gamma_{j} \, \hat{x}_{j} + \beta_{j} \end{aligned}",
        ),
        (
            "batch_norm",
            ((8,),),
            (8,),
            "element_backward",
            r"\frac{\partial E}{\partial x_{i}} = "
            r"\frac{\frac{\partial E}{\partial \hat{x}_{i}}}{\sqrt{\sigma^{2}_{i} + 10^{-5}}} "
            r"+ \frac{\frac{\partial E}{\partial \sigma^{2}_{i}} \, 2 \, (x_{i} - \mu_{i})}{m} "
            r"+ \frac{\frac{\partial E}{\partial \mu_{i}}}{m}",
        ),
        (
            "lstm",
            ((5, 4),),
            (3,),
            "matrix",
            r"\begin{aligned} i_t &= \sigma(x_t {W_{ii}}^{T} + b_{ii} + h_{t-1} {W_{hi}}^{T} + b_{hi}) \\ "
            r"f_t &= \sigma(x_t {W_{if}}^{T} + b_{if} + h_{t-1} {W_{hf}}^{T} + b_{hf}) \\ "
            r"g_t &= \tanh(x_t {W_{ig}}^{T} + b_{ig} + h_{t-1} {W_{hg}}^{T} + b_{hg}) \\ "
            r"c_t &= f_t \, c_{t-1} + i_t \, g_t \\ "
            r"o_t &= \sigma(x_t {W_{io}}^{T} + b_{io} + h_{t-1} {W_{ho}}^{T} + b_{ho}) \\ h_t &= o_t \, \tanh(c_t) \\ "
            r"y &= h_T \end{aligned}",
        ),
        ("polynomial", ((5,),), (15,), "element", "z_{j} = x_{i}^{k}"),
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
