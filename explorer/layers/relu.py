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
    """The rectified linear unit: keeps positive numbers, and makes the others 0."""

    id = "relu"
    title = "ReLU"
    icon = "mdi6.chart-line-variant"

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
