"""Average pool 2D: the mean of each tile."""

from __future__ import annotations

import math

import numpy as np

from explorer.equations import Expr, Number, Quotient
from explorer.kind import Place
from explorer.pooling import Array, PictureIndex, Pooling, added


class AvgPool2d(Pooling):
    """Takes the mean of each tile of a picture, channel by channel; the picture gets smaller.

    Errors go back to all numbers of the tile alike. Cells in the padding count as zeros.

    Formula: z_f,y,x = Σ x_f,sy+i,sx+j / n over the n cells i, j of the tile, s the stride.

    Shapes: channels×height×width in and out; a width w, a size e, a padding p and a stride s give (w − e + 2p) / s + 1,
    rounded down. No weights.

    When to use it: to make pictures smaller smoothly, or to sum up what a stack of convolutions has found.

    Source: LeCun et al., Backpropagation applied to handwritten zip code recognition, 1989.
    """

    id = "avg_pool2d"
    title = "Average pool 2D"
    icon = "mdi6.blur-linear"
    torch_name = "AvgPool2d"
    synonyms = ("mean", "downsample", "subsample", "pooling", "shrink")
    word = "avg"

    def value(self, at: Place, numbers: list[Expr], typical: Expr) -> Expr:
        """The sum of the tile, divided by its cells."""
        return Quotient(added(numbers, typical), _cells(at))

    def share(self, at: Place, tile: PictureIndex, place: PictureIndex) -> Expr:
        """The delta, divided by the cells."""
        return Quotient(at.delta(tile), _cells(at))

    def pooled(self, at: Place, numbers: Array) -> float:
        """The sum, divided by the cells of a tile."""
        return math.fsum(numbers) / _cells(at).value

    def slopes(self, at: Place, numbers: Array) -> Array:
        """1 / cells, along each."""
        return np.full(len(numbers), 1 / math.prod(at.params["size"]))


def _cells(at: Place) -> Number:
    return Number(float(math.prod(at.params["size"])))
