"""Convolution 2D: slides filters over a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import PaddingParam, PairParam
from explorer.arrays import MatMul, Rearranged, Transposed
from explorer.equations import Expr, Index, Product, Sum, total
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, show_shape
from explorer.params import BoolParam, IntParam
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class Conv2d(LayerKind):
    """Slides small filters over a picture: each filter gives one feature map of how well it fits at each place.

    All places share a filter's weights. The output has the size (w - e + 2p) / s + 1 for a width w, a kernel e,
    a padding p and a stride s.
    """

    id = "conv2d"
    title = "Convolution 2D"
    category = "Convolution"
    icon = "mdi6.grid"
    synonyms = ("cnn", "filter", "kernel", "conv")
    params = (
        IntParam("filters", 8, "Filters", "How many filters, and so feature maps, the layer has.", maximum=10**6),
        PairParam("kernel", (3, 3), "Kernel", "Height and width of each filter."),
        PairParam("stride", (1, 1), "Stride", "Steps between neighbouring places of the filter."),
        PaddingParam(
            "padding", "valid", "Padding", "Zeros around the picture: none, as many as keep its size, or a number."
        ),
        BoolParam("bias", True, "Bias", "Whether each filter has a bias weight."),
        PairParam("dilation", (1, 1), "Dilation", "Distance between neighbouring cells of the filter.", advanced=True),
        IntParam("groups", 1, "Groups", "Parts that the channels are split into.", maximum=10**6, advanced=True),
        *WEIGHT_PARAMS,
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(filters, height, width)."""
        (shape,) = inputs
        if len(shape) != 3:
            raise ShapeProblem(f"needs pictures, channels×height×width; {show_shape(shape)} came in.")
        groups, filters = params["groups"], params["filters"]
        if shape[0] % groups or filters % groups:
            raise ShapeProblem(
                f"has {groups} groups, which must divide its {shape[0]} input channels and its {filters} filters.",
                Fix("Set groups to 1", set=(("groups", 1),)),
            )
        if params["padding"] == "same" and params["stride"] != (1, 1):
            raise ShapeProblem(
                f"can keep the size (padding same) only with a stride of 1, not {show_shape(params['stride'])}.",
                Fix("Set stride to 1", set=(("stride", (1, 1)),)),
                Fix("Set padding to valid", set=(("padding", "valid"),)),
            )
        sizes = tuple(_sizes(params, axis, shape[axis + 1]) for axis in (0, 1))
        if min(sizes) < 1:
            raise ShapeProblem(
                f"has a {show_shape(params['kernel'])} kernel, larger than its {show_shape(shape)} input.",
                Fix("Set padding to same", set=(("padding", "same"), ("stride", (1, 1)))),
            )
        return (filters, *sizes)

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight (filters, channels / groups, height, width) and bias (filters,)."""
        filters = params["filters"]
        shapes: dict[str, Shape] = {"weight": (filters, inputs[0][0] // params["groups"], *params["kernel"])}
        return shapes | ({"bias": (filters,)} if params["bias"] else {})

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """The cells of a filter at each place of each map."""
        per_place: int = inputs[0][0] // params["groups"] * math.prod(params["kernel"])
        return math.prod(output) * per_place

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Conv2d."""
        from torch import nn

        from explorer.torch_modules import SameConv2d

        padding = 0 if params["padding"] == "valid" else params["padding"]
        uneven = padding == "same" and any(_reach(params, axis) % 2 for axis in (0, 1))
        return (SameConv2d if uneven else nn.Conv2d)(
            inputs[0][0],
            params["filters"],
            params["kernel"],
            params["stride"],
            padding,
            params["dilation"],
            params["groups"],
            params["bias"],
        )

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Conv2d."""
        padding = 0 if params["padding"] == "valid" else params["padding"]
        return Code.of(
            "nn.Conv2d",
            inputs[0][0],
            params["filters"],
            params["kernel"],
            stride=(params["stride"], (1, 1)),
            padding=(padding, 0),
            dilation=(params["dilation"], (1, 1)),
            groups=(params["groups"], 1),
            bias=(params["bias"], True),
        )

    def forward(self, at: Place, index: Index) -> Expr:
        """z_fyx = b_f + sum over channels and cells of w_fcij x_c,y+i,x+j; cells in the padding are 0 and left out."""
        terms: list[Expr] = [at.w("bias", index[:1])] if at.params["bias"] else []
        lead = len(terms)
        if "f" in index:
            typical = Product((at.w("weight", ("f", "c", "i", "j")), at.x(("c", "y+i", "x+j"))))
            return Sum(tuple(terms), ("c,i,j", typical), lead)
        f, y, x = (int(i) for i in index)
        terms += [Product((at.w("weight", (f, *cell)), at.x(place))) for cell, place in _fields(at, f, y, x)]
        typical = Product((at.w("weight", (f, "c", "i", "j")), at.x(("c", "i", "j"))))
        return total(terms, "c,i,j", typical, lead)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The sum over every filter and place that touches this number, of delta w."""
        c, row, column = (int(i) for i in index)
        per = at.inputs[0][0] // at.params["groups"]
        group, inside = divmod(c, per)
        each = at.params["filters"] // at.params["groups"]
        rows = list(_touching(at, 0, row))
        columns = list(_touching(at, 1, column))
        terms: list[Expr] = [
            Product((at.delta((f, y, x)), at.w("weight", (f, inside, i, j))))
            for f in range(group * each, (group + 1) * each)
            for (y, i), (x, j) in product(rows, columns)
        ]
        return total(terms, "f,i,j", Product((at.delta(("f", "y", "x")), at.w("weight", ("f", inside, "i", "j")))))

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """dE/dw_fcij = sum over places of delta_fyx x_c,y+i,x+j, and dE/db_f = sum of delta_f."""
        f = int(index[0])
        places = list(product(range(at.output[1]), range(at.output[2])))
        if name == "bias":
            return total([at.delta((f, y, x)) for y, x in places], "y,x", at.delta((f, "y", "x")))
        terms: list[Expr] = []
        for y, x in places:
            place = _field_cell(at, f, y, x, int(index[1]), int(index[2]), int(index[3]))
            if place is not None:
                terms.append(Product((at.delta((f, y, x)), at.x(place))))
        return total(terms, "y,x", Product((at.delta((f, "y", "x")), at.x(("c", "i", "j")))))

    def matrix_forward(self, at: Place) -> Expr:
        """Z = W cols(x) + b, where cols lists the numbers under the filter at each place (one group's at a time)."""
        wide = Rearranged("rows", (at.w("weight"),), lambda w: _wide(at, w))
        columns = Rearranged("cols", (at.x(),), lambda x: _columns(at, x))
        product_ = MatMul(wide, columns)
        flat = (
            Sum((product_, Rearranged("column", (at.w("bias"),), lambda b: b[:, None])))
            if at.params["bias"]
            else product_
        )
        return Rearranged("maps", (flat,), lambda z: z.reshape(at.output))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """cols transposed of (W transposed times delta)."""
        wide = Rearranged("rows", (at.w("weight"),), lambda w: _wide(at, w))
        rows = Rearranged("rows", (at.delta(),), lambda delta: delta.reshape(at.output[0], -1))
        return Rearranged("uncols", (MatMul(Transposed(wide), rows),), lambda v: _uncolumns(at, v))

    def caption(self, params: Mapping[str, Any]) -> str:
        """``3×3 · same · 32``."""
        return f"{show_shape(params['kernel'])} · {params['padding']} · {params['filters']}"


def _reach(params: Mapping[str, Any], axis: int) -> int:
    """The distance from the filter's first cell to its last, along an axis."""
    return int(params["dilation"][axis] * (params["kernel"][axis] - 1))


def _before(params: Mapping[str, Any], axis: int) -> int:
    """Zeros before the first cell along an axis."""
    if params["padding"] == "same":
        return _reach(params, axis) // 2
    return 0 if params["padding"] == "valid" else int(params["padding"])


def _sizes(params: Mapping[str, Any], axis: int, size: int) -> int:
    """The size of the output along an axis; below 1 if the kernel does not fit."""
    if params["padding"] == "same":
        return size
    return int((size + 2 * _before(params, axis) - _reach(params, axis) - 1) // params["stride"][axis] + 1)


def _field_cell(at: Place, f: int, y: int, x: int, c: int, i: int, j: int) -> tuple[int, int, int] | None:
    """The place of the input under cell (c, i, j) of filter f at (y, x); None in the padding."""
    params = at.params
    row = y * params["stride"][0] + i * params["dilation"][0] - _before(params, 0)
    column = x * params["stride"][1] + j * params["dilation"][1] - _before(params, 1)
    if not (0 <= row < at.inputs[0][1] and 0 <= column < at.inputs[0][2]):
        return None
    per = at.inputs[0][0] // params["groups"]
    group = f // (params["filters"] // params["groups"])
    return (group * per + c, row, column)


def _fields(at: Place, f: int, y: int, x: int) -> Iterator[tuple[tuple[int, ...], tuple[int, int, int]]]:
    """(cell of the filter, place of the input under it), without the padding."""
    per = at.inputs[0][0] // at.params["groups"]
    for cell in product(range(per), *map(range, at.params["kernel"])):
        place = _field_cell(at, f, y, x, *cell)
        if place is not None:
            yield cell, place


def _touching(at: Place, axis: int, place: int) -> Iterator[tuple[int, int]]:
    """(output place, filter cell) along one axis, for which the cell lies over the input's ``place``."""
    params = at.params
    for cell in range(params["kernel"][axis]):
        offset = place + _before(params, axis) - cell * params["dilation"][axis]
        out, rest = divmod(offset, params["stride"][axis])
        if rest == 0 and 0 <= out < at.output[axis + 1]:
            yield out, cell


def _columns(at: Place, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """(channels x cells, places): the input's numbers under the kernel, 0 in the padding."""
    out = np.zeros((at.inputs[0][0], *at.params["kernel"], *at.output[1:]))
    for target, source in _moves(at):
        out[target] = x[source]
    return out.reshape(-1, at.output[1] * at.output[2])


def _uncolumns(at: Place, columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The transpose of _columns: adds every column's numbers to the places they came from."""
    stacked = columns.reshape(at.inputs[0][0], *at.params["kernel"], *at.output[1:])
    back = np.zeros(at.inputs[0])
    for target, source in _moves(at):
        back[source] += stacked[target]
    return back


def _moves(at: Place) -> Iterator[tuple[Any, Any]]:
    """(index into the columns, index into the picture), each over all channels."""
    for i, j in product(*map(range, at.params["kernel"])):
        for y, x in product(range(at.output[1]), range(at.output[2])):
            place = _field_cell(at, 0, y, x, 0, i, j)
            if place is not None:
                yield (slice(None), i, j, y, x), (slice(None), place[1], place[2])


def _wide(at: Place, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """(filters, all channels x cells): each group's weights at its channels, 0 elsewhere."""
    groups, per = at.params["groups"], weight.shape[1]
    each = weight.shape[0] // groups
    wide = np.zeros((weight.shape[0], per * groups, *weight.shape[2:]))
    for f in range(weight.shape[0]):
        group = f // each
        wide[f, group * per : (group + 1) * per] = weight[f]
    return wide.reshape(weight.shape[0], -1)
