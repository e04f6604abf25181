"""Convolution 2D: slides filters over a picture."""

from __future__ import annotations

from explorer.array_params import PaddingParam
from explorer.convolution import BIAS, DILATIONS, FILTERS, GROUPS, KERNEL, STRIDES, Convolution
from explorer.weight_params import WEIGHT_PARAMS


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
    torch_name = "Conv2d"
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
