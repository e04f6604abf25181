"""Global average pool 2D: the mean of each channel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arrays import Part, Rearranged
from explorer.equations import Expr, Index, Number, Quotient, Sum, total
from explorer.kind import Code, LayerKind, Place, Shape
from explorer.windows import need_channels

if TYPE_CHECKING:
    from torch import nn


class GlobalAvgPool2d(LayerKind):
    """Takes the mean of each whole channel of a picture: a list with one number per feature map.

    Errors go back to all numbers of the channel alike.

    Formula: z_f = Σ x_f,y,x / n, summed over the n = height · width places of the picture.

    Shapes: channels×height×width in, a list of channels out, whatever the picture's size. No weights.

    When to use it: after the last convolution, before a dense layer or instead of it: far fewer weights than after
    flattening, and pictures of any size will do.

    Source: Lin, Chen and Yan, Network in network, 2014.
    """

    id = "global_avg_pool2d"
    title = "Global avg pool 2D"
    category = "Pooling"
    icon = "mdi6.blur-radial"
    synonyms = ("gap", "mean", "adaptive", "pooling", "downsample")

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(channels,); needs pictures."""
        return need_channels(inputs, 2)[:1]

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """Each number of the picture."""
        return math.prod(inputs[0])

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The mean over height and width."""
        from explorer.torch_modules import GlobalAvgPool2d as GlobalAvgPoolModule

        return GlobalAvgPoolModule()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The mean over height and width."""
        return Code(call="{0}.mean((2, 3))")

    def forward(self, at: Place, index: Index) -> Expr:
        """The sum of the channel, divided by its size."""
        (channel,) = index
        typical = at.x((channel, "y", "x"))
        if isinstance(channel, str):
            return Quotient(Sum((), ("y,x", typical)), _count(at))
        places = product(*map(range, at.inputs[0][1:]))
        return Quotient(total([at.x((channel, *place)) for place in places], "y,x", typical), _cells(at))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The channel's delta, divided by its size."""
        return Quotient(at.delta(index[:1]), _count(at) if isinstance(index[0], str) else _cells(at))

    def matrix_forward(self, at: Place) -> Expr:
        """The mean of each channel."""
        return Rearranged("mean", (at.x(),), lambda x: x.mean((1, 2)))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The deltas, spread over their channels."""
        shape = at.inputs[0]
        spread = Rearranged("spread", (at.delta(),), lambda delta: np.broadcast_to(delta[:, None, None], shape))
        return Quotient(spread, _count(at))

    def caption(self, params: Mapping[str, Any]) -> str:
        """What it does."""
        return "mean of each channel"


def _cells(at: Place) -> Number:
    return Number(float(math.prod(at.inputs[0][1:])))


def _count(at: Place) -> Expr:
    """The numbers of a channel, as n."""
    return Part("n", _cells(at), lambda count: count)
