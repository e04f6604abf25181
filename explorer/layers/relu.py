"""ReLU: keeps positive numbers, and makes the others 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Apply, Choose, Expr, Number
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Relu(Activation):
    """The rectified linear unit: keeps positive numbers, and makes the others 0.

    Formula: a = max(0, z), with the slope 1 for z > 0, else 0.

    Shapes: any array in, the same out. No weights.

    When to use it: the first choice between layers: errors pass undamped where a unit is on. A unit that is off for
    every example learns no more; leaky ReLU does.

    Source: Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, 2010.
    """

    id = "relu"
    title = "ReLU"
    icon = "mdi6.chart-line-variant"
    synonyms = ("rectifier", "rectified linear", "ramp")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's ReLU."""
        from torch import nn

        return nn.ReLU()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.ReLU."""
        return Code("nn.ReLU()")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """max(0, z)."""
        return Apply("max", (Number(0.0), z))

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """1 where z is positive, else 0."""
        return Choose(z, Number(1.0), Number(0.0))
