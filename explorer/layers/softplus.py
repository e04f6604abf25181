"""Softplus: a smooth ReLU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Apply, Expr, exp
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Softplus(Activation):
    """A smooth ReLU, which is never quite 0.

    Formula: a = ln(1 + e^z), with the slope 1 / (1 + e^−z), the sigmoid.

    Shapes: any array in, the same out. No weights.

    When to use it: for outputs that must be positive, such as a variance.

    Source: Dugas et al., Incorporating second-order functional knowledge for better option pricing, 2001.
    """

    id = "softplus"
    title = "Softplus"
    icon = "mdi6.chart-line-variant"
    synonyms = ("smooth", "rectifier", "positive")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Softplus; its threshold is raised so that float64 results keep their last digits."""
        from torch import nn

        return nn.Softplus(threshold=40.0)

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Softplus."""
        return Code("nn.Softplus(threshold=40.0)")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """ln(1 + e^z)."""
        return Apply("ln1pexp", (z,))

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """1 / (1 + e^-z)."""
        return 1 / (1 + exp(-z))
