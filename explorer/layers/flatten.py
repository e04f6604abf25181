"""Flatten: makes one list of an array."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.kind import Code, Shape
from explorer.reshaping import Reshaping

if TYPE_CHECKING:
    from torch import nn


class Flatten(Reshaping):
    """Makes one list of each example's array, row by row: 1×8×8 becomes 64.

    Formula: z_k = x_c,y,x with k = (c · height + y) · width + x, counted from 0; errors go back the same way.

    Shapes: any array in, a list of all its numbers out. No weights.

    When to use it: between convolutions and a dense layer, which needs a list.

    Source: as in LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """

    id = "flatten"
    title = "Flatten"
    icon = "mdi6.table-row"
    synonyms = ("list", "vector", "ravel", "unroll")

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """One size: the product of the others."""
        return (math.prod(inputs[0]),)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Flatten."""
        from torch import nn

        return nn.Flatten()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Flatten."""
        return Code("nn.Flatten()")
