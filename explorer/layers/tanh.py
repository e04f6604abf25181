"""Tanh: squashes any number into (-1, 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Apply, Expr
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Tanh(Activation):
    """The hyperbolic tangent: squashes any number into (−1, 1), with 0 staying 0.

    Formula: a = (e^z − e^−z) / (e^z + e^−z), with the slope 1 − a².

    Shapes: any array in, the same out. No weights.

    When to use it: in small and recurrent networks; its outputs lie around 0, which later layers learn from faster than
    from the sigmoid's.

    Source: LeCun et al., Efficient backprop, 1998.
    """

    id = "tanh"
    title = "Tanh"
    icon = "mdi6.sine-wave"
    synonyms = ("hyperbolic tangent", "squash", "s-curve")
    output_range = (-1.0, 1.0)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Tanh."""
        from torch import nn

        return nn.Tanh()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Tanh."""
        return Code("nn.Tanh()")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """tanh z."""
        return Apply("tanh", (z,))

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """1 - a squared."""
        return 1 - a**2
