"""Max pool 2D: the largest number of each tile."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import PairParam
from explorer.arrays import Rearranged
from explorer.equations import Apply, Choose, Expr, Index, Number, total
from explorer.kind import Code, LayerKind, Place, Shape, ShapeProblem, show_shape

if TYPE_CHECKING:
    from torch import nn


class MaxPool2d(LayerKind):
    """Keeps the largest number of each tile of a picture, channel by channel.

    The picture gets smaller, and small shifts change little.
    """

    id = "max_pool2d"
    title = "Max pool 2D"
    category = "Convolution"
    icon = "mdi6.arrow-collapse-all"
    params = (
        PairParam("size", (2, 2), "Size", "Height and width of a tile."),
        PairParam("stride", None, "Stride", "Steps from tile to tile; empty means the size.", advanced=True),
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(channels, (height - size) / stride + 1, the same for the width)."""
        (shape,) = inputs
        if len(shape) != 3:
            raise ShapeProblem(f"needs pictures, channels×height×width; {show_shape(shape)} came in.")
        size, stride = params["size"], _stride(params)
        if size[0] > shape[1] or size[1] > shape[2]:
            raise ShapeProblem(f"has tiles of {show_shape(size)}, larger than its {show_shape(shape)} input.")
        return (shape[0], (shape[1] - size[0]) // stride[0] + 1, (shape[2] - size[1]) // stride[1] + 1)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's MaxPool2d."""
        from torch import nn

        return nn.MaxPool2d(params["size"], _stride(params))

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.MaxPool2d."""
        return Code.of("nn.MaxPool2d", params["size"], stride=(_stride(params), params["size"]))

    def forward(self, at: Place, index: Index) -> Expr:
        """The largest of the tile."""
        if "f" in index:
            return Apply("max", (at.x(("f", f"{_stride(at.params)[0]}y+i", f"{_stride(at.params)[1]}x+j")),))
        return _largest(at, _tile(at, index))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta of every tile in which this number is the first largest."""
        channel, row, column = (int(i) for i in index)
        size, stride = at.params["size"], _stride(at.params)
        rows = _tiles_over(row, size[0], stride[0], at.output[1])
        columns = _tiles_over(column, size[1], stride[1], at.output[2])
        terms = [_share(at, (channel, r, c), (channel, row, column)) for r, c in product(rows, columns)]
        return total(terms)

    def matrix_forward(self, at: Place) -> Expr:
        """The largest of every tile."""
        return Rearranged("maxpool", (at.x(),), lambda x: _pooled(at, x))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The deltas, each at the first largest number of its tile."""
        return Rearranged("unpool", (at.delta(), at.x()), lambda delta, x: _unpooled(at, delta, x))

    def caption(self, params: Mapping[str, Any]) -> str:
        """``max · size 2``."""
        high, wide = params["size"]
        return f"max · size {high}" if high == wide else f"max · size {high}×{wide}"


def _stride(params: Mapping[str, Any]) -> tuple[int, int]:
    stride: tuple[int, int] = params["stride"] or params["size"]
    return stride


def _tile(at: Place, index: Index) -> list[tuple[int, int, int]]:
    """The places of the input that output[index] is the largest of, row by row."""
    channel, row, column = (int(i) for i in index)
    size, stride = at.params["size"], _stride(at.params)
    cells = product(range(size[0]), range(size[1]))
    return [(channel, row * stride[0] + r, column * stride[1] + c) for r, c in cells]


def _tiles_over(place: int, size: int, stride: int, count: int) -> range:
    """The tiles along one axis that cover a place."""
    first = max(0, -(-(place - size + 1) // stride))
    return range(first, min(count - 1, place // stride) + 1)


def _share(at: Place, tile: tuple[int, int, int], place: tuple[int, int, int]) -> Expr:
    """The tile's delta if the number at ``place`` is its first largest, else 0."""
    places = _tile(at, tile)
    before, after = places[: places.index(place)], places[places.index(place) + 1 :]
    share: Expr = at.delta(tile)
    if after:
        share = Choose(at.x(place) - _largest(at, after), share, Number(0.0), or_equal=True)
    return Choose(at.x(place) - _largest(at, before), share, Number(0.0)) if before else share


def _largest(at: Place, places: list[tuple[int, int, int]]) -> Expr:
    return Apply("max", tuple(at.x(p) for p in places)) if len(places) > 1 else at.x(places[0])


def _pooled(at: Place, x: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.empty(at.output)
    for index in np.ndindex(*at.output):
        out[index] = max(x[place] for place in _tile(at, index))
    return out


def _unpooled(at: Place, delta: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    back = np.zeros(at.inputs[0])
    for index in np.ndindex(*at.output):
        back[max(_tile(at, index), key=lambda place: float(x[place]))] += delta[index]
    return back
