"""Sigmoid: squashes any number into (0, 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Expr, exp
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Sigmoid(Activation):
    """Squashes any number into (0, 1).

    Formula: a = 1 / (1 + e^−z), with the slope a (1 − a).

    Shapes: any array in, the same out. No weights.

    When to use it: for an output that is a probability, and for gates. In deep networks its small slope, at most 1/4,
    lets errors vanish.

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986.
    """

    id = "sigmoid"
    title = "Sigmoid"
    icon = "mdi6.chart-bell-curve-cumulative"
    synonyms = ("logistic", "squash", "gate", "probability", "s-curve")
    output_range = (0.0, 1.0)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Sigmoid."""
        from torch import nn

        return nn.Sigmoid()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Sigmoid."""
        return Code("nn.Sigmoid()")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """1 / (1 + e^-z)."""
        return 1 / (1 + exp(-z))

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """a (1 - a)."""
        return a * (1 - a)
