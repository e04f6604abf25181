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
    """Passes every number on unchanged: the activation of a linear unit."""

    id = "identity"
    title = "Identity"
    icon = "mdi6.slash-forward"

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
