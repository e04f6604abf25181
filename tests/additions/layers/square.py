"""Square: an activation that the program does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Expr, Number
from explorer.kind import Code, Shape
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import nn


class Square(Activation):
    """The net input squared, times a factor.

    Formula: f(z) = c z², with the slope 2 c z.

    Shapes: any array in, the same out. No weights.

    When to use it: where a parabola is wanted.

    Source: Livni, Shalev-Shwartz and Shamir, On the computational efficiency of training neural networks, 2014.
    """

    id = "square"
    title = "Square"
    synonyms = ("parabola", "quadratic", "power")
    params = (FloatParam("factor", 1.0, "Factor", "What the square is multiplied with.", minimum=0.1, maximum=10.0),)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """c z² in torch."""
        from torch import Tensor, nn

        class Squared(nn.Module):
            def forward(self, z: Tensor) -> Tensor:
                return params["factor"] * z * z

        return Squared()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """c z²."""
        return Code(call=f"{params['factor']} * {{0}} ** 2")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """c z²."""
        return Number(params["factor"]) * z**2

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """2 c z."""
        return Number(2.0 * params["factor"]) * z
