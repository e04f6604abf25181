"""Convolution 2D: slides filters over a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.array_params import PaddingParam
from explorer.convolution import BIAS, DILATIONS, FILTERS, GROUPS, KERNEL, STRIDES, Convolution
from explorer.kind import Code, Shape
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class Conv2d(Convolution):
    """Slides small filters over a picture: each filter gives one feature map of how well it fits at each place.

    All places share a filter's weights. With several channels, a filter spans all of them.

    Formula: z_f,y,x = b_f + Σ w_f,c,i,j · x_c,y+i,x+j, summed over the channels c and the cells i, j of the filter.

    Shapes: channels×height×width in, filters×height×width out; a width w, a kernel e, a padding p and a stride s
    give (w − e + 2p) / s + 1, rounded down; dilation d widens the kernel to d(e − 1) + 1. Weights: filters × channels /
    groups × kernel, and a bias per filter.

    When to use it: for pictures, and whatever else has neighbours in two directions. Stacks of 3×3 filters see more
    and more of the picture; pooling or a stride makes it smaller between them.

    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """

    id = "conv2d"
    title = "Convolution 2D"
    icon = "mdi6.grid"
    synonyms = ("cnn", "filter", "kernel", "conv", "feature map", "depthwise", "atrous", "dilated")
    params = (
        FILTERS,
        KERNEL,
        STRIDES,
        PaddingParam(
            "padding", "valid", "Padding", "Zeros around the picture: none, as many as keep its size, or a number."
        ),
        BIAS,
        DILATIONS,
        GROUPS,
        *WEIGHT_PARAMS,
    )

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Conv2d."""
        from torch import nn

        from explorer.torch_modules import SameConv2d

        layer = SameConv2d if self.uneven(params) else nn.Conv2d
        return self.torch_layer(layer, params, inputs[0][0])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Conv2d."""
        return self.torch_code("nn.Conv2d", params, inputs[0][0])
