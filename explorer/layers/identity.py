"""Identity: passes every number on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Expr, Number
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Identity(Activation):
    """Passes every number on unchanged: the activation of a linear unit.

    Formula: a = z, with the slope 1.

    Shapes: any array in, the same out. No weights.

    When to use it: for outputs that may be any number, as in regression, and to name a place in the network.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 5.
    """

    id = "identity"
    title = "Identity"
    icon = "mdi6.slash-forward"
    rearranges = True
    synonyms = ("linear", "none", "pass", "no activation")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Identity."""
        from torch import nn

        return nn.Identity()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The input itself."""
        return Code(call="{0}")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """z itself."""
        return z

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """1 everywhere."""
        return Number(1.0)
