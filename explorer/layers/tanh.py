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
    """The hyperbolic tangent: squashes any number into (-1, 1), with 0 staying 0."""

    id = "tanh"
    title = "Tanh"
    icon = "mdi6.sine-wave"
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
