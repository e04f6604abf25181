"""Flatten: makes one list of an array."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.arrays import Rearranged
from explorer.equations import Expr, Index
from explorer.kind import Code, LayerKind, Place, Shape

if TYPE_CHECKING:
    from torch import nn


class Flatten(LayerKind):
    """Makes one list of each example's array, row by row: 1×8×8 becomes 64."""

    id = "flatten"
    title = "Flatten"
    category = "Core"
    icon = "mdi6.table-row"
    rearranges = True

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

    def forward(self, at: Place, index: Index) -> Expr:
        """The element of the array that lies at this place in the list."""
        (flat,) = index
        place: list[int] = []
        rest = int(flat)
        for size in reversed(at.inputs[0]):
            rest, here = divmod(rest, size)
            place.insert(0, here)
        return at.x(tuple(place))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta of the same number in the list."""
        flat = 0
        for size, here in zip(at.inputs[0], index, strict=True):
            flat = flat * size + int(here)
        return at.delta((flat,))

    def matrix_forward(self, at: Place) -> Expr:
        """The array as a list."""
        return Rearranged("flatten", (at.x(),), lambda x: x.ravel())

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The list as an array again."""
        shape = at.inputs[0]
        return Rearranged("unflatten", (at.delta(),), lambda delta: delta.reshape(shape))
