"""kind_formulas: what a kind of layer computes, forward and backward, as LaTeX per element and with matrices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from itertools import accumulate
from typing import Any

from explorer.equations import Expr, Index, Quantity, Ref
from explorer.kind import ANY_EXAMPLE, LayerKind, Place, Shape, ShapeProblem
from explorer.params import IntParam
from explorer.printing import LONG_SUM, latex

LARGE, SMALL = 10_000, 12
"""Of a layer with more than LARGE numbers the sizes are cut to SMALL: its sums are written with a sigma anyway."""

BATCH = 7
"""Examples of the batch that sums over a batch are made for; more than are written out one by one."""
LONG_ROW = 30.0
"""From about so many letters a row of several equations is broken in two, to fit beside the canvas."""
_SCRIPTS = re.compile(r"[_^]\{(?:[^{}]|\{[^{}]*\})*\}")
_UNSEEN = re.compile(r"\\(?=[a-z])|[{}&^_ ]|\\,")
_INDICES: dict[int, Index] = {1: ("j",), 2: ("i", "j"), 3: ("f", "y", "x"), 4: ("n", "f", "y", "x")}


def kind_formulas(
    kind: LayerKind, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape
) -> dict[str, str]:
    """LaTeX by ``element``, ``matrix``, ``element_backward`` and ``matrix_backward``; an input has none.

    A layer with arrays inside has a line for each before its output. ``inputs`` and ``output`` are the layer's shapes,
    as far as they are known, else some that fit.
    """
    if not inputs:
        return {}
    params, inputs, output = _small(kind, params, inputs, output)
    sources = tuple(f"in{port}" for port in range(len(inputs)))
    at = Place("out", sources, params, inputs, output, weights=kind.weight_shapes(params, inputs), batch=BATCH)
    inside = {name: shape for name, shape in kind.inner_shapes(params, inputs).items() if name not in kind.in_between}
    names = _Names(kind, len(inputs), {name for name, shape in inside.items() if shape == (1,)})
    own = names.output
    element, lines = _first(lambda index: kind.forward(at, index), _letters(kind, output), output), list[str]()
    for name, shape in inside.items():
        letters = _letters(kind, inputs[0])[: len(shape)] if len(shape) < len(inputs[0]) else _letters(kind, shape)
        index, tree = _first(lambda index, of=name: kind.inner(at, of, index), letters, shape)
        left = names(Quantity("inner", "out", name, index))
        lines.append(f"{left} = {latex(_written_out(kind, at, tree), names, longest=1)}")
    one, whole = replace(at, batch=1), list[str]()
    for name in inside:
        tree = _written_out(kind, one, kind.matrix_inner(one, name))
        whole.append(f"{names(Quantity('inner', 'out', name))} = {latex(tree, names)}")
    back: Index = ("i",) if len(inputs[0]) == 1 else _letters(kind, inputs[0])
    back = ("t", "i") if back == ("t", "j") else back
    element_back = _first(lambda index: kind.backward(at, 0, index), back, inputs[0])
    before = names.input(0)
    longest = 1 if lines else LONG_SUM
    return {
        "element": _block([*lines, f"{own}{_below(element[0])} = {latex(element[1], names, longest=longest)}"]),
        "matrix": _block([*whole, f"{own} = {latex(kind.matrix_forward(at), names)}"]),
        "element_backward": f"{_derivative(before + _below(element_back[0]))} = "
        + latex(element_back[1], names, longest=longest),
        "matrix_backward": f"{_derivative(before)} = {latex(kind.matrix_backward(at), names)}",
    }


def _block(lines: list[str]) -> str:
    """Equations below each other, their signs in line."""
    if len(lines) == 1:
        return lines[0]
    rows = [row for line in lines for row in _rows(line.replace(" = ", " &= ", 1))]
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


def _rows(line: str) -> list[str]:
    """An equation in one row, or broken before the plus nearest to its middle if it is long; never within braces."""
    if _width(line) <= LONG_ROW:
        return [line]
    depths = accumulate({"{": 1, "}": -1}.get(letter, 0) for letter in line)
    breaks = [place for place, depth in enumerate(depths) if depth == 0 and line.startswith(" + ", place)]
    if not breaks:
        return [line]
    place = min(breaks, key=lambda place: abs(_width(line[:place]) - _width(line[place:])))
    return [line[:place], r"& \quad" + line[place:]]


def _width(line: str) -> float:
    """About how wide a line is, in letters: those above and below others are smaller."""
    scripts = "".join(_SCRIPTS.findall(line))
    return len(_UNSEEN.sub("", _SCRIPTS.sub("", line))) + 0.6 * len(_UNSEEN.sub("", scripts))


def _written_out(kind: LayerKind, at: Place, tree: Expr) -> Expr:
    """A tree with what is only in between in full."""

    def by(q: Quantity) -> Expr | None:
        if q.role != "inner" or q.part not in kind.in_between:
            return None
        return kind.inner(at, q.part, q.index) if q.index else kind.matrix_inner(at, q.part)

    return replaced(tree, by)


def _letters(kind: LayerKind, shape: Shape) -> Index:
    """Running indices for the elements of an array: h, t and j for heads, time steps and units."""
    if (kind.category == "Sequence" or kind.fully_connected) and len(shape) > 1:
        return ("t", "j") if len(shape) == 2 else ("h", "t", "s")
    return _INDICES[len(shape)]


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


_INPUTS = "abcdfghk"
"""What comes in at several ports, if they are no more."""


class _Names:
    """x, z, W, b, delta and what the kind calls its own arrays, with their indices; ``single`` ones have none."""

    def __init__(self, kind: LayerKind, ports: int, single: set[str]) -> None:
        self._kind, self._ports, self._single = kind, ports, single
        has_insides = type(kind).inner_shapes is not LayerKind.inner_shapes
        self.output = "y" if has_insides else "a" if kind.activation else "z"

    def __call__(self, q: Quantity) -> str:
        if q.role == "inner_delta":
            return _derivative(self(replace(q, role="inner")))
        if q.role in ("inner", "weight") and (q.part in self._kind.symbols or q.role == "inner"):
            return self._own(q)
        if q.role == "weight":
            letter = "b" if q.part == "bias" else "w"
            return letter + _below(q.index) if q.index else {"w": "W", "b": "b"}[letter]
        if q.role == "delta":
            return r"\delta" + _below(q.index)
        return (self.output if q.node == "out" else self.input(int(q.node[2:]))) + _example(q) + _below(q.index)

    def input(self, port: int) -> str:
        """What comes in at a port."""
        if self._kind.optional_ports:
            return "xs"[port]
        if self._ports > len(_INPUTS):
            return f"x^{{({port + 1})}}"
        if self._ports > 1:
            return _INPUTS[port]
        return "z" if self._kind.activation else "x"

    def _own(self, q: Quantity) -> str:
        """An array of the kind's own: W_{ih}, of which the elements are w^{ih}_{j,i}; over time without index f_t."""
        symbol = self._kind.symbols.get(q.part, q.part)
        if q.part in self._single:
            return symbol
        below = _below(q.index) or ("_t" if self._kind.over_time and q.role == "inner" else "")
        stem, _, above = symbol.partition("_")
        if not below or not above:
            return (symbol.lower() if len(symbol) == 1 and below else symbol) + below
        return f"{stem.lower() if len(stem) == 1 else stem}^{above}{below}"


def _example(q: Quantity) -> str:
    """Which example of a batch, where it is one of any."""
    return "^{(n)}" if q.example == ANY_EXAMPLE else ""


def _derivative(of: str) -> str:
    return rf"\frac{{\partial E}}{{\partial {of}}}"


def _below(index: Index) -> str:
    shown = [str(i + 1) if isinstance(i, int) else i for i in index]
    return f"_{{{','.join(shown)}}}" if index else ""


def replaced(expr: Expr, by: Callable[[Quantity], Expr | None]) -> Expr:
    """The tree with what ``by`` gives in place of operands; None leaves one."""
    if isinstance(expr, Ref):
        found = by(expr.quantity)
        return expr if found is None else replaced(found, by)

    def changed(part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(changed(one) for one in part)
        return replaced(part, by) if isinstance(part, Expr) else part

    own = {field.name: getattr(expr, field.name) for field in fields(expr)}  # type: ignore[arg-type]
    return replace(expr, **{name: changed(part) for name, part in own.items()})  # type: ignore[type-var]
