"""Max pool 2D: the largest number of each tile."""

from __future__ import annotations

import numpy as np

from explorer.equations import Apply, Choose, Expr, Number
from explorer.kind import Place
from explorer.pooling import Array, PictureIndex, Pooling, tile_of


class MaxPool2d(Pooling):
    """Keeps the largest number of each tile of a picture, channel by channel; the picture gets smaller.

    Errors go back to the largest number alone, the first of equals.

    Formula: z_f,y,x = max x_f,sy+i,sx+j over the cells i, j of the tile, s the stride.

    Shapes: channels×height×width in and out; a width w, a size e, a padding p and a stride s give (w − e + 2p) / s + 1,
    rounded down. No weights.

    When to use it: between convolutions, where it matters whether something was seen, and not just where: small shifts
    then change little.

    Source: Zhou and Chellappa, Computation of optical flow using a neural network, 1988; LeCun et al., 1998.
    """

    id = "max_pool2d"
    title = "Max pool 2D"
    icon = "mdi6.arrow-collapse-all"
    torch_name = "MaxPool2d"
    synonyms = ("downsample", "subsample", "pooling", "maximum", "shrink")
    word = "max"

    def value(self, at: Place, numbers: list[Expr], typical: Expr) -> Expr:
        """The largest of the tile."""
        return Apply("max", tuple(numbers) or (typical,)) if len(numbers) != 1 else numbers[0]

    def share(self, at: Place, tile: PictureIndex, place: PictureIndex) -> Expr:
        """The delta if the number at ``place`` is the first largest of its tile, else 0."""
        places = tile_of(at, tile)
        before, after = ([at.x(p) for p in part] for part in _parted(places, place))
        share: Expr = at.delta(tile)
        if after:
            share = Choose(at.x(place) - self.value(at, list(after), at.x()), share, Number(0.0), or_equal=True)
        if before:
            share = Choose(at.x(place) - self.value(at, list(before), at.x()), share, Number(0.0))
        return share

    def pooled(self, at: Place, numbers: Array) -> float:
        """The largest."""
        return float(numbers.max())

    def slopes(self, at: Place, numbers: Array) -> Array:
        """1 along the first largest, 0 along the others."""
        first: Array = np.arange(len(numbers)) == numbers.argmax()
        return first.astype(float)


def _parted(places: list[PictureIndex], place: PictureIndex) -> tuple[list[PictureIndex], list[PictureIndex]]:
    """Those before a place, and those after it."""
    here = places.index(place)
    return places[:here], places[here + 1 :]
