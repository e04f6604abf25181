"""Convolution 1D: slides filters along a sequence."""

from __future__ import annotations

from explorer.array_params import PaddingParam
from explorer.convolution import BIAS, FILTERS, GROUPS, Convolution
from explorer.params import IntParam
from explorer.weight_params import WEIGHT_PARAMS


class Conv1d(Convolution):
    """Slides small filters along a sequence, such as a sound or a text: each filter tells how well it fits where.

    All places share a filter's weights. Within channels, which come first, a filter spans all of them.

    Formula: z_i,j = b_i + Σ w_i,c,k · x_c,j+k, summed over the channels c and the cells k of the filter.

    Shapes: channels×length in, filters×places out; a length n, a kernel k, a dilation d, a padding p and a stride s
    give (n + 2p − d(k − 1) − 1) / s + 1 places, rounded down. Weights: filters × channels / groups × kernel, and a bias
    per filter.

    When to use it: for signals and sequences in which patterns of a few neighbours matter wherever they are.

    Source: Waibel et al., Phoneme recognition using time-delay neural networks, 1989.
    """

    id = "conv1d"
    title = "Convolution 1D"
    icon = "mdi6.waveform"
    torch_name = "Conv1d"
    synonyms = ("cnn", "filter", "kernel", "conv", "temporal", "time delay", "signal", "sequence")
    axes = 1
    params = (
        FILTERS,
        IntParam("kernel", 3, "Kernel", "Length of each filter.", maximum=4096),
        IntParam("stride", 1, "Stride", "Steps between neighbouring places of the filter.", maximum=4096),
        PaddingParam(
            "padding", "valid", "Padding", "Zeros at both ends: none, as many as keep the length, or a number."
        ),
        BIAS,
        IntParam(
            "dilation", 1, "Dilation", "Distance between neighbouring cells of the filter.", maximum=4096, advanced=True
        ),
        GROUPS,
        *WEIGHT_PARAMS,
    )
