"""Pooling: the base of kinds that make one number of each tile of a picture, channel by channel."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import PairParam
from explorer.arrays import Rearranged
from explorer.equations import Expr, Index, Sum, total
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, show_shape
from explorer.params import IntParam
from explorer.windows import Window, need_channels

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[np.float64]
PictureIndex = tuple[int, int, int]


class Pooling(LayerKind):
    """A kind that makes one number of each tile; cells of a tile in the padding hold nothing."""

    category: ClassVar[str] = "Pooling"
    word: ClassVar[str]
    """What it makes of a tile, in a word."""
    torch_name: ClassVar[str] = ""
    """The class of torch.nn, if there is one."""
    params = (
        PairParam("size", (2, 2), "Size", "Height and width of a tile."),
        PairParam("stride", None, "Stride", "Steps from tile to tile; empty means the size.", advanced=True),
        IntParam(
            "padding",
            0,
            "Padding",
            "Empty cells around the picture, at most half the size of a tile.",
            minimum=0,
            maximum=2048,
            advanced=True,
        ),
    )

    @abstractmethod
    def value(self, at: Place, numbers: list[Expr], typical: Expr) -> Expr:
        """What is made of a tile's numbers; without any, of the running ``typical`` one."""

    @abstractmethod
    def share(self, at: Place, tile: PictureIndex, place: PictureIndex) -> Expr:
        """What output[tile] sends back to the number of its tile at ``place``."""

    @abstractmethod
    def pooled(self, at: Place, numbers: Array) -> float:
        """What is made of the list of a tile's numbers."""

    @abstractmethod
    def slopes(self, at: Place, numbers: Array) -> Array:
        """The slope of that along each of them."""

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(channels, height, width), made smaller; needs pictures with room for a tile."""
        shape = need_channels(inputs, 2)
        size, stride, padding = params["size"], stride_of(params), params["padding"]
        if 2 * padding > min(size):
            raise ShapeProblem(
                f"has a padding of {padding}, more than half of its tiles of {show_shape(size)}.",
                Fix(f"Set padding to {min(size) // 2}", set=(("padding", min(size) // 2),)),
            )
        free = [high + 2 * padding - tile for high, tile in zip(shape[1:], size, strict=True)]
        if min(free) < 0:
            fitting = tuple(min(high, tile) for high, tile in zip(shape[1:], size, strict=True))
            raise ShapeProblem(
                f"has tiles of {show_shape(size)}, larger than its {show_shape(shape)} input.",
                Fix(f"Set size to {show_shape(fitting)}", set=(("size", fitting), ("padding", 0))),
            )
        return (shape[0], *(rest // step + 1 for rest, step in zip(free, stride, strict=True)))

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """Each number of each tile."""
        high, wide = params["size"]
        return math.prod(output) * int(high * wide)

    def torch_options(self, params: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """What torch's layers take after the size: (value, torch's default) by name."""
        return {"stride": (stride_of(params), params["size"]), "padding": (params["padding"], 0)}

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's layer."""
        from torch import nn

        options = {name: value for name, (value, _) in self.torch_options(params).items()}
        made: nn.Module = getattr(nn, self.torch_name)(params["size"], **options)
        return made

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """torch's layer."""
        return Code.of(f"nn.{self.torch_name}", params["size"], **self.torch_options(params))

    def forward(self, at: Place, index: Index) -> Expr:
        """What is made of the numbers of a tile."""
        channel, *place = index
        typical = at.x((channel, *window_of(at.params).running(tuple(place), ("i", "j"))))
        numbers: list[Expr] = [] if isinstance(channel, str) else [at.x(found) for found in tile_of(at, index)]
        return self.value(at, numbers, typical)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The sum of what every tile sends back that this number is in."""
        channel, row, column = (int(i) for i in index)
        tiles = window_of(at.params).over((row, column), at.output[1:])
        return total([self.share(at, (channel, y, x), (channel, row, column)) for (y, x), _ in tiles])

    def matrix_forward(self, at: Place) -> Expr:
        """Every tile's number."""
        return Rearranged(f"{self.word}pool", (at.x(),), lambda x: self._pooled(at, x))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """Every tile's delta times the slopes, added to the numbers of the tile."""
        return Rearranged("unpool", (at.delta(), at.x()), lambda delta, x: self._unpooled(at, delta, x))

    def caption(self, params: Mapping[str, Any]) -> str:
        """``max · size 2``."""
        high, wide = params["size"]
        return f"{self.word} · size {high}" if high == wide else f"{self.word} · size {high}×{wide}"

    def _pooled(self, at: Place, x: Array) -> Array:
        out = np.empty(at.output)
        for index in product(*map(range, at.output)):
            out[index] = self.pooled(at, np.array([x[place] for place in tile_of(at, index)]))
        return out

    def _unpooled(self, at: Place, delta: Array, x: Array) -> Array:
        back = np.zeros(at.inputs[0])
        for index in product(*map(range, at.output)):
            places = tile_of(at, index)
            slopes = self.slopes(at, np.array([x[place] for place in places]))
            for place, slope in zip(places, slopes, strict=True):
                back[place] += delta[index] * slope
        return back


def stride_of(params: Mapping[str, Any]) -> tuple[int, int]:
    """The steps from tile to tile: the size, unless they are given."""
    stride: tuple[int, int] = params["stride"] or params["size"]
    return stride


def window_of(params: Mapping[str, Any]) -> Window:
    """The window that a tile is."""
    return Window(params["size"], stride_of(params), (1, 1), (params["padding"],) * 2)


def tile_of(at: Place, index: Index) -> list[PictureIndex]:
    """The places of the input that output[index] is made of, row by row."""
    channel, row, column = (int(i) for i in index)
    return [(channel, y, x) for _, (y, x) in window_of(at.params).cells((row, column), at.inputs[0][1:])]


def added(terms: list[Expr], typical: Expr) -> Expr:
    """The sum over a tile; of the running term where there are no others."""
    return total(terms, "i,j", typical) if terms else Sum((), ("i,j", typical))
