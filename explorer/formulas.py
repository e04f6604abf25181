"""kind_formulas: what a kind of layer computes, forward and backward, as LaTeX per element and with matrices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from explorer.equations import Expr, Index, Quantity
from explorer.kind import LayerKind, Place, Shape, ShapeProblem
from explorer.params import IntParam
from explorer.printing import latex

LARGE, SMALL = 10_000, 12
"""Of a layer with more than LARGE numbers the sizes are cut to SMALL: its sums are written with a sigma anyway."""

_INDICES: dict[int, Index] = {1: ("j",), 2: ("i", "j"), 3: ("f", "y", "x"), 4: ("n", "f", "y", "x")}


def kind_formulas(
    kind: LayerKind, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape
) -> dict[str, str]:
    """LaTeX by ``element``, ``matrix``, ``element_backward`` and ``matrix_backward``; an input has none.

    ``inputs`` and ``output`` are the layer's shapes, as far as they are known, else some that fit.
    """
    if not inputs:
        return {}
    params, inputs, output = _small(kind, params, inputs, output)
    sources = tuple(f"in{port}" for port in range(len(inputs)))
    at = Place("out", sources, params, inputs, output, weights=kind.weight_shapes(params, inputs))
    activation = kind.activation

    def names(q: Quantity) -> str:
        return _name(q, activation, len(inputs))

    place = _INDICES[len(output)]
    back: Index = ("i",) if len(inputs[0]) == 1 else _INDICES[len(inputs[0])]
    own = "a" if activation else "z"
    element = _first(lambda index: kind.forward(at, index), place, output)
    element_back = _first(lambda index: kind.backward(at, 0, index), back, inputs[0])
    before = "z" if activation else "x" if len(inputs) == 1 else "a"
    return {
        "element": f"{own}{_below(element[0])} = {latex(element[1], names)}",
        "matrix": f"{own} = {latex(kind.matrix_forward(at), names)}",
        "element_backward": f"{_derivative(before + _below(element_back[0]))} = {latex(element_back[1], names)}",
        "matrix_backward": f"{_derivative(before)} = {latex(kind.matrix_backward(at), names)}",
    }


def _small(
    kind: LayerKind, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape
) -> tuple[Mapping[str, Any], tuple[Shape, ...], Shape]:
    """A layer with the same formulas whose equations are short: one of a million units is written as fast as any."""
    if max(math.prod(shape) for shape in (*inputs, output)) <= LARGE:
        return params, inputs, output
    fewer = {p.name: min(params[p.name], SMALL) if isinstance(p, IntParam) else params[p.name] for p in kind.params}
    smaller = tuple(tuple(min(size, SMALL) for size in shape) for shape in inputs)
    try:
        return fewer, smaller, kind.output_shape(fewer, smaller)
    except ShapeProblem:
        return params, inputs, output


def _first(make: Any, symbolic: Index, shape: Shape) -> tuple[Index, Expr]:
    """The equation at running indices, or at the first element for kinds that need to know which one."""
    try:
        return symbolic, make(symbolic)
    except (TypeError, ValueError):
        first = (0,) * len(shape)
        return first, make(first)


def _name(q: Quantity, activation: bool, ports: int) -> str:
    """x, z, W, b and delta, with their indices."""
    if q.role == "weight":
        letter = "b" if q.part == "bias" else "w"
        return letter + _below(q.index) if q.index else {"w": "W", "b": "b"}[letter]
    if q.role == "delta":
        return r"\delta" + _below(q.index)
    if q.node == "out":
        letter = "a" if activation else "z"
    elif ports > 1:
        letter = "abcdfghk"[int(q.node[2:]) % 8]
    else:
        letter = "z" if activation else "x"
    return letter + _below(q.index)


def _derivative(of: str) -> str:
    return rf"\frac{{\partial E}}{{\partial {of}}}"


def _below(index: Index) -> str:
    shown = [str(i + 1) if isinstance(i, int) else i for i in index]
    return f"_{{{','.join(shown)}}}" if index else ""
