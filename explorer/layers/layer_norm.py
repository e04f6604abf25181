"""Layer norm: the features of each example brought to mean 0 and variance 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.equations import Index
from explorer.kind import Code, Place, Shape
from explorer.norm import EPS, Element, Norm, Rearrange
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class LayerNorm(Norm):
    """Brings the features of each example to mean 0 and variance 1, then scales and shifts them by weights that are
    learned.

    A list is normalised as a whole, a sequence one time step at a time, a picture as a whole. It works the same in
    training and in use, with batches of any size.

    Formula: x̂ = (x − μ) / √(σ² + ε), y = γ x̂ + β, with the mean μ and the variance σ² over the features.

    Shapes: any array in, the same out. Weights: γ and β per number that is normalised together.

    When to use it: in recurrent networks and transformers, where batch norm does not fit.

    Source: Ba, Kiros and Hinton, Layer normalization, 2016.
    """

    id = "layer_norm"
    title = "Layer norm"
    icon = "mdi6.format-align-middle"
    synonyms = ("layer normalisation", "layer normalization", "layernorm", "ln", "normalise", "standardise")
    params = (EPS, *WEIGHT_PARAMS)

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight (γ) and bias (β), one per number that is normalised together."""
        shape = _together(inputs[0])
        return {"weight": shape, "bias": shape}

    def inner_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """The mean and variance of each row, and the normalised input."""
        rows = (math.prod(inputs[0]) // math.prod(_together(inputs[0])),)
        return {"mean": rows, "variance": rows, "normal": inputs[0]}

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's layer norm."""
        from explorer.torch_norms import LayerNorm as Module

        return Module(_together(inputs[0]), params["eps"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.LayerNorm."""
        shape = _together(inputs[0])
        return Code.of("nn.LayerNorm", shape[0] if len(shape) == 1 else shape, eps=(params["eps"], 1e-5))

    def group(self, at: Place, index: Index) -> Index:
        """The time step of a sequence; there is one group in a list or a picture."""
        return index[:1] if len(index) == 2 else (0,)

    def members(self, at: Place, group: Index) -> list[Element]:
        """All features of the time step, list or picture."""
        row = self._row(at, group)
        return [(at.example, (*row, *place)) for place in np.ndindex(*_together(at.inputs[0]))]

    def member(self, at: Place, group: Index) -> tuple[str, Element]:
        """Any feature."""
        axes = len(at.inputs[0])
        letters = ("k",) if axes < 3 else ("f", "y", "x", "d")[:axes]
        return ",".join(letters), (at.example, (*self._row(at, group), *letters))

    def weight_index(self, at: Place, index: Index) -> Index:
        """The feature."""
        return index[1:] if len(index) == 2 else index

    def scaled(self, at: Place, weight: Index) -> list[Index]:
        """The feature in every time step."""
        if len(at.inputs[0]) != 2:
            return [weight]
        return [(t, *weight) for t in range(at.inputs[0][0])]

    def averages(self, at: Place) -> Rearrange:
        """Over the features of each row."""
        features = math.prod(_together(at.inputs[0]))
        return lambda array: np.mean(np.reshape(array, (-1, features)), axis=1)

    def spreads(self, at: Place) -> Rearrange:
        """A row's number at each of its features."""
        return lambda array: np.reshape(array, (-1, 1) if len(at.inputs[0]) == 2 else (1,) * len(at.inputs[0]))

    def scales(self, at: Place) -> Rearrange:
        """The weights of the features, for every row."""
        return np.asarray

    def _row(self, at: Place, group: Index) -> Index:
        return group if len(at.inputs[0]) == 2 else ()


def _together(shape: Shape) -> Shape:
    """What is normalised together: the features of a time step, or the whole list or picture."""
    return shape[1:] if len(shape) == 2 else shape
