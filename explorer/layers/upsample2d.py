"""Upsample 2D: a picture made larger."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import PairParam
from explorer.arrays import MatMul, Part, Transposed
from explorer.equations import Expr, Index, Number, Product, Sum, total
from explorer.kind import Code, LayerKind, Place, Shape, show_shape
from explorer.params import ChoiceParam
from explorer.windows import need_channels

if TYPE_CHECKING:
    from torch import nn


class Upsample2d(LayerKind):
    """Makes a picture larger, channel by channel: each number is repeated (nearest), or lines run between (bilinear).

    Each number gets the errors of all places that it is part of, by its share.

    Formula: z_f = U x_f Vᵀ with a matrix for the rows and one for the columns, whose rows add up to 1. Bilinear, place
    y lies at (y + 1/2) / s − 1/2 in the input.

    Shapes: channels×height×width in and out, height and width times the factor s. No weights.

    When to use it: in decoders, before a convolution: unlike a transposed convolution, both leave no checkerboard.

    Source: Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts, 2016.
    """

    id = "upsample2d"
    title = "Upsample 2D"
    category = "Convolution"
    icon = "mdi6.arrow-expand-all"
    synonyms = ("upscale", "enlarge", "resize", "interpolate", "unpool", "nearest", "bilinear", "decoder")
    params = (
        PairParam("factor", (2, 2), "Factor", "How many times as high and as wide the picture gets.", maximum=64),
        ChoiceParam(
            "mode",
            "nearest",
            "Mode",
            "Repeat each number (nearest), or draw lines between them (bilinear).",
            choices=("nearest", "bilinear"),
        ),
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(channels, height, width) times the factor; needs pictures."""
        channels, *sizes = need_channels(inputs, 2)
        return (channels, *(size * factor for size, factor in zip(sizes, params["factor"], strict=True)))

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """One for each number, or for each of the four around a place."""
        return math.prod(output) * (4 if params["mode"] == "bilinear" else 1)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Upsample."""
        from torch import nn

        return nn.Upsample(scale_factor=params["factor"], mode=params["mode"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Upsample."""
        factor = params["factor"]
        return Code.of("nn.Upsample", scale_factor=(factor, None), mode=(params["mode"], "nearest"))

    def forward(self, at: Place, index: Index) -> Expr:
        """The number that is repeated, or the sum of the four around the place by their shares."""
        channel, y, x = index
        if isinstance(channel, str):
            shares = (_constant(f"u_{{{y},i}}"), _constant(f"v_{{{x},j}}"))
            return Sum((), ("i,j", Product((*shares, at.x((channel, "i", "j"))))))
        rows, columns = _matrix(at, 0)[int(y)], _matrix(at, 1)[int(x)]
        return total([_weighted(share, at.x((channel, *place))) for place, share in _shares(rows, columns)])

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The sum of the deltas of all places that this number is part of, by its share."""
        channel, row, column = (int(i) for i in index)
        rows, columns = _matrix(at, 0)[:, row], _matrix(at, 1)[:, column]
        return total([_weighted(share, at.delta((channel, *place))) for place, share in _shares(rows, columns)])

    def matrix_forward(self, at: Place) -> Expr:
        """U x V transposed, for each channel."""
        rows, columns = _constant("U", _matrix(at, 0)), _constant("V", _matrix(at, 1))
        return MatMul(MatMul(rows, at.x()), Transposed(columns))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """U transposed delta V, for each channel."""
        rows, columns = _constant("U", _matrix(at, 0)), _constant("V", _matrix(at, 1))
        return MatMul(MatMul(Transposed(rows), at.delta()), columns)

    def caption(self, params: Mapping[str, Any]) -> str:
        """``×2 · nearest``."""
        high, wide = params["factor"]
        return f"×{high if high == wide else show_shape((high, wide))} · {params['mode']}"


def _matrix(at: Place, axis: int) -> NDArray[np.float64]:
    """(output places, input places) along an axis, 0 for rows: the share of each number in each place."""
    size, factor = at.inputs[0][axis + 1], at.params["factor"][axis]
    shares = np.zeros((size * factor, size))
    for place in range(size * factor):
        if at.params["mode"] == "nearest":
            shares[place, place // factor] = 1.0
            continue
        lies = max(0.0, (place + 0.5) / factor - 0.5)
        before = int(lies)
        shares[place, before] += 1 - (lies - before)
        shares[place, min(before + 1, size - 1)] += lies - before
    return shares


def _shares(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Iterator[tuple[tuple[int, int], float]]:
    """((row, column), share) of all that take part."""
    for row, column in product(np.flatnonzero(rows).tolist(), np.flatnonzero(columns).tolist()):
        yield (row, column), float(rows[row] * columns[column])


def _weighted(share: float, number: Expr) -> Expr:
    return number if share == 1 else Number(share) * number


def _constant(symbol: str, value: NDArray[np.float64] | None = None) -> Expr:
    """Shares by their symbol."""
    return Part(symbol, Number(0.0), lambda _: value)
