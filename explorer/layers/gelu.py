"""GELU: z times the chance that a normal number is below it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Apply, Expr, exp
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Gelu(Activation):
    """Multiplies z by the chance that a standard normal number lies below it: a smooth ReLU.

    Formula: a = z · Φ(z), with the slope Φ(z) + z · φ(z); Φ is the normal distribution, φ its density.

    Shapes: any array in, the same out. No weights.

    When to use it: in transformers, between the two dense layers of a block.

    Source: Hendrycks and Gimpel, Gaussian error linear units, 2016.
    """

    id = "gelu"
    title = "GELU"
    icon = "mdi6.chart-line-variant"
    synonyms = ("gaussian error", "transformer", "smooth", "rectifier")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's GELU."""
        from torch import nn

        return nn.GELU()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.GELU."""
        return Code("nn.GELU()")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """z/2 (1 + erf(z / sqrt 2))."""
        return z * (1 + Apply("erf", (z / math.sqrt(2),))) / 2

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """Phi(z) + z phi(z), the normal distribution and its density."""
        return (1 + Apply("erf", (z / math.sqrt(2),))) / 2 + z * exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
