"""Leaky ReLU: keeps positive numbers, and shrinks the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Choose, Expr, Number
from explorer.kind import Code, Shape
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import nn


class LeakyRelu(Activation):
    """Keeps positive numbers, and multiplies the others by a small slope, so that no unit goes silent for good.

    Formula: a = z if z > 0, else c · z with the slope c.

    Shapes: any array in, the same out. No weights.

    When to use it: where many units of a network with ReLU have gone silent.

    Source: Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013.
    """

    id = "leaky_relu"
    title = "Leaky ReLU"
    synonyms = ("lrelu", "rectifier", "parametric")
    params = (FloatParam("slope", 0.01, "Slope", "The slope for negative net inputs.", minimum=0.0, maximum=1.0),)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's LeakyReLU."""
        from torch import nn

        return nn.LeakyReLU(params["slope"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.LeakyReLU."""
        return Code.of("nn.LeakyReLU", negative_slope=(params["slope"], 0.01))

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """z where positive, else slope z."""
        return Choose(z, z, params["slope"] * z)

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """1 where z is positive, else the slope."""
        return Choose(z, Number(1.0), Number(params["slope"]))
