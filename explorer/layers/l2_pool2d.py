"""L2 pool 2D: the length of each tile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.equations import Apply, Choose, Expr, Number
from explorer.kind import Code, Place, Shape
from explorer.pooling import Array, PictureIndex, Pooling, added, stride_of

if TYPE_CHECKING:
    from torch import nn


class L2Pool2d(Pooling):
    """Takes the length of each tile of a picture, as of a vector: the root of the sum of squares, channel by channel.

    Errors go back to each number by its share of the length; a tile of zeros sends nothing back.

    Formula: z_f,y,x = √(Σ x_f,sy+i,sx+j²) over the cells i, j of the tile, s the stride.

    Shapes: channels×height×width in and out; a width w, a size e, a padding p and a stride s give (w − e + 2p) / s + 1,
    rounded down. No weights.

    When to use it: as a compromise of max and average pooling, which tells how much there is of a feature, whatever its
    sign.

    Source: Hyvärinen and Hoyer, Emergence of phase and shift invariant features, 2000; Sermanet et al., 2012.
    """

    id = "l2_pool2d"
    title = "L2 pool 2D"
    icon = "mdi6.square-root"
    synonyms = ("norm", "euclidean", "downsample", "subsample", "pooling", "energy", "shrink")
    word = "L2"

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """Unlike torch's LPPool2d it has a gradient where a tile is all zeros."""
        from explorer.torch_modules import L2Pool2d as L2PoolModule

        return L2PoolModule(params["size"], stride_of(params), params["padding"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The norms of views of the tiles."""
        (high, wide), (down, right), padding = params["size"], stride_of(params), params["padding"]
        picture = f"F.pad({{0}}, {(padding,) * 4})" if padding else "{0}"
        tiles = f"{picture}.unfold(2, {high}, {down}).unfold(3, {wide}, {right})"
        return Code(call=f"torch.linalg.vector_norm({tiles}, dim=(4, 5))")

    def value(self, at: Place, numbers: list[Expr], typical: Expr) -> Expr:
        """The root of the sum of squares."""
        return Apply("sqrt", (added([number**2 for number in numbers], typical**2),))

    def share(self, at: Place, tile: PictureIndex, place: PictureIndex) -> Expr:
        """delta x / z, and 0 where z is 0."""
        return Choose(at.y(tile), at.delta(tile) * at.x(place) / at.y(tile), Number(0.0))

    def pooled(self, at: Place, numbers: Array) -> float:
        """The root of the sum of squares."""
        return float(np.sqrt((numbers**2).sum()))

    def slopes(self, at: Place, numbers: Array) -> Array:
        """x / z along each, and 0 where z is 0."""
        length = self.pooled(at, numbers)
        return numbers / length if length > 0 else np.zeros(len(numbers))
