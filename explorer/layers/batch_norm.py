"""Batch norm: every feature or channel brought to mean 0 and variance 1 over the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.equations import Index
from explorer.kind import ANY_EXAMPLE, Code, Place, Shape
from explorer.norm import EPS, Element, Norm, Rearrange
from explorer.params import FloatParam
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class BatchNorm(Norm):
    """Brings every feature of a list, or every channel of a picture, to mean 0 and variance 1 over the batch, then
    scales and shifts it by weights that are learned.

    While training it also follows the means and variances as they go; when the network is used, validated or tested, it
    normalises by those. Stepping shows training: the batch is the examples that are stepped. A batch of one number per
    channel has the variance 0 and puts out β.

    Formula: x̂ = (x − μ) / √(σ² + ε), y = γ x̂ + β, with the mean μ and the variance σ² over all examples of the batch,
    and all places of a channel; running_mean ← (1 − momentum) · running_mean + momentum · μ.

    Shapes: any array in, whose first axis counts the features or channels; the same out. Weights: γ and β per channel.

    When to use it: between a dense or convolutional layer and its activation: training gets faster, and larger learning
    rates work. For sequences, and batches of few examples, take layer norm.

    Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training, 2015.
    """

    id = "batch_norm"
    title = "Batch norm"
    icon = "mdi6.chart-bell-curve"
    synonyms = ("batch normalisation", "batch normalization", "batchnorm", "bn", "normalise", "standardise")
    by_example = False
    over_batch = ("mean", "variance")
    params = (
        EPS,
        FloatParam(
            "momentum",
            0.1,
            "Momentum",
            "How much of a running mean is that of the newest batch.",
            minimum=0.0,
            maximum=1.0,
        ),
        *WEIGHT_PARAMS,
    )

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight (γ) and bias (β), one per channel."""
        return {"weight": inputs[0][:1], "bias": inputs[0][:1]}

    def buffer_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """running_mean and running_var, one per channel."""
        return {"running_mean": inputs[0][:1], "running_var": inputs[0][:1]}

    def inner_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """The mean and variance of each channel, and the normalised input."""
        return {"mean": inputs[0][:1], "variance": inputs[0][:1], "normal": inputs[0]}

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's batch norm, which takes batches of one too."""
        from explorer.torch_norms import BatchNorm as Module

        return Module(inputs[0][0], params["eps"], params["momentum"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.BatchNorm1d, 2d or 3d."""
        axes = max(1, len(inputs[0]) - 1)
        options = {"eps": (params["eps"], 1e-5), "momentum": (params["momentum"], 0.1)}
        return Code.of(f"nn.BatchNorm{axes}d", inputs[0][0], **options)

    def group(self, at: Place, index: Index) -> Index:
        """The channel."""
        return index[:1]

    def members(self, at: Place, group: Index) -> list[Element]:
        """The channel's places in every example."""
        return [(example, place) for example in range(at.batch) for place in self.scaled(at, group)]

    def member(self, at: Place, group: Index) -> tuple[str, Element]:
        """Any place of any example n."""
        places = ("y", "x")[3 - len(at.inputs[0]) :] if len(at.inputs[0]) > 1 else ()
        return ",".join(("n", *places)), (ANY_EXAMPLE, (*group, *places))

    def weight_index(self, at: Place, index: Index) -> Index:
        """The channel."""
        return index[:1]

    def scaled(self, at: Place, weight: Index) -> list[Index]:
        """The places of the channel."""
        return [(*weight, *place) for place in np.ndindex(*at.inputs[0][1:])]

    def averages(self, at: Place) -> Rearrange:
        """Over the examples, and the places of each channel."""
        axes = (0, *range(2, len(at.inputs[0]) + 1))
        return lambda *arrays: np.mean(np.stack(arrays), axis=axes)

    def spreads(self, at: Place) -> Rearrange:
        """A channel's number at each of its places."""
        along = (-1, *[1] * (len(at.inputs[0]) - 1))
        return lambda array: np.reshape(array, along)

    scales = spreads
