"""ELU: keeps positive numbers, and bends the others towards a floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Choose, Expr, Number, exp
from explorer.kind import Code, Shape
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import nn


class Elu(Activation):
    """The exponential linear unit: keeps positive numbers, and bends the others smoothly towards a floor of −alpha.

    Formula: a = z if z > 0, else alpha · (e^z − 1); the slope is 1, or alpha · e^z.

    Shapes: any array in, the same out. No weights.

    When to use it: instead of ReLU, where outputs around 0 and a smooth bend help; it costs an exponential.

    Source: Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by exponential linear units,
    2016.
    """

    id = "elu"
    title = "ELU"
    synonyms = ("exponential linear", "smooth", "rectifier")
    params = (FloatParam("alpha", 1.0, "Alpha", "How far below 0 the output can go.", minimum=0.0, maximum=100.0),)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's ELU."""
        from torch import nn

        return nn.ELU(params["alpha"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.ELU."""
        return Code.of("nn.ELU", alpha=(params["alpha"], 1.0))

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """z where positive, else alpha (e^z - 1)."""
        return Choose(z, z, params["alpha"] * (exp(z) - 1))

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """1 where z is positive, else alpha e^z."""
        return Choose(z, Number(1.0), params["alpha"] * exp(z))
