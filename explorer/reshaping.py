"""Reshaping: the base of kinds that read an array row by row into another shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from explorer.arrays import Rearranged
from explorer.equations import Expr, Index
from explorer.kind import LayerKind, Place, Shape


class Reshaping(LayerKind):
    """A kind that keeps all numbers in their order, and gives them another shape."""

    category: ClassVar[str] = "Shape"
    rearranges: ClassVar[bool] = True

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """None: numbers are only moved."""
        return 0

    def forward(self, at: Place, index: Index) -> Expr:
        """The number of the input with the same place in the order."""
        return at.x(_moved(index, at.output, at.inputs[0]))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta of the same number."""
        return at.delta(_moved(index, at.inputs[0], at.output))

    def matrix_forward(self, at: Place) -> Expr:
        """The input in the other shape."""
        return Rearranged("reshape", (at.x(),), lambda x: x.reshape(at.output))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The delta in the shape of the input."""
        return Rearranged("reshape", (at.delta(),), lambda delta: delta.reshape(at.inputs[0]))


def _moved(index: Index, shape: Shape, other: Shape) -> Index:
    """The index in an array of another shape of the same number."""
    flat = np.ravel_multi_index(tuple(int(i) for i in index), shape)
    return tuple(int(i) for i in np.unravel_index(flat, other))
